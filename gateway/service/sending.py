"""Held mail on its way out, or never: the same function for the console and for `hushgate quarantine`.

Whoever calls takes the lease in the database, so that a message is sent once however many ask.
"""

import asyncio

from gateway.errors import Problem
from gateway.inspection.inspect import rewritten_as
from gateway.inspection.rewritten_form import RewrittenForm, rewritten_form
from gateway.model import Finding, Reading
from gateway.model.deadline import Deadline
from gateway.quarantine.release import ReleaseOutcome, discard, reason_given, release
from gateway.service.budget import budget_of
from gateway.service.upstream import UpstreamSender
from gateway.service.wiring import Application


async def release_held(house: Application, held: str, actor: str, reason: str) -> ReleaseOutcome:
    """Send it upstream once. Raises Problem where it is not there to be sent."""
    return await release(house.store.quarantine, held, actor, reason, UpstreamSender(house.settings))


async def release_held_rewritten(house: Application, held: str, actor: str, reason: str) -> ReleaseOutcome:
    """Send upstream, once, what is left when everything it is held for was taken out: proved again at this moment.
    Raises Problem where it is not there to be sent, or cannot be rewritten; it stays held then."""
    reason = reason_given(held, reason)
    form = await asyncio.to_thread(rewritten, house, held, actor, "release_rewritten")
    instead = (form.envelope, form.content)
    new = rewritten_as(form.before, form.message, form.examination, form.content)
    keeps = house.policy.keep_days > 0
    await asyncio.to_thread(house.store.rewrites.keep, new, actor, keeps, held)
    return await release(house.store.quarantine, held, actor, reason, UpstreamSender(house.settings), instead)


def rewritten(house: Application, held: str, actor: str, purpose: str = "preview") -> RewrittenForm:
    """What would leave. The look is audited; it takes as long as inspecting twice, and a reader, which is started where
    there is none. Raises what `rewritten_form` does."""
    message = house.store.quarantine.open(held, actor, purpose)
    if message is None:
        raise Problem(held, "no such message in quarantine", "see `hushgate quarantine list`")
    house.reader(most=1)
    return rewritten_form(message, house.tools(), Deadline.after(budget_of(house.settings)))


def reading_rewritten(house: Application, held: str, actor: str) -> tuple[Reading, tuple[Finding, ...]]:
    """What somebody would read who got the rewritten form, and what of a reporter the rules let pass in it."""
    examination = rewritten(house, held, actor).examination
    assert examination.second is not None, "a rewriting that was not read again never leaves the proof"
    return examination.second, examination.left


def discard_held(house: Application, held: str, actor: str, reason: str) -> None:
    """It never leaves."""
    discard(house.store.quarantine, held, actor, reason)
