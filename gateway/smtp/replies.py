"""SMTP replies, kept byte for byte so that the client hears upstream's own words (RFC 5321 section 4.2).

In: the bytes of upstream as they come in. Out: whole replies. Raises: BadReply, after which the connection is in no
known state.
"""

import functools
import re
from dataclasses import dataclass, field

_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])([^\x00-\x08\x0a-\x1f]*))?")
_WHOLE = re.compile(rb"([2-5][0-5][0-9]) ([^\x00-\x08\x0a-\x1f]*)\r\n")
_MOST_LINE = 64 * 1024
_MOST_LINES = 200


class BadReply(ValueError):
    """What came is not an SMTP reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`lines` are the texts behind the code, without line ends; most replies have one.

    `exact` is the reply as another server wrote it, where it was not written by us (`250` alone is one, too).
    """

    code: int
    lines: tuple[bytes, ...]
    exact: bytes = field(default=b"", compare=False, repr=False)

    @classmethod
    def of(cls, code: int, text: str) -> "Reply":
        """A reply of our own: one line of ASCII."""
        return cls(code, (text.encode("ascii"),))

    @property
    def positive(self) -> bool:
        """2xx."""
        return 200 <= self.code < 300

    def wire(self) -> bytes:
        """As sent, without the last line end."""
        if self.exact:
            return self.exact
        last = len(self.lines) - 1
        code = b"%d" % self.code
        return b"\r\n".join(code + (b" " if number == last else b"-") + line for number, line in enumerate(self.lines))


def parse_line(line: bytes) -> tuple[int, bool, bytes]:
    """(code, whether another line follows, text) of one reply line without its line end."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise BadReply("not an SMTP reply line")
    return int(found[1]), found[2] == b"-", found[3] or b""


@functools.lru_cache(maxsize=64)
def _one_line(data: bytes) -> Reply | None:
    """Most are said again and again."""
    found = _WHOLE.fullmatch(data)
    return None if found is None else Reply(int(found[1]), (found[2],), data[:-2])


class ReplyReader:
    """Puts replies together from bytes. A control character, or another code within one reply, is no reply."""

    def __init__(self) -> None:
        self._bytes = bytearray()
        self._raw: list[bytes] = []
        self._texts: list[bytes] = []
        self._code = 0

    def __bool__(self) -> bool:
        """Has something come that is not a whole reply yet?"""
        return bool(self._bytes or self._raw)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are whole now, in order. Raises: BadReply."""
        if not self._bytes and not self._raw:
            whole = _one_line(data)
            if whole is not None:  # nearly all are one line in one piece
                return [whole]
        self._bytes += data
        found = []
        while (end := self._bytes.find(b"\n")) >= 0:
            # A bare LF ends a line as well: a reply is shown to the client with CRLF in either case.
            line = bytes(self._bytes[:end]).removesuffix(b"\r")
            del self._bytes[: end + 1]
            code, more, text = parse_line(line)
            if self._raw and code != self._code:
                raise BadReply("two codes in one reply")
            self._code = code
            self._raw.append(line)
            self._texts.append(text)
            if len(self._raw) > _MOST_LINES:
                raise BadReply("too many lines")
            if not more:
                found.append(Reply(code, tuple(self._texts), b"\r\n".join(self._raw)))
                self._raw, self._texts = [], []
        if len(self._bytes) > _MOST_LINE:
            raise BadReply("line too long")
        return found
