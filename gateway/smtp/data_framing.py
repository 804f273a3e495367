"""The content of a message on the wire, and nothing that merely looks like its end.

RFC 5321 section 4.1.1.4: the end is <CRLF>.<CRLF>. Section 4.5.2: a leading dot is doubled in transit. A bare CR, a
bare LF or a NUL is refused, not repaired: repairing is what SMTP smuggling lives on (SEC Consult, 2023), and upstream
is no second line of defence.
"""

import re
from collections.abc import Iterator

END = b"\r\n.\r\n"
PIECE = 256 * 1024
"""Octets of a content that are written to upstream at once."""


_START = b"\r\n."
_HOP = b"\r\nreceived:"
_ODD = re.compile(rb"\r(?!\n[^.])")
"""A CR without LF, or a line that begins with a dot, or has not begun yet: in most mail the end is the first such
thing. It looks at line ends alone, so it takes half the time of a search for the end (figures in `bench/README.md`)."""
_OTHER = bytes(set(range(256)) - set(b"\r\n\0"))


class ContentScan:
    """Looks at the bytes of DATA as they come, and keeps none of them.

    Says where the end is, whether every line ends in CRLF with no other CR, LF or NUL, how many octets there are, and
    how many `Received` fields the header section has. The CRLF of the DATA command itself counts as the one before an
    end at once, so an empty message is found too.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._tail = b"\r\n"  # the last octets: an end may have begun in them
        self._carry = b""  # a CR whose LF may be the next octet
        self._seen = 0
        self._dots = 0
        self._slack = len(END)  # octets that may turn out to be the end
        self._head = b"\r\n"
        self._in_head = True
        self.clean = True
        self.hops = 0

    @property
    def length(self) -> int:
        """Octets of the wire form: dots still doubled, with the last CRLF. Final once the end was found."""
        return self._seen

    @property
    def size(self) -> int:
        """Octets of the content. RFC 1870 section 3: dots doubled in transit do not count."""
        return self._seen - self._dots

    @property
    def stuffed(self) -> bool:
        """Does any line begin with a doubled dot?"""
        return self._dots > 0

    @property
    def too_large(self) -> bool:
        """Over the limit, as far as was read."""
        return self.size > self._limit + self._slack

    def feed(self, data: bytes) -> int | None:
        """How many of these octets belong to the message, its end among them; None while the end has not come."""
        end, paired = self._end(data)
        if end is not None:
            data = data[:end]
        if self.clean:
            self._check(data, paired)
        if self._in_head:
            self._count_hops(data)
        self._seen += len(data)
        if end is not None:
            self._seen -= len(END) - 2
            self._slack = 0
        return end

    def _end(self, data: bytes) -> tuple[int | None, bool]:
        """Where the end is, and whether it is sure that up to there an LF follows every CR."""
        window = self._tail + data
        before = len(self._tail)
        self._tail = window[1 - len(END) :]
        odd = _ODD.search(window)
        if odd is None:
            return None, True
        at = odd.start()
        if at >= len(window) - 2 and window[at:] in (b"\r", b"\r\n"):
            return None, True  # a line ends here, and the next one begins with the next octets
        if window.startswith(END, at):
            if at < max(0, before - 2):
                self._dots -= 1  # it was taken for a doubled dot, before its end came
            return at + len(END) - before, True
        return self._end_among(window, before), False

    def _end_among(self, window: bytes, before: int) -> int | None:
        """The same where there are lines that begin with a dot, or worse: each is counted."""
        first = window.find(_START)
        if first < 0:
            return None
        new = max(0, before - 2)  # where a doubled dot may stand that was not counted yet
        found = window.find(END, first)
        if found < 0:
            self._dots += window.count(_START, new)
            return None
        if found < new:
            self._dots -= 1  # it was taken for a doubled dot, before its end came
        else:
            self._dots += window.count(_START, new, found + 2)
        return found + len(END) - before

    def _check(self, data: bytes, paired: bool) -> None:
        if self._carry:
            data = self._carry + data
        self._carry = b"\r" if data.endswith(b"\r") else b""
        if self._carry:
            data = data[:-1]
        # Where an LF follows every CR, no line end can be apart: only one that is missing would be seen.
        self.clean = _alternating(data) >= 0 if paired else clean_lines(data)

    def _count_hops(self, data: bytes) -> None:
        window = self._head + data
        over = window.find(b"\r\n\r\n")
        self._in_head = over < 0
        head = window if over < 0 else window[: over + 2]
        self.hops += head.lower().count(_HOP)
        self._head = window[1 - len(_HOP) :]


def clean_lines(wire: bytes) -> bool:
    """Does every line end in CRLF, with no other CR, LF or NUL? A regex takes fifty times as long."""
    # Both halves are needed: the first alone would pass a CR and an LF that are apart.
    count = _alternating(wire)
    return count >= 0 and wire.count(b"\r\n") == count


def _alternating(wire: bytes) -> int:
    """How many line ends there are, where CR and LF come by turns and no NUL among them; else -1."""
    ends = wire.translate(None, _OTHER)
    count = len(ends) // 2
    return count if ends == b"\r\n" * count else -1


class CommandBytes:
    """Looks at the bytes of commands as they come in. A bare LF would be the end of a command to some and not to
    others, and a CR before the CRLF is lost by most."""

    def __init__(self) -> None:
        self._cr = b""

    def feed(self, data: bytes) -> bool:
        """Does every line so far end in CRLF, with no other CR, LF or NUL?"""
        if not self._cr and data.endswith(b"\r\n") and data.count(b"\r") == 1 == data.count(b"\n"):
            return b"\0" not in data  # one whole line
        data = self._cr + data
        self._cr = data[-1:] if data.endswith(b"\r") else b""
        return clean_lines(data.removesuffix(b"\r"))


def unstuffed(wire: bytes) -> bytes:
    """Leading dots undone."""
    if wire.startswith(b"."):
        wire = wire[1:]
    return wire.replace(b"\r\n.", b"\r\n")


def stuffed(content: bytes) -> bytes:
    """Leading dots doubled; a CRLF is added where the content has none at its end, for the dot needs one."""
    if content and not content.endswith(b"\r\n"):
        content += b"\r\n"
    if content.startswith(b"."):
        content = b"." + content
    return content.replace(b"\r\n.", b"\r\n..")


def wire_of(content: bytes) -> Iterator[bytes]:
    """The wire form of a content, in pieces that upstream is given one after the other; without the final dot."""
    whole = stuffed(content)
    return (whole[start : start + PIECE] for start in range(0, len(whole), PIECE))
