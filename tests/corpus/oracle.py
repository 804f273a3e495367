"""Does a message give the reporter away in any form that any decoding of it shows? Knows nothing of `gateway`.

Written to be simple and greedy instead of clever: every decoder is tried on every range of bytes that it could be
meant for, on what the others made of it too, and what comes out is read in every character set. It is slow and finds
too much where chance helps; what it is asked about are mails of a few kilobytes.

In: the bytes that left. Out: which of the needles can be seen.
"""

import base64
import binascii
import bz2
import gzip
import html
import io
import lzma
import quopri
import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

CHARSETS = (
    "utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "utf-7", "hz", "iso2022_jp_2",
    "iso2022_kr", "cp037", "latin-1",
)  # fmt: skip
_FOR_ASCII = ("utf-8", "utf-16-le", "utf-16-be", "utf-7", "hz", "iso2022_jp_2", "iso2022_kr")
_DEPTH = 4
_MOST = 4000


def seen(content: bytes, needles: tuple[str, ...]) -> set[str]:
    """The needles that show. Compared as letters and digits alone."""
    wanted = {_folded(needle): needle for needle in needles}
    raw: dict[bytes, str] = {}
    for form, needle in wanted.items():
        for charset in CHARSETS[:7]:
            data = form.encode(charset, "ignore")
            if data.decode(charset) == form:
                raw[data] = needle
    found: set[str] = set()
    done: set[bytes] = set()
    tried: set[bytes] = set()
    layer = [content]
    for _ in range(_DEPTH):
        following: list[bytes] = []
        for data in layer:
            if data in done or len(done) > _MOST:
                continue
            done.add(data)
            found |= _found(data, wanted)
            if len(found) == len(wanted):
                return found
            for out in _decoded(data):
                if out not in done and out not in tried:
                    tried.add(out)
                    if _worth(out):
                        following.append(out)
                    else:
                        found |= {needle for form, needle in raw.items() if form in out}
        layer = following
    return found


def _found(data: bytes, wanted: dict[str, str]) -> set[str]:
    out: set[str] = set()
    for text in _texts(data):
        folded = _folded(text)
        out |= {needle for form, needle in wanted.items() if form in folded or form[::-1] in folded}
    return out


def _worth(data: bytes) -> bool:
    """Whether to go on decoding: text, or a file that begins like one. What chance made of noise is only searched."""
    if data.startswith((b"PK", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"x\x9c", b"x\xda")):
        return True
    return len(data) >= 6 and sum(b < 9 or 13 < b < 32 for b in data[:400]) * 20 <= len(data[:400])


def _folded(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum()).lower()


def _texts(data: bytes) -> Iterator[str]:
    for charset in CHARSETS if not data.isascii() else _FOR_ASCII:
        for shift in range({"utf-16": 2, "utf-32": 4}.get(charset[:6], 1)):
            try:
                text = data[shift:].decode(charset, "ignore")
            except (UnicodeError, LookupError):
                continue
            yield text
            if "<" in text:
                yield re.sub(r"(?s)<!--.*?-->|<[^<>]*>", "", text)
                yield re.sub(r"(?s)<(\w+)[^<>]*(?:display:none|font-size:0)[^<>]*>.*?</\1>|<[^<>]*>", "", text)
    folded = re.sub(rb"\r?\n[ \t]", b"", data)
    if folded != data:
        yield folded.decode("utf-8", "ignore")
    yield "".join(chr(b - 42 & 255) for b in data) if b"=ybegin" in data else ""


def _decoded(data: bytes) -> Iterator[bytes]:
    for decoder in (_base64, _quoted, _percent, _entities, _escapes, _hex, _uu, _yenc, _packed, _words, _binhex, _tags):
        try:
            yield from (out for out in decoder(data) if out and out != data)
        except (ValueError, binascii.Error, zlib.error, OSError, EOFError):
            continue


def _base64(data: bytes) -> Iterator[bytes]:
    runs: list[bytes] = []
    for block in re.split(rb"(?:\r?\n){2,}|\r?\n--[^\r\n]*|[ \t\r\n,;:\"'<>?()]+(?![A-Za-z0-9+/=\r\n])", data):
        runs.append(block)
        runs += re.findall(rb"[A-Za-z0-9+/_=-]{8,}", block)
        runs += re.findall(rb"(?:[A-Za-z0-9+/=]{1,80}[ \t\r\n\x0b#.:%_-]+){2,}[A-Za-z0-9+/=]*", block)
    runs.append(re.sub(rb"\r?\n(?:\s*\r?\n)+", b"\n", data.partition(b"\r\n\r\n")[2] or data))
    for run in runs:
        for table in (None, bytes.maketrans(b"-_", b"+/")):
            mapped = run.translate(table) if table else run
            padded = [p for p in re.split(rb"=+", re.sub(rb"[^A-Za-z0-9+/=]", b"", mapped)) if p]
            for letters in ([b"".join(padded)], padded, [re.sub(rb"[^A-Za-z0-9+/]", b"A", mapped.replace(b"\n", b""))]):
                for shift in range(4 if len(letters) == 1 else 1):
                    out = b"".join(_four(piece[shift:]) for piece in letters)
                    if out:
                        yield out
        lines = run.splitlines()
        if len(lines) > 1:
            yield b"".join(_four(re.sub(rb"[^A-Za-z0-9+/]", b"", line)) for line in lines)
            yield b"".join(_four(re.sub(rb"[^A-Za-z0-9+/]", b"", line)[:4]) for line in lines)
            yield b"".join(_four(re.sub(rb"[^A-Za-z0-9+/]", b"", re.split(rb"#", line)[0])) for line in lines)


def _four(letters: bytes) -> bytes:
    letters = letters[: len(letters) - (len(letters) % 4 == 1)]
    return base64.b64decode(letters + b"=" * (-len(letters) % 4))


def _quoted(data: bytes) -> Iterator[bytes]:
    if b"=" not in data:
        return
    yield quopri.decodestring(data)
    soft = re.sub(rb"=[ \t]*\r?\n|=[ \t]*\Z", b"", data)
    yield re.sub(rb"=([0-9A-Fa-f]{2})", lambda m: bytes((int(m[1], 16),)), soft)
    yield re.sub(rb"(?:=[^=\r\n]{0,2})?=([0-9A-Fa-f]{2})", lambda m: bytes((int(m[1], 16),)), soft)


def _percent(data: bytes) -> Iterator[bytes]:
    if b"%" in data:
        yield unquote_to_bytes(data)
        yield from (unquote_to_bytes(run) for run in re.findall(rb"(?:%[0-9A-Fa-f]{2}[A-Za-z0-9.]*){2,}", data))


def _entities(data: bytes) -> Iterator[bytes]:
    if b"&" in data:
        yield html.unescape(data.decode("utf-8", "ignore")).encode("utf-8", "ignore")


def _escapes(data: bytes) -> Iterator[bytes]:
    if b"\\" not in data:
        return
    text = data.decode("utf-8", "ignore")
    units = re.sub(r"\\u\{?([0-9A-Fa-f]{4,6})\}?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), text)
    units = re.sub(r"\\([0-9A-Fa-f]{4,6})\s?", lambda m: chr(min(int(m[1], 16), 0x10FFFF)), units)
    yield units.encode("utf-8", "ignore")
    yield re.sub(rb"\\x([0-9A-Fa-f]{2})|\\'([0-9A-Fa-f]{2})", lambda m: bytes((int(m[1] or m[2], 16),)), data)


def _hex(data: bytes) -> Iterator[bytes]:
    for run in re.findall(rb"(?:[0-9A-Fa-f]{2}[ :\r\n]{0,2}){6,}", data):
        yield binascii.unhexlify(re.sub(rb"[^0-9A-Fa-f]", b"", run))


def _uu(data: bytes) -> Iterator[bytes]:
    for body in (data, *re.findall(rb"(?ms)^begin[^\r\n]*\r?\n(.*?)^(?:end|\Z)", data)):
        out = b""
        for row in body.splitlines():
            try:
                out += binascii.a2b_uu(row)
            except binascii.Error:
                continue
        yield out


def _yenc(data: bytes) -> Iterator[bytes]:
    for body in re.findall(rb"(?ms)^=ybegin[^\r\n]*\r?\n(.*?)(?:^=yend|\Z)", data):
        bare = re.sub(rb"[\r\n]", b"", re.sub(rb"(?m)^=ypart[^\r\n]*", b"", body))
        bare = re.sub(rb"(?s)=(.)", lambda m: bytes((m[1][0] - 64 & 255,)), bare)
        yield bytes(b - 42 & 255 for b in bare)


def _packed(data: bytes) -> Iterator[bytes]:
    if b"PK\3\4" in data:
        start = data.index(b"PK\3\4")
        try:
            with zipfile.ZipFile(io.BytesIO(data[start:])) as archive:
                yield from (archive.read(name) for name in archive.namelist())
        except (zipfile.BadZipFile, RuntimeError, NotImplementedError, KeyError):
            pass
        for match in re.finditer(rb"PK\3\4.{22}(.)\0(.)\0", data, re.DOTALL):
            at = match.end() + match[1][0] + match[2][0]
            yield zlib.decompressobj(-15).decompress(data[at:], 1 << 20)
    for mark, opener in ((b"\x1f\x8b", gzip.decompress), (b"BZh", bz2.decompress), (b"\xfd7zXZ", lzma.decompress)):
        if data.startswith(mark):
            yield opener(data)
    if data[:1] == b"x":
        yield zlib.decompress(data)


def _words(data: bytes) -> Iterator[bytes]:
    found = re.findall(rb"=\?([^?\s]*)\?([bBqQ])\?([^?]*)", data)
    if found:
        pieces = [
            _four(re.sub(rb"[^A-Za-z0-9+/]", b"", t)) if e in b"bB" else quopri.decodestring(t, header=True)
            for _, e, t in found
        ]
        yield b"".join(pieces)
        yield from pieces


_HQX = b"!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def _binhex(data: bytes) -> Iterator[bytes]:
    for body in re.findall(rb"(?s)BinHex[^\r\n]*\r?\n\s*:(.*?):", data):
        bits = "".join(f"{_HQX.index(c):06b}" for c in body if c in _HQX)
        yield bytes(int(bits[i : i + 8], 2) for i in range(0, len(bits) // 8 * 8, 8))


def _tags(data: bytes) -> Iterator[bytes]:
    if b"<" in data and b">" in data:
        yield re.sub(rb"(?s)<!--.*?-->|<[^<>]*>", b"", data)


Decoder = Callable[[bytes], Iterator[bytes]]
