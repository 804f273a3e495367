"""One webhook posted: TLS verified, no redirect followed, no proxy of the environment, all of it within some seconds.

Whatever goes wrong is one of few words: the address is a secret, and an error's text may hold it.
"""

import contextlib
import http.client
import socket
import ssl
import threading
from typing import Literal
from urllib.parse import urlsplit

from gateway.model.notice import Chat
from gateway.notices.webhooks import Request, taken

SECONDS = 15.0
_MOST_ANSWER = 64 * 1024
_AGENT = "hushgate"

Posting = Literal["taken", "refused", "not_reached"]
"""`refused`: it answered, and not that it has it; a redirect too."""


def post(chat: Chat, request: Request, ca_file: str = "", seconds: float = SECONDS) -> Posting:
    """Blocks, and never longer than that. Never raises for what the other side does."""
    parts = urlsplit(request.url)
    name, target = parts.hostname or "", parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        context = ssl.create_default_context(cafile=ca_file or None)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        connection = http.client.HTTPSConnection(name, parts.port, timeout=seconds, context=context)
    else:
        connection = http.client.HTTPConnection(name, parts.port, timeout=seconds)
    lines: list[socket.socket] = []
    end = threading.Timer(seconds, _cut, (connection, lines))
    end.daemon = True
    end.start()
    try:
        connection.connect()
        lines.append(connection.sock)  # the connection itself forgets it when an answer begins
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": _AGENT, "Connection": "close"}
        connection.request("POST", target, request.body, headers)
        answer = connection.getresponse()
        body = answer.read(_MOST_ANSWER)
        return "taken" if taken(chat, answer.status, body) else "refused"
    except (OSError, http.client.HTTPException, ValueError, UnicodeError, AttributeError):
        return "not_reached"  # AttributeError: cut in between, http.client has no socket any more
    finally:
        end.cancel()
        connection.close()


def _cut(connection: http.client.HTTPConnection, lines: list[socket.socket]) -> None:
    """The time is over: whoever reads from it goes on."""
    for line in (*lines, connection.sock):
        if line is not None:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
