"""Reports that a message concerns by what is in it, whoever gets it.

An address list is never complete: a streamer has a private address. So everything that can tell a report's material or
its reporter is asked for among all reports. What the index says is a hint, not a finding: whether it is one, detection
says, with the whole report at hand.

In: a reading, or its gist; the audience. Out: ids of reports. Raises StoreUnavailable as the store does.
"""

from collections.abc import Container

import numpy as np

from gateway.matching.audience import Audience
from gateway.model import Gist, Reading, Traced
from gateway.reports.pieces import asked_of
from gateway.reports.rows import rows
from gateway.text.hidden import has_hidden, revealed
from gateway.text.identifiers import candidates, digests, message_digests
from gateway.text.prints import text_prints

SMALLEST_FILE = 64
"""Octets. Smaller files are alike by chance."""


def gist_of(reading: Reading) -> Gist:
    """What there is to be asked for in a message that was read."""
    prints, found = [], set[str]()
    for row in rows(reading.texts):
        text = "\n".join(reading.texts[index].text for index in row)
        for shown in (text, revealed(text)) if has_hidden(text) else (text,):
            prints.append(text_prints(shown))
            found |= candidates(shown)
    ids = [written for mail in reading.mails for written in (mail.message_id, *mail.references)]
    return Gist(
        text=np.unique(np.concatenate(prints)).astype("<u8").tobytes() if prints else b"",
        identifiers=digests(found),
        mails=message_digests(ids),
        files=b"".join({part.sha256[:8] for part in reading.files if part.size >= SMALLEST_FILE}),
        pictures=b"".join({shown.phash.to_bytes(8, "little") for shown in reading.pictures if shown.phash is not None}),
        pieces=b"".join(asked_of(shown.points) for shown in reading.pictures),
    )


def suspected(traced: Traced, audience: Audience, known: Container[str]) -> tuple[str, ...]:
    """The reports that a content may belong to: not those that are known to, nor those whose reporter may be known to
    everybody who gets it."""
    ids = dict.fromkeys(report for report, _, _ in traced.reports)
    return tuple(report for report in ids if report not in known and not audience.may_read(report))
