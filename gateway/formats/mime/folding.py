"""Header values put back on the wire: folded, with parameters set anew.

RFC 5322 section 2.2.3 (a line end may stand before any blank), RFC 2231 (names beyond ASCII), RFC 2183. Control
characters never get through: a value that could end the field would be a header injection.
"""

import re
from urllib.parse import quote

from gateway.formats.mime.parameters import base_name, parsed

_LINE = 76
_PIECE = 48
_CHARACTER = re.compile(r"%[0-7][0-9A-F]|%[C-F][0-9A-F](?:%[89AB][0-9A-F])+|.")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_TOKEN = re.compile(r"[A-Za-z0-9!#$&+.^_`{|}~-]+")


def folded(value: str, used: int, newline: bytes) -> bytes:
    """The value on lines of at most 76 characters where its blanks allow it; `used` stand on the first already."""
    value = _CONTROL.sub("", value)
    lines: list[str] = []
    line = ""
    for word in re.split(r"(?=[ \t])", value):
        if line.strip() and used + len(line) + len(word) > _LINE and word.strip():
            lines.append(line)
            line, used = word, 0
        else:
            line += word
    lines.append(line)
    data = newline.join(text.encode("utf-8", "surrogateescape") for text in lines)
    return data.strip(b" \t")


def with_parameter(value: str, name: str, new: str) -> str:
    """The value with that parameter and all pieces of it replaced by one."""
    return _without(value, name) + f"; {name}={_quoted(new)}"


def with_name(value: str, name: str, new: str | None) -> str:
    """The value with that file name: as it is in ASCII, else extended, with a fallback for old programs."""
    rest = _without(value, name)
    if new is None:
        return rest
    new = _CONTROL.sub("", new)
    if new.isascii():
        return f"{rest}; {name}={_quoted(new)}"
    plain = re.sub(r"_+", "_", "".join(c if c.isascii() else "_" for c in new))
    extended = quote(new.encode("utf-8", "replace"), safe="!#$&+-.^_`{}|~")
    return f"{rest}; {name}={_quoted(plain)}; {_extended(name, extended)}"


def _extended(name: str, text: str) -> str:
    """In one piece where a line can hold it, else in numbered ones (RFC 2231 section 4.1)."""
    start = f"{name}*=utf-8''"
    if len(start) + len(text) <= _LINE - 2:
        return start + text
    pieces = [""]
    for character in re.findall(_CHARACTER, text):
        if len(pieces[-1]) + len(character) > _PIECE:
            pieces.append("")
        pieces[-1] += character
    lines = [f"{name}*0*=utf-8''{pieces[0]}", *(f"{name}*{number}*={p}" for number, p in enumerate(pieces[1:], 1))]
    return "; ".join(lines)


def _without(value: str, name: str) -> str:
    raw = value.encode("utf-8", "surrogateescape")
    out = bytearray()
    at = 0
    for parameter in parsed(raw).parameters:
        if base_name(parameter.name) == name:
            out += raw[at : parameter.start]
            at = parameter.end
    out += raw[at:]
    return out.decode("utf-8", "surrogateescape").rstrip(" \t;")


def _quoted(text: str) -> str:
    if _TOKEN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
