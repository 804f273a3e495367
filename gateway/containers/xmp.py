"""Authors in XMP (ISO 16684-1), the properties in XML that pictures and PDF carry.

In: the XML. Out: names. Nothing is raised.
"""

import html
import re
from collections.abc import Iterator
from itertools import islice

_FIELDS = (
    r"(?:dc:creator|pdf:Author|xmpDM:artist|exif:Artist|tiff:Artist|photoshop:CaptionWriter|Iptc4xmpCore:CreatorName)"
)
_START = re.compile(rf"<({_FIELDS})\b[^<>]{{0,500}}>")
_ATTRIBUTE = re.compile(rf"\b{_FIELDS}\s{{0,9}}=\s{{0,9}}(?:\"([^\"<]{{1,500}})\"|'([^'<]{{1,500}})')")
_TAG = re.compile(r"<[^<>]{0,500}>")
_LONGEST, _MOST = 4000, 200


def authors(xml: str) -> Iterator[str]:
    """Each name by itself: a list of authors has one element for each."""
    for start in islice(_START.finditer(xml), _MOST):
        inner = xml[start.end() : start.end() + _LONGEST].partition(f"</{start[1]}")[0]
        for text in _TAG.split(inner):
            if text.strip():
                yield html.unescape(text.strip())
    for match in islice(_ATTRIBUTE.finditer(xml), _MOST):
        yield html.unescape(match[1] or match[2])
