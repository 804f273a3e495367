"""Bodies of requests: whole, in memory, bounded. A report's files are strangers' bytes and secret ones: no part of them
is written to a file on the way to the readers.
"""

import asyncio
import base64
import binascii
import quopri
import re
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from typing import TypeVar
from urllib.parse import unquote_to_bytes

import msgspec
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect, Request

from gateway.api.problems import Refused

T = TypeVar("T", bound=msgspec.Struct)
JSON, MULTIPART, MAIL = "application/json", "multipart/form-data", "message/rfc822"
MOST_FILES, MOST_JSON = 200, 4 * 1024 * 1024
_SECONDS = 60.0
_EXTENDED_NAME = re.compile(rb"""(?i);[ \t]*filename\*[ \t]*=[ \t]*"?utf-8'[^']*'([^;" \t]+)"?""")


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
        """Octets that are free for other bodies again."""
        self._used -= count


@dataclass(slots=True)
class BodyRead:
    """The memory that one body takes until the answer is made."""

    memory: BodyMemory
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
    return b"".join(parts)


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
        said = str(error)
        if "unknown field" in said:  # its name is the client's own word
            said = f"there is a field that is not known; known are {', '.join(kind.__struct_fields__)}"
        raise Refused(422, "not_valid", said) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Refused(400, "not_json", "the body is not JSON in UTF-8") from None


@dataclass(frozen=True, slots=True)
class Form:
    """The field `report`, and files by their names."""

    report: bytes = field(repr=False)
    files: dict[str, bytes] = field(repr=False)


class _InMemory(MultiPartParser):
    """What comes in stays in memory, whatever its size: the body was bounded before. Fields are taken as octets: read
    in a charset that they are not in, names would be others and nobody would be protected."""

    spool_max_size = 2**40

    def __init__(self, headers: Headers, body: AsyncGenerator[bytes, None]) -> None:
        super().__init__(headers, body, max_files=MOST_FILES, max_fields=10, max_part_size=MOST_JSON)
        self.fields: list[tuple[str, bytes]] = []

    def on_part_begin(self) -> None:
        """Names are in UTF-8, whatever the form says of its charset."""
        self._charset = "utf-8"
        super().on_part_begin()

    def on_headers_finished(self) -> None:
        """The name of a file in the form of RFC 5987, too: older clients give no other."""
        given = self._current_part.content_disposition or b""
        plain = parse_options_header(given)[1].get(b"filename")
        extended = _EXTENDED_NAME.search(given) if plain is None or plain.startswith(b"=?") else None
        if extended is not None:
            name = unquote_to_bytes(extended[1]).replace(b"\\", b"\\\\").replace(b'"', b'\\"')
            self._current_part.content_disposition = given + b'; filename="' + name + b'"'
        super().on_headers_finished()

    def on_part_end(self) -> None:
        """A field as octets."""
        part = self._current_part
        if part.file is not None:
            super().on_part_end()
        else:
            self.fields.append((part.field_name, _plain(bytes(part.data), Headers(raw=part.item_headers))))


async def form_of(request: Request, body: bytes) -> Form:
    """Raises Refused."""

    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    headers = Headers({"content-type": request.headers.get("content-type", "")})
    parser = _InMemory(headers, stream())
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise Refused(400, "not_multipart", error.message) from None
    except (KeyError, ValueError):
        raise Refused(400, "not_multipart", "the body is not multipart/form-data with a boundary") from None
    try:
        report, files = await _told_apart(parser.fields, form)
    finally:
        await form.close()
    if not report:
        raise Refused(422, "no_report", "the field `report` is missing; it is the report as JSON")
    return Form(report, files)


async def _told_apart(fields: list[tuple[str, bytes]], form: FormData) -> tuple[bytes, dict[str, bytes]]:
    reports, files = [content for name, content in fields if name == "report"], dict[str, bytes]()
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            continue
        content = _plain(await value.read(), value.headers)
        if name == "report":
            reports.append(content)
        elif (value.filename or "") in files:
            raise Refused(422, "same_name", "two files have the same name; give each one of its own")
        else:
            files[value.filename or ""] = content
    if len(reports) > 1:
        raise Refused(422, "many_reports", "the field `report` is there more than once; send each report by itself")
    return (reports[0] if reports else b""), files


def _plain(content: bytes, headers: Headers) -> bytes:
    """What a part holds, without its transfer encoding (RFC 7578 4.7: some clients still have one). Raises Refused."""
    encoding = headers.get("content-transfer-encoding", "").strip().lower()
    if encoding in ("", "7bit", "8bit", "binary"):
        return content
    try:
        if encoding == "base64":
            return base64.b64decode(b"".join(content.split()), validate=True)
    except binascii.Error:
        raise Refused(400, "transfer_encoding", "a part says base64 and is none") from None
    if encoding == "quoted-printable":
        return quopri.decodestring(content)
    raise Refused(
        400, "transfer_encoding", "a part has a Content-Transfer-Encoding that is not known; send it as it is"
    )


def _too_large(most: int) -> Refused:
    return Refused(413, "too_large", f"the body is over {most} octets")
