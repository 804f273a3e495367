"""Rules: what becomes of a message, given what was found in it. The middle is pure; only `load` reads a file."""

from gateway.policy.evaluate import MONITORED, decide, gravest, is_settled, judge
from gateway.policy.for_release import rewriting_all
from gateway.policy.load import load_policy, packaged_policy, policy_problems, policy_warnings
from gateway.policy.schema import Policy, Rule, SenderLimits, Situation
from gateway.policy.situations import situations
from gateway.policy.trace import ConditionTrace, RuleTrace, Trace, trace

__all__ = [
    "MONITORED",
    "ConditionTrace",
    "Policy",
    "Rule",
    "RuleTrace",
    "SenderLimits",
    "Situation",
    "Trace",
    "decide",
    "gravest",
    "is_settled",
    "judge",
    "load_policy",
    "packaged_policy",
    "policy_problems",
    "policy_warnings",
    "rewriting_all",
    "situations",
    "trace",
]
