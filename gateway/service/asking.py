"""What `hushgate inspect` asks a running service, and how: the words of both, and the asking end.

A stream over a Unix socket in the folder of the store: the length of a question, the question, the mail; back comes
the length of an answer, and the answer. Loads little: whoever asks should be quicker than whoever opens a store.

Raises: Unavailable where the service answers that nothing can be decided now, or not at all; Problem where it says that
something is wrong.
"""

import os
import socket
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import msgspec

from gateway import __version__
from gateway.errors import Problem, Unavailable
from gateway.service.os_users import peer_of
from gateway.settings.settings import Settings, store_path

SOCKET = "inspect.sock"
LENGTH = struct.Struct(">I")
LONGEST_QUESTION = 4 * 1024 * 1024
LONGEST_ANSWER = 512 * 1024 * 1024
_CONNECT_SECONDS = 5.0


class ExplainRequest(msgspec.Struct, frozen=True):
    """What would become of a mail of `size` octets? `page`: as a page too. `reason`: why what is the reporter's is to
    be shown; without one it is covered."""

    sender: str
    recipients: tuple[str, ...]
    size: int
    language: str = "en"
    page: bool = False
    reason: str = ""
    version: str = __version__
    config: str = ""


class ExplainAnswer(msgspec.Struct, frozen=True):
    """The decision in all its forms; `plain` is JSON. Where there is none, `wrong` says why: `problem` (with its place
    and remedy), `unavailable`, or `other`: this service is none that can be asked."""

    action: str = ""
    plain: str = ""
    text: str = ""
    page: bytes = b""
    wrong: str = ""
    why: tuple[str, str, str] = ("", "", "")


def state_folder(settings: Settings) -> Path:
    """Where the store lies; its key, where it lies in no file."""
    if settings.storage.url.startswith("sqlite:///"):
        return store_path(settings.storage).parent
    return Path(settings.storage.key_file).parent


def reached(folder: Path, use: Callable[[str], None]) -> None:
    """Use the socket's address. A path may be longer than an address can be: the folder stands in it by a number."""
    at = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        use(f"/proc/self/fd/{at}/{SOCKET}")
    finally:
        os.close(at)


def is_served(settings: Settings) -> bool:
    """Whether a service has this store open."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC) as end:
        end.settimeout(_CONNECT_SECONDS)
        try:
            reached(state_folder(settings), end.connect)
        except OSError:
            return False
        return True


def ask(
    settings: Settings, config: Path, question: ExplainRequest, content: bytes, seconds: float
) -> ExplainAnswer | None:
    """The service's answer; None where there is none to be asked."""
    end = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_CLOEXEC)
    with end:
        end.settimeout(_CONNECT_SECONDS)
        try:
            reached(state_folder(settings), end.connect)
        except OSError:
            return None
        if peer_of(end)[1] not in (0, os.geteuid()):
            return None  # a mail is nothing for a stranger who listens there
        asked = msgspec.structs.replace(question, size=len(content), config=os.path.realpath(config))
        end.settimeout(seconds)
        try:
            words = msgspec.msgpack.encode(asked)
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have said already what is wrong
                end.sendall(LENGTH.pack(len(words)) + words)
                end.sendall(content)
            answer = _answer(end)
        except TimeoutError:
            raise Unavailable("the service did not answer in its time") from None
        except (OSError, msgspec.DecodeError):
            return None  # it ends
    if answer is None or answer.wrong == "other":
        return None
    if answer.wrong == "problem":
        raise Problem(*answer.why)
    if answer.wrong:
        raise Unavailable(answer.why[0])
    return answer


def _answer(end: socket.socket) -> ExplainAnswer | None:
    head = _received(end, LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    if length > LONGEST_ANSWER:
        return None
    words = _received(end, length)
    return msgspec.msgpack.decode(words, type=ExplainAnswer) if len(words) == length else None


def _received(end: socket.socket, length: int) -> bytes:
    found = bytearray()
    while len(found) < length and (piece := end.recv(min(1 << 20, length - len(found)))):
        found += piece
    return bytes(found)
