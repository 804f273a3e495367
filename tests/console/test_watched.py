"""What enforcement would have held, as people see it; and that nothing is held now, or that a drill failed."""

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from console.conftest import SAME, Console, new_hold
from gateway.console.texts import TEXTS
from gateway.model import NewHold
from gateway.model.drill import CaseResult, DrillCase, DrillResult, DrillRoute
from gateway.model.watched import WatchedFilter
from gateway.policy import Policy, Rule

CLEAN = CaseResult("clean", "passed", 0.1, "clean")


def passed(number: int = 0, rule: str = "material", would: str = "quarantine") -> NewHold:
    hold = new_hold(b"Subject: %d\r\n\r\nx\r\n" % number)
    envelope = replace(hold.envelope, received_at=datetime.now(UTC))
    return replace(hold, envelope=envelope, rule=rule, action=would)  # type: ignore[arg-type]  # an action


@pytest.fixture
def office(console: Console) -> Console:
    console.now = datetime.now(UTC)
    console.set_up()
    return console


def mark(console: Console, id_: str, verdict: str, back: str = "/watched") -> tuple[int, str]:
    form = {"token": console.token(), "verdict": verdict, "back": back}
    answer = console.client.post(f"/watched/{id_}/mark", data=form, headers=SAME)
    return answer.status_code, answer.headers.get("location", "")


def test_by_rule_and_week_with_counts_and_masked(office: Console) -> None:
    for number in range(3):
        office.store.watched.note(passed(number))
    office.store.watched.note(passed(9, "identity-in-text", "redact"))
    page = office.client.get("/watched").text
    assert TEXTS["watched"][0] in page
    assert page.count("张小鸣") == 0
    assert "kefu@platform.example" in page
    assert "<td>3</td>" in page
    assert TEXTS["would_redact"][0] in page
    assert page.count('class="subject"') == 4
    narrowed = office.client.get("/watched?rule=identity-in-text").text
    assert narrowed.count('class="subject"') == 1
    for language, said in (("zh", TEXTS["watched_hint"][0]), ("en", TEXTS["watched_hint"][1])):
        assert said in office.client.get("/watched", headers={"accept-language": language}).text


def test_a_look_at_the_list_is_in_the_log(office: Console) -> None:
    for _ in range(2):
        assert office.client.get("/watched").status_code == 200
    looks = [(one.actor, one.subject) for one in office.store.audit.entries() if one.event == "list_viewed"]
    assert looks.count(("console:审核员1", "watched")) == 1


def test_a_mark_says_who_made_it_and_is_counted(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    assert mark(office, one, "false", "/watched?verdict=none") == (303, f"/watched?verdict=none#{one}")
    page = office.client.get("/watched").text
    assert TEXTS["watched_said_false"][0].format(who="审核员1") in page
    assert mark(office, one, "right") == (303, f"/watched#{one}")
    assert TEXTS["watched_said_right"][0].format(who="审核员1") in office.client.get("/watched").text
    assert mark(office, one, "")[0] == 303
    assert TEXTS["watched_said_right"][0].format(who="审核员1") not in office.client.get("/watched?verdict=none").text


def all_of(console: Console) -> list[str]:
    return [one.id for one in console.store.watched.page(WatchedFilter(), 100)]


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/watched?x\r\nSet-Cookie: a=b", "/\\evil", "/held"]
)
def test_a_mark_leads_back_to_the_list_and_nowhere_else(office: Console, back: str) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    assert mark(office, one, "right", back) == (303, f"/watched#{one}")
    page = office.client.get(f"/watched/{one}", params={"back": back}).text
    assert "evil" not in page


def test_nonsense_is_refused(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    assert mark(office, one, "release")[0] == 400
    assert mark(office, "M-NOBODY", "right")[0] == 404
    assert office.client.get("/watched/M-NOBODY").status_code == 404
    for query in ("week=never", "before=-1", "before=99999999999999999999", "verdict=x", "rule=" + "x" * 5000):
        assert office.client.get(f"/watched?{query}").status_code == 200
    assert office.client.get("/watched/../held").status_code in (200, 303, 404)


def test_without_the_token_of_the_form_nothing_is_marked(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    assert office.client.post(f"/watched/{one}/mark", data={"verdict": "right"}).status_code == 403
    assert office.client.get(f"/watched/{one}/mark").status_code == 405
    assert office.store.watched.counts(datetime.now(UTC).date())[0].right == 0


def test_one_of_them_is_shown_covered_and_the_look_is_in_the_log(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    answer = office.client.get(f"/watched/{one}", params={"back": "/watched?verdict=none"})
    assert answer.status_code == 200
    assert "张小鸣" not in answer.text
    assert f'href="/watched?verdict=none#{one}"' in answer.text
    assert office.client.get(f"/watched/{one}/picture/0.png").headers["content-type"] == "image/png"
    assert office.client.get(f"/watched/{one}/picture/7.png").status_code == 404
    assert [entry.subject for entry in office.store.audit.entries() if entry.event == "opened"] == [one]


def test_of_one_whose_time_is_over_the_verdict_can_still_be_said(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    assert office.store.watched.forget(datetime.now(UTC) + timedelta(seconds=1), 20) == 1
    page = office.client.get("/watched").text
    assert TEXTS["watched_forgotten"][0] in page
    assert "kefu" not in page
    assert office.client.get(f"/watched/{one}").status_code == 404
    assert mark(office, one, "right")[0] == 303


def test_the_table_as_csv_names_nobody(office: Console) -> None:
    office.store.watched.note(passed())
    office.store.watched.note(passed(1, "=a-rule"))
    answer = office.client.get("/watched.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0] == ["week", "rule", "would", "mails", "right", "false_alarms", "not_marked"]
    assert {row[1] for row in rows[1:]} == {"material", "'=a-rule"}
    assert "kefu" not in answer.text
    assert "R-1" not in answer.text
    assert [entry.event for entry in office.store.audit.entries()].count("figures_exported") == 1


def test_many_are_paged(office: Console) -> None:
    for number in range(52):
        office.store.watched.note(passed(number))
    page = office.client.get("/watched").text
    assert page.count('class="subject"') == 50
    older = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    assert office.client.get(older).text.count('class="subject"') == 2


def test_an_auditor_sees_no_mail_and_a_reviewer_takes_no_table_along(office: Console) -> None:
    office.store.watched.note(passed())
    (one,) = all_of(office)
    for role, allowed in (("auditor", ()), ("reviewer", ("/watched", f"/watched/{one}"))):
        office.become(role)
        for path in ("/watched", f"/watched/{one}"):
            assert office.client.get(path).status_code == (200 if path in allowed else 403)
    assert office.client.get("/watched.csv").status_code == 403


def test_the_first_page_says_that_nothing_is_held_now(office: Console) -> None:
    rules = (Rule("a", "quarantine", ()), Rule("b", "quarantine", (), monitor=True))
    for policy, said in (
        (Policy(rules, "quarantine", 0.6, 0.4, mode="monitor"), TEXTS["watching_all"][0]),
        (Policy(rules, "quarantine", 0.6, 0.4), TEXTS["watching_one"][0]),
        (Policy((*rules, rules[1]), "quarantine", 0.6, 0.4), TEXTS["watching_some"][0].format(count=2)),
    ):
        office.given(policy=lambda policy=policy: policy)
        page = office.client.get("/").text
        assert said in page
        assert 'href="/watched"' in page
    office.given(policy=lambda: Policy(rules[:1], "quarantine", 0.6, 0.4))
    assert 'href="/watched"' not in office.client.get("/").text


def ended(console: Console, *cases: CaseResult, clean: CaseResult = CLEAN) -> None:
    drills = console.store.drills
    assert drills.begin("a" * 32, DrillCase(DrillRoute(1, "p"), "{}", {}), timedelta(minutes=1))
    drills.finish("a" * 32, DrillResult(datetime.now(UTC), cases, clean), "cli:root")


def test_the_first_page_shows_a_drill_that_failed_and_no_other(office: Console) -> None:
    assert TEXTS["drill_failed"][0] not in office.client.get("/").text
    ended(office, CaseResult("text", "held", 0.1), CaseResult("screenshot", "passed", 0.1))
    page = office.client.get("/").text
    assert TEXTS["drill_failed"][0] in page
    assert TEXTS["drill_screenshot"][0] in page
    assert TEXTS["drill_text"][0] not in page
    ended(office, CaseResult("text", "held", 0.1), clean=CaseResult("clean", "held", 0.1))
    page = office.client.get("/", headers={"accept-language": "en"}).text
    assert TEXTS["drill_clean"][1] in page
    assert TEXTS["drill_held"][1] in page
    ended(office, CaseResult("text", "rejected", 0.1))
    assert TEXTS["drill_failed"][0] not in office.client.get("/").text


def test_the_first_page_shows_one_that_nobody_ended(office: Console) -> None:
    drills = office.store.drills
    assert drills.begin("a" * 32, DrillCase(DrillRoute(1, "p"), "{}", {}), timedelta())
    assert drills.forget_old("sweeper") == 1
    page = office.client.get("/").text
    assert TEXTS["drill_failed"][0] in page
    assert TEXTS["drill_abandoned"][0] in page


def test_each_outcome_of_a_drill_has_words() -> None:
    from gateway.cli.drill import _NAMES, _OUTCOMES

    assert {f"drill_{one}" for one in (*_NAMES, *_OUTCOMES)} <= set(TEXTS)
