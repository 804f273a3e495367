"""Names of files, cards, calendars and attached mails: what goes in its place, what goes whole, what is held."""

import io
import zipfile
from email.message import EmailMessage

import pytest

from edited import LIGHT, attached, mail_with, said
from gateway.detection import detect
from gateway.identity import compile_report
from gateway.inspection.planned import as_planned
from gateway.model import Edit, FilePart, Finding, Item, Location, Party, Reading, Report, TextFragment
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from planning import plan, telling

NAME, ADDRESS = "张小鸣", "xiaoming@mail.example"
ITEMS = (Item("name", NAME), Item("address", ADDRESS), Item("phone", "13800138000"))
SUBJECT = compile_report(Report("R-1", "open", "", (Party("星儿", ("xinger@streamers.example",)),), ITEMS))


def planned(content: bytes) -> tuple[Reading, tuple[Edit, ...], str | None]:
    """The reading, the plan and why it is held."""
    reading = read_mail(content, LIGHT)
    findings = detect(reading, (SUBJECT,), 0.4)
    assert findings
    edits = plan(reading, findings, removable=findings)
    assert edits is not None
    return reading, edits, telling(reading, findings, removable=findings)


def zipped(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name in names:
            file.writestr(name, "请查收。")
    return mail_with(("a.zip", out.getvalue()))


@pytest.mark.parametrize(
    "names",
    [
        (f"{NAME}.txt", "李小龙.txt"),
        (f"投诉人{NAME}.txt", "说明.txt", "投诉人王大锤.txt"),
        (f"材料/{NAME}/1.txt", "材料/李小龙/1.txt"),
        (f"a/{NAME}.txt", "b/李小龙.txt"),
    ],
)
def test_one_of_several_files_named_after_people_is_seen(names: tuple[str, ...]) -> None:
    assert planned(zipped(*names))[2] == "list"


def test_one_of_several_attachments_named_after_people_is_seen() -> None:
    assert planned(mail_with((f"{NAME}.txt", b"x"), ("李小龙.txt", b"x")))[2] == "list"
    assert planned(mail_with((f"{NAME}.txt", b"x"), ("说明.txt", b"x")))[2] is None


@pytest.mark.parametrize(
    "names",
    [
        (f"{NAME}.txt", "说明.txt"),
        (f"材料/{NAME}投诉.txt", "材料/规则摘录.txt"),
        (f"关于{NAME}的通知.txt", "a.txt"),
    ],
)
def test_the_only_file_named_after_anybody_is_rewritten(names: tuple[str, ...]) -> None:
    content = zipped(*names)
    reading, edits, why = planned(content)
    assert why is None
    assert NAME not in said(read_mail(apply(content, edits), LIGHT))
    assert len(reading.files) == len(read_mail(apply(content, edits), LIGHT).files)


def card(name: str) -> str:
    return f"BEGIN:VCARD\nVERSION:3.0\nFN:{name}\nN:{name[:1]};{name[1:]};;;\nTEL:13900000000\nEND:VCARD\n"


def calendar(*people: str) -> str:
    lines = "".join(f"ATTENDEE;CN={name}:mailto:a{number}@b.example\n" for number, name in enumerate(people))
    return f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:说明会\n{lines}END:VEVENT\nEND:VCALENDAR\n"


@pytest.mark.parametrize("text", [card(NAME) + card("李小龙"), card("李小龙") + card(NAME), calendar(NAME, "李小龙")])
def test_one_of_several_people_of_a_card_or_calendar_is_seen(text: str) -> None:
    assert planned(mail_with(("a.vcf", text.encode())))[2] == "list"


@pytest.mark.parametrize(
    "text",
    [
        card(NAME),
        calendar(NAME),
        card("李小龙").replace("TEL", f"NOTE:投诉人{NAME}来电\nTEL"),
        calendar("李小龙").replace("说明会", f"{NAME}投诉的说明会"),
    ],
)
def test_a_card_or_calendar_of_one_is_rewritten(text: str) -> None:
    content = mail_with(("a.vcf", text.encode()))
    _, edits, why = planned(content)
    assert why is None
    assert NAME not in said(read_mail(apply(content, edits), LIGHT))


def test_words_in_a_card_are_judged_as_words() -> None:
    text = card("李小龙").replace("TEL", f"NOTE:是不是{NAME}投诉的？\nTEL")
    assert planned(mail_with(("a.vcf", text.encode())))[2] == "question"


def nested(sender: str, text: str) -> bytes:
    inner = EmailMessage()
    inner["From"], inner["To"], inner["Subject"] = sender, "kefu@platform.example", "投诉"
    inner.set_content(text)
    outer = EmailMessage()
    outer["From"], outer["To"] = "kefu@platform.example", "xinger@streamers.example"
    outer.set_content("请看附件。\n")
    outer.add_attachment(inner)
    return outer.as_bytes()


def test_a_mail_that_the_reporter_wrote_goes_whole() -> None:
    for sender in (f"{NAME} <{ADDRESS}>", f"<{ADDRESS}>", f"{NAME} <other@mail.example>"):
        content = nested(sender, "我要投诉，晚上的事。\n")
        _, edits, _ = planned(content)
        assert [edit.kind for edit in edits] == ["remove"]
        after = said(read_mail(apply(content, edits), LIGHT))
        assert "晚上的事" not in after
        assert "[附件略]" in after


def test_a_mail_of_others_is_rewritten_in_its_place() -> None:
    content = nested("审核组 <review@platform.example>", f"投诉人{NAME}来信，请核实。晚上的事。\n")
    _, edits, _ = planned(content)
    assert {edit.kind for edit in edits} == {"text"}
    assert "晚上的事" in said(read_mail(apply(content, edits), LIGHT))


def material(share: float | None, name: str, file: tuple[int, ...]) -> tuple[Edit, ...] | None:
    part = FilePart(Location("2"), name, "text", 9, b"d", file, editable=True)
    text = TextFragment(Location("2"), "text", "原话原话原话", editable=True, file=file)
    found = Finding("material", "R-1", Location("2"), "text", "material", 0.9, "", 0, (0, 4), share=share)
    return plan(Reading((text,), (), (part,)), [found], removable=[found])


def test_a_file_that_is_mostly_what_was_handed_in_goes_whole_and_a_quotation_is_cut_out() -> None:
    for share, kind in ((None, "remove"), (0.9, "remove"), (0.1, "text")):
        edits = material(share, "信.txt", (1,))
        assert edits is not None
        assert [edit.kind for edit in edits] == [kind]


def test_what_the_mail_itself_says_never_goes_whole() -> None:
    for name, file in (("", (1,)), ("body.txt", (0,))):
        edits = material(0.9, name, file)
        assert edits is not None
        assert [edit.kind for edit in edits] == ["text"]


TABLE = f"观众,金额\r\n李小龙,100\r\n{NAME},50\r\n王大锤,7\r\n"


def test_of_a_table_all_of_the_column_goes_where_the_rules_say_so() -> None:
    for charset in ("utf-8-sig", "gb18030"):
        content = mail_with(("名单.csv", TABLE.encode(charset)))
        reading = read_mail(content, LIGHT)
        findings = detect(reading, (SUBJECT,), 0.4)
        assert telling(reading, findings) in ("list", "table")
        assert telling(reading, findings, lists="all") is None
        edits = plan(reading, findings, removable=findings, lists="all")
        assert edits is not None
        out = apply(content, edits)
        after = read_mail(out, LIGHT)
        assert as_planned(reading, edits, after)
        wanted = "观众,金额\r\n" + "".join(f"[姓名略],{number}\r\n" for number in (100, 50, 7))
        assert attached(out).decode(charset) == wanted


def test_a_name_in_a_sentence_beside_a_table_is_held_all_the_same() -> None:
    content = mail_with(("名单.csv", f"{TABLE}是不是{NAME}投诉的？\r\n".encode()))
    reading = read_mail(content, LIGHT)
    assert telling(reading, detect(reading, (SUBJECT,), 0.4), lists="all") is not None
