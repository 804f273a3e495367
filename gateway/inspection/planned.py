"""Whether a rewritten message says nothing but what was planned: the rewriter is believed in nothing.

The rewritten bytes come from a process that parsed a stranger's message, and are read by another that did not make
them. What that one read must be what the first reading said, with the edits made: every text of it, cut at our own
placeholders, stands in the message as it was. So a rewriter that was taken over can leave words out, and put words of
the same message elsewhere; it can put none in.

In: the reading before, the edits, the reading after. Out: a truth value. Nothing is raised.
"""

import base64
import re
from collections.abc import Iterator, Sequence

from gateway.model import Edit, Reading

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


def as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """False where a text of the second reading is neither of the first nor of the edits."""
    known = {_plain(text) for text in (*(fragment.text for fragment in before.texts), *_edited(before, edits))}
    said = "\0".join(known)
    placeholders = {_plain(edit.replacement) for edit in edits}
    placeholders |= {_NOT_ASCII.sub("_", one) for one in placeholders}
    words = sorted(map(re.escape, placeholders - {""}), key=len, reverse=True)
    cut = re.compile("|".join((*words, _SYNTAX)), re.IGNORECASE)
    for fragment in after.texts:
        if _plain(fragment.text) in known:
            continue
        lines = fragment.text.split("\n") if fragment.medium == "header" else [fragment.text]
        for line in lines:  # of header fields each fold is a line, and says what it says alone
            text = _plain(_WORD.sub(_decoded, _plain(line)))
            if not all(piece in said or piece in _ENCODINGS for piece in cut.split(text)):
                return False
    return True


def _edited(before: Reading, edits: Sequence[Edit]) -> Iterator[str]:
    """Each text that is edited, as it must be afterwards."""
    editable = [fragment for fragment in before.texts if fragment.editable]
    for ordinal in {edit.ordinal for edit in edits} & set(range(len(editable))):
        text = editable[ordinal].text
        for edit in sorted((one for one in edits if one.ordinal == ordinal), key=lambda one: one.span, reverse=True):
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
