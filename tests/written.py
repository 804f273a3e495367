"""Everything that the relay wrote while the tests ran: logs, metrics, answers on the wire, errors, command output.

Filled by `Scene` (services and commands), by every SMTP client that speaks to a started service, by loggers of
`gateway` and asyncio, and by every error that the package raises on purpose. `tests/house/test_written.py` runs last
and looks for what is secret in all of it; where the tests run in several processes, the earlier ones leave it what they
wrote in the folder `HUSHGATE_WRITTEN`.
"""

import base64
import json
import logging
import os
import smtplib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from ahocorasick_rs import AhoCorasick

from gateway.errors import HushgateError, Problem

REPORTER = (
    "张小鸣",
    "張小鳴",
    "鸣鸣不飞",
    "xiaoming@mail.example",
    "xm_feifei90",
    "13800138000",
    "138 0013 8000",
    "440106199001011234",
    "Zhang Xiaoming",
    "zhangxiaoming",
)
"""The reporter of the scenes. What tests invent besides is not looked for: it may be a reported party."""


@dataclass
class Written:
    """(sort, where from, text), in the order in which it was written."""

    all: list[tuple[str, str, str]] = field(default_factory=list)
    ports: set[int] = field(default_factory=set)  # of services that were started

    def note(self, sort: str, where: str, text: str) -> None:
        """Keep what was written."""
        if text:
            self.all.append((sort, where, text))

    def leaks(self) -> list[tuple[str, str, str]]:
        """(sort, where, which form) of everything secret that was written."""
        forms = AhoCorasick(list(_forms()))
        return [
            (sort, where, form)
            for sort, where, text in self.all
            for form in sorted(set(forms.find_matches_as_strings(text, overlapping=True)))
        ]

    def store(self, folder: Path) -> None:
        """For the last test, where it runs in another process."""
        (folder / f"{os.getpid()}.json").write_text(json.dumps(self.all), encoding="utf-8")

    def gather(self, folder: Path) -> int:
        """Take what other processes stored; says of how many."""
        files = sorted(folder.glob("*.json"))
        for file in files:
            self.all += [(sort, where, text) for sort, where, text in json.loads(file.read_text(encoding="utf-8"))]
        return len(files)

    def sorts(self) -> set[str]:
        """What there was to look through."""
        return {sort for sort, _, _ in self.all}


WRITTEN = Written()


def _forms() -> Iterator[str]:
    """The secrets as they are, and as programs escape them."""
    for secret in REPORTER:
        yield secret
        for escaped in (json.dumps(secret)[1:-1], quote(secret), repr(secret.encode())[2:-1]):
            if escaped != secret:
                yield escaped
        for data in (secret.encode(), secret.encode("utf-16-le")):
            yield base64.b64encode(data).decode().rstrip("=")[: len(data) // 3 * 4]


class _Records(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        try:
            text = self.format(record)
        except Exception:  # a record that cannot be formatted says nothing
            return
        WRITTEN.note("record", record.name, text)


def listen() -> None:
    """Begin to listen, once for a run of the tests."""
    for name in ("gateway", "hushgate", "asyncio"):
        logging.getLogger(name).addHandler(_Records(logging.DEBUG))
    getreply = smtplib.SMTP.getreply

    def heard(client: smtplib.SMTP) -> tuple[int, bytes]:
        code, text = getreply(client)
        peer: tuple[object, ...] = client.sock.getpeername() if client.sock is not None else ()
        if len(peer) > 1 and peer[1] in WRITTEN.ports:
            WRITTEN.note("answer", "smtp", f"{code} {text.decode('utf-8', 'replace')}")
        return code, text

    def raised(error: HushgateError, *args: Any) -> None:
        Exception.__init__(error, *args)
        if not isinstance(error, Problem):  # which is for who wrote the file, and may quote its name
            WRITTEN.note("error", type(error).__name__, " ".join(map(str, args)))

    smtplib.SMTP.getreply = heard  # type: ignore[method-assign,assignment]  # of every client
    HushgateError.__init__ = raised  # type: ignore[method-assign,assignment]  # of every error
