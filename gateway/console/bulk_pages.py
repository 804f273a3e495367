"""Decisions on one or several messages at once: what would happen to each is shown, a reason is asked, and each is
decided and audited by itself.

Nothing is chosen but by name, and never more than `MOST_AT_ONCE`; several only where they are of one sender or say the
same. A release where a rule wants four eyes is a proposal, or confirms another person's. What cannot be done is listed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console.people import ShownEnvelope, shown_people
from gateway.console.queue_filter import QueueFilter, filter_within, ids_of
from gateway.console.queue_pages import MOST_AT_ONCE
from gateway.console.site import MenuEntry, Site
from gateway.errors import HushgateError, Problem, StoreUnavailable
from gateway.model import HeldSummary, Proposal
from gateway.model.roles import may
from gateway.policy import packaged_policy
from gateway.quarantine.four_eyes import Decider, effects, is_own_mail
from gateway.storage.protocols import Person
from gateway.telemetry.events import HeldDiscarded, HeldReleased, HeldReturned
from gateway.text.addresses import address_key

Action = Literal["release", "release-rewritten", "discard", "return"]
ACTIONS: tuple[Action, ...] = get_args(Action)
MOST_REWRITTEN = 10
"""Each takes a reader for as long as inspecting it twice lasts."""
_DOES = ("go", "propose", "confirm")
_EVERY_EFFECT = (*_DOES, "own", "yours", "other", "state")


@dataclass(frozen=True, slots=True)
class PlannedDecision:
    """What a decision would do to one message, as a word of `four_eyes.effects`; or did, as a word of the texts."""

    summary: HeldSummary
    people: ShownEnvelope
    effect: str
    result: str = ""


@dataclass(frozen=True, slots=True)
class _Plan:
    action: Action
    decisions: tuple[PlannedDecision, ...]
    fault: str = ""
    back: QueueFilter = field(default_factory=QueueFilter)

    @property
    def doing(self) -> tuple[PlannedDecision, ...]:
        return tuple(one for one in self.decisions if one.effect in _DOES)

    @property
    def effects(self) -> str:
        """What would happen to which message: what the page that asks for the reason has said."""
        return " ".join(f"{one.summary.id}:{one.effect}" for one in self.doing)

    @property
    def risks(self) -> int:
        """How many may have been delivered already, and would be sent once more."""
        if self.action in ("discard", "return"):
            return 0
        return sum(one.summary.status == "uncertain" for one in self.doing)

    @property
    def proposing(self) -> bool:
        """Nothing is done but to propose."""
        return all(one.effect == "propose" for one in self.doing)

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many of each effect, those that do something first."""
        every = [(effect, sum(one.effect == effect for one in self.decisions)) for effect in _EVERY_EFFECT]
        return [(effect, count) for effect, count in every if count]


class BulkPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/bulk", self._site.asked_or(self.planned, self.decide, "decide"), methods=["GET", "POST"]),
            Route(
                "/proposals/{held}",
                self._site.asked_or(self.proposal, self.second, "decide"),
                methods=["GET", "POST"],
            ),
        ]

    async def planned(self, request: Request, person: Person) -> Response:
        """What would happen to the chosen messages."""
        given = request.query_params
        wanted = ids_of(" ".join(given.getlist("held")), MOST_AT_ONCE)
        plan = await off_loop(self._plan, given.get("action", ""), wanted, person, given.get("back", ""))
        return self._show(request, person, plan, 400 if plan.fault else 200)

    async def decide(self, request: Request, person: Person) -> Response:
        """Do it, one after the other."""
        form = request.state.form
        wanted = ids_of(str(form.get("held", "")), MOST_AT_ONCE)
        reason = str(form.get("reason", "")).strip()[:1000]
        plan = await off_loop(self._plan, str(form.get("action", "")), wanted, person, str(form.get("back", "")))
        if plan.fault or not plan.doing:
            return self._show(request, person, plan, 409 if not plan.fault else 400)
        if not reason:
            return self._show(request, person, plan, 400, "no_reason")
        if not set(plan.effects.split()) <= set(str(form.get("effects", "")).split()):  # it would send, and not propose
            return self._show(request, person, plan, 409, "bulk_changed")
        done: list[PlannedDecision] = []
        for one in plan.decisions:
            result = await self._done(plan.action, one.summary.id, person, reason) if one.effect in _DOES else ""
            done.append(PlannedDecision(one.summary, one.people, one.effect, result))
        good = [one for one in done if one.result in ("sent", "proposed", "discarded", "returned")]
        return self._site.page(
            request,
            "bulk_done.html",
            200 if len(good) == len(done) else 409,
            person=person,
            action=plan.action,
            good=good,
            bad=[one for one in done if one not in good],
            back=plan.back,
            here=plan.back.address(),
        )

    async def _done(self, action: Action, held: str, person: Person, reason: str) -> str:
        """What became of one message. That one fails keeps none of the others from being decided."""
        deps, actor = self._site.deps, f"console:{person.name}"
        try:
            if action == "discard":
                await off_loop(deps.discard, held, actor, reason)
                deps.emit(HeldDiscarded(held))
                return "discarded"
            if action == "return":
                if deps.return_to_sender is None:
                    return "moved"
                deps.emit(HeldReturned(held, await off_loop(deps.return_to_sender, held, actor, reason, "")))
                return "returned"
            send = deps.release if action == "release" else deps.release_rewritten
            if send is None:
                return "moved"
            outcome = await send(held, actor, reason)
        except Problem:
            return "moved"
        except StoreUnavailable:
            raise
        except HushgateError:  # the reader ended, or took too long
            return "failed"
        if outcome.result != "proposed":
            deps.emit(HeldReleased(held, outcome.state, outcome.code))
        return outcome.result

    async def proposal(self, request: Request, person: Person) -> Response:
        """What somebody proposed of one message."""
        return await self._show_proposal(request, person)

    async def second(self, request: Request, person: Person) -> Response:
        """The second person's word: confirm it, or turn it down; or the first one takes it back."""
        held, form = request.path_params["held"], request.state.form
        reason = str(form.get("reason", "")).strip()[:1000]
        standing = await off_loop(self._proposal, held)
        if standing is None:
            return await self._show_proposal(request, person, 409)
        if not reason:
            return await self._show_proposal(request, person, 400, "no_reason")
        actor = f"console:{person.name}"
        if form.get("word") == "turn_down":
            proposals = self._site.deps.proposals
            assert proposals is not None
            if not await off_loop(proposals.turn_down, standing, actor, reason):
                return await self._show_proposal(request, person, 409, "moved")
            notice = "ok_taken_back" if standing.person == actor else "ok_turned_down"
            return await self._show_proposal(request, person, 200, notice)
        if form.get("word") != "confirm" or form.get("action") != standing.action:
            return await self._show_proposal(request, person, 409, "moved")
        if standing.person == actor:
            return await self._show_proposal(request, person, 409, "proposal_own")
        result = await self._done(standing.action, held, person, reason)
        notice = {"sent": "ok_confirmed_sent", "cut": "line_cut", "failed": "look_failed"}.get(result, result)
        return await self._show_proposal(request, person, 200 if result == "sent" else 409, notice)

    def _proposal(self, held: str) -> Proposal | None:
        proposals = self._site.deps.proposals
        return proposals.of(held) if proposals is not None else None

    async def _show_proposal(self, request: Request, person: Person, status: int = 200, notice: str = "") -> Response:
        held = request.path_params["held"]
        summary = await off_loop(self._site.deps.quarantine.summary, held)
        if summary is None:
            raise HTTPException(404)
        (summary,) = await off_loop(self._site.known_now.of, (summary,))
        standing = await off_loop(self._proposal, held)
        reason = await off_loop(self._site.known_now.covered, summary, standing.reason) if standing is not None else ""
        people = await off_loop(shown_people, (summary,), self._site.deps.reports)
        decider = await off_loop(self._site.deps.decider, f"console:{person.name}")
        return self._site.page(
            request,
            "proposal.html",
            status,
            person=person,
            summary=summary,
            people=people[held],
            proposal=standing,
            reason=reason,
            own=standing is not None and standing.person == decider.actor,
            own_mail=is_own_mail(decider.address, summary),
            notice=notice,
            here=f"/proposals/{held}",
        )

    def _show(self, request: Request, person: Person, plan: _Plan, status: int, notice: str = "") -> Response:
        ids = " ".join(one.summary.id for one in plan.decisions)
        return self._site.page(
            request,
            "bulk.html",
            status,
            person=person,
            plan=plan,
            ids=ids,
            most=MOST_REWRITTEN if plan.action == "release-rewritten" else MOST_AT_ONCE,
            notice=notice or plan.fault,
            here=f"/bulk?action={plan.action}&held={'+'.join(ids.split())}&back={quote(plan.back.choosing(), safe='')}",
        )

    def _plan(self, action: str, wanted: Sequence[str], person: Person, back: str) -> _Plan:
        known = next((one for one in ACTIONS if one == action), None)
        where = filter_within(back)
        if known is None or (known == "return" and self._site.deps.return_to_sender is None):
            raise HTTPException(404)
        most = MOST_REWRITTEN if known == "release-rewritten" else MOST_AT_ONCE
        if not wanted:
            return _Plan(known, (), "bulk_none", where)
        if len(wanted) > most:
            return _Plan(known, (), "bulk_too_many", where)
        if len(wanted) > 1 and not may(person.role, "decide_many"):
            return _Plan(known, (), "bulk_many_right", where)
        deps = self._site.deps
        found = self._site.known_now.of([one for one in map(deps.quarantine.summary, wanted) if one is not None])
        if not found:
            return _Plan(known, (), "bulk_none", where)
        people = shown_people(found, deps.reports)
        standing = deps.proposals.among(tuple(one.id for one in found)) if deps.proposals is not None else {}
        decider: Decider = deps.decider(f"console:{person.name}")
        effect = effects(found, standing, deps.policy() or packaged_policy(), known, decider)
        decisions = tuple(PlannedDecision(one, people[one.id], effect[one.id]) for one in found)
        return _Plan(known, decisions, "" if _belong_together(found) else "bulk_mixed", where)


def _belong_together(messages: Sequence[HeldSummary]) -> bool:
    """Of one sender, or all saying the same."""
    senders = {address_key(one.sender) for one in messages}
    said = {one.campaign or one.id.encode() for one in messages}
    return len(senders) == 1 or len(said) == 1
