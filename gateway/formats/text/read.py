"""Reads plain text in every charset and every form that it could be shown in.

In: the decoded bytes of a part or file. Out: text fragments; files that were pasted into the text; `Unreadable` where
no charset gives text or where the bytes are a format that only looks like text; `Ambiguity` where the label does not
fit the bytes.
"""

import re
from collections.abc import Iterator

from gateway.formats import Child, Piece, Rank, Source
from gateway.formats.text.views import views
from gateway.model import Ambiguity, TextFragment, Unreadable, steps
from gateway.text.charsets import MARKS, Decoding, codec_of, decodings
from gateway.text.edits import leads_back
from gateway.text.offset_map import Mapped
from gateway.text.uuencode_yenc import TooMany, is_binhex, wrapped

_SAMPLE = 65536
_MASKED = re.compile(rb"\s*(?:\{\\rtf|%PDF-|%!PS|\\documentclass)")
_SEALED = re.compile(rb"-----BEGIN PGP MESSAGE-----|-----BEGIN PKCS7-----|-----BEGIN CMS-----")
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def sniff(data: bytes) -> Rank:
    """Never sure: every other format is asked first."""
    sample = data[:_SAMPLE]
    if _MASKED.match(sample):
        return "no"
    found = decodings(sample)
    if not found and len(data) > _SAMPLE:
        found = decodings(sample[: sample.rfind(b"\n") + 1])  # a character may be cut in two at the end
    return "maybe" if found and not _CONTROLS.search(found[0].text) else "no"


def read(source: Source) -> Iterator[Piece]:
    """All fragments; the readings in order of plausibility, each as it stands and then undone."""
    where = source.where
    if _MASKED.match(source.data):
        yield Unreadable(where, "unsupported_format")
    if _SEALED.search(source.data):
        yield Unreadable(where, "encrypted_text")
    if is_binhex(source.data):
        yield Unreadable(where, "unsupported_format")
    try:
        for name, data in wrapped(source.data):
            yield Child(where.inside(steps.file(name)), data, name)
    except TooMany:
        yield Unreadable(where, "too_many_parts")
    found = decodings(source.data, source.charset)
    for editable, _, view in all_views(source, found):
        yield TextFragment(where, "text", view.text, editable=editable)
    if not any(reading.exact for reading in found):
        yield Unreadable(where, "undecodable_text")
        return
    codec = codec_of(source.charset)
    if not found[0].exact or (codec not in ("", "ascii", found[0].charset) and not _agrees(source.data, found, codec)):
        yield Ambiguity(where, "charset_mismatch")
    if b"\0" in source.data and not found[0].charset.startswith(("utf-16", "utf-32")):
        yield Ambiguity(where, "nul_byte")


def all_views(source: Source, found: tuple[Decoding, ...]) -> Iterator[tuple[bool, int, Mapped]]:
    """(editable, number of the reading, view): what `read` shows and `rewrite` resolves."""
    for number, reading in enumerate(found):
        editable = source.editable and found[0].exact and reading.exact
        if editable and number:
            editable = leads_back(source.data, reading) and leads_back(source.data, found[0])
        for view in views(reading.text):
            yield editable, number, view


def _agrees(data: bytes, found: tuple[Decoding, ...], codec: str) -> bool:
    """The label reads these bytes as well, as one of the readings; a mark says the order that UTF-16 leaves open."""
    if codec in ("utf-16", "utf-32") and data[:4].startswith(MARKS):
        return found[0].charset.startswith(codec)
    return any(reading.charset == codec and reading.exact for reading in found)
