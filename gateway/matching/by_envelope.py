"""Reports that a message concerns, by its recipients.

The envelope decides (RFC 5321 section 3.3): a header can leave out who gets the message. All recipients go into one
look-up by folded address, so a message to nobody reported costs one query.

In: envelope and report store. Out: matches, in the order of the recipients. Raises StoreUnavailable as the store does.
"""

from gateway.model import Envelope, Match
from gateway.storage.interface import Reports
from gateway.text.addresses import fold_address


def concerns_nobody(envelope: Envelope, reports: Reports) -> bool:
    """True where it is certain at once, without a query, that no open report concerns any recipient."""
    keys = [key for recipient in envelope.recipients if (key := fold_address(recipient.address))]
    return reports.surely_none(keys)


def by_envelope(envelope: Envelope, reports: Reports) -> tuple[Match, ...]:
    """One match for each report and recipient."""
    keys: dict[str, list[str]] = {}
    for written in (recipient.address for recipient in envelope.recipients):
        folded = fold_address(written)
        if folded:
            keys.setdefault(folded, []).append(written)
    if not keys:
        return ()
    matches: list[tuple[int, Match]] = []
    order = {key: place for place, key in enumerate(keys)}
    for report, address, relation in reports.open_for(tuple(keys)):
        key = fold_address(address)
        matches.extend((order.get(key, 0), Match(report, relation, recipient)) for recipient in keys.get(key, ()))
    matches.sort(key=lambda placed: placed[0])
    return tuple(dict.fromkeys(match for _, match in matches))
