"""The line of rooms in one process: what a dead reader, a failed rewriting and a failed proof come to.

`Scripted` is a stand-in for the reader processes where their failing is the point; the real ones are in tests/world.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from email.header import Header
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

import pytest

from gateway.errors import CannotRewrite, OutOfTime, ReaderDied, ReaderTimedOut, StoreUnavailable
from gateway.inspection.inspect import examine, settle
from gateway.inspection.serialize import as_json, as_lines
from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.matching import TrustedRecipients
from gateway.model import (
    Client,
    Edit,
    Envelope,
    Held,
    Item,
    Location,
    Match,
    Message,
    Party,
    Pass,
    PictureFragment,
    Pixels,
    Reading,
    Recipient,
    Rejected,
    Report,
    Send,
    Unreadable,
)
from gateway.policy import Rule, load_policy, packaged_policy
from gateway.reading.walk import read_file, read_mail
from gateway.rewriting.apply import apply
from gateway.storage.engine import open_store
from gateway.storage.protocols import Store
from gateway.vault.vault import Vault
from inspecting import REPORT
from scene import mail, unreadable

LEAK = mail("观众张小鸣反映您的直播，请说明。")


class Scripted:
    """A stand-in for the reader processes: reads in this process, fails as told."""

    def __init__(self, *errors: Exception | None, rewrite: Callable[[bytes, Sequence[Edit]], bytes] = apply) -> None:
        self._errors, self._rewrite = list(errors), rewrite
        self.reads = 0

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        self.reads += 1
        error = self._errors.pop(0) if self._errors else None
        if error is not None:
            raise error
        return read_mail(content)

    def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
        return self.read_mail(content)

    def read_file(self, content: bytes, name: str) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        return self._rewrite(content, edits)


def envelope(*to: str) -> Envelope:
    recipients = tuple(Recipient(address) for address in to or ("xinger@streamers.example",))
    client = Client("127.0.0.1", "staff")
    return Envelope("kefu@platform.example", recipients, client, datetime(2026, 1, 2, tzinfo=UTC))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32))
    store.reports.put([REPORT], "test")
    yield store
    store.shut()


def tools(store: Store, reader: Scripted) -> InspectionDeps:
    return InspectionDeps(
        store.reports, Subjects(store.reports), reader, packaged_policy(), store.quarantine, store.marks, store.callings
    )


STRANGER = "yuanshan@streamers.example"
STRONG = mail("您好，请与观众联系，电话 138-0013-8000。")


def test_a_message_that_stays_inside_is_not_even_read(store: Store) -> None:
    reader = Scripted()
    using = replace(tools(store, reader), circle=TrustedRecipients(frozenset({"platform.example"})))
    found = examine(envelope("anna@platform.example"), Message("m", STRONG), using)
    assert (found.decision.action, found.decision.rule, reader.reads) == ("pass", "no-report", 0)


def test_a_name_alone_to_somebody_whom_no_report_knows_passes(store: Store) -> None:
    found = examine(envelope(STRANGER), Message("m", LEAK), tools(store, Scripted()))
    assert (found.decision.action, found.decision.rule, found.matches, found.findings) == ("pass", "no-report", (), ())


@pytest.mark.parametrize("said", ["星儿您好：\n", "关于主播星儿，", "见 R-2020-0001，", "案号 C-778812，"])
def test_a_stranger_s_mail_that_names_the_party_or_the_report_is_searched_for_its_reporter(
    store: Store, said: str
) -> None:
    named = replace(REPORT, id="R-2020-0001", numbers=("C-778812",), reported=(Party("星儿"),))
    store.reports.put([named], "test")
    using = tools(store, Scripted())
    leak = Message("m", mail(f"{said}观众张小鸣反映您的直播，请说明。"))
    found = examine(envelope(STRANGER), leak, using)
    assert (found.decision.action, {match.to for match in found.matches}) == ("redact", {"unknown"})
    assert found.rewritten is not None
    assert "张小鸣" not in found.rewritten.decode()
    clean = Message("m", mail(f"{said}请说明当晚的直播。"))
    assert examine(envelope(STRANGER), clean, using).decision.action == "pass"
    # A name is many people's and holds nothing; the report's own number is nobody else's.
    unread = Message(
        "m", unreadable().replace(b"Subject: ", b"Subject: " + Header(said, "utf-8").encode().encode() + b" ")
    )
    held = "关于" not in said and "您好" not in said
    assert examine(envelope(STRANGER), unread, using).decision.action == ("quarantine" if held else "pass")


def test_a_strong_sign_to_somebody_whom_no_report_knows_is_held(store: Store) -> None:
    found = examine(envelope(STRANGER), Message("m", STRONG), tools(store, Scripted()))
    assert (found.decision.action, found.decision.rule) == ("quarantine", "unknown-recipient")
    assert found.matches == (Match("R-1", "content", STRANGER, 1.0, "unknown"),)


def test_a_mail_to_the_reporter_about_the_own_report_passes_and_one_to_a_second_person_does_not(store: Store) -> None:
    own = replace(REPORT, id="R-3", identity=(Item("address", "xm@mail.example"), Item("phone", "13900139000")))
    store.reports.put([own], "test")
    content = mail("您好，我们会打 13900139000 与您联系。")
    using = tools(store, Scripted())
    assert examine(envelope("xm@mail.example"), Message("m", content), using).decision.action == "pass"
    both = examine(envelope("xm@mail.example", STRANGER), Message("m", content), using)
    assert both.decision.action == "quarantine"


def test_who_reported_two_is_hidden_from_one_as_the_rules_for_that_one_say(store: Store) -> None:
    second = replace(REPORT, id="R-2", reported=(Party("清凌凌", ("qll@streamers.example",)),))
    store.reports.put([second], "test")
    found = examine(envelope(), Message("m", STRONG), tools(store, Scripted()))
    assert (found.decision.action, [match.report for match in found.matches]) == ("redact", ["R-1"])
    more = replace(second, identity=(*second.identity, Item("address", "xm@mail.example")))
    store.reports.put([more], "test")
    found = examine(envelope(), Message("m", STRONG + b"xm@mail.example\r\n"), tools(store, Scripted()))
    assert (found.decision.action, {match.report for match in found.matches}) == ("quarantine", {"R-1", "R-2"})


def test_pictures_in_mail_to_strangers_are_read_only_where_something_points_to_a_report(store: Store) -> None:
    class Skimming(Scripted):
        def __init__(self) -> None:
            super().__init__()
            self.skims = 0

        def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
            self.skims += 1
            shown = PictureFragment(Location("2"), 9, 9, Pixels(9, 9, bytes(243)), None)
            return replace(read_mail(content), pictures=(shown,))

    plain, suspicious, always = Skimming(), Skimming(), Skimming()
    examine(envelope(STRANGER), Message("m", LEAK), tools(store, plain))
    assert (plain.skims, plain.reads) == (1, 0)
    examine(envelope(STRANGER), Message("m", STRONG), tools(store, suspicious))
    assert (suspicious.skims, suspicious.reads) == (1, 1)
    policy = replace(packaged_policy(), read_pictures="always")
    examine(envelope(STRANGER), Message("m", LEAK), replace(tools(store, always), policy=policy))
    assert (always.skims, always.reads) == (0, 1)


def test_what_could_not_be_read_stays_with_the_report_that_the_message_concerns(store: Store) -> None:
    """The index pointed to two reports; of one of them nothing was found, and it takes nothing with it."""
    other = replace(REPORT, id="R-0", identity=(Item("account", "xiaoming2020", "wechat"),))
    store.reports.put([other], "test")

    class Half(Scripted):
        def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
            return replace(read_mail(content), unreadable=(Unreadable(Location("2"), "unknown_binary"),))

    found = examine(envelope(STRANGER), Message("m", STRONG), tools(store, Half()))
    assert {(finding.kind, finding.report) for finding in found.findings} == {
        ("phone", "R-1"),
        ("uninspectable", "R-1"),
    }


def test_a_leak_is_rewritten_read_again_and_sent(store: Store) -> None:
    reader = Scripted()
    using = tools(store, reader)
    found = examine(envelope(), Message("m", LEAK), using)
    assert found.decision.action == "redact"
    assert reader.reads == 2
    verdict = settle(envelope(), Message("m", LEAK), found, using)
    assert isinstance(verdict, Send)
    assert "张小鸣" not in verdict.content.decode()
    assert store.quarantine.summaries() == ()


def test_a_rewriting_that_leaves_something_is_held_and_never_sent(store: Store) -> None:
    using = tools(store, Scripted(rewrite=lambda content, edits: content))
    found = examine(envelope(), Message("m", LEAK), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "not-proved", None)
    assert isinstance(settle(envelope(), Message("m", LEAK), found, using), Held)


def test_a_rewriting_that_leaves_a_faint_sign_is_held_too(store: Store) -> None:
    """What alone would not stop a message (a surname with a title) does where the name stood beside it."""
    half = mail("观众小鸣反映您的直播，请说明。")
    using = tools(store, Scripted(rewrite=lambda content, edits: half))
    assert examine(envelope(), Message("m", LEAK), using).decision.rule == "not-proved"


def test_a_rewriting_that_cannot_be_made_is_held(store: Store) -> None:
    def refuse(content: bytes, edits: Sequence[Edit]) -> bytes:
        raise CannotRewrite

    found = examine(envelope(), Message("m", LEAK), tools(store, Scripted(rewrite=refuse)))
    assert (found.decision.action, found.decision.rule) == ("quarantine", "cannot-rewrite")


@pytest.mark.parametrize("bare", [b"\n.\n", b"\r.\r", b"\0"])
def test_a_rewriting_that_could_end_the_message_early_is_held(store: Store, bare: bytes) -> None:
    using = tools(store, Scripted(rewrite=lambda content, edits: apply(content, edits) + bare + b"x\r\n"))
    found = examine(envelope(), Message("m", LEAK), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "cannot-rewrite", None)


def test_a_proof_that_runs_out_of_time_is_held(store: Store) -> None:
    found = examine(envelope(), Message("m", LEAK), tools(store, Scripted(None, ReaderTimedOut())))
    assert (found.decision.action, found.decision.rule) == ("quarantine", "cannot-rewrite")


def test_a_reader_that_dies_is_the_machine_s_fault_once_and_the_message_s_twice(store: Store) -> None:
    using = tools(store, Scripted(ReaderDied(), ReaderDied()))
    with pytest.raises(ReaderDied):
        examine(envelope(), Message("m", LEAK), using)
    found = examine(envelope(), Message("m2", LEAK), using)
    assert (found.decision.action, found.decision.rule) == ("quarantine", "unreadable")
    assert found.findings[0].detector == "reader_crashed"


def test_a_reader_that_dies_of_a_rewriting_every_time_makes_nobody_wait_for_ever(store: Store) -> None:
    using = tools(store, Scripted(None, ReaderDied(), None, ReaderDied()))
    with pytest.raises(ReaderDied):
        examine(envelope(), Message("m", LEAK), using)
    found = examine(envelope(), Message("m2", LEAK), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "cannot-rewrite", None)


@pytest.mark.parametrize(
    "told",
    [
        lambda made: made.replace(
            b"\r\n\r\n", b"\r\n\r\nname*=The one who told on you is the viewer of last night. ", 1
        ),
        lambda made: b"X-Note: last night\r\n" + made,
        lambda made: made.replace("直播".encode(), "[姓名略]播[姓名略]".encode(), 1),
    ],
)
def test_a_rewriting_that_says_more_is_held(store: Store, told: Callable[[bytes], bytes]) -> None:
    """No detector knows what it says."""
    using = tools(store, Scripted(rewrite=lambda content, edits: told(apply(content, edits))))
    found = examine(envelope(), Message("m", LEAK), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "not-proved", None)


def test_a_comparison_that_runs_out_of_time_is_held(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(*args: object) -> bool:
        raise OutOfTime

    monkeypatch.setattr("gateway.inspection.verify_rewrite.as_planned", late)
    found = examine(envelope(), Message("m", LEAK), tools(store, Scripted()))
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "not-proved", None)


@pytest.mark.parametrize(
    ("step", "rule"),
    [
        ("inspect.detect", "unreadable"),
        ("verify_rewrite.as_planned", "not-proved"),
        ("verify_rewrite.detect", "not-proved"),
    ],
)
def test_a_fault_of_ours_in_searching_is_told_once_and_then_makes_nobody_wait_for_ever(
    store: Store, monkeypatch: pytest.MonkeyPatch, step: str, rule: str
) -> None:
    def failing(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(f"gateway.inspection.{step}", failing)
    using = tools(store, Scripted())
    with pytest.raises(ZeroDivisionError):
        examine(envelope(), Message("m", LEAK), using)
    found = examine(envelope(), Message("m2", LEAK), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", rule, None)


def test_a_reader_that_runs_out_of_time_makes_the_message_unreadable(store: Store) -> None:
    found = examine(envelope(), Message("m", LEAK), tools(store, Scripted(ReaderTimedOut())))
    assert found.findings[0].kind == "uninspectable"
    assert found.findings[0].detector == "time_limit"


@pytest.mark.parametrize("text", ["是不是李小龙、张小鸣、王大锤？", "昨晚张小鸣在您的直播间送了火箭。"])
def test_a_placeholder_that_would_tell_is_never_written(store: Store, text: str) -> None:
    using = tools(store, Scripted())
    found = examine(envelope(), Message("m", mail(text)), using)
    assert (found.decision.action, found.decision.rule, found.rewritten) == ("quarantine", "placeholder-tells", None)
    assert isinstance(settle(envelope(), Message("m", mail(text)), found, using), Held)


def test_the_words_of_the_rules_stand_where_something_was_taken_out(store: Store, tmp_path: Path) -> None:
    default = (Path(__file__).parents[2] / "config" / "policy.toml").read_text(encoding="utf-8")
    (tmp_path / "policy.toml").write_text(default.replace('name = "[姓名略]"', 'name = "（某观众）"'), encoding="utf-8")
    using = replace(tools(store, Scripted()), policy=load_policy(tmp_path / "policy.toml"))
    found = examine(envelope(), Message("m", LEAK), using)
    assert "观众（某观众）反映您的直播" in (found.rewritten or b"").decode()


def test_what_is_held_is_the_original(store: Store) -> None:
    using = tools(store, Scripted())
    message = Message("m", unreadable())
    verdict = settle(envelope(), message, examine(envelope(), message, using), using)
    assert isinstance(verdict, Held)
    held = store.quarantine.open(verdict.id, "test", "look")
    assert held is not None
    assert held.content == message.content
    assert held.summary.reports == ("R-1",)


def test_a_store_that_goes_away_before_the_hold_holds_nothing(store: Store, tmp_path: Path) -> None:
    using = tools(store, Scripted())
    message = Message("m", unreadable())
    found = examine(envelope(), message, using)
    (tmp_path / "s.db").unlink()
    with pytest.raises(StoreUnavailable):
        settle(envelope(), message, found, using)


def test_a_store_that_goes_away_before_a_rewriting_is_kept_sends_nothing(store: Store, tmp_path: Path) -> None:
    using = replace(tools(store, Scripted()), rewrites=store.rewrites)
    message = Message("m", LEAK)
    found = examine(envelope(), message, using)
    assert found.decision.action == "redact"
    (tmp_path / "s.db").unlink()
    with pytest.raises(StoreUnavailable):
        settle(envelope(), message, found, using)


def test_a_rejection_is_recorded_without_its_content(store: Store, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('[[rule]]\nname = "no"\naction = "reject"\n')
    using = tools(store, Scripted())
    using = replace(using, policy=load_policy(tmp_path / "policy.toml"))
    message = Message("m", LEAK)
    verdict = settle(envelope(), message, examine(envelope(), message, using), using)
    assert isinstance(verdict, Rejected)
    assert store.quarantine.summaries() == ()
    assert [entry.subject for entry in store.audit.entries()][-1] == verdict.id


def test_an_allowed_finding_passes_and_stays(store: Store, tmp_path: Path) -> None:
    """A rule that says `pass` is the admin's word; what it allows is neither taken out nor counted in the proof."""
    text = '[[rule]]\nname = "names"\naction = "pass"\nwhen = { kinds = ["name"] }\n'
    text += '[[rule]]\nname = "rest"\naction = "redact"\n'
    (tmp_path / "policy.toml").write_text(text)
    plain = tools(store, Scripted())
    using = replace(plain, policy=load_policy(tmp_path / "policy.toml"))
    assert isinstance(
        settle(envelope(), Message("m", LEAK), examine(envelope(), Message("m", LEAK), using), using), Pass
    )
    both = Message("m", mail("观众张小鸣（13800138000）反映，请说明。"))
    found = examine(envelope(), both, using)
    assert found.decision.action == "redact"
    assert found.rewritten is not None
    assert "张小鸣" in found.rewritten.decode()
    assert "13800138000" not in found.rewritten.decode()


def test_a_report_that_changes_is_seen_by_the_next_message(store: Store) -> None:
    using = tools(store, Scripted())
    clean = Message("m", mail("观众李四反映您的直播。"))
    assert examine(envelope(), clean, using).decision.action == "pass"
    more = Report(REPORT.id, "open", REPORT.opened_at, REPORT.reported, (*REPORT.identity, Item("name", "李四")))
    store.reports.put([more], "test")
    assert examine(envelope(), clean, using).decision.action == "redact"
    store.reports.erase("R-1", "test", False)
    assert examine(envelope(), clean, using).decision.rule == "no-report"


def test_an_explanation_has_places_and_no_words(store: Store) -> None:
    found = examine(envelope(), Message("m", LEAK), tools(store, Scripted()))
    text = repr(as_json(found)) + "\n".join(as_lines(found))
    assert "张小鸣" not in text
    assert as_json(found)["findings"][0]["part"] == "1"
    assert "name in text, part 1" in text


def test_each_place_is_shown_once_with_its_reports_and_the_attachment_s_name(store: Store) -> None:
    other = replace(REPORT, id="R-2")
    store.reports.put([other], "test")
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", "xinger@streamers.example", "x"
    message.set_content("见附件")
    message.add_attachment("观众张小鸣反映。\n张小鸣写道。".encode(), "text", "plain", filename="张小鸣的说明.txt")
    found = examine(envelope(), Message("m", message.as_bytes().replace(b"\n", b"\r\n")), tools(store, Scripted()))
    lines = as_lines(found)
    assert "张小鸣" not in "\n".join(lines)
    assert len(set(lines)) == len(lines)
    (line,) = [line for line in lines if line.startswith("  name in text")]
    assert "part 2 (███的说明.txt) x2: reports R-1, R-2, names" in line
    shown = as_json(found)["findings"]
    assert {(one["report"], one["file"]) for one in shown if one["medium"] == "text"} == {
        ("R-1", "███的说明.txt"),
        ("R-2", "███的说明.txt"),
    }
    assert {one["rule"] for one in shown} == {"identity-in-text"}


OTHERS = mail("请不要再打观众李女士的电话 138-1234-5678，她的车牌是粤B·12346。")
BOTH = mail("观众张小鸣反映您的直播。请不要再打李女士的电话 13812345678。")
REDACTING = """
[[rule]]
name = "third-party-data"
action = "redact"
when = { kinds = ["personal_data"], where = ["body", "header", "file_name"] }
[[rule]]
name = "identity"
action = "redact"
when = { kinds = ["name", "phone"] }
"""


def with_personal_data(
    store: Store, how: Literal["off", "monitor", "on"], allowed: Sequence[str] = (), reader: Scripted | None = None
) -> InspectionDeps:
    policy = replace(packaged_policy(), personal_data=how, personal_data_allowed=frozenset(allowed))
    return replace(tools(store, reader or Scripted()), policy=policy)


def test_third_parties_data_is_not_looked_for_unless_the_rules_ask(store: Store) -> None:
    found = examine(envelope(), Message("m", OTHERS), with_personal_data(store, "off"))
    assert (found.decision.action, found.decision.rule, found.findings) == ("pass", "clean", ())


def test_third_parties_data_that_is_watched_is_shown_and_changes_nothing(store: Store) -> None:
    found = examine(envelope(), Message("m", OTHERS), with_personal_data(store, "monitor"))
    assert (found.decision.action, found.decision.rule, found.decision.rules) == (
        "pass",
        "clean",
        ("monitored", "monitored"),
    )
    shown = as_json(found)["findings"]
    assert [(f["kind"], f["variant"], f["monitored"]) for f in shown] == [
        ("personal_data", "phone", True),
        ("personal_data", "plate", True),
    ]
    assert all(line.endswith(", monitored") for line in as_lines(found)[1:])


def test_a_redaction_is_proved_also_where_watched_data_stays(store: Store) -> None:
    found = examine(envelope(), Message("m", BOTH), with_personal_data(store, "monitor"))
    assert (found.decision.action, found.decision.rule) == ("redact", "identity-in-text")
    assert found.rewritten is not None
    assert "张小鸣" not in found.rewritten.decode()
    assert "13812345678" in found.rewritten.decode()


def test_numbers_that_programs_write_into_an_envelope_are_nobody_s_personal_data(store: Store) -> None:
    said = replace(
        envelope(), sender="bounce+13812345678=139.example@platform.example", parameters=("ENVID=13812345678",)
    )
    found = examine(said, Message("m", mail("请说明。")), with_personal_data(store, "on"))
    assert (found.decision.action, found.decision.rule, found.findings) == ("pass", "clean", ())


def test_third_parties_data_is_held_by_the_packaged_rules(store: Store) -> None:
    found = examine(envelope(), Message("m", OTHERS), with_personal_data(store, "on"))
    assert (found.decision.action, found.decision.rule) == ("quarantine", "third-party-data")
    assert "monitored" not in as_json(found)["findings"][0]
    freed = with_personal_data(store, "on", ("13812345678", "粤b12346"))
    assert examine(envelope(), Message("m", OTHERS), freed).decision.action == "pass"


def test_third_parties_data_can_be_rewritten_and_is_looked_for_again(store: Store, tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text('personal_data = "on"\n' + REDACTING, encoding="utf-8")
    using = replace(tools(store, Scripted()), policy=load_policy(tmp_path / "policy.toml"))
    found = examine(envelope(), Message("m", BOTH), using)
    assert (found.decision.action, found.rewritten is not None) == ("redact", True)
    assert "[姓名略]反映" in (found.rewritten or b"").decode()
    assert "电话 [个人信息略]。" in (found.rewritten or b"").decode()
    named = mail("请说明", headers=["Cc: =?utf-8?B?5p2OMTM4MTIzNDU2Nzg=?= <li@mail.example>"])
    found = examine(envelope(), Message("m", named), using)
    assert (found.decision.action, b"13812345678" in (found.rewritten or b"13812345678")) == ("redact", False)
    # What a rewriting leaves is held: here the name alone was taken out.
    half = mail("[姓名略]反映您的直播。请不要再打李女士的电话 13812345678。")
    careless = replace(using, reader=Scripted(rewrite=lambda content, edits: half))
    assert examine(envelope(), Message("m", BOTH), careless).decision.rule == "not-proved"


def test_unsure_findings_do_not_move_a_sure_one_to_a_rule_for_many_that_asks_for_less(store: Store) -> None:
    many, few = Rule("many", "pass", (("count_at_least", 2),)), Rule("few", "redact")
    policy = replace(packaged_policy(), rules=(many, few), threshold=0.97)
    using = replace(tools(store, Scripted()), policy=policy)
    found = examine(envelope(), Message("m", mail("观众张小鸣（Zhang Xiaoming）反映您的直播。")), using)
    assert sorted(finding.score >= 0.97 for finding in found.faint) == [False, True]
    assert (found.decision.action, found.decision.rule) == ("redact", "few")
    assert found.rewritten is not None
    assert "张小鸣" not in found.rewritten.decode()


def test_third_parties_data_concerns_mail_to_the_reported_alone(store: Store) -> None:
    using = with_personal_data(store, "on")
    assert examine(envelope(STRANGER), Message("m", OTHERS), using).decision.rule == "no-report"
    named = Message("m", mail("关于 R-1：观众电话 13812345678，举报人电话 13800138000。"))
    found = examine(envelope(STRANGER), named, using)
    assert {finding.kind for finding in found.findings} == {"phone"}
    found = examine(envelope(), Message("m", mail("观众电话 13800138000。")), using)
    assert [finding.kind for finding in found.findings] == ["phone"], "the reporter's own stays the reporter's"


@pytest.mark.parametrize("fault", [StoreUnavailable("locked"), ValueError("a fault of ours")])
def test_what_is_only_watched_goes_out_also_where_it_cannot_be_noted(store: Store, fault: Exception) -> None:
    class Refusing:
        def note(self, new: object) -> None:
            raise fault

    told: list[Exception] = []
    ours = with_personal_data(store, "on")
    watching = replace(ours.policy, mode="monitor")
    ours = replace(ours, policy=watching, watched=Refusing(), failed=told.append)  # type: ignore[arg-type]
    message = Message("m", BOTH)
    found = examine(envelope(), message, ours)
    assert found.decision.would is not None
    assert isinstance(settle(envelope(), message, found, ours), Pass)
    assert told == [fault]
