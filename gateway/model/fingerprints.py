"""What is looked up of a content, without a key and without its words: fingerprints by kind, eight bytes each."""

from dataclasses import dataclass, field
from typing import Literal

Trace = Literal["text", "identifiers", "mails", "files", "pictures", "pieces"]
"""The kinds of fingerprints: fields of `Fingerprints`."""


@dataclass(frozen=True, slots=True)
class Fingerprints:
    """`text`: prints of texts (`fingerprints.winnowing`); `identifiers` and `mails`: what may be somebody's address,
    number or account, and Message-IDs (`fingerprints.identifiers`); `files`: the first eight bytes of their SHA-256;
    `pictures`: 64-bit hashes of pictures; `pieces`: words of their points (`images.match.region`); `words`: what may
    call somebody, and what calls the sender (`fingerprints.mentions`). Little-endian numbers in a row, each kind by
    itself. `listed` is how many numbers, addresses, accounts or names stand there (`fingerprints.listing`)."""

    text: bytes = field(default=b"", repr=False)
    identifiers: bytes = field(default=b"", repr=False)
    mails: bytes = field(default=b"", repr=False)
    files: bytes = field(default=b"", repr=False)
    pictures: bytes = field(default=b"", repr=False)
    pieces: bytes = field(default=b"", repr=False)
    words: bytes = field(default=b"", repr=False)
    listed: int = 0


@dataclass(frozen=True, slots=True)
class IndexHits:
    """What the store knows of fingerprints. `reports` are (report, kind of fingerprint, how many), each pair once.

    `common` is what so many unrelated reports have that it tells nothing of any: forms, laws, signatures.
    """

    reports: tuple[tuple[str, Trace, int], ...] = ()
    common: Fingerprints = Fingerprints()
