"""What RTF says, destination by destination.

`rendered` is what programs of today show; `all` adds what is hidden and what older programs show in place of Unicode.
Bytes of text are joined over runs and groups before they are decoded, for the two bytes of one character may stand in
two runs. Their character set is their font's, else the document's.

Rewriting runs the same story with `traces`: each character is then led back to the bytes that say it (`mapped`), and
with a character in Unicode goes what stands behind it for old programs (`companions`).

In: the file. Out: texts by destination, pictures and objects. Raises RtfTooLong over a limit.
"""

import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.formats.rtf.tokens import RtfToken, tokens
from gateway.text.charsets import Decoding, codec_of, decodings
from gateway.text.indexes import encoded
from gateway.text.offset_map import Builder, Mapped, Span

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
    places: list[Span] = field(default_factory=list)
    """Where each byte stands."""


class Story:
    def __init__(self, traces: bool = False) -> None:
        self.traces = traces
        self.companions: dict[int, list[Span]] = {}
        self.instead: list[Span] = []
        self.skips: list[tuple[int, int]] = [(-1, 1)]
        self._origins: dict[str, list[Span | None]] = {"shown": [], "all": []}
        self._untraced: set[str] = set()
        self._unicode_at = -1
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

    def mapped(self, target: str) -> Mapped | None:
        """A text that knows its bytes; None where some character of it has none of its own."""
        if not self.traces or target in self._untraced:
            return None
        builder = Builder()
        pieces = list(zip(self._texts.get(target, ()), self._origins.get(target, ()), strict=True))
        at = 0
        while at < len(pieces):
            text, origin = pieces[at]
            at += 1
            if "\ud800" <= text < "\udc00" and at < len(pieces) and "\udc00" <= pieces[at][0] < "\ue000":
                (low, behind), at = pieces[at], at + 1
                text = (text + low).encode("utf-16-le", "surrogatepass").decode("utf-16-le")
                if origin is not None and behind is not None:
                    more = [behind, *self.companions.get(behind[0], ())]
                    self.companions.setdefault(origin[0], []).extend(more)
            elif "\ud800" <= text < "\ue000":
                text = "\ufffd"
            if origin is None:
                builder.add(text)
            elif origin[1] - origin[0] == len(text):
                builder.copy(text, origin[0])
            else:
                builder.put(text, origin[0], origin[1] - origin[0])
        made = builder.done()
        return made if made.text == self.text(target) else None

    def asides(self) -> Iterator[str]:
        yield from (target for target in self._texts if target not in ("shown", "all"))

    def html(self) -> bytes:
        """The HTML that the document was made from (MS-OXRTFEX), UTF-8."""
        whole = "".join(self._html) if self._is_html else ""
        return whole.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace").encode().strip()

    def run(self, data: bytes) -> None:
        started = False
        for count, (token, start, end) in enumerate(tokens(data)):
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
                self._say(token, start, end)
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

    def _say(self, token: RtfToken, start: int, end: int) -> None:
        if token.kind == "symbol" and token.value == b"*" and self._group.starts:
            self._group.optional = True
            return
        if token.kind == "word":
            self._word(token.value, token.number, (start, end))
        elif token.kind == "symbol":
            self._character(_SYMBOLS.get(token.value, token.value.decode("latin-1")), (start, end))
        elif token.kind == "binary":
            if (raw := self._raw_here()) is not None:
                self.files.append((self._group.picture or "picture", token.value))
                raw.clear()
            elif token.value.strip(b"\0"):
                self.files.append(("data", token.value))
            self._count_files()
        else:
            self._bytes(token.value, start, end if token.kind == "byte" else -1)
        self._group.starts = False

    def _word(self, word: bytes, number: int | None, place: Span) -> None:
        group = self._group
        if word == b"u" and number is not None:
            self._substitutes = 0
            self._character(chr(number & 0xFFFF), place)
            self._substitutes, self._unicode_at = group.skip, place[0]
        elif word in _BREAKS:
            self._character(_BREAKS[word], place)
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

    def _bytes(self, data: bytes, start: int, end: int) -> None:
        """`end`: of an escape, which is longer than the byte that it stands for."""
        if (raw := self._raw_here()) is not None:
            raw += data
            return
        instead = data[: self._substitutes]
        self._substitutes -= len(instead)
        for part, is_instead, first in ((instead, True, 0), (data[len(instead) :], False, len(instead))):
            if part:
                group = self._group
                key = (group.target, group.charset or self._code_page, group.hidden, is_instead, group.plain)
                if key != self._pending.key:
                    self._flush()
                    self._pending.key = key
                self._pending.data += part
                if self.traces:
                    self._note_bytes(len(part), is_instead, start + first, end)

    def _note_bytes(self, count: int, is_instead: bool, start: int, end: int) -> None:
        """Where bytes stand: one behind the other, or one alone as an escape."""
        if end >= 0:
            places = [(start, end)]
        else:
            places = [(start + number, start + number + 1) for number in range(count)]
        self._note_skip(start)
        self._pending.places += places
        if is_instead:
            self.companions.setdefault(self._unicode_at, []).append((places[0][0], places[-1][1]))
            self.instead += places

    def _note_skip(self, start: int) -> None:
        """From here on so many signs behind a character in Unicode are for old programs."""
        if self.skips[-1][1] != self._group.skip:
            self.skips.append((start, self._group.skip))

    def _character(self, character: str, place: Span) -> None:
        if self._raw_here() is not None:
            return
        if self._substitutes:
            self._substitutes -= 1
            self.companions.setdefault(self._unicode_at, []).append(place)
            return
        self._flush()
        self._note_skip(place[0])
        group = self._group
        # A blank that parts lines or cells stays where a word goes.
        self._put(character, group.target, group.hidden, False, group.plain, None if character.isspace() else place)

    def _break(self, mark: str) -> None:
        self._flush()
        self._put(mark, self._group.target, False, False, True, None, is_break=True)

    def _flush(self) -> None:
        data = bytes(self._pending.data)
        if not data:
            return
        self._pending.data.clear()
        places, self._pending.places = self._pending.places, []
        target, charset, hidden, instead, plain = self._pending.key
        found = decodings(data, charset)
        readings = [reading.text for reading in found] or [data.decode("latin-1")]
        if not self.traces:
            self._put(readings[0], target, hidden, instead, plain, None)
        else:
            for text, place in self._traced(found[0] if found else None, readings[0], data, places, target, instead):
                self._put(text, target, hidden, instead, plain, place)
        for other in readings[1:3]:
            self._put(other + "\n", "other readings", False, False, True, None)

    def _traced(
        self, reading: Decoding | None, text: str, data: bytes, places: list[Span], target: str, instead: bool
    ) -> Iterator[tuple[str, Span | None]]:
        """The text in pieces, each with its bytes; as one, with none, where it does not lead back to them."""
        if instead and not text.strip("? "):
            yield text, None
            return
        sizes = [1] * len(text) if len(text) == len(data) else []
        if not sizes and reading is not None and reading.exact:
            sizes = [len(encoded(character, reading.charset)) for character in text]
        if sum(sizes) != len(data):
            self._lose(target, instead)
            yield text, None
            return
        at = begin = 0
        run = ""
        for character, size in zip(text, sizes, strict=True):
            first, last = places[at], places[at + size - 1]
            if last[1] - first[0] != sum(end - start for start, end in places[at : at + size]):
                self._lose(target, instead)  # half of it stands in another run
            at += size
            if run and begin + len(run) == first[0] and last[1] - first[0] == 1:
                run += character
                continue
            if run:
                yield run, (begin, begin + len(run))
                run = ""
            if last[1] - first[0] == 1:
                run, begin = character, first[0]
            else:
                yield character, (first[0], last[1])
        if run:
            yield run, (begin, begin + len(run))

    def _lose(self, target: str, instead: bool) -> None:
        self._untraced.add(target and (f"{target} for old programs" if instead else target))
        if not target:
            self._untraced |= {"all"} if instead else {"all", "shown"}

    def _put(
        self,
        text: str,
        target: str,
        hidden: bool,
        instead: bool,
        plain: bool,
        place: Span | None,
        *,
        is_break: bool = False,
    ) -> None:
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
            self._append(target, text, place)
            return
        self._append("all", text, place)
        if not hidden and not instead:
            self._append("shown", text, place)

    def _append(self, target: str, text: str, place: Span | None) -> None:
        self._texts.setdefault(target, []).append(text)
        if self.traces:
            self._origins.setdefault(target, []).append(place)


def _as_file(bitmap: bytes) -> bytes:
    """A bitmap of memory with the header of a file in front (BITMAPFILEHEADER)."""
    if len(bitmap) < 40 or bitmap[:4] != b"\x28\0\0\0":
        return bitmap
    depth, used = struct.unpack_from("<14xH16xL", bitmap)
    colours = (used or (1 << depth)) * 4 if depth <= 8 else used * 4
    return struct.pack("<2sL4xL", b"BM", 14 + len(bitmap), 14 + 40 + colours) + bitmap
