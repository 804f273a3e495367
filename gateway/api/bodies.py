"""Bodies of requests: whole, in memory, bounded. A report's files are strangers' bytes and secret ones: no part of them
is written to a file on the way to the readers.
"""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TypeVar

import msgspec
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from gateway.api.problems import Refused

T = TypeVar("T")
JSON, MULTIPART, MAIL = "application/json", "multipart/form-data", "message/rfc822"
MOST_FILES, MOST_JSON = 200, 4 * 1024 * 1024
_SECONDS = 60.0


class BodyMemory:
    """Octets of bodies that are in memory at once."""

    def __init__(self, most: int) -> None:
        self._most, self._used = most, 0

    def take(self, count: int) -> None:
        """Raises Refused where there is no room now."""
        if self._used + count > self._most:
            raise Refused(429, "busy", "too much is being sent in at once; send it again", {"Retry-After": "2"})
        self._used += count

    def give_back(self, count: int) -> None:
        """BodyMemory for others."""
        self._used -= count


@dataclass(slots=True)
class BodyRead:
    """A body, and the memory that it takes until the answer is made."""

    memory: BodyMemory
    body: bytes = field(default=b"", repr=False)
    count: int = 0

    def end(self) -> None:
        """Give the memory back."""
        self.memory.give_back(self.count)
        self.count = 0


async def read(request: Request, most: int, taken: BodyRead) -> bytes:
    """The body; Refused where it is over `most` octets, comes too slowly, or there is no room for it."""
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and int(declared) > most:
        raise _too_large(most)
    parts: list[bytes] = []
    try:
        async with asyncio.timeout(_SECONDS):
            async for part in request.stream():
                taken.memory.take(len(part))
                taken.count += len(part)
                if taken.count > most:
                    raise _too_large(most)
                parts.append(part)
    except TimeoutError:
        raise Refused(408, "too_slow", f"the body did not come within {_SECONDS:.0f} seconds") from None
    except ClientDisconnect:
        raise Refused(400, "cut", "the connection ended in the middle of the body") from None
    taken.body = b"".join(parts)
    return taken.body


def media_type(request: Request) -> str:
    """Of the body, without parameters."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower()


def without_boundary(request: Request, body: bytes) -> bytes:
    """A body that is the same when it is sent again: clients make up another boundary each time (RFC 2046 5.1.1)."""
    if media_type(request) != MULTIPART:
        return body
    _, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    return body.replace(b"--" + boundary, b"--") if boundary else body


def of_type(body: bytes, kind: type[T]) -> T:
    """The value that a JSON body is. Raises Refused: 400 for what is no JSON, 422 for what is not as it should be. Of
    what was sent nothing is repeated."""
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise Refused(422, "not_valid", str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "not_json", "the body is not JSON in UTF-8") from None


@dataclass(frozen=True, slots=True)
class Form:
    """The field `report`, and files by their names."""

    report: bytes = field(repr=False)
    files: dict[str, bytes] = field(repr=False)


class _InMemory(MultiPartParser):
    """What comes in stays in memory, whatever its size: the body was bounded before."""

    spool_max_size = 2**40


async def form_of(request: Request, body: bytes) -> Form:
    """Raises Refused."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    headers = Headers({"content-type": request.headers.get("content-type", "")})
    parser = _InMemory(headers, stream(), max_files=MOST_FILES, max_fields=10, max_part_size=MOST_JSON)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Refused(400, "not_multipart", error.message) from None
    except (KeyError, ValueError, UnicodeError):
        raise Refused(400, "not_multipart", "the body is not multipart/form-data with a boundary") from None
    try:
        report, files = await _told_apart(form)
    finally:
        await form.close()
    if not report:
        raise Refused(422, "no_report", "the field `report` is missing; it is the report as JSON")
    return Form(report, files)


async def _told_apart(form: FormData) -> tuple[bytes, dict[str, bytes]]:
    report, files = b"", dict[str, bytes]()
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            if name == "report":
                report = value.encode("utf-8", "surrogatepass")
            continue
        content = await value.read()
        if name == "report":
            report = content
        elif (value.filename or "") in files:
            raise Refused(422, "same_name", "two files have the same name; give each one of its own")
        else:
            files[value.filename or ""] = content
    return report, files


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"the body is over {most} octets")
