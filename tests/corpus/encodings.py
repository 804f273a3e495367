"""Transfer encodings: how they are named, what is wrong with the data, and what was wrapped into a text instead."""
# ruff: noqa: E501 - one case a line
# fmt: off

import base64
import binascii
import gzip
import re

from corpus.build import (
    BASE64,
    COVER,
    EIGHT,
    QP,
    TEXT,
    Build,
    Table,
    b64,
    coded,
    cover,
    joined,
    mixed,
    part,
    plain,
    qp,
    raw,
)

TABLE = Table("encoding")
add = TABLE.add

CTE = "Content-Transfer-Encoding"


def under(encode: Build, *fields: str | bytes) -> Build:
    """A text, encoded in a way, under these fields."""
    return lambda w: plain(encode(w), TEXT, *fields)


def attached(*fields: str | bytes) -> Build:
    """An attachment in base64 under these fields."""
    return lambda w: mixed(cover(), part(b64(w), "Content-Type: application/octet-stream; name=a.bin", *fields))


def below(encode: Build) -> Build:
    """A text that says nothing in its first lines, and what it says encoded in a way."""
    return lambda w: plain(raw(COVER + "\n\n") + encode(w), TEXT, EIGHT)


LABELS = {
    "fold": f"{CTE}:\r\n base64",
    "fold-twice": f"{CTE}:\r\n \r\n base64",
    "no-blank": f"{CTE}:base64",
    "case": f"{CTE}: BaSe64",
    "key-case": "CONTENT-TRANSFER-ENCODING: base64",
    "trailing-blank": f"{CTE}: base64 \t",
    "trailing-word": f"{CTE}: base64 foo",
    "leading-word": f"{CTE}: foo base64",
    "parameter": f"{CTE}: base64; x=y",
    "semicolon": f"{CTE}: base64;",
    "semicolon-first": f"{CTE}: ;base64",
    "comma": f"{CTE}: base64,",
    "comma-first": f"{CTE}: ,base64",
    "comment-after": f"{CTE}: base64 (x)",
    "comment-before": f"{CTE}: (x) base64",
    "comment-inside": f"{CTE}: ba(x)se64",
    "comment-folded": f"{CTE}: ba(\r\n )se64",
    "x": f"{CTE}: x-base64",
    "more": f"{CTE}: base645",
    "less": f"{CTE}: 64",
    "quoted": f'{CTE}: "base64"',
    "escaped": f"{CTE}: base\\64",
    "encoded-word": f"{CTE}: =?utf-8?B?YmFzZTY0?=",
    "dash": f"{CTE}: base-64",
    "list-64-qp": f"{CTE}: base64, quoted-printable",
    "list-qp-64": f"{CTE}: quoted-printable, base64",
    "list-blank": f"{CTE}: quoted-printable base64",
    "two-64-qp": f"{CTE}: base64\r\n{CTE}: quoted-printable",
    "two-qp-64": f"{CTE}: quoted-printable\r\n{CTE}: base64",
    "two-64-7bit": f"{CTE}: base64\r\n{CTE}: 7bit",
    "two-7bit-64": f"{CTE}: 7bit\r\n{CTE}: base64",
    "two-empty-64": f"{CTE}:\r\n{CTE}: base64",
    "two-64-64": f"{CTE}: base64\r\n{CTE}: base64",
    "double-colon": f"{CTE}:: base64",
    "blank-colon": f"{CTE} : base64",
    "tab-colon": f"{CTE}\t: base64",
    "blank-key": f" {CTE}: base64",
    "no-colon": f"{CTE} base64",
    "equals": f"{CTE}= base64",
    "vt": f"{CTE}:\x0bbase64",
    "many-blanks": f"{CTE}: {' ' * 2000}base64",
    "junk-line-before": f"XXXXXXXXXX\r\n{CTE}: base64",
    "blank-line-before": f" \r\n{CTE}: base64",
    "control-line-before": f"\x01\x02\x03\r\n{CTE}: base64",
    "misspelt-key": "Content-Transfer-Encodin: base64",
    "underscore-key": "Content_Transfer_Encoding: base64",
    "key-encoding": "Content-Encoding: base64",
    "key-nbsp": "Content-Transfer-Encoding\xa0: base64",
    "in-parameter": "X-Note: x; content-transfer-encoding=base64",
}
for name, label in LABELS.items():
    add(f"label-{name}", "T01 T02 T03 T04 T05 T06 M16 E24 E25 E26", f"how the encoding is named: {name}", under(b64, label.encode("latin-1")))
    if name in ("x", "trailing-word", "double-colon", "comment-inside", "list-64-qp", "less", "misspelt-key"):
        add(f"label-{name}-attached", "T06", f"the same of an attachment: {name}", attached(label.encode("latin-1")))
for name, label in {"x": "x-quoted-printable", "short": "quoted-printabl", "qp": "qp", "one-word": "quotedprintable", "underscore": "quoted_printable", "none": ""}.items():
    add(f"label-qp-{name}", "T06", f"quoted-printable by another name: {name or 'none'}", under(qp, f"{CTE}: {label}"))
add("no-label-base64", "T16 E28", "base64 with no encoding stated", lambda w: plain(b64(w), TEXT))
add("no-label-qp", "T16", "quoted-printable with no encoding stated", lambda w: plain(qp(w), TEXT))
add("seven-bit-base64", "T16", "base64 under 7bit", lambda w: plain(b64(w), TEXT, f"{CTE}: 7bit"))


def _spread(pattern: str, by: str) -> Build:
    return lambda w: re.sub(pattern.encode(), by.encode(), b64(w), flags=re.MULTILINE)


def _padded(size: int) -> Build:
    return lambda w: b"".join(base64.b64encode(w.encode()[i : i + size]) for i in range(0, len(w.encode()), size)) + b"\r\n"


def _in_lines(width: int) -> Build:
    return lambda w: b64(w, width)


def _halves(w: str) -> bytes:
    data = w.encode()
    at = len(data) // 2 // 3 * 3 + 1
    return base64.b64encode(data[:at]) + b"\r\n" + base64.b64encode(data[at:]) + b"\r\n"


BODIES: dict[str, tuple[str, Build]] = {
    "padding-inside": ("T07 E27", _halves),
    "padded-each-2": ("T08 E27", _padded(2)),
    "padded-each-1": ("T08", _padded(1)),
    "padding-at-start": ("T07", lambda w: b"====\r\n" + b64(w)),
    "padding-each-line": ("T07", _spread("\r\n", "=\r\n")),
    "padding-inside-quads": ("T07", _spread(r"(..)(..)", r"\1=\2")),
    "padding-missing": ("T07", lambda w: b64(w + "啊").rstrip(b"=\r\n") + b"\r\n"),
    "junk-behind-padding": ("T07", lambda w: b64(w + "a") + b64("innocent text that comes behind")),
    **{f"junk-{name}": ("T09", _spread(r"(.)", r"\1" + sign)) for name, sign in {"dot": ".", "dash": "-", "hash": "#", "colon": ":", "percent": "%", "underscore": "_", "blank": " ", "star": "*", "bang": "!"}.items()},
    "junk-comment": ("T09", _spread(r"^(....)", "\\1#abcdefgh\r\n")),
    "junk-8bit": ("T09", lambda w: b64(w).replace(b"A", b"A\xff", 3).replace(b"5", b"5\xe4", 5)),
    "urlsafe": ("T09", lambda w: b64(w).replace(b"+", b"-").replace(b"/", b"_")),
    "header-line": ("T09", lambda w: b"begin-base64 644 a.txt\r\n" + b64(w) + b"====\r\n"),
    "header-inside": ("T11", lambda w: b"Content-Type: text/plain\r\n\r\n" + b64(w)),
    "one-letter-first": ("T11", lambda w: b"A\r\n\r\n" + b64(w)),
    "three-letters-first": ("T11", lambda w: b"ABC\r\n\r\n" + b64(w)),
    **{f"lines-of-{n}": ("T10", _in_lines(n)) for n in (1, 2, 3, 5, 6, 7, 13)},
    "one-line": ("T10", lambda w: b64(w, 100000)),
    "blank-lines": ("T10", lambda w: b64(w, 20, b"\r\n\r\n")),
    "vt-between": ("T10", lambda w: b64(w, 20, b"\x0b\r\n")),
    "ff-between": ("T10", lambda w: b64(w, 20, b"\x0c\r\n")),
    "indented": ("T10", lambda w: b"".join(b"    " + line + b"\r\n" for line in b64(w).splitlines())),
    "twice": ("E28", lambda w: b64(b64(w))),
    "three-times": ("E28", lambda w: b64(b64(b64(w)))),
    "qp-in-base64": ("E28", lambda w: b64(qp(w))),
    "hex-in-base64": ("E28", lambda w: b64(w.encode().hex())),
}
for name, (source, body) in BODIES.items():
    add(f"base64-{name}", source, f"base64 data: {name}", under(body, BASE64))


def _every(form: str) -> Build:
    return lambda w: b"".join(form.format(byte).encode() for byte in w.encode()) + b"\r\n"


QP_BODIES: dict[str, Build] = {
    "lower": _every("={:02x}"),
    "soft-each": _every("={:02X}=\r\n"),
    "soft-blank": _every("={:02X}= \r\n"),
    "soft-tab": _every("={:02X}=\t\r\n"),
    "bare-equals": _every("=={:02X}"),
    "one-digit": _every("=0={:02X}"),
    "no-hex": _every("=XX={:02X}"),
    "blank-escape": _every("= ={:02X}"),
    "long-line": lambda w: b"".join(b"=%02X" % byte for byte in w.encode()) + b" " * 1200 + b"\r\n",
    "soft-at-end": lambda w: qp(w).rstrip() + b"=",
    "last-half": lambda w: qp(w).rstrip() + b"=E",
    "raw-8bit": raw,
    "base64-inside": lambda w: qp(b64(w)),
    "split-characters": lambda w: b"=\r\n".join(b"=%02X" % byte for byte in w.encode()) + b"\r\n",
    "underscores": lambda w: qp(w).replace(b" ", b"_"),
    "percent": _every("%{:02X}"),
}
for name, body in QP_BODIES.items():
    add(f"qp-{name}", "T12 E28", f"quoted-printable data: {name}", under(body, QP))


def uu(data: bytes, name: str = "a.txt", end: str = "`\r\nend\r\n") -> bytes:
    rows = b"".join(binascii.b2a_uu(data[i : i + 45], backtick=True) for i in range(0, len(data), 45))
    return f"begin 644 {name}\r\n".encode() + rows.replace(b"\n", b"\r\n") + end.encode()


def yenc(data: bytes) -> bytes:
    out = bytearray()
    for byte in data:
        shifted = byte + 42 & 255
        out += bytes((0x3D, shifted + 64 & 255)) if shifted in b"\0\r\n=\t ." else bytes((shifted,))
        if len(out) % 128 > 125:
            out += b"\r\n"
    return b"=ybegin line=128 size=%d name=a.txt\r\n" % len(data) + bytes(out) + b"\r\n=yend size=%d\r\n" % len(data)


_HQX = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"


def binhex(data: bytes) -> bytes:
    head = b"\x05a.txt\0TEXTttxt\0\0" + len(data).to_bytes(4, "big") + bytes(4)
    stream = b"".join(p + binascii.crc_hqx(p, 0).to_bytes(2, "big") for p in (head, data, b"")).replace(b"\x90", b"\x90\0")
    bits = "".join(f"{byte:08b}" for byte in stream)
    text = "".join(_HQX[int(bits[i : i + 6].ljust(6, "0"), 2)] for i in range(0, len(bits), 6))
    lines = "\r\n".join((f":{text}:")[i : i + 64] for i in range(0, len(text) + 2, 64))
    return f"(This file must be converted with BinHex 4.0)\r\n\r\n{lines}\r\n".encode()


INLINE: dict[str, Build] = {
    "uuencode": lambda w: uu(w.encode()),
    "uuencode-no-end": lambda w: uu(w.encode(), end=""),
    "uuencode-no-begin": lambda w: uu(w.encode()).partition(b"\r\n")[2],
    "uuencode-quoted": lambda w: b"".join(b"> " + line + b"\r\n" for line in uu(w.encode()).splitlines()),
    "uuencode-indented": lambda w: b"".join(b"  " + line + b"\r\n" for line in uu(w.encode()).splitlines()),
    "uuencode-blanks": lambda w: uu(w.encode()).replace(b"`", b" "),
    "uuencode-two-digits": lambda w: uu(w.encode()).replace(b"begin 644", b"begin 0644"),
    "uuencode-upper": lambda w: uu(w.encode()).replace(b"begin 644", b"BEGIN 644"),
    "xxencode": lambda w: _xx(w.encode()),
    "uuencode-base64": lambda w: b"begin-base64 644 a.txt\r\n" + b64(w) + b"====\r\n",
    "yenc": lambda w: yenc(w.encode()),
    "yenc-no-end": lambda w: yenc(w.encode()).partition(b"=yend")[0],
    "binhex": lambda w: binhex(w.encode()),
    "base64": lambda w: b64(w),
    "base64-one-line": lambda w: b64(w, 10000),
    "base64-line-behind": lambda w: b64(w) + b"--boundary_68c97677--\r\n",
    "base64-line-before": lambda w: b"see here\r\n" + b64(w),
    "base64-lines-around": lambda w: b"Dear customer\r\nsee what we got\r\nin this letter\r\n" + b64(w, 20) + b"Best regards\r\nyour support team\r\n",
    "base64-gbk-line-behind": lambda w: b64(w.encode("gb18030")) + b"--boundary_68c97677--\r\n",
    "base64-twice-with-lines": lambda w: b64(w[: len(w) // 2]) + b"and then\r\n" + b64(w[len(w) // 2 :]) + b"that is all\r\n",
    "base64-short-lines": lambda w: b64(w, 16),
    "base64-tiny-lines": lambda w: b64(w, 4),
    "base64-quoted": lambda w: b"".join(b"> " + line + b"\r\n" for line in b64(w).splitlines()),
    "base64-blank-between": lambda w: b64(w, 4, b" "),
    "base64-in-words": lambda w: "请解码：".encode() + b64(w, 10000).strip() + "（完）\r\n".encode(),
    "base64-urlsafe": lambda w: b64(w).replace(b"+", b"-").replace(b"/", b"_"),
    "base64-gbk": lambda w: b64(w.encode("gb18030")),
    "base64-utf16": lambda w: b64(w.encode("utf-16-le")),
    "base64-twice": lambda w: b64(b64(w)),
    "base64-gzip": lambda w: b64(gzip.compress(w.encode(), mtime=0)),
    "base64-json": lambda w: b'{"data": "' + b64(w, 10000).strip() + b'"}\r\n',
    "base64-pem": lambda w: b"-----BEGIN NOTE-----\r\n" + b64(w, 64) + b"-----END NOTE-----\r\n",
    "base32": lambda w: base64.b32encode(w.encode()) + b"\r\n",
    "ascii85": lambda w: base64.a85encode(w.encode(), adobe=True) + b"\r\n",
    "hex": lambda w: w.encode().hex().encode() + b"\r\n",
    "hex-blanks": lambda w: w.encode().hex(" ").encode() + b"\r\n",
    "hex-lines": lambda w: b"\r\n".join(re.findall(b".{1,32}", w.encode().hex().encode())) + b"\r\n",
    "hex-0x": lambda w: b", ".join(b"0x%02x" % byte for byte in w.encode()) + b"\r\n",
    "hex-escapes": lambda w: b"".join(b"\\x%02x" % byte for byte in w.encode()) + b"\r\n",
    "octal-escapes": lambda w: b"".join(b"\\%03o" % byte for byte in w.encode()) + b"\r\n",
    "decimal": lambda w: " ".join(str(ord(c)) for c in w).encode() + b"\r\n",
    "unicode-escapes": lambda w: w.encode("unicode-escape") + b"\r\n",
    "unicode-points": lambda w: " ".join(f"U+{ord(c):04X}" for c in w).encode() + b"\r\n",
    "unicode-braces": lambda w: "".join(f"\\u{{{ord(c):x}}}" for c in w).encode() + b"\r\n",
    "percent": lambda w: b"".join(b"%%%02X" % byte for byte in w.encode()) + b"\r\n",
    "percent-gbk": lambda w: b"".join(b"%%%02X" % byte for byte in w.encode("gb18030")) + b"\r\n",
    "percent-u": lambda w: "".join(f"%u{ord(c):04X}" for c in w).encode() + b"\r\n",
    "percent-twice": lambda w: b"".join(b"%%25%02X" % byte for byte in w.encode()) + b"\r\n",
    "references": lambda w: "".join(f"&#{ord(c)};" for c in w).encode() + b"\r\n",
    "references-hex": lambda w: "".join(f"&#x{ord(c):X};" for c in w).encode() + b"\r\n",
    "punycode": lambda w: f"xn--{w.encode('punycode').decode()}\r\n".encode(),
    "encoded-word": lambda w: b"=?utf-8?B?" + b64(w, 9999, b"") + b"?=\r\n",
    "encoded-word-q": lambda w: b"=?utf-8?Q?" + b"".join(b"=%02X" % byte for byte in w.encode()) + b"?=\r\n",
    "data-uri": lambda w: b"data:text/plain;charset=utf-8;base64," + b64(w, 9999),
    "data-uri-percent": lambda w: b"data:text/plain;charset=utf-8," + b"".join(b"%%%02X" % byte for byte in w.encode()) + b"\r\n",
    "quoted-printable": qp,
    "flowed": lambda w: raw("".join(c + " \n" for c in w)),
    "flowed-quoted": lambda w: raw("".join(f"> {c} \n" for c in w)),
    "lines": lambda w: raw("\n".join(w) + "\n"),
    "backspace": lambda w: raw(re.sub("(.)", "\\1x\b", w)),
    "enriched": lambda w: raw("".join(f"<bold>{c}</bold>" for c in w)),
    "rtf": lambda w: b"{\\rtf1\\ansi " + b"".join(b"\\'%02x" % b for b in w.encode("gb18030")) + b"}\r\n",
    "json": lambda w: ('{"a": "' + w.encode("unicode-escape").decode() + '"}\r\n').encode(),
    "vcard": lambda w: b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8:" + b"".join(b"=%02X" % b for b in w.encode()) + b"\r\nEND:VCARD\r\n",
    "vcard-base64": lambda w: b"BEGIN:VCARD\r\nVERSION:3.0\r\nNOTE;ENCODING=b:" + b64(w, 9999, b"") + b"\r\nEND:VCARD\r\n",
    "calendar-folded": lambda w: b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:" + raw("\n ".join(w)) + b"\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n",
    "mbox": lambda w: b"From a@x.example Fri Sep 18 10:00:00 2020\r\n" + plain(b64(w), TEXT, BASE64),
    "forwarded": lambda w: raw("---------- Forwarded message ---------\n") + plain(b64(w), TEXT, BASE64),
    "forwarded-part": lambda w: raw("您好：\n\n--foo\n") + coded(w) + b"--foo--\r\n",
    "tnef-like": lambda w: raw("begin 644 winmail.dat\n") + binascii.b2a_uu(b"\x78\x9f\x3e\x22" + b"\0" * 20) + b"end\r\n" + raw(w),
    "svg": lambda w: raw(f'<svg xmlns="http://www.w3.org/2000/svg"><text>{w}</text></svg>\n'),
    "pgp-armor-plain": lambda w: b"-----BEGIN PGP SIGNED MESSAGE-----\r\nHash: SHA256\r\n\r\n" + raw(w) + b"\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nabcd\r\n-----END PGP SIGNATURE-----\r\n",
}


def _xx(data: bytes) -> bytes:
    """Xxencode: as uuencode, with letters that survive EBCDIC."""
    letters = b"+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    table = bytes(letters[(i - 32) & 63] if 32 <= i < 97 else i for i in range(256))
    rows = [binascii.b2a_uu(data[i : i + 45], backtick=True).rstrip(b"\n").translate(table) for i in range(0, len(data), 45)]
    return b"begin 644 a.txt\r\n" + b"".join(row + b"\r\n" for row in rows) + b"+\r\nend\r\n"


for name, body in INLINE.items():
    add(f"text-{name}", "T13 T14 T16 T17 T18 E28 E29 E33", f"inside a text: {name}", below(body))
for name in ("uuencode", "uuencode-no-begin", "yenc", "binhex"):
    for label in ("x-uuencode", "uue", "x-yencode", "mac-binhex40", "x-gzip64"):
        add(f"label-{label}-{name}", "T13 T14", f"{name} under Content-Transfer-Encoding: {label}", under(INLINE[name], f"{CTE}: {label}"))
add("label-gzip64", "T14 E29", "gzip and base64 under Content-Transfer-Encoding: gzip64", lambda w: plain(b64(gzip.compress(w.encode(), mtime=0)), TEXT, f"{CTE}: gzip64"))
add("html-data-uri", "W10 E51", "a data: URI in HTML", lambda w: plain(b'<iframe src="data:text/html;charset=utf-8;base64,' + b64(f"<p>{w}</p>", 9999, b"") + b'"></iframe>', "Content-Type: text/html"))
add("disguised-flowed", "T17", "format=flowed with DelSp, a name over three lines", lambda w: plain(raw("".join(w[i : i + 2] + " \n" for i in range(0, len(w), 2))), "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", EIGHT))
add("joined-base64-parts", "E32", "base64 of one text cut over two parts", lambda w: mixed(part(b64(w)[:60], TEXT, BASE64), part(b64(w)[60:], TEXT, BASE64)))
_ = joined
