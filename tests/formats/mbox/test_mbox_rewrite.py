"""Mailboxes are rewritten mail by mail."""

import mailbox
from contextlib import closing
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edited import NOTICE, PLACEHOLDER, attached, mail_with, rewritten, said
from gateway.formats import Change, Child, FileEdits, Rewritten, Source
from gateway.formats.mbox.read import read
from gateway.formats.mbox.rewrite import rewritten as rewritten_box
from gateway.model import Location, steps

NAME = "张小鸣"
WORDS = {NAME: PLACEHOLDER, "xiaoming@mail.example": "[邮箱略]"}


def boxed(*bodies: str, sender: str = "staff@platform.example", newline: str = "\n") -> bytes:
    mails = [
        f"From {sender} Fri Sep 18 10:00:0{number} 2020\nFrom: staff@platform.example\nSubject: {number}\n"
        f"MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{body}\n\n"
        for number, body in enumerate(bodies)
    ]
    return "".join(mails).replace("\n", newline).encode()


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_go_and_all_else_stays(newline: str) -> None:
    box = boxed("一封", f"{NAME}来信\n\n>From here on\n", f"甲\nFrom 起\n>From {NAME}", newline=newline)
    out, _ = rewritten(mail_with(("a.mbox", box)), WORDS)
    assert attached(out) == box.replace(NAME.encode(), PLACEHOLDER.encode())


def test_a_body_in_base64_does_not_swallow_the_next_mail() -> None:
    message = EmailMessage()
    message["From"] = "a@b.example"
    message.set_content(f"{NAME}说\n", cte="base64")
    box = (b"From a@b.example Fri Sep 18 10:00:00 2020\n" + message.as_bytes() + b"\n") * 3
    _, after = rewritten(mail_with(("a.mbox", box)), WORDS)
    assert said(after).count(f"{PLACEHOLDER}说") == 3


def test_a_line_in_front_of_a_mail_is_rewritten() -> None:
    box = boxed("一封", sender="xiaoming@mail.example")
    out, _ = rewritten(mail_with(("a.mbox", box)), WORDS)
    assert attached(out) == box.replace(b"xiaoming@mail.example", b"MAILER-DAEMON")


def test_a_mail_that_is_taken_out_leaves_one_that_says_so(tmp_path: Path) -> None:
    box = boxed("一封", f"{NAME}\n\n>From me", "三封", sender="xiaoming@mail.example")
    out, after = rewritten(mail_with(("a.mbox", box)), WORDS, lambda part: part.where.steps[-1:] == (steps.mail(2),))
    assert NOTICE in said(after)
    (tmp_path / "box").write_bytes(attached(out))
    with closing(mailbox.mbox(tmp_path / "box")) as box_again:
        first, second, third = box_again
    assert (first["Subject"], second["Subject"], third["Subject"]) == ("0", None, "2")
    assert second.get_payload(decode=True).decode().strip() == NOTICE  # type: ignore[union-attr]
    assert second.get_from() == "MAILER-DAEMON Fri Sep 18 10:00:01 2020"


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from([NAME, "From ", ">From a\n", "\n", "说明\n", "\n\n"])).map("".join), min_size=1)
)
def test_any_mailbox_is_rewritten_or_refused(bodies: list[str]) -> None:
    box = mailbox_of(bodies)
    source = Source(box, Location("2"), "a", editable=True)
    assert rewritten_box(source, FileEdits()).data == box
    children = tuple(
        (child, Rewritten(child.data.replace(NAME.encode(), PLACEHOLDER.encode())))
        for child in read(source)
        if isinstance(child, Child)
    )
    assert rewritten_box(source, FileEdits(children=children)).data == box.replace(NAME.encode(), PLACEHOLDER.encode())


def mailbox_of(bodies: list[str]) -> bytes:
    mails = []
    for body in bodies:
        message = EmailMessage()
        message["From"] = "a@b.example"
        message.set_content(body, cte="8bit")
        mails.append(mailbox.mboxMessage(message))
    out = b""
    for mail in mails:
        stored = mail.as_bytes().replace(b"\nFrom ", b"\n>From ")
        out += b"From a@b.example Fri Sep 18 10:00:00 2020\n" + stored + b"\n"
    return out


def test_an_edit_without_a_place_is_refused() -> None:
    source = Source(boxed("a\n>From b", "c"), Location("2"), "a", editable=True)
    stored, _, other = (piece for piece in read(source) if isinstance(piece, Child))
    for edits in (
        FileEdits(changes=(Change(0, (5, 500), "x"),)),
        FileEdits(changes=(Change(9, (0, 5), "x"),)),
        FileEdits(children=((stored, Rewritten(b"x")),)),
        FileEdits(children=((other, Rewritten(b"x\n\nFrom a\nb")),)),
    ):
        with pytest.raises(ValueError, match=r"mail|line"):
            rewritten_box(source, edits)
