"""`score_at_least`: how sure the detector is."""

from gateway.policy.conditions import Condition, is_no_higher, share

CONDITION = Condition(
    key="score_at_least",
    takes="0 to 1",
    zh="可信度不低于此值",
    en="the finding is at least this sure",
    check=share,
    holds=lambda value, situation: bool(situation.score >= value),
    covers=is_no_higher,
    always=0.0,
)
