"""Fuzzes the readers of files with atheris (libFuzzer): coverage-guided, from small files of each kind.

    .venv/bin/python tests/fuzz/readers.py KIND [FOLDER] [-runs=N] [-max_total_time=SECONDS] [libFuzzer's other options]

KIND is a folder of `gateway/formats`. What reaches new code is kept in FOLDER, where a later run goes on. Whatever the bytes, reading them ends, in time and memory, and without a crash of
what is written in C; else libFuzzer writes the bytes that made it. Mail, text and HTML are read by code of our own
alone: there no exception is taken for an answer either. Found crashes belong into `tests/formats/KIND/` as tests.
"""
# ruff: noqa: E501 - seeds are written as they stand

import io
import struct
import sys
import tempfile
import zipfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["gateway.formats", "gateway.containers", "gateway.text"]):
    from gateway.formats import Source
    from gateway.formats.registry import all_formats

    all_formats()  # which imports them
from gateway.model import Ambiguity, Location, Unreadable
from gateway.model.uninspectable_reasons import REASONS

sys.path.insert(0, str(Path(__file__).parent.parent))
from compound import compound

HERE = Location("2")
OWN = frozenset(("mime", "text", "html"))


def zipped(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members.items():
            file.writestr(name.replace("_", "."), data)
    return out.getvalue()


SEEDS: dict[str, tuple[bytes, ...]] = {
    "archive": (zipped(a_txt=b"x" * 50),
                b"Rar!\x1a\x07\x01\x00" + bytes(40), b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
                b"\x28\xb5\x2f\xfd\x04\x00\x29\x00\x00hello\x2b\xd6\x7f\x9d",
                b"\x1f\x8b\x08" + bytes(20)),
    "html": (b"<html><style>.z{font-size:0} p::after{content:'\\5f20 x'}</style><p title=\"a&#24352;\">a<b class=z>x</b></p>",
             b"<!--[if mso]><p>x</p><![endif]--><bdo dir=rtl>cba</bdo><table><tr><td>a<tr><td>b<tr><td>c</table>",
             b"<img src='data:text/html;base64,PHA+eDwvcD4='><iframe srcdoc='&lt;p&gt;x'></iframe><ruby>a<rt>b</ruby>",
             b"<table><b>a<tr><td>b</td></tr>c</table><textarea><style></textarea><svg><style><b>x</style><![CDATA[y]]></svg>",
             b"<select><style>a</select><noscript><xmp><b></xmp></noscript><template><p>x</template><script><!--<script></script>",
             b"<img alt=a><input value='b'><select><option>c<option selected>d</select><math><mi><mglyph>&#0000120;&notit;"),
    "image": (
              b"GIF89a\1\0\1\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\1\0\1\0\0\2\2D\1\0;",
              b"\x89PNG\r\n\x1a\n" + bytes(40)),
    "media": (b"ID3\4\0\0\0\0\0\x20TIT2\0\0\0\x05\0\0\3name" + bytes(30), b"fLaC\x84\0\0\x0c\4\0\0\0test\0\0\0\0",
              b"\0\0\0\x10ftypM4A \0\0\0\0" + b"\0\0\0\x10moov\0\0\0\x08udta", b"\x1a\x45\xdf\xa3\x80",
              b"OggS\0\2" + bytes(20) + b"\1\x08\3vorbis\0", b"RIFF\x20\0\0\0WAVELIST\x0c\0\0\0INFOIART\0\0\0\0"),
    "mbox": (b"From a@b.example Fri Sep 18 2020\nSubject: x\n\nhello\n\nFrom b\nA: b\n\n",),
    "mime": (b"From: =?utf-8?B?5byg?= <a@b.example>\r\nSubject: =?gbk?Q?=D5=C5?=\r\n x\r\nContent-Type: multipart/mixed; "
             b"boundary=\"b\"\r\n\r\n--b\r\nContent-Type: text/plain; charset=gb2312\r\nContent-Transfer-Encoding: base64"
             b"\r\nContent-Disposition: attachment; filename*0*=utf-8''%E5; filename*1=a\r\n\r\n1cXQ\r\n--b--\r\n",
             b"From a@b.example Fri Sep 18 10:00:00 2020\nTo: g: a@b.example (c), \"d\" <e@f.example>;\n"
             b"Content-Type: multipart/related;\n boundary=x\nMIME-Version: 1.0 (c)\n\npre\n--x\nContent-Type: multipart/"
             b"alternative; boundary=x.ALT\n\n--x.ALT\n\na=\n--x.ALT--\n--x\nContent-Type: message/rfc822\n\nA: b\n\nc\n"
             b"--x--\nbegin 644 a\n#86)C\n`\nend\n",
             b"Content-Type: text/plain; charset=hz-gb-2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n~{=\r\n~}"),
    "ole": (compound({("WordDocument",): b"\xec\xa5\xc1\0" + bytes(600), ("0Table",): bytes(100)}),
            compound({("Workbook",): struct.pack("<4H", 0x0809, 4, 0x0600, 5) + bytes(40)})),
    "ooxml": (zipped(**{"[Content_Types]_xml": b"<T/>", "document_xml": b"<w:p><w:t>x</w:t></w:p>"}),),
    "pdf": (b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n"
            b"trailer<</Root 1 0 R>>",),
    "rtf": (rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 x;}}\f0 \'d5\'c5\u23567?{\pict\pngblip 00}{\*\a b}}",),
    "sealed": (b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80" + bytes(30),),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg'><text>a<tspan>b</tspan></text></svg>",),
    "text": (b"begin 644 a\n#86)C\n`\nend\n=ybegin line=128 size=1 name=a\n\x8b\n=yend size=1\n", b"\\u5f20 %E5%BC%A0 &#24352; "
             b"=E5=BC=A0 U+5F20 24352, 23567, 40483 5byg5bCP6bij e5bca0e5b08fe9b8a3 MFRGGZDFMZTWQ2LK <~87cURDZ~>\n",
             b"> a \n> b\n\xd5\xc5\xd0\xa1 ~{UE~} +XyA- \x1b$B4A\x1b(B\nx\x08y\xe2\x80\xaecba"),
    "tnef": (b"\x78\x9f\x3e\x22\1\0\2\3\x90\6\0\x10\0\0\0\1\0\0\0\x1f\0\0\x10\1\0\0\0\2\0\0\0a\0\0\0\0\0",),
    "vcard": (b"BEGIN:VCARD\r\nFN;ENCODING=QUOTED-PRINTABLE:=41\r\nPHOTO;ENCODING=b:QUJD\r\nEND:VCARD\r\n",),
}  # fmt: skip


def main() -> None:
    """One kind, until libFuzzer has enough."""
    kind = sys.argv.pop(1)
    format_ = all_formats()[kind]

    def one(data: bytes) -> None:
        try:
            if format_.sniff(data) == "no" and kind not in OWN:  # those are read on a container's word too
                return
            pieces = list(format_.read(Source(data, HERE)))
        except MemoryError:
            raise
        except Exception:
            if kind in OWN:
                raise
            # The walker holds such a file (`broken_KIND`); hangs and crashes are what is looked for.
            return
        reasons = {piece.reason for piece in pieces if isinstance(piece, (Unreadable, Ambiguity))}
        if not reasons <= REASONS.keys():
            raise AssertionError("a reason that nobody can read")

    with tempfile.TemporaryDirectory() as folder:
        for number, seed in enumerate(SEEDS[kind]):
            Path(folder, str(number)).write_bytes(seed)
        # libFuzzer writes into the first folder that it is given.
        kept = [argument for argument in sys.argv[1:] if not argument.startswith("-")]
        options = [argument for argument in sys.argv[1:] if argument.startswith("-")]
        atheris.Setup([sys.argv[0], *kept, folder, "-rss_limit_mb=2048", "-timeout=10", *options], one)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
