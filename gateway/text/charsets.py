"""Bytes to text: every reading that a mail program could plausibly make, best first; and text to bytes again.

Labels lie. Chinese mail says `gb2312` and means its superset GB18030 (as the WHATWG Encoding Standard reads it), 8-bit
text comes without a label, and some encodings look like plain ASCII (ISO-2022, RFC 1468 and 1922; HZ, RFC 1843; UTF-7,
RFC 2152). So nothing here guesses one charset: where two readings differ and both look like text, both are given.

In: bytes and the label they came with. Out: `Decoding`s, none where no reading gives text. Nothing is raised.
"""

import codecs
import re
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.text import indexes

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
MARKS = tuple(bom for bom, _ in _BOMS)
_ALIASES = {
    **dict.fromkeys(("gb2312", "gb-2312", "gb2312-80", "gb-2312-80", "csgb2312", "csgb231280", "iso-ir-58"), "gb18030"),
    **dict.fromkeys(("gbk", "x-gbk", "cp936", "ms936", "windows-936", "cn-gb", "chinese"), "gb18030"),
    **dict.fromkeys(("euc-cn", "x-euc-cn", "gb-18030", "gb18030-2000", "gb18030-2022"), "gb18030"),
    **dict.fromkeys(("hz-gb-2312", "hz-gb2312", "hzgb2312"), "hz"),
    **dict.fromkeys(("big5", "big-5", "x-x-big5", "cn-big5", "csbig5", "cp950", "windows-950", "big5-tw"), "big5hkscs"),
    **dict.fromkeys(("unicode-1-1-utf-7", "utf7", "x-unicode-2-0-utf-7", "csunicode11utf7"), "utf-7"),
    **dict.fromkeys(("utf8", "unicode-1-1-utf-8", "utf-8-sig", "u8", "cp65001", "x-utf-8"), "utf-8"),
    **dict.fromkeys(("ansi-x3.4-1968", "us-ascii", "ascii", "us", "iso646-us", "iso-ir-6", "ansi-x3.4-1986"), "ascii"),
    # The Encoding Standard and every mail program read these as Windows' code page.
    **dict.fromkeys(("iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "x-ansi", "cp1252"), "cp1252"),
    **dict.fromkeys(("ks-c-5601-1987", "ks-c-5601", "korean", "euc-kr", "windows-949", "ksc5601"), "cp949"),
    **dict.fromkeys(("shift-jis", "sjis", "x-sjis", "windows-31j", "ms-kanji", "cp932"), "cp932"),
    **dict.fromkeys(("iso-2022-jp", "csiso2022jp"), "iso2022_jp_2"),
    "iso-2022-cn": "iso-2022-cn",  # Python has none; see _iso_2022_cn
    "iso-2022-cn-ext": "iso-2022-cn",
}  # fmt: skip
_NOT_FOR_TEXT = frozenset(("idna", "punycode", "undefined", "mbcs", "oem", "unicode-escape", "raw-unicode-escape"))
_MEANINGLESS = frozenset(
    ("", "x-unknown", "unknown-8bit", "unknown", "default", "binary", "8bit", "none", "x-user-defined")
)
_ASCII_COMPATIBLE = frozenset(("ascii", "utf-8", "gb18030", "big5hkscs", "cp1252", "cp949"))
_SINGLE_BYTE = re.compile(r"cp125\d|iso8859|koi8|mac|cp8\d\d|cp4\d\d|latin|ascii|tis|cp1252")
_UTF7_RUN = re.compile(rb"\+[A-Za-z0-9+/]{3,}(?:-|$|[^A-Za-z0-9+/])")
_ENCODED_WORD = re.compile(rb"=\?[^?\s]+\?[bBqQ]\?")
_ISO_2022 = re.compile(rb"\x1b[$(]|\x0e")
# Not text in any charset that people write mail in: C0 controls beside TAB, LF, VT, FF, CR, ESC; DEL; and so on.
_EBCDIC = re.compile(
    rb"[\x15\x25\x0d\x40\x4b-\x50\x5a-\x61\x6b-\x6f\x7a-\x7f\x81-\x89\x91-\x99\xa2-\xa9\xc1-\xc9\xd1-\xd9\xe2-\xe9\xf0-\xf9]+"
)
_NEVER = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffe\uffff]")
_HALF = re.compile("[\ud800-\udfff]")
_ODD = re.compile("[\x80-\x9f\ue000-\uf8ff\ufff0-\uffff\U000e0000-\U0010ffff]")
_WRITING = 0.5
"""Share of everyday characters in Chinese that somebody wrote; Latin letters read as GB 18030 have fewer."""
_FLUENT, _MORE_FLUENT = 0.6, 0.15
"""Share of everyday characters in a reading against the label, and how much more it must have than the label's."""
_COMMON = re.compile("[\u4e00-\u9fff\u3000-\u303f\uff00-\uffef\u2010-\u2026]")


@dataclass(frozen=True, slots=True)
class Decoding:
    """One reading. `charset` is Python's name of it; `exact` is False where bytes had to be replaced by U+FFFD."""

    text: str = field(repr=False)
    charset: str
    exact: bool = True


@lru_cache(maxsize=1024)  # asked for every field and part, and nearly always for the same few labels
def codec_of(label: str) -> str:
    """Python's codec for a label as written in mail; empty where there is none for text.

    >>> codec_of("GB2312"), codec_of("UTF8"), codec_of("base64")
    ('gb18030', 'utf-8', '')
    """
    name = label.strip().strip("\"'").lower().replace("_", "-").replace(" ", "")
    if name in _MEANINGLESS:
        return ""
    if name in _ALIASES:
        return _ALIASES[name]
    if not name.isascii():
        return ""
    try:
        codec = codecs.lookup(name)
    except (LookupError, ValueError):
        return ""
    known = codec.name.replace("_", "-")
    if known in _NOT_FOR_TEXT or not getattr(codec, "_is_text_encoding", True):
        return ""
    return _ALIASES.get(known, codec.name)


def decodings(data: bytes, declared: str = "", guess: bool = True) -> tuple[Decoding, ...]:
    """All plausible readings, best first: what the label says, then what else the bytes could be.

    No program takes ASCII for HZ or UTF-7 that no label names: it is a second reading of writing, for whoever decodes
    it by hand. Without `guess` it is none at all: ids, addresses, boundaries and encoded words are no writing.

    Texts differ from each other. Empty where no reading gives text; a lone `exact=False` reading counts as none
    for whoever must be sure to have read everything.
    """
    for bom, charset in _BOMS:
        if data.startswith(bom) and (text := _strict(data[len(bom) :], charset)) is not None:
            return _distinct((Decoding(text, charset), *_unlike(text, data[len(bom) :], declared, charset)))
    codec = codec_of(declared)
    if codec in ("utf-16", "utf-32"):
        # No mark says which byte comes first: RFC 2781 section 4.3 says the high one, half of all writers differ.
        wide = _unmarked(data, codec)
        return _distinct((*(d for d in wide if _likely(d.text)), *decodings(data, "", guess), *wide))
    if data.isascii():
        return _seven_bit(data, codec, guess)
    return _eight_bit(data, codec, declared)


def encode(text: str, charset: str) -> tuple[bytes, str]:
    """The text in `charset` (a label or codec) where it can say it, else in UTF-8; and the codec that was used."""
    codec = codec_of(charset) or "utf-8"
    try:
        data = indexes.encoded(text, codec)  # `iso-2022-cn` is ours to read only: LookupError
        if indexes.decoded(data, codec) == text:
            return data, codec
    except (UnicodeError, LookupError):
        pass
    return text.encode("utf-8", "replace"), "utf-8"


def _seven_bit(data: bytes, codec: str, guess: bool) -> tuple[Decoding, ...]:
    found: list[Decoding] = []
    if codec and codec not in _ASCII_COMPATIBLE and (text := _strict(data, codec)) is not None:
        _add(found, text, codec)
    if _ISO_2022.search(data):
        for name in ("iso2022_jp_2", "iso2022_kr", "iso-2022-cn", "iso2022_jp_ext"):
            if (text := _strict(data, name)) is not None and not text.isascii():
                _add(found, text, name)
    for start, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        half = data[start::2]  # of ASCII in UTF-16, one byte in two is zero
        if half and half.count(0) * 5 >= len(half) * 2 and (text := _strict(data, name)) and not _NEVER.search(text):
            _add(found, text, name)
    _add(found, data.decode("ascii"), codec if codec in _ASCII_COMPATIBLE else "ascii")
    if guess:
        _add_guessed(found, data, codec)
    return tuple(found)


def _add_guessed(found: list[Decoding], data: bytes, codec: str) -> None:
    if b"~{" in data and (text := _strict(data, "hz")) is not None and not text.isascii():
        _add(found, text, "hz")
    if (
        codec != "utf-7"
        and _UTF7_RUN.search(data)
        and _ENCODED_WORD.search(data) is None  # base64 is full of what looks like it, and no program decodes both
        and (text := _strict(data, "utf-7")) is not None
        and not text.isascii()
        and _likely(text)
    ):
        _add(found, text, "utf-7")


def _eight_bit(data: bytes, codec: str, declared: str) -> tuple[Decoding, ...]:
    found: list[Decoding] = []
    said = _strict(data, codec) if codec else None
    utf8 = _strict(data, "utf-8")
    single = bool(codec and _SINGLE_BYTE.match(codec))
    if said is not None and not _NEVER.search(said.replace("\0", "")):
        _add(found, said, codec)
        if codec == "utf-8":
            return tuple(found)
        if not single and _likely(said):
            if utf8 is not None and _likely(utf8):
                _add(found, utf8, "utf-8")
            for other in _more_fluent(data, codec, said):
                _add(found, other.text, other.charset)
            return tuple(found)
    if utf8 is not None:
        # Bytes of another charset are almost never valid UTF-8 by accident: it goes before a single-byte label.
        if single or not found:
            found.insert(0, Decoding(utf8, "utf-8"))
        else:
            _add(found, utf8, "utf-8")
        return tuple(found)
    if (mainframe := _ebcdic(data)) is not None:
        _add(found, mainframe, "cp037")
    others = []
    for name in ("gb18030", "big5hkscs"):
        text = _strict(data, name)
        if text is not None and not _NEVER.search(text) and (not found or _likely(text)):
            others.append((share_of_common(text), Decoding(text, name)))
    for _, other in sorted(others, key=lambda pair: -pair[0]):
        _add(found, other.text, other.charset)
    if said is None or not found:
        # The label (or UTF-8) fails on a few bytes: a program shows the rest, so the rest is read as well.
        name = codec if codec and codec != "ascii" else "utf-8"
        lossy = _lossy(data, name)
        if lossy is not None:
            found.append(Decoding(lossy, name, exact=False))
    if (
        not found
        and not codec_of(declared)
        and (text := _strict(data, "cp1252")) is not None
        and not _NEVER.search(text)
    ):
        _add(found, text, "cp1252")
    if found and not others and (single or not codec):
        # Chinese text with an octet too many: a program that takes it for Chinese shows the rest.
        for name in ("gb18030", "big5hkscs"):
            rest = _lossy(data, name)
            if rest is not None and share_of_common(rest.replace("\ufffd", "")) >= _WRITING:
                _add(found, rest, name, exact=False)
    return tuple(found)


def _unlike(marked: str, data: bytes, declared: str, charset: str) -> tuple[Decoding, ...]:
    """What bytes say to programs that skip a mark of UTF-16 before them, where they may be of another charset: no
    other has a character for FF or FE."""
    if charset == "utf-8" or marked.isascii():
        return ()
    if codec_of(declared).startswith(charset[:6]):
        declared = ""
    least = share_of_common(marked) if _likely(marked) else -1.0
    return tuple(other for other in decodings(data, declared) if share_of_common(other.text) > least)


def _more_fluent(data: bytes, codec: str, said: str) -> tuple[Decoding, ...]:
    """Readings that are everyday Chinese where the label gives rare characters: Big5 under the label `gb2312`."""
    least = max(_FLUENT, share_of_common(said) + _MORE_FLUENT)
    readings = ((name, _strict(data, name)) for name in ("gb18030", "big5hkscs") if name != codec)
    return tuple(
        Decoding(text, name)
        for name, text in readings
        if text is not None and _likely(text) and share_of_common(text) >= least
    )


def _unmarked(data: bytes, codec: str) -> list[Decoding]:
    found = [
        Decoding(text, f"{codec}-{order}")
        for order in ("be", "le")
        if (text := _strict(data, f"{codec}-{order}")) is not None and not _NEVER.search(text)
    ]
    return sorted(found, key=lambda one: -share_of_common(one.text))


def _ebcdic(data: bytes) -> str | None:
    """A Latin text as a mainframe writes it: nothing but its letters, digits and signs."""
    return data.decode("cp037") if len(data) > 7 and _EBCDIC.fullmatch(data) else None


def _distinct(found: tuple[Decoding, ...]) -> tuple[Decoding, ...]:
    return tuple({one.text: one for one in reversed(found)}.values())[::-1]


def _strict(data: bytes, codec: str) -> str | None:
    if codec == "iso-2022-cn":
        return _iso_2022_cn(data)
    try:
        text = indexes.decoded(data, codec)
        return None if codec == "utf-7" and _HALF.search(text) else text  # Python's decoder lets half a pair pass
    except (UnicodeError, LookupError):
        if codec == "cp1252":
            return data.decode("latin-1")  # the five bytes that the code page leaves open
        return None


def _lossy(data: bytes, codec: str) -> str | None:
    if codec == "iso-2022-cn":
        return None
    text = _HALF.sub("\ufffd", indexes.decoded(data, codec, "replace"))
    wrong = text.count("\ufffd")
    return text if wrong * 4 <= sum(not c.isascii() for c in text) + 3 and not _NEVER.search(text) else None


def _iso_2022_cn(data: bytes) -> str | None:
    """RFC 1922: `ESC $ ) A` names GB 2312 for what stands between SO and SI. Other sets are left alone."""
    if b"\x1b$)A" not in data:
        return None
    out: list[str] = []
    shifted = False
    for piece in re.split(rb"(\x1b\$[)*+][A-Z]|\x0e|\x0f)", data):
        if piece == b"\x0e":
            shifted = True
        elif piece == b"\x0f":
            shifted = False
        elif not piece.startswith(b"\x1b$"):
            high = bytes(b | 0x80 if b > 0x20 else b for b in piece) if shifted else piece
            try:
                out.append(high.decode("gb2312"))
            except UnicodeError:
                return None
    return "".join(out)


def _add(found: list[Decoding], text: str, charset: str, exact: bool = True) -> None:
    if all(text != other.text for other in found):
        found.append(Decoding(text, charset, exact))


def share_of_common(text: str) -> float:
    """How much of what is not ASCII is everyday Chinese; characters of GB 2312 level 1 count in full."""
    wide = [c for c in text if not c.isascii()]
    if not wide:
        return 0.0
    score = 0.0
    for c in wide[:2000]:
        if not _COMMON.match(c):
            continue
        try:
            lead = c.encode("gb2312")[0]
        except UnicodeError:
            try:
                lead = c.encode("big5")[0]
                score += 0.8 if lead <= 0xC6 else 0.3
            except UnicodeError:
                score += 0.1
            continue
        score += 1.0 if lead <= 0xD7 else 0.4
    return score / len(wide[:2000])


def _likely(text: str) -> bool:
    """Looks like writing, not like bytes of another charset."""
    wide = sum(not c.isascii() for c in text)
    odd = len(_ODD.findall(text))
    return not _NEVER.search(text) and odd * 10 <= wide and len(_COMMON.findall(text)) * 2 >= wide
