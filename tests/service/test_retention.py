"""Messages are kept as long as the settings say, and when they go nothing of them is left in any file."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from gateway.cli.main import main
from gateway.errors import Problem
from gateway.model import Client, Envelope, Finding, Location, NewHold, NewRewrite, Reading, Recipient
from gateway.model.decision_record import RecordedDecision, RecordedSituations
from gateway.service.retention import due, purge, purge_some, set_legal_hold
from gateway.service.wiring import Application, open_house
from gateway.storage import tables

TOML = '[upstream]\nhost = "mail.example"\nport = 25\n[retention]\ndecided_days = 30\nheld_days = 90\n'
NOW = datetime(2026, 6, 1, tzinfo=UTC)
LATER = datetime.now(UTC) + timedelta(days=31)
MUCH_LATER = datetime.now(UTC) + timedelta(days=91)


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    folder.mkdir()
    (folder / "gateway.toml").write_text(TOML, "utf-8")
    return folder


@pytest.fixture
def house(config: Path) -> Iterator[Application]:
    with open_house(config, {}) as house:
        yield house


def told(house: Application) -> None:
    """Nobody is still to be told of anything, as when the service has run for a minute."""
    with house.store._ground.transactions.write() as connection:  # type: ignore[attr-defined]
        connection.execute(delete(tables.outbox))


def hold(house: Application, content: bytes, to: str = "xinger@streamers.example") -> str:
    held = house.store.quarantine.hold(new(content, to), "relay")
    told(house)
    return held


def new(content: bytes, to: str = "xinger@streamers.example") -> NewHold:
    envelope = Envelope("kefu@platform.example", (Recipient(to),), Client("127.0.0.1", "x"), datetime.now(UTC))
    finding = Finding("name", "R-1", Location("1"), "text", "names", 0.97, "exact", 0, (0, 1))
    digest = content[:32].ljust(32, b"0")
    return NewHold(
        envelope, content, digest, "quarantine", "identity", "p", ("R-1",), (finding,), ("identity",), Reading()
    )


def rewrite(house: Application, content: bytes) -> str:
    one = new(content)
    made = NewRewrite(
        one.envelope, one.content, one.digest, b"s" * 32, one.rule, "p", one.reports, one.findings, one.rules, (), None
    )
    return house.store.rewrites.keep(made, "relay", original=True)


def discard(house: Application, held: str) -> None:
    assert house.store.quarantine.move(held, "discard", "console:mei", "x") == "discarded"
    told(house)


def states(house: Application) -> dict[str, str]:
    return {one.id: one.status for one in house.store.quarantine.summaries()}


def events(house: Application, subject: str) -> list[tuple[str, str]]:
    return [(one.event, one.actor) for one in house.store.audit.entries() if one.subject == subject]


def chunks(house: Application, of: str) -> list[bytes]:
    """Pieces of the sealed bytes, each so short that it stands whole in one page of the file."""
    from sqlalchemy import text

    table, column = ("rewrite_chunks", "rewrite") if of.startswith("W-") else ("held_chunks", "held")
    owner = "rewrites" if of.startswith("W-") else "held"
    with house.store._ground.transactions.read() as connection:  # type: ignore[attr-defined]
        sealed = connection.execute(text(f"SELECT sealed FROM {table} WHERE {column} = :of"), {"of": of}).scalars()
        found = [bytes(one) for one in sealed]
        row = connection.execute(text(f"SELECT summary, sealed FROM {owner} WHERE id = :of"), {"of": of}).one()
    return [one[at : at + 24] for one in (*found, *row) for at in range(0, len(one) - 24, 300)]


def on_disk(config: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted((config.parent / "var").rglob("*")) if file.is_file())


def share(config: Path, pieces: list[bytes]) -> float:
    raw = on_disk(config)
    return sum(piece in raw for piece in pieces) / len(pieces)


def test_nothing_of_what_is_removed_is_left_in_any_file(house: Application, config: Path) -> None:
    gone = hold(house, bytes(range(256)) * 8000)
    stays = hold(house, b"something else " * 9000)
    sent = rewrite(house, b"an original " * 9000)
    discard(house, gone)
    before = [chunks(house, one) for one in (gone, stays, sent)]
    assert [share(config, one) > 0.95 for one in before] == [True, True, True]  # some stand on the edge of a page
    used = house.store.keeping.room().used
    done = purge(house, LATER)
    assert (done.removed, done.discarded, done.expired_rewritings, done.complete) == (1, 0, 1, True)
    assert [share(config, one) for one in before][::2] == [0.0, 0.0]
    assert share(config, before[1]) > 0.95
    assert states(house) == {stays: "held"}
    assert house.store.keeping.room().used < used - 2_000_000
    assert len(on_disk(config)) < used
    assert events(house, gone)[-1] == ("purged", "retention")
    message = house.store.quarantine.open(stays, "console:mei", "review")
    assert message is not None
    assert message.content == b"something else " * 9000


def test_what_was_decided_stays_for_its_time_and_what_waits_stays(house: Application) -> None:
    decided, waits = hold(house, b"1"), hold(house, b"2")
    discard(house, decided)
    assert purge(house).removed == 0
    assert purge(house, datetime.now(UTC) + timedelta(days=29)).removed == 0
    assert purge(house, LATER).removed == 1
    assert states(house) == {waits: "held"}


def test_a_message_that_nobody_decides_is_discarded_before_it_is_ever_removed(house: Application) -> None:
    house.settings = replace(house.settings, retention=replace(house.settings.retention, decided_days=365))
    held = hold(house, b"1")
    assert purge(house, LATER).discarded == 0
    assert purge(house, MUCH_LATER).discarded == 1
    assert states(house) == {held: "discarded"}  # it is kept for as long as others that were decided
    assert events(house, held)[-1] == ("discarded", "retention")
    counts = {(one.event, one.axis) for one in house.store.tallies.since(NOW.date())}
    assert ("expired", "total") in counts
    assert ("discarded", "total") not in counts


def test_a_message_that_is_being_released_is_let_alone(house: Application) -> None:
    held = hold(house, b"1")
    house.store.quarantine.move(held, "claim", "console:mei", "x", "", "lease")
    done = purge(house, MUCH_LATER, limit=1)
    assert (done.discarded, done.removed) == (0, 0)
    assert states(house) == {held: "releasing"}


def test_a_legal_hold_goes_before_age_size_and_waiting(house: Application) -> None:
    decided, waits, sent = hold(house, b"1"), hold(house, b"2"), rewrite(house, b"3")
    discard(house, decided)
    for one in (decided, waits, sent):
        set_legal_hold(house, one, True, "console:lin", "案号 (2026) 1")
    assert purge(house, MUCH_LATER, limit=1) == purge(house, MUCH_LATER)
    assert states(house) == {decided: "discarded", waits: "held"}
    assert len(house.store.rewrites.summaries()) == 1
    assert {one.id for one in house.store.keeping.kept()} == {decided, waits, sent}
    house.store.rewrites.forget(MUCH_LATER)
    assert len(house.store.rewrites.summaries()) == 1
    for one in (decided, waits, sent):
        set_legal_hold(house, one, False, "console:lin", "over")
    done = purge(house, MUCH_LATER)
    # What is discarded now stays until its sender was told.
    assert (done.removed, done.discarded, done.expired_rewritings) == (1, 1, 1)
    assert [event for event, _ in events(house, sent)] == ["rewritten", "legal_hold", "legal_hold_ended", "purged"]


def test_a_legal_hold_says_what_is_wrong(house: Application) -> None:
    held = hold(house, b"1")
    with pytest.raises(Problem, match="no reason"):
        set_legal_hold(house, held, True, "cli:x", "  ")
    with pytest.raises(Problem, match="no such message"):
        set_legal_hold(house, "Q-NOTHERE", True, "cli:x", "x")
    with pytest.raises(Problem, match="under no legal hold"):
        set_legal_hold(house, held, False, "cli:x", "x")


def test_above_the_size_the_oldest_go_and_never_what_waits(house: Application) -> None:
    held = [hold(house, b"%d" % number + bytes(1_000_000)) for number in range(6)]
    for one in held[:4]:
        discard(house, one)
    used = house.store.keeping.room().used
    done = purge(house, limit=used - 1_500_000)
    assert done.removed == 2
    assert set(states(house)) == set(held[2:])
    assert purge(house, limit=1).removed == 2
    assert states(house) == dict.fromkeys(held[4:], "held")


def test_a_round_is_small(house: Application) -> None:
    for number in range(5):
        discard(house, hold(house, b"%d" % number))
    assert purge_some(house, LATER, most=2).removed == 2
    assert len(states(house)) == 3


def test_what_is_still_to_be_told_to_somebody_stays(house: Application) -> None:
    from sqlalchemy import insert, update

    from gateway.storage import tables

    held = hold(house, b"1")
    discard(house, held)
    with house.store._ground.transactions.write() as connection:  # type: ignore[attr-defined]
        row = {"kind": "notice", "subject": held, "request": b"r", "state": "waiting", "due_at": "", "attempts": 0}
        connection.execute(insert(tables.outbox).values(**row, sealed=b"s"))
    assert purge(house, LATER).removed == 0
    with house.store._ground.transactions.write() as connection:  # type: ignore[attr-defined]
        connection.execute(update(tables.outbox).values(state="sent"))
    assert purge(house, LATER).removed == 1


def test_the_command_says_what_is_due_and_does_it(
    house: Application, config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    held = hold(house, b"1")
    discard(house, held)
    assert main(["purge", "--config", str(config), "--dry-run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["removed"] == 0
    assert main(["quarantine", "keep", held, "--reason", "the court asked", "--config", str(config)]) == 0
    assert due(house, LATER).removed == 0
    assert main(["quarantine", "unkeep", held, "--reason", "over", "--config", str(config)]) == 0
    assert due(house, LATER).removed == 1
    assert states(house) == {held: "discarded"}
    capsys.readouterr()
    assert main(["purge", "--config", str(config), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert (said["dry_run"], said["removed"], said["decided"], said["complete"]) == (False, 0, 1, True)
    assert main(["purge", "--config", str(config)]) == 0
    assert "removed" in capsys.readouterr().out


def test_mail_is_held_while_a_purge_runs(house: Application) -> None:
    """Each message is a transaction of its own, so a hold waits for one at most."""
    import threading

    for number in range(30):
        discard(house, hold(house, b"%d" % number + bytes(300_000)))
    held: list[str] = []
    purging = threading.Thread(target=lambda: purge(house, LATER))
    purging.start()
    while purging.is_alive():
        held.append(hold(house, b"new %d" % len(held)))
    purging.join()
    assert len(held) > 1
    assert states(house) == dict.fromkeys(held, "held")


def test_the_record_of_decisions_goes_after_its_days(house: Application, config: Path) -> None:
    now = datetime.now(UTC)
    nothing = RecordedSituations({}, rows=())
    rows = [
        RecordedDecision(
            now - timedelta(days=days), "pass", "a", "p", 0.6, 0.4, "off", "pass", nothing, (), message=bytes([days])
        )
        for days in (0, 89, 91, 120)
    ]
    house.store.decisions.add(rows, clean=3)
    assert due(house).records == 2
    assert purge(house).records == 2
    assert len(list(house.store.decisions.since())) == 2
    assert house.store.decisions.clean() == 3
    house.settings = replace(house.settings, retention=replace(house.settings.retention, record_days=-1))
    assert due(house, now + timedelta(days=4000)).records == 0


def test_without_days_no_record_is_kept(house: Application) -> None:
    assert house.tools().decisions is not None
    house.settings = replace(house.settings, retention=replace(house.settings.retention, record_days=0))
    assert house.tools().decisions is None
