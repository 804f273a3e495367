"""What ties mails together, and what only looks as if it did."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.text.thread_ids import conversation, domain_is, ids_in, made_from, own_domain, topic


@pytest.mark.parametrize(
    ("value", "ids"),
    [
        ("<a@x.example> <b@y.example>", ["a@x.example", "b@y.example"]),
        ("<a@x.example>\n\t<b@y.example>", ["a@x.example", "b@y.example"]),
        ("a@x.example", ["a@x.example"]),
        ("<no-at-sign>", ["no-at-sign"]),
        ("", []),
    ],
)
def test_message_ids_of_a_field(value: str, ids: list[str]) -> None:
    assert [value[start:end] for start, end in ids_in(value)] == ids


def test_coremail_writes_the_account_into_the_id() -> None:
    assert made_from("5f64.2c.1749.Coremail.zhang.san@x.example") >= {"zhang.san@x.example"}
    assert made_from("plain@x.example") == {"plain@x.example"}
    assert made_from("none") == frozenset()


def test_a_domain_holds_for_its_hosts_and_for_no_other() -> None:
    own = frozenset(("zhang.example",))
    assert domain_is("1@zhang.example", own)
    assert domain_is("1@mail.Zhang.example", own)
    assert not domain_is("1@notzhang.example", own)
    assert not domain_is("1@example", own)
    assert (own_domain("x@Zhang.example"), own_domain("x@vip.qq.com"), own_domain("x@gmail.com")) == (
        "zhang.example",
        "",
        "",
    )


def test_an_answer_is_of_the_same_conversation_and_topic() -> None:
    first = bytes(range(1, 23))
    later = first + b"\0\0\1\2\3"
    assert conversation(base64.b64encode(first).decode()) == conversation(base64.b64encode(later).decode()) != ""
    assert topic("关于昨晚直播的情况说明") == topic("回复：Re: [外部] 关于昨晚直播的情况说明") != ""
    assert topic("Re: 举报") == ""


@given(st.text(max_size=120))
def test_nothing_fails_on_any_value(value: str) -> None:
    assert conversation(value) == "" or len(conversation(value)) == len("thread-index:") + 44
    assert topic(value) == "" or len(topic(value)) == len("thread-topic:") + 32
    for start, end in ids_in(value):
        made_from(value[start:end])
        domain_is(value[start:end], frozenset(("x.example",)))
    own_domain(value)
