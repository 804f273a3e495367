"""A message cut into its parts, every byte accounted for, by the strict grammar and with its deviations named.

RFC 2046 section 5.1. Programs disagree about two boundaries, about a boundary that begins like another, about text
after the last one: whatever is not the one undisputed shape is given a word in `defects`, and the parts are still
cut the way most programs cut them.

In: bytes. Out: a tree of `MimePart`. Nothing is raised.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from gateway.formats.mime.duplicates import differ
from gateway.formats.mime.fields import LONGEST_FIELD, Block, block_of
from gateway.formats.mime.parameters import Value, parsed
from gateway.formats.mime.transfer_encoding import Kind, decoded, kind_of

DEEPEST = 20
MOST_PARTS = 500
_STRUCTURAL = ("content-type", "content-disposition", "content-transfer-encoding", "mime-version")
_ONCE = ("from", "subject", "sender", "reply-to", "date", "message-id")
"""And `To` and `Cc`, but RFC 5322 section 4.5.3 has lists that are given twice put together."""
_ODD_BOUNDARY = re.compile(rb"[^ -~]|[<>\"\\;\[\]]|\A[ \t]|[ \t]\Z")
_TYPE = re.compile(r"[!#-'*+.0-9a-z^-~-]+/[!#-'*+.0-9a-z^-~-]+")
_ALIKE = frozenset(("nested_boundary", "boundary_prefix"))
_HIDDEN_PART = re.compile(rb"^content-(?:type|transfer-encoding|disposition)[ \t]*:", re.IGNORECASE | re.MULTILINE)

Aside = Literal["preamble", "epilogue"]


@dataclass(frozen=True, slots=True)
class MimePart:
    """One part. `numbers` as in IMAP, empty for the message itself; `asides` are (label, start, end) of preamble and
    epilogue; `body` to `end` are the bytes of its content."""

    numbers: tuple[int, ...]
    start: int
    body: int
    end: int
    block: Block
    type: Value
    disposition: Value
    encoding: Kind
    children: tuple["MimePart", ...]
    asides: tuple[tuple[Aside, int, int], ...]
    defects: tuple[str, ...]
    in_digest: bool = False
    is_multipart: bool = False
    in_signed: bool = False

    @property
    def media_type(self) -> str:
        """What it says it is, with RFC 2045's and RFC 2046's defaults."""
        return self.type.word or ("message/rfc822" if self.in_digest else "text/plain")


class Cutter:
    """Cuts one message. Counts its parts, so that a message cannot have more than is looked at.

    `exact`: a delimiter is the boundary and nothing behind it, as most programs have it. Else it is any line that
    begins with the boundary, as RFC 2046 section 5.1.1 has it.
    """

    def __init__(self, data: bytes, exact: bool = True) -> None:
        self.data = data
        self.exact = exact
        self.left = MOST_PARTS

    def part(
        self,
        numbers: tuple[int, ...],
        start: int,
        end: int,
        newline: bytes = b"",
        open_boundaries: tuple[bytes, ...] = (),
        in_digest: bool = False,
        in_signed: bool = False,
    ) -> MimePart:
        """The part in `data[start:end]`, with all that is inside."""
        block = block_of(self.data, start, end, newline)
        defects: dict[str, None] = dict.fromkeys(block.defects)
        if not numbers and "broken_header" not in defects:
            defects.pop("unterminated_header", None)  # a message need not have a body (RFC 5322 section 3.5)
        if any(differ(block.all(name)) for name in (*_STRUCTURAL, *(() if numbers else _ONCE))):
            defects["duplicate_field"] = None
        kind, disposition, encoding_value = (parsed(block.value(name)[:LONGEST_FIELD]) for name in _STRUCTURAL[:3])
        encoding = kind_of(encoding_value.word)
        defects.update(dict.fromkeys((*kind.defects, *disposition.defects, *encoding_value.defects)))
        if encoding_value.is_commented:
            defects["comment_in_value"] = None
        if encoding == "unknown":
            defects["unknown_transfer_encoding"] = None
        if len(set(kind.raw_values("charset"))) > 1:
            defects["duplicate_parameter"] = None
        multipart = kind.word.startswith("multipart/")
        boundaries = kind.all_values("boundary")
        if not multipart and boundaries and _could_be_cut(self.data[block.body : end], encoding, boundaries):
            defects["stray_boundary"] = None
        # A bare `text` is old and harmless; `boundary=x` in the place of the type makes parts to some alone.
        if ("/" in kind.word or "=" in kind.word) and _TYPE.fullmatch(kind.word) is None:
            defects["odd_content_type"] = None
        children: tuple[MimePart, ...] = ()
        asides: tuple[tuple[Aside, int, int], ...] = ()
        if multipart:
            if encoding != "identity":
                defects["encoded_multipart"] = None
            if len(boundaries) > 1:
                defects["duplicate_boundary"] = None
            if not boundaries or not boundaries[0]:
                defects["missing_boundary"] = None
            elif len(open_boundaries) >= DEEPEST:
                defects["too_deep"] = None
            else:
                children, asides = self._children(
                    numbers, block, end, boundaries[0], open_boundaries, kind.word, in_signed, defects
                )
        return MimePart(
            numbers,
            start,
            block.body,
            end,
            block,
            kind,
            disposition,
            encoding,
            children,
            asides,
            tuple(defects),
            in_digest,
            multipart,
            in_signed,
        )

    def _children(
        self,
        numbers: tuple[int, ...],
        block: Block,
        end: int,
        boundary: bytes,
        open_boundaries: tuple[bytes, ...],
        word: str,
        in_signed: bool,
        defects: dict[str, None],
    ) -> tuple[tuple[MimePart, ...], tuple[tuple[Aside, int, int], ...]]:
        if _ODD_BOUNDARY.search(boundary) or len(boundary) > 70:
            defects["odd_boundary"] = None
        if any(boundary.startswith(other) or other.startswith(boundary) for other in open_boundaries):
            defects["nested_boundary"] = None
        data = self.data
        ranges: list[tuple[int, int]] = []
        first = opened = closed = -1
        delimiter = re.compile(rb"(?<=\n)--" + re.escape(boundary) + rb"([^\r\n]*)(?:\r?\n|\r|\Z)")
        for line in delimiter.finditer(data, block.body, end):
            at = line.start()
            rest = line[1].rstrip(b" \t")
            if rest and not rest.startswith(b"--"):
                defects["boundary_prefix"] = None
                if self.exact:
                    continue
            if rest not in (b"", b"--"):
                defects["odd_delimiter"] = None
            if first < 0:
                first = at
            if opened >= 0:
                ranges.append((opened, _before_line_end(data, at, opened)))
                opened = -1
            if closed >= 0:
                defects["parts_after_end"] = None
            if rest.startswith(b"--"):
                closed = line.end()
            else:
                opened, closed = line.end(), -1
        if opened >= 0:
            ranges.append((opened, end))  # never closed: the last part goes on to the end, to every program
        if not ranges and data[block.body : end].strip():
            defects["no_parts"] = None
        asides: list[tuple[Aside, int, int]] = []
        if first > block.body:
            asides.append(("preamble", block.body, first))
        if 0 <= closed < end:
            asides.append(("epilogue", closed, end))
        for _, start, stop in asides:
            if _HIDDEN_PART.search(data, start, stop):
                defects["hidden_part"] = None
        if len(ranges) > self.left:
            defects["too_many_parts"] = None
            ranges = ranges[: self.left]
        self.left -= len(ranges)
        signed = in_signed or word == "multipart/signed"
        children = tuple(
            self.part(
                (*numbers, number),
                start,
                stop,
                block.newline,
                (*open_boundaries, boundary),
                word == "multipart/digest",
                signed,
            )
            for number, (start, stop) in enumerate(ranges, 1)
        )
        return children, tuple(asides)


def cut(data: bytes) -> MimePart:
    """The message in `data`. Boundaries that begin alike are no defect where it does not matter who is right about
    them: Eudora wrote `x` outside and `x.ALT` inside, and every reading gives the same leaves."""
    whole = Cutter(data).part((), 0, len(data))
    if not any(_ALIKE & set(part.defects) for part in every(whole)):
        return whole
    other = Cutter(data, exact=False).part((), 0, len(data))
    return _without(whole, _ALIKE) if _said(data, whole) == _said(data, other) else whole


def _said(data: bytes, part: MimePart) -> list[tuple[int, int, int]]:
    """(start, body, end without blanks) of each leaf that says something."""
    return [
        (leaf.start, leaf.body, leaf.body + len(said))
        for leaf in leaves(part)
        if (said := data[leaf.body : leaf.end].rstrip(b" \t\r\n"))
    ]


def _without(part: MimePart, defects: frozenset[str]) -> MimePart:
    kept = tuple(defect for defect in part.defects if defect not in defects)
    return replace(part, defects=kept, children=tuple(_without(child, defects) for child in part.children))


def leaves(part: MimePart) -> list[MimePart]:
    """All parts that are not multiparts with parts, in order."""
    return [part] if not part.children else [leaf for child in part.children for leaf in leaves(child)]


def every(part: MimePart) -> list[MimePart]:
    """The part and all inside it, in order of their headers."""
    return [part, *(inner for child in part.children for inner in every(child))]


def _could_be_cut(raw: bytes, encoding: Kind, boundaries: list[bytes]) -> bool:
    """Whether a program that takes a leaf for a multipart would see parts in it, or anything in its parts that is not
    in the leaf."""
    return any(
        _HIDDEN_PART.search(body) or any(b"--" + boundary.strip() in body for boundary in boundaries)
        for body in (raw, *decoded(raw, encoding).readings)
    )


def _before_line_end(data: bytes, at: int, least: int) -> int:
    """The line end before a delimiter belongs to the delimiter (RFC 2046)."""
    if data[at - 2 : at] == b"\r\n":
        return max(at - 2, least)
    return max(at - 1, least)
