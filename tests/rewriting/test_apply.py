"""The rewritten mail: what was to go is gone, everything else is byte for byte as it was."""

import email
import email.policy
from email.message import EmailMessage, Message, MIMEPart

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.errors import CannotRewrite
from gateway.model import Edit, Location, Reading
from gateway.reading.walk import read_mail
from gateway.reading.walker import ReadingLimits
from gateway.rewriting.apply import apply
from gateway.rewriting.plan import ordinals_of

NAME = "张小鸣"
WORD = "[举报人]"
LIGHT = ReadingLimits(pictures=False)


def wire(message: EmailMessage) -> bytes:
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def edits_for(raw: bytes, old: str = NAME, new: str = WORD) -> list[Edit]:
    out = []
    texts = read_mail(raw, LIGHT).texts
    for index, ordinal in ordinals_of(texts).items():
        fragment = texts[index]
        start = fragment.text.find(old)
        while start >= 0:
            out.append(Edit(ordinal, fragment.where, (start, start + len(old)), new, file=fragment.file))
            start = fragment.text.find(old, start + len(old))
    return out


def all_text(reading: Reading) -> str:
    return "\n".join(text.text for text in reading.texts)


def plain(subject: str = "你好", body: str = "正文\n", charset: str = "utf-8", cte: str | None = None) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "客服 <a@x.example>", "清凌凌 <b@y.example>", subject
    message["Message-ID"] = "<1@x.example>"
    message.set_content(body, charset=charset, cte=cte)
    return message


def payload(parsed: Message) -> bytes:
    data = parsed.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


def test_no_edit_gives_the_same_bytes() -> None:
    raw = b"not even a mail \xff\x00\r"
    assert apply(raw, []) is raw


def test_subject_body_html_and_file_name_are_rewritten_in_one_go() -> None:
    message = plain(f"关于{NAME}", f"举报人{NAME}说\n")
    message.add_alternative("<p>举报人张<b>小</b>鸣说</p>", subtype="html")
    message.add_attachment(b"\x00\x01\x02", maintype="application", subtype="octet-stream", filename=f"{NAME}.bin")
    raw = wire(message)
    edits = edits_for(raw)
    assert len(edits) == 4
    out = apply(raw, edits)
    after = read_mail(out, LIGHT)
    assert NAME not in all_text(after)
    assert all_text(after).count(WORD) == 4
    assert after.ambiguities == ()
    parsed = email.message_from_bytes(out, policy=email.policy.default)
    assert parsed["Subject"] == f"关于{WORD}"
    text, page = parsed.get_body(("plain",)), parsed.get_body(("html",))
    assert text is not None
    assert page is not None
    assert text.get_content() == f"举报人{WORD}说\r\n"
    assert page.get_content() == f"<p>举报人{WORD}<b></b>说</p>\r\n"


def test_parts_that_nobody_asked_about_stay_byte_for_byte() -> None:
    message = plain(body=f"{NAME}\n", cte="base64")
    message.add_attachment("甲乙丙" * 50, filename="甲.txt", cte="quoted-printable")
    message.add_attachment(bytes(range(256)), maintype="image", subtype="png", filename="乙.png")
    raw = wire(message)
    out = apply(raw, edits_for(raw))
    boundary = b"--" + str(message.get_boundary()).encode()
    before, after = raw.split(boundary), out.split(boundary)
    assert before[2:] == after[2:]
    assert before[0] == after[0]
    assert before[1] != after[1]


@pytest.mark.parametrize("charset", ["gb2312", "gbk", "utf-8", "big5", "us-ascii"])
@pytest.mark.parametrize("cte", ["base64", "quoted-printable", "8bit", "7bit"])
def test_text_in_any_charset_and_encoding_is_readable_afterwards(charset: str, cte: str) -> None:
    text = {"big5": "您好 xiaoming 再見", "us-ascii": "hello xiaoming bye"}.get(charset, "您好 xiaoming 再见")
    if cte == "7bit" and charset != "us-ascii":
        return
    raw = wire(plain(body=text + "\n", charset=charset, cte=cte))
    out = apply(raw, edits_for(raw, "xiaoming"))
    parsed = email.message_from_bytes(out, policy=email.policy.default)
    label = str(parsed.get_content_charset()).replace("gb2312", "gb18030").replace("gbk", "gb18030")
    assert payload(parsed).decode(label).strip() == text.replace("xiaoming", WORD)
    assert read_mail(out, LIGHT).ambiguities == ()


def test_a_mail_without_any_label_becomes_one_with_the_right_labels() -> None:
    raw = b"From: a@x.example\r\nSubject: hi\r\n\r\nhello xiaoming bye\r\n"
    out = apply(raw, edits_for(raw, "xiaoming"))
    parsed = email.message_from_bytes(out)
    assert payload(parsed).decode(str(parsed.get_content_charset())) == f"hello {WORD} bye\r\n"
    assert parsed["MIME-Version"] == "1.0"


def test_a_nested_mail_is_rewritten_in_place() -> None:
    inner = plain(f"关于{NAME}", f"我是{NAME}\n")
    inner["DKIM-Signature"] = "v=1; b=x"
    outer = plain()
    outer.add_attachment(inner)
    raw = wire(outer)
    out = apply(raw, edits_for(raw))
    after = read_mail(out, LIGHT)
    assert NAME not in all_text(after)
    assert [mail.subject for mail in after.mails] == ["你好", f"关于{WORD}"]
    assert b"DKIM" not in out


def test_a_mail_nested_in_an_encoded_attachment_is_rewritten_too() -> None:
    outer = plain()
    outer.add_attachment(wire(plain(f"关于{NAME}")), maintype="application", subtype="octet-stream", filename="a.eml")
    raw = wire(outer)
    assert NAME not in all_text(read_mail(apply(raw, edits_for(raw)), LIGHT))


def test_a_name_in_gbk_without_a_label_is_taken_out_of_every_reading() -> None:
    raw = b"From: a@x.example\r\nSubject: hi\r\n\r\n" + f"您好，{NAME}说。\r\n".encode("gbk")
    out = apply(raw, edits_for(raw))
    assert NAME.encode("gbk") not in out
    assert f"您好，{WORD}说。" in all_text(read_mail(out, LIGHT))


@pytest.mark.parametrize(
    "edit",
    [
        Edit(999, Location(""), (0, 1), "x"),
        Edit(0, Location("7"), (0, 1), "x"),
        Edit(0, Location(""), (0, 9999), "x"),
        Edit(0, Location(""), (-1, 1), "x"),
        Edit(0, Location(""), (5, 9), "x"),  # in the sender's address
    ],
)
def test_an_edit_that_does_not_fit_is_refused_whole(edit: Edit) -> None:
    with pytest.raises(CannotRewrite):
        apply(wire(plain()), [edit])


def test_the_refusal_says_nothing_of_the_mail() -> None:
    raw = wire(plain(f"关于{NAME}"))
    with pytest.raises(CannotRewrite) as caught:
        apply(raw, edits_for(raw, "1@x.example", "y"))
    chain = [caught.value, caught.value.__cause__, caught.value.__context__]
    assert not any(NAME in str(error) or "x.example" in str(error) for error in chain)


def test_a_text_inside_an_archive_is_not_edited() -> None:
    message = plain()
    message.add_attachment(b"PK\x05\x06" + bytes(18), maintype="application", subtype="zip", filename="a.zip")
    assert {text.where.part for text in read_mail(wire(message)).texts if text.editable} == {"", "1", "2"}
    assert all(
        text.medium in ("header", "file_name")
        for text in read_mail(wire(message)).texts
        if text.where.part == "2" and text.editable
    )


# Generated mails: any tree of parts, any charset and encoding, the name in some places and its neighbours in others.
SENTENCES = st.lists(
    st.sampled_from(
        [
            NAME,
            "举报",
            "您好",
            "张小",
            "鸣",
            " ",
            "\n",
            "hello",
            "，",
            "=",
            "a b ",
            "直播间 88412345",
            ">",
            "&",
            "From ",
        ]
    ),
    max_size=12,
).map("".join)
CHARSETS = st.sampled_from(["utf-8", "gb18030", "gb2312"])
ENCODINGS = st.sampled_from(["base64", "quoted-printable", "8bit"])


@st.composite
def leaf(draw: st.DrawFn) -> MIMEPart:
    part = MIMEPart(policy=email.policy.default)
    kind = draw(st.sampled_from(["plain", "html", "binary"]))
    text = draw(SENTENCES)
    if kind == "binary":
        part.set_content(
            b"\0\1" + draw(st.binary(max_size=40)),
            "application",
            "octet-stream",
            filename=draw(SENTENCES).replace("\n", "") or None,
        )
    elif kind == "html":
        escaped = (
            "<p>"
            + "".join(f"<i>{c}</i>" if c in NAME else c for c in text.replace("&", "&amp;").replace(">", "&gt;"))
            + "</p>"
        )
        part.set_content(escaped, subtype="html", charset=draw(CHARSETS), cte=draw(ENCODINGS))
    else:
        part.set_content(text, charset=draw(CHARSETS), cte=draw(ENCODINGS))
    return part


@st.composite
def mails(draw: st.DrawFn, depth: int = 0) -> EmailMessage:
    message = EmailMessage()
    message["From"] = "a@x.example"
    message["To"] = draw(
        st.sampled_from(["b@y.example", f"{NAME} <b@y.example>", '"Li, Lei" <b@y.example>, c@z.example (甲)'])
    )
    message["Subject"] = draw(SENTENCES).replace("\n", " ")
    message["X-Note"] = draw(st.sampled_from(["plain words", "关于" + NAME]))
    message.make_mixed()
    for part in draw(st.lists(leaf(), min_size=1, max_size=3)):
        Message.attach(message, part)  # of the base, whose stub lets a part be less than a mail
    if depth < 2 and draw(st.booleans()):
        message.add_attachment(draw(mails(depth=depth + 1)))
    return message


@settings(deadline=None)
@given(mails())
def test_whatever_the_mail_every_word_asked_for_is_replaced_and_nothing_else_moves(message: EmailMessage) -> None:
    raw = wire(message)
    before = read_mail(raw, LIGHT)
    edits = edits_for(raw)
    out = apply(raw, edits)
    after = read_mail(out, LIGHT)
    if not edits:
        assert out == raw
        return
    for text in after.texts:
        assert NAME not in text.text or not text.editable
    untouched = {b.where for b in before.files} - {edit.where for edit in edits}
    old, new = ({f.where: f.sha256 for f in reading.files} for reading in (before, after))
    changed_mails = {edit.where.part for edit in edits}
    for where in untouched:
        if not any(part == where.part or part.startswith(where.part + ".") for part in changed_mails):
            assert old[where] == new[where], "a part that nobody asked about has moved"
    assert [a.where for a in after.files] == [b.where for b in before.files]
    assert after.unreadable == before.unreadable
    assert set(after.ambiguities) <= set(before.ambiguities)
