"""All cases in one list."""

from corpus import charsets, encodings, headers, markup, structure
from corpus.build import Case

CASES: tuple[Case, ...] = tuple(
    case for table in (structure, encodings, charsets, headers, markup) for case in table.TABLE.cases
)
