"""Two people where a rule says so: walked at random on a real store, with bulk, double clicks and crashes between."""

import asyncio
import tempfile
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from gateway.audit.verify import verify
from gateway.errors import Problem
from gateway.model import HeldSummary, Location, MailAddress, MailFacts, Proposal, ProposedAction, Reading
from gateway.policy import Policy, packaged_policy
from gateway.quarantine.four_eyes import (
    Decider,
    Proposed,
    effects,
    is_own_mail,
    may_decide,
    needs_two,
    second_word,
)
from gateway.quarantine.release import AnswerLost, NotReached, ReleaseOutcome, SendResult, Sent, discard, release, sweep
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from quarantine.conftest import Upstream, new_hold

PEOPLE = ("console:alice", "console:bob", "api:desk")


def strict() -> Policy:
    policy = packaged_policy()
    rule_ = replace(policy.rules[0], name="held", action="quarantine", four_eyes=True)
    return replace(policy, rules=(rule_, *policy.rules))


def say(
    store: SqlStore,
    held: str,
    actor: str,
    upstream: Upstream,
    action: ProposedAction = "release",
    policy: Policy | None = None,
    address: str = "",
) -> ReleaseOutcome:
    """What `service.sending` does."""
    word = second_word(
        store.quarantine, store.proposals, policy or strict(), held, action, Decider(actor, address), "why"
    )
    if isinstance(word, Proposed):
        return ReleaseOutcome("held", "proposed")
    return asyncio.run(release(store.quarantine, held, actor, "why", upstream, confirming=word))


def events(store: SqlStore) -> list[tuple[str, str]]:
    return [(entry.event, entry.actor) for entry in store.audit.entries()]


def test_the_first_proposes_and_another_person_decides(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent())
    assert say(store, held, "console:alice", upstream).result == "proposed"
    with pytest.raises(Problem, match="a second person decides"):
        say(store, held, "console:alice", upstream)
    assert upstream.got == 0
    assert say(store, held, "console:bob", upstream).result == "sent"
    assert upstream.got == 1
    assert store.proposals.of(held) is None
    assert [event for event in events(store) if event[0] in ("release_proposed", "released")] == [
        ("release_proposed", "console:alice"),
        ("released", "console:bob"),
    ]
    (claimed,) = [entry for entry in store.audit.entries() if entry.event == "release_claimed"]
    assert "console:alice" in claimed.detail


def test_without_such_a_rule_one_person_is_enough(store: SqlStore, held: str) -> None:
    assert say(store, held, "console:alice", Upstream(Sent()), policy=packaged_policy()).result == "sent"


def test_a_rule_that_took_any_finding_counts(store: SqlStore, held: str) -> None:
    summary = store.quarantine.summary(held)
    assert summary is not None
    assert needs_two(strict(), replace(summary, rule="other", rules=("other", "held")))
    assert not needs_two(strict(), replace(summary, rule="other", rules=("other",)))


def test_what_is_turned_down_is_proposed_again_from_the_beginning(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent())
    say(store, held, "console:alice", upstream)
    standing = store.proposals.of(held)
    assert standing is not None
    assert store.proposals.turn_down(standing, "console:bob", "no")
    assert not store.proposals.turn_down(standing, "console:bob", "no")
    assert say(store, held, "console:bob", upstream).result == "proposed"
    # What was turned down is no second word, even from whoever still has it on their screen.
    word = asyncio.run(_claimed(store, held, "api:desk", standing, upstream))
    assert isinstance(word, Problem)
    assert upstream.got == 0


async def _claimed(
    store: SqlStore, held: str, actor: str, confirming: Proposal, upstream: Upstream
) -> ReleaseOutcome | Problem:
    try:
        return await release(store.quarantine, held, actor, "why", upstream, confirming=confirming)
    except Problem as problem:
        return problem


def test_nobody_confirms_their_own_by_going_round_the_rules(store: SqlStore, held: str) -> None:
    upstream = Upstream(Sent())
    say(store, held, "console:alice", upstream)
    standing = store.proposals.of(held)
    assert standing is not None
    assert isinstance(asyncio.run(_claimed(store, held, "console:alice", standing, upstream)), Problem)
    assert upstream.seen == []


def test_another_action_than_the_proposed_is_no_second_word(store: SqlStore, held: str) -> None:
    say(store, held, "console:alice", Upstream(Sent()), "release-rewritten")
    with pytest.raises(Problem, match="something else is proposed"):
        say(store, held, "console:bob", Upstream(Sent()), "release")


def test_a_refused_release_keeps_the_proposal_and_a_cut_line_ends_it(store: SqlStore, held: str) -> None:
    say(store, held, "console:alice", Upstream(Sent()))
    assert say(store, held, "console:bob", Upstream(NotReached(), dot=False)).state == "held"
    assert store.proposals.of(held) is not None
    assert say(store, held, "console:bob", Upstream(AnswerLost())).state == "uncertain"
    assert store.proposals.of(held) is None
    assert say(store, held, "console:bob", Upstream(Sent())).result == "proposed"


def test_whoever_sent_a_mail_decides_nothing_of_it(store: SqlStore, held: str) -> None:
    for policy in (strict(), packaged_policy()):
        with pytest.raises(Problem, match="sent themselves"):
            say(store, held, "console:alice", Upstream(Sent()), policy=policy, address="Staff+x@Platform.example")
    summary = store.quarantine.summary(held)
    assert summary is not None
    with pytest.raises(Problem, match="sent themselves"):
        may_decide(summary, Decider("console:alice", "staff@platform.example"))
    assert not is_own_mail("", summary)
    assert not is_own_mail("other@platform.example", summary)


def test_the_author_is_who_the_message_says_too(store: SqlStore) -> None:
    mails = (MailFacts(Location(""), (MailAddress("from", "Li", "li@platform.example"),)),)
    held = store.quarantine.hold(replace(new_hold(), reading=Reading(mails=mails)), "relay")
    summary = store.quarantine.summary(held)
    assert summary is not None
    assert is_own_mail("li@platform.example", summary)


def test_effects_say_before_what_happens_after(store: SqlStore, held: str) -> None:
    def effect(actor: str, action: str = "release", address: str = "") -> str:
        message = store.quarantine.summary(held)
        assert message is not None
        standing = store.proposals.among((held,))
        return effects([message], standing, strict(), action, Decider(actor, address))[held]

    assert effect("console:alice") == "propose"
    assert effect("console:alice", "discard") == "go"
    assert effect("console:alice", "release", "staff@platform.example") == "own"
    say(store, held, "console:alice", Upstream(Sent()))
    assert effect("console:alice") == "yours"
    assert effect("console:bob") == "confirm"
    assert effect("console:bob", "release-rewritten") == "other"
    discard(store.quarantine, held, "console:bob", "why")
    assert effect("console:bob") == "state"


def test_two_who_confirm_at_once_send_once(store: SqlStore, held: str) -> None:
    upstream, gate = Upstream(Sent()), threading.Barrier(4)
    say(store, held, "console:alice", upstream)
    results: list[str] = []

    def confirm(number: int) -> None:
        gate.wait()
        try:
            results.append(say(store, held, f"console:{number % 2}", upstream).result)
        except Problem:
            results.append("problem")

    threads = [threading.Thread(target=confirm, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["problem", "problem", "problem", "sent"]
    assert upstream.got == 1


def test_two_who_propose_at_once_make_one_proposal(store: SqlStore, held: str) -> None:
    gate, made = threading.Barrier(4), list[bool]()

    def propose(number: int) -> None:
        gate.wait()
        made.append(store.proposals.propose(held, "release", f"console:{number}", "why"))

    threads = [threading.Thread(target=propose, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [False, False, False, True]


class TwoPeople(RuleBasedStateMachine):
    """Three messages, three people. `proposed` is who proposed what and still stands; `got` what the world has."""

    @initialize()
    def messages_are_held(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.store = open_store(f"sqlite:///{Path(self.folder.name) / 'hushgate.db'}", Vault(b"k" * 32))
        self.held = [self.store.quarantine.hold(new_hold(b"%d\r\n" % n), "relay") for n in range(3)]
        self.state = dict.fromkeys(self.held, "held")
        self.proposed: dict[str, tuple[str, str]] = {}
        self.got = dict.fromkeys(self.held, 0)
        self.risks = dict.fromkeys(self.held, 0)

    @rule(
        which=st.sets(st.integers(0, 2), min_size=1),
        who=st.sampled_from(PEOPLE),
        action=st.sampled_from(["release", "release-rewritten"]),
        end=st.sampled_from(["sent", "refused", "cut", "killed", "killed late"]),
        clicks=st.integers(1, 2),
    )
    def somebody_releases(self, which: set[int], who: str, action: ProposedAction, end: str, clicks: int) -> None:
        """One or several, once or twice in a row."""
        for number in sorted(which):
            for _ in range(clicks):
                self._release(self.held[number], who, action, end)

    def _release(self, held: str, who: str, action: ProposedAction, end: str) -> None:
        allowed = self.state[held] in ("held", "uncertain")
        standing = self.proposed.get(held)
        proposes = allowed and standing is None
        sends = allowed and standing is not None and standing[1] == action and standing[0] != who
        answers: dict[str, SendResult] = {"sent": Sent(), "refused": NotReached(), "cut": AnswerLost()}
        answer = answers.get(end)
        if answer is None and sends:  # the process died between the claim and the end
            word = second_word(self.store.quarantine, self.store.proposals, strict(), held, action, Decider(who), "why")
            assert isinstance(word, Proposal)
            was = self.state[held]
            self.risks[held] += was == "uncertain"
            assert self.store.quarantine.move(held, "claim", who, "why", "", "dead", word) == "releasing"
            if end == "killed late":
                assert self.store.quarantine.sending(held, who, "dead")
                self.got[held] += 1  # it may have left
            self.state[held] = "dead late" if end == "killed late" else "dead"
            return
        upstream = Upstream(answer or Sent(), dot=end != "refused")
        try:
            outcome = say(self.store, held, who, upstream, action)
        except Problem:
            assert not proposes
            assert not sends
            assert upstream.seen == []
            return
        if outcome.result == "proposed":
            assert proposes
            assert upstream.seen == []
            self.proposed[held] = (who, action)
            return
        assert sends
        self.risks[held] += self.state[held] == "uncertain"
        self.got[held] += upstream.got
        self.state[held] = outcome.state
        if outcome.state != "held":
            self.proposed.pop(held)

    @rule(number=st.integers(0, 2), who=st.sampled_from(PEOPLE))
    def somebody_turns_it_down(self, number: int, who: str) -> None:
        held = self.held[number]
        standing = self.store.proposals.of(held)
        assert (standing is None) == (held not in self.proposed)
        if standing is not None:
            done = self.store.proposals.turn_down(standing, who, "why")
            assert done == (self.state[held] in ("held", "uncertain"))
            if done:
                self.proposed.pop(held)

    @rule(number=st.integers(0, 2), who=st.sampled_from(PEOPLE))
    def somebody_discards(self, number: int, who: str) -> None:
        held = self.held[number]
        try:
            discard(self.store.quarantine, held, who, "why")
        except Problem:
            assert self.state[held] not in ("held", "uncertain")
        else:
            assert self.state[held] in ("held", "uncertain")
            self.state[held] = "discarded"
            self.proposed.pop(held, None)

    @rule()
    def the_sweeper_comes_by(self) -> None:
        sweep(self.store.quarantine, datetime.now(UTC) + timedelta(hours=1), timedelta(minutes=15), "sweeper")
        for held, state in self.state.items():
            if state == "dead late":
                self.state[held] = "uncertain"
                self.proposed.pop(held, None)
            elif state == "dead":
                self.state[held] = "held"

    @invariant()
    def the_store_is_where_the_table_says(self) -> None:
        if hasattr(self, "store"):
            found = {one.id: one.status for one in self.store.quarantine.summaries()}
            wanted = {held: "releasing" if state.startswith("dead") else state for held, state in self.state.items()}
            assert found == wanted

    @invariant()
    def each_goes_out_once_on_the_word_of_two(self) -> None:
        if hasattr(self, "store"):
            assert all(self.got[held] <= 1 + self.risks[held] for held in self.held)
            claims = [entry for entry in self.store.audit.entries() if entry.event == "release_claimed"]
            assert all(f'"proposed_by":"{entry.actor}"' not in entry.detail for entry in claims)
            assert all("proposed_by" in entry.detail for entry in claims)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            assert verify(self.store.audit.entries(), self.store.audit.head).sound
            self.store.shut()
            self.folder.cleanup()


TwoPeople.TestCase.settings = settings(max_examples=20, stateful_step_count=14, deadline=None)


TestTwoPeople = pytest.mark.slow(TwoPeople.TestCase)


def test_a_summary_names_its_rules(store: SqlStore, held: str) -> None:
    found: HeldSummary | None = store.quarantine.summary(held)
    assert found is not None
    assert found.rules == ("held",)
