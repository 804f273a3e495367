"""Lines of cards and calendars, taken apart (RFC 6350 section 3.3, RFC 5545 section 3.1): name, parameters, value.

In: an unfolded line, decoded. Out: `ContentLine`. Nothing is raised: a line without a colon has no value.
"""

import re
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\:": ":", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\[nN,;:\\]")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}  # RFC 6868
_CARET = re.compile(r"\^[n'^]")
_DATA_HTML = re.compile(r"data:text/html[^,]{0,200},(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST_HEAD = 20_000
_MARKUP = re.compile(r"&(?:#|[A-Za-z]{2,8};)|<[A-Za-z!/]")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """`name` without its group, in capitals. `parameters`: their names in capitals, each with its value."""

    name: str
    parameters: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    value: str = field(default="", repr=False)


def line_of(text: str) -> ContentLine:
    """Quotation marks hold a colon and a semicolon together."""
    pieces, begin, quoted, at = list[str](), 0, False, 0
    for at, sign in enumerate(text[:_LONGEST_HEAD]):
        if sign == '"':
            quoted = not quoted
        elif sign in ";:" and not quoted:
            pieces.append(text[begin:at])
            begin = at + 1
            if sign == ":":
                break
    else:
        return ContentLine("", (), text)
    name = pieces[0].rpartition(".")[2].strip().upper()
    return ContentLine(name, tuple(map(_parameter, pieces[1:])), text[begin:])


def unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda escape: _ESCAPES[escape[0]], value)


def components(value: str) -> list[str]:
    """Of a structured value, which semicolons part; a comma parts several values of one."""
    return [unescaped(piece).strip() for piece in re.split(r"(?<!\\);", value)]


def names(line: ContentLine) -> list[str]:
    """What a line says that is a person's name, in the orders in which people write it."""
    found: list[str] = []
    if line.name == "N":
        found += _structured(components(line.value))
    elif line.name in _NAMED:
        found += [unescaped(piece).strip() for piece in re.split(r"(?<!\\)[,;]", line.value)] + [unescaped(line.value)]
    for key, value in line.parameters:
        if key in _NAMED_PARAMETERS:
            found += [value, *(piece.strip() for piece in value.split(","))]
    return [name for name in dict.fromkeys(found) if name and "\n" not in name]


def markup(line: ContentLine) -> list[str]:
    """What a line says in HTML: where it says so, and where a value has tags or entities, as calendars' have."""
    parameters = dict(line.parameters)
    found = []
    if parameters.get("FMTTYPE", "").lower().startswith("text/html") or _MARKUP.search(line.value):
        found.append(unescaped(line.value))
    for key, value in line.parameters:
        if key == "ALTREP" and (match := _DATA_HTML.match(value)):
            found.append(unquote_to_bytes(match[1]).decode("utf-8", "replace"))
    if match := _DATA_HTML.match(line.value):
        found.append(unquote_to_bytes(match[1]).decode("utf-8", "replace"))
    return found


_NAMED = frozenset(
    (
        *("FN", "NICKNAME", "SORT-STRING", "AGENT", "CONTACT", "RELATED", "X-PHONETIC-FIRST-NAME", "X-NICKNAME"),
        *("X-PHONETIC-LAST-NAME", "X-MAIDENNAME", "X-ASSISTANT", "X-MANAGER", "X-SPOUSE", "X-ABRELATEDNAMES"),
    )
)
_NAMED_PARAMETERS = frozenset(("CN", "SORT-AS", "X-CN"))
_FAMILY, _GIVEN, _MORE = 0, 1, 2


def _structured(parts: list[str]) -> list[str]:
    """Family, given and further names: side by side as Chinese writes them, and with a blank, in both orders."""
    parts = [*parts, "", "", ""][:5]
    family, given, more = parts[_FAMILY], parts[_GIVEN], parts[_MORE]
    if not (family and given):
        return [*filter(None, (family + more, given + more, more))]
    orders = ((family, given), (given, family), (family, more, given), (given, more, family), (family, given, more))
    found = [sign.join(filter(None, order)) for order in orders for sign in ("", " ")]
    return [*found, family, given] if len(family) > 1 else [*found, given]


def _parameter(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    value = _CARET.sub(lambda caret: _CARETS[caret[0]], value.strip().strip('"'))
    return name.strip().upper() if sign else "", value
