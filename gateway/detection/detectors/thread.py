"""Ties to the reporter's own mail: it is answered, attached or quoted, or the reporter gets this very message.

Header: a Message-ID of the reporter's mail (RFC 5322 section 3.6.4) wherever it stands, or one made in the reporter's
own domain or from the address (Coremail); Outlook's `Thread-Index` (the first 22 octets name the conversation) and
`Thread-Topic`; the reporter's address in a field that says who wrote, answered, passed on or got a mail. Text: the
lines in which programs say whose mail they quote. Message: the reporter among those who get it.

A domain says nothing where the writer or everybody who gets the message has an address in it, or several reporters who
have nothing to do with each other; nor does what stands in a report of the recipients' own (`detection.familiar`).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick

from gateway.detection.context import Scene, finding_at
from gateway.detection.pattern_index_cache import INDEXES
from gateway.detection.quoted_senders import named_in
from gateway.identity import Subject
from gateway.model import Finding, Kind, Location, MailFacts, TextFragment
from gateway.text.addresses import fold_address
from gateway.text.blocks import literals
from gateway.text.quoted_replies import quoted_people
from gateway.text.thread_ids import THREAD_FIELDS, conversation, domain_is, ids_in, made_from, own_domain, topic

_PEOPLE_FIELDS = (
    "reply-to", "mail-reply-to", "mail-followup-to", "resent-", "x-forwarded-", "x-original-", "return-path",
    "sender", "x-sender", "x-originating-email", "x-real-", "errors-to", "return-receipt-to",
    "disposition-notification-to", "delivered-to", "x-delivered-to", "envelope-to", "x-envelope-", "original-recipient",
    "x-apparently-to", "apparently-to", "x-ticket-", "x-requester", "x-autoreply-", "x-reply-to",
)  # fmt: skip
_GETS_IT = frozenset(("from", "sender", "to", "cc", "bcc"))
_BODIES = frozenset(("text", "html", "document", "picture"))
_NONE: frozenset[str] = frozenset()
_SHORTEST = 8  # an id of a few characters is nobody's

Sign = tuple[tuple[int, int], float, str]
"""(span, score, variant)"""


class _Thread:
    name = "thread"
    kinds: tuple[Kind, ...] = ("thread",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        owners = _Owners(scene)
        found: dict[int, list[Finding]] = {}
        known: dict[tuple[str, str, str], list[tuple[int, Sign]]] = {}  # two fragments may be the same
        names: dict[str, frozenset[str]] = {}
        for index, fragment in enumerate(scene.budget.over(scene.reading.texts, 1)):
            key = fragment.text, fragment.medium, fragment.label
            if key not in known:
                known[key] = list(scene.budget.over(_signs(fragment, owners, scene, names)))
            for owner, (span, score, variant) in known[key]:
                report = scene.subjects[owner].report
                found.setdefault(owner, []).append(
                    finding_at(scene, index, span, "thread", report, self.name, score, variant=variant)
                )
        mails = [_MailThread.of(mail) for mail in scene.budget.over(scene.reading.mails, 1)]
        recipients = {fold_address(address) for address in scene.recipients}
        for owner, subject in enumerate(scene.budget.over(scene.subjects)):
            yield from found.get(owner, ())
            for mail in mails:
                if (finding := self._by_facts(mail, subject.report, owners, owner, owner in found)) is not None:
                    yield finding
            if recipients & owners.addresses_of[owner]:
                yield Finding("thread", subject.report, Location(""), None, self.name, 1.0, "recipient")

    def _by_facts(self, mail: "_MailThread", report: str, owners: "_Owners", owner: int, found: bool) -> Finding | None:
        """Who wrote and who gets a mail or one inside it; references that no fragment shows as text (folded apart)."""
        addresses = owners.addresses_of[owner]
        if mail.people & addresses:
            variant = "attached" if mail.inner else "recipient"
            return Finding("thread", report, mail.where, None, self.name, 1.0, variant)
        if not found and (mail.references & owners.ids_of[owner] or mail.reference_addresses & addresses):
            return Finding("thread", report, mail.where, "header", self.name, 1.0)
        return None


class _Owners:
    """Whose an id, an address and a domain is: places of subjects. What everybody who gets the message knows of a
    report of their own is nobody's, nor is a domain of many people."""

    def __init__(self, scene: Scene) -> None:
        subjects, familiar = scene.subjects, scene.familiar
        known_ids, known_addresses = familiar.to_all(_ids), familiar.to_all(lambda subject: subject.addresses)
        everybodys = familiar.domains | {_writers_domain(scene)}
        may = [familiar.may_be_so(subject.report) for subject in subjects]
        self.ids_of = [_ids(one) - (known_ids if so else _NONE) for one, so in zip(subjects, may, strict=True)]
        self.addresses_of = [
            one.addresses - (known_addresses if so else _NONE) for one, so in zip(subjects, may, strict=True)
        ]
        self.ids: dict[str, list[int]] = {}
        self.addresses: dict[str, list[int]] = {}
        self.domains: dict[str, list[int]] = {}
        self.reports: dict[str, list[int]] = {}
        for owner, subject in enumerate(subjects):
            self.reports.setdefault(subject.report, []).append(owner)
            for known, into in (
                (self.ids_of[owner], self.ids),
                (self.addresses_of[owner], self.addresses),
                (subject.domains - everybodys, self.domains),
            ):
                for one in known:
                    into.setdefault(one, []).append(owner)
        self.automaton = AhoCorasick(list(self.ids)) if self.ids else None
        self.longest = max(map(len, self.ids), default=0)
        self._every_domain = frozenset(self.domains)

    def in_domain_of(self, message_id: str) -> set[int]:
        """In whose own domain an id was made."""
        if not domain_is(message_id, self._every_domain):
            return set()
        domains = [domain for domain in self.domains if domain_is(message_id, frozenset((domain,)))]
        return {owner for domain in domains for owner in self.domains[domain]}


def _ids(subject: Subject) -> frozenset[str]:
    return frozenset(i.lower() for i in subject.message_ids if len(i) >= _SHORTEST)


@dataclass(frozen=True, slots=True)
class _MailThread:
    """Who wrote and who gets a mail, folded, and what it refers to."""

    where: Location
    inner: bool
    people: frozenset[str] = field(repr=False)
    references: frozenset[str] = field(repr=False)
    reference_addresses: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, mail: MailFacts) -> "_MailThread":
        inner = bool(mail.where.part or mail.where.steps)
        people = frozenset(fold_address(a.address) for a in mail.addresses if inner or a.role in _GETS_IT)
        references = frozenset(reference.strip().strip("<>").lower() for reference in mail.references)
        return cls(mail.where, inner, people, references, frozenset(map(fold_address, references)))


def _signs(
    fragment: TextFragment, owners: _Owners, scene: Scene, names: dict[str, frozenset[str]]
) -> Iterator[tuple[int, Sign]]:
    """(owner, sign) of one text. `names` are the reports that words in a name's place name, as far as was asked."""
    if owners.automaton is not None:
        every, seen = list(owners.ids), set[int]()
        for known, start, end in literals(
            owners.automaton, owners.longest, _lowered(fragment.text), scene.budget.check
        ):
            if known not in seen:
                seen.add(known)
                for owner in owners.ids[every[known]]:
                    yield owner, ((start, end), 1.0, "")
    if fragment.medium == "header":
        yield from _in_header(fragment, owners)
    if fragment.medium not in _BODIES:
        return
    for start, end in scene.budget.over(quoted_people(fragment.text), 1):
        who = fragment.text[start:end]
        if who not in names:
            names[who] = named_in(who, INDEXES.of(scene.subjects, scene.budget), scene.budget)
        whose = {owner for report in names[who] for owner in owners.reports[report]}
        whose.update(o for word in _words(who) if "@" in word for o in owners.addresses.get(fold_address(word), ()))
        for owner in sorted(whose):
            yield owner, ((start, end), 0.95, "quoted")


def _lowered(text: str) -> str:
    """In small letters, each in its place."""
    lowered = text.lower()
    if len(lowered) == len(text):
        return lowered
    return "".join(small if len(small := c.lower()) == 1 else c for c in text)


def _in_header(fragment: TextFragment, owners: _Owners) -> Iterator[tuple[int, Sign]]:
    text, label = fragment.text, fragment.label
    whole = (0, len(text))
    if label == "thread-index":
        yield from ((owner, (whole, 1.0, "conversation")) for owner in owners.ids.get(conversation(text), ()))
    if label == "thread-topic":
        yield from ((owner, (whole, 0.9, "topic")) for owner in owners.ids.get(topic(text), ()))
    if label.startswith(THREAD_FIELDS):
        for start, end in ids_in(text):
            one = text[start:end]
            made = {owner for address in made_from(one) for owner in owners.addresses.get(address, ())}
            yield from ((owner, ((start, end), 1.0, "made_from")) for owner in sorted(made))
            here = owners.in_domain_of(one)
            yield from ((owner, ((start, end), 0.8, "domain")) for owner in sorted(here - made))
    if label.startswith(THREAD_FIELDS) or label.startswith(_PEOPLE_FIELDS):
        for span, address in _addresses(text):
            yield from ((owner, (span, 1.0, "")) for owner in owners.addresses.get(address, ()))


def _writers_domain(scene: Scene) -> str:
    """Whoever writes from the reporter's own domain (a colleague, where staff report too) gives nobody away by it."""
    for mail in scene.reading.mails:
        if not mail.where.part and not mail.where.steps:
            return next((own_domain(a.address) for a in mail.addresses if a.role == "from"), "")
    return ""


def _words(text: str) -> list[str]:
    for sign in "<>,;\"'()[]（）【】，；：:“”|":
        text = text.replace(sign, " ")
    return text.split()


def _addresses(text: str) -> Iterator[tuple[tuple[int, int], str]]:
    """(span, folded) of each."""
    at = 0
    for word in text.translate(_SEPARATORS).split():
        start = text.index(word, at)
        at = start + len(word)
        if "@" in word:
            yield (start, at), fold_address(word)


_SEPARATORS = str.maketrans(dict.fromkeys("<>,;\"'()", " "))

DETECTOR = _Thread()
