"""Held mail on its way out, or never: the same function for the console, `hushgate quarantine` and the API.

Whoever calls takes the lease in the database, so that a message is sent once however many ask. Where a rule wants four
eyes the first who calls proposes, and the outcome says so.
"""

import asyncio
from dataclasses import replace

from gateway.console.deps import RewrittenPreview
from gateway.errors import CannotChange, Problem
from gateway.inspection.inspect import rewritten_as, shown_to_sender
from gateway.inspection.reviewed import spans_of_word
from gateway.inspection.rewritten_form import NO_CHANGES, RewrittenForm, rewritten_form
from gateway.model import Proposal, ProposedAction, Reading
from gateway.model.deadline import Deadline
from gateway.model.place_changes import AddedSpan, PlaceChanges
from gateway.quarantine.four_eyes import Decider, Proposed, may_decide, second_word
from gateway.quarantine.release import ReleaseOutcome, discard, release
from gateway.service.budget import budget_of
from gateway.service.upstream import UpstreamSender
from gateway.service.wiring import Application


async def release_held(house: Application, held: str, actor: str, reason: str) -> ReleaseOutcome:
    """Send it upstream once. Raises Problem where it is not there to be sent, or not by this person."""
    word = await asyncio.to_thread(_word, house, held, "release", actor, reason)
    if isinstance(word, Proposed):
        return ReleaseOutcome("held", "proposed")
    return await release(house.store.quarantine, held, actor, reason, UpstreamSender(house.settings), confirming=word)


async def release_held_rewritten(
    house: Application,
    held: str,
    actor: str,
    reason: str,
    changes: PlaceChanges = NO_CHANGES,
    shown: str = "",
) -> ReleaseOutcome:
    """Send upstream, once, what is left when everything it is held for was taken out, with what a reviewer changed:
    proved again at this moment. `shown`: the digest of the form that a person saw; another one is not sent. Raises
    Problem where it is not there to be sent, not by this person, or cannot be rewritten; it stays held then."""
    word = await asyncio.to_thread(_word, house, held, "release-rewritten", actor, reason)
    if isinstance(word, Proposed):
        return ReleaseOutcome("held", "proposed")
    form = await asyncio.to_thread(rewritten, house, held, actor, "release_rewritten", changes)
    if shown and form.digest != shown:
        raise CannotChange(held, "moved", "what would be sent is not what was shown")
    instead = (form.envelope, form.content)
    new = rewritten_as(form.before, form.message, form.examination, form.content)
    if house.settings.notices.attach_rewritten:
        new = shown_to_sender(new, form.content)
    keeps = house.policy.keep_days > 0
    await asyncio.to_thread(house.store.rewrites.keep, new, actor, keeps, held)
    sender = UpstreamSender(house.settings)
    return await release(house.store.quarantine, held, actor, reason, sender, instead, confirming=word)


def decider_of(house: Application, actor: str) -> Decider:
    """The person behind a word of the audit log, with the address of their own mail where their account has one."""
    sort, _, name = actor.partition(":")
    return Decider(actor, address_of(house, name) if sort == "console" else "")


def address_of(house: Application, name: str) -> str:
    """The address of somebody's own mail; empty where the account has none."""
    person = house.store.people.find(name)
    return "" if person is None else person.address


def _word(house: Application, held: str, action: ProposedAction, actor: str, reason: str) -> Proposed | Proposal | None:
    store, decider = house.store, decider_of(house, actor)
    return second_word(store.quarantine, store.proposals, house.policy, held, action, decider, reason)


def rewritten(
    house: Application, held: str, actor: str, purpose: str = "preview", changes: PlaceChanges = NO_CHANGES
) -> RewrittenForm:
    """What would leave. The look is audited; it takes as long as inspecting twice, and a reader, which is started where
    there is none. Raises what `rewritten_form` does."""
    message = house.store.quarantine.open(held, actor, purpose)
    if message is None:
        raise Problem(held, "no such message in quarantine", "see `hushgate quarantine list`")
    house.reader(most=1)
    return rewritten_form(message, house.tools(), Deadline.after(budget_of(house.settings)), changes)


def reading_rewritten(
    house: Application, held: str, actor: str, changes: PlaceChanges = NO_CHANGES, word: str = ""
) -> RewrittenPreview:
    """What somebody would read who got the rewritten form, and what of a reporter the rules let pass in it; `word`
    goes wherever it stands, too. Raises CannotChange where it stands nowhere."""
    if word.strip():
        form = rewritten(house, held, actor, "preview")
        reading = form.examination.reading or Reading()
        places = spans_of_word(reading, word)
        if not places:
            raise CannotChange(held, "add", "the word stands nowhere where it could be taken out")
        changes = replace(changes, spans=(*changes.spans, *(AddedSpan(*place) for place in places)))
    form = rewritten(house, held, actor, "preview", changes)
    examination = form.examination
    assert examination.second is not None, "a rewriting that was not read again never leaves the proof"
    before = examination.reading or Reading()
    return RewrittenPreview(
        before, examination.findings, examination.second, examination.left, examination.edits, changes, form.digest
    )


def discard_held(house: Application, held: str, actor: str, reason: str) -> None:
    """It never leaves. Raises Problem where it is not there to be discarded, or is that person's own mail."""
    message = house.store.quarantine.summary(held)
    if message is not None:
        may_decide(message, decider_of(house, actor))
    discard(house.store.quarantine, held, actor, reason)
