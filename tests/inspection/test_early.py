"""A message is decided as soon as the answer is certain, and never before: what goes out was looked at whole."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.demo.drawing import avatar, png
from gateway.errors import ReaderDied, ReaderTimedOut
from gateway.inspection.inspect import complete, examine, settle
from gateway.inspection.tools import Further, InspectionDeps, Subjects
from gateway.model import Client, Edit, Envelope, Held, HoldEvent, MaterialMark, Message, Reading, Recipient, Step
from gateway.policy import Rule, packaged_policy
from gateway.reading.walk import read_file, read_mail, read_mail_by_steps, skim_mail
from gateway.rewriting.apply import apply
from gateway.storage.engine import open_store
from gateway.storage.protocols import Store
from gateway.vault.vault import Vault
from inspecting import REPORT

LETTER = "举报材料,内容从略。".encode() * 40
PARTY, STRANGER = "xinger@streamers.example", "yuanshan@streamers.example"


class Plain:
    """Reads in this process, and cannot stop on the way."""

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        return read_mail(content)

    def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
        return skim_mail(content)

    def read_file(self, content: bytes, name: str) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        return apply(content, edits)


class Stepping(Plain):
    """Reads by steps; notes which, and fails before one of them."""

    def __init__(self, before: Step | None = None, error: Exception | None = None) -> None:
        self.steps: list[Step] = []
        self.before, self.error = before, error

    def read_by_steps(self, content: bytes, further: Further, deadline: object = None) -> Reading:
        reads = read_mail_by_steps(content)
        step, reading = next(reads)
        self.steps.append(step)
        while step != "whole":
            wanted = further(reading, step)
            if wanted is None:
                return reading
            if wanted == self.before and self.error is not None:
                raise self.error
            step, reading = reads.send(wanted)
            self.steps.append(step)
        return reading


def envelope(to: str = PARTY) -> Envelope:
    client = Client("127.0.0.1", "staff")
    return Envelope("kefu@platform.example", (Recipient(to),), client, datetime(2026, 1, 2, tzinfo=UTC))


def tools(store: Store, reader: Plain) -> InspectionDeps:
    return InspectionDeps(
        store.reports, Subjects(store.reports), reader, packaged_policy(), store.quarantine, store.marks, store.callings
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32))
    mark = MaterialMark("信.txt", "text", len(LETTER), sha256(LETTER).digest())
    store.reports.put([replace(REPORT, materials=(mark,))], "test")
    yield store
    store.shut()


def written(text: str, *, letter: bool = False, picture: bool = True) -> Message:
    message = EmailMessage()
    message["From"], message["Subject"], message["Message-ID"] = "kefu@platform.example", "关于", "<9@platform.example>"
    message.set_content(text)
    if picture:
        message.add_attachment(png(avatar(4, 300)), maintype="image", subtype="png", filename="图.png")
    if letter:
        message.add_attachment(LETTER, maintype="application", subtype="octet-stream", filename="a.dat")
    return Message("m", message.as_bytes(policy=message.policy.clone(linesep="\r\n")))


@pytest.mark.parametrize("to", [PARTY, STRANGER])
def test_what_was_handed_in_is_held_before_any_picture_is_looked_at(store: Store, to: str) -> None:
    reader = Stepping()
    found = examine(envelope(to), written("请看附件。", letter=True), tools(store, reader), early=True)
    assert (found.decision.action, found.decision.rule, found.unfinished) == ("quarantine", "material", True)
    assert reader.steps == ["sifted"]


@pytest.mark.parametrize(
    ("text", "action"), [("请说明当晚情况。", "pass"), ("观众张小鸣反映您的直播，请说明。", "redact")]
)
def test_what_goes_out_was_looked_at_whole(store: Store, text: str, action: str) -> None:
    reader = Stepping()
    found = examine(envelope(), written(text), tools(store, reader), early=True)
    assert (found.decision.action, found.unfinished) == (action, False)
    assert reader.steps == ["sifted", "skimmed", "whole"]


def test_a_rule_that_refuses_is_looked_for_to_the_end(store: Store) -> None:
    reader = Stepping()
    using = tools(store, reader)
    refuse = Rule("refuse", "reject", (("kinds", frozenset({"phone"})),))
    using = replace(using, policy=replace(using.policy, rules=(refuse, *using.policy.rules)))
    found = examine(envelope(), written("请看附件。", letter=True), using, early=True)
    assert (found.decision.action, found.unfinished) == ("quarantine", False)
    found = examine(envelope(), written("电话 13800138000", letter=True), using, early=True)
    assert (found.decision.action, found.unfinished) == ("reject", True)


def test_nobody_s_mail_is_not_read_to_its_pictures_words(store: Store) -> None:
    reader = Stepping()
    found = examine(envelope(STRANGER), written("您好。"), tools(store, reader), early=True)
    assert (found.decision.action, reader.steps) == ("pass", ["sifted", "skimmed"])


@pytest.mark.parametrize("error", [ReaderTimedOut(), ReaderDied()])
def test_what_a_step_found_is_not_lost_with_the_next_one(store: Store, error: Exception) -> None:
    # To somebody whom nobody knows, what pointed to a report stood in what was read first.
    for early in (False, True):
        using = tools(store, Stepping(before="whole", error=error))
        using = replace(
            using, policy=replace(using.policy, rules=(Rule("name", "pass", (("kinds", frozenset({"phone"})),)),))
        )
        message = written("电话 13800138000")
        using.crashes.count(message.digest)
        found = examine(envelope(STRANGER), message, using, early=early)
        assert found.decision.action == "quarantine"
        assert "uninspectable" in {finding.kind for finding in found.findings}


def test_the_rest_is_added_to_a_held_message_and_its_rule_stays(store: Store) -> None:
    using, message = tools(store, Stepping()), written("电话 13800138000", letter=True)
    early = examine(envelope(), message, using, early=True)
    verdict = settle(envelope(), message, early, using)
    assert isinstance(verdict, Held)
    before = store.quarantine.open(verdict.id, "t", "test")
    assert before is not None
    assert not before.looked_through
    assert complete(verdict.id, envelope(), message, early, using)
    after = store.quarantine.open(verdict.id, "t", "test")
    assert after is not None
    assert after.looked_through
    assert after.reading is not None
    assert len(after.reading.pictures) == 1
    assert set(before.findings) <= set(after.findings)
    assert (after.summary.rule, after.content) == (before.summary.rule, before.content)
    assert settle(envelope(), message, examine(envelope(), message, using, early=True), using) == verdict


@pytest.mark.parametrize("event", ["claim", "discard"])
def test_what_somebody_decided_on_stays_as_it_was(store: Store, event: HoldEvent) -> None:
    using, message = tools(store, Stepping()), written("电话 13800138000", letter=True)
    early = examine(envelope(), message, using, early=True)
    verdict = settle(envelope(), message, early, using)
    assert isinstance(verdict, Held)
    store.quarantine.move(verdict.id, event, "t", "reason", lease="l")
    assert not complete(verdict.id, envelope(), message, early, using)
    after = store.quarantine.open(verdict.id, "t", "test")
    assert after is not None
    assert not after.looked_through


def test_where_all_of_it_looks_milder_the_hold_stays(store: Store) -> None:
    using, message = tools(store, Stepping()), written("请看附件。", letter=True)
    early = examine(envelope(), message, using, early=True)
    verdict = settle(envelope(), message, early, using)
    assert isinstance(verdict, Held)
    store.reports.put([REPORT], "test")  # the letter is no material any more
    assert complete(verdict.id, envelope(), message, early, tools(store, Stepping()))
    after = store.quarantine.open(verdict.id, "t", "test")
    assert after is not None
    assert {finding.kind for finding in after.findings} == {"material"}


def test_tools_of_any_reader_will_do(store: Store) -> None:
    using: InspectionDeps = tools(store, Plain())
    found = examine(envelope(STRANGER), written("请看附件。", letter=True), using, early=True)
    assert (found.decision.action, found.decision.rule) == ("quarantine", "material")
