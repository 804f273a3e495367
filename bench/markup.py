"""What our reading of HTML misses of what other parsers show, and what it costs.

    .venv/bin/python bench/markup.py CHECKOUT [PAGES]

CHECKOUT: a folder with html5lib's tree construction tests (`*.dat`): a checkout of html5lib-tests before they moved
(9329e64 or older), or of web-platform-tests (`html/syntax/parsing/resources`). For each document the tree that the test
states is compared with our texts. PAGES (5,000): pages of `tests/trees.py`, compared with html5lib and lexbor. Then the
time for a megabyte of ordinary and of hostile pages.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from gateway.formats import Source
from gateway.formats.html import FORMAT
from gateway.formats.html.page import page_of
from gateway.formats.html.tree import TooDeep, built
from gateway.model import Location, Unreadable
from trees import generated, missing, missing_by_parsers, written_down

MEGABYTE = 1_000_000
ROW = (
    '<tr><td style="padding:4px"><p class=MsoNormal>您好，您的订单<b>第 {} 号</b>已经处理。'
    '<a href="https://x.example/">详情</a></p></td></tr>\n'
)
UNITS = (
    "<",
    "<b>x",
    "<p>x",
    "<div>",
    "<table>x",
    "<textarea>",
    "<svg><style>",
    "<template>x",
    "<select><option>x",
    "&#1;",
)


def main(arguments: list[str]) -> None:
    checkout, pages = Path(arguments[0]), int(arguments[1]) if len(arguments) > 1 else 5000
    documents = list(written_down(checkout))
    writing = [source for source, _ in documents if "document.write" in source]
    found = [source for source, root in documents if source not in writing and missing(source, [root])]
    print(f"{len(documents)} documents of html5lib's tests, {len(writing)} of them written by scripts and left out:")
    print(f"  {len(found)} show a text that stands in none of ours")
    for source in found:
        print(f"    {source!r}")
    lost = [number for number in range(pages) if missing_by_parsers(generated(number))]
    print(f"{pages} generated pages: of {len(lost)} html5lib or lexbor shows a text that stands in none of ours {lost}")
    rows = "".join(ROW.format(n) for n in range(MEGABYTE // len(ROW.encode())))
    ordinary = f"<html><body><table>{rows}</table></body></html>"
    for name, source in (("ordinary", ordinary), *((unit, unit * (MEGABYTE // len(unit))) for unit in UNITS)):
        reading, tree = _seconds(_read, source), _seconds(_tree, source)
        print(f"a megabyte of {name}: {reading} s, the tree alone {tree}")


def _read(source: str) -> None:
    for piece in FORMAT.read(Source(source.encode(), Location("1"), charset="utf-8")):
        assert not isinstance(piece, Unreadable) or piece.reason == "too_deep"


def _tree(source: str) -> None:
    list(built(page_of(source), ()))


def _seconds(do: Callable[[str], None], source: str) -> str:
    start = time.process_time()
    try:
        do(source)
    except TooDeep:
        return "refused as too deep"
    return f"{time.process_time() - start:.2f}"


if __name__ == "__main__":
    main(sys.argv[1:])
