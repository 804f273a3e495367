"""The page of one message: who may do what at which address, what it says, and where a decision leads."""

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from console.conftest import SAME, Console, findings, new_hold, reading
from gateway.console.deps import RewrittenPreview
from gateway.console.texts import TEXTS
from gateway.errors import CannotChange, Problem
from gateway.model import Edit, Location, MailFacts, Reading, TextFragment
from gateway.model.place_changes import AddedBox, AddedSpan, PlaceChanges, code
from gateway.model.roles import ROLES, Right, may
from gateway.model.shown_page import ShownPage
from gateway.policy import Rule, packaged_policy
from gateway.quarantine.release import ReleaseOutcome
from gateway.telemetry.events import HeldReleased, HeldReturned

WAYS: dict[str, Right] = {
    "": "see_messages",
    "/mail": "see_messages",
    "/picture/0.png": "see_messages",
    "/release": "decide",
    "/rewritten": "decide",
    "/release-rewritten": "decide",
    "/unlock": "decide",
    "/discard": "decide",
    "/return": "decide",
    "/turn-down": "decide",
    "/reveal": "reveal",
}
EDIT = Edit(0, Location("1"), (2, 5), "[姓名略]")
DIGEST = "d" * 64


@dataclass
class Proposed:
    """As the store of proposals gives it."""

    held: str
    action: str = "release"
    person: str = "console:li"
    at: datetime = field(default_factory=lambda: datetime.fromisoformat("2026-01-02T03:30:00+00:00"))
    reason: str = "张小鸣同意"


@dataclass
class World:
    """What a console may be given besides, and what it asked for."""

    console: Console
    returned: list[tuple[str, ...]] = field(default_factory=list)
    revealed: list[tuple[str, ...]] = field(default_factory=list)
    asked: list[tuple[PlaceChanges, str]] = field(default_factory=list)
    sent: list[tuple[Any, ...]] = field(default_factory=list)
    proposal: Proposed | None = None
    down: list[str] = field(default_factory=list)
    refuses: str = ""

    def among(self, held: tuple[str, ...]) -> dict[str, Proposed]:
        return {}

    def give_back(self, held: str, actor: str, reason: str, note: str) -> bool:
        if self.console.store.quarantine.move(held, "return", actor, reason) is None:
            raise Problem(held, "not held", "")
        self.returned.append((held, actor, reason, note))
        return True

    def rewritten(self, held: str, actor: str, changes: PlaceChanges, word: str) -> RewrittenPreview:
        self.asked.append((changes, word))
        if self.refuses and (changes or word):
            raise CannotChange(held, self.refuses, "no")  # type: ignore[arg-type]  # one of its words
        if word:
            changes = replace(changes, spans=(*changes.spans, AddedSpan(1, 6, 8)))
        before = reading()
        before = replace(before, texts=tuple(replace(text, editable=True) for text in before.texts))
        edits = (replace(EDIT, ordinal=1), *(Edit(1, Location("1"), (6, 8), "[略]") for _ in changes.spans))
        after = Reading((TextFragment(Location("1"), "text", "观众[姓名略]反映"),))
        return RewrittenPreview(before, findings(), after, (), edits, changes, DIGEST)

    async def release_shown(
        self, held: str, actor: str, reason: str, changes: PlaceChanges, digest: str
    ) -> ReleaseOutcome:
        self.sent.append((held, actor, reason, code(changes), digest))
        if digest != DIGEST:
            raise CannotChange(held, "moved", "another one")
        return ReleaseOutcome("released", "sent", 250)

    async def release_rewritten(self, held: str, actor: str, reason: str) -> ReleaseOutcome:
        raise AssertionError("what was not shown is not sent")

    def of(self, held: str) -> Proposed | None:
        return self.proposal

    def turn_down(self, proposal: Proposed, person: str, reason: str) -> bool:
        self.down.append(f"{person} {reason}")
        stood, self.proposal = self.proposal is not None, None
        return stood

    def held(self, number: int = 0) -> str:
        return self.console.store.quarantine.hold(new_hold(b"Subject: x\r\n\r\n%d\r\n" % number), "relay")

    def post(self, path: str, **form: str) -> Any:
        return self.console.client.post(path, data={"token": self.console.token(), **form}, headers=SAME)


@pytest.fixture
def world(console: Console) -> World:
    made = World(console)
    console.given(
        return_to_sender=made.give_back,
        rewritten=made.rewritten,
        release_shown=made.release_shown,
        release_rewritten=made.release_rewritten,
        proposals=made,
        revealed=lambda *said: made.revealed.append(said),
        earlier=console.store.earlier,
        shown_page=lambda content: ShownPage(),
    )
    console.set_up("mei")
    return made


@pytest.mark.parametrize("role", ROLES)
def test_each_address_is_for_those_who_have_its_right(world: World, role: str) -> None:
    held, token = world.held(), world.console.token()
    world.console.become(role)
    client = world.console.client
    for way, right in WAYS.items():
        path = f"/held/{held}{way}"
        allowed = may(role, right)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH"):
            posts = way not in ("", "/mail", "/picture/0.png")
            data = {"token": token} if method == "POST" else None
            answer = client.request(method, path, data=data, headers=SAME)
            if method in ("PUT", "DELETE", "PATCH") or (method == "POST" and not posts):
                assert answer.status_code == 405, (method, way)
            elif not allowed:
                assert answer.status_code == 403, (method, way)
                assert "x***" not in answer.text
            else:
                assert answer.status_code in (200, 303, 400, 404, 409), (method, way)
                assert answer.status_code != 403
    summary = world.console.store.quarantine.summaries()[0]
    assert summary.status == "held"  # no reason was given anywhere


@pytest.mark.parametrize("way", WAYS)
def test_nobody_sees_or_does_anything_without_signing_in(world: World, way: str) -> None:
    held = world.held()
    stranger = world.console.from_elsewhere()
    for method in ("GET", "POST"):
        answer = stranger.request(method, f"/held/{held}{way}", headers=SAME)
        assert answer.status_code in (303, 405)
        assert held not in answer.text


@pytest.mark.parametrize("way", [way for way, right in WAYS.items() if right != "see_messages"])
def test_no_other_site_decides(world: World, way: str) -> None:
    held, token = world.held(), world.console.token()
    form = {"token": token, "reason": "x", "common": "confirmed"}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}):
        assert world.console.client.post(f"/held/{held}{way}", data=form, headers=headers).status_code == 403
    bad = {**form, "token": "0" * 64}
    assert world.console.client.post(f"/held/{held}{way}", data=bad, headers=SAME).status_code == 403
    assert world.console.store.quarantine.summaries()[0].status == "held"


@pytest.mark.parametrize(
    "id_", ["Q-NOTTHERE22", "..%2f..%2fetc%2fpasswd", "Q-1%00", "%27%20OR%201=1--", "Q-" + "A" * 300]
)
def test_a_message_that_is_not_there_is_not_there(world: World, id_: str) -> None:
    world.held()
    for way in WAYS:
        form = {"token": world.console.token(), "reason": "x", "place": "1.2-5"}
        if way in ("", "/mail", "/picture/0.png"):
            answer = world.console.client.get(f"/held/{id_}{way}")
        else:
            answer = world.console.client.post(f"/held/{id_}{way}", data=form, headers=SAME)
        assert answer.status_code in (400, 404), way
        assert "Traceback" not in answer.text


def test_the_four_questions_stand_at_the_head_and_the_jargon_behind_details(world: World) -> None:
    page = world.console.client.get(f"/held/{world.held()}").text
    head, _, rest = page.partition('<details class="evidence">')
    for key in ("q_who", "q_what", "q_do"):
        assert TEXTS[key][0] in head
    assert "xinger@streamers.example" in head
    assert "被举报人 · 举报 R-1" in head
    assert "主题" in head
    assert "举报 R-1 举报人的姓名" in head
    for jargon in ("0.97", "part", "第 1 部分", "material", "identity", "names"):
        assert jargon not in re.sub(r"<[^>]*>", "", head), jargon
    assert "0.97" in rest


def test_what_is_for_programs_is_counted_and_not_shown(world: World) -> None:
    hold = new_hold(b"2\r\n")
    inner = Location("2")
    more = (
        TextFragment(Location("1"), "text", "请说明当晚情况", editable=True),
        TextFragment(Location("1"), "text", "变体读法甲乙丙"),
        TextFragment(inner, "file_name", "[Content_Types].xml\nword/document.xml"),
        TextFragment(inner, "metadata", "application/xml"),
    )
    held = world.console.store.quarantine.hold(replace(hold, reading=Reading(more), findings=()), "relay")
    page = world.console.client.get(f"/held/{held}").text
    assert "请说明当晚情况" in page
    for hidden in ("变体读法", "Content_Types", "application/xml"):
        assert hidden not in page
    assert TEXTS["internal_left_out"][0].format(count=2) in page


def test_a_decision_leads_to_the_message_that_waits_longest(world: World) -> None:
    first, second, third = (world.held(number) for number in range(3))
    page = world.console.client.get(f"/held/{first}?in=status%3Dheld").text
    assert f'href="/held/{second}?in=status%3Dheld" rel="next"' in page
    assert '<a href="/?status=held">' in page
    form = {"common": "confirmed", "in": "status=held"}
    answer = world.post(f"/held/{first}/discard", **form)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/held/{second}?done=ok_discarded&of={first}&in=status%3Dheld"
    shown = world.console.client.get(answer.headers["location"]).text
    assert f"{first}：{TEXTS['ok_discarded'][0]}" in shown
    assert world.post(f"/held/{third}/discard", **form).headers["location"].startswith(f"/held/{second}?")
    assert world.post(f"/held/{second}/discard", **form).status_code == 200  # no other waits


@pytest.mark.parametrize(
    "query",
    [
        "done=refused&of=Q-1",
        "done=%3Cscript%3E",
        "done=ok_released&of=%3Cscript%3E",
        "in=%22%3E%3Cscript%3E",
        "in=%0d%0aX:y",
    ],
)
def test_an_address_says_nothing_that_its_writer_chose(world: World, query: str) -> None:
    held = world.held()
    answer = world.console.client.get(f"/held/{held}?{query}")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert 'name="in" value=""' in answer.text or "in=" not in query
    assert TEXTS["refused"][0] not in answer.text


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("reason", ["confirmed", "false_alarm", "sender_mends"])
def test_a_reason_is_chosen_or_written(world: World, reason: str, language: str) -> None:
    world.console.client.cookies.set("lang", language)
    said = TEXTS[f"reason_{reason}"][language == "en"]
    held = world.held()
    assert world.post(f"/held/{held}/release", common=reason).status_code == 200
    assert world.console.released[-1][2] == said
    world.post(f"/held/{held}/release", common=reason, reason=" own words ")
    assert world.console.released[-1][2] == "own words"
    assert world.post(f"/held/{held}/release", common="made_up").status_code == 400


def test_a_mail_goes_back_to_its_sender_with_a_note(world: World) -> None:
    held = world.held()
    assert TEXTS["return"][0] in world.console.client.get(f"/held/{held}").text
    answer = world.post(f"/held/{held}/return", common="sender_mends", note="请去掉第二段")
    assert answer.status_code == 200
    assert world.returned == [(held, "console:mei", TEXTS["reason_sender_mends"][0], "请去掉第二段")]
    assert TEXTS["ok_returned"][0] in answer.text
    assert HeldReturned(held, True) in world.console.events
    assert world.post(f"/held/{held}/return", common="sender_mends").status_code == 409


def test_without_a_way_back_nobody_is_offered_one(world: World) -> None:
    world.console.given(return_to_sender=None)
    held = world.held()
    assert f"/held/{held}/return" not in world.console.client.get(f"/held/{held}").text
    assert world.post(f"/held/{held}/return", common="sender_mends").status_code == 404


def test_a_second_person_confirms_or_turns_down_and_the_first_withdraws(world: World) -> None:
    held = world.held()
    world.proposal = Proposed(held)
    page = world.console.client.get(f"/held/{held}").text
    assert TEXTS["confirm_proposal"][0] in page
    assert TEXTS["proposed_yours"][0] in page
    assert "li 提议：原样放行" in page
    world.proposal = Proposed(held, person="console:mei")
    page = world.console.client.get(f"/held/{held}").text
    assert f">{TEXTS['confirm_proposal'][0]}</button>" not in page
    assert "张小鸣" not in page  # neither in what somebody gave as a reason
    assert TEXTS["withdraw"][0] in page
    answer = world.post(f"/held/{held}/turn-down", common="confirmed")
    assert TEXTS["ok_turned_down"][0] in answer.text
    assert world.down == [f"console:mei {TEXTS['reason_confirmed'][0]}"]
    assert world.post(f"/held/{held}/turn-down", common="confirmed").status_code == 409


def test_what_a_first_person_proposed_is_said(world: World) -> None:
    world.console.outcome = ReleaseOutcome("held", "proposed")
    answer = world.post(f"/held/{world.held()}/release", common="false_alarm")
    assert TEXTS["ok_proposed"][0] in answer.text
    assert not [event for event in world.console.events if isinstance(event, HeldReleased)]  # nothing was


def test_uncertain_is_said_in_words_and_still_to_be_decided(world: World) -> None:
    held, move = world.held(), world.console.store.quarantine.move
    move(held, "claim", "t", "x", "", "l")
    world.console.store.quarantine.sending(held, "t", "l")
    move(held, "line_cut", "t", "x", "", "l")
    page = world.console.client.get(f"/held/{held}").text
    assert TEXTS["uncertain_hint"][0] in page
    assert f"/held/{held}/discard" in page
    assert world.post(f"/held/{held}/discard", common="confirmed").status_code == 200
    assert TEXTS["uncertain_hint"][0] not in world.console.client.get(f"/held/{held}").text


def test_one_recipient_is_revealed_once_with_a_reason(world: World) -> None:
    held = world.console.store.quarantine.hold(new_hold(b"9\r\n", "zhangxiaoming@mail.example"), "relay")
    page = world.console.client.get(f"/held/{held}").text
    assert "zhangxiaoming@mail.example" not in page
    assert 'value="to.0"' in page
    assert world.post(f"/held/{held}/reveal", place="to.0").status_code == 400
    answer = world.post(f"/held/{held}/reveal", place="to.0", reason="核对收件人")
    assert "zhangxiaoming@mail.example" in answer.text
    assert world.revealed == [("console:mei", held, "recipient", "核对收件人")]
    assert "zhangxiaoming@mail.example" not in world.console.client.get(f"/held/{held}").text
    for place in ("to.1", "to.9999", "1.2-3", "0.0-1", "", "x", "1.5-2"):
        assert world.post(f"/held/{held}/reveal", place=place, reason="x").status_code == 409
    assert len(world.revealed) == 1


def test_whoever_may_not_reveal_is_offered_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = world.held()
    assert f"/held/{held}/reveal" in world.console.client.get(f"/held/{held}").text
    monkeypatch.setattr("gateway.console.message_pages.may", lambda role, right: right != "reveal" and may(role, right))
    assert f"/held/{held}/reveal" not in world.console.client.get(f"/held/{held}").text


# --- the rewritten form


def test_the_rewritten_form_is_shown_with_its_places_and_sent_as_shown(world: World) -> None:
    held = world.held()
    page = world.post(f"/held/{held}/rewritten").text
    assert "观众[姓名略]反映" in page
    assert "正文：一处文字 → [姓名略]" in page
    assert f'name="digest" value="{DIGEST}"' in page
    assert "张小鸣" not in page
    answer = world.post(f"/held/{held}/release-rewritten", common="confirmed", digest=DIGEST, places="")
    assert answer.status_code == 200
    assert TEXTS["ok_rewritten"][0] in answer.text
    assert world.sent == [(held, "console:mei", TEXTS["reason_confirmed"][0], "", DIGEST)]


def test_another_form_than_the_one_shown_is_not_sent(world: World) -> None:
    held = world.held()
    for digest in ("e" * 64, ""):
        answer = world.post(f"/held/{held}/release-rewritten", common="confirmed", digest=digest, places="")
        assert answer.status_code == 409
        assert TEXTS["cannot_moved"][0] in answer.text
    assert [digest for *_, digest in world.sent] == ["e" * 64]  # without one nobody was asked to send anything


def test_places_are_added_dropped_and_taken_back(world: World) -> None:
    held = world.held()
    page = world.post(f"/held/{held}/rewritten", places="", word="直播").text
    assert world.asked[-1] == (PlaceChanges(), "直播")
    assert 'name="places" value="t1.6-8"' in page
    assert 'name="undo" value="t1.6-8"' in page
    assert "直播" not in re.findall(r'value="([^"]*)"', page)  # places come back, never the word
    world.post(f"/held/{held}/rewritten", places="t1.6-8", span="1.0-2")
    assert world.asked[-1][0].spans == (AddedSpan(1, 0, 2), AddedSpan(1, 6, 8))
    world.post(f"/held/{held}/rewritten", places="t1.6-8", box=" 1, 2 30 ,40", picture="0")
    assert world.asked[-1][0] == PlaceChanges((AddedSpan(1, 6, 8),), (AddedBox(0, 1, 2, 30, 40),))
    world.post(f"/held/{held}/rewritten", places="t1.6-8;p0.1,2,30,40", drop="0123456789ab")
    assert world.asked[-1][0].dropped == ("0123456789ab",)
    page = world.post(f"/held/{held}/rewritten", places="t1.6-8;d0123456789ab", undo="t1.6-8").text
    assert world.asked[-1][0] == PlaceChanges(dropped=("0123456789ab",))
    assert TEXTS["stays"][0] in page


@pytest.mark.parametrize("why", ["add", "drop", "moved"])
def test_what_cannot_be_changed_says_why_and_the_form_stays_as_it_was(world: World, why: str) -> None:
    world.refuses = why
    answer = world.post(f"/held/{world.held()}/rewritten", places="", drop="0123456789ab")
    assert answer.status_code == 409
    assert TEXTS[f"cannot_{why}"][0] in answer.text
    assert "观众[姓名略]反映" in answer.text
    assert 'name="places" value=""' in answer.text


@pytest.mark.parametrize(
    "form",
    [
        {"places": "x"},
        {"span": "1.5-2"},
        {"span": "<script>"},
        {"box": "1,2,3", "picture": "0"},
        {"box": "1,2,3,0", "picture": "0"},
        {"box": "1,2,3,4", "picture": "-1"},
        {"box": "1,2,3,99999999", "picture": "0"},
        {"drop": "zz"},
        {"undo": "'"},
    ],
)
def test_a_place_that_no_page_of_ours_writes_is_refused(world: World, form: dict[str, str]) -> None:
    answer = world.post(f"/held/{world.held()}/rewritten", **form)
    assert answer.status_code == 400
    assert TEXTS["bad_place"][0] in answer.text
    assert world.asked == []


def test_earlier_mail_of_the_same_people_is_counted_and_linked(world: World) -> None:
    first, second = world.held(0), world.held(1)
    other = world.console.store.quarantine.hold(new_hold(b"7\r\n", "somebody@else.example"), "relay")
    page = world.console.client.get(f"/held/{other}").text
    assert f'href="/held/{first}"' in page
    assert f'href="/held/{second}"' in page
    assert TEXTS["seen_first"][0] in page
    third = world.held(2)
    page = world.console.client.get(f"/held/{third}").text
    assert "此前 2 封" in page


def test_earlier_mail_of_the_same_thread_is_known_whoever_wrote_it(world: World) -> None:
    def mail(id_: str, references: tuple[str, ...] = (), subject: str = "x") -> Reading:
        return Reading(mails=(MailFacts(Location(""), (), id_, references, subject),))

    def held(number: int, reading: Reading, to: str) -> str:
        hold = replace(new_hold(b"%d\r\n" % number, to), reading=reading, findings=())
        return world.console.store.quarantine.hold(hold, "relay")

    first = held(1, mail("<a@x.example>"), "one@else.example")
    other = held(2, mail("<b@x.example>"), "two@else.example")
    answer = held(3, mail("<c@x.example>", ("<a@x.example>",)), "three@else.example")
    row = world.console.client.get(f"/held/{answer}").text.partition(TEXTS["earlier_thread"][0])[2].partition("<dt>")[0]
    assert f'href="/held/{first}"' in row
    assert other not in row
    assert "a@x.example" not in world.console.client.get(f"/held/{answer}").text
    titled = held(4, mail("<d@x.example>", (), "关于九月十二日晚直播的说明"), "four@else.example")
    again = held(5, mail("<e@x.example>", (), "Re: 关于九月十二日晚直播的说明"), "five@else.example")
    row = world.console.client.get(f"/held/{again}").text.partition(TEXTS["earlier_thread"][0])[2].partition("<dt>")[0]
    assert titled in row


def test_the_sentence_of_a_rule_stands_on_the_page_in_its_readers_language(console: Console) -> None:
    """By the rules of now: it is nothing that is kept with the message."""
    say = (("zh", "请法务<b>先</b>看。"), ("en", "Legal first."))
    rules = replace(packaged_policy(), rules=(Rule("material", "quarantine", say=say),))  # type: ignore[arg-type]
    console = console.given(policy=lambda: rules)
    held = console.store.quarantine.hold(new_hold(), "relay")
    console.set_up()
    page = console.client.get(f"/held/{held}").text
    assert "请法务&lt;b&gt;先&lt;/b&gt;看。" in page
    assert "Legal first." not in page
    assert "Legal first." in console.client.get(f"/held/{held}", headers={"Accept-Language": "en"}).text
    console.given(policy=packaged_policy)
    assert "请法务" not in console.client.get(f"/held/{held}").text
