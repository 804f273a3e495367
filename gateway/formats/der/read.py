"""Reads ASN.1 in DER: certificates (RFC 5280), signatures (RFC 5652, GB/T 35275), electronic seals (GB/T 38540).

Its strings are text. A string of bytes may hold elements again, or a file, as a seal has its picture. What remains are
numbers, keys, digests and signatures: they are searched for words and for files, and so many of them as a signature has
say nothing. Only what names an algorithm of signatures, or is the signature or seal of an OFD, may have that many.

In: the file. Out: texts, children; `Unreadable` for what is encrypted, and for more bytes of no meaning.
"""

import re
from collections.abc import Iterator

from gateway.containers.carving import carved
from gateway.formats import Child, Piece, Source
from gateway.formats.der.elements import Leaf, leaves, whole
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

_BITS, _BYTES, _OBJECT = 0x03, 0x04, 0x06
_WIDE = {0x1E: "utf-16-be", 0x1C: "utf-32-be"}
_STRINGS = frozenset((0x0C, 0x12, 0x13, 0x14, 0x16, 0x17, 0x18, 0x19, 0x1A, 0x1B))
_DULL = frozenset((0x01, 0x05, 0x0A))
"""True and false, nothing, choices of a list."""
_SIGNS = (b"\x2a\x86\x48\x86\xf7\x0d\x01\x01", b"\x2a\x86\x48\xce\x3d", b"\x2a\x81\x1c\xcf\x55\x01", b"\x2b\x65")
"""How algorithms of signatures begin: RSA (RFC 8017), ECDSA (RFC 5480), SM2 (GM/T 0006), Ed25519 (RFC 8410)."""
_ENCRYPTS = re.compile(
    rb"\x2a\x86\x48\x86\xf7\x0d\x01(?:\x07[\x03\x04\x06]|\x05.|\x0c\x01.|\x09\x10\x01[\x09\x17])"  # CMS, PKCS #5, #12
    rb"|\x2a\x81\x1c\xcf\x55\x06\x01\x04\x02[\x03\x04\x05]",  # the same of GM/T 0010
    re.DOTALL,
)
_OF_OFD = re.compile(r"(?:^|[/\\])(?:SignedValue\.dat|[^/\\]{1,100}\.esl)$", re.IGNORECASE)
_MOST_OPAQUE = 4096
"""Bytes of keys, digests and signatures in one file: a chain of three certificates of RSA with 2048 bits has 1700."""
_LONGEST_OPAQUE = 1024
_FEW = 64
_NESTED = 6


def read(source: Source) -> Iterator[Piece]:
    where = source.where
    texts: dict[str, None] = {}
    opaque = children = 0
    signs = _OF_OFD.search(source.name) is not None
    may_be_broken, encrypts = signs, False
    for leaf in _all(whole(source.data), 0):
        tag, content = leaf.tag, leaf.content
        if tag == _OBJECT:
            signs = signs or content.startswith(_SIGNS)
            encrypts = encrypts or _ENCRYPTS.fullmatch(content) is not None
        elif tag not in _DULL or len(content) > 1:
            begin = next(carved(content), None)
            texts.update(dict.fromkeys(_texts(leaf)))
            if begin is not None or len(content) > _LONGEST_OPAQUE or (leaf.is_opaque and not may_be_broken):
                children += 1
                yield Child(where.inside(steps.value(children)), content[begin or 0 :])
            elif tag not in _STRINGS:
                opaque += len(content)
    if text := "\n".join(text for text in texts if text.strip()):
        yield TextFragment(where, "metadata", text)
    if encrypts:
        yield Unreadable(where, "encrypted_smime")
    if opaque > (_MOST_OPAQUE if signs else _FEW):
        yield Unreadable(where, "unknown_binary")


def _texts(leaf: Leaf) -> Iterator[str]:
    if leaf.tag in _WIDE:
        yield leaf.content.decode(_WIDE[leaf.tag], "replace")
    elif leaf.tag in _STRINGS:
        yield from (reading.text for reading in decodings(leaf.content)[:3])
    yield from runs(leaf.content)


def _all(content: bytes, depth: int) -> Iterator[Leaf]:
    """Leaves, those of elements inside strings of bytes and bits too."""
    for leaf in leaves(content):
        inner = leaf.content[1:] if leaf.tag == _BITS else leaf.content  # bits begin with a count of those unused
        if leaf.is_opaque or leaf.tag not in (_BITS, _BYTES) or depth == _NESTED:
            yield leaf
            continue
        try:
            yield from _all(whole(inner), depth + 1)
        except ValueError:
            yield leaf
