"""A report as a screen may show it: the reported in clear, everything of the reporter masked."""

from typing import Any

from gateway.images.calibration import AVATAR_DISTINCT_SCORE
from gateway.intake.masking import mask
from gateway.intake.protected import protection_of
from gateway.model import Report


def masked_report(report: Report, clear: bool = False) -> dict[str, Any]:
    """What `reports show` prints. Values of the reporter keep at most their first character or digits, unless they are
    asked for in clear: whoever decides about a suggestion must see what was suggested. `number` names an item.
    """
    protection = protection_of(report)
    return {
        "id": report.id,
        "status": report.status,
        "severity": report.severity,
        "opened_at": report.opened_at,
        "reported": [
            {
                "name": party.name,
                "addresses": list(party.addresses),
                "accounts": list(party.accounts),
                "representatives": list(party.representatives),
            }
            for party in report.reported
        ],
        "reporter": [
            {
                "number": number,
                "kind": item.kind,
                "value": item.value if clear else mask(item.kind, item.value),
                "detail": item.detail,
                "source": item.source if item.source == "report" else item.source.rsplit(":", 1)[-1].strip(),
                "score": round(item.score, 2),
                "state": item.state,
            }
            for number, item in enumerate(report.identity, 1)
        ],
        "avatars": len(report.avatars),
        "avatars_plain": sum(avatar.usable and avatar.distinct < AVATAR_DISTINCT_SCORE for avatar in report.avatars),
        "avatars_usable": sum(avatar.usable for avatar in report.avatars),
        "materials": len(report.materials),
        "protects": dict(protection.counts),
        "missing": list(protection.missing),
        "nobody": protection.is_nobody,
        "to_decide": protection.to_decide,
    }
