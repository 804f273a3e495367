"""Whether a rewritten message says nothing but what was planned: the rewriter is believed in nothing.

The rewritten bytes come from a process that parsed a stranger's message, and are read by another that did not make
them. What that one read must be what the first reading said, with the edits made: every text of it, cut at our own
placeholders, stands in the message as it was; every picture looks as it did, but for the boxes that were covered; every
file that nothing was asked of has the same digest, and there is none that was not there. So a rewriter that was taken
over can leave words out, and put words of the same message elsewhere; it can put none in.

In: the reading before, the edits, the reading after. Out: a truth value. Nothing is raised.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterator, Sequence

from gateway.inspection.painted import looks_as_planned
from gateway.model import Edit, FilePart, Reading, TextFragment
from gateway.rewriting.plan import ordinals_of

_BLANK = re.compile(r"\s+")
_SYNTAX = r"(?:file)?name(?:\*\d+)?\*=[!-:<-~]*|(?:file)?name(?:\*\d+)?=|_+|[\";]"
"""How the name of a file is written where it was written otherwise (RFC 2231); what it says is a text of its own."""
_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]{2,}={0,2})\?=")
"""As rewriting encodes words (RFC 2047). Where a field is folded between two, the reading shows them as they stand."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_CHARSETS = ("utf-8", "gb18030", "gbk", "gb2312", "us-ascii", "iso-8859-1", "big5")
_ENCODINGS = frozenset(
    ("quoted-printable", "base64", "8bit", "7bit", *_CHARSETS, *(f"charset={charset}" for charset in _CHARSETS))
)
"""What rewriting may name anew, in words of the standards."""
_NAMED_IN_PDF = frozenset(("fontdescriptor", "winansiencoding", "stsong-light", "adobe", "gb1", "adobe-identity-ucs"))
"""What a PDF says of the fonts in which words of ours are written (ISO 32000-2 section 9)."""
_IN_LINES = frozenset(("header", "document", "metadata"))
"""Media whose lines say what they say alone: folds of a field, lines of a page, strings of a file."""
_IN_PLACE_OF_A_FILE = frozenset(("text/plain", "inline", "charset=utf-8", "utf-8", "1.0"))
"""What the fields of a part say that stands for one that was taken out."""
_READ_BY_SIGHT = frozenset(("picture", "code"))
"""Media whose words a reader guesses from pixels: the same pixels may give others. The pixels are compared instead."""


def as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """False where the second reading has what neither the first nor the edits have."""
    return (
        _says_as_planned(before, edits, after)
        and _has_files_as_planned(before, edits, after)
        and looks_as_planned(before.pictures, edits, after.pictures)
    )


def _says_as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    known = {_plain(text) for text in (*(fragment.text for fragment in before.texts), *_edited(before, edits))}
    placeholders = {_plain(edit.replacement) for edit in edits}
    said = "\0".join((*known, *placeholders))
    placeholders |= {_NOT_ASCII.sub("_", one) for one in placeholders}
    words = sorted(map(re.escape, placeholders - {""}), key=len, reverse=True)
    cut = re.compile("|".join((*words, _SYNTAX)), re.IGNORECASE)
    named = _ENCODINGS | _NAMED_IN_PDF
    if any(edit.kind == "remove" for edit in edits):
        named |= _IN_PLACE_OF_A_FILE
    for fragment in after.texts:
        if fragment.medium in _READ_BY_SIGHT or _plain(fragment.text) in known:
            continue
        for line in _lines_of(fragment):
            text = _plain(_WORD.sub(_decoded, _plain(line)))
            if not all(piece in said or piece.lower() in named for piece in cut.split(text)):
                return False
    return True


def _lines_of(fragment: TextFragment) -> Sequence[str]:
    """What of it says what it says alone. Letters of a PDF that stand alone are given without what stands between."""
    if fragment.medium == "document" and fragment.where.steps[-1:] == ("letters",):
        return tuple(fragment.text)
    return fragment.text.split("\n") if fragment.medium in _IN_LINES else (fragment.text,)


def _has_files_as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """Every file that is neither edited nor around or inside one that is, as it was; and no more files than were."""
    touched = {edit.file for edit in edits}
    ways = {file[:size] for file in touched for size in range(1, len(file) + 1)}
    gone = [edit.file for edit in edits if edit.kind == "remove"]

    def is_changed(part: FilePart) -> bool:
        return part.file in ways or any(part.file[: len(file)] == file for file in touched if file)

    kept = Counter(part.sha256 for part in before.files if not is_changed(part))
    there = Counter(part.sha256 for part in after.files)
    if kept - there:
        return False
    notices = sum(1 for _ in gone)
    changed = sum(1 for part in before.files if is_changed(part))
    return (there - kept).total() <= changed + notices


def _edited(before: Reading, edits: Sequence[Edit]) -> Iterator[str]:
    """Each text that is edited, as it must be afterwards."""
    ordinals = ordinals_of(before.texts)
    indexes = {(before.texts[index].file, ordinal): index for index, ordinal in ordinals.items()}
    by_text: dict[int, list[Edit]] = {}
    for edit in edits:
        index = indexes.get((edit.file, edit.ordinal))
        if index is not None and edit.kind in ("text", "field"):
            by_text.setdefault(index, []).append(edit)
    for index, own in by_text.items():
        text = before.texts[index].text
        for edit in sorted(own, key=lambda one: one.span, reverse=True):
            text = text[: edit.span[0]] + edit.replacement + text[edit.span[1] :]
        yield text


def _decoded(word: re.Match[str]) -> str:
    try:
        return base64.b64decode(word[1], validate=True).decode("utf-8")
    except ValueError:
        return word[0]


def _plain(text: str) -> str:
    """Without blanks, which folding and wrapping move."""
    return _BLANK.sub("", text)
