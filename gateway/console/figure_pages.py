"""Figures: how much was stopped, what people decided and how soon, what was a false alarm; as plots, tables and CSV.

Whoever may not see messages (an auditor) sees domains of recipients and no addresses.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType

from markupsafe import Markup
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.console.figure_people import shown_recipients
from gateway.console.i18n import Translations, language_of
from gateway.console.site import MenuEntry, Site
from gateway.figures.csv_lines import csv_of
from gateway.figures.plots import SpokenText, bars, columns, line
from gateway.figures.summary import FEW, MOST_ROWS, STEPS, CountRow, PeriodFigures, Review, figures_of, first_day
from gateway.model.roles import may
from gateway.storage.protocols import Person

WEEKS = (4, 12, 52)
_USUAL = 12
_CSV = {"Content-Disposition": 'attachment; filename="hushgate-figures.csv"', "Cache-Control": "no-store"}
_NOTHING: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Plot:
    """A plot with its table and what stands below it."""

    title: str
    svg: Markup
    head: tuple[str, ...]
    rows: tuple[tuple[str | int, ...], ...]
    hint: str = ""
    legend: tuple[str, ...] = ()
    more: int = 0


class FigurePages:
    """The handlers."""

    menu: Sequence[MenuEntry] = (MenuEntry("/figures", "figures", "see_figures"),)

    def __init__(self, site: Site) -> None:
        self._site = site

    def routes(self) -> list[Route]:
        """The addresses."""
        guarded = self._site.guarded
        return [
            Route("/figures", guarded(self.page, "see_figures")),
            Route("/figures.csv", guarded(self.table, "see_figures")),
        ]

    async def page(self, request: Request, person: Person) -> Response:
        """The plots of the last weeks; `?weeks=` says how many."""
        weeks = _weeks(request)
        figures, words = await off_loop(self._figures, person, weeks)
        t = Translations(language_of(request))
        return self._site.page(
            request,
            "figures.html",
            person=person,
            figures=figures,
            weeks=weeks,
            choices=WEEKS,
            watches=self._site.deps.watched is not None and may(person.role, "see_messages"),
            keeps=may(person.role, "keep_records"),
            tiles=_tiles(t, figures, self._target) if figures else (),
            plots=tuple(_plots(t, figures, words, self._target, may(person.role, "see_messages"))) if figures else (),
            here="/figures",
        )

    async def table(self, request: Request, person: Person) -> Response:
        """The same numbers as CSV; whoever takes them along is in the log."""
        weeks = _weeks(request)
        figures, words = await off_loop(self._figures, person, weeks)
        await off_loop(self._site.deps.noted, f"console:{person.name}", "figures_exported", "figures", "")
        rows = list(_lines(figures, words, may(person.role, "see_messages"))) if figures else []
        body = csv_of(("week", "sort", "what", "messages"), rows)
        return Response(body, media_type="text/csv; charset=utf-8", headers=_CSV)

    @property
    def _target(self) -> int:
        return int(self._site.deps.target.total_seconds() // 60)

    def _figures(self, person: Person, weeks: int) -> tuple[PeriodFigures | None, dict[str, str]]:
        """None where nothing was counted; and how recipients are written, for whoever may see them."""
        deps = self._site.deps
        today = deps.clock().astimezone(UTC).date()
        tallies = deps.tallies.sums(first_day(today, weeks)) if deps.tallies is not None else ()
        if not any(one.axis == "total" for one in tallies):
            return None, {}
        figures = figures_of(tallies, today, weeks, self._target)
        words: dict[str, str] = {}
        if may(person.role, "see_messages"):
            words = shown_recipients([row.word for row in figures.recipients], deps.reports)
        return figures, words


def _weeks(request: Request) -> int:
    wanted = request.query_params.get("weeks", "")
    return next((weeks for weeks in WEEKS if str(weeks) == wanted), _USUAL)


def _tiles(t: Translations, figures: PeriodFigures, target: int) -> tuple[tuple[str, str, str], ...]:
    """What a number says in a word, the number, and what it is of."""
    review = figures.review
    nothing = t["fig_nothing_decided"]
    return (
        (t["fig_stopped"], str(figures.stopped), t["fig_stopped_hint"]),
        (
            t["fig_false"],
            _percent(figures.false_share),
            t["fig_false_hint"].format(figures.false_alarms, figures.held),
        ),
        (
            t["fig_median"],
            duration(t, review.median) if review.decided else "–",
            t["fig_median_hint"].format(duration(t, review.late)) if review.decided else nothing,
        ),
        (
            t["fig_in_time"],
            _percent(review.share),
            t["fig_in_time_hint"].format(duration(t, target), review.decided) if review.decided else nothing,
        ),
    )


def _plots(
    t: Translations, figures: PeriodFigures, words: dict[str, str], target: int, addresses: bool
) -> Iterator[Plot]:
    yield _by_week(t, figures)
    yield _outcomes(t, figures)
    yield _listed(t, "kind", "fig_by_kind", figures.kinds, t.kind, t["fig_by_kind_hint"])
    if figures.teams:
        yield _listed(t, "team", "fig_by_team", figures.teams, str, _few(t, figures.teams))
    else:
        yield Plot(t["fig_by_team"], Markup(), (), (), t["fig_no_teams"])
    if addresses:
        hint = " ".join(part for part in (t["fig_by_recipient_hint"], _few(t, figures.recipients)) if part)
        shown = _merged(figures.recipients, t["fig_other_recipients"], words)
        yield _listed(t, "recipient", "fig_by_recipient", shown, lambda word: words.get(word, word), hint)
    else:
        domains = _merged(figures.domains, t["fig_other_domains"])
        yield _listed(t, "domain", "fig_by_domain", domains, str, _few(t, domains))
    yield _waiting(t, figures.review, target)
    yield _trend(t, figures)
    yield _by_rule(t, figures)


def _by_week(t: Translations, figures: PeriodFigures) -> Plot:
    weeks = figures.weeks
    labels = [f"{week.begins:%m-%d}" for week in weeks]
    series = [[week.held for week in weeks], [week.rewritten for week in weeks]]
    said = _said(t, "week", "fig_by_week", [(label, a + b) for label, a, b in zip(labels, *series, strict=True)])
    return Plot(
        t["fig_by_week"],
        Markup(columns(said, labels, series)),  # noqa: S704 - `plots` escapes what it is given
        (t["fig_week"], t["fig_held"], t["fig_rewritten"], t["fig_false"], t["fig_median_column"]),
        tuple(
            (
                week.begins.isoformat(),
                week.held,
                week.rewritten,
                week.false_alarms,
                duration(t, week.review.median) if week.review.decided else "–",
            )
            for week in weeks
        ),
        legend=(t["fig_held"], t["fig_rewritten"]),
    )


def _outcomes(t: Translations, figures: PeriodFigures) -> Plot:
    rows = [(t[f"fig_event_{row.word}"], row.count, str(row.count)) for row in figures.outcomes]
    said = _said(t, "outcome", "fig_outcomes", [(word, count) for word, count, _ in rows])
    svg = Markup(bars(said, rows))  # noqa: S704 - `plots` escapes what it is given
    return Plot(t["fig_outcomes"], svg, (t["fig_what"], t["fig_count"]), tuple(row[:2] for row in rows))


def _listed(
    t: Translations, name: str, title: str, rows: Sequence[CountRow], word_of: Callable[[str], str], hint: str
) -> Plot:
    shown = [(word_of(row.word), row.count, f"<{FEW}" if row.few else str(row.count)) for row in rows[:MOST_ROWS]]
    said = _said(t, name, title, [(word, written) for word, _, written in shown])
    svg = Markup(bars(said, shown)) if shown else Markup()  # noqa: S704 - `plots` escapes what it is given
    table = tuple((word, written) for word, _, written in shown)
    more = max(0, len(rows) - MOST_ROWS)
    return Plot(t[title], svg, (t["fig_what"], t["fig_count"]), table, hint, more=more)


def _waiting(t: Translations, review: Review, target: int) -> Plot:
    if not review.decided:
        return Plot(t["fig_waiting_times"], Markup(), (), (), t["fig_nothing_decided"])
    words = [t["fig_within"].format(duration(t, step)) for step in STEPS] + [t["fig_later"]]
    short = [_short(t, step) for step in STEPS] + [f">{_short(t, STEPS[-1])}"]
    before = sum(step <= target for step in STEPS) - 1
    said = _said(t, "waited", "fig_waiting_times", list(zip(words, review.steps, strict=True)))
    svg = Markup(columns(said, short, [review.steps], before if before >= 0 else None))  # noqa: S704 - as above
    rows = tuple(zip(words, review.steps, strict=True))
    return Plot(t["fig_waiting_times"], svg, (t["fig_waiting_times"], t["fig_count"]), rows, t["fig_waiting_hint"])


def _trend(t: Translations, figures: PeriodFigures) -> Plot:
    weeks = figures.weeks
    if not figures.review.decided:
        return Plot(t["fig_trend"], Markup(), (), (), t["fig_nothing_decided"])
    labels = [f"{week.begins:%m-%d}" for week in weeks]
    shares = [week.review.share for week in weeks]
    said = _said(t, "trend", "fig_trend", list(zip(labels, map(_percent, shares), strict=True)))
    svg = Markup(line(said, labels, shares))  # noqa: S704 - `plots` escapes what it is given
    rows = tuple((week.begins.isoformat(), _percent(week.review.share), week.review.decided) for week in weeks)
    return Plot(t["fig_trend"], svg, (t["fig_week"], t["fig_in_time_column"], t["fig_count"]), rows)


def _by_rule(t: Translations, figures: PeriodFigures) -> Plot:
    rules = [row for row in figures.rules if row.false_alarms]
    if not rules:
        return Plot(t["fig_by_rule"], Markup(), (), (), t["fig_no_false"])
    written = [f"{_percent(row.share)} · {row.false_alarms}/{row.held}" for row in rules]
    shown = [(row.rule, row.share or 0, words) for row, words in zip(rules, written, strict=True)][:MOST_ROWS]
    said = _said(t, "rule", "fig_by_rule", [(rule, words) for rule, _, words in shown])
    svg = Markup(bars(said, shown, 100))  # noqa: S704 - `plots` escapes what it is given
    head = (t["rule"], t["fig_event_held"], t["fig_released"], t["fig_share"])
    rows = tuple((row.rule, row.held, row.false_alarms, _percent(row.share)) for row in figures.rules)
    return Plot(t["fig_by_rule"], svg, head, rows, t["fig_by_rule_hint"])


def _said(t: Translations, name: str, title: str, values: Sequence[tuple[str, str | int]]) -> SpokenText:
    text = t["fig_said_stop"].join(t["fig_said_list"].format(word, value) for word, value in values)
    return SpokenText(f"plot-{name}", t[title], text)


def _few(t: Translations, rows: Sequence[CountRow]) -> str:
    return t["fig_few"] if any(row.few for row in rows) else ""


def _merged(rows: Sequence[CountRow], others: str, words: Mapping[str, str] = _NOTHING) -> tuple[CountRow, ...]:
    """Those with few in one row: which they are would say to whom something was. Reported parties, which `words` writes
    as they are, may stand for themselves."""
    said = tuple(row for row in rows if not row.few or words.get(row.word) == row.word)
    return (*said, CountRow(others, 0, few=True)) if len(said) < len(rows) else said


def _lines(figures: PeriodFigures, words: dict[str, str], addresses: bool) -> Iterator[tuple[str, str, str, str | int]]:
    """A line of the CSV each: by week what is a sum, over the whole time what is of few people."""
    for week in figures.weeks:
        day = week.begins.isoformat()
        sums = (("held", week.held), ("rewritten", week.rewritten), ("released_as_it_was", week.false_alarms))
        yield from ((day, "stopped" if what != "released_as_it_was" else "false_alarm", what, n) for what, n in sums)
        review = week.review
        times = (("decided", review.decided), ("in_time", review.in_time))
        yield from ((day, "review", what, number) for what, number in times)
        if review.decided:
            yield day, "review", "median_minutes", review.median
            yield day, "review", "p90_minutes", review.late
    yield from (("", "outcome", row.word, row.count) for row in figures.outcomes)
    yield from (("", "kind", row.word, row.count) for row in figures.kinds)
    yield from (("", "team", row.word, _number(row)) for row in figures.teams)
    if addresses:
        shown = _merged(figures.recipients, "others", words)
        yield from (("", "recipient", words.get(row.word, row.word), _number(row)) for row in shown)
    yield from (("", "domain", row.word, _number(row)) for row in _merged(figures.domains, "others"))
    for rule in figures.rules:
        yield "", "rule_held", rule.rule, rule.held
        yield "", "rule_false_alarm", rule.rule, rule.false_alarms


def _number(row: CountRow) -> str | int:
    return f"<{FEW}" if row.few else row.count


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share}%"


def _short(t: Translations, minutes: int) -> str:
    if minutes < 60:
        return t["fig_minutes_short"].format(minutes)
    return t["fig_hours_short"].format(minutes // 60) if minutes < 1440 else t["fig_days_short"].format(minutes // 1440)


def duration(t: Translations, minutes: int) -> str:
    """In minutes, hours or days, as a person says it."""
    key, unit = ("fig_minutes", 1) if minutes < 120 else ("fig_hours", 60) if minutes < 2880 else ("fig_days", 1440)
    return t[key].format(f"{minutes / unit:.1f}".removesuffix(".0"))
