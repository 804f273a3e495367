"""What the record says of each rule, and a form to see what other rules would have done. Nothing is taken over.

The rules that somebody shows are read, tried on the record, and forgotten. One trial at a time: it is work for a core.
"""

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console.site import FormSize, MenuEntry, Site
from gateway.errors import Problem, Problems
from gateway.inspection.untold import Trial
from gateway.model.roles import may
from gateway.storage.keeping_protocols import Decisions
from gateway.storage.protocols import Person

DAYS = (7, 30, 90)
LARGEST = 128 * 1024
"""Octets of rules that are shown; the packaged ones have twelve thousand."""
_FORM = FormSize(4 * LARGEST, files=1)
"""A form writes each octet of Chinese text as three."""
_SHOWN = 50
_MOST_PROBLEMS = 20


class RulePages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/rules", "rules", "try_rules"),)

    def __init__(self, site: Site, decisions: Decisions) -> None:
        self._site, self._decisions = site, decisions
        self._alone = asyncio.Lock()

    def routes(self) -> list[Route]:
        """The address."""
        shown = self._site.asked_or(self.page, self.tried, "try_rules", _FORM)
        return [Route("/rules", shown, methods=["GET", "POST"])]

    async def page(self, request: Request, person: Person) -> Response:
        """The record by rule, and the form."""
        return await self._show(request, person, _days(request.query_params.get("days", "")))

    async def tried(self, request: Request, person: Person) -> Response:
        """The same with what the rules of the form would have done."""
        form, deps = request.state.form, self._site.deps
        days = _days(str(form.get("days", "")))
        given = await _given(form.get("file"), str(form.get("policy", "")))
        if not given.strip() or deps.try_rules is None:
            return await self._show(request, person, days, 422, notice="rules_nothing")
        if len(given) > LARGEST:
            return await self._show(request, person, days, 413, notice="rules_too_large")
        since = deps.clock() - timedelta(days=days)
        try:
            async with self._alone:
                trial = await off_loop(deps.try_rules, given, since)
        except Problem as problem:
            found = problem.found if isinstance(problem, Problems) else (problem,)
            lines = [str(one) for one in found[:_MOST_PROBLEMS]]
            return await self._show(
                request, person, days, 422, problems=lines, more=len(found) - len(lines), given=given
            )
        return await self._show(request, person, days, trial=trial, given=given)

    async def _show(
        self,
        request: Request,
        person: Person,
        days: int,
        status: int = 200,
        trial: Trial | None = None,
        problems: Sequence[str] = (),
        more: int = 0,
        given: bytes = b"",
        notice: str = "",
    ) -> Response:
        since = self._site.deps.clock() - timedelta(days=days)
        by_rule = await off_loop(self._decisions.by_rule, since)
        clean = await off_loop(self._decisions.clean, since)
        groups = () if trial is None else _groups(trial)
        return self._site.page(
            request,
            "rules.html",
            status,
            person=person,
            days=days,
            choices=DAYS,
            by_rule=by_rule,
            clean=clean,
            trial=trial,
            groups=groups,
            shown=_SHOWN,
            problems=problems,
            more=more,
            given=given.decode("utf-8", "replace"),
            notice=notice,
            sees=may(person.role, "see_messages"),
            here=f"/rules?days={days}",
        )


def _groups(trial: Trial) -> tuple[tuple[str, Sequence[object]], ...]:
    """The changes by what would become of the messages; those of nobody are left out."""
    result = trial.result
    all_of_them: tuple[tuple[str, Sequence[object]], ...] = (
        ("rules_newly_passed", result.newly_passed),
        ("rules_newly_held", result.newly_held),
        ("rules_newly_rewritten", result.newly_rewritten),
        ("rules_newly_rejected", result.newly_rejected),
        ("rules_would", result.would),
    )
    return tuple((title, changes) for title, changes in all_of_them if changes)


def _days(word: str) -> int:
    return next((one for one in DAYS if str(one) == word), 30)


async def _given(file: object, text: str) -> bytes:
    """The file, where one was chosen; else the text."""
    if isinstance(file, UploadFile) and (data := await file.read(LARGEST + 1)).strip():
        return data
    return text.encode("utf-8", "surrogatepass")
