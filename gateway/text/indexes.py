"""Bytes to text and back by the indexes of the Encoding Standard, where Python's codecs read other characters or none.

Mail programs read GBK, Big5 and EUC-JP as browsers do: with the characters of GB 18030-2022 in place of private ones,
with the extensions that Python's Big5 lacks. `indexes.txt` has what differs (`deploy/charset_tables.py` makes it).

In and out as `bytes.decode` and `str.encode`, with Python's names of codecs. Raises UnicodeError and LookupError.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources

_PAIR = rb"[\x81-\xfe][\x40-\x7e\x80-\xfe]"
_UNITS = {
    "gb18030": rb"[\x81-\xfe][\x30-\x39][\x81-\xfe][\x30-\x39]|" + _PAIR,
    "big5hkscs": _PAIR,
    "euc_jp": rb"\x8f[\xa1-\xfe]{2}|[\x8e\xa1-\xfe][\xa1-\xfe]",
}
"""What is one character in each: a pair that begins inside another is none."""


@dataclass(frozen=True, slots=True)
class _CharacterIndex:
    """`anywhere` finds octets that may be of the table, `next_one` the next of its characters from where one begins."""

    characters: dict[bytes, str] = field(repr=False)
    octets: dict[str, bytes] = field(repr=False)
    anywhere: re.Pattern[bytes]
    next_one: re.Pattern[bytes]
    unsayable: re.Pattern[str]


def decoded(data: bytes, codec: str, errors: str = "strict") -> str:
    """The text."""
    index = _index(codec)
    if index is None or index.anywhere.search(data) is None:
        return data.decode(codec, errors)
    out: list[str] = []
    at = 0
    while (found := index.next_one.match(data, at)) is not None:
        start = found.start(1)
        out += (data[at:start].decode(codec, errors), index.characters[found[1]])
        at = found.end()
    out.append(data[at:].decode(codec, errors))
    return "".join(out)


def encoded(text: str, codec: str) -> bytes:
    """The octets that `decoded` reads as this text."""
    index = _index(codec)
    if index is None or text.isascii():
        return text.encode(codec)
    out = bytearray()
    at = 0
    for found in index.unsayable.finditer(text):
        out += text[at : found.start()].encode(codec)
        out += index.octets[found[0]]
        at = found.end()
    out += text[at:].encode(codec)
    return bytes(out)


@lru_cache(maxsize=8)
def _index(codec: str) -> _CharacterIndex | None:
    if codec not in _UNITS:
        return None
    characters: dict[bytes, str] = {}
    table = resources.files("gateway.text").joinpath("indexes.txt").read_text(encoding="utf-8")
    for line in table.split("\n"):
        if line.startswith(f"{codec} "):
            _, octets, character = line.split(" ", 2)
            characters[bytes.fromhex(octets)] = character
    one = _any_of(characters)
    return _CharacterIndex(
        characters,
        # Where Python has octets for it, those are the usual ones: U+3000 is A1A1, and A3A0 but read so.
        {character: octets for octets, character in characters.items() if not _has(character, codec)},
        re.compile(one),
        re.compile(rb"(?:(?!%s)(?:%s|[\x00-\xff]))*+(%s)" % (one, _UNITS[codec], one)),
        re.compile("|".join(re.escape(character) for character in characters.values() if not _has(character, codec))),
    )


def _has(character: str, codec: str) -> bool:
    """Whether Python's codec writes it, in as few octets as a table of pairs."""
    try:
        return len(character.encode(codec)) < 4
    except UnicodeEncodeError:
        return False


def _any_of(sequences: Iterable[bytes]) -> bytes:
    """A pattern for any of these, by what they begin with."""
    by_lead: dict[bytes, set[int]] = {}
    for one in sequences:
        by_lead.setdefault(one[:-1], set()).add(one[-1])
    return b"(?:%s)" % b"|".join(
        b"%s[%s]" % (re.escape(lead), b"".join(re.escape(bytes((last,))) for last in sorted(lasts)))
        for lead, lasts in by_lead.items()
    )
