"""Lines of cards and calendars, taken apart (RFC 6350 section 3.3, RFC 5545 section 3.1): name, parameters, value.

In: an unfolded line, decoded. Out: `ContentLine`; names, each of which knows the characters that it comes from. Nothing
is raised: a line without a colon has no value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import unquote_to_bytes

from gateway.text.offset_map import Mapped, Span, replaced, whole

_ESCAPES = {"\\n": "\n", "\\N": "\n", "\\,": ",", "\\;": ";", "\\:": ":", "\\\\": "\\"}
_ESCAPED = re.compile(r"\\[nN,;:\\]")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}  # RFC 6868
_CARET = re.compile(r"\^[n'^]")
_DATA_HTML = re.compile(r"data:text/html[^,]{0,200},(.*)", re.IGNORECASE | re.DOTALL)
_LONGEST_HEAD = 20_000
_MARKUP = re.compile(r"&(?:#|[A-Za-z]{2,8};)|<[A-Za-z!/]")


@dataclass(frozen=True, slots=True)
class ContentLine:
    """`name` without its group, in capitals. `parameters`: their names in capitals, each with its value; `value_at`:
    where the value begins in the line."""

    name: str
    parameters: tuple["LineParameter", ...] = field(default=(), repr=False)
    value: str = field(default="", repr=False)
    value_at: int = 0


@dataclass(frozen=True, slots=True)
class LineParameter:
    """`raw` is its value as it stands in the line, from `at` on, without quotation marks."""

    name: str
    value: str = field(repr=False)
    raw: str = field(repr=False)
    at: int


@dataclass(frozen=True, slots=True)
class NamePiece:
    """Characters from `at` on of a name come from a span of the line: one by one where both are as long, by way of the
    escapes in `raw` where not, as a whole where that is empty."""

    at: int
    size: int
    span: Span
    raw: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PersonName:
    """What a line says that is a person's name."""

    text: str = field(repr=False)
    pieces: tuple[NamePiece, ...]

    def resolve(self, start: int, end: int) -> Iterator[Span]:
        """The characters of the line that characters `start` to `end` of the name come from."""
        for piece in self.pieces:
            first, last = max(start, piece.at), min(end, piece.at + piece.size)
            if first >= last:
                continue
            begin, until = piece.span
            if until - begin == piece.size:
                yield begin + first - piece.at, begin + last - piece.at
            elif piece.raw:
                for one in unescaped_view(piece.raw).resolve(first - piece.at, last - piece.at):
                    yield begin + one[0], begin + one[1]
            else:
                yield piece.span


def line_of(text: str) -> ContentLine:
    """Quotation marks hold a colon and a semicolon together."""
    pieces, begin, quoted, at = list[Span](), 0, False, 0
    for at, sign in enumerate(text[:_LONGEST_HEAD]):
        if sign == '"':
            quoted = not quoted
        elif sign in ";:" and not quoted:
            pieces.append((begin, at))
            begin = at + 1
            if sign == ":":
                break
    else:
        return ContentLine("", (), text)
    name = text[slice(*pieces[0])].rpartition(".")[2].strip().upper()
    return ContentLine(name, tuple(_parameter(text, *piece) for piece in pieces[1:]), text[begin:], begin)


def unescaped(value: str) -> str:
    return _ESCAPED.sub(lambda escape: _ESCAPES[escape[0]], value)


@lru_cache(maxsize=4)  # a line may say thousands of names, each of which is asked for
def unescaped_view(text: str) -> Mapped:
    """The same as `unescaped`, each character leading back."""
    base = whole(text)
    return replaced(base, _ESCAPED, lambda escape: _ESCAPES[escape[0]]) or base


def names(line: ContentLine) -> list[PersonName]:
    """What a line says that is a person's name, in the orders in which people write it; each once."""
    found: list[PersonName] = []
    if line.name == "N":
        found += _structured(line)
    elif line.name in _NAMED:
        found += [_joined(line.value, [piece], line.value_at) for piece in _split(_COMMA_OR_SEMICOLON, line.value)]
        found.append(_joined(line.value, [(0, len(line.value))], line.value_at))
    for parameter in line.parameters:
        if parameter.name in _NAMED_PARAMETERS:
            found.append(_of_parameter(parameter, 0, len(parameter.raw)))
            found += [_of_parameter(parameter, *piece) for piece in _split(_COMMA, parameter.raw)]
    return list({name.text: name for name in reversed(found) if name.text and "\n" not in name.text}.values())[::-1]


def markup(line: ContentLine) -> list[str]:
    """What a line says in HTML: where it says so, and where a value has tags or entities, as calendars' have."""
    found = [unescaped(line.value)] if is_page(line) else []
    linked = (_DATA_HTML.match(parameter.value) for parameter in line.parameters if parameter.name == "ALTREP")
    found += [unquote_to_bytes(match[1]).decode("utf-8", "replace") for match in linked if match is not None]
    if match := _DATA_HTML.match(line.value):
        found.append(unquote_to_bytes(match[1]).decode("utf-8", "replace"))
    return found


def is_page(line: ContentLine) -> bool:
    """Whether its value is HTML."""
    said = next((one.value for one in line.parameters if one.name == "FMTTYPE"), "")
    return said.lower().startswith("text/html") or _MARKUP.search(line.value) is not None


_NAMED = frozenset(
    (
        *("FN", "NICKNAME", "SORT-STRING", "AGENT", "CONTACT", "RELATED", "X-PHONETIC-FIRST-NAME", "X-NICKNAME"),
        *("X-PHONETIC-LAST-NAME", "X-MAIDENNAME", "X-ASSISTANT", "X-MANAGER", "X-SPOUSE", "X-ABRELATEDNAMES"),
    )
)
_NAMED_PARAMETERS = frozenset(("CN", "SORT-AS", "X-CN"))
_FAMILY, _GIVEN, _MORE = 0, 1, 2


_COMMA, _SEMICOLON, _COMMA_OR_SEMICOLON = (re.compile(rf"(?<!\\)[{signs}]") for signs in (",", ";", ",;"))


def _structured(line: ContentLine) -> list[PersonName]:
    """Family, given and further names: side by side as Chinese writes them, and with a blank, in both orders."""
    parts = [*_split(_SEMICOLON, line.value), (0, 0), (0, 0), (0, 0)][:5]
    family, given, more = parts[_FAMILY], parts[_GIVEN], parts[_MORE]

    def joined(order: Sequence[Span], sign: str = "") -> PersonName:
        return _joined(line.value, [part for part in order if part[0] < part[1]], line.value_at, sign)

    if not (_said(family) and _said(given)):
        return [joined((family, more)), joined((given, more)), joined((more,))]
    orders = ((family, given), (given, family), (family, more, given), (given, more, family), (family, given, more))
    found = [joined(order, sign) for order in orders for sign in ("", " ")]
    alone = joined((family,))
    return [*found, alone, joined((given,))] if len(alone.text) > 1 else [*found, joined((given,))]


def _said(span: Span) -> bool:
    return span[0] < span[1]


def _split(at: re.Pattern[str], text: str) -> list[Span]:
    """The pieces between separators, without the blanks around them."""
    ends = [(match.start(), match.end()) for match in at.finditer(text)]
    pieces = zip([0, *(end for _, end in ends)], [*(start for start, _ in ends), len(text)], strict=True)
    return [_stripped(text, start, end) for start, end in pieces]


def _stripped(text: str, start: int, end: int) -> Span:
    piece = text[start:end]
    first = start + len(piece) - len(piece.lstrip())
    return first, max(first, end - len(piece) + len(piece.rstrip()))


def _joined(text: str, spans: Sequence[Span], offset: int, sign: str = "") -> PersonName:
    """Pieces of a value put together, escapes undone."""
    said, pieces, size = list[str](), list[NamePiece](), 0
    for start, end in spans:
        piece = unescaped(text[start:end])
        if said:
            size += len(sign)
        said.append(piece)
        pieces.append(NamePiece(size, len(piece), (offset + start, offset + end), text[start:end]))
        size += len(piece)
    return PersonName(sign.join(said), tuple(pieces))


def _of_parameter(parameter: LineParameter, start: int, end: int) -> PersonName:
    text = _carets_undone(parameter.raw[start:end])
    return PersonName(text, (NamePiece(0, len(text), (parameter.at + start, parameter.at + end)),))


def _carets_undone(text: str) -> str:
    return _CARET.sub(lambda caret: _CARETS[caret[0]], text)


def _parameter(text: str, start: int, end: int) -> LineParameter:
    name, sign, _ = text[start:end].partition("=")
    first, last = _stripped(text, start + len(name) + len(sign), end)
    while first < last and text[first] == '"':
        first += 1
    while first < last and text[last - 1] == '"':
        last -= 1
    raw = text[first:last]
    return LineParameter(name.strip().upper() if sign else "", _carets_undone(raw), raw, first)
