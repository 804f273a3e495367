"""One JSON line on stderr per typed event, and silence for libraries that log what they handle.

In: an event (a dataclass). Out: `{"time": …, "event": "MessageDecided", …}`. Never raises: a log that cannot be written
must not cost a message. Values that are not numbers or short words are written as "?", so that an address that slips
into a field by accident still does not reach the log.
"""

import functools
import json
import logging
import math
import re
import sys
import time
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TextIO

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Notice = Literal["NotReloaded", "SetUpLinkWritten", "ProcessNotStarted", "RelaysStayRoot", "StoreFound"]

_LARGEST = 10**10
_WORD = re.compile(r"(?![0-9.:-]{7,}\Z)[A-Za-z0-9_.:-]{0,64}")

# aiosmtpd logs commands, sender, recipients and each DATA line; presidio logs matched text; uvicorn logs paths with
# ids and one-time tokens; SQLAlchemy logs parameters.
_TALKATIVE = (
    "mail.log",
    "mail.debug",
    "mail.error",
    "mailparser",
    "presidio-analyzer",
    "presidio-anonymizer",
    "decision_process",
    "uvicorn",
    "uvicorn.access",
    "uvicorn.error",
    "uvicorn.asgi",
    "sqlalchemy",
    "alembic",
    "asyncio",
    "multipart",
    "python_multipart",
    "httpx",
    "PIL",
    "pikepdf",
    "RapidOCR",
    "rapidocr",
    "tldextract",
)


def emit(event: "DataclassInstance", stream: TextIO | None = None) -> None:
    """Write one event. Safe from any thread: a line is one `write`."""
    now = time.time()
    line = _line(event, f"{_second(int(now))}.{int(now * 1000) % 1000:03d}Z")
    try:
        out = stream if stream is not None else sys.stderr
        out.write(line)
        out.flush()
    except (OSError, ValueError):
        return  # stderr is closed or its disk is full: mail goes on


def tell(event: Notice, text: str, stream: TextIO | None = None) -> None:
    """Write what a person at this machine has to know, in words of ours: of settings, files and processes, never of
    mail. One JSON line like any other: `{"time": …, "event": "NotReloaded", "text": "policy.toml:3: …"}`."""
    now = time.time()
    stamp = f"{_second(int(now))}.{int(now * 1000) % 1000:03d}Z"
    line = json.dumps({"time": stamp, "event": event, "text": text}, ensure_ascii=False)
    try:
        out = stream if stream is not None else sys.stderr
        out.write(f"{line}\n".encode("utf-8", "backslashreplace").decode())
        out.flush()
    except (OSError, ValueError):
        return


def render(event: "DataclassInstance", now: datetime) -> str:
    """The line of one event, with its line ending.

    JSON (RFC 8259) by hand: a value that `_harmless` lets through has no character that needs an escape, and each
    message is two lines.
    """
    now = now.astimezone(UTC)
    return _line(event, f"{_second(int(now.timestamp()))}.{now.microsecond // 1000:03d}Z")


def _line(event: "DataclassInstance", stamp: str) -> str:
    head, names = _shape(type(event))
    line = [f'{{"time": "{stamp}", {head}']
    for name, label in names:
        value = getattr(event, name)
        kind = type(value)
        if kind is int and -_LARGEST < value < _LARGEST:
            line.append(f"{label}{value}")
        elif kind is str and _WORD.fullmatch(value):
            line.append(f'{label}"{value}"')
        else:
            line.append(label + _harmless(value))
    line.append("}\n")
    return "".join(line)


@functools.lru_cache(maxsize=256)
def _shape(kind: type) -> tuple[str, tuple[tuple[str, str], ...]]:
    """What stands in every line of an event, and before each of its values."""
    if not is_dataclass(kind):
        return '"event": "?"', ()
    return f'"event": "{kind.__name__}"', tuple((one.name, f', "{one.name}": ') for one in fields(kind))


@functools.lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _harmless(value: object) -> str:
    """In JSON: numbers and short words pass; anything else could be somebody's words.

    Seven or more digits with nothing else could be a phone number or an identity number, so they are no word; nor is
    a number as long as a Chinese phone number a count of anything here.
    """
    match value:
        case str() if _WORD.fullmatch(value):
            return f'"{value}"'
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int() if abs(value) < _LARGEST:
            return str(int(value))
        case float() if math.isfinite(value):
            return repr(float(value))
        case _:
            return '"?"'


def quiet_libraries() -> None:
    """Cut off the loggers of the libraries that handle mail. Call it once, at the start of every process."""
    for name in _TALKATIVE:
        logger = logging.getLogger(name)
        logger.handlers = [logging.NullHandler()]
        logger.propagate = False
        logger.setLevel(logging.CRITICAL + 1)  # for its children, which ask it
        logger.disabled = True  # holds when the library sets a level and a handler of its own later
    # Without a handler Python prints warnings of any logger on stderr, text of the message and all.
    logging.lastResort = None
    logging.raiseExceptions = False
