"""One plain sentence why a message is held, and what is proposed: tables in both languages."""

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.console.deps import RewrittenPreview
from gateway.console.i18n import Language
from gateway.console.proposing import proposal
from gateway.console.rewritten_places import rows_of
from gateway.console.why import why_sentence, why_sentences
from gateway.model import (
    KINDS,
    Client,
    Edit,
    Envelope,
    FilePart,
    Finding,
    HeldMessage,
    HeldSummary,
    HoldState,
    Kind,
    Location,
    Medium,
    Reading,
    Recipient,
    TextFragment,
    steps,
)
from gateway.model.place_changes import PlaceChanges
from gateway.policy import MONITORED

FILES = (
    FilePart(Location("1"), "", "text", 9, b"1" * 32, (0,), editable=True),
    FilePart(Location("2"), "图.png", "image", 9, b"2" * 32, (1,), editable=True, paintable=True),
    FilePart(Location("3"), "信.docx", "ooxml", 9, b"3" * 32, (2,), editable=True),
    FilePart(Location("3", (steps.file("x"),)), "x", "text", 9, b"4" * 32, (2, 0), editable=True),
    FilePart(Location("4"), "来信.eml", "mime", 9, b"5" * 32, (3,), editable=True),
    FilePart(Location("4.1"), "", "text", 9, b"6" * 32, (3, 0), editable=True),
    FilePart(Location("5"), "包.zip", "archive", 9, b"7" * 32, (4,), editable=True),
)
TEXTS = (
    TextFragment(Location(""), "header", "关于张小鸣的来信", "subject", editable=True),
    TextFragment(Location("1"), "text", "观众张小鸣来信，13800138000", editable=True, file=(0,)),
    TextFragment(Location("2"), "file_name", "图.png", editable=True),
)
READING = Reading(TEXTS, files=FILES)


def found(
    kind: Kind,
    where: str = "1",
    medium: Medium | None = "text",
    fragment: int | None = 1,
    span: tuple[int, int] | None = (2, 5),
    detector: str = "names",
    share: float | None = None,
) -> Finding:
    return Finding(kind, "R-1", Location(where), medium, detector, 0.97, "exact", fragment, span, None, share)


def held(*findings: Finding, status: HoldState = "held", sender: str = "kefu@p.example", **more: object) -> HeldMessage:
    kinds = tuple(finding.kind for finding in findings)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    summary = HeldSummary("Q-1", now, sender, ("x@e.example",), "a-rule", ("R-1",), status, 9, kinds)
    envelope = Envelope(sender, (Recipient("x@e.example"),), Client("::1", "h"), now)
    message = HeldMessage(summary, envelope, findings, (), b"", READING)
    return replace(message, **more)  # type: ignore[arg-type]  # fields of it


@pytest.mark.parametrize(
    ("findings", "chinese", "english"),
    [
        (
            [found("material", "3", None, None, None, "material")],
            "第 2 个附件是举报 R-1 的举报信原件",
            "The 2nd attachment is the original letter of report R-1",
        ),
        (
            [found("material", "4", None, None, None), found("name", "4.1"), found("thread", "4", None, None, None)],
            "第 3 个附件是举报 R-1 的举报邮件原件",
            "The 3rd attachment is the original report mail of report R-1",
        ),
        (
            [found("material", "5", None, None, None)],
            "第 4 个附件里装着举报 R-1 的举报材料原件",
            "The 4th attachment holds the original material of report R-1",
        ),
        (
            [found("material", "1", "text", 1, (0, 9), share=0.6)],
            "正文引用了举报 R-1 材料中的原话",
            "The text quotes the material of report R-1",
        ),
        (
            [found("name", "", "header", 0), found("name"), found("phone", "1", "text", 1, (8, 19))],
            "主题和正文写出了举报 R-1 举报人的姓名和电话",
            "The reporter of R-1 stands in the subject and the text: name and phone",
        ),
        (
            [found("name", "2", "file_name", 2)],
            "第 1 个附件的文件名写出了举报 R-1 举报人的姓名",
            "The reporter of R-1 stands in the name of the 1st attachment: name",
        ),
        (
            [found("avatar", "2", "picture", 0, None)],
            "第 1 个附件的图片里有举报 R-1 举报人的头像",
            "The avatar of the reporter of R-1 is shown in the 1st attachment",
        ),
        (
            [found("uninspectable", "5", None, None, None, "encrypted_zip")],
            "第 4 个附件看不到内容：压缩包已加密，无法检查",
            "Nobody can see into the 4th attachment: an encrypted archive that cannot be inspected",
        ),
        ([], "没有再发现会暴露举报人的内容", "Nothing is found any more that would give anybody away"),
    ],
)
def test_what_would_have_given_whom_away(findings: list[Finding], chinese: str, english: str) -> None:
    message = held(*findings)
    assert why_sentence(message, "zh") == chinese
    assert why_sentence(message, "en") == english


@pytest.mark.parametrize(("language", "said"), [("zh", "第 2 个附件"), ("en", "the 2nd attachment")])
def test_the_places_of_a_rewriting_name_attachments_as_the_sentences_do(language: Language, said: str) -> None:
    edit = Edit(0, Location("3"), (0, 0), "", "remove", (2,))
    form = RewrittenPreview(READING, (), Reading(), (), (edit,), PlaceChanges(), "d")
    assert [row.where for row in rows_of(form, language)] == [said]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_has_a_sentence_without_jargon(kind: Kind, language: str) -> None:
    for message in (held(found(kind)), held(found(kind, "2", "picture", 0, None))):
        said = why_sentence(message, "zh" if language == "zh" else "en")
        assert said
        assert not re.search(r"0\.97|\bpart \d|a-rule|[a-z]_[a-z]|exact|\{|张小鸣|13800138000", said), said


def test_the_gravest_comes_first_and_what_is_only_watched_is_not_said() -> None:
    message = held(found("name"), found("material", "3", None, None, None), found("personal_data"))
    said = why_sentences(message, "zh")
    assert [one.split("举报")[0] for one in said] == ["第 2 个附件是", "正文写出了", "正文含有他人的个人信息"]
    watched = replace(message, rules=(MONITORED, "x", MONITORED))
    assert len(why_sentences(watched, "zh")) == 1


@pytest.mark.parametrize(
    ("message", "relations", "what", "why"),
    [
        (held(found("name")), {"party"}, "rewritten", "words_go"),
        (held(found("material", "3", None, None, None)), {"party"}, "return", "file_goes"),
        (held(found("uninspectable", "5", None, None, None)), {"party"}, "return", "unread"),
        (held(found("uninspectable", "5", None, None, None), sender=""), {"party"}, "discard", "no_sender"),
        (held(found("name")), {"reporter"}, "return", "to_reporter"),
        (held(), {"party"}, "release", "nothing_found"),
        (held(found("personal_data"), rules=(MONITORED,)), {"party"}, "release", "only_watched"),
        (held(found("name", "9", "document", None, None)), {"party"}, "return", "cannot_change"),
        (held(found("name"), status="uncertain"), {"party"}, "rewritten", "words_go"),
    ],
)
def test_what_is_proposed(message: HeldMessage, relations: set[str], what: str, why: str) -> None:
    found_ = proposal(message, relations)
    assert found_ is not None
    assert (found_.what, found_.why) == (what, why)


@pytest.mark.parametrize("status", ["released", "returned", "discarded", "releasing"])
def test_nothing_is_proposed_where_nothing_is_to_be_decided(status: HoldState) -> None:
    assert proposal(held(found("name"), status=status)) is None


def test_where_nothing_can_be_returned_it_is_not_proposed() -> None:
    for kind in KINDS:
        found_ = proposal(held(found(kind, "3", None, None, None)), {"party"}, returnable=False)
        assert found_ is not None
        assert found_.what != "return"
