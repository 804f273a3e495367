"""Words in a text that writes letters as escapes: `%E5%BC%A0`, `=E5=BC=A0`, `\\u5f20`, `&#24352;`, encoded words. Who
reads a page can decode them, so they are covered like the words. Pure; linear in the text for each word.
"""

import base64
import binascii
import quopri
import re
from collections.abc import Iterator, Sequence

from gateway.text.digits import fold_digits
from gateway.text.normalize import letters

Span = tuple[int, int]
_RUNS = re.compile(
    r"=\?[\w-]{1,40}(?:\*[\w-]{0,40})?\?(?P<way>[bBqQ])\?(?P<word>[^?\s]{0,1000})\?="
    r"|(?P<octets>(?:%[0-9A-Fa-f]{2})+|(?:=[0-9A-Fa-f]{2})+|(?:\\x[0-9A-Fa-f]{2})+)"
    r"|(?P<units>(?:\\u[0-9A-Fa-f]{4})+)"
    r"|(?P<numbers>(?:&\#(?:[0-9]{1,7}|[xX][0-9A-Fa-f]{1,6});?)+)",
    re.ASCII,
)
_HEX = re.compile(r"[0-9A-Fa-f]{2}(?![0-9A-Fa-f])", re.ASCII)
_UNIT = re.compile(r"[0-9A-Fa-f]{4}", re.ASCII)
_NUMBER = re.compile(r"&#(?:([0-9]+)|[xX]([0-9A-Fa-f]+))", re.ASCII)
_LAST = 0x10FFFF


def written_escaped(text: str, words: Sequence[str]) -> Iterator[Span]:
    """Where words (letters and digits alone, folded) stand when the escapes are read; and each run of escapes that has
    a letter beyond ASCII of one: a name may be cut between two fields."""
    runs = [(found.span(), _read(found)) for found in _RUNS.finditer(text)] if words else []
    if not runs:
        return
    beyond = {letter for word in words for letter in word if not letter.isascii()}
    pieces, places = list[str](), list[Span]()
    at = 0
    for span, said in (*runs, ((len(text), len(text)), "")):
        if not beyond.isdisjoint(letters(said).text):
            yield span
        pieces += (text[at : span[0]], said)
        places += ((number, number + 1) for number in range(at, span[0]))
        places += (span for _ in said)
        at = span[1]
    view = letters("".join(pieces))
    folded = fold_digits(view.text)
    for word in words:
        found = folded.find(word)
        while found >= 0:
            start, end = view.origin(found, found + len(word))
            yield places[start][0], places[end - 1][1]
            found = folded.find(word, found + len(word))


def _read(found: re.Match[str]) -> str:
    """What a run of escapes says."""
    if (word := found["word"]) is not None:
        try:
            is_base64 = found["way"] in "bB"
            octets = base64.b64decode(word + "=" * (-len(word) % 4)) if is_base64 else quopri.decodestring(word, True)
        except (binascii.Error, ValueError):
            return ""
        return _letters_of(octets)
    if found["octets"] is not None:
        return _letters_of(bytes.fromhex("".join(_HEX.findall(found["octets"]))))
    if found["units"] is not None:
        units = b"".join(bytes.fromhex(unit) for unit in _UNIT.findall(found["units"]))
        return units.decode("utf-16-be", "replace")
    numbers = (int(ten) if ten else int(sixteen, 16) for ten, sixteen in _NUMBER.findall(found["numbers"]))
    return "".join(chr(number) if number <= _LAST and not 0xD800 <= number < 0xE000 else "\ufffd" for number in numbers)


def _letters_of(octets: bytes) -> str:
    for charset in ("utf-8", "gb18030"):
        try:
            return octets.decode(charset)
        except UnicodeDecodeError:
            continue
    return octets.decode("latin-1")
