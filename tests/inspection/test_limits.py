"""Nobody finds out by trying who reported; whoever does not try notices nothing.

The inspector in this process on a real store, asked as the relay asks it, with the quick look at plain mail.
"""

import asyncio
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.fingerprints.listing import EVERY, listed
from gateway.inspection.limits import Limiter, counts_by_window, over_limit
from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.matching import TrustedRecipients
from gateway.model import (
    Amendment,
    Client,
    Edit,
    Envelope,
    Fingerprints,
    Held,
    Item,
    Kind,
    Location,
    Message,
    Party,
    Pass,
    Reading,
    Recipient,
    Report,
    Send,
    TextFragment,
    TryLater,
    Verdict,
)
from gateway.policy import SenderLimits, load_policy, packaged_policy
from gateway.reading.plain import plain_fingerprints
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from gateway.service.inspector.engine import LocalInspector, LookupResult
from gateway.storage.engine import open_store
from gateway.storage.protocols import Noted, Store
from gateway.telemetry.events import SenderOverLimit
from gateway.telemetry.metrics import Metrics
from gateway.vault.vault import Vault
from scene import mail, unreadable

NUMBER = 13800138765
REPORT = Report(
    "R-1",
    "open",
    "2020-09-18T10:00:00+08:00",
    (Party("星儿", ("xinger@streamers.example",)),),
    (Item("name", "张小鸣"), Item("phone", str(NUMBER))),
)
PARTY, STRANGER, COLLEAGUE = "xinger@streamers.example", "mine@elsewhere.example", "anna@platform.example"
STAFF = "kefu@platform.example"
NUMBERS = [NUMBER - 1234 + step for step in range(4000)]


class InProcess:
    """Reads here; `wait_at` holds up whoever reads a content with these octets until `go`."""

    def __init__(self) -> None:
        self.wait_at, self.there, self.go = b"\0", threading.Event(), threading.Event()

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        if self.wait_at in content:
            self.there.set()
            assert self.go.wait(30)
        return read_mail(content)

    skim_mail = read_mail

    def read_file(self, content: bytes, name: str) -> Reading:
        raise AssertionError

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        return apply(content, edits)


@dataclass(frozen=True)
class Asked:
    id: str
    size: int
    fingerprints: Fingerprints | None


@dataclass
class Desk:
    """An inspector, and staff who send."""

    store: Store
    policy: Path
    now: datetime = field(default_factory=lambda: datetime.now(UTC))
    events: list[object] = field(default_factory=list)
    reader: InProcess = field(default_factory=InProcess)

    def __post_init__(self) -> None:
        self.tools = InspectionDeps(
            self.store.reports,
            Subjects(self.store.reports),
            self.reader,
            packaged_policy(),
            self.store.quarantine,
            self.store.marks,
            self.store.callings,
            circle=TrustedRecipients(frozenset({"platform.example"})),
        )
        self.restart()

    def restart(self) -> None:
        self.tools = replace(self.tools, limiter=Limiter(self.store.senders, self.events.append, lambda: self.now))
        self.inspector = LocalInspector(lambda: self.tools, Metrics(), self.events.append)

    def limits(self, limits: SenderLimits) -> None:
        self.tools = replace(self.tools, policy=replace(self.tools.policy, limits=limits))

    async def ask(self, content: bytes, to: str, sender: str, client: str) -> Verdict:
        return await self.ask_of(content, Envelope(sender, (Recipient(to),), Client(client, "staff"), self.now))

    async def ask_of(self, content: bytes, envelope: Envelope) -> Verdict:
        asked = Asked("m", len(content), plain_fingerprints(content))
        verdict = self.inspector.at_once(envelope, asked)
        if verdict is not None:
            return verdict
        looked = await self.inspector.look_up(envelope, asked)
        if not isinstance(looked, LookupResult):
            return looked
        return await self.inspector.decide(envelope, Message("m", content), looked)

    def send(self, text: str | bytes, to: str = STRANGER, sender: str = STAFF, client: str = "10.0.0.5") -> Verdict:
        content = text if isinstance(text, bytes) else mail(text)
        return asyncio.run(self.ask(content, to, sender, client))

    def send_as(self, helo: str, text: str, *to: Recipient, sender: str = STAFF) -> Verdict:
        """From a client that calls itself so."""
        trace = b"Received: from %s ([10.0.0.5])\r\n\tby gate.platform.example\r\n" % helo.encode()
        envelope = Envelope(sender, to, Client("10.0.0.5", helo), self.now, trace=trace)
        return asyncio.run(self.ask_of(mail(text), envelope))

    def rules(self) -> list[str]:
        return [summary.rule for summary in self.store.quarantine.summaries()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desks: list[Desk] = []
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32), clock=lambda: desks[0].now)
    desks.append(Desk(store, tmp_path / "policy.toml"))
    store.reports.put([REPORT], "test")
    yield desks[0]
    desks[0].inspector.close()
    store.shut()


def listing(numbers: Sequence[int]) -> str:
    return "各位好，名单如下：\n" + "\n".join(map(str, numbers)) + "\n"


def _thread(answers: int) -> str:
    """A letter with as many quoted answers, each with a signature, an order and a moment."""
    return "\n".join(
        f"{'>' * n} 您好，订单 20200918{n:09} 已发出，请查收。\n{'>' * n} 客服{n}号 电话 1380013{n:04}，"
        f"kefu{n}@platform.example\n"
        f"{'>' * n} 2020-09-18 15:0{n}:00 写道："
        for n in range(answers)
    )


def prose(number: object) -> str:
    return f"您好，请与观众联系，电话 {number}，谢谢。"


@pytest.mark.parametrize("to", [STRANGER, PARTY])
def test_a_number_among_four_thousand_is_not_found_by_halving(desk: Desk, to: str) -> None:
    """The attack as it was made: it took 13 mails. The first answer that says something is the last one."""
    left = NUMBERS
    hits = 0
    for _ in range(13):
        half = left[: len(left) // 2]
        told = not isinstance(desk.send(listing(half), to), Pass)
        hits += told
        left = half if told else left[len(half) :]
    assert NUMBER not in left or len(left) > 100
    # From the first hit on every list was held, whatever was in it: all further answers were the same.
    rules = desk.rules()[::-1]
    assert "too-many-findings" not in rules[:1]
    assert set(rules[1:]) == {"too-many-findings"}
    assert any(isinstance(event, SenderOverLimit) and event.effect == "lists_held" for event in desk.events)
    # Other mail of the same sender is what it was.
    assert isinstance(desk.send("谢谢。", to), Pass)
    assert isinstance(desk.send(prose(NUMBER)), Held)
    assert isinstance(desk.send("观众张小鸣反映您的直播，请说明。", PARTY), Send)


@pytest.mark.parametrize("hit", [0, 1, 2, 3])
def test_once_a_list_had_one_lists_of_every_sort_are_answered_alike_with_and_without(desk: Desk, hit: int) -> None:
    def lists(name: str, number: int, address: str, account: str) -> list[str]:
        family, given = "赵钱孙李周吴郑王冯陈褚卫蒋沈", "伟芳娜敏静丽强磊军洋勇艳杰涛明"
        names = [a + b for a in family for b in given]
        return [
            "\n".join(["名单", *names, name]),
            listing([*NUMBERS[2000:2019], number]),
            "\n".join(["名单", *(f"user{n}@mail.example" for n in range(19)), address]),
            "\n".join(["名单", *(f"wxid_{n}abc" for n in range(19)), account]),
        ]

    items = (Item("name", "张小鸣"), Item("phone", str(NUMBER)), Item("address", "zxm@mail.example"))
    desk.store.reports.put([replace(REPORT, identity=(*items, Item("account", "wxid_xm88771")))], "test")
    wrong, right = (
        lists("张大鸣", NUMBERS[5], "zxn@mail.example", "wxid_xm88772"),
        lists("张小鸣", NUMBER, "zxm@mail.example", "wxid_xm88771"),
    )
    for each in wrong:
        assert isinstance(desk.send(each, PARTY), Pass)
    assert not isinstance(desk.send(right[hit], PARTY), Pass)
    for each in (*wrong, *right):
        for to in (PARTY, STRANGER):
            assert isinstance(desk.send(each + "\n", to), Held)
            assert desk.rules()[0] == "too-many-findings"


def test_many_at_once_are_answered_as_one_after_the_other(desk: Desk) -> None:
    """A question for each binary digit of the number's place, all asked before any is answered."""

    async def at_once() -> list[Verdict]:
        async def ask(content: str) -> Verdict:
            return await desk.ask(mail(content), STRANGER, STAFF, "10.0.0.5")

        hit = listing([number for number in NUMBERS if (number - NUMBERS[0]) & 2 == (NUMBER - NUMBERS[0]) & 2])
        clean = [
            listing([n for n in NUMBERS if (n - NUMBERS[0]) & bit != (NUMBER - NUMBERS[0]) & bit]) for bit in (1, 4, 8)
        ]
        desk.reader.wait_at = str(NUMBER).encode()
        first = asyncio.create_task(ask(hit))
        await asyncio.to_thread(desk.reader.there.wait, 30)
        others = [asyncio.create_task(ask(one)) for one in clean]
        small = await ask(prose(13911112222))  # nobody's small mail waits for a list
        assert isinstance(small, Pass)
        assert not any(other.done() for other in others)
        desk.reader.go.set()
        return [await one for one in (first, *others)]

    assert all(isinstance(verdict, Held) for verdict in asyncio.run(at_once()))
    assert sorted(desk.rules()) == ["too-many-findings"] * 3 + ["unknown-recipient"]


def test_four_hundred_findings_of_a_help_desk_slow_its_clean_mail_down_and_hold_none(desk: Desk) -> None:
    desk.limits(SenderLimits(slow_seconds=0.001))
    for number in range(102):
        assert isinstance(desk.send(prose(f"{NUMBER} {number}")), Held)
    staff = Envelope(STAFF, (), Client("10.0.0.5", "staff"), desk.now)
    for number in range(298):  # as another inspector of the store notes them
        desk.store.senders.note(staff, b"%d" % number, ("phone",), lists=False)
    desk.limits(SenderLimits(slow_seconds=0.2))
    for text, to, clean in (("谢谢。", STRANGER, True), (prose(NUMBER), STRANGER, False), ("谢谢。", PARTY, True)):
        before = time.monotonic()
        verdict = desk.send(text, to)
        assert isinstance(verdict, Pass if clean else Held)
        assert time.monotonic() - before >= 0.2  # whatever is in it
    assert [event.effect for event in desk.events if isinstance(event, SenderOverLimit)] == ["alert", "slowed"]
    assert over_limit(desk.store.senders.after(0), desk.tools.policy.limits, desk.now) == 1


def test_a_slowed_sender_is_answered_after_others_and_is_one_after_a_restart(desk: Desk) -> None:
    desk.limits(SenderLimits(slow_per_hour=1, slow_seconds=0.3))
    desk.send(prose(NUMBER))
    desk.restart()

    async def order() -> list[int]:
        done: list[int] = []

        async def ask(number: int, to: str, sender: str) -> None:
            assert isinstance(await desk.ask(mail(f"谢谢 {number}。"), to, sender, "10.0.0.5"), Pass)
            done.append(number)

        tasks = [asyncio.create_task(ask(number, STRANGER, STAFF)) for number in range(10)]
        await asyncio.sleep(0)
        await ask(10, STRANGER, "other@platform.example")
        await ask(11, COLLEAGUE, STAFF)  # it stays inside
        await asyncio.gather(*tasks)
        return done

    for _ in range(2):  # the second time nothing has to be learnt
        done = asyncio.run(order())
        assert done[:2] == [10, 11]
        assert len(done) == 12
    desk.limits(SenderLimits(slow_per_hour=1, slow_seconds=0))
    clean = mail("谢谢。")
    everybody = Envelope(STAFF, (Recipient(STRANGER),), Client("10.0.0.5", "staff"), desk.now)
    assert isinstance(desk.inspector.at_once(everybody, Asked("m", len(clean), plain_fingerprints(clean))), Pass)


def test_above_the_limit_the_answer_depends_on_nothing_that_is_sent(desk: Desk) -> None:
    desk.limits(SenderLimits(found_per_hour=2))
    for number in range(2):
        assert isinstance(desk.send(prose(f"{NUMBER} {number}")), Held)
    assert [event.effect for event in desk.events if isinstance(event, SenderOverLimit)] == ["all_held"]
    rejects = desk.policy
    rejects.write_text('[[rule]]\nname = "no"\naction = "reject"\n[limits]\nfound_per_hour = 2\n', encoding="utf-8")
    for policy in (desk.tools.policy, load_policy(rejects)):
        desk.tools = replace(desk.tools, policy=policy)
        for text, to in (
            ("谢谢。", STRANGER),
            (prose(NUMBER), STRANGER),
            ("观众张小鸣反映您的直播。", PARTY),
            ("谢谢。", PARTY),
            (unreadable(), STRANGER),
        ):
            assert isinstance(desk.send(text, to), Held)
    # Of what is held a reviewer sees the text, and what was found in it covered.
    for summary in desk.store.quarantine.summaries()[:-2]:
        assert summary.rule == "too-many-findings"
        held = desk.store.quarantine.open(summary.id, "test", "look")
        assert held is not None
        assert held.reading is not None
    # What stays inside, and others, notice nothing.
    assert isinstance(desk.send(prose(NUMBER), COLLEAGUE), Pass)
    assert isinstance(desk.send("谢谢。", sender="other@platform.example"), Pass)


@pytest.mark.parametrize("sender", ["Kefu@Platform.example", "kefu+7@platform.example", '"kefu"@platform.example'])
def test_another_way_to_write_the_address_is_the_same_sender(desk: Desk, sender: str) -> None:
    desk.limits(SenderLimits(found_per_hour=1))
    desk.send(prose(NUMBER))
    assert isinstance(desk.send("谢谢。", sender=sender), Held)


def test_another_sender_s_address_for_each_list_is_one_client(desk: Desk) -> None:
    half = NUMBERS[1000:3000]
    assert isinstance(desk.send(listing(half), sender="a1@platform.example"), Held)
    assert isinstance(desk.send(listing(NUMBERS[3000:]), sender="a2@platform.example"), Held)
    # Other mail of the same client goes on, and so do lists of others.
    assert isinstance(desk.send(prose(13911112222), sender="a3@platform.example"), Pass)
    assert isinstance(desk.send(listing(NUMBERS[3000:]), sender="a4@platform.example", client="10.0.0.6"), Pass)


def test_whoever_guesses_in_the_client_s_name_is_counted_by_each_that_told(desk: Desk) -> None:
    """What is left out of `Received` whoever sends to a mailbox of their own sees there."""
    for _ in range(3):
        for helo in (f"pc-{NUMBER}.platform.example", f"{NUMBER}.platform.example", "pc-13911112222.platform.example"):
            for to in (STRANGER, "other@elsewhere.example"):
                verdict = desk.send_as(helo, "谢谢。", Recipient(to))
                assert verdict == Pass(Amendment(name=str(NUMBER) in helo))
    assert [(one.kinds, one.lists) for one in desk.store.senders.after(0)] == [(("phone",), False)] * 2


def test_a_list_in_the_client_s_name_is_a_list(desk: Desk) -> None:
    def helo(first: int) -> str:
        return ".".join(map(str, range(first, first + 20)))

    assert desk.send_as(helo(NUMBER + 100), "谢谢。", Recipient(STRANGER)) == Pass()
    assert desk.send_as(helo(NUMBER - 9), "谢谢。", Recipient(STRANGER)) == Pass(Amendment(name=True))
    for first in (NUMBER + 200, NUMBER - 5):
        assert isinstance(desk.send_as(helo(first), f"谢谢 {first}。", Recipient(STRANGER)), Held)
    assert desk.rules() == ["too-many-findings"] * 2


@pytest.mark.parametrize("in_content", [0, 10])
def test_a_list_in_the_tags_of_recipients_is_a_list(desk: Desk, in_content: int) -> None:
    def send(first: int) -> Verdict:
        to = [Recipient(f"me+{number}@elsewhere.example") for number in range(first, first + 20 - in_content)]
        return desk.send_as("staff", listing(range(first + 20, first + 20 + in_content)), *to)

    assert isinstance(send(NUMBER + 100), Pass)
    assert isinstance(send(NUMBER), Held)
    assert desk.rules() == ["unknown-recipient"]
    for first in (NUMBER + 200, NUMBER - 5):  # with and without the number: both are held
        assert isinstance(send(first), Held)
        assert desk.rules()[0] == "too-many-findings"


def test_a_retry_is_counted_once_and_what_says_nothing_of_a_reporter_never(desk: Desk) -> None:
    desk.limits(SenderLimits(found_per_hour=3))
    for _ in range(5):
        assert isinstance(desk.send(prose(NUMBER)), Held)
        assert isinstance(desk.send(unreadable(), PARTY), Held)
        assert isinstance(desk.send("观众张小鸣反映您的直播，请说明。", PARTY), Send)
    kinds = [one.kinds for one in desk.store.senders.after(0)]
    assert kinds == [("phone",), ("name",)]
    assert isinstance(desk.send("谢谢。"), Pass)


def test_ordinary_staff_are_told_of_and_not_stopped(desk: Desk) -> None:
    for number in range(40):
        assert isinstance(desk.send(f"观众张小鸣反映您的直播，请说明。第 {number} 次", PARTY), Send)
        assert isinstance(desk.send("谢谢。"), Pass)
    told = [event for event in desk.events if isinstance(event, SenderOverLimit)]
    assert told == [SenderOverLimit(effect="alert", found_hour=10, found_day=10, lists_day=0)]


def test_clean_lists_pass_however_many(desk: Desk) -> None:
    for start in range(0, 1200, 200):
        assert isinstance(desk.send(listing(NUMBERS[start : start + 200])), Pass)
    assert desk.store.senders.after(0) == ()


def test_the_hour_and_the_day_pass_a_restart_changes_nothing_and_a_clock_set_back_stops_nobody(desk: Desk) -> None:
    desk.limits(SenderLimits(found_per_hour=2, found_per_day=3))
    begun = desk.now
    for number in range(2):
        desk.send(prose(f"{NUMBER} {number}"))
    desk.restart()
    assert isinstance(desk.send("一。"), Held)
    desk.now += timedelta(minutes=61)
    assert isinstance(desk.send("二。"), Pass)
    desk.send(prose(f"{NUMBER} 9"))
    assert isinstance(desk.send("三。"), Held)  # three within the day
    desk.now = begun + timedelta(hours=24, minutes=1)
    assert isinstance(desk.send("四。"), Pass)
    desk.now = begun - timedelta(days=3)
    desk.restart()
    assert isinstance(desk.send("五。"), Pass)
    desk.send(prose(f"{NUMBER} 10"))
    assert len(desk.store.senders.after(0)) == 1  # what lies in the future was forgotten


def test_zero_is_no_limit(desk: Desk) -> None:
    desk.limits(SenderLimits(alert_per_hour=0, slow_per_hour=0, slow_per_day=0, lists_per_hour=0, lists_per_day=0))
    for number in range(12):
        desk.send(prose(f"{NUMBER} {number}"))
        desk.send(listing([*NUMBERS[1000 + number : 2000]]))
    assert isinstance(desk.send("谢谢。"), Pass)
    assert not any(isinstance(event, SenderOverLimit) for event in desk.events)


def test_a_store_that_cannot_count_answers_451(desk: Desk, tmp_path: Path) -> None:
    desk.send("谢谢。")
    (tmp_path / "s.db").unlink()
    assert isinstance(desk.send(prose(NUMBER)), TryLater)


def test_of_how_many_all_is_held(desk: Desk) -> None:
    limits = SenderLimits(found_per_hour=1)
    assert over_limit(desk.store.senders.after(0), limits, desk.now) == 0
    for sender in ("a@platform.example", "b@platform.example", "A@platform.example"):
        desk.store.senders.note(Envelope(sender, (), Client("", ""), desk.now), sender.encode(), ("name",), lists=False)
    assert over_limit(desk.store.senders.after(0), limits, desk.now) == 2


@pytest.mark.parametrize(
    ("text", "kinds", "least", "most"),
    [
        (" ".join(map(str, NUMBERS[:80])), EVERY, 80, 100),
        (",".join(f"{n // 10**8}-{n // 10**4 % 10**4:04}-{n % 10**4:04}" for n in NUMBERS[:80]), EVERY, 80, 100),
        (
            "、".join(str(n).translate(str.maketrans("0123456789", "零一二三四五六七八九")) for n in NUMBERS[:80]),
            EVERY,
            80,
            80,
        ),
        ("\n".join(f"user{n}@mail.example" for n in range(80)), EVERY, 80, 80),
        ("\n".join(f"wxid_{n}" for n in range(1000, 1080)), frozenset({"account"}), 80, 80),
        (
            "、".join(a + b for a in "赵钱孙李周吴郑王" for b in "一二三四五六七八九十甲乙丙丁戊己庚辛壬癸" * 2),
            frozenset({"name"}),
            20,
            80,
        ),
        ("x" * 1_000_001, EVERY, 80, 1_000_000),
        ("2020-09-18 15:02:00 客服写道：\n> 您好，\n> 请说明。\n" * 30, EVERY, 0, 1),
        (
            "您好，请说明当晚直播的情况。如有疑问，请致电 400-820-8820 或写信至 help@platform.example。\n" * 30,
            EVERY,
            0,
            3,
        ),
        ("您好，王女士，谢谢，再见。" * 50, frozenset({"name"}), 0, 3),
        (_thread(6), EVERY, 6, 18),
    ],
)
def test_a_list_is_told_from_a_letter(text: str, kinds: frozenset[Kind], least: int, most: int) -> None:
    reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
    assert least <= listed(reading, kinds) <= most


class Windows(RuleBasedStateMachine):
    """Whatever was noted when: nobody is held for what is older than a day, and everybody for what reaches a limit."""

    def __init__(self) -> None:
        super().__init__()
        self.now = datetime(2026, 1, 2, tzinfo=UTC)
        self.noted = list[Noted]()

    @rule(lists=st.booleans())
    def something_is_found(self, lists: bool) -> None:
        self.noted.append(Noted(len(self.noted) + 1, b"s", b"c", self.now, ("phone",), lists))

    @rule(minutes=st.integers(-3000, 3000))
    def time_goes_by(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @invariant()
    def counts_are_of_the_windows(self) -> None:
        count = counts_by_window(self.noted, self.now)
        assert count.lists_hour <= count.found_hour <= count.found_day
        assert count.lists_hour <= count.lists_day <= count.found_day
        ages = [abs(self.now - one.at) for one in self.noted]
        assert count.found_day == sum(age < timedelta(days=1) for age in ages)
        assert count.over(SenderLimits(found_per_hour=3)) is (sum(age < timedelta(hours=1) for age in ages) >= 3)


TestWindows = Windows.TestCase
TestWindows.settings = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize("word", ["x", "1", "a.", "a1_", "a@", "a-"])
def test_a_text_of_one_endless_word_is_counted_in_one_go(word: str) -> None:
    text = TextFragment(Location("1"), "text", word * (1_000_000 // len(word)))
    assert listed(Reading(texts=(text,)), frozenset(("phone", "address", "account"))) <= 100_000
