"""What is covered in a message, one by one: each with a mask, and in clear for whoever reveals it. Pure but for the
search of `Masking`.

An identity is named by its place (`8.12-15`: fragment and characters), never by a digest of it: of a telephone number
all digests can be tried.
"""

from dataclasses import dataclass, field

from gateway.console.masking import Masking
from gateway.intake.masking import mask
from gateway.model import KINDS, Kind
from gateway.text.digits import fold_digits
from gateway.text.normalize import letters

_HIDDEN: frozenset[Kind] = frozenset(
    ("name", "nickname", "address", "phone", "account", "government_id", "circumstance", "qr_code", "personal_data")
)
_MOST = 40
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class HiddenIdentity:
    """One of them. `shown` is how it may be written; `clear` is for nobody but who reveals it."""

    place: str
    kind: Kind
    report: str
    shown: str
    clear: str = field(repr=False)


def identities(masking: Masking) -> tuple[HiddenIdentity, ...]:
    """In the order of kinds, each form once."""
    texts = masking.reading.texts
    known: dict[tuple[str, str, str], HiddenIdentity] = {}
    for finding in masking.findings:
        number = finding.fragment
        if finding.kind not in _HIDDEN or finding.span is None or number is None or number >= len(texts):
            continue
        start, end = finding.span
        clear = texts[number].text[start:end].strip()[:_LONGEST]
        key = (finding.kind, finding.report, fold_digits(letters(clear).text))
        if clear and key not in known:
            known[key] = HiddenIdentity(f"{number}.{start}-{end}", finding.kind, finding.report, "", clear)
    found = sorted(known.values(), key=lambda one: KINDS.index(one.kind))[:_MOST]
    shown = masking.texts([mask(one.kind, one.clear) for one in found])
    return tuple(
        HiddenIdentity(one.place, one.kind, one.report, written, one.clear)
        for one, written in zip(found, shown, strict=True)
    )
