"""SMTP replies, kept byte for byte so that the client hears upstream's own words (RFC 5321 section 4.2)."""

import re
from dataclasses import dataclass

_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])(.*))?", re.DOTALL)


class BadReply(ValueError):
    """What came is not an SMTP reply."""


@dataclass(frozen=True, slots=True)
class Reply:
    """`lines` are the texts behind the code, without line ends; most replies have one."""

    code: int
    lines: tuple[bytes, ...]

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
        last = len(self.lines) - 1
        code = b"%d" % self.code
        return b"\r\n".join(code + (b" " if number == last else b"-") + line for number, line in enumerate(self.lines))


def parse_line(line: bytes) -> tuple[int, bool, bytes]:
    """(code, whether another line follows, text) of one reply line without its line end."""
    found = _LINE.fullmatch(line)
    if found is None or any(byte < 32 and byte != 9 for byte in line):
        raise BadReply("not an SMTP reply line")
    return int(found[1]), found[2] == b"-", found[3] or b""
