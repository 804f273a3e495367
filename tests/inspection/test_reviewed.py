"""What a reviewer adds to a rewriting and drops from it: an added place goes, a dropped one stays only where it may."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examining import shut_stores, stored, tools_of
from gateway.demo import drawing
from gateway.errors import CannotChange
from gateway.inspection.inspect import examine, held_as
from gateway.inspection.reviewed import spans_of_word
from gateway.inspection.rewritten_form import RewrittenForm, rewritten_form
from gateway.inspection.tools import InspectionDeps
from gateway.model import Client, Envelope, HeldMessage, Item, Message, Party, Reading, Recipient, Report
from gateway.model.place_changes import AddedBox, AddedSpan, PlaceChanges, code, edit_key, of_code
from gateway.reading.walk import read_mail

PARTY = "xinger@streamers.example"
REPORT = Report(
    "R-1",
    "open",
    "2026-01-01T00:00:00+00:00",
    (Party("星儿", (PARTY,)),),
    (Item("name", "张小鸣"), Item("phone", "13800138000")),
)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[InspectionDeps]:
    yield tools_of(stored(tmp_path, REPORT))
    shut_stores()


def mail(text: str, picture: bytes = b"", html: str = "") -> bytes:
    message = EmailMessage(SMTP)
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", PARTY, "请说明"
    message.set_content(text + "\n")
    if html:
        message.add_alternative(html, subtype="html")
    if picture:
        message.add_attachment(picture, maintype="image", subtype="png", filename="附图.png")
    return message.as_bytes()


def held(tools: InspectionDeps, content: bytes) -> HeldMessage:
    envelope = Envelope("kefu@platform.example", (Recipient(PARTY),), Client("::1", "h"), datetime.now(UTC))
    message = Message("m", content)
    new = held_as(envelope, message, examine(envelope, message, tools))
    found = tools.quarantine.open(tools.quarantine.hold(new, "relay"), "test", "review")
    assert found is not None
    return found


def texts(form: RewrittenForm) -> str:
    return "\n".join(text.text for text in read_mail(form.content).texts)


def adding(reading: Reading | None, word: str) -> PlaceChanges:
    assert reading is not None
    return PlaceChanges(tuple(AddedSpan(*place) for place in spans_of_word(reading, word)))


def test_a_word_that_a_reviewer_adds_goes_wherever_it_stands(tools: InspectionDeps) -> None:
    one = held(
        tools, mail("观众张小鸣在东湖花园反映。东湖花园的人都知道。", html="<p>观众张小鸣在<b>东湖</b>花园反映</p>")
    )
    plain = rewritten_form(one, tools)
    assert "东湖花园" in texts(plain)
    changes = adding(plain.examination.reading, "东湖花园")
    assert len(changes.spans) == 3
    form = rewritten_form(one, tools, changes=changes)
    assert "东湖" not in texts(form)
    assert "张小鸣" not in texts(form)
    assert "都知道" in texts(form)
    assert form.digest != plain.digest
    assert form.digest == rewritten_form(one, tools, changes=changes).digest  # what is shown is what is sent


def test_a_box_that_a_reviewer_adds_is_covered_and_no_more(tools: InspectionDeps) -> None:
    shot = drawing.png(drawing.mail("工单", ("来信人：张小鸣", "渠道：网页"), ("请说明情况。",)))
    one = held(tools, mail("见附图。", shot))
    plain = rewritten_form(one, tools)
    assert any("网页" in text.text for text in read_mail(plain.content).texts)
    text = next(text for text in read_mail(mail("x", shot)).texts if text.medium == "picture")
    at = text.text.index("渠道")
    box = next(line.box for line in text.boxes if line.start <= at < line.end)
    changes = PlaceChanges(boxes=(AddedBox(0, 0, box.y - 4, 1000, box.height + 8),))
    form = rewritten_form(one, tools, changes=changes)
    seen = "".join(text.text for text in read_mail(form.content).texts if text.medium == "picture")
    assert "网页" not in seen
    assert "请说明情况" in seen


@pytest.mark.parametrize(
    "changes",
    [
        PlaceChanges((AddedSpan(9999, 0, 3),)),
        PlaceChanges((AddedSpan(0, 0, 9999),)),
        PlaceChanges(boxes=(AddedBox(7, 0, 0, 9, 9),)),
    ],
)
def test_a_place_that_is_nowhere_is_refused(tools: InspectionDeps, changes: PlaceChanges) -> None:
    with pytest.raises(CannotChange) as refused:
        rewritten_form(held(tools, mail("观众张小鸣反映。")), tools, changes=changes)
    assert refused.value.why == "add"


def test_a_place_that_tells_cannot_be_dropped(tools: InspectionDeps) -> None:
    one = held(tools, mail("观众张小鸣（138-0013-8000）反映了情况，张小鸣还说别的。"))
    edits = rewritten_form(one, tools).examination.edits
    assert len(edits) == 3
    for edit in edits:
        with pytest.raises(CannotChange) as refused:
            rewritten_form(one, tools, changes=PlaceChanges(dropped=(edit_key(edit),)))
        assert refused.value.why == "drop"
    everything = PlaceChanges(dropped=tuple(map(edit_key, edits)))
    with pytest.raises(CannotChange):
        rewritten_form(one, tools, changes=everything)
    with pytest.raises(CannotChange) as refused:
        rewritten_form(one, tools, changes=PlaceChanges(dropped=("0123456789ab",)))
    assert refused.value.why == "moved"


def test_a_picture_with_the_reporter_cannot_be_dropped(tools: InspectionDeps) -> None:
    shot = drawing.png(drawing.mail("工单", ("来信人：张小鸣",), ("请说明情况。",)))
    one = held(tools, mail("见附图，张小鸣反映。", shot))
    for edit in rewritten_form(one, tools).examination.edits:
        with pytest.raises(CannotChange):
            rewritten_form(one, tools, changes=PlaceChanges(dropped=(edit_key(edit),)))


def test_what_was_weak_beside_something_strong_may_stay_without_it(tools: InspectionDeps) -> None:
    """`小张` is many people: it goes beside the name, and may stay where a reviewer says that it is another one."""
    one = held(tools, mail("观众张小鸣反映了情况，小张是我们的同事。"))
    edits = rewritten_form(one, tools).examination.edits
    weak = [edit for edit in edits if edit.span[1] - edit.span[0] == 2]
    assert len(weak) == 1
    form = rewritten_form(one, tools, changes=PlaceChanges(dropped=(edit_key(weak[0]),)))
    assert "小张是我们的同事" in texts(form)
    assert "小鸣" not in texts(form)


def test_a_place_may_be_added_where_the_rules_find_nothing(tools: InspectionDeps) -> None:
    one = held(tools, mail("请说明东湖花园当晚的情况。"))
    form = rewritten_form(one, tools, changes=adding(read_mail(one.content), "东湖花园"))
    assert "东湖" not in texts(form)
    assert "当晚的情况" in texts(form)


def test_what_is_added_never_lets_the_reporter_stay(tools: InspectionDeps) -> None:
    """Half of a name is added: the name goes whole all the same."""
    one = held(tools, mail("观众张小鸣反映了情况。"))
    form = rewritten_form(one, tools, changes=adding(read_mail(one.content), "张小"))
    assert "鸣" not in texts(form)


def test_words_are_found_whatever_their_case_and_never_in_addresses_of_the_head() -> None:
    reading = read_mail(mail("Ask ANNA. İanna anna").replace(b"kefu@", b"anna@"))
    found = spans_of_word(reading, " Anna ")
    assert {reading.texts[number].medium for number, _, _ in found} == {"text"}
    assert spans_of_word(reading, "  ") == ()


spans = st.builds(lambda f, s, n: AddedSpan(f, s, s + n), st.integers(0, 999), st.integers(0, 9999), st.integers(1, 99))
boxes = st.builds(AddedBox, *[st.integers(0, 9999)] * 3, st.integers(1, 99), st.integers(1, 99))
keys = st.text("0123456789abcdef", min_size=12, max_size=12)


@given(st.lists(spans, max_size=5), st.lists(boxes, max_size=5), st.lists(keys, max_size=5))
def test_changes_come_back_from_their_line(a: list[AddedSpan], b: list[AddedBox], c: list[str]) -> None:
    changes = PlaceChanges(tuple(sorted(set(a))), tuple(sorted(set(b))), tuple(sorted(set(c))))
    assert of_code(code(changes)) == changes
    assert code(replace(changes, spans=changes.spans[::-1])) == code(changes)


@given(st.text(max_size=60) | st.from_regex(r"[tpd][0-9.,;\-]{0,30}", fullmatch=True))
def test_any_other_line_is_none_of_ours(line: str) -> None:
    found = of_code(line)
    assert found is None or of_code(code(found)) == of_code(line)


@pytest.mark.parametrize(
    "line", ["t1.5-5", "t1.5-4", "p0.1,1,0,5", "d12", "t1.1-2;", ";", "T1.1-2", "t1.1-2 ", "t１.1-2"]
)
def test_a_line_that_no_page_writes_is_refused(line: str) -> None:
    assert of_code(line) is None
