"""One JSON line on stderr per typed event, and silence for libraries that log what they handle.

In: an event (a dataclass). Out: `{"time": …, "event": "MessageDecided", …}`. Never raises: a log that cannot be written
must not cost a message. Values that are not numbers or short words are written as "?", so that an address that slips
into a field by accident still does not reach the log.
"""

import json
import logging
import math
import re
import sys
from dataclasses import fields, is_dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

_WORD = re.compile(r"[A-Za-z0-9_.:-]{0,64}")
_NUMBER = re.compile(r"[0-9.:-]{7,}")

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
    line = render(event, datetime.now(UTC))
    try:
        out = stream if stream is not None else sys.stderr
        out.write(line)
        out.flush()
    except (OSError, ValueError):
        return  # stderr is closed or its disk is full: mail goes on


def render(event: "DataclassInstance", now: datetime) -> str:
    """The line of one event, with its line ending."""
    if not is_dataclass(event) or isinstance(event, type):
        return json.dumps({"time": _time(now), "event": "?"}) + "\n"
    values = {one.name: _harmless(getattr(event, one.name)) for one in fields(event)}
    return json.dumps({"time": _time(now), "event": type(event).__name__, **values}) + "\n"


def _time(now: datetime) -> str:
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _harmless(value: object) -> bool | int | float | str | None:
    """Numbers and short words pass; anything else could be somebody's words.

    Seven or more digits with nothing else could be a phone number or an identity number, so they are no word; nor is
    a number as long as a Chinese phone number a count of anything here.
    """
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) < 10**10 else "?"
        case float():
            return value if math.isfinite(value) else "?"
        case str() if _WORD.fullmatch(value) and not _NUMBER.fullmatch(value):
            return str(value)
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
