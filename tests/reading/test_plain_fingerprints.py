"""A plain mail is looked up without a reader, and whatever a reader finds in it is asked for just so."""

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.evasions import CASES
from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.matching.by_content import fingerprints_of_message
from gateway.model import Fingerprints
from gateway.reading.plain import LARGEST, plain_fingerprints
from gateway.reading.walk import read_mail
from relay.plain_mails import KINDS, PLAIN, mutated
from scene import mail

pytestmark = pytest.mark.slow

FIELDS = ("text", "identifiers", "mails", "files", "pictures", "pieces", "words")
MUTATED = 100_000 if os.environ.get("HYPOTHESIS_PROFILE") == "fuzz" else 2_000


def prints(packed: bytes) -> set[bytes]:
    return {packed[at : at + 8] for at in range(0, len(packed), 8)}


def missing(content: bytes) -> list[str]:
    """Kinds of fingerprints that a reader finds in a mail and a glance at it does not."""
    seen = plain_fingerprints(content)
    if seen is None:
        return []
    read = fingerprints_of_message(read_mail(content))
    return [field for field in FIELDS if not prints(getattr(read, field)) <= prints(getattr(seen, field))]


@pytest.mark.parametrize("content", PLAIN)
def test_ordinary_mail_needs_no_reader(content: bytes) -> None:
    assert plain_fingerprints(content) is not None
    assert missing(content) == []


@pytest.mark.parametrize("content", KINDS.values(), ids=KINDS)
def test_what_a_mail_says_in_another_way_is_asked_for_as_a_reader_finds_it(content: bytes) -> None:
    assert missing(content) == []


@pytest.mark.parametrize("kind", sorted({case.id.partition("-")[0] for case in CASES}))
def test_no_known_trick_shows_a_reader_more_than_a_glance(kind: str) -> None:
    cases = [case for case in CASES if case.id.startswith(f"{kind}-")][:: 1 if MUTATED > 2_000 else 3]
    assert [case.id for case in cases if missing(case.build("张小鸣13800138765"))] == []


def test_whatever_becomes_of_a_mail_on_its_way_a_glance_sees_what_a_reader_finds() -> None:
    chance = random.Random(os.environ.get("HUSHGATE_SEED", "glance"))
    seeds = [*PLAIN, *KINDS.values()]
    taken = 0
    for _ in range(MUTATED):
        content = mutated(chance.choice(seeds), chance)
        assert missing(content) == [], content
        taken += plain_fingerprints(content) is not None
    assert taken > MUTATED // 10  # else nothing was compared


@given(st.binary(max_size=400))
def test_any_bytes_are_taken_or_left(content: bytes) -> None:
    for whole in (
        content,
        b"Subject: x\r\n\r\n" + content,
        b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + content,
    ):
        assert plain_fingerprints(whole) is None or isinstance(plain_fingerprints(whole), Fingerprints)


@pytest.mark.parametrize(
    "content",
    [
        mail("x").replace(b"text/plain", b"application/pdf").replace(b"\r\n\r\nx", b"\r\n\r\n%PDF-1.7"),
        mail("x", headers=["Content-Type: image/png"]).replace(b"\r\n\r\nx", b"\r\n\r\n\x89PNG\r\n\x1a\n"),
        mail("BEGIN:VCARD\nTEL:138\n 00138000\nEND:VCARD"),
        mail("{\\rtf1 13800138000}"),
        mail("-----BEGIN PGP MESSAGE-----"),
        mail('<p><img src="data:image/png;base64,iVBORw0KGgo="></p>').replace(b"text/plain", b"text/html"),
        mail("a\0b"),
        mail("x" * LARGEST),
    ],
)
def test_what_is_more_than_text_is_left_to_a_reader(content: bytes) -> None:
    assert plain_fingerprints(content) is None


def test_pictures_are_all_that_a_glance_leaves_out_of_what_is_asked_for() -> None:
    reading = read_mail(PLAIN[0])
    assert fingerprints_of_reading(reading) == fingerprints_of_message(reading)
