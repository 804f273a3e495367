"""A mail's HTML taken apart into pieces that can be shown: what readers do in their jail for the page of a reviewer.

The page is built by a whole parser (lexbor), so that what is shown is what a browser would build of it; then only
elements and properties of short lists are kept, as pieces. A picture is named by the digest of its file: the reviewer
is shown the one that was looked through and covered.

In: a message's bytes. Out: `ShownPage`. Nothing is raised for what a stranger wrote.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from urllib.parse import unquote_to_bytes

from selectolax.lexbor import LexborHTMLParser, LexborNode

from gateway.formats.html.effort import effort
from gateway.formats.html.page import page_of
from gateway.model.shown_page import ELEMENTS, EMPTY, SPANS, STYLES, PagePiece, ShownPage, may_be_said
from gateway.text.charsets import decodings

_MOST_PIECES, _MOST_TEXT, _DEEPEST = 20_000, 400_000, 60
_MOST_SOURCE = 4 * 1024 * 1024
_STEPS_A_CHARACTER, _STEPS_OF_ANY = 200, 1_000_000
_DROPPED = frozenset(
    """
    script style template noscript iframe object embed applet svg math audio video canvas head title meta link base
    textarea select option noframes noembed xmp plaintext frameset frame map area param source track portal fencedframe
    """.split()  # noqa: SIM905 - a table of words is read as one
)
"""Elements that go with all that is in them."""
_NEVER_SEEN = frozenset("head title meta link base style script param source track map area".split())  # noqa: SIM905 - as above
"""Of these none has anything that a person would have seen."""
_HIDDEN = re.compile(
    r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*0(?:\.0+)?\s*(?:;|!|$)"
    r"|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|!|$)|mso-hide\s*:\s*all)",
    re.IGNORECASE,
)
_SIZES = {"1": "x-small", "2": "small", "3": "medium", "4": "large", "5": "x-large", "6": "xx-large", "7": "xx-large"}
_BLANKS = re.compile(r"[ \t\r\n\f]+")


def shown_page(content: bytes) -> ShownPage:
    """The first HTML text of the mail itself, in pieces; empty where it has none, or one that costs too much."""
    try:
        mail = message_from_bytes(content, policy=compat32)
        parts = list(_own_parts(mail))
        source = next((text for part in parts if (text := _html(part))), "")
        pictures = dict(_pictures(parts))
    except (RecursionError, ValueError, LookupError, TypeError, AttributeError):
        return ShownPage()
    if not source or len(source) > _MOST_SOURCE:
        return ShownPage()
    allowed = _STEPS_OF_ANY + _STEPS_A_CHARACTER * len(source)
    if any(effort(cut) > allowed for cut in page_of(source).cuts):
        return ShownPage()
    return _PageWalk(pictures).page(LexborHTMLParser(source))


def _own_parts(mail: Message) -> Iterator[Message]:
    """Leaf parts, without those of attached mails."""
    pending = [mail]
    while pending:
        part = pending.pop()
        inner = part.get_payload()
        if part.get_content_maintype() == "multipart" and isinstance(inner, list):
            pending += [one for one in reversed(inner) if isinstance(one, Message)]
        elif part.get_content_maintype() != "message":
            yield part


def _html(part: Message) -> str:
    if part.get_content_type() != "text/html" or part.get_content_disposition() == "attachment":
        return ""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or len(data) > _MOST_SOURCE:
        return ""
    found = decodings(data, str(part.get_content_charset() or ""))
    return found[0].text if found else ""


def _pictures(parts: list[Message]) -> Iterator[tuple[str, bytes]]:
    """Digests of parts by the name under which a page shows them."""
    for part in parts:
        names = [f"cid:{str(part.get('content-id', '')).strip().strip('<>')}", str(part.get("content-location", ""))]
        if part.get_content_maintype() in ("text", "multipart") or not any(len(name) > 4 for name in names):
            continue
        data = part.get_payload(decode=True)
        if isinstance(data, bytes):
            yield from ((name, hashlib.sha256(data).digest()) for name in names if len(name) > 4)


@dataclass(slots=True)
class _OpenElement:
    """An element that is open. `name`: as it is said, empty where it is passed over; `gone`: nothing in it is shown."""

    identity: int | None
    name: str
    gone: bool
    pre: bool


class _PageWalk:
    def __init__(self, pictures: Mapping[str, bytes]) -> None:
        self._pictures = pictures
        self._pieces: list[PagePiece] = []
        self._open = [_OpenElement(None, "", gone=False, pre=False)]
        self._hidden = self._said = 0
        self._cut = False

    def page(self, parser: LexborHTMLParser) -> ShownPage:
        """All of it, as far as there is room."""
        for node in parser.root.traverse(include_text=True) if parser.root is not None else ():
            self._close_to(node.parent.mem_id if node.parent is not None else None)
            if len(self._pieces) >= _MOST_PIECES or self._said >= _MOST_TEXT:
                self._cut = True
                break
            if node.is_text_node:
                self._text(node.text_content or "")
            elif node.is_element_node:
                self._element(node)
        self._close_to(None)
        return ShownPage(tuple(self._pieces), self._hidden, self._cut)

    def _close_to(self, identity: int | None) -> None:
        while len(self._open) > 1 and self._open[-1].identity != identity:
            if name := self._open.pop().name:
                self._pieces.append(PagePiece("close", name))

    def _text(self, text: str) -> None:
        within = self._open[-1]
        shown = text if within.pre else _BLANKS.sub(" ", text)
        if within.gone or not shown:
            return
        self._said += len(shown)
        self._pieces.append(PagePiece("text", text=shown))

    def _element(self, node: LexborNode) -> None:
        within, name = self._open[-1], str(node.tag).lower()
        attributes = {key.lower(): value or "" for key, value in node.attributes.items()}
        style = attributes.get("style", "")
        gone = name in _DROPPED or "hidden" in attributes or _HIDDEN.search(style) is not None
        gone = gone or len(self._open) > _DEEPEST  # passed over, it would leave its text where no text may stand
        if gone and not within.gone and name not in _NEVER_SEEN:
            self._hidden += 1
        shown = "" if gone or within.gone else self._said_name(name)
        if name == "img" and not gone and not within.gone:
            self._pieces.append(PagePiece("picture", sha256=self._digest(attributes.get("src", ""))))
        elif shown:
            piece = PagePiece("open", shown, tuple(_said_style(name, attributes, style)))
            self._pieces.append(piece)
            if shown in EMPTY:
                shown = ""
        pre = within.pre or name == "pre" or "white-space" in style.lower()
        self._open.append(_OpenElement(node.mem_id, shown, within.gone or gone, pre))

    @staticmethod
    def _said_name(name: str) -> str:
        if name in ELEMENTS:
            return name
        return {"font": "span", "a": "u", "main": "div", "aside": "div", "nav": "div", "form": "div"}.get(name, "")

    def _digest(self, source: str) -> bytes:
        source = source.strip()
        if source[:5].lower() == "data:":
            head, _, data = source[5:].partition(",")
            raw = unquote_to_bytes(data)
            if head.lower().endswith(";base64"):
                try:
                    raw = base64.b64decode(raw + b"===", validate=False)
                except (binascii.Error, ValueError):
                    return b""
            return hashlib.sha256(raw).digest()
        name = f"cid:{source[4:]}" if source[:4].lower() == "cid:" else source
        return self._pictures.get(name, b"")


def _said_style(name: str, attributes: Mapping[str, str], style: str) -> Iterator[tuple[str, str]]:
    """Properties that may be said; of two of one name the last."""
    found: dict[str, str] = {}
    if name == "font":
        found["color"] = attributes.get("color", "").strip().lower()
        found["font-size"] = _SIZES.get(attributes.get("size", "").strip(), "")
    if "bgcolor" in attributes:
        found["background-color"] = attributes["bgcolor"].strip().lower()
    if "align" in attributes:
        found["text-align"] = attributes["align"].strip().lower()
    for declaration in style.split(";")[:60]:
        key, _, value = declaration.partition(":")
        found[key.strip().lower()] = " ".join(value.replace("!important", "").lower().split())
    if "background" in found and found["background"].startswith(("#", "rgb")):
        found.setdefault("background-color", found["background"])
    found |= {key: attributes[key].strip() for key in SPANS if key in attributes}
    for key, value in found.items():
        if (key in STYLES or key in SPANS) and may_be_said(PagePiece("open", "p", ((key, value),))):
            yield key, value
