"""What there is to be asked for in a message that was read, as far as its texts say: one function for whoever reads.

In: a `Reading`. Out: a `Fingerprints`. Pictures are left to who can compare them (`matching.by_content`). Nothing here
fails.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.fragment_groups import rows
from gateway.fingerprints.identifiers import WIDEST_GAP_IN_NUMBERS, address_print, identifier_prints, message_prints
from gateway.fingerprints.list_elements import element_prints
from gateway.fingerprints.listing import EVERY, listed
from gateway.fingerprints.mentions import callings, own_callings
from gateway.fingerprints.thread_ties import ties
from gateway.fingerprints.winnowing import clause_prints, text_prints
from gateway.model import Fingerprints, Reading, TextFragment
from gateway.text.file_names import mention_prints
from gateway.text.sorted_unique import each_once
from gateway.text.unicode_tags import has_hidden, revealed

SMALLEST_FILE = 64
"""Octets. Smaller files are alike by chance."""
_APART = "\n" * (WIDEST_GAP_IN_NUMBERS + 1)
"""Between two texts, so that nothing is read over both."""
_BESIDE_ADDRESSES = frozenset(("to", "cc", "bcc", "resent-to", "resent-cc"))
_SENDERS = frozenset(("from", "sender", "reply-to", "organization"))
LISTED = frozenset(("text", "html", "document", "picture"))
"""Where a list may stand."""
LINKS = frozenset(("text", "html", "markup", "document"))
"""Where a link may bear a file's name."""
_BODY = frozenset(("text", "html"))
_ATTACHED = frozenset(("document", "picture", "code", "file_name"))


def fingerprints_of_reading(reading: Reading) -> Fingerprints:
    """The fingerprints of all texts, files and ties to other mail; `words` are what may call somebody."""
    texts = list(_shown(reading.texts))
    # Nothing of what is asked for here goes over a line's end, or it does no harm.
    listed_texts = "\n".join(_shown(tuple(f for f in reading.texts if f.medium in LISTED)))
    tied = ties(reading)
    return Fingerprints(
        text=_packed((*map(text_prints, texts), clause_prints(listed_texts))),
        identifiers=_packed(
            (
                identifier_prints(_APART.join(texts)),
                *map(address_print, tied.addresses),
                element_prints(listed_texts),
                mention_prints("\n".join({f.text: None for f in reading.texts if f.medium in LINKS})),
            )
        ),
        mails=_packed((message_prints(tied.ids),)),
        files=_files(reading),
        words=_words(reading),
        listed=listed(reading, EVERY),
    )


def fingerprints_of_files(reading: Reading) -> Fingerprints:
    """Of the files alone, which takes no time."""
    return Fingerprints(files=_files(reading))


def _files(reading: Reading) -> bytes:
    return b"".join({part.sha256[:8] for part in reading.files if part.size >= SMALLEST_FILE})


def _shown(fragments: tuple[TextFragment, ...]) -> Iterator[str]:
    """Each text once: fragments of one text together, and what nobody sees made visible."""
    seen: set[str] = set()
    for row in rows(fragments):
        text = "\n".join(fragments[index].text for index in row)
        for shown in (text, revealed(text)) if has_hidden(text) else (text,):
            if shown not in seen:
                seen.add(shown)
                yield shown


def _words(reading: Reading) -> bytes:
    """What in a message may call somebody: its subject and text, the names beside its recipients, what is attached; and
    what it calls its sender."""
    subject = [fragment.text for fragment in reading.texts if fragment.label == "subject"]
    beside = [fragment.text for fragment in reading.texts if fragment.label in _BESIDE_ADDRESSES]
    body = [fragment.text for fragment in reading.texts if fragment.medium in _BODY]
    attached = [fragment.text for fragment in reading.texts if fragment.medium in _ATTACHED]
    senders = [fragment.text for fragment in reading.texts if fragment.label in _SENDERS]
    codes = dict.fromkeys(fragment.text for fragment in reading.texts if fragment.medium == "code")
    spoken = "\n".join((*subject, *body))
    return _packed((callings(spoken, beside), callings("\n".join(attached)), own_callings(spoken, senders, codes)))


def _packed(found: Iterable[NDArray[np.uint64]]) -> bytes:
    """Each once, in order."""
    return each_once(np.concatenate([np.zeros(0, np.uint64), *found])).astype("<u8").tobytes()
