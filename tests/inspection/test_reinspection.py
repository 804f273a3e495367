"""A held message looked at again with a password: evidence changes, and nothing else does."""

from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

import pytest
import pyzipper

from examining import envelope, shut_stores, stored, tools_of
from gateway.errors import Problem, ReaderTimedOut
from gateway.inspection.inspect import examine, settle
from gateway.inspection.reinspection import look_again
from gateway.inspection.tools import InspectionDeps
from gateway.model import Held, HeldMessage, Item, Message, Party, Report

REPORT = Report(
    "R-1",
    "open",
    "2020-09-18T10:00:00+08:00",
    (Party("星儿", ("xinger@streamers.example",)),),
    (Item("name", "张小鸣"),),
)
SECRET, CLEAN = "举报人是张小鸣", "本月结算单"


@pytest.fixture(autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    shut_stores()


def locked(password: str, content: str | bytes, name: str = "信.txt") -> bytes:
    made = BytesIO()
    with pyzipper.AESZipFile(made, "w", encryption=pyzipper.WZ_AES) as file:
        file.setpassword(password.encode())
        file.writestr(name, content)
    return made.getvalue()


def mail(*files: bytes, text: str = "请查收") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", "xinger@streamers.example", "x"
    message.set_content(text)
    for number, file in enumerate(files):
        message.add_attachment(file, maintype="application", subtype="zip", filename=f"{number}.zip")
    return message.as_bytes()


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[InspectionDeps]:
    store = stored(tmp_path, REPORT)
    yield tools_of(store)
    store.shut()


def held(tools: InspectionDeps, *files: bytes) -> str:
    asked, message = envelope("xinger@streamers.example"), Message("m", mail(*files))
    verdict = settle(asked, message, examine(asked, message, tools), tools)
    assert isinstance(verdict, Held)
    return verdict.id


def seen(tools: InspectionDeps, id_: str) -> HeldMessage:
    message = tools.quarantine.open(id_, "test", "test")
    assert message is not None
    return message


@pytest.mark.parametrize(("text", "kinds"), [(SECRET, ["name"]), (CLEAN, [])])
def test_with_the_right_one_there_is_new_evidence(tools: InspectionDeps, text: str, kinds: list[str]) -> None:
    id_ = held(tools, locked("a b c", text))
    before = seen(tools, id_)
    assert not look_again(id_, "console:mei", tools, "wrong")
    assert seen(tools, id_) == before
    assert look_again(id_, "console:mei", tools, "a b c")
    after = seen(tools, id_)
    assert [finding.kind for finding in after.findings] == kinds
    assert (after.summary.opened, after.passwords, after.summary.status) == ("given", ("a b c",), "held")
    assert (after.summary.rule, after.summary.reports) == (before.summary.rule, before.summary.reports)
    assert (after.content, after.envelope) == (before.content, before.envelope)
    assert not look_again(id_, "console:mei", tools, "a b c")  # nothing is locked any more


def test_two_files_with_two_passwords_given_one_after_the_other(tools: InspectionDeps) -> None:
    id_ = held(tools, locked("one", CLEAN), locked("two", SECRET))
    assert look_again(id_, "console:mei", tools, "one")
    assert {finding.kind for finding in seen(tools, id_).findings} == {"uninspectable"}
    assert look_again(id_, "console:mei", tools, "two")
    after = seen(tools, id_)
    assert {finding.kind for finding in after.findings} == {"name"}
    assert after.passwords == ("two", "one")


def test_a_pasted_blank_does_no_harm(tools: InspectionDeps) -> None:
    assert look_again(held(tools, locked("word", CLEAN)), "console:mei", tools, " word ")


def test_every_look_is_audited_without_the_password(tmp_path: Path) -> None:
    store = stored(tmp_path, REPORT)
    tools = tools_of(store)
    id_ = held(tools, locked("Ab#12x-secret", SECRET))
    look_again(id_, "console:mei", tools, "not-it-secret")
    look_again(id_, "console:mei", tools, "Ab#12x-secret")
    entries = [
        (entry.event, entry.detail)
        for entry in store.audit.entries()
        if entry.subject == id_ and entry.actor == "console:mei"
    ]
    assert [event for event, _ in entries] == ["opened", "opened", "opened_with_password"]
    assert "secret" not in str(entries)
    store.shut()
    raw = b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert b"Ab#12x" not in raw


def test_what_was_decided_is_not_looked_at(tools: InspectionDeps) -> None:
    id_ = held(tools, locked("word", CLEAN))
    tools.quarantine.move(id_, "discard", "test", "x")
    with pytest.raises(Problem):
        look_again(id_, "console:mei", tools, "word")
    with pytest.raises(Problem):
        look_again("Q-NONE", "console:mei", tools, "word")


def test_a_reader_that_fails_opens_nothing(tools: InspectionDeps) -> None:
    """What was not read is not what was opened."""
    id_ = held(tools, locked("word", SECRET))

    class Slow(type(tools.reader)):  # type: ignore[misc]  # whichever it is
        def read_mail(self, *_: object) -> object:
            raise ReaderTimedOut("x")

        skim_mail = read_by_steps = read_mail

    assert not look_again(id_, "console:mei", replace(tools, reader=Slow()), "word")
    assert {finding.kind for finding in seen(tools, id_).findings} == {"uninspectable"}


def test_what_was_found_of_a_reporter_stays_covered_when_the_report_is_gone(
    tools: InspectionDeps, tmp_path: Path
) -> None:
    """The page covers what was found: a second look that finds nobody must not uncover it."""
    asked, message = envelope("xinger@streamers.example"), Message("m", mail(locked("word", CLEAN), text=SECRET))
    verdict = settle(asked, message, examine(asked, message, tools), tools)
    assert isinstance(verdict, Held)
    assert {finding.kind for finding in seen(tools, verdict.id).findings} == {"name", "uninspectable"}
    (tmp_path / "other").mkdir()
    store = stored(tmp_path / "other", replace(REPORT, id="R-2", reported=(Party("远山", ("y@s.example",)),)))
    assert look_again(verdict.id, "console:mei", replace(tools_of(store), quarantine=tools.quarantine), "word")
    store.shut()
    after = seen(tools, verdict.id)
    (finding,) = after.findings
    assert after.reading is not None
    assert (finding.kind, len(after.rules), after.summary.opened) == ("name", 1, "given")
    assert finding.fragment is not None
    assert finding.span is not None
    assert after.reading.texts[finding.fragment].text[slice(*finding.span)] == "张小鸣"


def test_a_search_that_failed_replaces_no_evidence(tools: InspectionDeps, monkeypatch: pytest.MonkeyPatch) -> None:
    id_ = held(tools, locked("word", SECRET))
    before = seen(tools, id_)

    def fails(*_: object) -> object:
        raise RuntimeError("x")

    with monkeypatch.context() as patched:
        patched.setattr("gateway.detection.detectors.identity.recognised", fails)
        assert not look_again(id_, "console:mei", tools, "word")
    assert seen(tools, id_) == before
    assert look_again(id_, "console:mei", tools, "word")


def test_a_locked_file_within_a_locked_file_is_opened_one_after_the_other(tools: InspectionDeps) -> None:
    id_ = held(tools, locked("one", locked("two", SECRET), "inner.zip"))
    assert look_again(id_, "console:mei", tools, "one")
    assert look_again(id_, "console:mei", tools, "two")
    assert {finding.kind for finding in seen(tools, id_).findings} == {"name"}
