"""`hushgate tokens …`: what it prints, what it refuses, and that it is in the log."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from cli.conftest import listed
from gateway.cli.main import main
from gateway.service.wiring import open_house


def run(config: str, *words: str) -> int:
    return main(["tokens", *words, "--config", config])


def test_a_token_from_its_first_day_to_its_last(config: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(config, "create", "desk", "--scope", "inspect", "reports:read", "--scope", "metrics") == 0
    first = capsys.readouterr().out
    assert first.startswith("hg_")
    assert first.count("\n") == 1  # the secret alone
    assert run(config, "rotate", "desk") == 0
    second = capsys.readouterr().out
    with open_house(Path(config), {}) as house:
        tokens, now = house.store.tokens, datetime.now(UTC)
        assert tokens.find(first.strip(), now) is None
        token = tokens.find(second.strip(), now)
        assert token is not None
        assert set(token.scopes) == {"inspect", "reports:read", "metrics"}
    (row,) = listed("tokens", config, capsys)
    assert row.keys() == {"name", "scopes", "made_at", "expires", "last_used"}
    assert (row["name"], row["expires"]) == ("desk", None)
    assert row["last_used"] is not None
    assert run(config, "revoke", "desk") == 0
    assert listed("tokens", config, capsys) == []
    with open_house(Path(config), {}) as house:
        entries = [entry for entry in house.store.audit.entries() if entry.subject == "desk"]
    assert [entry.event for entry in entries] == ["token_created", "token_rotated", "token_revoked"]
    assert all(entry.actor.startswith("cli:") for entry in entries)
    assert not any(secret.strip() in entry.detail for entry in entries for secret in (first, second))


@pytest.mark.parametrize(("span", "lasts"), [("90d", timedelta(days=90)), ("12h", timedelta(hours=12))])
def test_a_token_may_end_by_itself(
    config: str, capsys: pytest.CaptureFixture[str], span: str, lasts: timedelta
) -> None:
    before = datetime.now(UTC).replace(microsecond=0)
    assert run(config, "create", "desk", "--scope", "inspect", "--expires", span) == 0
    (row,) = listed("tokens", config, capsys)
    assert before <= datetime.fromisoformat(row["expires"]) - lasts <= datetime.now(UTC)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("create", "desk", "--scope", "inspect"), "there is a token of this name"),
        (("create", "a b", "--scope", "inspect"), "is no name of a token"),
        (("create", "two", "--scope", "inspect", "--expires", "soon"), "is no span of time"),
        (("create", "two", "--scope", "inspect", "--expires", "0d"), "is no span of time"),
        (("create", "two", "--scope", "inspect", "--expires", "100000d"), "is no span of time"),
        (("create", "two", "--scope", "inspect", "--expires", "2030-01-01"), "is no span of time"),
        (("rotate", "nobody"), "no such token"),
        (("revoke", "nobody"), "no such token"),
    ],
)
def test_what_cannot_be_is_one_line(
    config: str, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert run(config, "create", "desk", "--scope", "inspect") == 0
    capsys.readouterr()
    assert run(config, *words) == 2
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 1)
    assert says in said.err
    assert [one["name"] for one in listed("tokens", config, capsys)] == ["desk"]


@pytest.mark.parametrize("words", [("create", "desk"), ("create", "desk", "--scope", "everything")])
def test_no_token_is_without_a_scope_that_is_known(config: str, words: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as caught:
        run(config, *words)
    assert caught.value.code == 2
