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
from urllib.parse import quote

from gateway.inspection.painted import looks_as_planned
from gateway.model import Edit, FilePart, Reading, TextFragment, steps
from gateway.rewriting.plan import ordinals_of

_BLANK = re.compile(r"\s+")
_SYNTAX = r"(?:file)?name(?:\*\d+)?\*=[!-:<-~]*|(?:file)?name(?:\*\d+)?=|_+|[\";]"
"""How the name of a file is written where it was written otherwise (RFC 2231); what it says is a text of its own."""
_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]{2,}={0,2})\?=")
"""As rewriting encodes words (RFC 2047). Where a field is folded between two, the reading shows them as they stand."""
_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")
_CHARSETS = ("utf-8", "gb18030", "gbk", "gb2312", "us-ascii", "iso-8859-1", "big5")
_WRITTEN_IN = ("utf-8", "gb18030", "big5hkscs")
_ENCODINGS = frozenset(
    ("quoted-printable", "base64", "8bit", "7bit", *_CHARSETS, *(f"charset={charset}" for charset in _CHARSETS))
)
"""What rewriting may name anew, in words of the standards."""
_OF_DOCUMENTS = frozenset(("preserve", "string"))
"""What a changed document says of a run with blanks at its end, and of a cell that held a number."""
_IN_LINES = frozenset(("header", "document", "metadata"))
_NO_NAME = re.compile(r"[^\w]+")
"""What may not stand in the name of a sheet or of a bookmark."""
_RECORDS = frozenset(("path", "linkpath"))
"""Under which a tar says a name that is too long for its header (POSIX.1-2017 pax)."""
_NOBODY = "MAILER-DAEMON"
"""Whom a mailbox names as the sender of a mail where the sender is not to be named."""
_NUMBERED = re.compile(r"\d{1,3}(?=\.|\Z|/)")
"""Behind a placeholder in the name of a file: told apart from another of the same name."""
_IN_PLACE_OF_A_FILE = frozenset(("text/plain", "inline", "charset=utf-8", "utf-8", "1.0", ".txt"))
"""What the fields of a part, or the name of a file, say that stands for one that was taken out."""
_NAMES = frozenset(("file_name", "metadata"))
"""Media in which names of files stand; a tar has them among its records too."""
_NAMED_IN_PDF = frozenset(("fontdescriptor", "winansiencoding", "stsong-light", "adobe", "gb1", "adobe-identity-ucs"))
"""What a PDF says of the fonts in which words of ours are written (ISO 32000-2 section 9)."""
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
    written = {edit.replacement for edit in edits}
    said = "\0".join((*known, *map(_plain, written)))
    lines = {_plain(line) for text in before.texts for line in text.text.split("\n")}
    placeholders = {_plain(form) for word in written for form in _forms(word)} | {_NOBODY}
    placeholders |= {quote(one) for one in written} | {_NO_NAME.sub("_", one).strip("_") for one in written}
    words = sorted(map(re.escape, placeholders - {""}), key=len, reverse=True)
    cut = re.compile("|".join((*words, _SYNTAX)), re.IGNORECASE)
    named = _ENCODINGS | _OF_DOCUMENTS | _RECORDS | _NAMED_IN_PDF
    if any(edit.kind == "remove" for edit in edits):
        named |= _IN_PLACE_OF_A_FILE
    for fragment in after.texts:
        if fragment.medium in _READ_BY_SIGHT or _plain(fragment.text) in known:
            continue
        for line in _lines_of(fragment):
            text = _plain(_WORD.sub(_decoded, _plain(line)))
            pieces = cut.split(text)
            if fragment.medium in _NAMES:
                pieces[1:] = [_NUMBERED.sub("", piece, count=1) for piece in pieces[1:]]
            if not all(piece in lines or piece in said or piece.lower() in named for piece in pieces):
                return False
    return True


def _lines_of(fragment: TextFragment) -> Sequence[str]:
    """What of it says what it says alone. Letters of a PDF that stand alone are given without what stands between."""
    if fragment.medium == "document" and fragment.where.steps[-1:] == (steps.LETTERS,):
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
        text, pieces, at = before.texts[index].text, list[str](), 0
        for edit in sorted(own, key=lambda one: one.span):
            pieces += (text[at : edit.span[0]], edit.replacement)
            at = edit.span[1]
        yield "".join((*pieces, text[at:]))


def _forms(word: str) -> Iterator[str]:
    """A placeholder as files say it: with what ASCII has not as `_`, in quoted-printable, and, of text whose charset
    nothing states, in each reading that it may have beside the true one."""
    yield word
    yield _NOT_ASCII.sub("_", word)
    for charset in _WRITTEN_IN:
        try:
            data = word.encode(charset)
        except UnicodeError:
            continue
        yield "".join(chr(one) if 32 <= one < 127 and one != ord("=") else f"={one:02X}" for one in data)
        for other in (*_WRITTEN_IN, "cp1252", "latin-1"):
            try:
                yield data.decode(other)
            except UnicodeError:
                continue


def _decoded(word: re.Match[str]) -> str:
    try:
        return base64.b64decode(word[1], validate=True).decode("utf-8")
    except ValueError:
        return word[0]


def _plain(text: str) -> str:
    """Without blanks, which folding and wrapping move."""
    return _BLANK.sub("", text)
