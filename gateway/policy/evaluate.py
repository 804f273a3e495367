"""From findings to one decision. Pure.

Every finding is taken by the first rule that holds for it; the strictest action over all findings holds for the whole
message, for all its recipients. Where several rules ask for it, that of the gravest finding is named: whoever decides
reads the name first, and what was handed in says more than a place and a date. A finding that no rule takes is held:
rules that forget a case must not leak it.

Personal data of third parties that is only to be watched is taken before any rule and changes nothing. What a watched
rule takes passes, and every rule is watched where the policy is: the decision says what would have been done.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.model import Action, Decision, Envelope, Finding, Kind, Match, is_stricter, strictest
from gateway.policy.conditions import conditions
from gateway.policy.schema import Policy, Rule, Situation
from gateway.policy.situations import NO_FACTS, MessageFacts, situations

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
    facts: MessageFacts = NO_FACTS,
) -> Decision:
    """The action, the rule that set it, and the rule of each finding in their order."""
    return judge(situations(findings, envelope, matches, mentions_report, facts), policy)


def judge(found: Sequence[Situation], policy: Policy) -> Decision:
    """The same of what rules may ask, which a record of an older decision keeps."""
    if policy.mode == "monitor":
        return watched(judge(found, policy.enforced()))
    taken = [_taken(situation, policy) for situation in found]
    done: list[Action] = ["pass" if one.watched else one.action for one in taken]
    action = strictest(done)
    rule = _named(found, taken, done, action)
    decision = Decision(action, rule, policy.digest, tuple(one.rule for one in taken))
    wanted: list[Action] = [one.action for one in taken]
    would = strictest(wanted)
    if not is_stricter(would, action):
        return decision
    return replace(decision, would=would, would_rule=_named(found, taken, wanted, would))


def watched(decision: Decision) -> Decision:
    """The decision of a policy that only watches: the mail passes, and what would have been done is noted."""
    if decision.action == "pass":
        return decision
    return replace(decision, action="pass", would=decision.action, would_rule=decision.rule)


@dataclass(frozen=True, slots=True)
class _Taken:
    """By which rule a finding was taken, what that asks for, and whether it is only watched."""

    rule: str
    action: Action
    watched: bool = False


def _taken(situation: Situation, policy: Policy) -> _Taken:
    if situation.kind == "personal_data" and policy.personal_data == "monitor":
        return _Taken(MONITORED, "pass")
    rule = _first(situation, policy)
    return _Taken(DEFAULT, policy.default) if rule is None else _Taken(rule.name, rule.action, rule.monitor)


def _named(found: Sequence[Situation], taken: Sequence[_Taken], actions: Sequence[Action], action: Action) -> str:
    """Of the rules that ask for this action, the one of the gravest finding."""
    named = [
        (_GRAVEST.index(situation.kind), one.rule)
        for situation, one, each in zip(found, taken, actions, strict=True)
        if each == action and one.rule != MONITORED
    ]
    return min(named, key=lambda one: one[0])[1] if named else CLEAN


def gravest(policy: Policy, envelope: Envelope) -> Action:
    """The strictest action that these rules can have for a message of this envelope, whatever is found in it."""
    known, reached = conditions(), list[Action]()
    for rule in policy.rules:
        told = [known[key].constant_result(value, envelope) for key, value in rule.when]
        if False not in told:
            reached.append("pass" if policy.watches(rule) else rule.action)
        if all(told):  # it takes every finding, and what is behind it none
            return strictest(reached)
    return strictest((*reached, "pass" if policy.mode == "monitor" else policy.default))


def is_settled(decision: Decision, policy: Policy, envelope: Envelope) -> bool:
    """Whether nothing that may still be found could make the decision stricter, so that nobody has to look for it. Only
    for what does not go out: what is passed or rewritten has to be known whole. Nor where more findings may move what
    was found to a rule that asks for less."""
    if decision.action not in ("quarantine", "reject") or decision.action != gravest(policy, envelope):
        return False
    known = conditions()
    return not any(
        known[key].grows and is_stricter(decision.action, "pass" if policy.watches(rule) else rule.action)
        for rule in policy.rules
        for key, _ in rule.when
    )


def _first(situation: Situation, policy: Policy) -> Rule | None:
    known = conditions()
    for rule in policy.rules:
        if all(known[key].holds(value, situation) for key, value in rule.when):
            return rule
    return None
