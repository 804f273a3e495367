"""One function says what a reading is looked up by, whoever made the reading."""

import time

import numpy as np
import pytest

from gateway.fingerprints.identifiers import address_print, item_prints, message_prints
from gateway.fingerprints.listing import EVERY, listed
from gateway.fingerprints.mentions import callings_of
from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.fingerprints.thread_ties import ties
from gateway.fingerprints.winnowing import text_prints
from gateway.model import FilePart, Location, MailFacts, Medium, Reading, TextFragment

HERE = Location("1")
SENTENCE = "该主播于晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还。"


def has(packed: bytes, prints: np.ndarray) -> bool:
    return bool(prints.size) and bool(np.isin(prints, np.frombuffer(packed, "<u8")).any())


def body(*texts: str, medium: Medium = "text") -> Reading:
    return Reading(texts=tuple(TextFragment(HERE, medium, text) for text in texts))


def header(label: str, text: str) -> Reading:
    return Reading(texts=(TextFragment(Location(""), "header", text, label),))


def test_lines_of_one_text_are_read_as_one_and_fields_are_not() -> None:
    number = item_prints("phone", "13800138765")
    assert has(fingerprints_of_reading(body("138", "0013", "8765")).identifiers, number)
    fields = tuple(TextFragment(Location(""), "header", text, "x-a") for text in ("138", "0013", "8765"))
    assert not has(fingerprints_of_reading(Reading(texts=fields)).identifiers, number)


def test_a_sentence_over_two_paragraphs_is_one_sentence() -> None:
    assert has(
        fingerprints_of_reading(body(SENTENCE[:18], SENTENCE[18:], medium="document")).text, text_prints(SENTENCE)
    )


def test_what_nobody_sees_is_asked_for_as_well() -> None:
    hidden = "".join(chr(0xE0000 + ord(c)) for c in "13800138765")
    assert has(fingerprints_of_reading(body(hidden)).identifiers, item_prints("phone", "13800138765"))


def test_files_too_small_to_tell_anything_are_not_asked_for() -> None:
    parts = tuple(FilePart(HERE, "", "text", size, bytes((size,)) * 32) for size in (63, 64))
    assert fingerprints_of_reading(Reading(files=parts)).files == bytes((64,)) * 8


def test_whoever_is_called_in_a_subject_a_text_or_a_document_is_asked_for() -> None:
    for reading in (header("subject", "关于主播星儿"), body("星儿您好："), body("主播星儿", medium="document")):
        assert has(fingerprints_of_reading(reading).words, callings_of("星儿"))
    assert not has(fingerprints_of_reading(header("x-other", "主播星儿")).words, callings_of("星儿"))


@pytest.mark.parametrize(
    "reading",
    [
        header("in-reply-to", "abc-123@mail.example"),
        header("x-anything", "see <abc-123@mail.example>, please"),
        body("Message-ID: ABC-123@mail.example。"),
        Reading(mails=(MailFacts(HERE, references=("abc-123@mail.example",)),)),
        Reading(mails=(MailFacts(HERE, message_id="abc-123@mail.example"),)),
    ],
)
def test_an_id_is_a_tie_wherever_it_stands(reading: Reading) -> None:
    assert has(fingerprints_of_reading(reading).mails, message_prints(["<abc-123@mail.example>"]))


def test_an_id_without_a_sign_is_a_tie_in_the_fields_of_threads_alone() -> None:
    wanted = message_prints(["20260918abcdef"])
    assert has(fingerprints_of_reading(header("references", "<20260918abcdef>")).mails, wanted)
    assert not has(fingerprints_of_reading(header("x-anything", "20260918abcdef")).mails, wanted)


def test_an_address_that_an_id_was_made_of_is_asked_for() -> None:
    found = ties(header("references", "<AA.1.Coremail.xiaoming@mail.example>"))
    assert "xiaoming@mail.example" in found.addresses
    assert has(
        fingerprints_of_reading(header("references", "<AA.1.Coremail.xiaoming@mail.example>")).identifiers,
        address_print("xiaoming@mail.example"),
    )


def test_a_text_without_anything_to_ask_for_has_an_empty_gist() -> None:
    assert fingerprints_of_reading(Reading()).identifiers == fingerprints_of_reading(body("好")).identifiers == b""


@pytest.mark.parametrize("run", ["a", "a@", "%E5%BC%A0", "a.", "1"])
def test_a_text_without_a_gap_is_looked_through_once(run: str) -> None:
    # Seconds of work otherwise, quadrupled with each doubling, in one call that nothing interrupts.
    long = run * (1_000_000 // len(run))
    before = time.thread_time()
    listed(body(f"{long}@{long}"), EVERY)
    assert time.thread_time() - before < 30
    assert listed(body(f"{'a' * 100_000}@streamers.example b@streamers.example"), EVERY) == 2
