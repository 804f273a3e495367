"""What other parsers say that a page shows: html5lib's tree, lexbor's, and trees written down in html5lib's tests.

Each says it in runs: the text between two places where a program begins a new line, in the order of the tree, without
blanks (which are compared by nobody). `seen` leaves out what a browser never shows, `all` nothing; text of scripts,
styles and titles is a run of its own. Written apart from `gateway.formats.html.tree`, which it judges.
"""

import html
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree.ElementTree import Element

import html5lib
from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.formats import Source
from gateway.formats.html import FORMAT
from gateway.model import Location, TextFragment

_BREAKS = """
address article aside blockquote body br caption center dd dialog dir div dl dt fieldset figcaption figure footer
form frameset h1 h2 h3 h4 h5 h6 head header hr html legend li listing main menu nav ol p plaintext pre section
summary table tbody td tfoot th thead tr ul xmp
"""
BREAKS = frozenset(_BREAKS.split())
UNSEEN = {
    "html": frozenset(("template", "datalist", "noembed", "noframes", "iframe")),
    "foreign": frozenset(("desc", "metadata", "defs", "symbol")),
}
_INVISIBLE = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")  # not drawn; compared by nobody


@dataclass
class Node:
    """An element of any tree; `children` are such nodes and texts."""

    name: str
    space: str = "html"
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Node | str"] = field(default_factory=list)


def bare(text: str) -> str:
    return "".join(_INVISIBLE.sub("", text).split())


def runs(root: Node, everything: bool) -> list[str]:
    """The runs of one tree; with `everything`, of what is hidden too."""
    out: list[list[str]] = [[]]
    apart: list[str] = []

    def visit(node: Node) -> None:
        if node.space == "html" and node.name in ("script", "style", "title"):
            text = "".join(child for child in node.children if isinstance(child, str))
            # of a script and a style we read what XHTML would; and a NUL stays one
            apart.append(text if node.name == "title" else html.unescape(text.replace("\ufffd", "")))
            return
        hidden = (
            node.name in UNSEEN[node.space] or "hidden" in node.attributes or "none" in node.attributes.get("style", "")
        )
        if hidden and not everything:
            return
        if node.name in BREAKS:
            out.append([])
        for child in node.children:
            if isinstance(child, str):
                out[-1].append(child)
            else:
                visit(child)
        if node.name in BREAKS:
            out.append([])

    visit(root)
    return [run for run in (*(bare("".join(parts)) for parts in out), *map(bare, apart)) if run]


def by_html5lib(source: str, scripting: bool = False) -> Node:
    """html5lib 1.1: the standard of 2020, without templates."""
    tree = html5lib.parse(source, treebuilder="etree", scripting=scripting)

    def copy(element: Element) -> Node:
        tag = str(element.tag)
        space, _, name = tag[1:].rpartition("}") if tag[0] == "{" else ("", "", tag)
        node = Node(name.lower(), "html" if space.endswith("xhtml") else "foreign", dict(element.attrib))
        node.children.append(element.text or "")
        for child in element:
            if isinstance(child.tag, str):
                node.children.append(copy(child))
            node.children.append(child.tail or "")
        return node

    return copy(tree)


def by_lexbor(source: str, scripting: bool = False) -> Node:
    """The standard of 2026, with templates."""

    def copy(node: LexborNode, space: str) -> Node:
        name = str(node.tag).lower()
        if name in ("svg", "math"):
            space = "foreign"
        made = Node(name, space, {key: value or "" for key, value in node.attributes.items()})
        inner = "html" if name in ("foreignobject", "desc", "title", "mi", "mo", "mn", "ms", "mtext") else space
        holder = node.template_fragments()[0] if name == "template" and node.template_fragments() else node
        child = holder.first_child
        while child is not None:
            if child.is_text_node:
                made.children.append(child.text_content or "")
            elif child.is_element_node:
                made.children.append(copy(child, inner))
            child = child.next
        return made

    root = LexborHTMLParser(source, scripting=scripting).root
    assert root is not None
    return copy(root, "html")


def written_down(folder: Path) -> Iterator[tuple[str, Node]]:
    """Documents and their trees from files of html5lib's tree construction tests."""
    for file in sorted(folder.rglob("*.dat")):
        text = file.read_bytes().decode("utf-8", "replace")
        for case in re.split(r"(?m)^#data\n", text)[1:]:
            data, _, rest = case.partition("\n#errors")
            if "#document-fragment" in rest or "\n#document\n" not in rest:
                continue
            yield data, _tree(rest.split("\n#document\n", 1)[1])


def _tree(text: str) -> Node:
    root = Node("#document")
    opened = [root]
    entries = re.split(r"(?m)^\| ", "\n" + text.rstrip("\n"))[1:]
    for entry in entries:
        entry = entry.rstrip("\n")
        depth = (len(entry) - len(entry.lstrip(" "))) // 2
        entry = entry[depth * 2 :]
        parent = opened[depth] if depth < len(opened) else opened[-1]
        if entry.startswith('"'):
            parent.children.append(entry[1:-1])
        elif entry == "content" or (entry.startswith("<") and not entry.startswith(("<!", "<?"))):
            words = entry.strip("<>").split(" ")
            node = Node(words[-1].lower(), "foreign" if words[0] in ("svg", "math") and len(words) > 1 else "html")
            if entry == "content":
                node = Node("#content")
            parent.children.append(node)
            del opened[depth + 1 :]
            opened.append(node)
        elif "=" in entry and not entry.startswith("<!"):
            name, _, value = entry.partition("=")
            parent.attributes[name] = value.strip('"')
    return root


def views_of(source: str) -> list[str]:
    """All texts that our reader gives of a page, without blanks."""
    page = Source(source.encode("utf-8", "replace"), Location("1"), charset="utf-8", editable=True)
    return [bare(piece.text) for piece in FORMAT.read(page) if isinstance(piece, TextFragment)]


def missing(source: str, roots: Iterable[Node]) -> list[str]:
    """The runs of these trees that stand in none of our texts."""
    return missing_words(
        source, (run for root in roots for everything in (True, False) for run in runs(root, everything))
    )


def missing_words(source: str, wanted: Iterable[str]) -> list[str]:
    """Which of these stand in none of our texts of this page."""
    views = views_of(source)
    return [
        run for run in dict.fromkeys(wanted) if not all(any(part in view for view in views) for part in _parts(run))
    ]


def missing_by_parsers(source: str) -> list[str]:
    """The runs that html5lib or lexbor show, with scripts or without, and none of our texts."""
    parsers = (by_lexbor,) if "<template" in source.lower() else (by_lexbor, by_html5lib)
    scripting = (False, True) if "<noscript" in source.lower() else (False,)
    return missing(source, (parser(source, on) for parser in parsers for on in scripting))


def _parts(run: str) -> Iterator[str]:
    """All that may be looked for: where only a line differs, no more of the lines around it is repeated."""
    return (run[at : at + _LONGEST_WORD] for at in range(max(1, len(run) - _LONGEST_WORD + 1)))


_LONGEST_WORD = 40
_HAN = "天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏闰余成岁律吕调阳云腾致雨露结为霜金生丽水玉出昆冈"
_TAG_WORDS = """
p div span b i a font u em nobr table tr td th tbody thead caption colgroup col ul li h1 pre br hr select
option optgroup textarea xmp iframe noembed noframes noscript title style script svg math g desc foreignObject text mi
mtext mo annotation-xml mglyph template button form input img object video canvas details summary dialog ruby rt rp
marquee applet body html head frameset frame plaintext address blockquote center label datalist listing nav image
keygen dd dt dl meta link base
"""
_TAGS = _TAG_WORDS.split()
_RARE = frozenset(("plaintext", "frameset", "frame"))
_LIKELY_WORDS = (
    "textarea xmp iframe noembed noframes noscript style script title svg math table td tr select template b"
)
_LIKELY = _LIKELY_WORDS.split()
_ATTRIBUTES = (
    "hidden", "style='display:none'", 'style="display:none"', "class=a", "id=x", "title='a>b'", "x=\"<style>\"",
    "encoding='text/html'", "color=red", "checked", "value=\"'\"", "a/b", "=c", "a='1'a='2'", "href=/x/", "open",
    "type=hidden", "selected", "　hidden", "a\u00a0b",
)  # fmt: skip
_ODD = (
    "<!-->", "<!--->", "<!-- x -->", "<!--x--!>", "<![CDATA[", "]]>", "<!doctype html>", "<?x ?>", "</>", "</ x>", "<",
    "<!x>", "&#24352;", "&#x5f20", f"&#{0:0120}24352;",
    "&amp", "&notit;", "&#128;", "&#99999999999999999999;", "&lt;b&gt;", "<!--", "-->", "<!--<script>", "</br>", "</p>",
    "\r\n", "　", "<svg/>", "<br/>", "<style/>", "<script/>", "<![if x]>", "<!--[if mso]>", "<![endif]-->", "<a b='",
)  # fmt: skip


def generated(seed: int) -> str:
    """A page that mixes what parsers find hard; the same for the same number."""
    dice = random.Random(seed)
    out: list[str] = []
    opened: list[str] = []
    for _ in range(dice.randint(4, 28)):
        what = dice.random()
        if what < 0.38:
            out.append("".join(dice.choice(_HAN) for _ in range(dice.randint(1, 3))) + dice.choice(("", "", "", " ")))
        elif what < 0.66:
            tag = dice.choice(_LIKELY if dice.random() < 0.4 else _TAGS)
            if tag in _RARE and dice.random() < 0.7:
                tag = "table"
            attributes = "".join(" " + dice.choice(_ATTRIBUTES) for _ in range(dice.choice((0, 0, 0, 1, 1, 2))))
            name = tag.upper() if dice.random() < 0.1 else tag
            out.append(f"<{name}{attributes}{dice.choice(('', '', '', '', '/', ' '))}>")
            opened.append(tag)
        elif what < 0.9 and opened:
            at = -1 if dice.random() < 0.7 else dice.randrange(len(opened))
            out.append(f"</{opened.pop(at)}{dice.choice(('', '', '', ' ', ' x=1', '/'))}>")
        elif what < 0.93:
            out.append(f"</{dice.choice(_TAGS)}>")
        else:
            out.append(dice.choice(_ODD))
    return "".join(out)
