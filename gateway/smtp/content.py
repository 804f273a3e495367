"""The content of a message on the wire, and nothing that merely looks like its end.

RFC 5321 section 4.1.1.4: the end is <CRLF>.<CRLF>. Section 4.5.2: a leading dot is doubled in transit. A bare CR, a
bare LF or a NUL is refused, not repaired: repairing is what SMTP smuggling lives on (SEC Consult, 2023), and upstream
is no second line of defence.
"""

END = b"\r\n.\r\n"


class EndFinder:
    """Collects the bytes of DATA until the end. Over `limit` octets it keeps looking for the end, not the bytes.

    The CRLF of the DATA command itself counts as the one before an end at once, so an empty message is found too.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        # Doubled dots add a third at most: a line of one dot has three octets.
        self._most = limit + limit // 3 + len(END)
        self._held = bytearray(b"\r\n")
        self.too_large = False

    def feed(self, data: bytes) -> bytes | None:
        """None while the end has not come; else what came behind it, for the next command."""
        seen = max(0, len(self._held) - len(END) + 1)
        self._held += data
        found = self._held.find(END, seen)
        if found >= 0:
            rest = bytes(self._held[found + len(END) :])
            del self._held[found + 2 :]
            # RFC 1870 section 3: dots doubled in transit do not count.
            size = len(self._held) - 2 - self._held.count(b"\r\n.")
            self.too_large = self.too_large or size > self._limit
            return rest
        # The last bytes may be those of an end that is not whole yet.
        if len(self._held) - 2 > self._most:
            self.too_large = True
            del self._held[: -len(END)]
        return None

    def wire(self) -> bytes:
        """The content as sent, dots still doubled, with its last CRLF; empty for an empty message."""
        return bytes(memoryview(self._held)[2:])


def clean_lines(wire: bytes) -> bool:
    """Does every line end in CRLF, with no other CR, LF or NUL? Counting, for a regex takes ten times longer."""
    ends = wire.count(b"\r\n")
    return wire.count(b"\n") == ends and wire.count(b"\r") == ends and b"\0" not in wire


class CommandBytes:
    """Looks at the bytes of commands as they come in. A bare LF would be the end of a command to some and not to
    others, and a CR before the CRLF is lost by most."""

    def __init__(self) -> None:
        self._cr = b""

    def feed(self, data: bytes) -> bool:
        """Does every line so far end in CRLF, with no other CR, LF or NUL?"""
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
