"""What a version stored whose steps were words alone: it reads as before, and is the same place as one of today's."""

import base64
import zlib
from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import StoreUnavailable
from gateway.model import (
    Box,
    Location,
    NewHold,
    PictureFragment,
    Pixels,
    PlaceStep,
    Reading,
    TextBox,
    TextFragment,
    Unreadable,
    steps,
)
from gateway.model.steps import WORDS
from gateway.storage.chunks import HELD
from gateway.storage.encrypted_codec import decode, encode, seal_chunks
from gateway.storage.quarantine import HeldEvidence
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place

ARCHIVE = Location("2").inside(steps.file("材料.zip"))
PICTURE = ARCHIVE.inside(steps.page(3), steps.picture(1))
READING = Reading(
    texts=(TextFragment(PICTURE, "picture", "举报人张小鸣", boxes=(TextBox(3, 6, Box(1, 2, 3, 4), 0.9),)),),
    pictures=(PictureFragment(PICTURE, 2, 1, Pixels(2, 1, b"\xff\0" * 3), 7),),
    unreadable=(Unreadable(ARCHIVE.inside(steps.file("锁.pdf")), "encrypted_pdf"),),
)
WRITTEN_THEN = base64.b64decode(
    "bYeldGV4dHORh6V3aGVyZYKkcGFydKEypXN0ZXBzk6rmnZDmlpkuemlwpnBhZ2UgM6lwaWN0dXJlIDGmbWVkaXVtp3BpY3R1cmWk"
    "dGV4dLLkuL7miqXkurrlvKDlsI/puKOlbGFiZWygqGVkaXRhYmxlwqVib3hlc5GEpXN0YXJ0A6NlbmQGo2JveISheAGheQKld2lk"
    "dGgDpmhlaWdodASqY29uZmlkZW5jZcs/7MzMzMzMzaxuYW1lc19wZW9wbGXCqHBpY3R1cmVzkYeld2hlcmWCpHBhcnShMqVzdGVw"
    "c5Oq5p2Q5paZLnppcKZwYWdlIDOpcGljdHVyZSAxpXdpZHRoAqZoZWlnaHQBpnBpeGVsc4Old2lkdGgCpmhlaWdodAGjcmdixAb/"
    "AP8A/wClcGhhc2gHp3BhdGNoZXOQpnBvaW50c8QApWZpbGVzkKVtYWlsc5CqdW5yZWFkYWJsZZGCpXdoZXJlgqRwYXJ0oTKlc3Rl"
    "cHOSquadkOaWmS56aXCn6ZSBLnBkZqZyZWFzb26tZW5jcnlwdGVkX3BkZqthbWJpZ3VpdGllc5CmZmF1bHRzkA=="
)
"""This reading, as the version before wrote it."""

WRITTEN_THEN_IN_JSON = (
    b'j{"texts": [{"where": {"part": "1", "steps": ["\\udcff.zip", "decoded"]}, "medium": "text", "text": '
    b'"\\ud800\\u5f20", "label": "", "editable": false, "boxes": [], "names_people": false}], "pictures": [], '
    b'"files": [], "mails": [], "unreadable": [], "ambiguities": [], "faults": []}'
)
STEPS = st.builds(PlaceStep, st.sampled_from(sorted(WORDS)), st.text(max_size=9), st.none() | st.integers(0, 999))
PLACES = st.builds(Location, st.sampled_from(("", "1", "2.1")), st.lists(STEPS, max_size=4).map(tuple))


NEW_SINCE = frozenset(("file",))
"""Fields that values have got since then."""


def as_words(value: Any) -> Any:
    """A value as msgpack has it, each step as its words, without what there was not."""
    if isinstance(value, dict):
        if value.keys() == {"part", "steps"}:
            made = [str(msgspec.convert(step, PlaceStep)) for step in value["steps"]]
            return {"part": value["part"], "steps": made}
        return {key: as_words(part) for key, part in value.items() if key not in NEW_SINCE}
    return [as_words(part) for part in value] if isinstance(value, list) else value


def written_then(value: object) -> bytes:
    return b"m" + msgspec.msgpack.encode(as_words(msgspec.msgpack.decode(encode(value)[1:])))


def test_it_reads_as_names_at_the_places_of_today() -> None:
    found = decode(WRITTEN_THEN, Reading)
    assert found == READING
    assert hash(found.texts[0].where) == hash(PICTURE)
    assert [step.kind for step in found.texts[0].where.steps] == ["name", "name", "name"]
    assert written_then(READING) == WRITTEN_THEN, "what the other tests here make is what was written"


def test_text_that_no_encoding_can_write_too() -> None:
    (text,) = decode(WRITTEN_THEN_IN_JSON, Reading).texts
    assert text == TextFragment(Location("1").inside(steps.file("\udcff.zip"), steps.DECODED), "text", "\ud800张")


@given(PLACES)
def test_any_place_of_today_is_equal_to_what_was_kept_of_it(where: Location) -> None:
    then = decode(written_then(where), Location)
    assert (then, hash(then), str(then)) == (where, hash(where), str(where))
    assert decode(encode(where), Location) == where
    assert [step.kind for step in decode(encode(where), Location).steps] == [step.kind for step in where.steps]


@pytest.mark.parametrize("steps", [[7], [None], "page 3", {}, [{"kind": "room"}], [{"text": "a"}]])
def test_what_is_no_place_is_still_refused(steps: object) -> None:
    with pytest.raises(StoreUnavailable):
        decode(b"m" + msgspec.msgpack.encode({"part": "1", "steps": steps}), Location)


def test_a_message_that_was_held_then_is_opened_with_its_evidence(
    store: SqlStore, place: Place, new_hold: Callable[..., NewHold]
) -> None:
    new = new_hold(reading=READING)
    held = store.quarantine.hold(new, "relay")
    vault, outside = Vault(place.key), place.outside()
    evidence = written_then(HeldEvidence(new.envelope, new.findings, new.rules))
    outside.execute("UPDATE held SET sealed = ?", (vault.seal(evidence, HELD.context(held, "evidence")),))
    (chunk,) = seal_chunks(vault, zlib.compress(WRITTEN_THEN), HELD.context(held, "reading"))
    outside.execute("UPDATE held_chunks SET sealed = ? WHERE kind = 'reading'", (chunk,))
    found = store.quarantine.open(held, "cli:root", "show")
    assert found is not None
    assert (found.findings, found.reading) == (new.findings, READING)
    assert {step.kind for finding in found.findings for step in finding.where.steps} == {"name"}
