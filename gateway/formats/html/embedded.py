"""Files that stand in a page's source: `data:` URIs (RFC 2397) and the documents of `srcdoc`.

In: a page. Out: media types and bytes. Nothing is raised.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote_to_bytes

from gateway.formats.html.page import Page
from gateway.formats.html.references import decoded
from gateway.formats.html.tokens import Attribute
from gateway.text.lenient_base64 import lenient
from gateway.text.offset_map import merged

DATA = re.compile(r"data:([a-zA-Z0-9.+/-]*)((?:;[^,;\"'\s]{0,200}){0,9}),([^\"')\s<>]*)", re.IGNORECASE)
_WHOLE_DATA = re.compile(r"\s*data:([a-zA-Z0-9.+/-]*)((?:;[^,;\"']{0,200}){0,9}),(.*)\Z", re.IGNORECASE | re.DOTALL)


def embedded(page: Page) -> Iterator[tuple[str, bytes]]:
    """(media type, bytes) of each `data:` URI, and of each document in a `srcdoc`."""
    source = page.source
    lower = source.lower()
    ends: list[tuple[int, int]] = []  # attributes that are one URI: blanks and line ends in it do not end it
    if "data:" in lower:
        for attribute in _attributes(page):
            value = source[attribute.start : attribute.end]
            if value.lstrip()[:5].lower() == "data:" and (match := _WHOLE_DATA.match(value)):
                ends.append((attribute.start, attribute.end))
                if payload := _payload(match):
                    yield match[1].lower(), payload
    whole = iter(merged(ends))
    start, end = next(whole, (0, 0))
    for match in DATA.finditer(source):
        while end and match.start() >= end:
            start, end = next(whole, (0, 0))
        if not start <= match.start() < end and (payload := _payload(match)):
            yield match[1].lower(), payload
    if "srcdoc" in lower:
        for attribute in _attributes(page):
            if attribute.name == "srcdoc" and attribute.end > attribute.start:
                yield "text/html", decoded(source[attribute.start : attribute.end]).encode("utf-8", "replace")


def _attributes(page: Page) -> Iterator[Attribute]:
    """Each once, whichever ways of cutting the page find it."""
    return iter(dict.fromkeys(attribute for cut in page.cuts for token in cut for attribute in token.attributes))


def _payload(match: re.Match[str]) -> bytes:
    payload = unquote_to_bytes(decoded(match[3]))
    return lenient(payload, of_urls=True) if "base64" in match[2].lower() else payload
