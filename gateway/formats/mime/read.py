"""Reads a message: every header field, every file name, what stands around the parts, and the parts as children.

RFC 5322, 2045, 2046, 2047, 2231. Out, in the order of the bytes: for the message and each part its fields, names and
defects; then its text aside, or its content as `Child`. A defect that programs read differently is an `Ambiguity`.

In: a `Source`. Nothing is raised beyond what a bug raises; the walker contains it.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from gateway.formats import Child, Piece, Rank, Source
from gateway.formats.mime.addresses import FIELDS, address_text
from gateway.formats.mime.alternative_readings import hidden_in_header, hidden_in_names
from gateway.formats.mime.encoded_words import decoded as words_decoded
from gateway.formats.mime.fields import LONGEST_FIELD, HeaderField
from gateway.formats.mime.mail_facts import facts_of
from gateway.formats.mime.multipart import MimePart, cut, every
from gateway.formats.mime.parameters import Value, parsed
from gateway.formats.mime.transfer_encoding import decoded
from gateway.model import Ambiguity, Location, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.escapes import undone
from gateway.text.offset_map import whole

_FIRST_FIELD = re.compile(
    rb"(?:(?:Received|Return-Path|Message-ID|MIME-Version|DKIM-Signature|Delivered-To|X-[A-Za-z0-9-]+|From|To|Date|"
    rb"Subject|Content-[A-Za-z-]+|Reply-To|Sender|Cc|References|In-Reply-To|Authentication-Results|ARC-[A-Za-z-]+)"
    rb":[ \t\r\n][^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*){3}",
    re.IGNORECASE,
)
_SURE_FIELD = re.compile(rb"^(?:Received|Message-ID|MIME-Version):", re.IGNORECASE | re.MULTILINE)
_USUAL_PREAMBLE = re.compile(
    rb"\s*(?:This is a (?:cryptographically signed )?(?:multi-?part|MIME)[^\r\n]{0,60}|"
    rb"This is an OpenPGP/MIME signed message[^\r\n]{0,40})?\s*",
    re.IGNORECASE,
)
_FIELDS = re.compile(rb"(?:[!-9;-~]+:[^\r\n]*+(?:\r?\n[ \t][^\r\n]*+)*+[\r\n]{1,2})++")
_SAVED_PAGE = re.compile(rb"(?=.*^MIME-Version:).*^Content-Type:\s*multipart/", re.I | re.M | re.S)
_PASTED = re.compile(rb"^[> \t]*begin(?:-base64)? [0-7]{3}|=ybegin |<[a-z/!]|^M[ -`]{60}|UEsD|BinHex", re.I | re.M)
_BY_ID = re.compile(rb"\bcid:([^\"'\s<>)]{1,300})", re.IGNORECASE)
NAME_PARAMETERS = (("content-disposition", "filename"), ("content-type", "name"))
_HTML_TYPES = frozenset(("text/html", "application/xhtml+xml"))
_MAIL_TYPES = frozenset(("message/rfc822", "message/global", "message/news"))


def sniff(data: bytes) -> Rank:
    """Three header fields that mails begin with; sure where one of them is of the kind that only mails have. A page
    that a browser saved as one file (RFC 2557, `.mht`) has other fields first, and says that it is of several parts."""
    head = data[:16384]
    end = re.search(rb"\r?\n\r?\n", head)
    if end is not None and _FIELDS.fullmatch(head, 0, end.start() + 1) and _SAVED_PAGE.search(head[: end.start()]):
        return "sure"
    if _FIRST_FIELD.match(head) is None:
        return "no"
    return "sure" if end is not None and _SURE_FIELD.search(head[: end.start()]) else "maybe"


def place(where: Location, numbers: tuple[int, ...]) -> Location:
    """A part of the message at `where`: `2.1`, or a step further where the message lies inside a file."""
    if not numbers:
        return where
    label = ".".join(map(str, numbers))
    if where.steps:
        return where.inside(steps.part(label))
    return Location(f"{where.part}.{label}" if where.part else label)


def read(source: Source) -> Iterator[Piece]:
    """The pieces of one message; those of nested messages come from its children."""
    root = cut(source.data)
    facts, doubtful = facts_of(root.block, source.where)
    yield facts
    shown = _shown_in_pages(root, source.data)
    if doubtful:
        yield Ambiguity(source.where, "ambiguous_address")
    for part in every(root):
        where = place(source.where, part.numbers)
        for defect in part.defects:
            yield Ambiguity(where, defect)
        said: dict[str, None] = {}  # what header and names say, each once
        for field in part.block.fields:
            for piece in _field(field, where, source.editable):
                if isinstance(piece, TextFragment):
                    said[piece.text] = None
                yield piece
        yield from hidden_in_header(part.block.fields, said, where)
        named: dict[str, None] = {}
        for piece in _names(part, where, source.editable):
            named[piece.text] = None
            yield piece
        yield from hidden_in_names(named, where)
        yield from _content(part, source, where, part.block.value("content-id").strip(b" <>\t\r\n") in shown)


def _shown_in_pages(root: MimePart, data: bytes) -> frozenset[bytes]:
    """The Content-IDs that an HTML part of the message refers to (RFC 2392)."""
    parts = every(root)
    if not any(part.block.all("content-id") for part in parts):
        return frozenset()
    found: set[bytes] = set()
    for part in parts:
        if not part.children and part.media_type in _HTML_TYPES:
            for page in decoded(data[part.body : part.end], part.encoding).readings:
                found.update(unquote_to_bytes(match[1]) for match in _BY_ID.finditer(page))
    return frozenset(found - {b""})


def _field(field: HeaderField, where: Location, editable: bool) -> Iterator[Piece]:
    found = field.readings
    if not found:
        yield Unreadable(where, "undecodable_header")
        return
    for number, reading in enumerate(found):
        text = shown_value(field.name, reading.text)
        may_edit = editable and not number and reading.exact and bool(field.name)
        if text or not field.name:
            yield TextFragment(where, "header", text, field.name, may_edit)


def shown_value(name: str, value: str) -> str:
    """What a field says: encoded words decoded, quotes of names taken off, file names left to their own fragments."""
    if len(value) > LONGEST_FIELD:
        return value  # reported; taking it apart would only cost time
    if name in FIELDS:
        return address_text(value).shown.text
    return words_decoded(without_names(name, value)).text


def without_names(name: str, value: str) -> str:
    """A Content-Type or Content-Disposition value with its file name parameters taken out."""
    base = dict(NAME_PARAMETERS).get(name)
    if base is None or base not in value.lower():
        return value
    raw = value.encode("utf-8", "surrogateescape")
    taken = sorted(
        (parameter.start, parameter.end)
        for parameter in parsed(raw).parameters
        if parameter.name.split("*", 1)[0] == base
    )
    out = bytearray()
    at = 0
    for start, end in taken:
        out += raw[at:start]
        at = end
    out += raw[at:]
    return out.decode("utf-8", "surrogateescape")


def names_of(part: MimePart) -> list[tuple[str, str, tuple[str, ...]]]:
    """(field, parameter, readings) of the file names that a part states."""
    values: dict[str, Value] = {"content-disposition": part.disposition, "content-type": part.type}
    return [(field, name, values[field].readings(name)) for field, name in NAME_PARAMETERS]


def _names(part: MimePart, where: Location, editable: bool) -> Iterator[TextFragment]:
    for field, name, readings in names_of(part):
        fields = part.block.all(field)
        for reading in readings:
            yield TextFragment(where, "file_name", reading, name, editable and len(fields) == 1)
        for extra in fields[1:]:  # a duplicate: reported, and its name read all the same
            for reading in parsed(extra.value).readings(name):
                yield TextFragment(where, "file_name", reading, name)


def _content(part: MimePart, source: Source, where: Location, embedded: bool) -> Iterator[Piece]:
    data = source.data
    for label, start, end in part.asides:
        text = data[start:end]
        if _USUAL_PREAMBLE.fullmatch(text) is None:
            found = decodings(text)
            if not found:
                yield Unreadable(where, "undecodable_text")
            for reading in found:
                yield TextFragment(where, "text", reading.text, label)
                for view in undone(whole(reading.text)):
                    yield TextFragment(where, "text", view.text, label)
            if _PASTED.search(text):
                yield Child(where.inside(steps.aside(label)), text, hint="text")
    if part.children:
        if "encoded_multipart" in part.defects:
            yield from _encoded_multipart(part, source, where)
        if part.type.is_commented or part.type.is_in_pieces("boundary"):
            # To programs that do not know comments (RFC 2045), or pieces (RFC 2231), it is one text.
            yield Child(where, data[part.body : part.end], hint="text")
        return
    if part.is_multipart:
        yield from _encoded_multipart(part, source, where)
        yield Child(where, data[part.body : part.end], hint="text")
        return
    yield from _leaf(part, source, where, embedded)
    if not part.numbers and not part.block.fields:
        # Empty lines before the header end it before it begins; a program that skips them sees a mail.
        rest = data[part.body : part.end].lstrip(b"\r\n")
        if rest != data[part.body : part.end] and sniff(rest) != "no":
            yield Child(place(where, (1,)), rest, hint="mime")


def _encoded_multipart(part: MimePart, source: Source, where: Location) -> Iterator[Piece]:
    """A multipart that is itself encoded (forbidden): programs that decode first see these parts."""
    if part.encoding == "identity":
        return
    header = b"Content-Type: " + part.block.value("content-type") + b"\r\n\r\n"
    for body in decoded(source.data[part.body : part.end], part.encoding).readings:
        yield Child(where.inside(steps.DECODED), header + body, hint="mime")


def _leaf(part: MimePart, source: Source, where: Location, embedded: bool) -> Iterator[Piece]:
    kind = part.media_type
    if not part.numbers:
        where = place(source.where, (1,))
    if kind == "message/external-body":
        yield Unreadable(where, "external_body")
    if kind == "message/partial":
        yield Unreadable(where, "partial_message")
    bodies = decoded(source.data[part.body : part.end], part.encoding)
    for defect in bodies.defects:
        yield Ambiguity(where, defect)
    hint = _hint(part, kind)
    if hint == "mime" and part.type.is_commented:
        yield Child(where, source.data[part.body : part.end], hint="text")
    if hint == "mime" and part.encoding not in ("identity",):
        yield Ambiguity(where, "encoded_message")
    names = next((readings for _, _, readings in names_of(part) if readings), ("",))
    charset = next(iter(part.type.raw_values("charset")), b"").decode("ascii", "replace")
    alone = len(bodies.readings) == 1 and not part.in_signed
    path = part.numbers or (1,)
    for body in bodies.readings:
        in_place = alone and not (hint == "mime" and part.encoding != "identity")
        yield Child(where, body, names[0], hint, charset, path if in_place else None, embedded)


def _hint(part: MimePart, kind: str) -> str:
    if kind in _HTML_TYPES:
        return "html"
    if kind in _MAIL_TYPES:
        return "mime"
    if kind.startswith(("text/", "message/")) or not part.type.word or "/" not in kind:
        return "text"
    return ""
