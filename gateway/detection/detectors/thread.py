"""Ties to the reporter's own mail: it is answered, attached or quoted, or the reporter gets this very message.

Header: a Message-ID of the reporter's mail (RFC 5322 section 3.6.4) wherever it stands, or one made in the reporter's
own domain or from the address (Coremail); Outlook's `Thread-Index` (the first 22 octets name the conversation) and
`Thread-Topic`; the reporter's address in a field that says who wrote, answered, passed on or got a mail. Text: the
lines in which programs say whose mail they quote. Message: the reporter among those who get it.
"""

from collections.abc import Iterator

from gateway.detection.indexes import INDEXES
from gateway.detection.people import named_in
from gateway.detection.scene import Scene, finding_at
from gateway.model import Finding, Kind, Location, MailFacts, TextFragment
from gateway.reports import Subject
from gateway.text.addresses import fold_address
from gateway.text.quoting import quoted_people
from gateway.text.threads import THREAD_FIELDS, conversation, domain_is, ids_in, made_from, own_domain, topic

_PEOPLE_FIELDS = (
    "reply-to", "mail-reply-to", "mail-followup-to", "resent-", "x-forwarded-", "x-original-", "return-path",
    "sender", "x-sender", "x-originating-email", "x-real-", "errors-to", "return-receipt-to",
    "disposition-notification-to", "delivered-to", "x-delivered-to", "envelope-to", "x-envelope-", "original-recipient",
    "x-apparently-to", "apparently-to", "x-ticket-", "x-requester", "x-autoreply-", "x-reply-to",
)  # fmt: skip
_GETS_IT = frozenset(("from", "sender", "to", "cc", "bcc"))
_BODIES = frozenset(("text", "html", "document", "picture"))
_SHORTEST = 8  # an id of a few characters is nobody's

_Quoted = list[tuple[tuple[int, int], str, frozenset[str]]]
"""Of one text: where whose mail is quoted is said, in which words, and the reports whose reporter they name."""


class _Thread:
    name = "thread"
    kinds: tuple[Kind, ...] = ("thread",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        quoted = _quoted(scene)
        for subject in scene.subjects:
            ids = {i.lower() for i in subject.message_ids if len(i) >= _SHORTEST}
            found = False
            domains = subject.domains - {_writers_domain(scene)}
            for index, fragment in enumerate(scene.reading.texts):
                for span, score, variant in self._in_text(fragment, subject, ids, domains, quoted[index]):
                    found = True
                    yield finding_at(scene, index, span, "thread", subject.report, self.name, score, variant=variant)
            yield from self._by_facts(scene, subject, ids, found)
            for address in scene.recipients:
                if fold_address(address) in subject.addresses:
                    where = Location("")
                    yield Finding("thread", subject.report, where, None, self.name, 1.0, "recipient")
                    break

    def _in_text(
        self, fragment: TextFragment, subject: Subject, ids: set[str], domains: frozenset[str], quoted: _Quoted
    ) -> Iterator[tuple[tuple[int, int], float, str]]:
        """(span, score, variant)."""
        lowered = fragment.text.lower()
        for known in ids:
            start = lowered.find(known)
            if start >= 0:
                yield (start, start + len(known)), 1.0, ""
        if fragment.medium == "header":
            yield from _in_header(fragment, subject, ids, domains)
        for span, who, reports in quoted:
            if subject.report in reports or any(fold_address(w) in subject.addresses for w in _words(who) if "@" in w):
                yield span, 0.95, "quoted"

    def _by_facts(self, scene: Scene, subject: Subject, ids: set[str], found: bool) -> Iterator[Finding]:
        """Who wrote and who gets a mail or one inside it; references that no fragment shows as text (folded apart)."""
        for mail in scene.reading.mails:
            inner = bool(mail.where.part or mail.where.steps)
            if any(fold_address(a.address) in subject.addresses for a in mail.addresses if inner or a.role in _GETS_IT):
                variant = "attached" if inner else "recipient"
                yield Finding("thread", subject.report, mail.where, None, self.name, 1.0, variant)
            elif not found and _refers(mail, subject, ids):
                yield Finding("thread", subject.report, mail.where, "header", self.name, 1.0)


def _quoted(scene: Scene) -> list[_Quoted]:
    """For each text the heads of quoted mails."""
    found: list[_Quoted] = []
    for fragment in scene.reading.texts:
        heads: _Quoted = []
        if fragment.medium in _BODIES:
            for start, end in quoted_people(fragment.text):
                who = fragment.text[start:end]
                heads.append(((start, end), who, named_in(who, INDEXES.of(scene.subjects))))
        found.append(heads)
    return found


def _in_header(
    fragment: TextFragment, subject: Subject, ids: set[str], domains: frozenset[str]
) -> Iterator[tuple[tuple[int, int], float, str]]:
    text, label = fragment.text, fragment.label
    whole = (0, len(text))
    if label == "thread-index" and conversation(text) in ids:
        yield whole, 1.0, "conversation"
    if label == "thread-topic" and topic(text) in ids:
        yield whole, 0.9, "topic"
    if label.startswith(THREAD_FIELDS):
        for start, end in ids_in(text):
            one = text[start:end]
            if made_from(one) & subject.addresses:
                yield (start, end), 1.0, "made_from"
            elif domain_is(one, domains):
                yield (start, end), 0.8, "domain"
    if label.startswith(THREAD_FIELDS) or label.startswith(_PEOPLE_FIELDS):
        yield from ((span, 1.0, "") for span in _addresses(text, subject))


def _writers_domain(scene: Scene) -> str:
    """Whoever writes from the reporter's own domain (a colleague, where staff report too) gives nobody away by it."""
    for mail in scene.reading.mails:
        if not mail.where.part and not mail.where.steps:
            return next((own_domain(a.address) for a in mail.addresses if a.role == "from"), "")
    return ""


def _refers(mail: MailFacts, subject: Subject, ids: set[str]) -> bool:
    named = {reference.strip().strip("<>").lower() for reference in mail.references}
    return bool(named & ids) or any(fold_address(one) in subject.addresses for one in named)


def _words(text: str) -> list[str]:
    for sign in "<>,;\"'()[]（）【】，；：:“”|":
        text = text.replace(sign, " ")
    return text.split()


def _addresses(text: str, subject: Subject) -> Iterator[tuple[int, int]]:
    at = 0
    for word in text.translate(_SEPARATORS).split():
        start = text.index(word, at)
        at = start + len(word)
        if "@" in word and fold_address(word) in subject.addresses:
            yield start, at


_SEPARATORS = str.maketrans(dict.fromkeys("<>,;\"'()", " "))

DETECTOR = _Thread()
