"""Address fields: what is shown, and which of it is words that may be replaced.

RFC 5322 section 3.4: display names and comments are words; an address, and the signs between, are not. A change of an
address would send the mail elsewhere or answer somebody else, so it is refused.

In: an unfolded field value as text. Out: `AddressText`. Raises ValueError for a change outside words.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.formats.mime.encoded_words import WORD, decoded_words, encoded
from gateway.text.offset_map import Builder, Mapped

FIELDS = frozenset(
    ("from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "resent-cc", "resent-sender",
     "resent-bcc", "mail-followup-to", "mail-reply-to", "disposition-notification-to", "return-receipt-to", "errors-to")
)  # fmt: skip
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_BLANKS = " \t"


@dataclass(frozen=True, slots=True)
class _DisplayName:
    """A display name or a comment: where it stands in the raw value and in the text."""

    comment: bool
    start: int
    end: int
    text_start: int
    text_end: int


@dataclass(frozen=True, slots=True)
class AddressText:
    """`shown` leads back to the raw value; `words` are the regions that may be changed."""

    raw: str = field(repr=False)
    shown: Mapped
    words: tuple[_DisplayName, ...]

    def changed(self, changes: Sequence[tuple[int, int, str]]) -> str:
        """The raw value with characters (start, end) of the text replaced; only the words touched are new."""
        by_region: dict[_DisplayName, list[tuple[int, int, str]]] = {}
        for start, end, replacement in changes:
            region = next((w for w in self.words if w.text_start <= start < end <= w.text_end), None)
            if region is None:
                raise ValueError("only names and comments of an address field can be replaced")
            by_region.setdefault(region, []).append((start, end, replacement))
        out: list[str] = []
        at = 0
        for region in sorted(by_region, key=lambda w: w.start):
            text = self.shown.text
            words: list[str] = []
            done = region.text_start
            for start, end, replacement in sorted(by_region[region]):
                if start < done:
                    raise ValueError("two changes of one place")
                words += (text[done:start], replacement)
                done = end
            words.append(text[done : region.text_end])
            out += (self.raw[at : region.start], _written("".join(words), region.comment))
            at = region.end
        out.append(self.raw[at:])
        return "".join(out)


def _written(text: str, comment: bool) -> str:
    text = "".join(c for c in text if c.isprintable()).strip()
    if comment:
        return _escaped(text, "()\\") if text.isascii() and "=?" not in text else " ".join(encoded(text))
    if not text or (_ATOMS.fullmatch(text) and "=?" not in text):
        return text
    if text.isascii() and "=?" not in text:
        return '"' + _escaped(text, '"\\') + '"'
    return " ".join(encoded(text))


def _escaped(text: str, signs: str) -> str:
    return "".join("\\" + c if c in signs else c for c in text)


def address_text(raw: str) -> AddressText:
    """Reads one field value."""
    return _AddressReader(raw).read()


class _AddressReader:
    """One pass over the value. A run of words is a name when `<` or `:` follows, else it is (or hides) an address."""

    def __init__(self, raw: str) -> None:
        self.raw = raw
        self.at = 0
        self.builder = Builder()
        self.words: list[_DisplayName] = []
        self.run: tuple[int, int] | None = None  # raw start and text start of the words not yet judged
        self.run_end = (0, 0)

    def read(self) -> AddressText:
        raw = self.raw
        while self.at < len(raw):
            c = raw[self.at]
            word = WORD.match(raw, self.at) if c == "=" else None
            if word is not None:
                self._begin()
                self._encoded(word)
                self._extend()
            elif c == '"':
                self._begin()
                self._quoted()
                self._extend()
            elif c == "(":
                self._judge(name=False, keep=True)
                self._comment()
            elif c == "<":
                self._judge(name=True)
                close = raw.find(">", self.at)
                self._copy(len(raw) if close < 0 else close + 1)
            elif c in ",;":
                self._judge(name=False)
                self._copy(self.at + 1)
            elif c == ":":
                self._judge(name=True)
                self._copy(self.at + 1)
            elif c in _BLANKS:
                self._copy(self.at + 1)
            else:
                self._begin()
                self._copy(self.at + 1)
                self._extend()
        self._judge(name=False)
        return AddressText(raw, self.builder.done(), tuple(self.words))

    def _copy(self, until: int) -> None:
        self.builder.copy(self.raw[self.at : until], self.at)
        self.at = until

    def _begin(self) -> None:
        if self.run is None:
            self.run = (self.at, self.builder.length)

    def _extend(self) -> None:
        self.run_end = (self.at, self.builder.length)

    def _judge(self, name: bool, keep: bool = False) -> None:
        """Ends a run of words. Without an address behind it, it is one if it has an `@`, else nobody knows."""
        if self.run is None:
            return
        raw = self.raw[self.run[0] : self.run_end[0]]
        if name or (not keep and "@" not in raw and "=?" in raw):
            self.words.append(_DisplayName(False, self.run[0], self.run_end[0], self.run[1], self.run_end[1]))
        self.run = None

    def _encoded(self, first: re.Match[str]) -> None:
        end = first.end()
        while (blank := re.compile(r"[ \t]*").match(self.raw, end)) and (word := WORD.match(self.raw, blank.end())):
            end = word.end()
        self.builder.put(decoded_words(self.raw[self.at : end]), self.at, end - self.at)
        self.at = end

    def _quoted(self) -> None:
        """Without the quotes and the backslashes; encoded words inside are decoded, as programs do."""
        raw = self.raw
        self.at += 1
        while self.at < len(raw) and raw[self.at] != '"':
            word = WORD.match(raw, self.at) if raw[self.at] == "=" else None
            if word is not None:
                self._encoded(word)
                continue
            if raw[self.at] == "\\" and self.at + 1 < len(raw):
                self.at += 1
            self._copy(self.at + 1)
        self.at = min(self.at + 1, len(raw))

    def _comment(self) -> None:
        raw = self.raw
        self._copy(self.at + 1)
        start, text_start = self.at, self.builder.length
        depth = 1
        while self.at < len(raw):
            c = raw[self.at]
            word = WORD.match(raw, self.at) if c == "=" else None
            if word is not None:
                self._encoded(word)
                continue
            if c == "\\" and self.at + 1 < len(raw):
                self.at += 1
            elif c == "(":
                depth += 1
            elif c == ")":
                depth -= 1
                if not depth:
                    break
            self._copy(self.at + 1)
        self.words.append(_DisplayName(True, start, self.at, text_start, self.builder.length))
