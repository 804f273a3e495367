"""One JSON line on stderr per typed event, and silence for libraries that log what they handle.

In: an event (a dataclass). Out: `{"time": …, "event": "MessageDecided", …}`. Never raises: a log that cannot be written
must not cost a message. Values that are not numbers or short words are written as "?", so that an address that slips
into a field by accident still does not reach the log.
"""

import functools
import logging
import math
import re
import sys
import time
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Literal, TextIO

import msgspec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Notice = Literal["NotReloaded", "SetUpLinkWritten", "ProcessNotStarted", "RelaysStayRoot", "StoreFound", "OnlyWatching"]

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
    "httpx2",
    "httpcore2",
    "authlib",
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
    # What is no character (a byte of a file's name that is no UTF-8) stands as its number.
    line = _json({"time": stamp, "event": event, "text": text.encode("utf-8", "backslashreplace").decode()})
    try:
        out = stream if stream is not None else sys.stderr
        out.write(line)
        out.flush()
    except (OSError, ValueError):
        return


def render(event: "DataclassInstance", now: datetime) -> str:
    """The line of one event, with its line ending."""
    now = now.astimezone(UTC)
    return _line(event, f"{_second(int(now.timestamp()))}.{now.microsecond // 1000:03d}Z")


def _line(event: "DataclassInstance", stamp: str) -> str:
    record: dict[str, object] = {"time": stamp, "event": "?"}
    if is_dataclass(event):
        record["event"] = type(event).__name__
        for name in _names(type(event)):
            value = getattr(event, name)
            kind = type(value)
            if (kind is int and -_LARGEST < value < _LARGEST) or (kind is str and _WORD.fullmatch(value)):
                record[name] = value  # nearly all are one of these
            else:
                record[name] = _harmless(value)
    return _json(record)


def _json(record: dict[str, object]) -> str:
    """One line, with a blank behind each colon and comma."""
    return msgspec.json.format(_encode(record), indent=0).decode() + "\n"


_encode = msgspec.json.Encoder().encode


@functools.lru_cache(maxsize=256)
def _names(kind: "type[DataclassInstance]") -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind))


@functools.lru_cache(maxsize=4)
def _second(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S")


def _harmless(value: object) -> str | int | float | None:
    """The value where it is a number or a short word; else "?": anything else could be somebody's words.

    Seven or more digits with nothing else could be a phone number or an identity number, so they are no word; nor is
    a number as long as a Chinese phone number a count of anything here.
    """
    match value:
        case str() if _WORD.fullmatch(value):
            return str(value)
        case None | bool():
            return value
        case int() if abs(value) < _LARGEST:
            return int(value)
        case float() if math.isfinite(value):
            return float(value)
        case _:
            return "?"


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
