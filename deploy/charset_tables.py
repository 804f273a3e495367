"""Write gateway/text/indexes.txt, and the whole indexes that tests compare with, from the Encoding Standard's.

    .venv/bin/python deploy/charset_tables.py FOLDER

FOLDER is a checkout of the standard (whatwg/encoding), where `index-big5.txt` and the others lie. Kept for the program
are the characters that Python's codecs read otherwise or not at all; for tests each index, a line for each lead octet.
"""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
TABLE = ROOT / "gateway" / "text" / "indexes.txt"
WHOLE = ROOT / "tests" / "text" / "indexes"
SOURCE = """\
# Made by deploy/charset_tables.py from the indexes of the Encoding Standard (encoding.spec.whatwg.org, of 2024-09-18).
# © WHATWG (Apple, Google, Mozilla, Microsoft); as part of source code under BSD-3-Clause.
"""
HEAD = "# 与 Python 编解码器不同之处 / where Python's codecs differ: codec, octets, the character that browsers show.\n"
Octets = Callable[[int], bytes]


def _gb18030(pointer: int) -> bytes:
    lead, trail = divmod(pointer, 190)
    return bytes((lead + 0x81, trail + (0x40 if trail < 0x3F else 0x41)))


def _big5(pointer: int) -> bytes:
    lead, trail = divmod(pointer, 157)
    return bytes((lead + 0x81, trail + (0x40 if trail < 0x3F else 0x62)))


def _euc_kr(pointer: int) -> bytes:
    return bytes((pointer // 190 + 0x81, pointer % 190 + 0x41))


def _euc_jp(pointer: int) -> bytes:
    return bytes((pointer // 94 + 0xA1, pointer % 94 + 0xA1))


def _three(pointer: int) -> bytes:
    return b"\x8f" + _euc_jp(pointer)


def _shift_jis(pointer: int) -> bytes:
    lead, trail = divmod(pointer, 188)
    return bytes((lead + (0x81 if lead < 0x1F else 0xC1), trail + (0x40 if trail < 0x3F else 0x41)))


INDEXES: tuple[tuple[str, str, Octets, int], ...] = (
    ("gb18030", "gb18030", _gb18030, 1 << 16),
    ("big5", "big5hkscs", _big5, 1 << 16),
    ("euc-kr", "cp949", _euc_kr, 1 << 16),
    ("jis0208", "cp932", _shift_jis, 1 << 16),
    ("jis0208", "euc_jp", _euc_jp, 94 * 94),  # behind it stands what Shift_JIS alone can say
    ("jis0212", "euc_jp", _three, 1 << 16),
)
"""(index, Python's codec, how a pointer is written, pointers from here on are not of this encoding)"""


def main() -> None:
    """Write both."""
    folder = Path(sys.argv[1])
    lines = []
    WHOLE.mkdir(exist_ok=True)
    for name, codec, octets, end in INDEXES:
        pairs = [(octets(pointer), chr(code)) for pointer, code in _read(folder / f"index-{name}.txt") if pointer < end]
        lines += [f"{codec} {data.hex()} {character}" for data, character in pairs if _python(data, codec) != character]
        rows: dict[bytes, list[str]] = {}
        for data, character in pairs:
            rows.setdefault(data[:-1], []).append(f"{data[-1]:02x}{character}")
        text = "".join(f"{lead.hex()} {' '.join(row)}\n" for lead, row in rows.items())
        (WHOLE / f"{codec}-{name}.txt").write_text(f"{SOURCE}{text}", "utf-8")
    TABLE.write_text(HEAD + SOURCE + "\n".join(lines) + "\n", "utf-8")


def _read(path: Path) -> Iterator[tuple[int, int]]:
    for line in path.read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            pointer, code, _ = line.split("\t", 2)
            yield int(pointer), int(code, 16)


def _python(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError:
        return ""


if __name__ == "__main__":
    main()
