"""The second factor: the codes of RFC 6238, each once; recovery codes, each once; and nobody guesses either."""

import html
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import numpy as np
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from console.conftest import PASSWORD, SAME, Console
from console.test_accounts import OTHER, events, invited, post, revealed
from gateway.console import second_factor
from gateway.console.app import create_app
from gateway.console.texts import TEXTS

RFC = b"12345678901234567890"


@pytest.fixture
def admin(console: Console) -> Console:
    console.now = datetime.now(UTC)
    console.set_up("mei")
    return console


def turned_on(browser: TestClient, admin: Console, password: str = PASSWORD) -> tuple[bytes, list[str]]:
    """The secret and the recovery codes, as the pages show them to whoever sets it up."""
    import base64

    assert post(browser, "/account/second-factor", password=password)[0] == 303
    page = browser.get("/account/second-factor").text
    key = re.findall(r"<code>([A-Z2-7 ]+)</code>", page)[0].replace(" ", "")
    secret = base64.b32decode(key + "=" * (-len(key) % 8))
    status, page = post(browser, "/account/second-factor/confirm", code=code(secret, admin.now))
    assert status == 200
    return secret, re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)


def code(secret: bytes, now: datetime, off: int = 0) -> str:
    return second_factor.code_at(secret, second_factor.step_at(now) + off)


def first_step(browser: TestClient, name: str = "li") -> None:
    answer = browser.post("/login", data={"name": name, "password": PASSWORD}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login/code")


def second_step(browser: TestClient, words: str) -> int:
    return int(browser.post("/login/code", data={"code": words}, headers=SAME).status_code)


@pytest.mark.parametrize(
    ("seconds", "wanted"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, wanted: str) -> None:
    """RFC 6238, appendix B; the last six digits."""
    now = datetime.fromtimestamp(seconds, UTC)
    assert second_factor.code_at(RFC, second_factor.step_at(now)) == wanted
    assert second_factor.matching_step(RFC, wanted, now) == seconds // 30


@given(st.integers(0, 2**32), st.integers(-3, 3))
def test_a_code_holds_for_its_step_and_one_on_either_side(step: int, off: int) -> None:
    now = datetime.fromtimestamp(step * 30 + 7, UTC)
    found = second_factor.matching_step(RFC, second_factor.code_at(RFC, max(0, step + off)), now)
    if abs(off) <= 1:
        assert found is not None
        assert abs(found - step) <= 1
    elif found is not None:  # two steps of the same code, once in a million
        assert second_factor.code_at(RFC, found) == second_factor.code_at(RFC, max(0, step + off))


@given(st.text(max_size=80))
def test_whatever_is_typed_is_a_code_or_none(words: str) -> None:
    code = second_factor.typed(words)
    assert len(code) <= 10
    assert second_factor.matching_step(RFC, code, datetime(2026, 1, 1, tzinfo=UTC)) is None or code.isdecimal()


def test_recovery_codes_are_long_and_all_different() -> None:
    codes = {code for _ in range(50) for code in second_factor.fresh_recovery_codes()}
    assert len(codes) == 500
    assert all(second_factor.typed(second_factor.in_halves(code).upper()) == code for code in codes)


def test_the_picture_says_the_key() -> None:
    address = second_factor.key_address("审核员 1:x", RFC)
    width, dark = second_factor.key_picture(address)
    pixels = np.full((width * 4, width * 4), 255, np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", dark):
        pixels[int(y) * 4 : int(y) * 4 + 4, int(x) * 4 : int(x) * 4 + 4] = 0
    read = zxingcpp.read_barcode(pixels)
    assert read is not None
    assert read.text == address
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Hushgate" in address


def test_with_it_on_the_password_alone_opens_nothing(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    secret, codes = turned_on(li, admin)
    assert len(codes) == 10
    browser = admin.from_elsewhere("10.9.0.1")
    first_step(browser)
    assert browser.get("/").headers["location"] == "/login"
    assert browser.get("/login/code").status_code == 200
    assert second_step(browser, "000000") == 401
    admin.now += timedelta(seconds=60)  # the code of before was used up to turn it on
    assert second_step(browser, code(secret, admin.now)) == 303
    assert browser.get("/").status_code == 200
    assert TEXTS["by_totp"][0] in browser.get("/account").text
    assert {("console:li", "totp_on", "li"), ("console:li", "sign_in_failed", "li")} <= set(events(admin.store))


def test_a_code_works_once_and_none_before_it_any_more(admin: Console) -> None:
    secret, _ = turned_on(invited(admin, "li", "reviewer"), admin)
    used = code(secret, admin.now)  # to turn it on
    browser = admin.from_elsewhere("10.9.0.1")
    first_step(browser)
    assert second_step(browser, used) == 401
    assert second_step(browser, code(secret, admin.now, -1)) == 401
    assert second_step(browser, code(secret, admin.now, 1)) == 303
    other = admin.from_elsewhere("10.9.0.2")
    first_step(other)
    assert second_step(other, code(secret, admin.now, 1)) == 401


def test_of_many_who_give_one_code_at_once_one_gets_in(admin: Console) -> None:
    secret, codes = turned_on(invited(admin, "li", "reviewer"), admin)
    factors, start = admin.store.people.second_factors, Barrier(8)
    step = second_factor.step_at(admin.now) + 1

    def give(number: int) -> bool:
        start.wait()
        return factors.take_step("li", secret, step) if number % 2 else factors.take_recovery("li", plain)

    plain = second_factor.typed(codes[0])
    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(give, range(8)))
    assert (sum(done[::2]), sum(done[1::2])) == (1, 1)
    assert factors.recovery_left("li") == 9


def test_a_recovery_code_works_once_however_it_is_typed(admin: Console) -> None:
    _, codes = turned_on(invited(admin, "li", "reviewer"), admin)
    browser = admin.from_elsewhere("10.9.0.1")
    first_step(browser)
    assert second_step(browser, f" {codes[3].upper()} ") == 303
    assert "剩余恢复码 9" in browser.get("/account").text
    first_step(browser)
    assert second_step(browser, codes[3]) == 401
    assert second_step(browser, codes[4].replace("-", "")) == 303
    assert ("console:li", "recovery_used", "li") in events(admin.store)


def test_codes_cannot_be_guessed_from_anywhere_and_all_at_once_is_no_more(admin: Console) -> None:
    """Whoever knows the password and has a thousand addresses still guesses five times, and then ever more slowly."""
    turned_on(invited(admin, "li", "reviewer"), admin)
    browsers = []
    for number in range(12):
        browsers.append(admin.from_elsewhere(f"198.51.100.{number}"))
        first_step(browsers[-1])
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda browser: second_step(browser, "123456"), browsers))
    assert sorted(codes) == [401] * 5 + [429] * 7
    waited = 0
    while second_step(browsers[0], "123456") == 429:
        admin.now += timedelta(seconds=1)
        waited += 1
    assert waited == 1
    guesses = 0
    for _ in range(6 * 60):
        admin.now += timedelta(minutes=4)  # a day; the first step has to be gone again and again
        browser = admin.from_elsewhere("198.51.100.99")
        if browser.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).status_code == 303:
            guesses += second_step(browser, "123456") == 401
    assert guesses < 200


def test_strangers_with_the_password_do_not_shut_the_owner_s_own_browser_out(admin: Console) -> None:
    owner = invited(admin, "li", "reviewer")
    secret, _ = turned_on(owner, admin)
    stranger = admin.from_elsewhere("198.51.100.1")
    first_step(stranger)
    for _ in range(20):
        second_step(stranger, "123456")
    first_step(owner)
    assert second_step(owner, code(secret, admin.now, 1)) == 303


def test_the_first_step_is_for_one_account_and_five_minutes_and_ends_with_the_password(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    secret, _ = turned_on(li, admin)
    late, forged, changed = (admin.from_elsewhere(f"10.9.0.{number}") for number in range(3))
    assert second_step(forged, code(secret, admin.now, 1)) == 303
    assert forged.get("/").headers["location"] == "/login"
    first_step(late)
    kept = late.cookies["hushgate-awaited"]
    body, _, seal = kept.partition(".")
    for wrong in (f"{body}.{'0' * 64}", f"{body[:-4]}AAAA.{seal}", ".", "x", f"{body}.", f"{body}.ё"):
        headers = {b"sec-fetch-site": b"same-origin", b"cookie": f"hushgate-awaited={wrong}".encode()}
        answer = forged.post("/login/code", data={"code": code(secret, admin.now, 1)}, headers=headers)
        assert answer.headers["location"] == "/login"
    first_step(changed)
    assert post(li, "/account/password", password=PASSWORD, new=OTHER, again=OTHER)[0] == 303
    answer = changed.post("/login/code", data={"code": code(secret, admin.now, 1)}, headers=SAME)
    assert answer.headers["location"] == "/login"
    assert changed.get("/").headers["location"] == "/login"
    admin.now += timedelta(minutes=5, seconds=1)
    assert late.get("/login/code").headers["location"] == "/login"


def test_it_is_set_up_and_ended_by_whoever_knows_the_password(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    assert post(li, "/account/second-factor", password=OTHER)[0] == 403
    assert admin.store.people.second_factors.proposed("li") is None
    assert post(li, "/account/second-factor", password=PASSWORD)[0] == 303
    assert post(li, "/account/second-factor/confirm", code="000000")[0] == 400
    assert admin.store.people.second_factors.secret("li") is None
    secret, codes = turned_on(li, admin)
    assert post(li, "/account/second-factor/codes", password=OTHER)[0] == 403
    status, page = post(li, "/account/second-factor/codes", password=PASSWORD)
    fresh = re.findall(r"<code>([a-z2-9]{5}-[a-z2-9]{5})</code>", page)
    assert (status, len(fresh), set(fresh) & set(codes)) == (200, 10, set())
    assert not admin.store.people.second_factors.take_recovery("li", second_factor.typed(codes[0]))
    assert post(li, "/account/second-factor/off", password=OTHER)[0] == 403
    assert admin.store.people.second_factors.secret("li") == secret
    assert post(li, "/account/second-factor/off", password=PASSWORD)[0] == 303
    assert li.post("/login", data={"name": "li", "password": PASSWORD}, headers=SAME).headers["location"] == "/"


def test_a_secret_that_was_shown_to_somebody_before_is_not_put_in_force(admin: Console) -> None:
    factors = admin.store.people.second_factors
    factors.propose("mei", b"a" * 20)
    factors.propose("mei", b"b" * 20)
    assert not factors.confirm("mei", b"a" * 20, 1, ())
    assert not factors.confirm("mei", b"", 1, ())
    assert factors.confirm("mei", b"b" * 20, 1, ())
    assert not factors.confirm("nobody", b"b" * 20, 1, ())


def test_where_a_role_needs_it_nothing_else_is_seen_before(admin: Console) -> None:
    li = invited(admin, "li", "reviewer")
    assert admin.deps is not None
    strict = TestClient(
        create_app(replace(admin.deps, require_totp=frozenset({"reviewer"}))),
        follow_redirects=False,
        client=("10.9.0.1", 1),
    )
    strict.cookies.update(li.cookies)
    for path in ("/", "/reports", "/held/Q-1", "/users"):
        assert strict.get(path).headers["location"] == "/account/second-factor", path
    assert html.escape(TEXTS["second_required"][0]) in strict.get("/account/second-factor").text
    turned_on(strict, admin)
    assert strict.get("/").status_code == 200
    assert strict.get("/users").status_code == 403
    status, _ = post(strict, "/account/second-factor/off", password=PASSWORD)
    assert status == 303
    assert admin.store.people.second_factors.secret("li") is not None
    mei = TestClient(strict.app, follow_redirects=False, client=("127.0.0.1", 1))
    mei.cookies.update(admin.client.cookies)
    assert mei.get("/users").status_code == 200


def test_secrets_and_codes_are_nowhere_in_clear(admin: Console) -> None:
    secret, codes = turned_on(invited(admin, "li", "reviewer"), admin)
    everything = repr(revealed(admin.store)) + repr(admin.events) + repr(admin.store.people.find("li"))
    assert repr(secret)[2:-1] not in everything
    assert not any(one in everything or second_factor.typed(one) in everything for one in codes)
