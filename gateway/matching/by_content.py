"""Reports that a message concerns by what is in it, whoever gets it.

An address list is never complete: a streamer has a private address. So everything that can tell a report's material or
its reporter is asked for among all reports. What the index says is a hint, not a finding: whether it is one, detection
says, with the whole report at hand.

In: a reading, or its fingerprints; the audience. Out: ids of reports. Raises StoreUnavailable as the store does.
"""

from collections.abc import Container
from dataclasses import replace

from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.images.match.region import asked_of
from gateway.matching.audience import Audience
from gateway.model import Fingerprints, IndexHits, Reading


def fingerprints_of_message(reading: Reading) -> Fingerprints:
    """What there is to be asked for in a message that was read, its pictures among it."""
    return with_pictures(fingerprints_of_reading(reading), reading)


def with_pictures(fingerprints: Fingerprints, reading: Reading) -> Fingerprints:
    """The fingerprints of the same texts, files and mails with these pictures."""
    return replace(
        fingerprints,
        pictures=b"".join({shown.phash.to_bytes(8, "little") for shown in reading.pictures if shown.phash is not None}),
        pieces=b"".join(asked_of(shown.points) for shown in reading.pictures),
    )


def suspected(traced: IndexHits, audience: Audience, known: Container[str]) -> tuple[str, ...]:
    """The reports that a content may belong to: not those that are known to, nor those whose reporter may be known to
    everybody who gets it."""
    ids = dict.fromkeys(report for report, _, _ in traced.reports)
    return tuple(report for report in ids if report not in known and not audience.may_read(report))
