"""What enforcement would have held: mail that passed because rules only watch, by rule and by week. A person says of
each whether it would have been right."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Literal
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.console import sessions
from gateway.console.evidence import evidence
from gateway.console.i18n import language_of
from gateway.console.message_view import search_of
from gateway.console.people import ShownEnvelope, shown_people
from gateway.console.queue_filter import number_of
from gateway.console.site import MenuEntry, Site
from gateway.console.why_listed import listed_why
from gateway.figures.csv_lines import csv_of
from gateway.model.roles import may
from gateway.model.watched import VERDICTS, WatchedCount, WatchedFilter, WatchedMail
from gateway.storage.protocols import Person
from gateway.storage.watched_protocols import WatchedMails

WEEKS = 12
_MOST_ROWS = 50
_CSV = {"Content-Disposition": 'attachment; filename="hushgate-watched.csv"', "Cache-Control": "no-store"}
_Choice = Literal["", "none", "right", "false"]
_CHOICES: tuple[_Choice, ...] = ("none", "right", "false")


@dataclass(frozen=True, slots=True)
class _Line:
    mail: WatchedMail
    people: ShownEnvelope
    why: str


class WatchedPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = ()

    def __init__(self, site: Site, watched: WatchedMails) -> None:
        self._site, self._watched = site, watched

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded = self._site.guarded
        return [
            Route("/watched", guarded(self.listing, "see_messages")),
            Route("/watched.csv", guarded(self.table, "see_figures")),
            Route("/watched/{watched}", guarded(self.one, "see_messages")),
            Route("/watched/{watched}/picture/{number:int}.png", guarded(self.picture, "see_messages")),
            Route("/watched/{watched}/mark", guarded(self.mark, "decide"), methods=["POST"]),
        ]

    async def listing(self, request: Request, person: Person) -> Response:
        """Counts, and the mails that the address asks for, newest first."""
        wanted, language = _filter_of(request.query_params), language_of(request)
        counts, found, people = await off_loop(self._found, wanted)
        lines = [_Line(one, people[one.id], listed_why(one.summary, language)) for one in found[:_MOST_ROWS]]
        return self._site.page(
            request,
            "watched.html",
            person=person,
            counts=counts,
            lines=lines,
            wanted=wanted,
            choices=_CHOICES,
            older=lines[-1].mail.summary.number if len(found) > _MOST_ROWS else 0,
            address=_address,
            weeks=WEEKS,
            deciding=may(person.role, "decide"),
            exports=may(person.role, "see_figures"),
            back=_address(wanted, before=wanted.before),
        )

    async def table(self, request: Request, person: Person) -> Response:
        """The counts as CSV, which names nobody; whoever takes them along is in the log."""
        counts = await off_loop(self._watched.counts, self._since())
        await off_loop(self._site.deps.noted, f"console:{person.name}", "figures_exported", "watched", "")
        rows = [
            (one.week.isoformat(), one.rule, one.would, one.total, one.right, one.false, one.unmarked) for one in counts
        ]
        body = csv_of(("week", "rule", "would", "mails", "right", "false_alarms", "not_marked"), rows)
        return Response(body, media_type="text/csv; charset=utf-8", headers=_CSV)

    async def one(self, request: Request, person: Person) -> Response:
        """What was found in one of them, covered; opening it is audited by the store."""
        id_, deps = request.path_params["watched"], self._site.deps
        kept = await off_loop(self._watched.open, id_, f"console:{person.name}")
        if kept is None:
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        shown = await off_loop(evidence, kept.reading, kept.findings, search_of(deps, kept))
        self._site.pictures.keep(sessions.token_of(request), id_, tuple(picture.png for picture in shown.pictures))
        people = (await off_loop(shown_people, (kept.summary,), deps.reports))[id_]
        return self._site.page(
            request,
            "watched_mail.html",
            person=person,
            mail=kept.mail,
            shown=shown,
            people=await off_loop(people.covered, shown.masking),
            why=listed_why(kept.summary, language_of(request)),
            back=_back(request.query_params.get("back", "")),
            deciding=may(person.role, "decide"),
            here=f"/watched/{id_}",
        )

    async def picture(self, request: Request, person: Person) -> Response:
        """A covered picture of a mail that this session was just shown."""
        return self._site.kept_picture(request, request.path_params["watched"])

    async def mark(self, request: Request, person: Person) -> Response:
        """Say what it is, and go back to where that was said."""
        id_, form = request.path_params["watched"], request.state.form
        said = next((one for one in VERDICTS if one == str(form.get("verdict", "?"))), None)
        if said is None:
            raise HTTPException(400)
        if not await off_loop(self._watched.mark, id_, said, f"console:{person.name}"):
            return self._site.page(request, "message.html", 404, person=person, message="not_found")
        return RedirectResponse(f"{_back(str(form.get('back', '')))}#{id_}", 303)

    def _since(self) -> date:
        return self._site.deps.clock().astimezone(UTC).date() - timedelta(weeks=WEEKS - 1)

    def _found(
        self, wanted: WatchedFilter
    ) -> tuple[tuple[WatchedCount, ...], tuple[WatchedMail, ...], dict[str, ShownEnvelope]]:
        found = self._watched.page(wanted, _MOST_ROWS + 1)
        people = shown_people([one.summary for one in found], self._site.deps.reports)
        return self._watched.counts(self._since()), found, people


def _filter_of(query: Mapping[str, str]) -> WatchedFilter:
    """What an address asks for; what makes no sense in it asks for nothing."""
    week: date | None = None
    with contextlib.suppress(ValueError):
        week = date.fromisoformat(query.get("week", ""))
    verdict: _Choice = next((one for one in _CHOICES if one == query.get("verdict")), "")
    return WatchedFilter(week, query.get("rule", "")[:200], verdict, number_of(query.get("before", "")))


def _address(
    wanted: WatchedFilter,
    *,
    week: date | None = None,
    rule: str = "",
    verdict: str | None = None,
    before: int = 0,
) -> str:
    """The address of the list with something else asked for."""
    of_week = week or wanted.week
    said = {
        "week": of_week.isoformat() if of_week is not None else "",
        "rule": rule or wanted.rule,
        "verdict": wanted.verdict if verdict is None else verdict,
        "before": str(before) if before else "",
    }
    query = urlencode({key: value for key, value in said.items() if value})
    return f"/watched?{query}" if query else "/watched"


def _back(address: str) -> str:
    """The list as it was; never anything else."""
    path, _, query = address.partition("?")
    if path != "/watched" or any(ord(letter) < 33 or letter in "#\\" for letter in query):
        return "/watched"
    return address if query else "/watched"
