"""Rules: what becomes of a message, given what was found in it. The middle is pure; only `load` reads a file."""

from gateway.policy.evaluate import MONITORED, decide, gravest, is_settled, judge, watched
from gateway.policy.for_release import rewriting_all
from gateway.policy.load import (
    load_policy,
    packaged_policy,
    policy_gaps,
    policy_in,
    policy_problems,
    policy_warnings,
    rules_as_written,
)
from gateway.policy.schema import NO_LIMITS, Policy, Rule, SenderLimits, Situation
from gateway.policy.situations import NO_FACTS, MessageFacts, situations
from gateway.policy.trace import ConditionTrace, RuleTrace, Trace, trace
from gateway.policy.watching import watching_notes

__all__ = [
    "MONITORED",
    "NO_FACTS",
    "NO_LIMITS",
    "ConditionTrace",
    "MessageFacts",
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
    "policy_gaps",
    "policy_in",
    "policy_problems",
    "policy_warnings",
    "rewriting_all",
    "rules_as_written",
    "situations",
    "trace",
    "watched",
    "watching_notes",
]
