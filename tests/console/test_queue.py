"""The list of held messages, decisions on several, and two people: over real pages and a real store."""

import asyncio
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert
from starlette.testclient import TestClient

from console.conftest import SAME, Console, new_hold, reading
from gateway.console.app import create_app
from gateway.console.deps import ConsoleDeps
from gateway.console.queue_filter import QueueFilter, filter_of, filter_within, ids_of, number_of
from gateway.console.queue_pages import MOST_AT_ONCE
from gateway.model import FilePart, Item, Location, MailAddress, MailFacts, Party, Reading, Recipient, Report
from gateway.model.roles import ROLES
from gateway.policy import Policy, packaged_policy
from gateway.quarantine.four_eyes import Decider, Proposed, may_decide, second_word
from gateway.quarantine.release import NotReached, ReleaseOutcome, SendResult, Sent, discard, release
from gateway.storage import tables
from gateway.storage.protocols import Store
from gateway.telemetry.events import HeldDiscarded, HeldReleased


class Desk:
    """A console that really decides, with somebody of each role signed in."""

    def __init__(self, store: Store, now: datetime) -> None:
        self.store, self.now = store, now
        self.sent: list[str] = []
        self.returned: list[tuple[str, str, str, str]] = []
        self.events: list[object] = []
        self.answer: SendResult = Sent()
        self.addresses: dict[str, str] = {}
        self.policy: Policy = packaged_policy()
        self.app = create_app(self._deps())
        ground = store._ground  # type: ignore[attr-defined]
        names = [(f"{role}{number}", role) for role in ROLES for number in ("", "2")]
        with ground.transactions.write() as connection:
            for name, role in names:
                connection.execute(insert(tables.people).values(name=name, role=role, password_hash="x"))
        for name, _ in names:
            store.people.open_session(f"session-{name}", name, now + timedelta(hours=1))

    def _deps(self) -> ConsoleDeps:
        store = self.store

        async def send(envelope: object, content: bytes, before_dot: object) -> SendResult:
            if isinstance(self.answer, NotReached):
                return self.answer
            assert callable(before_dot)
            assert await asyncio.to_thread(before_dot)
            self.sent.append(self.current)
            return self.answer

        async def go(held: str, actor: str, reason: str) -> ReleaseOutcome:
            word = await asyncio.to_thread(
                second_word,
                store.quarantine,
                store.proposals,
                self.policy,
                held,
                "release",
                self.decider(actor),
                reason,
            )
            if isinstance(word, Proposed):
                return ReleaseOutcome("held", "proposed")
            self.current = held
            return await release(store.quarantine, held, actor, reason, send, confirming=word)

        def drop(held: str, actor: str, reason: str) -> None:
            summary = store.quarantine.summary(held)
            assert summary is not None
            may_decide(summary, self.decider(actor))
            discard(store.quarantine, held, actor, reason)

        def give_back(held: str, actor: str, reason: str, note: str) -> bool:
            self.returned.append((held, actor, reason, note))
            return True

        return ConsoleDeps(
            quarantine=store.quarantine,
            people=store.people,
            release=go,
            discard=drop,
            ready=lambda: {"store": True},
            metrics=lambda: (b"", "text/plain"),
            clock=lambda: self.now,
            emit=self.events.append,
            reports=store.reports,
            hosts=frozenset({"testserver"}),
            senders=store.senders,
            proposals=store.proposals,
            policy=lambda: self.policy,
            decider=self.decider,
            release_rewritten=go,
            return_to_sender=give_back,
        )

    def decider(self, actor: str) -> Decider:
        return Decider(actor, self.addresses.get(actor, ""))

    def four_eyes(self) -> None:
        rules = (replace(self.policy.rules[0], name="material", action="quarantine", four_eyes=True),)
        self.policy = replace(self.policy, rules=rules)

    def of(self, name: str) -> TestClient:
        client = TestClient(self.app, follow_redirects=False, client=("127.0.0.1", 50000))
        client.cookies.set("hushgate", f"session-{name}")
        client.cookies.set("lang", "zh")
        return client

    def decide(self, name: str, action: str, held: list[str], reason: str = "已核对") -> tuple[int, str]:
        client = self.of(name)
        page = client.get("/bulk", params={"action": action, "held": held}).text
        token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
        form = {"token": token, "action": action, "held": " ".join(held), "reason": reason, "effects": said_on(page)}
        answer = client.post("/bulk", data=form, headers=SAME)
        return answer.status_code, answer.text

    def hold(self, number: int, said: str = "", **envelope: str) -> str:
        new = new_hold(b"%d\r\n" % number, envelope.get("to", f"u{number}@fans.example"))
        file = FilePart(Location("3"), f"{said or number}.txt", "text", 1, f"{said or number}".encode())
        sender = envelope.get("sender", "kefu@platform.example")
        when = self.now - timedelta(minutes=int(envelope.get("minutes", "5")))
        return self.store.quarantine.hold(
            replace(
                new,
                envelope=replace(new.envelope, sender=sender, received_at=when),
                reading=replace(reading(), files=(file,)),
            ),
            "relay",
        )


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store, datetime.now(UTC))


def said_on(page: str) -> str:
    """What the page said would happen."""
    found = re.search(r'name="effects" value="([^"]*)"', page)
    return found[1] if found is not None else ""


def rows(page: str) -> list[str]:
    """The messages of a list, in order."""
    return re.findall(r'<li class="row[^"]*" id="(Q-\w+)"', page)


def test_a_row_says_who_to_whom_why_and_how_long(desk: Desk) -> None:
    held = desk.hold(1, minutes="90", to="xinger@streamers.example")
    page = desk.of("reviewer").get("/").text
    assert rows(page) == [held]
    assert "关于███的投诉" in page
    assert "张小鸣" not in page
    assert "第 1 个附件" in page or "正文有举报 R-1 举报人的姓名" in page or "主题有举报 R-1 举报人的姓名" in page
    assert "kefu@platform.example" in page
    assert "xinger@streamers.example" in page
    assert "已等 1 小时 30 分，超时 30 分钟" in page
    assert 'class="age late"' in page
    english = desk.of("reviewer")
    english.cookies.set("lang", "en")
    assert "30 min over target" in english.get("/").text


def test_the_oldest_stands_first_and_the_order_can_be_turned(desk: Desk) -> None:
    held = [desk.hold(number) for number in range(3)]
    client = desk.of("reviewer")
    assert rows(client.get("/").text) == held
    assert rows(client.get("/?order=newest").text) == held[::-1]


def test_filters_stay_in_every_address_of_the_page(desk: Desk) -> None:
    for number in range(60):
        desk.hold(number)
    desk.hold(100, said="同样的话")
    desk.hold(101, said="同样的话")
    page = desk.of("lead").get("/?status=all&q=fans.example&order=newest").text
    links = [urlsplit(one.replace("&amp;", "&")) for one in re.findall(r'href="(/[^"]*)"', page)]
    lists = [parse_qs(one.query) for one in links if one.path == "/" and one.query]
    assert len(lists) > 10
    kept = [one for one in lists if one.get("q") == ["fans.example"]]
    assert len(kept) >= len(lists) - 1  # but for the one that clears the search
    messages = [parse_qs(one.query) for one in links if one.path.startswith("/held/")]
    assert all(filter_within(one["in"][0]).words == "fans.example" for one in messages if "in" in one)
    assert any("in" in one for one in messages)
    back = page.split('name="back" value="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    assert filter_within(back) == QueueFilter("all", "fans.example", "", True)
    language = page.split('href="/language/en?to=', 1)[1].split('"', 1)[0]
    answer = desk.of("lead").get(f"/language/en?to={language}")
    assert answer.headers["location"] == "/?status=all&q=fans.example&order=newest"


def test_what_says_the_same_is_one_row_that_opens(desk: Desk) -> None:
    desk.hold(1)
    lot = [desk.hold(number, said="同样的话") for number in range(10, 40)]
    client = desk.of("lead")
    page = client.get("/").text
    assert len(rows(page)) == 2
    assert "同样内容共 30 封" in page
    assert f'value="{lot[0]}"' not in page  # a lot is chosen by naming its messages
    opened = client.get("/", params={"expand": lot[0]}).text
    assert all(f'value="{one}"' in opened for one in lot)
    assert " checked" not in opened
    marked = client.get("/", params={"expand": lot[0], "mark": "all"}).text
    assert marked.count(" checked") == 30
    alone = client.get("/", params={"campaign": lot[3]}).text
    assert rows(alone) == lot


def test_whoever_may_not_decide_on_many_is_offered_no_boxes(desk: Desk) -> None:
    held = [desk.hold(1), desk.hold(2)]
    assert 'type="checkbox"' in desk.of("lead").get("/").text
    page = desk.of("reviewer").get("/").text
    assert 'type="checkbox"' not in page
    answer = desk.of("reviewer").get("/bulk", params={"action": "discard", "held": held})
    assert answer.status_code == 400
    assert "您的账号一次只能处理一封" in answer.text
    assert desk.of("reviewer").get("/bulk", params={"action": "discard", "held": held[:1]}).status_code == 200


def test_several_are_discarded_each_once_and_each_audited(desk: Desk) -> None:
    held = [desk.hold(number) for number in range(5)]
    desk.store.quarantine.move(held[2], "discard", "console:other", "x")
    status, page = desk.decide("lead", "discard", held)
    assert status == 409
    assert "4 封已按要求处理" in page
    assert "1 封没有完成" in page
    assert {one.status for one in desk.store.quarantine.summaries()} == {"discarded"}
    entries = [one.subject for one in desk.store.audit.entries() if one.event == "discarded"]
    assert sorted(entries) == sorted(held)
    assert [type(one) for one in desk.events] == [HeldDiscarded] * 4


def test_several_are_released_each_once_even_when_asked_twice(desk: Desk) -> None:
    held = [desk.hold(number) for number in range(3)]
    client = desk.of("lead")
    page = client.get("/bulk", params={"action": "release", "held": held}).text
    assert "3 封将原样发给收件人" in page
    token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
    form = {"token": token, "action": "release", "held": " ".join(held), "reason": "核对", "effects": said_on(page)}
    assert client.post("/bulk", data=form, headers=SAME).status_code == 200
    assert client.post("/bulk", data=form, headers=SAME).status_code == 409
    assert desk.sent == held
    assert [type(one) for one in desk.events] == [HeldReleased] * 3


def test_a_release_of_several_on_the_word_of_two(desk: Desk) -> None:
    desk.four_eyes()
    held = [desk.hold(number) for number in range(3)]
    status, page = desk.decide("lead", "release", held)
    assert status == 200
    assert "已提出，待第二人决定" in page
    assert desk.sent == []
    assert len(rows(desk.of("reviewer").get("/?status=proposed").text)) == 3
    assert "由您提出" in desk.of("lead").get("/bulk", params={"action": "release", "held": held}).text
    other = desk.of("lead2").get("/bulk", params={"action": "release", "held": held}).text
    assert "3 封已由他人提出，您确认后立即发出" in other
    assert desk.decide("lead2", "release", held)[0] == 200
    assert desk.sent == held


def test_what_may_have_been_delivered_is_said_before_it_is_sent_again(desk: Desk) -> None:
    held = desk.hold(1)
    desk.store.quarantine.move(held, "claim", "t", "x", "", "lease")
    desk.store.quarantine.sending(held, "t", "lease")
    desk.store.quarantine.move(held, "line_cut", "t", "x", "", "lease")
    for action, risky in (("release", True), ("release-rewritten", True), ("discard", False)):
        page = desk.of("reviewer").get("/bulk", params={"action": action, "held": held}).text
        assert ("可能重复送达" in page) is risky
    desk.four_eyes()
    desk.decide("reviewer", "release", [held])
    assert "可能重复送达" in desk.of("reviewer2").get(f"/proposals/{held}").text


def test_failures_are_listed_and_keep_nobody_else_from_being_sent(desk: Desk) -> None:
    held = [desk.hold(number) for number in range(2)]
    desk.answer = NotReached()
    status, page = desk.decide("lead", "release", held)
    assert status == 409
    assert page.count("无法连接上游服务器") == 2
    assert {one.status for one in desk.store.quarantine.summaries()} == {"held"}


def test_nobody_decides_on_mail_of_their_own(desk: Desk) -> None:
    mine, other = desk.hold(1), desk.hold(2, sender="other@platform.example")
    desk.addresses["console:lead"] = "KEFU+me@platform.example"
    page = desk.of("lead").get("/bulk", params={"action": "discard", "held": [mine]}).text
    assert "您自己发的邮件" in page
    assert 'name="reason"' not in page
    token = desk.of("lead").get("/bulk", params={"action": "discard", "held": [other]}).text
    token = token.split('name="token" value="', 1)[1].split('"', 1)[0]
    form = {"token": token, "action": "discard", "held": mine, "reason": "x"}
    assert desk.of("lead").post("/bulk", data=form, headers=SAME).status_code == 409
    assert desk.store.quarantine.summary(mine).status == "held"  # type: ignore[union-attr]


def test_several_are_of_one_sender_or_say_the_same(desk: Desk) -> None:
    one, other = desk.hold(1), desk.hold(2, sender="other@platform.example")
    answer = desk.of("lead").get("/bulk", params={"action": "discard", "held": [one, other]})
    assert answer.status_code == 400
    assert "分开处理" in answer.text
    assert 'name="reason"' not in answer.text


@pytest.mark.parametrize(
    ("held", "status"),
    [([], 400), (["Q-UNKNOWN"], 400), (["../x", "Q-1 OR 1"], 400), ([f"Q-{n}" for n in range(MOST_AT_ONCE + 1)], 400)],
)
def test_odd_choices_are_refused(desk: Desk, held: list[str], status: int) -> None:
    assert desk.of("lead").get("/bulk", params={"action": "discard", "held": held}).status_code == status


def test_an_action_that_is_none_is_not_found(desk: Desk) -> None:
    held = desk.hold(1)
    for action in ("", "releaseall", "claim", "../discard"):
        assert desk.of("lead").get("/bulk", params={"action": action, "held": held}).status_code == 404


def test_a_reason_is_asked(desk: Desk) -> None:
    held = desk.hold(1)
    status, page = desk.decide("lead", "discard", [held], "   ")
    assert status == 400
    assert "请写明理由" in page
    assert desk.store.quarantine.summary(held).status == "held"  # type: ignore[union-attr]


def test_messages_go_back_to_their_sender(desk: Desk) -> None:
    held = desk.hold(1)
    assert desk.decide("lead", "return", [held])[0] == 200
    assert desk.returned == [(held, "console:lead", "已核对", "")]


def test_a_second_person_sees_what_is_proposed_and_may_turn_it_down(desk: Desk) -> None:
    desk.four_eyes()
    held = desk.hold(1)
    desk.decide("reviewer", "release", [held], "同名的另一人")
    page = desk.of("reviewer2").get(f"/proposals/{held}").text
    assert "reviewer 提出：放行原邮件" in page
    assert "同名的另一人" in page
    own = desk.of("reviewer").get(f"/proposals/{held}").text
    assert "撤回" in own
    assert "确认并发出" not in own
    answer = second(desk, "reviewer", held, "confirm")
    assert answer[0] == 409
    assert desk.sent == []
    assert "已否决" in second(desk, "reviewer2", held, "turn_down")[1]
    assert desk.store.proposals.of(held) is None
    assert "没有待决定的提议" in desk.of("reviewer2").get(f"/proposals/{held}").text


def test_a_second_person_confirms(desk: Desk) -> None:
    desk.four_eyes()
    held = desk.hold(1)
    desk.decide("reviewer", "release", [held])
    assert "已确认并发出" in second(desk, "reviewer2", held, "confirm")[1]
    assert desk.sent == [held]


def second(desk: Desk, name: str, held: str, word: str, reason: str = "看过了") -> tuple[int, str]:
    client = desk.of(name)
    page = client.get(f"/proposals/{held}").text
    token = page.split('name="token" value="', 1)[1].split('"', 1)[0]
    form = {"token": token, "action": "release", "word": word, "reason": reason}
    answer = client.post(f"/proposals/{held}", data=form, headers=SAME)
    return answer.status_code, answer.text


def test_the_line_of_news_counts_what_came_and_is_cheap_where_nothing_did(desk: Desk) -> None:
    desk.hold(1)
    client = desk.of("reviewer")
    page = client.get("/").text
    address = page.split('data-news="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    nothing = client.get(address)
    assert nothing.status_code == 200
    assert nothing.text == ""
    tag = nothing.headers["etag"]
    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
    desk.hold(2)
    desk.hold(3)
    news = client.get(address, headers={"If-None-Match": tag})
    assert news.status_code == 200
    assert "有 2 封新邮件" in news.text
    assert client.get(address, headers={"If-None-Match": news.headers["etag"]}).status_code == 304


def test_how_many_there_are_is_said_once_and_truly(desk: Desk) -> None:
    client = desk.of("lead")
    for number in range(52):
        desk.hold(number)
    lot = [desk.hold(100 + number, said="同样的话") for number in range(5)]
    for path, said in (
        ("/", "共 57 封"),
        ("/?order=newest", "共 57 封"),
        ("/?q=fans.example", "共 57 封"),
        (f"/?campaign={lot[0]}", "共 5 封"),
        (f"/?q={lot[1]}", "共 1 封"),
        ("/?status=all", "共 57 封"),
        ("/?status=released", "共 0 封"),
    ):
        assert said in client.get(path).text, path


def test_news_are_of_what_the_page_shows(desk: Desk) -> None:
    client = desk.of("reviewer")
    page = client.get("/?q=fans.example").text
    address = page.split('data-news="', 1)[1].split('"', 1)[0].replace("&amp;", "&")
    desk.hold(1, to="a@elsewhere.example")
    assert client.get(address).text == ""
    desk.hold(2)
    assert "有 1 封新邮件" in client.get(address).text
    assert 'href="/?q=fans.example"' in client.get(address).text


RIGHTS = {
    # path, method: who may (200 or a mistake of the form), everybody else hears 403
    ("/", "GET"): {"reviewer", "lead", "admin"},
    ("/queue/news?since=0", "GET"): {"reviewer", "lead", "admin"},
    ("/bulk?action=discard&held=HELD", "GET"): {"reviewer", "lead", "admin"},
    ("/bulk", "POST"): {"reviewer", "lead", "admin"},
    ("/proposals/HELD", "GET"): {"reviewer", "lead", "admin"},
    ("/proposals/HELD", "POST"): {"reviewer", "lead", "admin"},
}


@pytest.mark.parametrize(("path", "method"), RIGHTS)
@pytest.mark.parametrize("role", [*ROLES, ""])
def test_every_route_by_role_and_method(desk: Desk, path: str, method: str, role: str) -> None:
    held = desk.hold(1)
    path = path.replace("HELD", held)
    client = desk.of(role) if role else TestClient(desk.app, follow_redirects=False)
    answer = client.request(method, path, headers=SAME, data={"action": "discard", "held": held, "reason": "x"})
    if not role:
        assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    elif path == "/" and role == "auditor":  # whose first page is another one
        assert (answer.status_code, answer.headers["location"]) == (303, "/figures")
    elif role not in RIGHTS[(path.replace(held, "HELD"), method)]:
        assert answer.status_code == 403
    elif method == "POST":
        assert answer.status_code == 403  # the form has no token
        assert "未通过校验" in answer.text
    else:
        assert answer.status_code == 200
    assert desk.store.quarantine.summary(held).status == "held"  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["/", "/queue/news", "/bulk", "/proposals/Q-1", "/static/queue.js"])
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_no_other_method_is_answered(desk: Desk, path: str, method: str) -> None:
    assert desk.of("admin").request(method, path, headers=SAME).status_code == 405


def test_a_reporter_as_sender_or_author_is_masked_and_never_found(desk: Desk) -> None:
    items = (Item("address", "xiaoming@mail.example"),)
    party = Party("星儿", ("xinger@streamers.example",))
    desk.store.reports.put([Report("R-9", "open", "2026-01-01", (party,), items)], "t")
    author = MailAddress("from", "小明自己", "xiaoming@mail.example")
    new = replace(new_hold(b"9"), findings=(), reading=Reading(mails=(MailFacts(Location(""), (author,)),)))
    for number, sender in enumerate(("xiaoming@mail.example", "kefu@platform.example")):
        envelope = replace(new.envelope, sender=sender, recipients=(Recipient("a@b.example"),))
        desk.store.quarantine.hold(replace(new, envelope=envelope, digest=b"%d" % number * 32), "relay")
    page = desk.of("admin").get("/").text
    assert len(rows(page)) == 2
    assert "小明自己" not in page
    assert "xiaoming" not in page
    for words in ("xiaoming", "xiaoming@mail.example", "小明", "小明自己"):
        assert rows(desk.of("admin").get("/", params={"q": words}).text) == []


HOSTILE = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{1234*57}}{% raw %}", "'-alert(1)-'", "a\u202eb",
    "javascript:alert(1)", "]]><svg/onload=alert(1)>",
)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_of_a_message_or_address_is_markup(desk: Desk, text: str) -> None:
    held = desk.hold(1)
    base = reading()
    subject = replace(base.texts[0], text=text)
    new = replace(new_hold(b"h"), findings=(), reading=replace(base, texts=(subject,)))
    hostile = desk.store.quarantine.hold(replace(new, envelope=replace(new.envelope, sender=text[:60])), "relay")
    for page in (
        desk.of("lead").get("/", params={"q": text, "expand": text, "campaign": text, "status": text}).text,
        desk.of("lead").get("/").text,
        desk.of("lead").get("/bulk", params={"action": "discard", "held": [held, hostile], "back": text}).text,
        desk.of("lead").get("/queue/news", params={"since": "0", "q": text}).text,
    ):
        for part in ("<script>alert", "<img src=x", "<svg/onload", "\u202e"):
            assert part not in page
        assert "70338" not in page


@given(st.text(max_size=300), st.text(max_size=30), st.text(max_size=60), st.booleans())
def test_any_filter_comes_back_from_its_own_address(words: str, status: str, campaign: str, newest: bool) -> None:
    chosen = filter_of({"q": words, "status": status, "campaign": campaign, "order": "newest" if newest else ""})
    assert filter_within(chosen.choosing()) == chosen
    assert chosen.address().isascii()
    assert chosen.address().startswith("/")
    assert not chosen.address().startswith("//")


@given(st.text(max_size=80))
def test_cursors_and_ids_are_numbers_and_ids_or_nothing(text: str) -> None:
    assert number_of(text) >= 0
    assert all(re.fullmatch(r"Q-[A-Za-z0-9]+", one) for one in ids_of(text, 50))


def test_the_list_of_an_empty_store_says_so(console: Console) -> None:
    console.set_up()
    assert "没有待处理的邮件" in console.client.get("/").text
    assert "没有符合条件的邮件" in console.client.get("/?q=天书").text
