"""AUTH, passed through (RFC 4954): each step of the exchange goes to upstream, each answer to the client.

Nothing of it is kept: no name, no password, no token. So nothing can be said again on another connection either; a
line to upstream that drops later ends the session (`relay.upstream_session`).

In: the argument of AUTH and the client's later lines. Out: upstream's last reply. Raises: LineCut, Unreachable.
"""

import re
from collections.abc import Awaitable, Callable

from gateway.smtp.client import LineCut
from gateway.smtp.replies import Reply

MECHANISMS = ("PLAIN", "LOGIN", "XOAUTH2", "OAUTHBEARER")
LONGEST = 12_288
"""Octets of a line with its CRLF (RFC 4954 section 4)."""
_STEPS = 16
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")

NOT_BASE64 = Reply.of(501, "5.5.2 Not base64")
TOO_LONG = Reply.of(500, "5.5.6 Authentication exchange line is too long")
UNKNOWN = Reply.of(504, "5.5.4 Mechanism is not offered")
NO_ANSWER = Reply.of(454, "4.7.0 Upstream cannot be asked now, try again later")


class NotPassedOn(Exception):
    """Not passed on. `reply` is what the client hears."""

    def __init__(self, reply: Reply) -> None:
        self.reply = reply
        super().__init__(reply.code)


def offered(theirs: dict[str, str]) -> tuple[str, ...]:
    """The mechanisms of an EHLO that can be passed through."""
    words = theirs.get("AUTH", "").upper().split()
    return tuple(word for word in MECHANISMS if word in words)


def opening(argument: str, mechanisms: tuple[str, ...]) -> bytes:
    """The command for upstream. Raises: NotPassedOn."""
    words = argument.split(" ")
    if len(words) > 2 or not words[0]:
        raise NotPassedOn(Reply.of(501, "5.5.4 Syntax: AUTH mechanism [initial-response]"))
    if words[0].upper() not in mechanisms:
        raise NotPassedOn(UNKNOWN)
    line = f"AUTH {words[0].upper()}".encode("ascii")
    if len(words) == 2:
        initial = words[1].encode("utf-8", "surrogateescape")
        if initial != b"=" and (not initial or not _BASE64.fullmatch(initial)):
            raise NotPassedOn(NOT_BASE64)
        line += b" " + initial
    return line


async def converse(
    first: bytes,
    ask: Callable[[bytes], Awaitable[Reply]],
    say: Callable[[Reply], None],
    hear: Callable[[], Awaitable[bytes]],
) -> Reply:
    """The exchange up to its last reply. `hear` gives the client's next line with its line end."""
    reply = await ask(first)
    for _ in range(_STEPS):
        if reply.code != 334:
            break
        say(reply)
        line = await hear()
        answer = line.removesuffix(b"\r\n")
        if answer == b"*":
            return _ended(await ask(b"*"))
        wrong = TOO_LONG if len(line) > LONGEST else None if _BASE64.fullmatch(answer) else NOT_BASE64
        if wrong is not None:
            _ended(await ask(b"*"))
            return wrong
        reply = await ask(answer)
    if 300 <= reply.code < 400:
        raise LineCut
    return reply


def _ended(reply: Reply) -> Reply:
    """Upstream must be left in no exchange: what comes next would be taken for an answer to its challenge."""
    if reply.code < 400:
        raise LineCut
    return reply
