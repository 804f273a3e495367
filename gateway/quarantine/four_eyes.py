"""Who may decide on a held message, and whether one person is enough.

Where a rule that took something of the message says `four_eyes = true`, a release (as it is, or rewritten) takes two:
the first one's word is a proposal, and another person's word on the same is the decision. Nobody decides on mail of
their own. To discard or to return a message takes one.

In: the message, the rules, who decides. Out: `Proposed`, or the proposal that is confirmed, or None where one person is
enough. Raises Problem. Blocks on the store.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import Problem
from gateway.model import HeldSummary, Proposal, ProposedAction
from gateway.model.quarantine import WAITING
from gateway.policy import Policy
from gateway.quarantine.release import reason_given, why_not
from gateway.storage.protocols import Quarantine
from gateway.storage.review_protocols import Proposals
from gateway.text.addresses import fold_address


@dataclass(frozen=True, slots=True)
class Decider:
    """`actor` as in the audit log: each account and each token is one person. `address`: of their own mail, empty where
    none is known."""

    actor: str
    address: str = ""


class Proposed:
    """Nothing is sent; a second person decides."""


PROPOSED = Proposed()


def needs_two(policy: Policy, message: HeldSummary) -> bool:
    """Whether a rule that took something of the message wants four eyes, by the rules of now."""
    strict = {rule.name for rule in policy.rules if rule.four_eyes}
    return not strict.isdisjoint((message.rule, *message.rules))


def is_own_mail(address: str, message: HeldSummary) -> bool:
    """Whether somebody with this address sent the message: by its envelope, or by what it says of its author."""
    own = fold_address(address)
    return bool(own) and own in {fold_address(one) for one in (message.sender, *message.authors)}


def may_decide(message: HeldSummary, decider: Decider) -> None:
    """Problem where somebody would decide on mail of their own."""
    if is_own_mail(decider.address, message):
        raise Problem(message.id, "nobody decides on mail that they sent themselves", "ask another reviewer")


def second_word(
    quarantine: Quarantine,
    proposals: Proposals,
    policy: Policy,
    held: str,
    action: ProposedAction,
    decider: Decider,
    reason: str,
) -> Proposal | Proposed | None:
    """What this person's word on a release is: the first of two (it is written down), the second, or enough alone."""
    reason = reason_given(held, reason)
    message = quarantine.summary(held)
    if message is None or message.status not in WAITING:
        raise why_not(quarantine, held, "released" if action == "release" else "released rewritten")
    may_decide(message, decider)
    if not needs_two(policy, message):
        return None
    standing = proposals.of(held)
    if standing is None:
        if proposals.propose(held, action, decider.actor, reason):
            return PROPOSED
        raise Problem(held, "somebody else decided just now", "look again")
    if standing.person == decider.actor:
        raise Problem(held, "you proposed this: a second person decides", "ask another reviewer")
    if standing.action != action:
        wrong = f"something else is proposed: {standing.action}"
        raise Problem(held, wrong, "confirm that or turn it down first")
    return standing


def effects(
    messages: Sequence[HeldSummary], standing: dict[str, Proposal], policy: Policy, action: str, decider: Decider
) -> dict[str, str]:
    """What a decision would do to each message, as a word: `go`, `propose`, `confirm`, or why nothing: `own`, `state`,
    `yours`, `other`."""
    return {one.id: _effect(one, standing.get(one.id), policy, action, decider) for one in messages}


def _effect(message: HeldSummary, standing: Proposal | None, policy: Policy, action: str, decider: Decider) -> str:
    if message.status not in WAITING:
        return "state"
    if is_own_mail(decider.address, message):
        return "own"
    if action not in ("release", "release-rewritten") or not needs_two(policy, message):
        return "go"
    if standing is None:
        return "propose"
    if standing.person == decider.actor:
        return "yours"
    return "confirm" if standing.action == action else "other"
