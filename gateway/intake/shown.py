"""A report as a screen may show it: the reported in clear, everything of the reporter masked."""

from typing import Any

from gateway.model import Report
from gateway.reports.faces import DISTINCT
from gateway.vault.masking import mask


def masked_report(report: Report) -> dict[str, Any]:
    """What `reports show` prints. Values of the reporter keep at most their first character or digits."""
    return {
        "id": report.id,
        "status": report.status,
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
                "kind": item.kind,
                "value": mask(item.kind, item.value),
                "detail": item.detail,
                "source": item.source if item.source == "report" else item.source.rsplit(":", 1)[-1].strip(),
                "score": round(item.score, 2),
                "state": item.state,
            }
            for item in report.identity
        ],
        "avatars": len(report.avatars),
        "avatars_plain": sum(avatar.usable and avatar.distinct < DISTINCT for avatar in report.avatars),
        "avatars_usable": sum(avatar.usable for avatar in report.avatars),
        "materials": len(report.materials),
    }
