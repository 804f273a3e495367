"""Whether a rewritten message says nothing but what was planned: the rewriter is believed in nothing.

The rewritten bytes come from a process that parsed a stranger's message, and are read by another that did not make
them. What that one read must be what the first reading said, with the edits made: every text of it, cut at our own
placeholders, stands in the message as it was. So a rewriter that was taken over can leave words out, and put words of
the same message elsewhere; it can put none in.

In: the reading before, the edits, the reading after. Out: a truth value. Nothing is raised.
"""

import re
from collections.abc import Sequence

from gateway.model import Edit, Reading

_BLANK = re.compile(r"\s+")
_ENCODINGS = frozenset(
    ("utf-8", "gb18030", "quoted-printable", "base64", "8bit", "7bit", "text/plain", "text/html", "charset")
)
"""What rewriting may name anew, in words of the standards."""


def as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """False where a text of the second reading is neither of the first nor of the edits."""
    said = "\0".join(dict.fromkeys(_plain(fragment.text) for fragment in before.texts))
    known = {_plain(fragment.text) for fragment in before.texts}
    words = sorted({_plain(edit.replacement) for edit in edits} - {""}, key=len, reverse=True)
    cut = re.compile("|".join(map(re.escape, words)) if words else r"(?!)")
    for fragment in after.texts:
        text = _plain(fragment.text)
        if text in known:
            continue
        if not all(piece in said or piece in _ENCODINGS for piece in cut.split(text)):
            return False
    return True


def _plain(text: str) -> str:
    """Without blanks, which folding and wrapping move."""
    return _BLANK.sub("", text)
