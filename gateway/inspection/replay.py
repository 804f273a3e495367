"""What other rules would have made of a recorded decision, by the very function that decides.

Above the threshold of then everything is known: what is less sure than the new one falls away, and a report that
nothing strong bears out any more falls away with it, as in `inspect.py`. Below it the record knows what was found down
to the proof's threshold of then. What it cannot know raises `Lacking`; nothing is guessed.

In: one recorded decision, and rules. Out: what they would have done. Pure.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.inspection.kinds import BEARS_OUT, UNREAD
from gateway.inspection.limits import RULE as OVER_LIMIT
from gateway.inspection.ties import UNSEARCHED
from gateway.model import Action, Decision, strictest
from gateway.model.decision_record import RecordedDecision
from gateway.policy import Policy, Situation, judge
from gateway.policy.recorded import Lacking, recounted, situations_of

OUT_OF_TIME = "out-of-time"
_HELD_ANYWAY = (OVER_LIMIT, OUT_OF_TIME)
"""Rules of ours that hold a message whatever those of the policy say."""
_NOT_REWRITTEN = ("cannot-rewrite", "placeholder-tells", "not-proved")
"""Rules of ours by which a message is held that the policy rewrites; in monitor mode, would be."""
_BY_CONTENT = frozenset(("content",))
PERSONAL = "personal_data"
TIE_ALONE = "by_name_alone"


@dataclass(frozen=True, slots=True)
class Replayed:
    """What would have become of a message, and by which rule; `would` in monitor mode."""

    action: Action
    rule: str
    would: Action | None = None
    would_rule: str = ""


def replayed(record: RecordedDecision, policy: Policy) -> Replayed:
    """Under these rules. Raises: Lacking, where the record does not hold what they ask for."""
    return outcome(record, decided(record, policy))


def decided(record: RecordedDecision, policy: Policy) -> Decision:
    """What the rules alone say. Raises: Lacking."""
    return judge(standing(record, policy), policy)


def standing(record: RecordedDecision, policy: Policy) -> tuple[Situation, ...]:
    """The situations that these rules would judge. Raises: Lacking."""
    known = situations_of(record.situations)
    found: Sequence[Situation] = [one for one in known if one.score >= policy.threshold]
    if policy.personal_data == "off":
        found = [one for one in found if one.detector != PERSONAL]
    if policy.threshold > record.threshold:
        found = _borne_out(found)
        if record.by_name_alone and found and all(one.kind in UNREAD for one in found):
            raise Lacking(TIE_ALONE)  # whether it is a party's mail at all is not recorded
    return recounted(found, [one for one in known if one.score >= record.threshold])


def _borne_out(found: Sequence[Situation]) -> Sequence[Situation]:
    """Without the reports that a message concerns for its content alone, where nothing strong of them is left."""
    if any(one.detector in UNSEARCHED for one in found):
        return found
    strong = {one.report for one in found if one.kind in BEARS_OUT}
    return [one for one in found if one.reasons != _BY_CONTENT or one.report in strong]


def outcome(record: RecordedDecision, decision: Decision) -> Replayed:
    """What becomes of the message where the rules say this: where they say the same as then, what became of it then."""
    if record.would is not None and record.would_rule in _NOT_REWRITTEN:
        if decision.would == "redact":
            decision = replace(decision, would=record.would, would_rule=record.would_rule)
        if decision.action == "redact":
            decision = replace(decision, action=record.would, rule=record.would_rule)
    if decision.action == record.judged:
        stricter = record.action != record.judged
        return Replayed(record.action, record.rule if stricter else decision.rule, decision.would, decision.would_rule)
    if record.rule in _HELD_ANYWAY:
        return Replayed(strictest((decision.action, "quarantine")), record.rule)
    return Replayed(decision.action, decision.rule, decision.would, decision.would_rule)
