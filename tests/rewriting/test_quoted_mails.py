"""A quoted mail of the reporter goes whole, from every form of the text, or the message is held."""

from email.message import EmailMessage
from email.policy import SMTP

import pytest

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Item, Party, Report
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from planning import plan

PARTY = "xinger@streamers.example"
ITEMS = (Item("name", "张小鸣"), Item("address", "zxm@mail.example"))
SUBJECT = compile_report(Report("R-1", "open", "", (Party("星儿", (PARTY,)),), ITEMS))
HEAD = "2026年1月1日 10:00，张小鸣 <zxm@mail.example> 写道："
QUOTED = "> 我要投诉他\n> 我们是高中同桌\n"


def mail(text: str, html: str = "", charset: str = "utf-8", cte: str = "8bit") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", PARTY, "处理结果"
    message.set_content(text, charset=charset, cte=cte)
    if html:
        message.add_alternative(html, subtype="html")
    return message.as_bytes()


def rewritten(content: bytes) -> str | None:
    """What is said afterwards; None where there is no plan."""
    reading = read_mail(content)
    edits = plan(reading, detect(reading, (SUBJECT,), 0.4))
    if edits is None:
        return None
    assert edits
    made = apply(content, edits)
    assert b"\n" not in made.replace(b"\r\n", b"")
    return "\n".join(text.text for text in read_mail(made).texts if text.medium in ("text", "html"))


@pytest.mark.parametrize("cte", ["8bit", "base64", "quoted-printable"])
@pytest.mark.parametrize("head", [HEAD, "张小鸣 <zxm@mail.example> 写道：", "On 1 Jan 2026, <zxm@mail.example> wrote:"])
def test_it_goes_whole_and_the_answer_stays(head: str, cte: str) -> None:
    said = rewritten(mail(f"本平台已处理：警告一次，请整改。\n\n{head}\n{QUOTED}\n客服\n", cte=cte))
    assert said is not None
    assert "同桌" not in said
    assert "本平台已处理：警告一次，请整改。" in said
    assert "客服" in said
    assert "mail removed" in said or "邮件略" in said


def test_lines_that_are_quoted_behind_an_answer_hold_it() -> None:
    assert rewritten(mail(f"{HEAD}\n> 我要投诉\n\n好的\n\n> 我们是高中同桌\n")) is None


def test_what_fields_open_goes_to_the_end() -> None:
    fields = "发件人: 张小鸣 <zxm@mail.example>\n发送时间: 2026年1月1日\n主题: 投诉\n\n> 引用\n我们是高中同桌\n"
    said = rewritten(mail(f"请看。\n\n{fields}"))
    assert said is not None
    assert "同桌" not in said
    assert "请看" in said


def test_another_form_of_the_text_without_the_head_holds_it() -> None:
    page = "<p>已处理。</p><blockquote>我要投诉他<br>我们是高中同桌</blockquote>"
    assert rewritten(mail(f"已处理。\n\n{HEAD}\n{QUOTED}", page)) is None
    with_head = (
        f"<p>已处理。</p><div>{HEAD.replace('<', '&lt;').replace('>', '&gt;')}</div><blockquote>同桌</blockquote>"
    )
    said = rewritten(mail(f"已处理。\n\n{HEAD}\n{QUOTED}", with_head))
    assert said is not None
    assert "同桌" not in said


def test_a_picture_that_a_quoting_page_shows_holds_it() -> None:
    head = HEAD.replace("<", "&lt;").replace(">", "&gt;")
    page = f"<p>已处理。</p><div>{head}</div><blockquote>同桌<img src='cid:1'></blockquote>"
    assert rewritten(mail(f"已处理。\n\n{HEAD}\n{QUOTED}", page)) is None


def test_a_thousand_heads_go_with_what_they_quote() -> None:
    text = "".join(f"2026年1月1日，张小鸣 <zxm@mail.example> 写道：\n>> 第{n}句\n>\n" for n in range(1000))
    said = rewritten(mail(f"已处理。\n\n{text}"))
    assert said is not None
    assert "已处理" in said
    assert "句" not in said


def test_what_is_quoted_between_two_quotations_holds_it() -> None:
    assert rewritten(mail(f"{HEAD}\n{QUOTED}\n好的\n\n{HEAD}\n> 请处理\n")) is not None
    assert rewritten(mail(f"{HEAD}\n{QUOTED}\n好的\n\n> 我住三楼\n\n收到\n\n{HEAD}\n> 请处理\n")) is None
