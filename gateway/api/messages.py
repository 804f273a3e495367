"""Held messages: listed and shown masked, and decided on by the same functions as on the console."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import get_args

import msgspec
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.responses import Response

from gateway.api.bodies import JSON, of_type
from gateway.api.deps import ApiDeps
from gateway.api.operations import Call, Operation, QueryParameter, json_response
from gateway.api.paging import PARAMETERS, cursor, cursor_of, limit_of
from gateway.api.problems import Refused, refused_by
from gateway.api.shapes import DecisionIn, FindingShown, HeldDetail, HeldEntries, HeldEntry, HeldState, ReturnIn
from gateway.console.known_now import KnownNow
from gateway.console.people import shown_people
from gateway.errors import Problem, Unavailable
from gateway.inspection.serialize import findings_as_json
from gateway.model import HeldSummary, HoldState
from gateway.model.held_query import HeldQuery
from gateway.quarantine.release import ReleaseOutcome

_STATES: tuple[HoldState, ...] = get_args(HoldState)
_LONGEST_SEARCH, _LONGEST_REASON = 200, 2000
_WHY = {
    "refused": "upstream refused it; it is held as before",
    "not_reached": "upstream could not be reached; it is held as before, try again later",
    "cut": "the line was cut after the final dot: upstream may have it; a person decides",
}
_UNSETTLED = "the store failed while it was being sent: look at its state in some minutes, then a person decides"


class MessageCalls:
    """The calls."""

    def __init__(self, deps: ApiDeps) -> None:
        self._deps, self._known_now = deps, KnownNow(deps)

    def operations(self) -> list[Operation]:
        """Longer paths first."""
        release, rewritten = self._releasing(self._deps.release), self._releasing(self._deps.release_rewritten)
        state = {200: ("What it is now", HeldState)}
        twice = {**state, 202: ("A second person is to decide", HeldState)}
        decisions = (
            ("release", "Send it as it came, once", release, twice, DecisionIn),
            ("release-rewritten", "Send what is left when what it is held for was taken out", rewritten, twice,
             DecisionIn),
            ("discard", "Never send it", self.discard, state, DecisionIn),
            ("return", "Give it back to its sender, with a notice", self.give_back, state, ReturnIn),
        )  # fmt: skip
        return [
            *(
                Operation(
                    "POST", f"/quarantine/{{held}}/{word}", "quarantine:decide", says, run, answers,
                    takes={JSON: kind}, repeatable=True,
                )
                for word, says, run, answers, kind in decisions
            ),
            Operation(
                "GET", "/quarantine", "quarantine:read", "Held messages, newest first; masked", self.listing,
                {200: ("A page", HeldEntries)},
                (
                    QueryParameter("status", "Only those of this state", {"enum": list(_STATES)}),
                    QueryParameter(
                        "q", "Words, all of which stand in sender, recipients, ids, reports or the masked subject",
                        {"type": "string", "maxLength": _LONGEST_SEARCH},
                    ),
                    *PARAMETERS,
                ),
            ),
            Operation(
                "GET", "/quarantine/{held}", "quarantine:read", "One message and what was found; the look is audited",
                self.show, {200: ("The message", HeldDetail)},
            ),
        ]  # fmt: skip

    async def listing(self, call: Call) -> Response:
        """A page, newest first."""
        limit, written, named = limit_of(call), cursor_of(call), call.in_query("status")
        if written and not (written.isascii() and written.isdigit() and len(written) < 19):
            raise Refused(422, "cursor", "cursor is not the `next` of a page")
        status = next((one for one in _STATES if one == named), None)
        if named and status is None:
            raise Refused(422, "status", f"status is one of {', '.join(_STATES)}")
        words = call.in_query("q")
        if len(words) > _LONGEST_SEARCH:
            raise Refused(422, "q", f"q has more than {_LONGEST_SEARCH} characters")
        states = (status,) if status is not None else _STATES
        asked = HeldQuery(states, words, newest_first=True, after=int(written or 0), most=limit)

        def found() -> HeldEntries:
            self._deps.audit.note_look(call.token.actor, "queue")
            page = self._known_now.page(asked)
            lines = self._lines([row.summary for row in page.rows])
            return HeldEntries(lines, cursor(str(page.next)) if page.next else None)

        return json_response(await off_loop(found))

    async def show(self, call: Call) -> Response:
        """One, with what was found."""
        id_ = call.in_path("held")

        def opened() -> HeldDetail:
            held = self._deps.quarantine.open(id_, call.token.actor, "show")
            if held is None:
                raise _missing()
            found = findings_as_json(held.findings, held.rules, held.reading)
            line = msgspec.structs.asdict(self._lines([held.summary])[0])
            return HeldDetail(findings=msgspec.convert(found, list[FindingShown]), **line)

        return json_response(await off_loop(opened))

    def _lines(self, found: Sequence[HeldSummary]) -> list[HeldEntry]:
        found = self._known_now.of(found)
        people = shown_people(found, self._deps.reports)
        return [
            HeldEntry(
                id=one.id,
                received_at=one.received_at.isoformat(timespec="seconds"),
                status=one.status,
                rule=one.rule,
                sender=people[one.id].sender,
                recipients=list(people[one.id].recipients),
                subject=one.subject,
                reports=list(one.reports),
                kinds=list(one.kinds),
                size=one.size,
            )
            for one in found
        ]

    def _releasing(
        self, send: Callable[[str, str, str], Awaitable[ReleaseOutcome]]
    ) -> Callable[[Call], Awaitable[Response]]:
        async def run(call: Call) -> Response:
            id_, decision = call.in_path("held"), of_type(call.body, DecisionIn)
            await self._known(id_, decision.reason)
            # To the end, whoever hangs up: half a release is for the sweeper.
            work = asyncio.ensure_future(send(id_, call.token.actor, decision.reason))
            try:
                outcome = await asyncio.shield(work)
            # Where upstream may have it, the same request once more must not send it once more.
            except Problem as problem:
                uncertain = await self._is(id_, "uncertain")
                raise refused_by(problem, 409, "state", changed=uncertain) from None
            except Unavailable:
                if not await self._is(id_, "releasing", "uncertain"):
                    raise
                raise Refused(409, "unsettled", _UNSETTLED, changed=True) from None
            if outcome.result == "proposed":
                return json_response(HeldState(id_, outcome.state, proposed=True), 202)
            if outcome.result != "sent":
                changed = outcome.state == "uncertain"
                raise Refused(409, outcome.result, _WHY[outcome.result], changed=changed)
            return json_response(HeldState(id_, outcome.state))

        return run

    async def discard(self, call: Call) -> Response:
        """It never leaves."""
        id_, decision = call.in_path("held"), of_type(call.body, DecisionIn)
        await self._known(id_, decision.reason)
        try:
            await off_loop(self._deps.discard, id_, call.token.actor, decision.reason)
        except Problem as problem:
            raise refused_by(problem, 409, "state") from None
        return json_response(HeldState(id_, "discarded"))

    async def give_back(self, call: Call) -> Response:
        """To its sender, with a notice."""
        id_, decision = call.in_path("held"), of_type(call.body, ReturnIn)
        await self._known(id_, decision.reason)
        try:
            told = await off_loop(self._deps.return_to_sender, id_, call.token.actor, decision.reason, decision.note)
        except Problem as problem:
            raise refused_by(problem, 409, "state") from None
        return json_response(HeldState(id_, "returned", told=told))

    async def _is(self, id_: str, *states: HoldState) -> bool:
        summary = await off_loop(self._deps.quarantine.summary, id_)
        return summary is not None and summary.status in states

    async def _known(self, id_: str, reason: str) -> None:
        if not reason.strip() or len(reason) > _LONGEST_REASON:
            raise Refused(422, "reason", f"give a reason, of at most {_LONGEST_REASON} characters")
        if await off_loop(self._deps.quarantine.summary, id_) is None:
            raise _missing()


def _missing() -> Refused:
    return Refused(404, "no_message", "there is no held message of this id")
