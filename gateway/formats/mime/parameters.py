"""Structured values of MIME: `type/subtype (comment); name="value"; name*0*=UTF-8''%E5%BC%A0`.

RFC 2045 section 5.1, RFC 2231, RFC 2183. Every value that a program could take for a parameter is kept: plain,
extended, in pieces, with encoded words inside. What the grammar does not allow is reported as a word.

In: an unfolded value in bytes. Out: `Value`. Nothing is raised.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from gateway.formats.mime.encoded_words import decoded_words
from gateway.text.charsets import decodings

_COMMENT = rb"\([^()\\\"=;/<>@]*\)"
"""One that says nothing to a program that does not know comments."""
_BEHIND = re.compile(
    rb"([^\s()\"]+)(?:[ \t]+" + _COMMENT + rb")+[ \t]*|(\"[^\"\\]*\")(?:[ \t]*" + _COMMENT + rb")+[ \t]*"
)
_BEFORE = re.compile(rb"[ \t]*(?:" + _COMMENT + rb"[ \t]*)+([^\s()\"]+)[ \t]*")
_WORD_ALONE = re.compile(rb"[ \t]*[A-Za-z0-9._-]{1,40}[ \t]*")
_SINGLE_QUOTES = re.compile(rb"'([A-Za-z0-9._:+-]{1,40})'")
_NAMES = frozenset(("name", "filename"))
_SECTION = re.compile(r"(.+?)(?:\*(\d{1,3}))?(\*)?")


@dataclass(frozen=True, slots=True)
class Parameter:
    """One `name=value` as it stands: its name in lower case, its value without quotes and escapes."""

    name: str
    raw: bytes = field(repr=False)
    start: int = 0
    end: int = 0
    """From the semicolon before it to the next one, in the value."""


@dataclass(frozen=True, slots=True)
class Value:
    """`word` is the value before the parameters, in lower case, without comments."""

    word: str
    parameters: tuple[Parameter, ...] = ()
    defects: tuple[str, ...] = ()
    is_commented: bool = False
    """Plain comments stand beside word or values: who does not know comments takes them for a part of those."""

    def raw_values(self, name: str) -> list[bytes]:
        """All values given for exactly this name."""
        return [parameter.raw for parameter in self.parameters if parameter.name == name]

    def all_values(self, name: str) -> list[bytes]:
        """Every value that a program could take for this name: plain, extended, its pieces put together (RFC 2231).
        One where all programs that know of pieces agree."""
        pieces: dict[int, bytes] = {}
        in_order: list[bytes] = []
        values = self.raw_values(name)
        for parameter in self.parameters:
            found = _SECTION.fullmatch(parameter.name)
            if found is None or found[1] != name or parameter.name == name:
                continue
            raw = _plain(parameter.raw, found[2] is None or int(found[2]) == 0) if found[3] else parameter.raw
            if found[2] is None:
                values.append(raw)
            else:
                pieces.setdefault(int(found[2]), raw)
                in_order.append(raw)
        if pieces:
            values += (b"".join(pieces[number] for number in sorted(pieces)), b"".join(in_order))
            if sorted(pieces) != list(range(len(pieces))):  # one is missing: it ends there, or goes on behind the gap
                values.append(b"".join(pieces[number] for number in range(len(pieces)) if number in pieces))
        return list(dict.fromkeys(values))

    def is_in_pieces(self, name: str) -> bool:
        """Whether programs that do not know RFC 2231 see no such parameter."""
        return not self.raw_values(name) and bool(self.all_values(name))

    def readings(self, name: str) -> tuple[str, ...]:
        """Every text a program could show for this parameter, the best first, none twice."""
        return _readings(self, name)


def base_name(parameter: str) -> str:
    """`filename*0*` is a piece of `filename`."""
    found = _SECTION.fullmatch(parameter)
    return found[1] if found else parameter


def parsed(value: bytes) -> Value:
    """The value taken apart. Unquoted values run to the next semicolon, as Chinese mail writes file names."""
    defects: dict[str, None] = {}
    pieces = _split(value, defects)
    commented = False
    if (plain := _BEHIND.fullmatch(pieces[0][0].strip(b" \t"))) and plain[1]:
        word_bytes, commented = plain[1], True
    else:
        word_bytes, had_comment = _without_comments(pieces[0][0], defects)
        if had_comment:
            defects["comment_in_value"] = None
    word = word_bytes.strip(b" \t").lower().decode("ascii", "replace")
    parameters = []
    for raw, start, end in pieces[1:]:
        name_bytes, equals, rest = raw.partition(b"=")
        if not equals:
            if raw.strip(b" \t") and (word.startswith("multipart/") or not _WORD_ALONE.fullmatch(raw)):
                defects["broken_parameter"] = None
            continue
        odd_name = False
        if plain := _BEFORE.fullmatch(name_bytes):
            name_bytes, commented = plain[1], True
        else:
            name_bytes, odd_name = _without_comments(name_bytes, defects)
        name = name_bytes.strip(b" \t").lower().decode("ascii", "replace")
        if (plain := _BEHIND.fullmatch(rest.strip(b" \t"))) and base_name(name) not in _NAMES:
            rest, commented = plain[1] or plain[2], True
        if name == "charset" and (inner := _SINGLE_QUOTES.fullmatch(rest.strip(b" \t"))):
            rest = inner[1]
        text, odd = _value(rest)
        if odd or odd_name:
            defects["broken_parameter"] = None
        parameters.append(Parameter(name, text, start, end))
    return Value(word, tuple(parameters), tuple(defects), commented)


def _split(value: bytes, defects: dict[str, None]) -> list[tuple[bytes, int, int]]:
    """At the semicolons that are neither quoted nor in a comment, with their places."""
    out: list[tuple[bytes, int, int]] = []
    start = at = depth = 0
    quoted = False
    while at < len(value):
        c = value[at]
        if c == 0x5C and (quoted or depth):
            at += 2
            continue
        if quoted:
            quoted = c != 0x22
        elif c == 0x22 and not depth:
            quoted = True
        elif c == 0x28 and _comment_may_start(value, at):
            depth += 1
        elif c == 0x29 and depth:
            depth -= 1
        elif c == 0x3B and not depth:
            out.append((value[start:at], max(start - 1, 0), at))
            start = at + 1
        at += 1
    if quoted or depth:
        defects["broken_parameter"] = None
    out.append((value[start:], max(start - 1, 0), len(value)))
    return out


def _comment_may_start(value: bytes, at: int) -> bool:
    """After a blank, `=` or `;` it is a comment; inside an unquoted value (`name=举报信(1).docx`) part of it."""
    return at == 0 or value[at - 1] in b" \t=;(" or b"=" not in value[value.rfind(b";", 0, at) + 1 : at]


def _without_comments(raw: bytes, defects: dict[str, None]) -> tuple[bytes, bool]:
    if b"(" not in raw:
        return raw, False
    out = bytearray()
    depth = 0
    at = 0
    while at < len(raw):
        c = raw[at]
        if depth and c == 0x5C:
            at += 1
        elif c == 0x28:
            depth += 1
        elif c == 0x29 and depth:
            depth -= 1
        elif not depth:
            out.append(c)
        at += 1
    if depth:
        defects["broken_parameter"] = None
    return bytes(out), True


def _value(rest: bytes) -> tuple[bytes, bool]:
    """A value without quotes, and whether something stood there that the grammar does not know."""
    rest = rest.strip(b" \t")
    if not rest.startswith(b'"'):
        return rest, b'"' in rest or rest.startswith(b"(")
    out = bytearray()
    at = 1
    while at < len(rest) and rest[at] != 0x22:
        if rest[at] == 0x5C and at + 1 < len(rest):
            at += 1
        out.append(rest[at])
        at += 1
    return bytes(out), at >= len(rest) or bool(rest[at + 1 :].strip(b" \t"))


def _readings(value: Value, name: str) -> tuple[str, ...]:
    pieces: dict[int, tuple[bytes, bool]] = {}
    plain: list[bytes] = []
    in_order: list[bytes] = []
    extended: list[bytes] = []
    for parameter in value.parameters:
        found = _SECTION.fullmatch(parameter.name)
        if found is None or found[1] != name:
            continue
        if found[2] is not None:
            pieces.setdefault(int(found[2]), (parameter.raw, found[3] is not None))
            in_order.append(unquote_to_bytes(parameter.raw) if found[3] else parameter.raw)
        elif found[3]:
            extended.append(parameter.raw)
        else:
            plain.append(parameter.raw)
    texts: dict[str, None] = {}
    for raw in extended:
        texts.update(dict.fromkeys(_extended([(raw, True)])))
    if pieces:
        texts.update(dict.fromkeys(_extended([pieces[number] for number in sorted(pieces)])))
        if len(in_order) != len(pieces) or sorted(pieces) != list(pieces):
            texts.update(dict.fromkeys(reading.text for reading in decodings(b"".join(in_order), guess=False)))
    for raw in plain:
        for reading in decodings(raw, guess=False):
            texts.setdefault(decoded_words(reading.text))
    return tuple(text for text in texts if text)


def _plain(raw: bytes, first: bool) -> bytes:
    """An extended value in bytes, without its charset and language."""
    if first and raw.count(b"'") >= 2:
        raw = raw.split(b"'", 2)[2]
    return unquote_to_bytes(raw)


def _extended(pieces: list[tuple[bytes, bool]]) -> list[str]:
    """RFC 2231: the first extended piece names the charset, the others go on in it."""
    charset = ""
    data = bytearray()
    for number, (raw, percent) in enumerate(pieces):
        if percent and number == 0 and raw.count(b"'") >= 2:
            label, _, raw = raw.split(b"'", 2)
            charset = label.decode("ascii", "replace")
        data += unquote_to_bytes(raw) if percent else raw
    return [reading.text for reading in decodings(bytes(data), charset, guess=False)]
