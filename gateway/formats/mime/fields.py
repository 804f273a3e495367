"""A header block cut into its fields, every byte accounted for.

RFC 5322 section 2.2: `name: value`, folded over lines that begin with a blank, ended by an empty line. What mail
programs read differently is not repaired but reported: a blank before the colon, a line without a colon, a bare CR,
NUL, two kinds of line end, a block that never ends.

In: bytes and where the block starts. Out: `Block`. Nothing is raised.
"""

import re
from dataclasses import dataclass, field

from gateway.text.charsets import Decoding, decodings

FREE_TEXT = frozenset(("subject", "comments", "keywords", "organization", "thread-topic", "content-description"))
"""Fields of writing; what stands in the others is names, addresses, ids and parameters."""
LONGEST_FIELD = 65536
MOST_FIELDS = 2000
_NAME = re.compile(rb"[!-9;-~]+")
_END = re.compile(rb"(?:\A|\n)(\r?\n)")
_DAY = rb"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [^\r\n]{10,40}"  # as `ctime` or RFC 5322 has it
_DATE = rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d[0-9:.+APMZapm \t-]{0,20}"  # ISO 8601
_DAY_FIRST = rb"\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}[0-9:+A-Z \t-]{0,30}"
_MBOX = re.compile(
    rb">?From (?:\S+ +(?:%s|%s|%s|\d{9,11}[ \t]*)|[^\s:<>()@]+@[^\s:<>()@]+[ \t]*)\r?\n" % (_DAY, _DATE, _DAY_FIRST)
)
_FOLD = re.compile(rb"\r?\n[ \t]+")
_JOINT = 76  # an encoded word is whole (RFC 2047 section 2)
_NEWLINE = re.compile(rb"\r\n|\n|\r")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field. `start` to `end` with its line end; `value` starts behind the colon. `name` in lower case."""

    name: str
    start: int
    value_start: int
    end: int
    raw: bytes = field(repr=False)

    @property
    def value(self) -> bytes:
        """Unfolded (RFC 5322 section 2.2.3), without the blanks around."""
        return self.raw.replace(b"\r\n", b"").replace(b"\n", b"").replace(b"\r", b" ").strip(b" \t")

    @property
    def readings(self) -> tuple[Decoding, ...]:
        """Every reading of the value, best first."""
        return decodings(self.value, guess=self.name in FREE_TEXT or not self.name)

    @property
    def joints(self) -> bytes:
        """What stands on both sides of each fold, without the blank between, a line each: some programs take it out,
        and a word may have been folded in two."""
        lines = _FOLD.split(self.raw.strip(b" \t\r\n"))
        ends = [line.rsplit(None, 1)[-1][-_JOINT:] if line.strip() else b"" for line in lines]
        starts = [line.split(None, 1)[0][:_JOINT] if line.strip() else b"" for line in lines]
        return b"\n".join(end + start for end, start in zip(ends, starts[1:], strict=False) if end and start)


@dataclass(frozen=True, slots=True)
class Block:
    """`fields` in order, `body` where the content starts, `newline` the line end in use, what is wrong as words."""

    fields: tuple[HeaderField, ...]
    body: int
    newline: bytes
    defects: tuple[str, ...]

    def all(self, name: str) -> list[HeaderField]:
        """Fields of that name, in order."""
        return [field for field in self.fields if field.name == name]

    def value(self, name: str) -> bytes:
        """Of the first such field, which is the one most programs take; empty where there is none."""
        return next((field.value for field in self.fields if field.name == name), b"")


def block_of(data: bytes, start: int, end: int, newline: bytes = b"") -> Block:
    """The header block of the message or part in `data[start:end]`; `newline` as used around it, empty if unknown."""
    defects: dict[str, None] = {}
    blank = _END.search(data, start, end)
    if blank is not None and blank.start() != start and data[blank.start() : blank.start() + 1] != b"\n":
        blank = None
    if data[start : start + 2] == b"\r\n":
        return Block((), start + 2, newline or b"\r\n", ())
    if data[start : start + 1] == b"\n":
        return Block((), start + 1, newline or b"\n", () if newline in (b"", b"\n") else ("mixed_line_ends",))
    if blank is None:
        stop = body = end
        # A part without content: the end of its empty line is the one before the delimiter.
        ends = data[end - 1 : end] == b"\n" and data[end : end + 2].lstrip(b"\r")[:1] == b"\n"
        if start < end and not ends:
            defects["unterminated_header"] = None
    else:
        stop, body = blank.start() + 1, blank.end()
    text = data[start:stop]
    if not newline:
        first = text.find(b"\n")
        newline = b"\n" if first >= 0 and text[first - 1 : first] != b"\r" else b"\r\n"
    if b"\0" in text:
        defects["nul_byte"] = None
    if _mixed(text, newline):
        defects["mixed_line_ends"] = None
    return Block(tuple(_fields(data, start, stop, defects)), body, newline, tuple(defects))


def _mixed(text: bytes, newline: bytes) -> bool:
    if newline == b"\n":
        return b"\r" in text
    bare = text.replace(b"\r\n", b"")
    return b"\r" in bare or b"\n" in bare


def _fields(data: bytes, start: int, stop: int, defects: dict[str, None]) -> list[HeaderField]:
    lines: list[tuple[int, int]] = []  # of whole fields: continuation lines taken in
    at = start
    while at < stop:
        after = data.find(b"\n", at, stop) + 1 or stop
        if data[at : at + 1] in (b" ", b"\t") and lines:
            lines[-1] = (lines[-1][0], after)
        else:
            lines.append((at, after))
        at = after
    out: list[HeaderField] = []
    if len(lines) > MOST_FIELDS:
        defects["too_many_fields"] = None
        lines[MOST_FIELDS - 1 :] = [(lines[MOST_FIELDS - 1][0], stop)]
    for first, after in lines:
        raw = data[first:after]
        if after - first > LONGEST_FIELD:
            defects["oversized_field"] = None
        colon = raw.find(b":")
        name = raw[:colon] if colon >= 0 else b""
        if _NAME.fullmatch(name) is None:
            bare = name.strip(b" \t\0\r")
            if colon < 0 or _NAME.fullmatch(bare) is None:
                # Some programs end the header here, some skip the line: `read` scans it as text of its own.
                # The line that a mailbox file puts before a mail (RFC 4155) is known to all and skipped by all.
                if not (first == start and _MBOX.match(raw)):
                    defects["broken_header"] = None
                if out and not out[-1].name:
                    first = out.pop().start
                out.append(HeaderField("", first, first, after, data[first:after]))
                continue
            defects["odd_field_name"] = None
            name = bare
        if raw[colon + 1 : colon + 2] == b":" and name.lower().startswith((b"content-", b"mime-")):
            defects["odd_field_name"] = None
        label = name.lower().decode("ascii", "replace")
        out.append(HeaderField(label, first, first + colon + 1, after, raw[colon + 1 :]))
    return out
