"""The fingerprints by which a report's contents are found again: of what its reporter is known by, and of its material.

In: a `Report`. Out: `Fingerprints`. Nothing here fails.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gateway.fingerprints.identifiers import item_prints, message_prints
from gateway.fingerprints.list_elements import element_prints
from gateway.model import Fingerprints, Report
from gateway.text.file_names import stem_of, stem_print, tells

STRONG = ("address", "phone", "account", "government_id")
"""The kinds of which one alone says who somebody is."""

Values = NDArray[np.uint64]
_NONE: Values = np.zeros(0, np.uint64)


def fingerprints_of_report(report: Report) -> Fingerprints:
    """Everything by which a content of this report is found. Nothing that is a reported party's own."""
    own: list[tuple[str, str]] = []
    for party in report.reported:
        own += [("address", address) for address in (*party.addresses, *party.representatives)]
        own += [("account", part) for account in party.accounts for part in (account, account.rpartition(":")[2])]
    # What a reviewer struck is somebody else's, and what is asked about may be.
    theirs = [(item.kind, item.value) for item in report.identity if item.kind in STRONG and item.acts]
    marks = report.materials
    figures = np.concatenate([_NONE, *(_read(mark.figures) for mark in marks)])
    own_figures = element_prints("\n".join(value for _, value in own), sparse=True)
    stems = {stem for mark in marks if tells(stem := stem_of(mark.name))}
    names = np.array([stem_print(stem) for stem in stems], np.uint64)
    identifiers = np.concatenate(
        [names, np.setdiff1d(_prints(theirs), _prints(own)), np.setdiff1d(figures, own_figures)]
    )
    return Fingerprints(
        text=b"".join({mark.prints for mark in marks}),
        identifiers=identifiers.astype("<u8").tobytes(),
        mails=message_prints(mark.message_id for mark in marks).astype("<u8").tobytes(),
        files=b"".join({mark.sha256[:8] for mark in marks if mark.size}),
        pictures=b"".join(mark.phash.to_bytes(8, "little") for mark in marks if mark.phash is not None),
        pieces=b"".join({mark.pieces for mark in marks}),
    )


def _prints(items: Sequence[tuple[str, str]]) -> Values:
    return np.concatenate([_NONE, *(item_prints(kind, value) for kind, value in items)])


def _read(packed: bytes) -> Values:
    return np.frombuffer(packed[: len(packed) // 8 * 8], "<u8")
