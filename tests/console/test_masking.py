"""No page of a message holds a form of the reporter that our own detectors would find, however it is written."""

import base64
import re
from collections.abc import Sequence
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from io import BytesIO
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from selectolax.lexbor import LexborHTMLParser

from console.conftest import SAME, Console, new_hold
from gateway.console.evidence import evidence
from gateway.console.mail_view import frame_page
from gateway.console.masking import Masking, cover, merged
from gateway.demo import drawing, letter
from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.inspection.reviewed import by_reviewer
from gateway.model import Finding, Item, Location, Party, Reading, Report, TextFragment
from gateway.model.place_changes import AddedSpan, PlaceChanges
from gateway.model.shown_page import PagePiece, ShownPage
from gateway.policy import packaged_policy
from gateway.reading.shown_page import shown_page
from gateway.reading.walk import read_file, read_mail
from gateway.text.covering import COVER

REPORT = Report(
    "R-1",
    "open",
    "2026-01-01T00:00:00+00:00",
    (Party("星儿", ("xinger@streamers.example",)),),
    (
        Item("name", "张小鸣"),
        Item("nickname", "鸣鸣不飞"),
        Item("phone", "13800138000"),
        Item("address", "xiaoming@mail.example"),
        Item("account", "xm_feifei90", "wechat"),
        Item("government_id", "440106199001011234"),
    ),
)
IDENTITY = frozenset(("name", "nickname", "address", "phone", "account", "government_id", "circumstance"))
FORMS = (
    "张小鸣", "张 小 鸣", "張小鳴", "张*小*鸣", "Zhang Xiaoming", "zhangxiaoming", "ZHANG XIAO MING", "小鸣",
    "13800138000", "138-0013-8000", "１３８００１３８０００", "+86 138 0013 8000", "一三八零零一三八零零零",
    "xiaoming@mail.example", "xiaoming (at) mail.example", "ｘｉａｏｍｉｎｇ＠mail.example",
    "xm_feifei90", "xm feifei90", "鸣鸣不飞", "鸣 鸣 不 飞", "440106199001011234", "弓长小鸣", "张\u200b小\u200b鸣",
)  # fmt: skip
LEAST = packaged_policy().threshold


@cache
def subjects() -> tuple[Subject, ...]:
    return (compile_report(REPORT),)


def search(reading: Reading, reports: Sequence[str] = ("R-1",)) -> tuple[Finding, ...]:
    return detect(reading, subjects(), packaged_policy().proof_threshold) if "R-1" in reports else ()


def found_in(texts: Sequence[str]) -> list[str]:
    """What our detectors find of the reporter in texts of a page, each by itself and all in a row."""
    whole = Reading(
        (
            *(TextFragment(Location("1"), "text", text) for text in texts),
            TextFragment(Location("2"), "text", "".join(texts)),
        )
    )
    return [
        f"{one.kind} {one.variant}: {whole.texts[one.fragment].text[slice(*one.span)]}"
        for one in detect(whole, subjects(), LEAST)
        if one.kind in IDENTITY and one.fragment is not None and one.span is not None
    ]


def said(page: str) -> list[str]:
    """Every text and attribute of a page, those of a frame's own too."""
    parser = LexborHTMLParser(page)
    found = []
    for node in parser.root.traverse(include_text=True) if parser.root is not None else ():
        if node.is_text_node:
            found.append(node.text_content or "")
        elif node.is_element_node and node.tag not in ("script", "style"):
            found += [value or "" for name, value in node.attributes.items() if name != "src"]
    return [text for text in found if text.strip()]


def message(subject: str, text: str, html: str = "", name: str = "", data: bytes = b"", kind: str = "") -> bytes:
    mail = EmailMessage(SMTP)
    mail["From"], mail["To"], mail["Subject"] = "kefu@platform.example", "xinger@streamers.example", subject
    mail.set_content(text + "\n", cte="base64")
    if html:
        mail.add_alternative(html, subtype="html", cte="quoted-printable")
    if name:
        main, _, sub = (kind or "application/octet-stream").partition("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes()


def pages(console: Console, content: bytes, known: bool = True, whole: bool = True) -> tuple[str, str]:
    """The page of a message, and its frame. Not `known`: it was held before anything of a reporter was found."""
    reading = read_mail(content)
    found = tuple(one for one in search(reading) if one.score >= LEAST) if known else ()
    hold = replace(new_hold(content), reading=reading, findings=found, rules=(), whole=whole)
    held = console.store.quarantine.hold(replace(hold, digest=content[-32:].ljust(32, b"0")), "relay")
    page = console.client.get(f"/held/{held}")
    assert page.status_code == 200
    frame = console.client.get(f"/held/{held}/mail")
    return page.text, frame.text if frame.status_code == 200 else ""


@pytest.fixture
def masked(console: Console) -> Console:
    console.store.reports.put([REPORT], "test")
    console.given(search=search, shown_page=shown_page, earlier=console.store.earlier)
    console.set_up()
    return console


def split_up(form: str, way: int) -> str:
    """The form in HTML, cut by markup."""
    letters = list(form)
    return {
        0: "".join(letters),
        1: "<b>".join(letters) + "</b>" * (len(letters) - 1),
        2: "".join(f"<span style='color:#111'>{one}</span>" for one in letters),
        3: "".join(f"&#{ord(one)};" for one in letters),
        4: "<!-- x -->".join(letters),
        5: letters[0] + "<i></i>" + "".join(letters[1:]),
    }[way]


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None
)
@given(
    forms=st.lists(st.sampled_from(FORMS), min_size=3, max_size=3),
    ways=st.tuples(st.integers(0, 5), st.integers(0, 5)),
    half=st.integers(1, 2),
    known=st.booleans(),
)
def test_no_page_holds_a_form_that_our_detectors_would_find(
    masked: Console, forms: list[str], ways: tuple[int, int], half: int, known: bool
) -> None:
    one, two, three = forms
    packed = base64.b64encode(f"来信人是{one}，电话{two}".encode()).decode()
    content = message(
        f"关于{one}的来信 {three}",
        f"观众{two}反映了情况。\n附：{packed}\n联系 {three}",
        f"<p>观众{split_up(one, ways[0])}，联系<em>{split_up(three, ways[1])}</em></p><table><td>{two}</table>",
        f"{one[:half]}.{two}.docx",
        letter.docx(("处理意见", f"观众{one}来信", f"{three}"), two),
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    )
    page, frame = pages(masked, content, known)
    assert found_in(said(page)) == []
    assert found_in(said(frame)) == []
    assert "反映" in page  # what is not the reporter's is shown


@pytest.mark.parametrize("form", FORMS)
def test_each_form_alone_is_found_and_covered(masked: Console, form: str) -> None:
    text = f"请核实，来信人{form}，联系方式13800138000，张小鸣。"
    shown = Masking.of(Reading((TextFragment(Location("1"), "text", text),)), (), search).text(text)
    assert COVER in shown
    assert found_in([shown]) == []
    assert "请核实" in shown


def test_reveal_and_the_rewritten_page_show_no_more_than_they_should(masked: Console) -> None:
    content = message("请核实", "观众张小鸣反映了情况，电话13800138000。")
    page, _ = pages(masked, content)
    place = re.search(r'<option value="(\d+\.\d+-\d+)">姓名', page)
    assert place is not None
    held = re.search(r"/held/(Q-\w+)/reveal", page)
    assert held is not None
    form = {"token": masked.token(), "place": place[1], "reason": ""}
    path = f"/held/{held[1]}/reveal"
    assert masked.client.post(path, data=form, headers=SAME).status_code == 400
    looks: list[tuple[str, ...]] = []
    masked.given(revealed=lambda *said: looks.append(said))
    answer = masked.client.post(path, data={**form, "reason": "要核对是谁"}, headers=SAME)
    assert found_in(said(answer.text)) == ["name exact: 张小鸣"] * 2  # the one text, by itself and among all
    assert looks == [("console:审核员1", held[1], "name", "要核对是谁")]
    assert found_in(said(masked.client.get(f"/held/{held[1]}").text)) == []  # once
    assert masked.client.post(path, data={**form, "reason": "x", "place": "8.0-400"}, headers=SAME).status_code == 409


def test_a_picture_shows_nothing_that_our_reader_reads(masked: Console) -> None:
    """Read again by our own reader, as somebody could who looks at the screen."""
    ticket = drawing.mail("工单 TK-3107", ("来信人：张小鸣", "电话：13800138000", "渠道：网页"), ("请主播说明情况。",))
    content = message("工单", "见附图。", name="工单.png", data=drawing.png(ticket), kind="image/png")
    assert {one.kind for one in search(read_mail(content))} >= {"name", "phone"}
    for known in (True, False):
        page, _ = pages(masked, content, known)
        number = re.search(r"/held/(Q-\w+)/picture/(\d+)\.png", page)
        assert number is not None
        png = masked.client.get(number[0]).content
        texts = [text.text for text in read_file(png, "x.png").texts if text.medium == "picture"]
        assert texts
        assert found_in(texts) == []


def test_a_picture_that_nobody_looked_through_is_a_mosaic(masked: Console) -> None:
    ticket = drawing.mail("工单", ("来信人：张小鸣",), ("请说明情况。",))
    content = message("工单", "见附图。", name="工单.png", data=drawing.png(ticket), kind="image/png")
    page, _ = pages(masked, content, known=False, whole=False)
    number = re.search(r"/held/Q-\w+/picture/\d+\.png", page)
    assert number is not None
    shown = Image.open(BytesIO(masked.client.get(number[0]).content))
    assert len(set(shown.get_flattened_data() if hasattr(shown, "get_flattened_data") else shown.getdata())) < 500
    assert found_in([text.text for text in read_file(masked.client.get(number[0]).content, "x.png").texts]) == []


def test_what_a_sender_says_is_covered_too(masked: Console) -> None:
    class Said:
        at, text = masked.now, "张小鸣已经同意公开，电话 138-0013-8000"

    masked.given(justifications_of=lambda held: [Said()])
    page, _ = pages(masked, message("x", "请核实。"), known=False)
    assert "已经同意公开" in page
    assert found_in(said(page)) == []


@given(st.lists(st.tuples(st.integers(-3, 30), st.integers(-3, 30)), max_size=8), st.text(max_size=25))
def test_covering_keeps_what_is_outside_the_spans_and_nothing_inside(spans: list[tuple[int, int]], text: str) -> None:
    found = merged(spans, len(text))
    assert found == sorted(found)
    assert all(0 <= start < end <= len(text) for start, end in found)
    assert all(one[1] < other[0] for one, other in pairwise(found))
    inside = {at for start, end in spans for at in range(max(0, start), min(len(text), end))}
    assert inside == {at for start, end in found for at in range(start, end)}
    kept = "".join(c for at, c in enumerate(text) if at not in inside)
    assert cover(text, spans).replace(COVER, "") == kept.replace(COVER, "")


def test_what_was_not_searched_to_its_end_is_not_shown(masked: Console) -> None:
    """Late, or with a fault of ours: no text of the message is on the page, no picture but as a mosaic."""
    ticket = drawing.mail("工单", ("来信人：张小鸣",), ("请说明情况。",))
    content = message("张小鸣", "观众张小鸣反映。", "<p>张小鸣</p>", "张小鸣.png", drawing.png(ticket), "image/png")
    late = Finding("uninspectable", "R-1", Location(""), None, "search_timed_out", 1.0)
    about = Finding("uninspectable", "R-1", Location("3"), None, "picture_text_unsure", 1.0)
    names = [str(place) for place in evidence(read_mail(content), (about,), lambda reading: (late,)).places]
    assert names[0].startswith("part 3")
    assert found_in(names) == []
    masked.given(search=lambda reading, reports: (late,))
    page, frame = pages(masked, content, known=False)
    assert found_in(said(page)) == []
    assert found_in(said(frame)) == []
    assert "反映" not in page
    number = re.search(r"/held/Q-\w+/picture/\d+\.png", page)
    assert number is not None
    assert found_in([text.text for text in read_file(masked.client.get(number[0]).content, "x.png").texts]) == []


@pytest.mark.parametrize("written", ["张-小-鸣", "張 小 鳴", "%E5%BC%A0%E5%B0%8F%E9%B8%A3"])
def test_in_a_frame_of_any_length_what_was_found_once_is_covered_in_every_way_to_write_it(written: str) -> None:
    """By the findings that were kept alone: the report may be closed by now, and no search finds anything for it."""
    fragment = TextFragment(Location("1"), "text", "观众张小鸣来信")
    found = Finding("name", "R-1", Location("1"), "text", "names", 0.97, "exact", 0, (2, 5))
    masking = Masking(Reading((fragment,)), (found,))
    words = {"language": "zh-CN", "title": "x", "missing": "x"}
    for before in (10, 60_000, 399_000):
        text = "。" * before + written
        frame = frame_page(ShownPage((PagePiece("text", text=text),)), masking, {}, words)
        assert frame is not None
        assert written not in frame
        assert COVER in frame


def test_of_more_text_than_can_be_searched_what_matters_is_shown_first() -> None:
    texts = tuple(TextFragment(Location(str(n)), "document", "请说明情况" * 4000) for n in range(40))
    found = Finding("name", "R-1", Location("39"), "document", "names", 0.97, "exact", 39, (0, 3))
    masking = Masking.of(Reading(texts), (found,), lambda reading: ())
    assert 39 not in masking.unsearched
    assert len(masking.unsearched) == 25
    page = evidence(Reading(texts), (found,))
    assert len(page.texts) + page.left_out == 40
    assert not {text.number for text in page.texts} & masking.unsearched


def test_a_search_that_finds_something_for_ever_leaves_nothing() -> None:
    """It fails closed."""

    def always(reading: Reading) -> tuple[Finding, ...]:
        return by_reviewer(reading, PlaceChanges(tuple(AddedSpan(n, 0, 1) for n in range(len(reading.texts)))), "R-1")

    assert Masking(Reading(), (), always).text("张小鸣") == COVER


def test_the_raw_name_of_a_file_is_covered_like_the_name() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "kefu@platform.example", "xinger@streamers.example", "核实"
    mail.set_content("见附件")
    mail.add_attachment(b"x", maintype="text", subtype="plain", filename="张小鸣-13800138000.txt")
    content = mail.as_bytes(policy=SMTP)
    assert b"%E5%BC%A0%E5%B0%8F%E9%B8%A3" in content
    reading = read_mail(content)
    shown = ["".join(run.text for run in text.pieces) for text in evidence(reading, search(reading), search).texts]
    assert f"attachment;filename*=utf-8''{COVER}-{COVER}.txt" in "".join(shown).replace(" ", "")
    assert not any("%E9" in text for text in shown)
