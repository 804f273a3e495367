"""Text that is written in base64: one word of it, or rows of it with lines of anything before and behind.

RFC 4648 sections 4 and 5, whatever the length of a row, its quotation marks and its padding. Only what a person can
read counts: most long words are no base64, and few of them look like it.

In: letters, rows. Out: what they say. Nothing is raised.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from gateway.text.charsets import decodings, share_of_common
from gateway.text.lenient_base64 import lenient, lenient_pieces

_ROW = r"[> \t]*[A-Za-z0-9+/_=-][A-Za-z0-9+/_= \t-]*\r?"
ROWS = re.compile(rf"^{_ROW}(?:\n{_ROW})*(?=\n|\Z)", re.MULTILINE)
"""Lines of nothing but base64's letters, however long each is and however they are quoted."""

UNUSUAL = re.compile("[^\u4e00-\u9fff\u3000-\u303f\uff00-\uffef \\x20-\\x7e\r\n]")
_NO_LETTER = re.compile(r"[^A-Za-z0-9+/_=-]")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+")
_APART = re.compile(r"[> \t\r-]+")
_BLANKS = dict.fromkeys(map(ord, "\r\n\t"), " ")
_CONTROLS = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1a\x1c-\x1f\x7f]")
_SHORTEST = 12
_SURE = 24
"""Letters of which a stretch of rows begins: 18 bytes that are UTF-8 by chance are rare."""
_CUT = 3
"""Bytes of a character that may be missing where a stretch is tried."""
_MOST_BEGINNINGS = 64
_EVERYDAY = 0.6
"""Share of everyday characters: writing has nine in ten, chance has one in six."""
_COMMON_OF_NAMES = 0.4
"""A name of one everyday and one rare character has about half (王䶮); bytes taken for characters mostly have less."""


def readable_text(data: bytes) -> str:
    """The text that these bytes are, if a person can read it, in every charset in which one can; else empty."""
    texts: list[str] = []
    if _CONTROLS.search(data) is None:
        found = [one for one in decodings(data) if one.exact and one.text.translate(_BLANKS).isprintable()]
        if found and found[0].charset in ("utf-8", "ascii"):
            return found[0].text
        texts = [one.text for one in found if _is_writing(one.text)]
    if len(data) >= 8 and not len(data) % 2:
        wide = (data.decode(codec, "replace") for codec in ("utf-16-le", "utf-16-be"))
        texts += [text for text in wide if len(UNUSUAL.findall(text)) * 10 <= len(text) and _is_writing(text)]
    return " / ".join(texts)


def _is_writing(text: str) -> bool:
    """Most short runs of bytes are characters of some charset; letters and everyday characters are rarely chance."""
    if text.isascii():
        return True
    if any(ord(c) >= 0x2E80 for c in text):
        return share_of_common(text) >= _COMMON_OF_NAMES
    return all(c.isascii() or c.isalpha() for c in text) and sum(map(str.isalpha, text)) * 10 >= len(text) * 7


def from_letters(run: str, otherwise: str) -> str:
    """What the letters say, `otherwise` where that is nothing."""
    letters = run.replace("-", "+").replace("_", "/")
    text = readable_text(lenient_pieces(letters.encode()))
    if not text and len(letters) >= 24 and "=" not in letters.rstrip("="):
        # Something stood before it, of the same letters: the data begins at another place.
        bare = letters.rstrip("=")
        text = next((found for at in (1, 2, 3) if (found := readable_text(lenient(bare[at:].encode())))), "")
    return text or otherwise


def in_rows(match: re.Match[str]) -> str:
    """The rows with what they say in their place: all of them as one, or each stretch that says something."""
    rows = match[0]
    if "\n" not in rows and " " not in rows.strip():
        return rows  # one token: looked at by itself
    run = _NO_LETTER.sub("", rows)
    if len(run) < _SHORTEST:
        return rows
    if _is_utf8(_data((run,))):
        return from_letters(run, rows)
    lines = rows.split("\n")
    if all(_WORD.fullmatch(word) for line in lines for word in _APART.split(line) if word):
        return from_letters(run, rows)
    letters = [_NO_LETTER.sub("", line) for line in lines]
    sure = list(_found(letters, 0, len(lines), _is_utf8))
    if not sure and not _likely(_data((run,))):
        pieces = list(_stretches(lines, letters, sure))
        return "\n".join(pieces) if pieces != lines else from_letters(run, rows)
    return "\n".join(_stretches(lines, letters, sure)) if sure else from_letters(run, rows)


def _stretches(lines: Sequence[str], letters: Sequence[str], sure: Sequence[tuple[int, int]]) -> Iterator[str]:
    """A signature, or the delimiter of a mail, is made of the same letters: it may stand before and behind.

    UTF-8 is asked for first, for it is hardly ever there by chance; what is left may be in another charset.
    """
    at = 0
    for start, end in (*sure, (len(lines), len(lines))):
        between = at
        for first, last in _found(letters, at, start, lambda data: bool(_likely(data))):
            yield from lines[between:first]
            yield _said(letters[first:last])
            between = last
        yield from lines[between:start]
        if start < end:
            yield _data(letters[start:end]).decode("utf-8", "ignore")
        at = end


def _found(letters: Sequence[str], at: int, stop: int, says: Callable[[bytes], bool]) -> Iterator[tuple[int, int]]:
    """Stretches of rows that say something, the longest from each row on."""
    failed = 0
    while at < stop and failed < _MOST_BEGINNINGS:
        end = _reach(letters, at, stop, says)
        if end > at:
            # A line of words before it may be some text with the first rows: what goes on longer is what was meant.
            start, end = max(((at, end), (at + 1, _reach(letters, at + 1, stop, says))), key=lambda found: found[1])
            yield start, end
            at = end
        else:
            at, failed = at + 1, failed + 1


def _reach(letters: Sequence[str], at: int, stop: int, says: Callable[[bytes], bool]) -> int:
    def good(end: int) -> bool:
        data = _data(letters[at:end])
        return any(says(data[: len(data) - cut]) for cut in range(_CUT + 1))

    end = at
    size = 0
    while end < stop and size < _SURE:
        size += len(letters[end])
        end += 1
    if size < _SURE or not good(end):
        return at
    step = 1
    while end < stop and good(min(stop, end + step)):
        end = min(stop, end + step)
        step *= 2
    while step:  # the last step was too long
        if end + step <= stop and good(end + step):
            end += step
        step //= 2
    return end


def _data(letters: Sequence[str]) -> bytes:
    run = "".join(letters).replace("-", "+").replace("_", "/")
    return lenient_pieces(run.encode())


def _said(letters: Sequence[str]) -> str:
    data = _data(letters)
    return next((text for cut in range(_CUT + 1) if (text := _likely(data[: len(data) - cut]))), "")


def _is_utf8(data: bytes) -> bool:
    try:
        return bool(data) and data.decode("utf-8").translate(_BLANKS).isprintable()
    except UnicodeDecodeError:
        return False


def _likely(data: bytes) -> str:
    """What these bytes say, in everyday characters: any bytes are some text in GB 18030."""
    readings = [reading.text for reading in decodings(data) if reading.exact]
    if not len(data) % 2:
        readings += (data.decode(codec, "replace") for codec in ("utf-16-le", "utf-16-be"))
    for text in readings:
        if text.translate(_BLANKS).isprintable() and (text.isascii() or share_of_common(text) >= _EVERYDAY):
            return text
    return ""
