"""The list of held messages: found, in order, each with the one sentence why; and the line that says what is new."""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from gateway.console.guessing import Guessing, suspects
from gateway.console.i18n import Language, Translations, language_of
from gateway.console.people import ShownEnvelope, shown_people
from gateway.console.queue_filter import CHOICES, WAITING, QueueFilter, filter_of, number_of
from gateway.console.site import MenuEntry, Site
from gateway.console.waiting_time import WaitingTime, waiting_time
from gateway.console.why_listed import listed_why
from gateway.model import HeldSummary, Proposal
from gateway.model.held_query import HeldCount, HeldPage, HeldRow
from gateway.model.roles import may
from gateway.policy import Policy
from gateway.storage.held_search import MOST_ALIKE
from gateway.storage.protocols import Person

MOST_AT_ONCE = 50
"""Messages of one page, and of one decision."""
_MOST_NEWS, _MOST_FOUND, _MOST_COUNTED = 99, 1_000, 10_000
_SUSPECTS_SECONDS, _SLOW_SECONDS = 5.0, 0.02


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A message as the list shows it. `members`: those that say the same, where they are shown."""

    summary: HeldSummary
    people: ShownEnvelope
    why: str
    waiting: WaitingTime | None
    proposal: Proposal | None
    alike: int = 1
    members: tuple["QueueLine", ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """What the store says of one page."""

    page: HeldPage
    members: tuple[HeldRow, ...]
    count: HeldCount
    newest: int
    people: dict[str, ShownEnvelope]
    proposals: dict[str, Proposal]


class QueuePages:
    """The handlers. `seconds` is a clock for what is kept a moment."""

    menu: Sequence[MenuEntry] = (MenuEntry("/", "list", "see_messages"),)

    def __init__(self, site: Site, seconds: Callable[[], float] = time.monotonic) -> None:
        self._site, self._seconds = site, seconds
        self._suspects: tuple[float, tuple[Guessing, ...]] = (0.0, ())

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/", self._site.guarded(self.listing, "see_messages")),
            Route("/queue/news", self._site.guarded(self.news, "see_messages")),
            Route("/static/queue.js", self._site.static("queue.js", "text/javascript")),
        ]

    async def listing(self, request: Request, person: Person) -> Response:
        """Held messages, oldest first; the address chooses, without it what waits for somebody."""
        chosen, after = filter_of(request.query_params), number_of(request.query_params.get("after", ""))
        expanded = request.query_params.get("expand", "")
        plain = chosen == QueueFilter() and not after and not expanded
        guesses = plain and may(person.role, "see_senders")
        found, guessing, drill = await off_loop(
            lambda: (
                self._found(chosen, after, expanded),
                self._guessing() if guesses else (),
                self._site.deps.last_drill() if plain else None,
            )
        )
        deps, language = self._site.deps, language_of(request)
        many = may(person.role, "decide_many")
        return self._site.page(
            request,
            "list.html",
            person=person,
            lines=self._lines(found, expanded, language),
            page=found.page,
            count=_count(found.count, Translations(language)),
            suspects=guessing,
            watching=_watching(deps.policy()),
            drill=drill if drill is not None and not drill.good else None,
            rules_refused=_shown_mistake(deps.rules_refused()) if plain else "",
            chosen=chosen,
            after=after,
            choices=CHOICES,
            expanded=expanded,
            marked=request.query_params.get("mark") == "all",
            choosing=many and may(person.role, "decide") and chosen.status in ("waiting", "proposed", *WAITING),
            deciding=may(person.role, "decide"),
            returning=deps.return_to_sender is not None,
            target=int(deps.target / timedelta(minutes=1)),
            news=chosen.choosing(since=found.newest) if not after else "",
            here=_here(chosen, after, expanded),
        )

    async def news(self, request: Request, person: Person) -> Response:
        """How many messages came since a page was made; 304 where it is as many as the browser knows."""
        chosen, since = filter_of(request.query_params), number_of(request.query_params.get("since", ""))
        count = await off_loop(self._arrived, chosen, since)
        language = language_of(request)
        tag = '"' + hashlib.sha256(f"{language} {count}".encode()).hexdigest()[:16] + '"'
        headers = {"ETag": tag, "Cache-Control": "no-store"}
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        if not count.number:
            return HTMLResponse("", headers=headers)
        words = Translations(language)
        key = "news_one" if count.number == 1 else "news" if count.exact else "news_many"
        text = words[key].format(count=count.number)
        href = chosen.address().replace("&", "&amp;")
        return HTMLResponse(f'<a href="{href}">{text}</a>', headers=headers)

    def _arrived(self, chosen: QueueFilter, since: int) -> HeldCount:
        query = QueueFilter(chosen.status, chosen.words, chosen.campaign).query(since, grouped=False)
        quarantine = self._site.deps.quarantine
        if quarantine.newest() <= since:  # nearly always, and one look at the end of an index
            return HeldCount(0)
        if chosen.words:
            self._page(chosen, since)
        return quarantine.count(query, _MOST_NEWS)

    def _page(self, chosen: QueueFilter, after: int) -> HeldPage:
        return self._site.known_now.page(chosen.query(after, MOST_AT_ONCE))

    def _found(self, chosen: QueueFilter, after: int, expanded: str) -> _Found:
        deps = self._site.deps
        newest = deps.quarantine.newest()  # first: what comes in between is news
        page = self._page(chosen, after)
        members: tuple[HeldRow, ...] = ()
        for row in page.rows:
            if row.summary.id != expanded or row.alike < 2:
                continue
            status = "proposed" if chosen.status == "proposed" else row.summary.status
            lot = QueueFilter(status, chosen.words, expanded, chosen.newest_first)
            members = deps.quarantine.page(lot.query(0, MOST_AT_ONCE, grouped=False)).rows
        shown = self._site.known_now.of([row.summary for row in (*page.rows, *members)])
        rows = tuple(replace(row, summary=one) for row, one in zip((*page.rows, *members), shown, strict=True))
        page, members = replace(page, rows=rows[: len(page.rows)]), rows[len(page.rows) :]
        proposals = deps.proposals.among(tuple(one.id for one in shown)) if deps.proposals is not None else {}
        count = _counted(page, after)
        if count is None:  # a search tries each message that it counts, a state is counted by an index
            count = deps.quarantine.count(chosen.query(grouped=False), _MOST_FOUND if chosen.words else _MOST_COUNTED)
        return _Found(page, members, count, newest, shown_people(shown, deps.reports), proposals)

    def _lines(self, found: _Found, expanded: str, language: Language) -> list[QueueLine]:
        members = tuple(self._line(row.summary, found, language) for row in found.members)
        return [
            self._line(
                row.summary, found, language, row.alike, members if members and row.summary.id == expanded else ()
            )
            for row in found.page.rows
        ]

    def _line(
        self,
        summary: HeldSummary,
        found: _Found,
        language: Language,
        alike: int = 1,
        members: tuple[QueueLine, ...] = (),
    ) -> QueueLine:
        deps, waiting = self._site.deps, None
        if summary.status in WAITING:
            waiting = waiting_time(summary.received_at, deps.clock(), deps.target, Translations(language))
        proposal = found.proposals.get(summary.id)
        people = found.people[summary.id]
        return QueueLine(summary, people, listed_why(summary, language), waiting, proposal, alike, members)

    def _guessing(self) -> tuple[Guessing, ...]:
        """Kept a moment where it took long, since every page of the list asks."""
        until, known = self._suspects
        if self._seconds() < until:
            return known
        deps, started = self._site.deps, time.thread_time()
        known = suspects(deps.senders, deps.quarantine, deps.reports, deps.limits(), deps.clock())
        slow = time.thread_time() - started > _SLOW_SECONDS
        self._suspects = (self._seconds() + _SUSPECTS_SECONDS if slow else 0.0, known)
        return known


def _shown_mistake(problem: str) -> str:
    """Without the folder that the file lies in, which is nobody's business here."""
    place, _, rest = problem.partition(": ")
    return f"{place.rpartition('/')[2]}: {rest}" if rest else problem


def _counted(page: HeldPage, after: int) -> HeldCount | None:
    """How many there are, where one page tells."""
    total = sum(row.alike for row in page.rows)
    if after or any(row.alike >= MOST_ALIKE for row in page.rows):
        return None
    if page.whole:
        return None if page.next else HeldCount(total)
    return HeldCount(total, exact=False)


def _count(count: HeldCount, words: Translations) -> str:
    if count.number == 1 and count.exact:
        return words["how_many_one"]
    return words["how_many" if count.exact else "how_many_more"].format(count=f"{count.number:,}")


def _here(chosen: QueueFilter, after: int, expanded: str) -> str:
    return chosen.address(after=after, expand=expanded if expanded.startswith("Q-") and expanded.isascii() else "")


def _watching(policy: Policy | None) -> tuple[str, int] | None:
    """The text that says that rules only watch now, and how many; None where all of them act."""
    if policy is None:
        return None
    if policy.mode == "monitor":
        return "watching_all", len(policy.rules)
    count = sum(rule.monitor for rule in policy.rules)
    return ("watching_one" if count == 1 else "watching_some", count) if count else None
