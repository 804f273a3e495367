"""Rules: what becomes of a message, given what was found in it. The middle is pure; only `load` reads a file."""

from gateway.policy.evaluate import MONITORED, decide, gravest, is_settled, judge
from gateway.policy.for_release import rewriting_all
from gateway.policy.load import (
    load_policy,
    packaged_policy,
    policy_in,
    policy_problems,
    policy_warnings,
    rules_as_written,
)
from gateway.policy.schema import Policy, Rule, SenderLimits, Situation
from gateway.policy.situations import situations

__all__ = [
    "MONITORED",
    "Policy",
    "Rule",
    "SenderLimits",
    "Situation",
    "decide",
    "gravest",
    "is_settled",
    "judge",
    "load_policy",
    "packaged_policy",
    "policy_in",
    "policy_problems",
    "policy_warnings",
    "rewriting_all",
    "rules_as_written",
    "situations",
]
