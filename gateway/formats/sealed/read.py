"""Reads what stands around encrypted content, and opens what is only signed.

CMS (RFC 5652) says by an object identifier in its first bytes what it is. Signed data, as in `smime.p7m`, carries the
mail in clear for whoever looks; enveloped data does not. OpenPGP (RFC 9580) in binary begins with a packet's tag:
packets of encrypted data and of session keys hold the part; literal and compressed ones that are only signed do too,
for nothing here opens them. Outlook's rights-managed messages are a compressed container of their own.

In: the file. Out: the signed content as a child, certificates' words; `Unreadable` for the rest.
"""

from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.sealed.sniff import CMS, PGP, RIGHTS
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.strings import narrow_runs

_SIGNED = b"\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02"
_PLAIN = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
_DEEPEST = 40


def read(source: Source) -> Iterator[Piece]:
    where, data = source.where, source.data
    match = CMS.match(data[:64])
    if data.startswith(RIGHTS):
        yield Unreadable(where, "encrypted_rights")
    elif match is None:
        is_pgp = PGP.match(data[:64]) is not None
        yield Unreadable(where, "encrypted_pgp" if is_pgp else "encrypted_archive")
    elif match["oid"] == _SIGNED:
        yield from _signed(source)
    else:
        yield Unreadable(where, "encrypted_smime")


def _signed(source: Source) -> Iterator[Piece]:
    """Its content is a string of bytes behind the identifier of plain data, whole or in pieces (X.690 section 8.7)."""
    where, data = source.where, source.data
    if words := "\n".join(dict.fromkeys(narrow_runs(data))):
        yield TextFragment(where, "metadata", words)
    at = data.find(_PLAIN)
    if at < 0:
        yield Unreadable(where, "broken_sealed")
        return
    if data[at - 2 : at] == b"\x30\x0b" or data.startswith(b"\0\0", at + len(_PLAIN)):
        return  # a signature beside the mail that it signs
    try:
        content = b"".join(_strings(data, at + len(_PLAIN), 0))
    except (IndexError, ValueError):
        yield Unreadable(where, "broken_sealed")
        return
    if content:
        yield Child(where.inside(steps.SIGNED), content, "", "mime")


def _strings(data: bytes, at: int, depth: int) -> Iterator[bytes]:
    """Of the element at this place, if it is one that holds bytes or wraps one that does."""
    if depth > _DEEPEST:
        raise ValueError("deeper than a signature is")
    tag, size, begin = _head(data, at)
    if tag == 0x04:
        if size is None or begin + size > len(data):
            raise ValueError("a string without end")
        yield data[begin : begin + size]
    elif tag in (0xA0, 0x24):
        end = len(data) if size is None else begin + size
        inner = begin
        while inner < end and data[inner : inner + 2] != b"\0\0":
            yield from _strings(data, inner, depth + 1)
            inner = _end(data, inner, depth + 1)


def _head(data: bytes, at: int) -> tuple[int, int | None, int]:
    """Tag, length (None where it is open), where the content begins."""
    first = data[at + 1]
    if first == 0x80:
        return data[at], None, at + 2
    if first < 0x80:
        return data[at], first, at + 2
    count = first & 0x7F
    return data[at], int.from_bytes(data[at + 2 : at + 2 + count], "big"), at + 2 + count


def _end(data: bytes, at: int, depth: int) -> int:
    if depth > _DEEPEST:
        raise ValueError("deeper than a signature is")
    _, size, begin = _head(data, at)
    if size is not None:
        return begin + size
    while data[begin : begin + 2] != b"\0\0":
        begin = _end(data, begin, depth + 1)
    return begin + 2
