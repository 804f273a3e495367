"""Attribute values as they are read.

In: a source and a range of it. Out: what a `Builder` is given. Nothing is raised.
"""

from gateway.formats.html.embedded import DATA
from gateway.formats.html.references import IN_ATTRIBUTE, said_in_attribute
from gateway.text.offset_map import Builder


def add_value(builder: Builder, source: str, start: int, end: int) -> None:
    """Adds a value, its references decoded."""
    at = start
    for match in IN_ATTRIBUTE.finditer(source, start, end):
        add_without_data(builder, source, at, match.start())
        builder.put(said_in_attribute(match[0]), match.start(), len(match[0]))
        at = match.end()
    add_without_data(builder, source, at, end)


def add_without_data(builder: Builder, source: str, start: int, end: int) -> None:
    """Adds what stands there but for encoded pictures: they are children, and text searches would choke on them."""
    at = start
    if "data:" in source[start:end]:
        for match in DATA.finditer(source, start, end):
            if "base64" in match[2].lower():
                builder.copy(source[at : match.start(3)], at)
                at = match.end()
    builder.copy(source[at:end], at)
