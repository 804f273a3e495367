"""Who gets a message, and how each of them stands to each report. One look-up a message.

`party`, `representative`, `reporter` are relations to one report; `internal`, `authority`, `unknown` hold for all
others. Where several hold, the first of them counts: a colleague who was reported is a party, and the reporter of one
report is unknown to another one.

In: envelope, report store, the circle that may read everything. Raises StoreUnavailable as the store does.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.model import Envelope, Match, Reason, RecipientClass
from gateway.storage.protocols import Relation, Reports
from gateway.text.addresses import fold_address
from gateway.text.thread_ids import own_domain

INSIDE: frozenset[RecipientClass] = frozenset(("internal", "authority"))
_MAY_READ: frozenset[RecipientClass] = INSIDE | {"reporter"}
_STRICTEST: tuple[Relation, ...] = ("party", "representative", "reporter")


@dataclass(frozen=True, slots=True)
class TrustedRecipients:
    """Who may read who reported. `domains` are our own; `authorities` are folded addresses, or domains as `@domain`."""

    domains: frozenset[str] = frozenset()
    authorities: frozenset[str] = frozenset()

    def stands(self, folded: str) -> RecipientClass:
        """Apart from any report. A domain holds for itself, not for those below it."""
        domain = folded.rpartition("@")[2]
        if domain in self.domains:
            return "internal"
        return "authority" if folded in self.authorities or f"@{domain}" in self.authorities else "unknown"


@dataclass(frozen=True, slots=True)
class Audience:
    """The recipients of one message, as the envelope writes them, and where one of them belongs to a report."""

    recipients: tuple[str, ...] = field(repr=False)
    circle: TrustedRecipients = field(default_factory=TrustedRecipients)
    relations: Mapping[tuple[str, str], Relation] = field(default_factory=dict, repr=False)  # by (report, recipient)

    def to(self, report: str, recipient: str) -> RecipientClass:
        """What the recipient is to this report."""
        return self.relations.get((report, recipient)) or self.circle.stands(fold_address(recipient))

    def stays_inside(self) -> bool:
        """Nobody gets it who is reported, or who is neither one of us nor an authority."""
        outside = {recipient for (_, recipient), relation in self.relations.items() if relation != "reporter"}
        return not any(r in outside or self.circle.stands(fold_address(r)) not in INSIDE for r in self.recipients)

    def may_read(self, report: str) -> bool:
        """Whether everybody who gets it may know the reporter of this report."""
        return all(self.to(report, recipient) in _MAY_READ for recipient in self.recipients)

    def own(self) -> tuple[frozenset[str], ...]:
        """Of each recipient outside, the reports that are theirs; empty where somebody outside has none."""
        reports: dict[str, set[str]] = {recipient: set() for recipient in self._outside()}
        for (report, recipient), relation in self.relations.items():
            if relation == "reporter" and recipient in reports:
                reports[recipient].add(report)
        return tuple(map(frozenset, reports.values())) if all(reports.values()) else ()

    def domain(self) -> str:
        """The domain in which everybody outside has an address; empty where there is none, or it is a provider's."""
        domains = {own_domain(recipient) for recipient in self._outside()}
        return domains.pop() if len(domains) == 1 else ""

    def _outside(self) -> tuple[str, ...]:
        return tuple(r for r in dict.fromkeys(self.recipients) if self.circle.stands(fold_address(r)) not in INSIDE)

    def matches(self, report: str, reason: Reason, strength: float = 1.0) -> tuple[Match, ...]:
        """For a reason that no recipient gave: one match a recipient, with what it is to the report."""
        return tuple(Match(report, reason, to, strength, self.to(report, to)) for to in dict.fromkeys(self.recipients))


def audience_of(envelope: Envelope, reports: Reports, circle: TrustedRecipients) -> Audience:
    """All recipients in one look-up, by folded address."""
    written: dict[str, list[str]] = {}
    for recipient in envelope.recipients:
        if folded := fold_address(recipient.address):
            written.setdefault(folded, []).append(recipient.address)
    relations: dict[tuple[str, str], Relation] = {}
    for report, key, relation in reports.open_for(tuple(written)) if written else ():
        for address in written.get(fold_address(key), ()):
            before = relations.get((report, address))
            if before is None or _STRICTEST.index(relation) < _STRICTEST.index(before):
                relations[report, address] = relation
    return Audience(tuple(recipient.address for recipient in envelope.recipients), circle, relations)


def concerns_no_report(envelope: Envelope, reports: Reports) -> bool:
    """True where it is certain at once, without a query, that no report knows any recipient."""
    return reports.cannot_match([fold_address(recipient.address) for recipient in envelope.recipients])


def certainly_inside(envelope: Envelope, reports: Reports, circle: TrustedRecipients) -> bool:
    """True where it is certain at once, without a query, that the message stays inside."""
    keys = [fold_address(recipient.address) for recipient in envelope.recipients]
    return all(key and circle.stands(key) in INSIDE for key in keys) and reports.cannot_match(keys)
