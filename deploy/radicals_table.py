"""Write gateway/text/radicals.txt (radicals, strokes and the characters that look the same) from Unicode's own file.

    .venv/bin/python deploy/radicals_table.py EquivalentUnifiedIdeograph.txt

The file is of the Unicode Character Database (UAX 44, property Equivalent_Unified_Ideograph).
"""

import hashlib
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "gateway" / "text" / "radicals.txt"
DIGEST = "38619c05a17e771554000fe604afee92e10eb49e0616ecf0c87af3c1eb0f4320"
"""SHA-256 of the file of Unicode 17.0.0, which was looked through."""
HEAD = """\
# 部首与同形汉字 / Radicals and strokes, and the ideographs that look the same: a radical, a tab, its ideograph.
# © 2025 Unicode, Inc.: EquivalentUnifiedIdeograph-17.0.0.txt of the Unicode Character Database, Unicode-3.0.
# Changed: a character a line, without names and comments. Licence: radicals-licence.txt.
# Made by deploy/radicals_table.py.
"""


def table(text: str) -> str:
    """The text of the table. Raises ValueError where a line is no mapping of Unicode's form."""
    lines = []
    for line in text.split("\n"):
        mapping = line.partition("#")[0]
        if not mapping.strip():
            continue
        codes, meant = (field.strip() for field in mapping.split(";"))
        first, _, last = codes.partition("..")
        every = range(int(first, 16), int(last or first, 16) + 1)
        lines += [f"{chr(code)}\t{chr(int(meant, 16))}\n" for code in every]
    return HEAD + "".join(lines)


def main() -> int:
    """0, or 2 where the file is not the one that was looked through."""
    data = Path(sys.argv[1]).read_bytes()
    if hashlib.sha256(data).hexdigest() != DIGEST:
        print(f"{sys.argv[1]} is not EquivalentUnifiedIdeograph-17.0.0.txt; look it through, then change DIGEST here")
        return 2
    TABLE.write_text(table(data.decode("utf-8")), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
