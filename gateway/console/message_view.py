"""Everything that the page of one held message says, gathered in one go. Blocks on the store; raises StoreUnavailable.

In: an opened message and what the console is given. Out: `MessageView`. Every text of it that comes from the message or
from its envelope went through `masking`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from gateway.console.attachments import attachment_at, attachments
from gateway.console.deps import ConsoleDeps
from gateway.console.evidence import EvidencePage, ShownPicture, ShownText, evidence
from gateway.console.guessing import Guessing, of_sender
from gateway.console.i18n import Language
from gateway.console.identities import HiddenIdentity, identities
from gateway.console.mail_view import pictures_by_file
from gateway.console.masking import Search
from gateway.console.people import ShownEnvelope, shown_people
from gateway.console.proposing import Advice, proposal
from gateway.console.queue_filter import filter_within
from gateway.console.recipients import KnownRecipient, known_recipients, relations_of
from gateway.console.rendered_images import MailSource
from gateway.console.why import Why, said_by_rules, why, why_sentences
from gateway.fingerprints.thread_ties import thread_of
from gateway.inspection.unlocking import locks
from gateway.model import HeldMessage, Location, Proposal, Reading, ReportSummary, RewriteMessage
from gateway.model.notice import Justification
from gateway.model.watched import WatchedEvidence
from gateway.storage.earlier_protocols import EarlierMail, EarlierMessage

_MOST_EARLIER = 3
_MOST_REPORTS = 10


@dataclass(frozen=True, slots=True)
class ShownAttachment:
    """One attachment: its name covered, and what it shows. `pictures` with their numbers on the page."""

    number: int
    name: str
    kind: str
    texts: tuple[ShownText, ...]
    pictures: tuple[tuple[int, ShownPicture], ...]


@dataclass(frozen=True, slots=True)
class EarlierOf:
    """Earlier mail of one kind (`thread`, `between`, `sender`, `recipient`): how much, and the newest."""

    of: str
    count: int
    newest: tuple[EarlierMessage, ...]
    states: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MessageView:
    """What the template takes."""

    message: HeldMessage = field(repr=False)
    shown: EvidencePage = field(repr=False)
    people: ShownEnvelope
    who: tuple[KnownRecipient, ...]
    sentences: tuple[str, ...]
    said: tuple[str, ...]
    proposal: Advice | None
    body: tuple[ShownText, ...]
    attached: tuple[ShownAttachment, ...]
    others: tuple[tuple[int, ShownPicture], ...]
    framed: bool
    reports: tuple[ReportSummary, ...]
    earlier: tuple[EarlierOf, ...]
    earlier_cut: bool
    suspect: Guessing | None
    why: list[Why]
    hidden: tuple[HiddenIdentity, ...] = field(repr=False)
    next: str
    justifications: tuple[tuple[str, str], ...]
    proposed: Proposal | None
    locked: bool
    source: MailSource | None = field(repr=False)


def search_of(deps: ConsoleDeps, message: HeldMessage | RewriteMessage | WatchedEvidence) -> Search:
    """The search for what is known of the reports that the message concerns."""
    reports = tuple(dict.fromkeys((*message.summary.reports, *(finding.report for finding in message.findings))))
    return lambda reading: deps.search(reading, tuple(report for report in reports if report))


def view(message: HeldMessage, deps: ConsoleDeps, language: Language, filtered: str = "") -> MessageView:
    """All of it."""
    summary, reading = message.summary, message.reading or Reading()
    shown = evidence(message.reading, message.findings, search_of(deps, message), message.looked_through)
    people = shown_people((summary,), deps.reports)[summary.id].covered(shown.masking)
    before = deps.earlier.before(summary.id) if deps.earlier is not None else EarlierMail()
    who = known_recipients(summary, people, deps.reports, before)
    ids = summary.reports[:_MOST_REPORTS]
    reports = deps.reports.summaries(ids) if deps.reports is not None and ids else ()
    waiting = summary.status in ("held", "uncertain")
    returnable = deps.return_to_sender is not None
    body, attached, others = _arranged(shown, reading)
    framed = deps.shown_page is not None and any(
        part.kind == "html" and not part.name and not part.where.steps for part in reading.files
    )
    small = replace(shown.masking, reading=Reading(reading.texts)) if framed else None
    sender = summary.sender
    return MessageView(
        message=message,
        shown=shown,
        people=people,
        who=who,
        sentences=why_sentences(message, language),
        said=said_by_rules(message.summary, deps.policy(), language),
        proposal=proposal(message, relations_of(who), deps.rewritten is not None, returnable),
        body=body,
        attached=attached,
        others=others,
        framed=framed,
        reports=tuple(
            replace(report, reported=shown.masking.texts(report.reported)) if report.reported else report
            for report in reports
        ),
        earlier=_earlier(before, sender, summary.recipients, thread_of(reading)),
        earlier_cut=before.cut,
        suspect=of_sender(sender, people.sender, deps.senders, deps.limits(), deps.clock()),
        why=why(message, shown, language),
        hidden=identities(shown.masking),
        next=(deps.earlier.following(summary.id, filter_within(filtered).query()) or "") if deps.earlier else "",
        justifications=_said(deps.justifications_of(summary.id), shown),
        proposed=deps.proposals.of(summary.id) if deps.proposals is not None and waiting else None,
        locked=deps.unlock is not None and summary.status == "held" and locks(message.reading) > 0,
        source=MailSource(message.content, small, pictures_by_file(message.reading, shown)) if small else None,
    )


def _said(said: Sequence[Justification], shown: EvidencePage) -> tuple[tuple[str, str], ...]:
    """When, and the words: a sender who justifies a mail may name the reporter once more."""
    texts = shown.masking.texts([one.text for one in said])
    return tuple((one.at.astimezone().strftime("%Y-%m-%d %H:%M"), text) for one, text in zip(said, texts, strict=True))


def _arranged(
    shown: EvidencePage, reading: Reading
) -> tuple[tuple[ShownText, ...], tuple[ShownAttachment, ...], tuple[tuple[int, ShownPicture], ...]]:
    """What the mail itself says, its attachments, and pictures that stand in none of them."""
    known = attachments(reading)

    def owner(where: Location) -> int:
        attached = attachment_at(known, where)
        return attached.number if attached is not None else 0

    texts = [(owner(text.place.where), text) for text in shown.texts if not text.internal]
    pictures = [
        (owner(reading.pictures[picture.number].where), (number, picture))
        for number, picture in enumerate(shown.pictures)
    ]
    names = shown.masking.texts([one.part.name[:200] for one in known], "file_name")
    rows = tuple(
        ShownAttachment(
            one.number,
            name,
            one.part.kind,
            tuple(text for of, text in texts if of == one.number),
            tuple(picture for of, picture in pictures if of == one.number),
        )
        for one, name in zip(known, names, strict=True)
    )
    body = tuple(text for of, text in texts if not of)
    return body, rows, tuple(picture for of, picture in pictures if not of)


def _earlier(
    before: EarlierMail, sender: str, recipients: tuple[str, ...], thread: tuple[str, ...]
) -> tuple[EarlierOf, ...]:
    by = before.by(sender)
    to = tuple({one.id: one for recipient in recipients[:20] for one in before.to(recipient)}.values())
    ids = {one.id for one in to}
    rows = []
    own = before.of_thread(thread)
    for of, found in (
        ("thread", own),
        ("between", tuple(one for one in by if one.id in ids)),
        ("sender", by),
        ("recipient", to),
    ):
        states: dict[str, int] = {}
        for one in found:
            states[one.state] = states.get(one.state, 0) + 1
        rows.append(EarlierOf(of, len(found), found[:_MOST_EARLIER], tuple(states.items())))
    return tuple(rows)
