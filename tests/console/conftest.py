"""The console over a real store file, with a reader's evidence made by hand and a release that is only noted."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import pytest
from argon2 import PasswordHasher
from starlette.testclient import TestClient

from gateway.console import passwords
from gateway.console.app import create_app
from gateway.console.deps import ConsoleDeps
from gateway.console.setup import issue_setup_link
from gateway.console.texts.findings import HOW
from gateway.drill.made_up import LEAKS
from gateway.errors import Problem
from gateway.model import (
    KINDS,
    Box,
    Client,
    Envelope,
    Finding,
    HoldEvent,
    HoldState,
    Item,
    ItemState,
    Location,
    NewHold,
    Opened,
    Party,
    PictureFragment,
    Pixels,
    Reading,
    Recipient,
    Report,
    TextBox,
    TextFragment,
    Unreadable,
    steps,
)
from gateway.model.drill import CaseResult, DrillCase, DrillResult, DrillRoute
from gateway.model.watched import Verdict, WatchedFilter
from gateway.quarantine.release import ReleaseOutcome, discard
from gateway.storage.engine import open_store
from gateway.storage.protocols import Store
from gateway.vault.vault import Vault

PASSWORD = "a long enough password"  # of nobody
TOKEN = "a-token-of-more-than-twenty"  # of nothing
SAME = {"sec-fetch-site": "same-origin"}
SUBJECT, PICTURE = Location(""), Location("2").inside(steps.file("张小鸣举报.png"))
WHITE = Pixels(100, 80, b"\xff" * (100 * 80 * 3))


def reading() -> Reading:
    """What a mail with the reporter in subject, text, file name and picture reads like."""
    return Reading(
        texts=(
            TextFragment(SUBJECT, "header", "关于张小鸣的投诉", "subject"),
            TextFragment(Location("1"), "text", "观众张小鸣反映 <b>直播</b>"),
            TextFragment(Location("2"), "file_name", "张小鸣举报.png"),
            TextFragment(
                PICTURE,
                "picture",
                "第一行\n举报人张小鸣",
                boxes=(TextBox(0, 3, Box(0, 0, 200, 20), 0.9), TextBox(4, 10, Box(0, 60, 200, 40), 0.9)),
            ),
        ),
        pictures=(PictureFragment(PICTURE, 200, 160, WHITE),),
    )


def findings() -> tuple[Finding, ...]:
    return (
        Finding("name", "R-1", SUBJECT, "header", "names", 0.97, "exact", 0, (2, 5)),
        Finding("name", "R-1", Location("1"), "text", "names", 0.97, "exact", 1, (2, 5)),
        Finding("name", "R-1", Location("2"), "file_name", "names", 0.97, "exact", 2, (0, 3)),
        Finding("name", "R-1", PICTURE, "picture", "names", 0.9, "exact", 3, (7, 10)),
        Finding("uninspectable", "R-1", Location("3"), None, "encrypted_zip", 1.0),
    )


def new_hold(content: bytes = b"Subject: x\r\n\r\nx\r\n", to: str = "xinger@streamers.example") -> NewHold:
    envelope = Envelope(
        "kefu@platform.example",
        (Recipient(to),),
        Client("127.0.0.1", "staff"),
        datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    )
    return NewHold(
        envelope,
        content,
        content[:32].ljust(32, b"0"),
        "quarantine",
        "material",
        "p",
        ("R-1",),
        findings(),
        (),
        reading(),
    )


def filled(console: "Console") -> list[str]:
    """A report and a message in every state, with everything that can be known and found; the paths of all pages."""
    store, states = console.store, ("open", "closed", "withdrawn", "erased")
    items = tuple(
        Item(kind, f"{kind} {state} {'of somebody with a long value' * 2}", "place", "材料 a: x", 0.5, state)
        for kind in KINDS
        for state in get_args(ItemState)
    )
    party = Party("星儿" * 20, ("a-very-long-name-indeed-of-somebody@streamers.example",))
    store.reports.put([Report(f"R-{state}", "open", "2026-01-01", (party,), items) for state in states], "test")
    store.reports.put([Report("R-unresolved", "open", "2026-01-01", (Party("云" * 30),))], "test")
    store.reports.move("R-closed", "close", "test")
    store.reports.move("R-withdrawn", "withdraw", "test")
    store.reports.erase("R-erased", "test", keep_digests=True)
    to = ("stanley-the-very-long-one@a-domain-that-is-long.example", "sue@e.example", "sam@e.example")
    envelope = replace(new_hold().envelope, recipients=tuple(map(Recipient, to)))
    where = Location("2", (steps.file("a/very/long/name/" * 9), steps.DECODED))
    every = tuple(Finding(kind, "R-open", where, "text", "identity", 0.9, variant) for kind in KINDS for variant in HOW)
    held = [
        store.quarantine.hold(replace(new_hold(b"%d\r\n" % n), envelope=envelope, findings=every), "relay")
        for n in range(6)
    ]
    move = store.quarantine.move
    move(held[1], "discard", "test", "x")
    move(held[5], "return", "test", "x")
    for one in held[2:5]:
        move(one, "claim", "test", "x", "", "lease")
    ends: tuple[tuple[str, HoldEvent], ...] = ((held[3], "line_cut"), (held[4], "upstream_took"))
    for one, event in ends:
        store.quarantine.sending(one, "test", "lease")
        move(one, event, "test", "x", "", "lease")
    for number in range(400):
        sender = replace(envelope, sender="a-desk-with-a-very-long-name@platform.example")
        store.senders.note(sender, b"%d" % number, ("phone", "account", "address", "government_id"), lists=True)
    locked = Reading(unreadable=(Unreadable(Location("2"), "encrypted_zip"),))
    ways: tuple[tuple[Opened, Reading, tuple[Finding, ...]], ...] = (
        ("", locked, every),
        ("later", reading(), every),
        ("given", locked, every),
        ("given", reading(), ()),
    )
    for number, (opened, reading_, found_) in enumerate(ways):
        hold = replace(new_hold(b"locked %d\r\n" % number), envelope=envelope, findings=every, reading=locked)
        held.append(store.quarantine.hold(hold, "relay"))
        if opened:
            store.quarantine.complete(held[-1], replace(hold, findings=found_, reading=reading_, opened=opened), "test")
    found = {summary.status for summary in store.quarantine.summaries()}
    assert found == set(get_args(HoldState)), found
    lists = [f"/?status={state}" for state in ("", *get_args(HoldState))]
    known = [f"/reports/R-{state}" for state in ("open", "closed", "withdrawn", "unresolved")]
    passed = replace(
        new_hold(b"passed\r\n"), envelope=envelope, findings=every, action="redact", rule="a-long-name" * 5
    )
    for number, verdict in enumerate(get_args(Verdict)):
        store.watched.note(replace(passed, digest=b"%d" % number * 32))
        (newest,) = store.watched.page(WatchedFilter(), 1)
        store.watched.mark(newest.id, verdict, "console:a-reviewer")
    store.drills.begin("a" * 32, DrillCase(DrillRoute(1, "p"), "{}", {}), timedelta())
    outcomes = ("passed", "leaked", "no_answer")
    leaks = tuple(CaseResult(name, outcome, 1.0) for name, outcome in zip(LEAKS, outcomes, strict=True))
    store.drills.finish("a" * 32, DrillResult(console.now, leaks, CaseResult("clean", "held", 1.0)), "test")
    watched = ["/watched", "/watched?verdict=false", f"/watched/{newest.id}"]
    return ["/", *watched, *lists, "/reports", "/reports/unresolved", *known, *(f"/held/{one}" for one in held)]


@dataclass
class Console:
    """The pages, and what they did."""

    client: TestClient
    store: Store
    deps: ConsoleDeps
    now: datetime
    released: list[tuple[str, str, str]] = field(default_factory=list)
    events: list[object] = field(default_factory=list)
    outcome: ReleaseOutcome = field(default_factory=lambda: ReleaseOutcome("released", "sent", 250))
    broken: bool = False
    paused: list[float] = field(default_factory=list)
    used: int = 0
    opens: bool | Exception = True
    unlocked: list[tuple[str, str, str]] = field(default_factory=list)

    def from_elsewhere(self, host: str = "198.51.100.7", **headers: str) -> TestClient:
        """Somebody else's browser, without cookies."""
        return TestClient(self.client.app, follow_redirects=False, client=(host, 50_000), headers=headers)

    def given(self, **more: Any) -> "Console":
        """The same with more of what a console may be given. Sessions and messages stay."""
        self.deps = replace(self.deps, **more)
        cookies = self.client.cookies
        self.client = TestClient(
            create_app(self.deps),
            follow_redirects=False,
            raise_server_exceptions=False,
            client=("127.0.0.1", 50000),
            cookies=cookies,
        )
        return self

    def set_up(self, name: str = "审核员1") -> None:
        link = issue_setup_link(self.store.people, self.now, "")
        assert link is not None
        form = {"name": name, "password": PASSWORD, "again": PASSWORD}
        assert self.client.post(link, data=form, headers=SAME).status_code == 303

    def become(self, role: str) -> None:
        """Whoever has an account has another role from now on, however they got it."""
        with self.store._ground.transactions.write() as connection:  # type: ignore[attr-defined]  # of the real store
            connection.exec_driver_sql("UPDATE people SET role = ?", (role,))

    def token(self) -> str:
        page: str = self.client.get("/").text
        return page.split('name="token" value="', 1)[1].split('"', 1)[0]

    def decide(self, held: str, what: str, reason: str = "已核对") -> int:
        form = {"token": self.token(), "reason": reason}
        return int(self.client.post(f"/held/{held}/{what}", data=form, headers=SAME).status_code)


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The real algorithm, at a hundredth of its price: some tests try a hundred passwords."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords._nobody.cache_clear()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/console.db", Vault(b"k" * 32))
    party = Party("星儿", ("xinger@streamers.example",), (), ("pr@guild.example",))
    store.reports.put([Report("R-1", "open", "2026-01-01T00:00:00+00:00", (party,))], "test")
    yield store
    store.shut()


def legal_hold(store: Store, message: str, on: bool, actor: str, reason: str) -> None:
    """As `service.retention` does it."""
    if not store.keeping.keep(message, on, actor, reason):
        raise Problem(message, "nothing to change", "")


@pytest.fixture
def console(store: Store) -> Iterator[Console]:
    made: list[Console] = []

    async def release(held: str, actor: str, reason: str) -> ReleaseOutcome:
        made[0].released.append((held, actor, reason))
        if held not in {summary.id for summary in store.quarantine.summaries("held")}:
            raise Problem(held, "not held", "")
        return made[0].outcome

    def ready() -> dict[str, bool]:
        return {"relay": True, "store": not made[0].broken}

    async def pause(seconds: float) -> None:
        made[0].paused.append(seconds)

    def used() -> None:
        made[0].used += 1

    def unlock(held: str, actor: str, password: str) -> bool:
        made[0].unlocked.append((held, actor, password))
        if isinstance(made[0].opens, Exception):
            raise made[0].opens
        return made[0].opens

    deps = ConsoleDeps(
        quarantine=store.quarantine,
        people=store.people,
        release=release,
        discard=lambda held, actor, reason: discard(store.quarantine, held, actor, reason),
        ready=ready,
        metrics=lambda: (b"# HELP\n", "text/plain; version=0.0.4"),
        clock=lambda: made[0].now,
        emit=lambda event: made[0].events.append(event),
        session_lasts=timedelta(hours=1),
        reports=store.reports,
        hosts=frozenset({"testserver", "review.platform.example"}),
        url="https://review.platform.example",
        trusted_proxies=("10.0.0.7/32",),
        metrics_networks=("192.0.2.0/24",),
        metrics_token=TOKEN,
        device_key=b"d" * 32,
        used=used,
        pause=pause,
        senders=store.senders,
        unlock=unlock,
        noted=lambda actor, event, report, reason: store.audit.append_with_reason(actor, event, report, {}, reason),
        note_look=store.audit.note_look,
        log=store.audit,
        tallies=store.tallies,
        keeping=store.keeping,
        passed=store.passed,
        watched=store.watched,
        last_drill=store.drills.last,
        legal_hold=lambda message, on, actor, reason: legal_hold(store, message, on, actor, reason),
    )
    with TestClient(
        create_app(deps), follow_redirects=False, raise_server_exceptions=False, client=("127.0.0.1", 50000)
    ) as client:
        made.append(Console(client, store, deps, datetime(2026, 1, 2, 4, tzinfo=UTC)))
        yield made[0]
