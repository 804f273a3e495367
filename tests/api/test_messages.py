"""Held messages over the API: listed, shown, and decided on once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email import message_from_bytes
from email.policy import default

import pytest

from api.conftest import Api, mail
from corpus.report import NAME, PHONE, QUOTED, REPORTED, STAFF
from gateway.errors import StoreUnavailable
from gateway.model import Envelope
from gateway.quarantine.release import AnswerLost, ReleaseRefused, SendResult
from gateway.service import sending

WHY = {"reason": "核对过"}


def test_a_message_is_listed_found_and_shown_without_a_word_of_the_reporter(api: Api) -> None:
    held = api.hold("关于直播的核实")
    for params in ({}, {"status": "held"}, {"q": "核实"}, {"q": held}, {"q": "R-2020-0918"}, {"q": REPORTED}):
        answer = api.ask("GET", "/quarantine", params={"limit": 200, **params})
        assert held in {one["id"] for one in answer.json()["items"]}, params
        assert NAME not in answer.text
        assert PHONE not in answer.text
    assert held not in {one["id"] for one in api.ask("GET", "/quarantine?status=released").json()["items"]}
    shown = api.ask("GET", f"/quarantine/{held}")
    assert {one["kind"] for one in shown.json()["findings"]} >= {"name", "phone", "material"}
    assert shown.json()["sender"] == STAFF
    for word in (NAME, PHONE, QUOTED[:12]):
        assert word not in shown.text


def test_pages_have_no_gap(api: Api) -> None:
    wanted = {api.hold(f"页 {n}") for n in range(5)}
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = api.ask("GET", "/quarantine", params={"limit": 2, **({"cursor": cursor} if cursor else {})}).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert wanted <= set(found)
    assert len(found) == len(set(found))


def test_a_release_happens_once_however_many_ask(api: Api) -> None:
    held = api.hold("一次")
    before = len(api.outbox.box.messages)
    with ThreadPoolExecutor(8) as pool:
        answers = [*pool.map(lambda _: api.ask("POST", f"/quarantine/{held}/release", json=WHY).status_code, range(8))]
    assert sorted(answers) == [200] + [409] * 7
    assert len(api.outbox.box.messages) == before + 1
    assert api.ask("GET", f"/quarantine/{held}").json()["status"] == "released"


def test_a_rewritten_release_tells_nothing(api: Api) -> None:
    held = api.hold("改写")
    answer = api.ask("POST", f"/quarantine/{held}/release-rewritten", json=WHY)
    assert answer.status_code == 200, answer.text
    text = message_from_bytes(api.outbox.box.messages[-1].content, policy=default).get_content()
    assert not any(word in text for word in (NAME, PHONE, QUOTED[:12], "举报人张"))
    assert "略" in text


def test_what_is_discarded_or_returned_never_leaves(api: Api) -> None:
    before = len(api.outbox.box.messages)
    held = api.hold("作废")
    assert api.ask("POST", f"/quarantine/{held}/discard", json=WHY).json() == {"id": held, "status": "discarded"}
    assert api.ask("POST", f"/quarantine/{held}/release", json=WHY).status_code == 409
    held = api.hold("退回")
    answer = api.ask("POST", f"/quarantine/{held}/return", json={**WHY, "note": "请删去附件后重发"})
    assert answer.json()["status"] == "returned", answer.text
    assert len(api.outbox.box.messages) == before


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({}, 422),
        ({"reason": ""}, 422),
        ({"reason": "  "}, 422),
        ({"reason": 1}, 422),
        ({"reason": "x", "note": "y"}, 422),
        ({"reason": "x" * 2001}, 422),
    ],
)
@pytest.mark.parametrize("word", ["release", "discard"])
def test_a_decision_needs_a_reason(api: Api, body: dict[str, object], status: int, word: str) -> None:
    held = api.hold()
    assert api.ask("POST", f"/quarantine/{held}/{word}", json=body).status_code == status
    assert api.ask("GET", f"/quarantine/{held}").json()["status"] == "held"


@pytest.mark.parametrize("word", ["release", "release-rewritten", "discard", "return"])
def test_nobody_decides_on_what_is_not_there(api: Api, word: str) -> None:
    assert api.ask("POST", f"/quarantine/Q-none/{word}", json=WHY).status_code == 404
    assert api.ask("GET", "/quarantine/Q-none").status_code == 404


def test_a_mail_is_judged_before_it_is_sent_and_nothing_is_kept(api: Api) -> None:
    before = len(api.house.store.quarantine.summaries())
    envelope = {"sender": STAFF, "recipient": [REPORTED, "pr@guild.example"]}
    headers = {"Content-Type": "message/rfc822"}
    clean = api.ask("POST", "/inspect", params=envelope, content=mail("好", "请问直播是几点？"), headers=headers)
    assert (clean.status_code, clean.json()["action"]) == (200, "pass")
    leak = api.ask("POST", "/inspect", params=envelope, content=mail("好", QUOTED + NAME), headers=headers)
    assert leak.json()["action"] == "quarantine"
    assert leak.json()["reports"]
    assert {"kind", "report", "part", "detector", "score"} <= leak.json()["findings"][0].keys()
    assert NAME not in leak.text
    assert len(api.house.store.quarantine.summaries()) == before


@pytest.mark.parametrize(
    "envelope",
    [{}, {"sender": STAFF}, {"recipient": REPORTED}, {"sender": STAFF, "recipient": "no address"},
     {"sender": "nobody", "recipient": REPORTED}],
)  # fmt: skip
def test_an_inspection_needs_an_envelope(api: Api, envelope: dict[str, str]) -> None:
    headers = {"Content-Type": "message/rfc822"}
    answer = api.ask("POST", "/inspect", params=envelope, content=mail("x", "y"), headers=headers)
    assert answer.status_code == 422


class Upstream:
    """One that answers in a given way behind the final dot, and knows how often it was asked."""

    def __init__(self, answer: SendResult | Exception) -> None:
        self.answer, self.asked = answer, 0

    async def send(self, envelope: Envelope, content: bytes, before_dot: Callable[[], bool]) -> SendResult:
        self.asked += 1
        assert before_dot()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(("answer", "code"), [(AnswerLost(), "cut"), (StoreUnavailable("gone"), "unsettled")])
def test_a_release_that_upstream_may_have_is_not_made_again_by_the_same_request(
    api: Api, monkeypatch: pytest.MonkeyPatch, answer: SendResult | Exception, code: str
) -> None:
    held, upstream = api.hold("断线"), Upstream(answer)
    monkeypatch.setattr(sending, "UpstreamSender", lambda settings: upstream.send)
    key = {"Idempotency-Key": f"cut-{code}"}
    first = api.ask("POST", f"/quarantine/{held}/release", json=WHY, headers=key)
    assert (first.status_code, first.json()["code"]) == (409, code)
    assert api.ask("GET", f"/quarantine/{held}").json()["status"] == "uncertain"
    again = api.ask("POST", f"/quarantine/{held}/release", json=WHY, headers=key)
    assert (again.status_code, again.json()) == (409, first.json())
    assert again.headers["content-type"] == "application/problem+json"
    assert upstream.asked == 1
    # Another word on it is another decision.
    monkeypatch.undo()
    assert api.ask("POST", f"/quarantine/{held}/release", json=WHY).status_code == 200


def test_a_release_that_upstream_did_not_take_may_be_made_again_by_the_same_request(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, key = api.hold("拒收"), {"Idempotency-Key": "refused-1"}
    upstream = Upstream(ReleaseRefused(550))
    monkeypatch.setattr(sending, "UpstreamSender", lambda settings: upstream.send)
    refused = api.ask("POST", f"/quarantine/{held}/release", json=WHY, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (409, "refused")
    monkeypatch.undo()
    assert api.ask("POST", f"/quarantine/{held}/release", json=WHY, headers=key).status_code == 200


def test_a_word_in_the_wrong_place_of_a_decision_is_not_repeated(api: Api) -> None:
    held = api.hold()
    answer = api.ask("POST", f"/quarantine/{held}/return", json={**WHY, NAME: PHONE})
    assert answer.status_code == 422
    assert "reason, note" in answer.json()["detail"]
    assert NAME not in answer.text


def test_an_empty_word_of_a_query_is_none(api: Api) -> None:
    held = api.hold()
    listed = api.ask("GET", "/quarantine?status=&q=&cursor=&limit=")
    assert listed.status_code == 200
    assert held in {one["id"] for one in listed.json()["items"]}
    assert api.ask("GET", "/reports?status=&unresolved=&cursor=&limit=").status_code == 200
