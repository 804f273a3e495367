"""What RTF says, destination by destination.

`rendered` is what programs of today show; `all` adds what is hidden and what older programs show in place of Unicode.
Bytes of text are joined over runs and groups before they are decoded, for the two bytes of one character may stand in
two runs. Their character set is their font's, else the document's.

In: the file. Out: texts by destination, pictures and objects. Raises RtfTooLong over a limit.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.formats.rtf.tokens import RtfToken, tokens
from gateway.text.charsets import codec_of, decodings

_DEEPEST = 5000
_MOST_CHARACTERS = 20_000_000
_MOST_FILES = 500
_MOST_WORDS = 1_500_000
_BREAKS = {
    b"par": "\n", b"line": "\n", b"row": "\n", b"sect": "\n", b"page": "\n", b"cell": "\t", b"tab": "\t",
    b"nestcell": "\t", b"nestrow": "\n", b"column": "\n", b"softline": "\n", b"emdash": "—", b"endash": "–",
    b"bullet": "•", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“", b"rdblquote": "”", b"emspace": " ",
    b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_SYMBOLS = {b"~": "\u00a0", b"_": "-", b"-": "", b"\\": "\\", b"{": "{", b"}": "}", b"\n": "\n", b"\r": "\n", b":": ""}
_ASIDE = frozenset(
    (
        b"fonttbl", b"colortbl", b"stylesheet", b"info", b"fldinst", b"revtbl", b"listtable", b"listoverridetable",
        b"annotation", b"atnid", b"atnauthor", b"footnote", b"header", b"footer", b"headerl", b"headerr", b"headerf",
        b"footerl", b"footerr", b"footerf", b"shptxt", b"xe", b"tc", b"rxe", b"txe", b"filetbl", b"private", b"sp",
        b"title", b"subject", b"author", b"manager", b"company", b"operator", b"category", b"keywords", b"comment",
        b"doccomm", b"hlinkbase", b"template", b"background", b"objclass", b"objname", b"bkmkstart", b"bkmkend",
        b"datafield", b"formfield", b"ftnsep", b"ftnsepc", b"aftnsep", b"aftnsepc", b"ftncn", b"aftncn",
        b"propname", b"staticval",
    )
)  # fmt: skip
_CHARSETS = {
    2: "", 77: "mac-roman", 78: "cp932", 79: "cp949", 80: "gb18030", 81: "big5hkscs", 128: "cp932", 129: "cp949",
    130: "johab", 134: "gb18030", 136: "big5hkscs", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255",
    178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_BLIPS = {b"pngblip": "picture", b"jpegblip": "picture", b"dibitmap": "bitmap", b"wbitmap": "picture"}
_METAFILES = {b"emfblip": "metafile", b"wmetafile": "metafile"}
_METAFILES |= dict.fromkeys((b"macpict", b"pmmetafile"), "old metafile")
_NOT_HEX = re.compile(rb"[^0-9A-Fa-f]+")


class RtfTooLong(Exception):
    """Deeper, longer, or with more in it than a document."""


@dataclass(slots=True)
class _Group:
    """What holds inside one pair of braces."""

    target: str = ""  # empty: the text that is shown
    starts: bool = True  # nothing was said in it yet
    optional: bool = False  # began with \*
    hidden: bool = False
    skip: int = 1
    charset: str = ""
    picture: str = ""
    plain: bool = False  # \htmlrtf: for programs that do not read the HTML


@dataclass(slots=True)
class _Pending:
    """Bytes of one destination and character set."""

    key: tuple[str, str, bool, bool, bool] = ("", "", False, False, False)
    data: bytearray = field(default_factory=bytearray)


class Story:
    def __init__(self) -> None:
        self.files: list[tuple[str, bytes]] = []
        self.behind = b""
        self._texts: dict[str, list[str]] = {"shown": [], "all": []}
        self._html: list[str] = []
        self._is_html = False
        self._group = _Group()
        self._stack: list[_Group] = []
        self._pending = _Pending()
        self._raw: dict[int, bytearray] = {}
        self._fonts: dict[int, str] = {}
        self._font = -1
        self._code_page = ""
        self._substitutes = 0
        self._length = 0

    def text(self, target: str) -> str:
        whole = "".join(self._texts.get(target, ()))
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")

    def asides(self) -> Iterator[str]:
        yield from (target for target in self._texts if target not in ("shown", "all"))

    def html(self) -> bytes:
        """The HTML that the document was made from (MS-OXRTFEX), UTF-8."""
        whole = "".join(self._html) if self._is_html else ""
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode().strip()

    def run(self, data: bytes) -> None:
        started = False
        for count, (token, end) in enumerate(tokens(data)):
            if count > _MOST_WORDS:
                raise RtfTooLong
            if token.kind == "open":
                started = True
                self._open()
            elif token.kind == "close":
                if self._stack:
                    self._close()
                if started and not self._stack:
                    self.behind = data[end:]
                    break
            else:
                self._say(token)
        while self._stack:
            self._close()
        self._flush()

    def _open(self) -> None:
        if len(self._stack) > _DEEPEST:
            raise RtfTooLong
        self._stack.append(self._group)
        self._group = replace(self._group, starts=True, optional=False)
        self._substitutes = 0

    def _close(self) -> None:
        depth = len(self._stack)
        if (raw := self._raw.pop(depth, None)) is not None:
            self._file(bytes(raw))
        if self._group.target not in ("", self._stack[-1].target):
            self._break("\n")
        self._group = self._stack.pop()
        self._substitutes = 0

    def _say(self, token: RtfToken) -> None:
        if token.kind == "symbol" and token.value == b"*" and self._group.starts:
            self._group.optional = True
            return
        if token.kind == "word":
            self._word(token.value, token.number)
        elif token.kind == "symbol":
            self._character(_SYMBOLS.get(token.value, token.value.decode("latin-1")))
        elif token.kind == "binary":
            if (raw := self._raw_here()) is not None:
                self.files.append((self._group.picture or "picture", token.value))
                raw.clear()
            elif token.value.strip(b"\0"):
                self.files.append(("data", token.value))
            self._count_files()
        else:
            self._bytes(token.value)
        self._group.starts = False

    def _word(self, word: bytes, number: int | None) -> None:
        group = self._group
        if word == b"u" and number is not None:
            self._substitutes = 0
            self._character(chr(number & 0xFFFF))
            self._substitutes = group.skip
        elif word in _BREAKS:
            self._character(_BREAKS[word])
        elif (group.starts and (group.optional or word in _ASIDE or word in (b"pict", b"objdata"))) or word in (
            b"pict",
            b"objdata",
        ):
            self._destination(word)
        elif word == b"uc":
            group.skip = min(max(0, number if number is not None else 1), 1000)
        elif word == b"v":
            group.hidden = number != 0
        elif word == b"plain":
            group.hidden, group.charset = False, ""
        elif word == b"htmlrtf":
            group.plain = number != 0
        elif word == b"fromhtml":
            self._is_html = number != 0
        elif word == b"ansicpg" and number is not None:
            self._code_page = codec_of(f"cp{number}")
        elif word == b"f" and number is not None:
            self._font = number
            group.charset = self._fonts.get(number, "")
        elif word == b"fcharset" and number is not None and group.target == "fonttbl":
            self._fonts[self._font] = group.charset = _CHARSETS.get(number, "")
        elif word == b"cpg" and number is not None and group.target == "fonttbl":
            self._fonts[self._font] = group.charset = codec_of(f"cp{number}")
        elif word in _BLIPS:
            group.picture = _BLIPS[word]
        elif word in _METAFILES:
            group.picture = _METAFILES[word]

    def _destination(self, word: bytes) -> None:
        name = word.decode("ascii")
        self._group.target = name
        if word in (b"pict", b"objdata"):
            self._group.picture = "object" if word == b"objdata" else "picture"
            self._raw[len(self._stack)] = bytearray()
        elif word == b"shppict":
            self._group.target = ""
        elif word == b"shptxt":  # the words of a text box are shown
            self._group.target = ""
            self._break("\n")

    def _raw_here(self) -> bytearray | None:
        """Of the picture or object that is being written down, in this group or one around it."""
        if self._group.target not in ("pict", "objdata"):
            return None
        for depth in range(len(self._stack), -1, -1):
            if depth in self._raw:
                return self._raw[depth]
        return None

    def _file(self, digits: bytes) -> None:
        clean = _NOT_HEX.sub(b"", digits)
        data = bytes.fromhex(clean[: len(clean) // 2 * 2].decode("ascii"))
        kind = self._group.picture
        if data:
            self.files.append(("picture", _as_file(data)) if kind == "bitmap" else (kind, data))
        self._count_files()

    def _count_files(self) -> None:
        if len(self.files) > _MOST_FILES:
            raise RtfTooLong

    def _bytes(self, data: bytes) -> None:
        if (raw := self._raw_here()) is not None:
            raw += data
            return
        instead = data[: self._substitutes]
        self._substitutes -= len(instead)
        for part, is_instead in ((instead, True), (data[len(instead) :], False)):
            if part:
                group = self._group
                key = (group.target, group.charset or self._code_page, group.hidden, is_instead, group.plain)
                if key != self._pending.key:
                    self._flush()
                    self._pending.key = key
                self._pending.data += part

    def _character(self, character: str) -> None:
        if self._raw_here() is not None:
            return
        if self._substitutes:
            self._substitutes -= 1
            return
        self._flush()
        group = self._group
        self._put(character, group.target, group.hidden, False, group.plain)

    def _break(self, mark: str) -> None:
        self._flush()
        self._put(mark, self._group.target, False, False, True, is_break=True)

    def _flush(self) -> None:
        data = bytes(self._pending.data)
        if not data:
            return
        self._pending.data.clear()
        target, charset, hidden, instead, plain = self._pending.key
        readings = [reading.text for reading in decodings(data, charset)] or [data.decode("latin-1")]
        self._put(readings[0], target, hidden, instead, plain)
        for other in readings[1:3]:
            self._put(other + "\n", "other readings", False, False, True)

    def _put(self, text: str, target: str, hidden: bool, instead: bool, plain: bool, *, is_break: bool = False) -> None:
        self._length += len(text)
        if self._length > _MOST_CHARACTERS:
            raise RtfTooLong
        if instead:
            if not text.strip("? "):
                return  # what nearly every writer puts there
            target = target and f"{target} for old programs"
        if (target == "htmltag" and not is_break) or (not target and self._is_html and not plain and not instead):
            self._html.append(text)
        if target:
            self._texts.setdefault(target, []).append(text)
            return
        self._texts["all"].append(text)
        if not hidden and not instead:
            self._texts["shown"].append(text)


def _as_file(bitmap: bytes) -> bytes:
    """A bitmap of memory with the header of a file in front (BITMAPFILEHEADER)."""
    if len(bitmap) < 40 or bitmap[:4] != b"\x28\0\0\0":
        return bitmap
    depth, used = struct.unpack_from("<14xH16xL", bitmap)
    colours = (used or (1 << depth)) * 4 if depth <= 8 else used * 4
    return struct.pack("<2sL4xL", b"BM", 14 + len(bitmap), 14 + 40 + colours) + bitmap
