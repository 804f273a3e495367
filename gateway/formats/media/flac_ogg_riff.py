"""Tags in chunks: FLAC (RFC 9639), Ogg with Vorbis comments (RFC 3533, RFC 7845), RIFF and AIFF.

In: the file. Out: what they say. Raises IndexError, ValueError or struct.error for what breaks off.
"""

import struct
from collections.abc import Iterator

from gateway.formats.media.id3 import id3
from gateway.formats.media.tags import File, TagText, Told, decoded_value
from gateway.text.lenient_base64 import lenient_readings
from gateway.text.strings import runs

_COMMENT, _PICTURE, _PADDING, _SEEK = 4, 6, 1, 3
_SOUNDS = (b"data", b"movi", b"idx1", b"SSND", b"slnt", b"JUNK", b"indx")
_MOST = 10_000
_HEAD = 32 * 1024 * 1024
_COMMENTS = (b"\x03vorbis", b"OpusTags", b"\x81theora")


def flac(data: bytes) -> Iterator[Told]:
    at, last = 4, False
    while not last:
        kind, size = data[at] & 0x7F, int.from_bytes(data[at + 1 : at + 4], "big")
        last = bool(data[at] & 0x80)
        body = data[at + 4 : at + 4 + size]
        if len(body) != size:
            raise IndexError("a block behind the end")
        if kind == _COMMENT:
            yield from _vorbis(body)
        elif kind == _PICTURE:
            yield from _picture(body)
        elif kind > _SEEK or (kind == _PADDING and body.strip(b"\0")) or kind == 2:
            yield from decoded_value(body)
        at += 4 + size
    yield from id3(data[-200_000:] if not data.startswith(b"ID3") else data)


def ogg(data: bytes) -> Iterator[Told]:
    """Pages of one stream after the other are joined; comments stand near the beginning of each."""
    streams: dict[bytes, bytearray] = {}
    at = total = 0
    while data.startswith(b"OggS", at) and total < _HEAD:
        segments = data[at + 26]
        begin = at + 27 + segments
        size = sum(data[at + 27 : begin])
        streams.setdefault(data[at + 14 : at + 18], bytearray()).extend(data[begin : begin + size])
        total += size
        at = begin + size
    for stream in streams.values():
        whole = bytes(stream)
        if whole.startswith(b"\x7fFLAC"):
            yield from flac(b"fLaC" + whole[13:])
        for mark in _COMMENTS:
            found = whole.find(mark)
            if found >= 0:
                yield from _vorbis(whole[found + len(mark) :])


def _vorbis(body: bytes) -> Iterator[Told]:
    at = 0
    vendor, at = _counted(body, at)
    yield from decoded_value(vendor)
    count = struct.unpack_from("<L", body, at)[0]
    at += 4
    for _ in range(min(count, _MOST)):
        value, at = _counted(body, at)
        name, _, content = value.partition(b"=")
        if name.upper() in (b"METADATA_BLOCK_PICTURE", b"COVERART"):
            for raw in lenient_readings(content):
                yield from _picture(raw) if name.upper() != b"COVERART" else iter((File(raw),))
        else:
            yield from decoded_value(value)


def _counted(body: bytes, at: int) -> tuple[bytes, int]:
    size = struct.unpack_from("<L", body, at)[0]
    value = body[at + 4 : at + 4 + size]
    if len(value) != size:
        raise IndexError("a comment behind the end")
    return value, at + 4 + size


def _picture(body: bytes) -> Iterator[Told]:
    at = 4
    for _ in range(2):
        size = int.from_bytes(body[at : at + 4], "big")
        yield from decoded_value(body[at + 4 : at + 4 + size])
        at += 4 + size
    at += 16
    size = int.from_bytes(body[at : at + 4], "big")
    yield File(body[at + 4 : at + 4 + size])


def chunks(data: bytes, big: bool) -> Iterator[Told]:
    """RIFF (little end first) and AIFF (big)."""
    yield from _chunks(data, 12, len(data), "big" if big else "little", 0)


def _chunks(data: bytes, at: int, end: int, order: "str", depth: int) -> Iterator[Told]:
    for _ in range(_MOST):
        if at + 8 > end:
            break
        name = data[at : at + 4]
        size = int.from_bytes(data[at + 4 : at + 8], "big" if order == "big" else "little")
        stop = min(end, at + 8 + size)
        if name in (b"LIST", b"RIFF") and data[at + 8 : at + 12] not in _SOUNDS and depth < 20:
            yield from _chunks(data, at + 12, stop, order, depth + 1)
        elif name in (b"id3 ", b"ID3 "):
            yield from id3(data[at + 8 : stop])
        elif name == b"JUNK" and data[at + 8 : stop].strip(b"\0"):
            for run in runs(data[at + 8 : stop]):
                yield TagText(run)
        elif name not in _SOUNDS and data[at + 8 : at + 12] not in _SOUNDS:
            yield from decoded_value(data[at + 8 : stop])
        at += 8 + size + size % 2
    if at < end and depth == 0:
        yield from decoded_value(data[at:end])
