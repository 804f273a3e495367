"""The pages of figures, lessons and retention: who may see what, and that they tell nothing of one person."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from starlette.testclient import TestClient

from console.conftest import SAME, Console, new_hold
from console.counted import fill
from gateway.console.app import create_app
from gateway.console.deps import ConsoleDeps
from gateway.console.site import Site
from gateway.model import Item, Party, Report
from gateway.model.roles import ROLES, Right, may
from gateway.model.tallies import Axis, TallyEvent
from gateway.storage.tallies import _write

NOW = datetime(2026, 11, 30, 9, tzinfo=UTC)
ROUTES: tuple[tuple[str, str, Right | None], ...] = (
    ("GET", "/figures", "see_figures"),
    ("GET", "/figures.csv", "see_figures"),
    ("GET", "/lessons", None),
    ("GET", "/retention", "keep_records"),
    ("GET", "/retention/{held}", "keep_records"),
    ("POST", "/retention/{held}", "keep_records"),
)


@pytest.fixture
def at_work(console: Console) -> Console:
    """Somebody is signed in, and there are twelve weeks of work."""
    console.now = NOW
    console.set_up("mei")
    fill(console.store, NOW.date())
    return console


def count(console: Console, axis: Axis, word: str, number: int, event: TallyEvent = "held") -> None:
    ground = console.store._ground  # type: ignore[attr-defined]
    day = NOW.date().isoformat()
    with ground.transactions.write() as connection:
        _write(connection, ground, [(day, event, axis, word)] * number)


def table(console: Console, weeks: int = 12) -> list[list[str]]:
    answer = console.client.get(f"/figures.csv?weeks={weeks}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("method", "path", "right"), ROUTES)
def test_every_address_asks_for_its_right(
    at_work: Console, role: str, method: str, path: str, right: Right | None
) -> None:
    held = at_work.store.quarantine.hold(new_hold(), "relay")
    token = at_work.token()
    at_work.become(role)
    form = {"token": token, "on": "1", "reason": "x"} if method == "POST" else None
    answer = at_work.client.request(method, path.format(held=held), data=form, headers=SAME)
    allowed = right is None or may(role, right)
    assert answer.status_code == (200 if allowed else 403)
    assert at_work.store.keeping.is_kept(held) is (allowed and method == "POST")


@pytest.mark.parametrize(("method", "path", "right"), ROUTES)
def test_nobody_sees_them_without_a_sign_in(console: Console, method: str, path: str, right: Right | None) -> None:
    console.set_up("mei")
    stranger = console.from_elsewhere("10.1.1.1")
    answer = stranger.request(method, path.format(held="Q-X"), headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")


@pytest.mark.parametrize("path", ["/figures", "/figures.csv", "/lessons", "/retention"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_only_shows_takes_nothing(at_work: Console, path: str, method: str) -> None:
    assert at_work.client.request(method, path, headers=SAME).status_code == 405


def test_a_form_without_its_token_keeps_nothing(at_work: Console) -> None:
    held = at_work.store.quarantine.hold(new_hold(), "relay")
    form = {"token": "of somebody else", "on": "1", "reason": "x"}
    assert at_work.client.post(f"/retention/{held}", data=form, headers=SAME).status_code == 403
    assert at_work.store.keeping.is_kept(held) is False


def test_figures_are_those_of_the_counts(at_work: Console) -> None:
    page = at_work.client.get("/figures").text
    assert page.count('class="plot"') == 8
    for word in ("拦下的泄露", "各规则的误报", "客服一组", "xinger@streamers.example", "unreadable"):
        assert word in page
    rows = table(at_work)
    assert rows[0] == ["week", "sort", "what", "messages"]
    stopped = sum(int(row[3]) for row in rows if row[1] == "stopped")
    assert f"<b>{stopped}</b>" in page
    assert [row for row in rows if row[1:3] == ["kind", "name"]]
    assert len({row[0] for row in rows if row[0] and row[1] == "stopped"}) == 12


def test_the_time_stays_in_the_address(at_work: Console) -> None:
    for weeks in (4, 12, 52):
        page = at_work.client.get(f"/figures?weeks={weeks}").text
        assert f'href="/figures?weeks={weeks}" aria-current="true"' in page
        assert f"/figures.csv?weeks={weeks}" in page
        assert len({row[0] for row in table(at_work, weeks)} - {"", "week"}) == weeks
    for wrong in ("0", "-1", "99999999", "x", "12;", "１２"):
        assert "weeks=12" in at_work.client.get("/figures", params={"weeks": wrong}).text


def test_a_number_of_few_is_not_said_on_the_page_nor_in_the_table(at_work: Console) -> None:
    count(at_work, "recipient", "alone@private.example", 3)
    count(at_work, "domain", "private.example", 3)
    count(at_work, "team", "一人组", 2)
    page = at_work.client.get("/figures").text
    assert "private.example" not in page
    assert "其他收件人" in page
    rows = table(at_work)
    assert ["", "team", "一人组", "<5"] in rows
    assert ["", "recipient", "others", "<5"] in rows
    assert not [row for row in rows if "private" in row[2]]


def test_a_reported_party_with_few_is_said_without_its_number(at_work: Console) -> None:
    at_work.store.reports.put([Report("R-2", "open", "2026-01-01", (Party("云", ("yun@s.example",)),))], "test")
    count(at_work, "recipient", "yun@s.example", 2)
    assert ["", "recipient", "yun@s.example", "<5"] in table(at_work)


def test_a_recipient_who_is_the_reporter_looks_like_any_other(at_work: Console) -> None:
    item = Item("address", "reporter@mail.example")
    at_work.store.reports.put(
        [Report("R-3", "open", "2026-01-01", (Party("云", ("yun@s.example",)),), (item,))], "test"
    )
    count(at_work, "recipient", "reporter@mail.example", 9)
    count(at_work, "recipient", "rather@mail.example", 9)
    words = [row[2] for row in table(at_work) if row[1] == "recipient" and "mail.example" in row[2]]
    assert {"r***@mail.example", "r***@mail.example (2)"} <= set(words)
    assert "reporter" not in at_work.client.get("/figures").text


def test_an_auditor_sees_domains_and_no_address(at_work: Console) -> None:
    count(at_work, "domain", "rare.example", 1)
    at_work.become("auditor")
    page = at_work.client.get("/figures").text
    assert "streamers.example" in page
    for hidden in ("xinger", "***@", "rare.example", "/retention"):
        assert hidden not in page, hidden
    assert not [row for row in table(at_work) if row[1] == "recipient" or "@" in row[2]]


def test_whoever_takes_the_table_along_is_in_the_log(at_work: Console) -> None:
    table(at_work)
    last = list(at_work.store.audit.entries())[-1]
    assert (last.actor, last.event, last.subject) == ("console:mei", "figures_exported", "figures")


def test_no_cell_of_the_table_is_a_formula(at_work: Console) -> None:
    count(at_work, "rule", '=HYPERLINK("http://evil.example")', 9)
    count(at_work, "team", "@SUM(A1)", 9)
    rows = table(at_work)
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]
    assert [row for row in rows if row[2].startswith("'=HYPERLINK")]


def test_what_a_team_is_called_runs_nothing(at_work: Console) -> None:
    count(at_work, "team", "<script>alert(1)</script>", 9)
    page = at_work.client.get("/figures").text
    assert "<script" not in page
    assert "&lt;script&gt;alert" in page


def test_without_counts_the_page_says_so(console: Console) -> None:
    console.set_up("mei")
    assert "没有扣留或改写任何邮件" in console.client.get("/figures").text
    assert len(table(console)) == 1


def opened(console: Console, **changed: Any) -> TestClient:
    site = next(route.endpoint for route in console.client.app.routes if route.path == "/favicon.ico")  # type: ignore[attr-defined]
    deps = cast(Site, site.__self__).deps
    assert isinstance(deps, ConsoleDeps)
    return TestClient(create_app(replace(deps, **changed)), follow_redirects=False)


def test_lessons_are_open_only_where_the_settings_say(at_work: Console) -> None:
    assert opened(at_work).get("/lessons").status_code == 303
    page = opened(at_work, lessons=True).get("/lessons")
    assert page.status_code == 200
    assert page.text.count("<li class") == 5
    assert "2026 年 10 月" in page.text
    assert "/figures" not in page.text


def test_lessons_say_no_number_and_do_not_change_with_a_mail(at_work: Console) -> None:
    client = opened(at_work, lessons=True)
    before = client.get("/lessons").text
    events: tuple[TallyEvent, ...] = ("held", "rewritten")
    for event in events:
        count(at_work, "kind", "circumstance", 500, event)
        count(at_work, "total", "", 500, event)
    assert client.get("/lessons").text == before
    assert "500" not in before


def test_a_legal_hold_by_the_page(at_work: Console) -> None:
    held = at_work.store.quarantine.hold(new_hold(), "relay")
    page = at_work.client.get(f"/retention/{held}").text
    assert 'name="on" value="1"' in page
    token = at_work.token()

    def post(on: str, reason: str = "案号 1") -> tuple[int, str]:
        answer = at_work.client.post(
            f"/retention/{held}", data={"token": token, "on": on, "reason": reason}, headers=SAME
        )
        return answer.status_code, answer.text

    assert post("1", "  ")[0] == 422
    assert at_work.store.keeping.is_kept(held) is False
    status, said = post("1")
    assert (status, "已依法保全" in said) == (200, True)
    assert post("1")[0] == 409
    assert held in at_work.client.get("/retention").text
    assert post("0")[0] == 200
    events = [(one.event, one.actor) for one in at_work.store.audit.entries() if "legal" in one.event]
    assert events == [("legal_hold", "console:mei"), ("legal_hold_ended", "console:mei")]
    assert all("案号" not in one.detail for one in at_work.store.audit.entries())


@pytest.mark.parametrize("message", ["Q-NOTHERE", "W-NOTHERE", "x", "../../etc/passwd", "%00", "Q-" + "A" * 300])
def test_there_is_no_legal_hold_of_nothing(at_work: Console, message: str) -> None:
    assert at_work.client.get(f"/retention/{message}").status_code == 404


@pytest.mark.parametrize(
    ("wanted", "to"),
    [(" q-abc ", "/retention/Q-ABC"), ("//evil.example", ""), ("https://x", ""), ("a/b", ""), ("", "")],
)
def test_looking_one_up_leads_nowhere_else(at_work: Console, wanted: str, to: str) -> None:
    answer = at_work.client.get("/retention", params={"id": wanted})
    assert answer.headers.get("location", "") == to
