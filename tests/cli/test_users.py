"""`hushgate users …`: what it prints, what it refuses, and that it is in the log."""

import os
import re
from pathlib import Path

import pytest

from cli.conftest import listed
from gateway.cli.main import main
from gateway.service.wiring import open_house

LINK = re.compile(r"https?://127\.0\.0\.1:8025/setup/[\w-]{32}\n")


def run(config: str, *words: str) -> int:
    return main(["users", *words, "--config", config])


def test_an_account_from_its_first_day_to_its_last(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert listed("users", config, capsys) == []
    assert run(config, "add", "mei", "--role", "admin") == 0
    assert LINK.fullmatch(capsys.readouterr().out)  # the link alone
    assert run(config, "add", "li", "--role", "reviewer", "--address", "li@platform.example") == 0
    mei, li = sorted(listed("users", config, capsys), key=lambda one: one["name"], reverse=True)
    assert {"name": "mei", "role": "admin", "state": "active", "last_seen": None}.items() <= mei.items()
    assert li["link_until"] is not None
    assert run(config, "role", "li", "lead") == 0
    assert run(config, "disable", "li") == 0
    (li,) = (one for one in listed("users", config, capsys) if one["name"] == "li")
    assert (li["role"], li["state"], li["link_until"]) == ("lead", "disabled", None)
    assert run(config, "enable", "li") == 0
    capsys.readouterr()
    assert run(config, "reset", "li") == 0
    assert LINK.fullmatch(capsys.readouterr().out)
    (li,) = (one for one in listed("users", config, capsys) if one["name"] == "li")
    assert li["state"] == "active"
    with open_house(Path(config), os.environ) as house:
        person = house.store.people.find("li")
        assert person is not None
        assert person.address == "li@platform.example"
        said = [(entry.event, entry.subject) for entry in house.store.audit.entries()]
        assert all(entry.actor.startswith("cli:") for entry in house.store.audit.entries())
    words = ("invited", "role_changed", "account_disabled", "account_enabled", "account_reset")
    assert [entry for entry in said if entry[1] == "li"] == [(word, "li") for word in words]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("add", "mei", "--role", "reviewer"), "there is an account of this name"),
        (("add", "Mei", "--role", "reviewer"), "there is an account of this name"),
        (("add", "a b", "--role", "reviewer"), "is no name of an account"),
        (("add", "li", "--role", "reviewer", "--address", "x"), "is no mail address"),
        (("disable", "mei"), "the last admin"),
        (("role", "mei", "auditor"), "the last admin"),
        (("disable", "nobody"), "no such account"),
        (("enable", "nobody"), "no such account"),
        (("reset", "nobody"), "no such account"),
        (("role", "nobody", "lead"), "no such account"),
    ],
)
def test_what_cannot_be_is_one_line(
    config: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert run(config, "add", "mei", "--role", "admin") == 0
    capsys.readouterr()
    assert run(config, *words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err
    assert [one["name"] for one in listed("users", config, capsys)] == ["mei"]


def test_the_last_admin_s_lost_password_is_reset(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "add", "mei", "--role", "admin") == 0
    capsys.readouterr()
    assert run(config, "reset", "mei") == 0
    assert LINK.fullmatch(capsys.readouterr().out)


def test_no_other_role_is_taken(config: str) -> None:
    with pytest.raises(SystemExit) as caught:
        run(config, "add", "mei", "--role", "boss")
    assert caught.value.code == 2


def test_the_list_for_people(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "add", "mei", "--role", "admin") == 0
    capsys.readouterr()
    assert run(config, "list") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["NAME", "ROLE", "STATE", "LAST", "SEEN", "SECOND", "FACTOR"]
    assert lines[1].split()[:3] == ["mei", "admin", "active"]
