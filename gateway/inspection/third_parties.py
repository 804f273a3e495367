"""Whether personal data of third parties is looked for in a message: where the rules ask for it, and somebody gets the
message who was reported or represents who was."""

from collections.abc import Sequence

from gateway.detection import ThirdParties
from gateway.model import Match
from gateway.policy import Policy

_BY_RECIPIENT = frozenset(("party", "representative"))


def third_parties(matches: Sequence[Match], policy: Policy) -> ThirdParties | None:
    """What detection has to know for it; None where it is not looked for at all."""
    if policy.personal_data == "off":
        return None
    reports = tuple(dict.fromkeys(match.report for match in matches if match.reason in _BY_RECIPIENT))
    if not reports:
        return None
    return ThirdParties(reports, policy.personal_data_allowed, policy.personal_data == "on", policy.threshold)
