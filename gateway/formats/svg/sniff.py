"""Which bytes are an SVG."""

import re

from gateway.formats import Rank

START = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]{0,500}\?>\s*|<!--.{0,4000}?-->\s*|<!DOCTYPE\s+svg[^>\[]{0,500}(?:\[.{0,8000}?\]\s*)?>\s*)*"
    rb"(?P<root><(?:\w+:)?svg[\s>/])",
    re.DOTALL,
)


def sniff(data: bytes) -> Rank:
    return "sure" if b"svg" in data[:16384] and START.match(data[:16384]) else "no"
