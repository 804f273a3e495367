"""One sentence for every reason, in both languages, without a word of the message."""

import itertools
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from gateway.console.i18n import Language, Translations
from gateway.console.waiting_time import waiting_time
from gateway.console.why_listed import listed_why
from gateway.model import KINDS, Finding, HeldReason, HeldSummary, Location, Reading, TextFragment, steps
from gateway.model.held_reason import HeldPlace, MaterialSort
from gateway.model.reading import FilePart
from gateway.text.held_reason import attachment_numbers, reason_of


def summary(reason: HeldReason | None, kinds: tuple[str, ...] = ()) -> HeldSummary:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    return HeldSummary("Q-1", now, "a@b.example", (), "r", ("R-1",), "held", 1, kinds, reason=reason)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_reason_has_a_sentence(language: Language) -> None:
    every = itertools.product(KINDS, get_args(HeldPlace), get_args(MaterialSort), (0, 2), (False, True))
    for kind, place, sort, attachment, flag in every:
        reason = HeldReason(kind, "R-1", place, attachment, flag, 3 if flag else 0, flag, flag, sort, "", 0)
        sentence = listed_why(summary(reason), language)
        assert sentence
        assert "{" not in sentence
        assert "  " not in sentence


def test_the_sentence_of_the_letter_itself() -> None:
    reason = HeldReason("material", "R-2020-0918", "attachment", 2, original=True, sort="letter")
    assert listed_why(summary(reason), "zh") == "第 2 个附件是举报 R-2020-0918 的举报信原件"
    assert listed_why(summary(reason), "en") == "The 2nd attachment is the original letter of report R-2020-0918"


def test_a_message_of_an_older_version_names_its_kinds() -> None:
    assert listed_why(summary(None, ("material", "name")), "zh") == "邮件中有：举报材料、姓名"
    assert listed_why(summary(None), "en").startswith("Nothing was found")


def reading(*files: FilePart) -> Reading:
    return Reading((TextFragment(Location("1"), "text", "x"),), files=files)


BODY = FilePart(Location("1"), "", "text", 1, b"1")
LETTER = FilePart(Location("2"), "举报信.docx", "ooxml", 1, b"2")
ZIP = FilePart(Location("10"), "材料.zip", "archive", 1, b"3")
INSIDE = FilePart(Location("10").inside(steps.file("a.docx")), "a.docx", "ooxml", 1, b"4")


def test_attachments_are_counted_as_a_person_counts() -> None:
    assert attachment_numbers(reading(BODY, ZIP, INSIDE, LETTER)) == {"2": 1, "10": 2}


def test_the_gravest_finding_of_the_deciding_rule_is_the_reason() -> None:
    name = Finding("name", "R-1", Location("1"), "text", "names", 0.9, "exact", 0, (0, 1))
    letter = Finding("material", "R-1", INSIDE.where, None, "material", 1.0, "digest", share=1.0)
    found = reason_of(reading(BODY, LETTER, ZIP, INSIDE), (name, letter), ("text", "files"), "files")
    assert found == HeldReason("material", "R-1", "attachment", 2, True, original=True, sort="letter")
    found = reason_of(reading(BODY, LETTER, ZIP, INSIDE), (name, letter), ("text", "files"), "text")
    assert found == HeldReason("name", "R-1", "body")
    assert reason_of(reading(BODY), ()) is None


@pytest.mark.parametrize(
    ("minutes", "words", "late"),
    [
        (-5, "已等 不到 1 分钟", False),
        (0, "已等 不到 1 分钟", False),
        (59, "已等 59 分钟", False),
        (60, "已等 1 小时", False),
        (61, "已等 1 小时 1 分，超时 1 分钟", True),
        (60 * 24 * 3 + 125, "已等 3 天 2 小时，超时 3 天 1 小时", True),
    ],
)
def test_how_long_it_has_waited(minutes: int, words: str, late: bool) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    said = waiting_time(now - timedelta(minutes=minutes), now, timedelta(minutes=60), Translations("zh"))
    assert (said.words, said.late) == (words, late)
