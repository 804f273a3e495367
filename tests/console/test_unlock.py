"""A reviewer gives a password: the message is looked at again, and the password is nowhere to be seen."""

from dataclasses import replace
from pathlib import Path

import pytest

from console.conftest import SAME, Console, new_hold, reading
from gateway.console.texts import TEXTS
from gateway.errors import Problem, ReaderDied, ReaderTimedOut, StoreUnavailable
from gateway.model import Location, Opened, Reading, Unreadable
from gateway.telemetry.events import HeldUnlocked

GIVEN = "S3cret & <b>Wort</b>"
LOCKED = Reading(unreadable=(Unreadable(Location("2"), "encrypted_zip"),))
NAMES = ("unlock", "file_password", "look_again")


def locked(console: Console) -> str:
    return console.store.quarantine.hold(replace(new_hold(), reading=LOCKED), "relay")


def unlock(console: Console, held: str, password: str = GIVEN, **headers: str) -> tuple[int, str]:
    form = {"token": console.token(), "password": password}
    answer = console.client.post(f"/held/{held}/unlock", data=form, headers={**SAME, **headers})
    return answer.status_code, answer.text


@pytest.mark.parametrize(("language", "number"), [("zh-CN", 0), ("en", 1)])
def test_what_is_locked_has_a_form_and_nothing_else_has(console: Console, language: str, number: int) -> None:
    console.set_up()
    headers = {"accept-language": language}
    page = console.client.get(f"/held/{locked(console)}", headers=headers).text
    for name in NAMES:
        assert TEXTS[name][number] in page
    assert '<form method="post" action="/held/' in page
    assert "<script" not in page
    open_ = console.store.quarantine.hold(replace(new_hold(b"open"), reading=reading()), "relay")
    assert "/unlock" not in console.client.get(f"/held/{open_}", headers=headers).text
    decided = locked(console)
    console.decide(decided, "discard")
    assert "/unlock" not in console.client.get(f"/held/{decided}", headers=headers).text


@pytest.mark.parametrize(("language", "number"), [("zh-CN", 0), ("en", 1)])
@pytest.mark.parametrize(
    ("opens", "status", "says"),
    [
        (True, 200, "ok_opened"),
        (False, 200, "still_locked"),
        (Problem("Q", "decided", ""), 409, "moved"),
        (ReaderDied("x"), 503, "look_failed"),
        (ReaderTimedOut("x"), 503, "look_failed"),
        (StoreUnavailable("x"), 503, "unavailable"),
    ],
)
def test_every_outcome_is_said_and_the_password_is_not(
    console: Console, opens: bool | Exception, status: int, says: str, language: str, number: int
) -> None:
    console.set_up("mei")
    held = locked(console)
    console.opens = opens
    answered, page = unlock(console, held, **{"accept-language": language})
    assert answered == status
    assert TEXTS[says][number] in page
    assert "S3cret" not in page
    assert console.unlocked == [(held, "console:mei", GIVEN)]
    assert not any("S3cret" in repr(event) for event in console.events)
    if isinstance(opens, bool):
        assert HeldUnlocked(held, opens) in console.events


def test_a_password_that_is_too_long_is_not_tried(console: Console) -> None:
    console.set_up()
    status, page = unlock(console, locked(console), "x" * 257)
    assert status == 400
    assert TEXTS["long_password"][0] in page
    assert console.unlocked == []


def test_it_takes_somebody_who_is_signed_in_and_meant_it(console: Console) -> None:
    held = locked(console)
    answer = console.client.post(f"/held/{held}/unlock", data={"password": GIVEN}, headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    console.set_up()
    answer = console.client.post(f"/held/{held}/unlock", data={"password": GIVEN, "token": "x"}, headers=SAME)
    assert answer.status_code == 403
    answer = console.client.get(f"/held/{held}/unlock", headers=SAME)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/held/{held}")
    assert console.unlocked == []


@pytest.mark.parametrize(("language", "number"), [("zh-CN", 0), ("en", 1)])
@pytest.mark.parametrize("opened", ["later", "given"])
def test_the_page_and_the_list_say_how_it_was_opened(
    console: Console, opened: Opened, language: str, number: int
) -> None:
    console.set_up()
    held, headers = locked(console), {"accept-language": language}
    hold = replace(new_hold(), reading=reading(), opened=opened, passwords=(GIVEN,))
    assert TEXTS["opened_tag"][number] not in console.client.get("/", headers=headers).text
    console.store.quarantine.complete(held, hold, "test")
    page = console.client.get(f"/held/{held}", headers=headers).text
    assert TEXTS[f"opened_{opened}"][number] in page
    assert TEXTS["opened_nothing"][number] not in page
    assert "S3cret" not in page
    assert TEXTS["opened_tag"][number] in console.client.get("/", headers=headers).text
    console.store.quarantine.complete(held, replace(hold, findings=()), "test")
    assert TEXTS["opened_nothing"][number] in console.client.get(f"/held/{held}", headers=headers).text


def test_the_password_is_sealed_in_the_store(console: Console, tmp_path: Path) -> None:
    held = locked(console)
    console.store.quarantine.complete(held, replace(new_hold(), opened="given", passwords=("Ab#12x-secret",)), "test")
    message = console.store.quarantine.open(held, "test", "test")
    assert message is not None
    assert message.passwords == ("Ab#12x-secret",)
    assert "Ab#12x" not in repr(message)
    assert b"Ab#12x-secret" not in b"".join(path.read_bytes() for path in tmp_path.iterdir() if path.is_file())
    assert "opened_with_password" in [entry.event for entry in console.store.audit.entries()]
