"""From findings to one decision. Pure.

Every finding is taken by the first rule that holds for it; the strictest action over all findings holds for the whole
message, for all its recipients. Where several rules ask for it, that of the gravest finding is named: whoever decides
reads the name first, and what was handed in says more than a place and a date. A finding that no rule takes is held:
rules that forget a case must not leak it.

Personal data of third parties that is only to be watched is taken before any rule and changes nothing.
"""

from collections.abc import Sequence

from gateway.model import Action, Decision, Envelope, Finding, Kind, Match, strictest
from gateway.policy.conditions import conditions
from gateway.policy.schema import Policy, Rule, Situation
from gateway.policy.situations import situations

_GRAVEST: tuple[Kind, ...] = (
    "material", "qr_code", "avatar", "thread", "government_id", "phone", "address", "account", "name", "nickname",
    "circumstance", "malformed", "uninspectable", "personal_data",
)  # fmt: skip
"""What says most of the reporter first; then what may, and what says nothing of one."""

CLEAN, DEFAULT, MONITORED = "clean", "default", "monitored"


def decide(
    findings: Sequence[Finding],
    envelope: Envelope,
    matches: Sequence[Match],
    policy: Policy,
    mentions_report: bool = True,
) -> Decision:
    """The action, the rule that set it, and the rule of each finding in their order."""
    return judge(situations(findings, envelope, matches, mentions_report), policy)


def judge(found: Sequence[Situation], policy: Policy) -> Decision:
    """The same of what rules may ask, which a record of an older decision keeps."""
    taken: list[tuple[str, Action]] = []
    for situation in found:
        if situation.kind == "personal_data" and policy.personal_data == "monitor":
            taken.append((MONITORED, "pass"))
            continue
        rule = _first(situation, policy)
        taken.append((rule.name, rule.action) if rule else (DEFAULT, policy.default))
    action = strictest(action for _, action in taken)
    named = [
        (_GRAVEST.index(situation.kind), name)
        for situation, (name, each) in zip(found, taken, strict=True)
        if each == action and name != MONITORED
    ]
    name = min(named, key=lambda one: one[0])[1] if named else CLEAN
    return Decision(action, name, policy.digest, tuple(name for name, _ in taken))


def gravest(policy: Policy, envelope: Envelope) -> Action:
    """The strictest action that these rules can have for a message of this envelope, whatever is found in it."""
    known, reached = conditions(), list[Action]()
    for rule in policy.rules:
        told = [known[key].constant_result(value, envelope) for key, value in rule.when]
        if False not in told:
            reached.append(rule.action)
        if all(told):  # it takes every finding, and what is behind it none
            return strictest(reached)
    return strictest((*reached, policy.default))


def is_settled(decision: Decision, policy: Policy, envelope: Envelope) -> bool:
    """Whether nothing that may still be found could make the decision stricter, so that nobody has to look for it. Only
    for what does not go out: what is passed or rewritten has to be known whole."""
    return decision.action in ("quarantine", "reject") and decision.action == gravest(policy, envelope)


def _first(situation: Situation, policy: Policy) -> Rule | None:
    known = conditions()
    for rule in policy.rules:
        if all(known[key].holds(value, situation) for key, value in rule.when):
            return rule
    return None
