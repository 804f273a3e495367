"""The mails of noxxi/mime-is-broken with their payload replaced, so that what hides there is ours.

In: a checkout of the repository (mails in `hide-content.d` and `hide-filename.d`). Out: (id, level, mail) with CRLF.
Each mail is named after how its payload is encoded. The payload is encoded in the same way here, looked for in the
mail as it stands, and changed for another one; a mail in which it is not found is said to be so, never skipped.
"""

import base64
import binascii
import gzip
import re
from collections.abc import Callable, Iterator
from pathlib import Path

_SET: dict[str, bytes] = {}
"""What the mails of the set hide, and a zip that some of them have behind it: read from the set's own generator."""

_SQUEEZED = re.compile(rb"H4sI[A-Za-z0-9+/=\n]+")
_BINHEX = re.compile(rb"(\n:[^:]+:)")
Encode = Callable[[bytes], str]


def contents(folder: Path, new: bytes) -> Iterator[tuple[str, int, bytes | None]]:
    """(id, level, mail that hides `new`) of all of `hide-content.d`; None where the payload is not found in it."""
    _SET["payload"] = _built_in(folder / "tools" / "gen_variants_hide_content.pl", "eicar.zip")
    _SET["junk"] = _built_in(folder / "tools" / "MimeGen" / "Base64.pm", "")
    for path in sorted((folder / "hide-content.d" / "new").iterdir()):
        raw = path.read_bytes()
        name, level = _named(raw)
        yield name, level, _wire(_replaced(raw, name, new))


def _built_in(script: Path, behind: str) -> bytes:
    """The first zip in base64 in a script, behind a word."""
    text = script.read_text(encoding="latin-1")
    found = re.compile(r"UEsDB[A-Za-z0-9+/=\s]+").search(text, text.rfind(behind) if behind else 0)
    assert found is not None, f"{script} has no zip in it"
    return base64.b64decode(found[0])


def filenames(folder: Path, new: str) -> Iterator[tuple[str, int, bytes | None]]:
    """The same of `hide-filename.d`, whose payload is the name `file.zip`. `new` is ASCII, 11 characters."""
    for path in sorted((folder / "hide-filename.d" / "cur").iterdir()):
        raw = path.read_bytes()
        name, level = _named(raw)
        yield name, level, _wire(_renamed(raw, new))


def _named(raw: bytes) -> tuple[str, int]:
    found = re.search(rb"^X-Payload-Id: (\S+) valid\((\d)\)", raw, re.MULTILINE)
    assert found is not None, "every mail of the set says what it is"
    return found[1].decode(), int(found[2])


def _wire(raw: bytes | None) -> bytes | None:
    """As a client that reads a file would send it: each line end CRLF. A lone CR stays: it is a trick of its own."""
    return None if raw is None else raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _replaced(raw: bytes, name: str, new: bytes) -> bytes | None:
    for encode in _encoders(name):
        old = encode(_SET["payload"]).encode("latin-1")
        for found in (old, old.rstrip(b"\n")):
            if found and found in raw:
                return raw.replace(found, encode(new).encode("latin-1"))
    for found in _SQUEEZED.findall(raw):  # the cover beside the payload is squeezed too
        if gzip.decompress(base64.b64decode(found)) == _SET["payload"]:
            return raw.replace(found, _lines(gzip.compress(new, mtime=0)).encode())
    if "binhex" in name and (packed := _BINHEX.search(raw, raw.find(b"eicar.zip"))):
        return raw.replace(packed[1], _binhex(new).encode())
    nested = re.compile(rb"\n\n([A-Za-z0-9+/=\n]{200,}?)(?=\n--|\n*\Z)")  # a message or part that is base64 itself
    for match in nested.finditer(raw):
        inner = _replaced(base64.b64decode(match[1]), name, new)
        if inner is not None:
            return raw[: match.start(1)] + _mixedlen(inner).encode() + raw[match.end(1) :]
    return None


def _renamed(raw: bytes, new: str) -> bytes | None:
    head, tail = new[:6], new[6:]
    out = raw
    for label in re.findall(rb"\?B\?([A-Za-z0-9+/=]+)\?=", raw):
        data = base64.b64decode(label)
        wide = data.replace(b"\0", b"") != data
        text = data.replace(b"\0", b"").decode().replace("file.zip", new)
        coded = text.encode() if not wide else text.encode("utf-16-be" if data[:1] == b"\0" else "utf-16-le")
        out = out.replace(label, base64.b64encode(coded))
    percent = "".join(f"%{ord(c):02X}" for c in tail)
    for old, by in (
        (r"f%00i%00l%00e%00\.%00z%00i%00p%00", "".join(f"{c}%00" for c in new)),
        (r"%00f%00i%00l%00e%00\.%00z%00i%00p", "".join(f"%00{c}" for c in new)),
        ("%7A%69%70", percent),
        (r"file\.", head),
        ("file(?!name)", head),
        (r"\.?zip", tail),
    ):
        out = re.sub(
            rb"(?m)^(content-(?:type|disposition)[^\n]*(?:\n[ \t][^\n]*)*)",
            _field_with(old.encode(), by.encode()),
            out,
            flags=re.IGNORECASE,
        )
    return out if out != raw else None


def _field_with(old: bytes, by: bytes) -> Callable[[re.Match[bytes]], bytes]:
    return lambda field: re.sub(old, by, field[1])


def _encoders(name: str) -> list[Encode]:
    """How a mail of this name may hold its payload, the likely way first."""
    style = re.search(r".*(base64|qp)-(.+)$", name)
    own = (_QP_STYLES if style[1] == "qp" else _STYLES).get(style[2]) if style else None
    every: list[Encode] = [own] if own else []
    every += (_mixedlen, _lines, _four_first, _yenc, _uu)
    if name.endswith("noenc"):
        every.append(lambda data: data.decode("latin-1"))
    return every


def _flat(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _cut(text: str, size: int, end: str = "\n") -> str:
    return "".join(text[i : i + size] + end for i in range(0, len(text), size))


def _lines(data: bytes) -> str:
    return _cut(_flat(data), 76)


def _mixedlen(data: bytes) -> str:
    text, out, sizes = _flat(data), "", [4, 4, 8, 8, 16, 16, 32, 32, 64]
    while text:
        size = sizes.pop(0)
        sizes.append(size)
        out, text = out + text[:size] + "\n", text[size:]
    return out


def _four_first(data: bytes) -> str:
    text = _mixedlen(data)
    return text[:4] + "\n\n" + text[4:]


def _each(pattern: str, by: str) -> Encode:
    return lambda data: re.sub(pattern, by, _lines(data), flags=re.MULTILINE)


def _long(size: int, end: str = "\n") -> Encode:
    return lambda data: _cut(_flat(data), size, end)


def _tuples(place: int | None, alone: bool = False) -> Encode:
    def encode(data: bytes) -> str:
        pairs = [_flat(data[i : i + 2]) for i in range(0, len(data), 2)]
        if place is not None:
            pairs = [re.sub(rf"^(.{{{place}}})(.*)=$", r"\1=\2", pair, count=1) for pair in pairs]
        return "".join(pair + "\n" for pair in pairs) if alone else _cut("".join(pairs), 60)

    return encode


def _one_by_one(end: str) -> Encode:
    return lambda data: re.sub(r"(.{1,76}=)", r"\1\n", "".join(_flat(bytes((b,))).replace("==", end, 1) for b in data))


def _split(rest: int) -> Encode:
    def encode(data: bytes) -> str:
        at = len(data) // 2 // 3 * 3 + rest
        return _lines(data[:at]) + _lines(data[at:])

    return encode


def _zero_bits(data: bytes) -> str:
    out, raw = "", b""
    for byte in data:
        if byte % 4:
            raw += bytes((byte,))
            continue
        out += _lines(raw) if raw else ""
        raw = b""
        out += re.sub("A==", "=A=", _lines(bytes((byte,))))
    return out + (_lines(raw) if raw else "")


def _a_as_equals(data: bytes) -> str:
    text = re.sub(r"A(.)", r"=\1", _lines(data))
    while (again := re.sub(r"=([a-zA-Z0-9/+].{0,2}\n)\Z", r"A\1", text)) != text:
        text = again
    return text


_STYLES: dict[str, Encode] = {
    "basic": _lines,
    "mixedlen": _mixedlen,
    "ws-emptyline": _each(r"\n", "\n\n"),
    "ws-space": _each(r"(.)", r"\1 "),
    "ws-tab": _each(r"(.)", "\\1\t"),
    "ws-vtab": _each(r"(.)", "\\1\x0b"),
    "ws-cr": _each(r"(.)", "\\1\r"),
    "ws-char+nlnl": _each(r"(.)", "\\1\n\n"),
    "ws-2char+nlnl": _each(r"(..)", "\\1\n\n"),
    "ws-3char+nlnl": _each(r"(...)", "\\1\n\n"),
    "junk-hash": _each(r"(.)", r"\1#"),
    "junk-colon": _each(r"(.)", r"\1:"),
    "junk-dot": _each(r"(.)", r"\1."),
    "junk-percent": _each(r"(.)", r"\1%"),
    "junk-minus": _each(r"(.)", r"\1-"),
    "junk-underscore": _each(r"(.)", r"\1_"),
    "junk-b64header": lambda data: f"begin-base64 744 foobar.pdf\n{_lines(data)}====\n",
    "junk-4tuple+hash+b64nl": _each(r"^(....)", "\\1#abce01234567fghj\n"),
    "junk-3tuple+hash+b64nl": _each(r"^(...)", "\\1#abce01234567fghj\n"),
    "junk-1j64+nlnl+real64": lambda data: "A\n\n" + _lines(data),
    "junk-2j64+nlnl+real64": lambda data: "AB\n\n" + _lines(data),
    "junk-3j64+nlnl+real64": lambda data: "ABC\n\n" + _lines(data),
    "junk_after_eq": lambda data: _lines(data) + ("" if b"=" in data else "====") + _lines(_SET["junk"]),
    "xtraeq-eodata": lambda data: _lines(data)[:-1] + "=\n",
    "xtraeq-eoline": lambda data: _lines(data).replace("\n", "=\n"),
    "xtraeq-eoquad": _each(r"([\w+/]{4})", r"\1="),
    "xtraeq-insidequad": _each(r"([\w+/]{2})([\w+/]{2})", r"\1=\2"),
    "xtraeq-singleline": lambda data: "=\n" + _lines(data),
    "xtraeq-singleline4": lambda data: "====\n" + _lines(data),
    "xtraeq-linestart": _each(r"^(?=.)", "="),
    "xtraeq-linestart4": _each(r"^(?=.)", "===="),
    "xtraeq-miss1of2": _one_by_one("="),
    "xtraeq-miss1of2.nl": _one_by_one("=\n"),
    **{f"linelen-{n}": _long(n) for n in (3, 4, 5, 6)},
    **{f"linelen-4{x}": _long(4, x + "\n") for x in ("X", "XX", "XXX", "=")},
    "badeq-tuple0": _tuples(0),
    "badeq-tuple1": _tuples(1),
    "badeq-tuple2": _tuples(2),
    "badeq-tupleE": _tuples(None),
    "badeq-tupleLE": _tuples(None, alone=True),
    "badeq-X=A=": _zero_bits,
    "badeq-Ax2=x": _a_as_equals,
    "split:1=2": _split(2),
    "split:1==2": _split(1),
}


def _qp(text: str, escaped: str = r"[\x00-\x20=\x7f-\xff]") -> str:
    text = re.sub(escaped, lambda m: f"={ord(m[0]):02X}", text)
    out = ""
    while True:
        out, text = out + text[:75], text[75:]
        if not text:
            return out + "=\n\n"
        if cut := re.search(r"(.)(=.{0,2})\Z", out):
            out, text = out[: cut.start(2)] + "=\n", cut[2] + text
        else:
            out += "=\n"


def _per_byte(form: str, pattern: str = r"(.)") -> Callable[[str], str]:
    return lambda text: re.sub(pattern, lambda m: form.format(ord(m[1])), text)


def _forty(form: str) -> Callable[[str], str]:
    def encode(text: str) -> str:
        rows = [text[i : i + 40] for i in range(0, len(text), 40)]
        return "=\n".join("".join(form.format(ord(c)) for c in row) for row in rows) + "\n"

    return encode


_QP_TEXT: dict[str, Callable[[str], str]] = {
    "basic": _qp,
    "cont": lambda text: re.sub(r"(=..|[^=\n])", "\\1=\n", _qp(text)),
    "no_tab": lambda text: _qp(text, r"[\x00-\x08\x0a-\x20=\x7f-\xff]"),
    "no_space": lambda text: _qp(text, r"[\x00-\x1f=\x7f-\xff]"),
    "no_nl": lambda text: _qp(text, r"[\x00-\x09\x0b-\x20=\x7f-\xff]"),
    "allenc-cont": _per_byte("={:02X}=\n"),
    "allcrnlenc-cont": lambda text: _per_byte("={:02X}=\n", r"(?s)(.)")(text) + "\n",
    "allenc-cont-space": _per_byte("={:02X}= \n"),
    "allenc-cont-tab": _per_byte("={:02X}=\t\n"),
    "lcenc": _forty("={:02x}"),
    "mcenc": lambda text: re.sub(r"(?<==)[a-f]", lambda m: m[0].upper(), _forty("={:02x}")(text)),
    "H2=aH": lambda text: re.sub(r"(?<!=[0-9A-F])([0-9A-F])", r"=a\1", _qp(text)),
    "O2=O": lambda text: re.sub(r"([^0-9A-Fa-f])", r"=\1", _qp(text)),
    "O2=HO": lambda text: re.sub(r"([^0-9A-Fa-f])", r"=0\1", _qp(text)),
    "=_allenc-cont": _per_byte("=={:02X}=\n"),
    "=H_allenc-cont": _per_byte("=0={:02X}=\n"),
    "=HX_allenc-cont": _per_byte("=0X={:02X}=\n"),
    "=Hh_allenc-cont": _per_byte("=0a={:02X}=\n"),
    "=XX_allenc-cont": _per_byte("=XX={:02X}=\n"),
    "=W_allenc-cont": _per_byte("= ={:02X}=\n"),
    "=WW_allenc-cont": _per_byte("=  ={:02X}=\n"),
    "allenc_but=X": lambda text: re.sub(r"(=[^0-9A-H\n])|(.)", lambda m: m[1] or f"={ord(m[2]):02X}=\n", text),
}


def _of_bytes(encode: Callable[[str], str]) -> Encode:
    return lambda data: encode(data.decode("latin-1"))


_QP_STYLES: dict[str, Encode] = {name: _of_bytes(encode) for name, encode in _QP_TEXT.items()}


def _uu(data: bytes) -> str:
    def row(piece: bytes) -> str:
        out = chr(32 + len(piece))
        for i in range(0, len(piece), 3):
            number = int.from_bytes(piece[i : i + 3].ljust(3, b"\0"), "big")
            out += "".join(chr(32 + (number >> shift & 63)) for shift in (18, 12, 6, 0))
        return out.replace(" ", "`") + "\n"

    return "".join(row(data[i : i + 45]) for i in range(0, len(data), 45))


def _yenc(data: bytes) -> str:
    shifted = [chr(b + 42 & 255) for b in data]
    text = "".join("=" + chr(ord(c) + 64 & 255) if c in "\0\r\n= " else c for c in shifted)
    return re.sub(r"(.{1,128})", "\\1\r\n", text)


_HQX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def _binhex(data: bytes) -> str:
    """RFC 1741, without run-length packing; the header names no file."""
    head = b"\x08file.bin\0BINAFILE\0\0" + len(data).to_bytes(4, "big") + bytes(4)
    stream = b"".join(part + binascii.crc_hqx(part, 0).to_bytes(2, "big") for part in (head, data, b""))
    bits = "".join(f"{byte:08b}" for byte in stream.replace(b"\x90", b"\x90\0"))
    text = ":" + "".join(_HQX[int(bits[i : i + 6].ljust(6, "0"), 2)] for i in range(0, len(bits), 6)) + ":"
    return "\n" + _cut(text, 64).rstrip("\n")
