"""Who may ask what, how often, and what a request that is sent twice does."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta

import httpx2
import pytest

from api.conftest import FILES, REPORT, Api
from gateway.api.rates import Rates
from gateway.model.scopes import SCOPES, Scope

CALLS: list[tuple[str, str, Scope]] = [
    ("POST", "/reports", "reports:write"),
    ("GET", "/reports", "reports:read"),
    ("GET", "/reports/R-2020-0918", "reports:read"),
    ("POST", "/reports/none/close", "reports:write"),
    ("POST", "/reports/none/withdraw", "reports:write"),
    ("POST", "/reports/none/reopen", "reports:write"),
    ("DELETE", "/reports/none", "reports:write"),
    ("POST", "/inspect", "inspect"),
    ("GET", "/quarantine", "quarantine:read"),
    ("GET", "/quarantine/Q-none", "quarantine:read"),
    ("POST", "/quarantine/Q-none/release", "quarantine:decide"),
    ("POST", "/quarantine/Q-none/release-rewritten", "quarantine:decide"),
    ("POST", "/quarantine/Q-none/discard", "quarantine:decide"),
    ("POST", "/quarantine/Q-none/return", "quarantine:decide"),
]


def test_the_table_has_every_call(api: Api) -> None:
    paths = api.ask("GET", "/openapi.json").json()["paths"]
    told = sum(len(methods) for methods in paths.values())
    assert told == len(CALLS)


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_a_call_takes_its_scope_and_no_other(api: Api, method: str, path: str, scope: Scope) -> None:
    others = api.token(*(one for one in SCOPES if one != scope))
    own = api.token(scope)
    assert api.ask(method, path, others).status_code == 403
    assert api.ask(method, path, own).status_code not in (401, 403)


@pytest.mark.parametrize(("method", "path", "scope"), CALLS)
def test_nobody_asks_without_a_token(api: Api, method: str, path: str, scope: Scope) -> None:
    for given in ("", "Bearer", "Bearer x", "Basic eA==", f"Token {api.secret}", "Bearer \xff"):
        with httpx2.Client(base_url=f"{api.url}/api/v1") as client:
            headers = {b"Authorization": given.encode("latin-1")} if given else {}
            answer = client.request(method, path, headers=headers)
        assert answer.status_code == 401, given
        assert answer.headers["www-authenticate"].startswith("Bearer")
        assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_that_is_revoked_rotated_or_over_is_none(api: Api) -> None:
    tokens = api.house.store.tokens
    tokens.create("short", "one", ("reports:read",), "test", datetime.now(UTC) + timedelta(seconds=-1))
    assert api.ask("GET", "/reports", "one").status_code == 401
    tokens.create("turned", "two", ("reports:read",), "test")
    assert api.ask("GET", "/reports", "two").status_code == 200
    assert tokens.rotate("turned", "three", "test") == "done"
    assert api.ask("GET", "/reports", "two").status_code == 401
    assert api.ask("GET", "/reports", "three").status_code == 200
    assert tokens.revoke("turned", "test") == "done"
    assert api.ask("GET", "/reports", "three").status_code == 401
    assert (tokens.rotate("turned", "x", "t"), tokens.revoke("turned", "t")) == ("missing", "missing")


def test_a_secret_is_in_no_file(api: Api) -> None:
    secret = api.token("reports:read")
    api.ask("GET", "/reports", secret)
    path = api.house.settings.storage.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as database:
        database.execute("PRAGMA wal_checkpoint")
    database.close()
    for suffix in ("", "-wal"):
        with open(path + suffix, "rb") as file:
            assert secret.encode() not in file.read()


def test_when_a_token_was_used_is_known(api: Api) -> None:
    secret = api.token("reports:read")
    name = next(one.name for one in api.house.store.tokens.all() if one.seen_at is None)
    api.ask("GET", "/reports", secret)
    assert next(one for one in api.house.store.tokens.all() if one.name == name).seen_at is not None


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", "/", 404), ("PUT", "/reports", 405), ("PATCH", "/quarantine/x", 405),
     ("GET", "/inspect", 405), ("DELETE", "/quarantine", 405)],
)  # fmt: skip
def test_other_addresses_and_methods_are_problems_too(api: Api, method: str, path: str, status: int) -> None:
    answer = api.ask(method, path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert (status == 405) == ("allow" in answer.headers)


@pytest.mark.parametrize("sort", ["text/plain", "", "application/x-www-form-urlencoded", "application/jsonx"])
def test_another_type_of_body_is_415(api: Api, sort: str) -> None:
    headers = {"Content-Type": sort} if sort else {}
    for path in ("/reports", "/inspect?sender=&recipient=a@b.example", "/quarantine/Q-1/release"):
        assert api.ask("POST", path, content=b"{}", headers=headers).status_code == 415, path


def test_the_description_needs_no_token(api: Api) -> None:
    answer = httpx2.get(f"{api.url}/api/v1/openapi.json")
    assert answer.status_code == 200
    assert answer.json()["openapi"].startswith("3.1")


def test_a_request_that_is_sent_again_hears_the_first_answer(api: Api) -> None:
    held = api.hold("再来一次")
    key = {"Idempotency-Key": "k-1"}
    first = api.ask("POST", f"/quarantine/{held}/release", json={"reason": "x"}, headers=key)
    again = api.ask("POST", f"/quarantine/{held}/release", json={"reason": "x"}, headers=key)
    assert (first.status_code, again.status_code) == (200, 200)
    assert again.json() == first.json()
    assert again.headers["idempotency-replayed"] == "true"
    other = api.ask("POST", f"/quarantine/{held}/release", json={"reason": "y"}, headers=key)
    assert other.status_code == 422
    another = api.ask(
        "POST", f"/quarantine/{held}/release", api.token("quarantine:decide"), json={"reason": "x"}, headers=key
    )
    assert another.status_code == 409  # a key is its token's


def test_a_form_is_the_same_under_another_boundary(api: Api) -> None:
    key = {"Idempotency-Key": "k-2"}
    report = {**REPORT, "id": "I-1"}
    assert api.hand_in(report, FILES, headers=key).status_code == 201
    assert api.hand_in(report, FILES, headers=key).status_code == 201
    assert api.hand_in(report, {"files/举报信.txt": b"another"}, headers=key).status_code == 422


def test_a_request_that_changed_nothing_may_be_sent_again(api: Api) -> None:
    key = {"Idempotency-Key": "k-3"}
    assert (
        api.ask("POST", "/reports", content=b"{", headers=key | {"Content-Type": "application/json"}).status_code == 400
    )
    good = json.dumps({**REPORT, "id": "I-2", "materials": []}).encode()
    answer = api.ask("POST", "/reports", content=good, headers=key | {"Content-Type": "application/json"})
    assert answer.status_code == 201


@pytest.mark.parametrize("key", ["x" * 201, "é"])
def test_a_key_that_is_none_is_told(api: Api, key: str) -> None:
    answer = api.ask("POST", "/reports/none/close", headers={"Idempotency-Key": key.encode("latin-1")})
    assert answer.status_code == 422


def test_a_bucket_fills_as_time_goes_by() -> None:
    now = [0.0]
    rates = Rates(5, lambda: now[0])
    assert [rates.wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 1]
    assert rates.wait("b") == 0
    now[0] = 0.2
    assert [rates.wait("a"), rates.wait("a")] == [0, 1]
    now[0] = 100
    assert [rates.wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 1]


def test_a_fault_of_ours_is_told_without_its_text(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise RuntimeError("张小鸣 13800138000")

    monkeypatch.setattr(type(api.house.store.reports), "page", broken)
    answer = api.ask("GET", "/reports")
    assert (answer.status_code, answer.json()["code"]) == (500, "fault")
    assert "张小鸣" not in answer.text
    assert api.events
    assert "张小鸣" not in repr(api.events)
