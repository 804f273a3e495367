"""What stands where something was: a word, a mask, a code, or nothing, as the rules say by kind."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.inspection.planned import as_planned
from gateway.inspection.pseudonyms import codes
from gateway.model import Item, Operator, Party, Placeholders, Report
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from planning import plan

ITEMS = (Item("name", "张小鸣"), Item("phone", "13800138000"))
PARTY = "xinger@streamers.example"
SUBJECT = compile_report(Report("R-1", "open", "", (Party("星儿", (PARTY,)),), ITEMS))
OTHER = compile_report(Report("R-2", "open", "", (Party("星儿", (PARTY,)),), (Item("name", "李小龙"),)))


def letter(message_id: str = "<1@x.example>", references: str = "", cc: str = "") -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = (
        "kefu@platform.example",
        PARTY,
        "处理张小鸣来信",
    )
    message["Message-ID"] = message_id
    if references:
        message["References"] = references
    if cc:
        message["Cc"] = cc
    message.set_content("张小鸣投诉了您。电话 138 0013 8000 已登记。\n李小龙投诉了您。\n", cte="8bit")
    return message.as_bytes(policy=SMTP)


def rewritten(content: bytes, **operators: Operator) -> str:
    reading = read_mail(content)
    findings = detect(reading, (SUBJECT, OTHER), 0.4)
    people = codes(reading, ("R-1", "R-2"), b"key", b"digest")
    edits = plan(reading, findings, Placeholders(operators=operators), (), people)
    assert edits is not None
    made = apply(content, edits)
    after = read_mail(made)
    assert as_planned(reading, edits, after)
    assert not detect(after, (SUBJECT, OTHER), 0.4)
    return "\n".join(text.text for text in after.texts)


def test_a_kind_becomes_what_its_operator_says() -> None:
    out = rewritten(letter(), name="mask", phone="drop")
    assert "***投诉了您。电话  已登记。" in out
    assert "处理***来信" in out
    assert "略" not in out


def test_a_pseudonym_is_the_same_for_one_person_in_one_thread_and_nowhere_else() -> None:
    first = rewritten(letter(), name="pseudonym")
    code = first.partition("处理[姓名略 ")[2][:4]
    assert len(code) == 4
    assert f"[姓名略 {code}]投诉了您。电话 [电话略] 已登记。" in first
    other = first.partition("已登记。\n[姓名略 ")[2][:4]
    assert other != code
    answer = rewritten(letter("<2@x.example>", "<1@x.example>"), name="pseudonym")
    assert f"处理[姓名略 {code}]来信" in answer
    elsewhere = rewritten(letter("<3@x.example>"), name="pseudonym")
    assert code not in elsewhere


@pytest.mark.parametrize("operator", ["mask", "drop", "pseudonym", "replace"])
def test_a_name_before_an_address_leaves_the_address(operator: Operator) -> None:
    out = rewritten(letter(cc="张小鸣 <legal@platform.example>"), name=operator)
    assert "legal@platform.example" in out
