"""What stands behind the end of a PNG or JPEG: an older, uncropped picture (CVE-2023-21036), or a file of its own.

PNG ends with its IEND chunk (ISO/IEC 15948 section 11.2.5), JPEG with EOI (ITU-T T.81 section B.2.1); a JPEG may hold
further pictures behind it (CIPA DC-007), which the decoder takes as frames.

In: a file, its kind. Out: the bytes behind it, empty where there are none but padding.
"""

_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))


def tail(data: bytes, kind: str) -> bytes:
    end = len(data)
    if kind == "PNG":
        end = png_end(data)
    elif kind == "JPEG":
        end = 0
        while data[end : end + 3] == b"\xff\xd8\xff":
            end = jpeg_end(data, end)
            while data[end : end + 1] == b"\0":
                end += 1
    rest = data[end:]
    return rest if rest.strip(b"\0\r\n\t \xff") else b""


def png_end(data: bytes) -> int:
    """Where the PNG at the beginning ends."""
    at = 8
    while at + 12 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        at += 12 + size
        if data[at - 8 - size : at - 4 - size] == b"IEND":
            return at
    return len(data)


def jpeg_end(data: bytes, start: int) -> int:
    """Where the JPEG that begins at `start` ends."""
    at = start + 2
    while 0 <= at < len(data) - 1:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            break
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker in (0x00, 0xFF) or marker in _STANDALONE:
            at += 1 if marker == 0xFF else 2
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return len(data)
