"""The page of the audit log: who did what, when and why, found by person, event, subject and time.

Reasons are sealed. Who may reveal identities may open those of one page, with a reason, which is in the log before
they are shown. What is asked for stands in the address, and so does the place in the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from gateway.audit.sentences import GROUP_NAMES, GROUPS, detail_of, opened_detail, sentence, wanted
from gateway.console.i18n import Language, language_of
from gateway.console.site import MenuEntry, Site
from gateway.model.roles import may
from gateway.storage.audit_protocols import Audit, AuditEntry, AuditFilter
from gateway.storage.protocols import Person

_ON_A_PAGE = 50
_LONGEST = 200
_FIELDS = ("person", "event", "subject", "since", "until")


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry as the page has it."""

    entry: AuditEntry
    at: datetime
    said: str
    detail: tuple[tuple[str, str | int | None], ...]

    @property
    def zone(self) -> str:
        """By which clock the page says when: the server's."""
        return f"UTC{self.at.isoformat()[-6:]}"


class AuditPages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/log", "log", "see_log"),)

    def __init__(self, site: Site, log: Audit) -> None:
        self._site, self._log = site, log

    def routes(self) -> list[Route]:
        """The addresses."""
        return [
            Route("/log", self._site.guarded(self.listing, "see_log")),
            Route(
                "/log/reveal",
                self._site.asked_or(self.asked_to_reveal, self.reveal, "reveal"),
                methods=["GET", "POST"],
            ),
        ]

    async def listing(self, request: Request, person: Person) -> Response:
        """Entries as asked for, newest first."""
        return await self._show(request, person, _asked(request.query_params))

    async def asked_to_reveal(self, request: Request, person: Person) -> Response:
        """The address of a form, opened as a page: the log."""
        return RedirectResponse("/log", 303)

    async def reveal(self, request: Request, person: Person) -> Response:
        """The same page with its sealed texts open."""
        if not may(person.role, "see_log"):
            return self._site.page(request, "message.html", 403, person=person, message="no_right")
        form = request.state.form
        reason = str(form.get("reason", "")).strip()
        asked = _asked(form)
        if not reason:
            return await self._show(request, person, asked, 400, "no_reason")
        return await self._show(request, person, asked, reason=reason)

    async def _show(
        self,
        request: Request,
        person: Person,
        asked: dict[str, str],
        status: int = 200,
        notice: str = "",
        reason: str = "",
    ) -> Response:
        try:
            filtered = _filter_of(asked)
        except ValueError:
            filtered, status, notice, reason = AuditFilter(), 400, "log_bad_date", ""
            asked = {**asked, "since": "", "until": ""}
        found = await off_loop(self._log.find, filtered, _number(asked["before"]), _ON_A_PAGE + 1)
        entries, more = found[:_ON_A_PAGE], len(found) > _ON_A_PAGE
        if reason and entries:
            await off_loop(self._note_reveal, person, entries, reason)
        language = language_of(request)
        shown = await off_loop(self._shown, entries, language, bool(reason))
        return self._site.page(
            request,
            "log.html",
            status,
            person=person,
            days=_by_day(shown),
            asked=asked,
            chosen={key: value for key, value in asked.items() if value and key in _FIELDS},
            groups=[(key, names[language == "en"]) for key, names in GROUP_NAMES.items() if key in GROUPS],
            people=await off_loop(self._people),
            key=await off_loop(self._log.public_key),
            older=entries[-1].seq if more else None,
            newest=entries[0].seq + 1 if entries else None,
            sealed=not reason and any(value is None for one in shown for _, value in one.detail),
            may_reveal=may(person.role, "reveal"),
            revealed=bool(reason),
            notice=notice,
            **({"here": "/log"} if request.method == "POST" else {}),
        )

    def _note_reveal(self, person: Person, entries: Sequence[AuditEntry], reason: str) -> None:
        facts: dict[str, str | int] = {"from": entries[-1].seq, "to": entries[0].seq}
        self._log.append_with_reason(f"console:{person.name}", "log_revealed", "", facts, reason)

    def _shown(self, entries: Sequence[AuditEntry], language: Language, reveal: bool) -> list[ShownEntry]:
        shown = []
        for entry in entries:
            detail = opened_detail(self._log, entry) if reveal else detail_of(entry)
            shown.append(ShownEntry(entry, _moment(entry.at), sentence(entry, language, detail), tuple(detail.items())))
        return shown

    def _people(self) -> list[str]:
        return [name.removeprefix("console:") for name in self._log.actors()]


def _asked(given: Any) -> dict[str, str]:
    """What was asked for, by the address or by a form; each part at most so long."""
    return {name: str(given.get(name, "")).strip()[:_LONGEST] for name in (*_FIELDS, "before")}


def _filter_of(asked: dict[str, str]) -> AuditFilter:
    """Days are those of the server's clock, the last one included. Raises ValueError."""
    since, until = _day(asked["since"]), _day(asked["until"])
    after = until + timedelta(days=1) if until is not None else None
    return replace(wanted(asked["person"], asked["event"], asked["subject"]), since=since, until=after)


def _day(text: str) -> datetime | None:
    if not text:
        return None
    day = date.fromisoformat(text)
    if not 1990 <= day.year <= 9000:
        raise ValueError(text)
    return datetime(day.year, day.month, day.day).astimezone()


def _moment(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError:  # somebody changed it
        return datetime.fromtimestamp(0).astimezone()


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else None


def _by_day(shown: Sequence[ShownEntry]) -> list[tuple[str, list[ShownEntry]]]:
    days: list[tuple[str, list[ShownEntry]]] = []
    for one in shown:
        day = one.at.strftime("%Y-%m-%d")
        if not days or days[-1][0] != day:
            days.append((day, []))
        days[-1][1].append(one)
    return days
