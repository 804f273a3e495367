"""What a plain mail is looked up by, found without waking a reader: most mail is a short text that nobody handed in.

Only what every mail program reads in one way is taken: one text, or a text beside its HTML, in one charset, in one
transfer encoding, without attachments, escapes or anything pasted into it. All else gives None, and is read whole by a
reader. What comes out has no key and no name in it: this process knows nobody, it only says what is to be asked for.

In: a content. Out: a `Gist`, or None. Nothing here fails.
"""

import asyncio
import binascii
import html
import re

from gateway.model import Gist
from gateway.relay.inspector import Spooled
from gateway.text.callings import callings
from gateway.text.identifiers import candidates, digests, message_digests
from gateway.text.prints import text_prints

LARGEST = 4 * 1024 * 1024
_SHORT = 32 * 1024
_LONGEST_HEADER = 65536
_NAME = re.compile(rb"[!-9;-~]+")
_TYPE = re.compile(
    rb"text/(plain|html)(?:[ \t\r\n]*;[ \t\r\n]*charset=\"?(utf-8|us-ascii|gb2312|gbk|gb18030)\"?)?[ \t]*;?",
    re.IGNORECASE,
)
_MANY = re.compile(
    rb"multipart/(?:alternative|mixed)[ \t\r\n]*;[ \t\r\n]*(?:charset=\"?[a-z0-9-]+\"?[ \t\r\n]*;[ \t\r\n]*)?"
    rb"boundary=(?:\"([0-9A-Za-z'()+_,./:=? -]{1,70})\"|([0-9A-Za-z'+_.-]{1,70}))[ \t]*;?",
    re.IGNORECASE,
)
_ENCODING = re.compile(rb"7bit|8bit|quoted-printable|base64", re.IGNORECASE)
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_BAD_QUOTED = re.compile(rb"=(?![0-9A-F]{2}|\r\n)|[ \t]\r\n")
_PREAMBLE = re.compile(rb"(?:This is a multi-?part message in MIME format\.?)?\s*", re.IGNORECASE)
_WORD = re.compile(r"=\?([^?\s*]{1,60})\?([bBqQ])\?([^?\s]*)\?=")
_CHARSETS = (b"utf-8", b"us-ascii", b"gb2312", b"gbk", b"gb18030")
_ID = re.compile(rb"<([^<>\s]{8,500})>")
_TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*)>")
_UNSEEN = re.compile(r"<(style|script|title)\b[^<>]*>.*?</\1\s*>|<!--.*?-->", re.IGNORECASE | re.DOTALL)
_EMBEDDED = re.compile(r"data:|srcdoc|cid:|<!\[|</?(?:svg|math|object|iframe|xml)\b|&lt;[a-z/!]", re.IGNORECASE)

# What a reader would undo: a text behind it could be anything.
_SIGNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("%", re.compile(r"%[0-9a-fA-F]{2}|%PDF")),
    ("\\", re.compile(r"\\[uUx][0-9a-fA-F{]|\{\\rtf")),
    ("=", re.compile(r"=[0-9A-F]{2}|^=ybegin", re.MULTILINE)),
    ("&", re.compile(r"&(?:#|[a-zA-Z]{2,31};)")),
    ("begin", re.compile(r"^begin[ -]", re.MULTILINE)),
    ("BEGIN", re.compile(r"-----BEGIN|BEGIN:V")),
    ("BinHex", re.compile("BinHex")),
)
# What a pattern would look for letter by letter is found in the shape of a text: a letter for each class of octets,
# made and searched in a tenth of the time.
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r") + b"\x7f"
_TAGS = re.compile("[\U000e0020-\U000e007e]")
_TAGS_BEGIN = b"\xf3\xa0"  # in UTF-8
_RUNS = bytes(0x72 if (chr(c).isalnum() and c < 128) or chr(c) in "+/_-" else 0x20 for c in range(256))
_LONG_RUN = b"r" * 12
_PAIRS = bytes(0x68 if chr(c) in "0123456789abcdefABCDEF" else 0x20 if chr(c) in " :" else 0x2E for c in range(256))
_FIVE_PAIRS = b"hh " * 5
_CALLING_FIELD = re.compile(r"^(subject|to|cc|bcc)[ \t]*:((?:[^\r\n]|\r\n[ \t])*)", re.IGNORECASE | re.MULTILINE)
_BREAKS = re.compile(b"[-_/+]+")
_HEX = re.compile(b"[0-9A-Fa-f]+")
_HEX_ASCII = re.compile(b"(?:[2-7][0-9])+")


async def glanced(spooled: Spooled) -> Gist | None:
    """`glance` at what waits. A long one is worked on by a thread: nobody else waits for it."""
    if spooled.size > LARGEST:
        return None
    content = spooled.read()
    return glance(content) if len(content) <= _SHORT else await asyncio.to_thread(glance, content)


def glance(content: bytes) -> Gist | None:
    """None says nothing of the content but that it has to be read."""
    if len(content) > LARGEST or b"\0" in content:
        return None
    head, blank, body = content.partition(b"\r\n\r\n")
    fields = _fields(head)
    if not blank or fields is None:
        return None
    bodies = _bodies(fields, body)
    if bodies is None:
        return None
    said = _said(head)
    if said is None or any(_is_escaped(text) for text in bodies):
        return None
    text = "\n".join((said, *bodies))
    ids = [written.decode("utf-8", "replace") for written in _ID.findall(head)]
    return Gist(
        text=text_prints(text).astype("<u8").tobytes(),
        identifiers=digests(candidates(text)),
        mails=message_digests(ids),
        words=_words(said, bodies),
    )


def _words(said: str, bodies: list[str]) -> bytes:
    """What may call somebody, in the header as it is shown and in the texts."""
    fields = [(name.lower(), value) for name, value in _CALLING_FIELD.findall(said)]
    subject = [value for name, value in fields if name == "subject"]
    beside = [value.replace("\r\n", "") for name, value in fields if name != "subject"]
    return callings("\n".join((*subject, *bodies)), beside).astype("<u8").tobytes()


def _said(head: bytes) -> str | None:
    """The header as it is shown: encoded words (RFC 2047) read, those of one charset that stand together as one."""
    try:
        text = head.decode()
    except UnicodeDecodeError:
        return None
    pieces: list[str] = []
    data, charset, at = b"", b"", 0
    for match in _WORD.finditer(text):
        label = match[1].lower().encode()
        payload = _payload(match[2], match[3].encode("ascii", "replace"))
        if payload is None or label not in _CHARSETS:
            return None
        between = text[at : match.start()]
        if data and (between.strip() or label != charset):
            if (shown := _text(data, charset)) is None:
                return None
            pieces.append(shown)
            data = b""
        pieces.append(between if between.strip() else "")
        data, charset, at = data + payload, label, match.end()
    shown = _text(data, charset) if data else ""
    rest = text[at:]
    return (
        None
        if shown is None or "=?" in rest or any("=?" in piece for piece in pieces)
        else "".join((*pieces, shown, rest))
    )


def _payload(kind: str, packed: bytes) -> bytes | None:
    if kind in "bB":
        return binascii.a2b_base64(packed) if _BASE64.fullmatch(packed) else None
    return binascii.a2b_qp(packed, header=True) if _BAD_QUOTED.search(packed) is None else None


def _fields(head: bytes) -> dict[bytes, bytes] | None:
    """The fields that say how the content is built; None where the block is not written as it should be."""
    if len(head) > _LONGEST_HEADER or head.count(b"\n") != head.count(b"\r\n") or b"\r" in head.replace(b"\r\n", b""):
        return None
    found: dict[bytes, bytes] = {}
    last = b""
    for line in head.split(b"\r\n"):
        if line[:1] in (b" ", b"\t"):
            if not last or not line.strip():
                return None
            if last in found:
                found[last] += b"\r\n" + line
            continue
        name, colon, value = line.partition(b":")
        if not colon or _NAME.fullmatch(name) is None:
            return None
        last = name.lower()
        if last.startswith(b"content-") or last == b"mime-version":
            if last in found:
                return None
            found[last] = value.strip()
    return found


def _bodies(fields: dict[bytes, bytes], body: bytes) -> list[str] | None:
    """The texts of a message or part, HTML as what is shown and as its source."""
    kind = fields.get(b"content-type", b"text/plain")
    if b"content-disposition" in fields:
        return None
    if (many := _MANY.fullmatch(kind)) is not None:
        if fields.get(b"content-transfer-encoding", b"7bit").lower() not in (b"7bit", b"8bit"):
            return None
        return _parts(many[1] or many[2], body)
    one = _TYPE.fullmatch(kind)
    if one is None:
        return None
    plain = _decoded(body, fields.get(b"content-transfer-encoding", b"7bit").lower())
    text = _text(plain, (one[2] or b"us-ascii").lower()) if plain is not None else None
    if text is None:
        return None
    if one[1].lower() == b"plain":
        return [text] if _TAG.search(text) is None else None  # a program may take it for HTML
    return _shown(text)


def _parts(boundary: bytes, body: bytes) -> list[str] | None:
    line = b"--" + boundary
    pieces = (b"\r\n" + body).split(b"\r\n" + line)
    if len(pieces) < 3 or not pieces[-1].startswith(b"--") or pieces[-1].strip(b"- \t\r\n"):
        return None
    if _PREAMBLE.fullmatch(pieces[0]) is None:
        return None
    texts: list[str] = []
    for piece in pieces[1:-1]:
        if not piece.startswith(b"\r\n"):
            return None
        head, blank, inner = piece[2:].partition(b"\r\n\r\n")
        fields = _fields(head) if blank else None
        if fields is None or _MANY.fullmatch(fields.get(b"content-type", b"")) is not None:
            return None
        found = _bodies(fields, inner)
        if found is None:
            return None
        texts += found
    return texts


def _decoded(body: bytes, encoding: bytes) -> bytes | None:
    if encoding in (b"7bit", b"8bit"):
        return body
    if encoding == b"base64":
        packed = body.translate(None, b" \t\r\n")
        return binascii.a2b_base64(packed) if _BASE64.fullmatch(packed) else None
    if encoding == b"quoted-printable" and _BAD_QUOTED.search(body) is None:
        return binascii.a2b_qp(body)
    return None


def _text(data: bytes, charset: bytes) -> str | None:
    """By its label and in no other way."""
    try:
        if charset in (b"utf-8", b"us-ascii"):
            return data.decode("utf-8" if charset == b"utf-8" else "ascii")
        text = data.decode("gb18030")
        return None if _is_utf8(data) else text
    except UnicodeDecodeError:
        return None


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return False  # no matter which
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _shown(source: str) -> list[str] | None:
    if _EMBEDDED.search(source):
        return None
    source = html.unescape(source)
    return [_TAG.sub("", _UNSEEN.sub("", source)), source]


def _is_escaped(text: str) -> bool:
    """Whether something in it stands for something else."""
    plain = text.encode("ascii", "replace")
    return (
        _is_strange(text, plain)
        or any(sign in text and pattern.search(text) for sign, pattern in _SIGNS)
        or any(not _is_word(run) for run in _long_runs(plain))
        or _has_hex_pairs(plain)
    )


def _is_strange(text: str, plain: bytes) -> bool:
    """Control characters, or the tags that nobody sees."""
    if len(plain.translate(None, _CONTROLS)) < len(plain):
        return True
    return not text.isascii() and _TAGS_BEGIN in text.encode("utf-8", "replace") and _TAGS.search(text) is not None


def _long_runs(plain: bytes) -> set[bytes]:
    """Letters, digits and signs of base64 without a break."""
    shape, found = plain.translate(_RUNS), set[bytes]()
    at = shape.find(_LONG_RUN)
    while at >= 0:
        end = shape.find(b" ", at)
        if end < 0:
            end = len(shape)
        found.add(plain[at:end])
        at = shape.find(_LONG_RUN, end)
    return found


def _has_hex_pairs(plain: bytes) -> bool:
    """Five pairs, each with a blank or colon behind it, that no letter or digit stands before."""
    shape = plain.translate(_PAIRS)
    at = shape.find(_FIVE_PAIRS)
    while at >= 0:
        if not plain[max(0, at - 1) : at].isalnum():
            return True
        at = shape.find(_FIVE_PAIRS, at + 1)
    return False


def _is_word(run: bytes) -> bool:
    """Not base64, which changes between small and capital letters where words and names do not, nor hexadecimal."""
    if _HEX.fullmatch(run) and not run.isalpha() and (not run.isdigit() or _HEX_ASCII.fullmatch(run)):
        return False
    return all(
        piece.islower() or piece.isupper() or piece.istitle() or piece.isdigit() or not piece
        for piece in _BREAKS.split(run)
    )
