"""`share_at_least`: how much of a material was found."""

from gateway.policy.conditions import Condition, is_no_higher, share

CONDITION = Condition(
    key="share_at_least",
    takes="0 to 1",
    zh="举报材料被带出的比例不低于此值（只对 material 有意义）",
    en="at least this share of the report's material was found (for `material` only)",
    check=share,
    holds=lambda value, situation: bool((situation.share or 0.0) >= value),
    covers=is_no_higher,
    always=0.0,
)
