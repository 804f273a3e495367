"""Files that somebody pasted into a text: uuencode, xxencode, yEnc and base64 blocks. BinHex is named and not opened.

POSIX.1-2017 uuencode (historical and base64 algorithm), yEnc draft 1.3, RFC 4648 section 4, RFC 1741. Some mail
programs open such blocks as attachments, and a person can open any of them.

In: the bytes of a text. Out: (name, bytes) of what was wrapped; damaged lines are passed over, what can be read counts.
"""

import binascii
import re
from collections.abc import Iterator
from itertools import chain

from gateway.text.lenient_base64 import lenient

_UU = re.compile(rb"^([> \t]*)begin(-base64)? [0-7]{3,4} ([^\r\n]+)\r?\n", re.MULTILINE | re.IGNORECASE)
_UU_END = re.compile(rb"^[> \t]*(?:end|====)[ \t]*\r?$", re.MULTILINE)
# Rows of 45 bytes say so in their first sign; what is left of the file stands in one more row.
_UU_ROWS = re.compile(rb"^(?:M[ -`]{60}\r?\n)+(?:[!-L][ -`]{4,60}(?:\r?\n|\Z))?", re.MULTILINE)
_XX_ROWS = re.compile(
    rb"^(?:h[+\-0-9A-Za-z]{60}\r?\n)+(?:[+\-0-9A-Za-g][+\-0-9A-Za-z]{4,60}(?:\r?\n|\Z))?", re.MULTILINE
)
_XX = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_XX_AS_UU = bytes.maketrans(_XX, bytes(range(32, 96)))
_YENC = re.compile(rb"^=ybegin ([^\r\n]*)\r?\n(.*?)(?:^=yend|\Z)", re.MULTILINE | re.DOTALL)
_YENC_NAME = re.compile(rb"name=([^\r\n]*)")
_YENC_TABLE = bytes((byte - 42) % 256 for byte in range(256))
_BLOCK = re.compile(
    rb"(?<![A-Za-z0-9+/_-])(?:(?:[A-Za-z0-9+/_-]{40,}\n)+[A-Za-z0-9+/_-]*={0,2}|[A-Za-z0-9+/_-]{60,}={0,2})"
)
_LONG_RUN = re.compile(rb"[A-Za-z0-9+/_-]{40}")  # no block is without one
_SHORT_ROWS = re.compile(rb"^(?:[A-Za-z0-9+/_-]{1,39}\n){4,}[A-Za-z0-9+/_-]{0,39}={0,2}$", re.MULTILINE)
_MOST_BEGINNINGS = 1000
_MAGIC = re.compile(
    rb"PK\x03\x04|%PDF-|\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0\0\0|RIFF|7z\xbc\xaf|Rar!|\x1f\x8b\x08|BZh[1-9]|\xfd7zXZ"
    rb"|\xd0\xcf\x11\xe0|\{\\rtf|II\*\0|MM\0\*|\x28\xb5\x2f\xfd|[\x00-\xff]{4}ftyp",
    re.DOTALL,
)
_BINHEX = b"(This file must be converted with BinHex"
_MOST = 100
_TIMES = 8
"""So many times may a text be read over for bodies that overlap."""


class TooMany(Exception):
    """More files are wrapped into a text than anybody pastes."""


def is_binhex(data: bytes) -> bool:
    """Does a BinHex file begin somewhere in it?"""
    return _BINHEX in data


def wrapped(data: bytes) -> Iterator[tuple[str, bytes]]:
    """All of them, in order of kind and place. Raises: TooMany."""
    for count, file in enumerate(chain(_uuencoded(data), _rows(data), _yencoded(data), _blocks(data))):
        if count == _MOST:
            raise TooMany
        yield file


def _uuencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    spent = 0
    end = 0  # where the body of the one before ends: each end is looked for once
    for match in _UU.finditer(data):
        start = match.end()
        if start > end:
            found = _UU_END.search(data, start)
            end = found.start() if found else len(data)
        spent += end - start
        if spent > _TIMES * len(data):
            raise TooMany
        body = data[start:end]
        if match[1]:
            body = re.sub(rb"^" + re.escape(match[1]), b"", body, flags=re.MULTILINE)
        first = body[:80].partition(b"\n")[0]
        if match[2]:
            yield _name(match[3]), lenient(body, of_urls=True)
        elif _uu(first):  # else it only sounds like one
            yield _name(match[3]), _uu(body)
        elif _uu(first.translate(_XX_AS_UU)):
            yield _name(match[3]), _uu(body.translate(_XX_AS_UU))


def _rows(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Without a `begin` to say where: rows that are as long as their first sign says."""
    if _UU_ROWS.search(data) is None and _XX_ROWS.search(data) is None:
        return
    known = {match.end() for match in _UU.finditer(data)}
    for match in _UU_ROWS.finditer(data):
        if match.start() not in known:
            yield "uuencode", _uu(match[0])
    for match in _XX_ROWS.finditer(data):
        if match.start() not in known:
            yield "xxencode", _uu(match[0].translate(_XX_AS_UU))


def _yencoded(data: bytes) -> Iterator[tuple[str, bytes]]:
    for match in _YENC.finditer(data):
        name = _YENC_NAME.search(match[1])
        yield _name(name[1] if name else b""), _yenc(match[2])


def _blocks(data: bytes) -> Iterator[tuple[str, bytes]]:
    # Without what quoting and indenting put around the lines.
    bare = b"\n".join(line.strip(b"> \t\r") for line in data.split(b"\n"))
    found = [match[0] for match in _BLOCK.finditer(bare)] if _LONG_RUN.search(data) else []
    found += (rows for match in _SHORT_ROWS.finditer(bare) for rows in _beginnings(match[0]))
    for text in found:
        block = lenient(text, of_urls=True)
        if _MAGIC.match(block):  # any long word could be base64; a file begins like one
            yield "base64", block


def _beginnings(rows: bytes) -> Iterator[bytes]:
    """A word in a line of its own looks like a row too: a file may begin in any of the rows."""
    at = 0
    for _ in range(_MOST_BEGINNINGS):
        if _MAGIC.match(lenient(rows[at : at + 64], of_urls=True)):
            yield rows[at:]
            return
        at = rows.find(b"\n", at) + 1
        if not at:
            return


def _name(stated: bytes) -> str:
    return stated.strip().decode("utf-8", "replace") or "file"


def _uu(body: bytes) -> bytes:
    out = []
    for line in body.splitlines():
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            # Some encoders write a blank too many at the end of a line.
            length = ((line[0] - 32) & 63) if line else 0
            try:
                out.append(binascii.a2b_uu(line[: (length * 4 + 5) // 3]))
            except binascii.Error:
                continue
    return b"".join(out)


def _yenc(body: bytes) -> bytes:
    body = re.sub(rb"^=ypart[^\r\n]*\r?\n", b"", body, flags=re.MULTILINE)
    body = body.replace(b"\r\n", b"").replace(b"\n", b"").replace(b"\r", b"")
    body = re.sub(rb"=(.)", lambda escaped: bytes(((escaped[1][0] - 64) % 256,)), body, flags=re.DOTALL)
    return body.translate(_YENC_TABLE)
