"""Replaces words in RTF: the bytes and escapes that say them go, control words and groups between stay.

A character in Unicode goes with what stands behind it for old programs; where only that is told, question marks take
its place, for programs of today count on it. A replacement is plain ASCII, or `\\u` with as many question marks as
programs skip at its place.

In: the source that was read, changes by ordinal of its editable fragments. Out: the new bytes.
Raises ValueError for a change that has no place in the bytes.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from gateway.formats import FileEdits, Rewritten, Source
from gateway.formats.rtf.read import is_traced, views
from gateway.formats.rtf.story import RtfTooLong, Story
from gateway.text.offset_map import Span, merged, placed

_MOST_SKIPPED = 8
_UNIT = re.compile(rb"\\'[0-9A-Fa-f]{2}|[^\r\n]", re.DOTALL)
_WORD_BEFORE = re.compile(rb"\\[A-Za-z]{1,40}(?:-?[0-9]{1,10})?\Z")
_ENDS_WORD = re.compile(rb"[A-Za-z0-9 -]")
_LONGEST_WORD = 52


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The new bytes."""
    if edits.paints or edits.children:
        raise ValueError("RTF has neither boxes nor files that can be written back")
    if not edits.changes:
        return Rewritten(source.data)
    if not is_traced(source):
        raise ValueError("too long to be traced")
    story = Story(traces=True)
    try:
        story.run(source.data)
    except RtfTooLong as error:
        raise ValueError("too long for a document") from error
    editable = [view.mapped for view in views(story, source.where) if view.mapped is not None]
    cuts: list[tuple[list[Span], str]] = []
    stood_in: list[Span] = []
    keys = sorted(story.companions)
    for change in edits.changes:
        if change.whole_field or not 0 <= change.ordinal < len(editable):
            raise ValueError("no such fragment in this document")
        spans = editable[change.ordinal].resolve(*change.span)
        if not spans:
            raise ValueError("nothing of the document stands there")
        said, instead = _parted(spans, story, keys)
        if said:
            cuts.append((said, change.replacement))
        stood_in += instead
    gone = merged(span for spans, _ in cuts for span in spans)
    left = [span for span in merged(stood_in) if not _overlaps(span, gone)]
    cuts += [([span], "?" * len(_UNIT.findall(source.data[slice(*span)]))) for span in left]
    return Rewritten(_spliced(source.data, placed(cuts), story.skips))


def _parted(spans: Sequence[Span], story: Story, keys: Sequence[int]) -> tuple[list[Span], list[Span]]:
    """What says the words, with all that goes with it; and what only stands there for old programs."""
    said: list[Span] = []
    instead: list[Span] = []
    for start, end in spans:
        at = start
        first = bisect_left(story.instead, (start, -1))
        if first and story.instead[first - 1][1] > start:
            first -= 1
        for low, high in story.instead[first:]:
            if low >= end:
                break
            instead.append((max(low, start), min(high, end)))
            if at < low:
                said.append((at, low))
            at = max(at, high)
        if at < end:
            said.append((at, end))
    for start, end in list(said):
        for key in keys[bisect_left(keys, start) : bisect_left(keys, end)]:
            said += story.companions[key]
    return merged(said), instead


def _overlaps(span: Span, spans: Sequence[Span]) -> bool:
    place = bisect_right(spans, (span[0], 1 << 62))
    return any(low < span[1] and span[0] < high for low, high in spans[max(0, place - 1) : place + 1])


def _spliced(data: bytes, cuts: Sequence[tuple[int, int, str]], skips: Sequence[tuple[int, int]]) -> bytes:
    out = bytearray()
    at = 0
    for start, end, word in cuts:
        out += data[at:start]
        skip = skips[bisect_right(skips, (start, 1 << 62)) - 1][1]
        new = b"".join(_escaped(word, skip))
        behind = new or data[end : end + 1]
        if _ENDS_WORD.match(behind) and _is_word(out):
            out += b" "
        out += new
        at = end
    return bytes(out + data[at:])


def _is_word(written: bytearray) -> bool:
    """Whether it ends in a control word that goes on with a letter, or takes a blank for its end."""
    match = _WORD_BEFORE.search(bytes(written[-_LONGEST_WORD:]))
    if match is None:
        return False
    start = len(written) - len(match[0])
    backslashes = 0
    while start - backslashes > 0 and written[start - backslashes - 1] == 0x5C:
        backslashes += 1
    return backslashes % 2 == 0


def _escaped(word: str, skip: int) -> Iterator[bytes]:
    for character in word:
        if character in "\\{}":
            yield b"\\" + character.encode()
        elif " " <= character <= "~":
            yield character.encode()
        elif skip > _MOST_SKIPPED:
            raise ValueError("more is skipped than any program writes")
        else:
            units = character.encode("utf-16-le")
            for place in range(0, len(units), 2):
                number = int.from_bytes(units[place : place + 2], "little", signed=True)
                yield b"\\u%d" % number + (b"?" * skip or b" ")
