"""Reports that a message concerns, by its recipients.

The envelope decides (RFC 5321 section 3.3): a header can leave out who gets the message. Pure.
"""

from gateway.matching.audience import Audience
from gateway.model import Match


def by_envelope(audience: Audience) -> tuple[Match, ...]:
    """One match for each report and recipient that is reported or represents who is, in the order of the recipients.

    Mail to the reporter concerns the report only where somebody else gets it too.
    """
    order = {recipient: place for place, recipient in reversed(list(enumerate(audience.recipients)))}
    found: list[tuple[int, Match]] = []
    for (report, recipient), relation in audience.relations.items():
        if relation != "reporter":
            found.append((order[recipient], Match(report, relation, recipient, 1.0, relation)))
    found.sort(key=lambda placed: placed[0])
    return tuple(match for _, match in found)
