"""Which fragments of a reading are one text: paragraphs of a document, lines of a picture, cells of a sheet.

A quotation may go over several of them. Headers, file names, metadata, codes and words of the envelope stand each by
itself.

In: text fragments. Out: their indexes, row by row. Pure.
"""

from collections.abc import Sequence

from gateway.model import TextFragment

_ALONE = frozenset(("header", "file_name", "metadata", "code", "envelope"))


def rows(texts: Sequence[TextFragment]) -> list[list[int]]:
    """Every index once, in order within its row."""
    found: dict[tuple[str, ...], list[int]] = {}
    for index, fragment in enumerate(texts):
        alone = fragment.medium in _ALONE
        key = (str(index),) if alone else (fragment.where.part, *map(str, fragment.where.steps[:1]), fragment.medium)
        found.setdefault(key, []).append(index)
    return list(found.values())
