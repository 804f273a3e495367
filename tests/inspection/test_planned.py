"""A rewritten message says what was planned and nothing else, or it does not go out."""

import email
import email.policy
import io
import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import CannotRewrite
from gateway.inspection.planned import as_planned
from gateway.model import Edit, Reading, TextFragment
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply
from gateway.rewriting.plan import ordinals_of

WORDS = "举报人张小鸣反映了此事，请在三日内说明当晚情况；电话 138 0013 8000。"
LETTERS = st.text(alphabet="张小鸣举报 ab1&<>=\n，。", min_size=1, max_size=60)


def written(subject: str, text: str, html: str, name: str, charset: str, encoding: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"] = "staff@platform.example", "xinger@streamers.example"
    mail["Subject"] = " ".join(subject.split()) or "x"
    mail["DKIM-Signature"] = "v=1; a=rsa-sha256; d=platform.example; s=s; h=from; bh=eA==; b=eA=="
    mail.set_content(text, charset=charset, cte=encoding)
    escaped = html.replace("&", "&amp;").replace("<", "&lt;")
    mail.add_alternative(f"<html><body><p>{escaped}</p></body></html>", subtype="html", charset=charset, cte=encoding)
    mail.add_attachment(text.encode(), maintype="text", subtype="plain", filename=f"{''.join(name.split()) or 'x'}.txt")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def edits_of(reading: Reading, wanted: list[tuple[int, int, int]], placeholder: str) -> list[Edit]:
    """Edits at those places, as far as there are such places, that do not overlap."""
    ordinals = ordinals_of(reading.texts)
    made: dict[int, Edit] = {}
    for which, start, length in wanted:
        index = list(ordinals)[which % len(ordinals)]
        fragment = reading.texts[index]
        size = len(fragment.text)
        first = start % (size + 1)
        span = (first, min(size, first + length))
        made.setdefault(index, Edit(ordinals[index], fragment.where, span, placeholder, file=fragment.file))
    return list(made.values())


def numbered(reading: Reading, wanted: Callable[[str], bool]) -> tuple[int, TextFragment]:
    """The first editable fragment that is wanted, and its place among those of its file."""
    return next(
        (ordinal, reading.texts[index])
        for index, ordinal in ordinals_of(reading.texts).items()
        if wanted(reading.texts[index].text)
    )


@given(
    LETTERS,
    LETTERS,
    LETTERS,
    LETTERS,
    st.sampled_from([("utf-8", "base64"), ("utf-8", "quoted-printable"), ("utf-8", "8bit"), ("gb18030", "base64")]),
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 60), st.integers(0, 20)), min_size=1, max_size=4),
    st.sampled_from(["[略]", "[姓名略]", "[removed]", ""]),
)
def test_whatever_is_edited_honestly_is_as_planned(
    subject: str,
    text: str,
    html: str,
    name: str,
    how: tuple[str, str],
    wanted: list[tuple[int, int, int]],
    placeholder: str,
) -> None:
    content = written(subject, text, html, name, *how)
    before = read_mail(content)
    edits = edits_of(before, wanted, placeholder)
    try:
        rewritten = apply(content, edits)
    except CannotRewrite:
        return
    assert as_planned(before, edits, read_mail(rewritten))


@pytest.mark.parametrize(
    "subject",
    [
        "【平台】张小鸣投诉工单 TK-0031",
        "关于张小鸣投诉您直播间诱导未成年人打赏一事的处理结果通知书（第二次）",
        "关于您直播间诱导未成年人打赏一事的处理结果通知书（第二次），请您在三日内登录后台查看，投诉人张小鸣",
    ],
)
def test_a_field_that_has_to_be_folded_between_encoded_words_is_as_planned(subject: str) -> None:
    content = written(subject, WORDS, "x", "x", "utf-8", "base64")
    before = read_mail(content)
    ordinal, fragment = numbered(before, lambda text: text == subject)
    start = subject.index("张小鸣")
    edits = [Edit(ordinal, fragment.where, (start, start + 3), "[姓名略]", file=fragment.file)]
    rewritten = apply(content, edits)
    assert b"?=\r\n =?utf-8?b?" in rewritten
    assert as_planned(before, edits, read_mail(rewritten))
    # `=?utf-8?b?56ug5pmT6bij?=` says another name, wherever it stands.
    other = rewritten.replace(b"?=\r\n =?utf-8?b?", b"?=\r\n =?utf-8?b?56ug5pmT6bij?=\r\n =?utf-8?b?", 1)
    assert not as_planned(before, edits, read_mail(other))


LIES = {
    "a name in the subject": (b"Subject: x", "Subject: 章晓鸣".encode()),
    "a field more": (b"MIME-Version", b"X-Reporter: zhang\r\nMIME-Version"),
    "a name in the text": ("三日".encode(), "章晓鸣三日".encode()),
    "one letter of another name": ("三日".encode(), "四日".encode()),
}


@pytest.mark.parametrize("lie", LIES)
def test_what_a_rewriter_puts_in_is_not(lie: str) -> None:
    content = written("x", WORDS, "x", "x", "utf-8", "8bit")
    before = read_mail(content)
    ordinal, fragment = numbered(before, lambda text: "张小鸣" in text)
    start = fragment.text.index("张小鸣")
    edits = [Edit(ordinal, fragment.where, (start, start + 3), "[略]", file=fragment.file)]
    rewritten = apply(content, edits)
    assert as_planned(before, edits, read_mail(rewritten))
    truth, told = LIES[lie]
    assert truth in rewritten
    assert not as_planned(before, edits, read_mail(rewritten.replace(truth, told, 1)))


def test_an_attachment_that_was_never_there_is_not() -> None:
    content = written("x", WORDS, "x", "x", "utf-8", "8bit")
    before = read_mail(content)
    boundary = content.rpartition(b"\r\n--")[2].partition(b"--")[0]
    end = b"\r\n--" + boundary + b"--"
    more = b"\r\n--" + boundary + b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + "章晓鸣".encode()
    assert not as_planned(before, [], read_mail(content.replace(end, more + end)))


def documented(part: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("[Content_Types].xml", "<Types/>")
        file.writestr("word/document.xml", part)
    mail = EmailMessage()
    mail["From"], mail["To"] = "staff@platform.example", "xinger@streamers.example"
    mail.set_content("x")
    mail.add_attachment(out.getvalue(), maintype="application", subtype="octet-stream", filename="a.docx")
    mail.set_boundary("b")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


DOCUMENT = (
    "<w:document xmlns:w='w'><w:p w:author='张小鸣'><w:r><w:t>张小</w:t></w:r><w:r><w:t>鸣 来信</w:t></w:r></w:p>"
    "<w:bookmarkStart w:name='张小鸣'/><a href='x:%E5%BC%A0%E5%B0%8F%E9%B8%A3'/>"
    "<w:p><w:r><w:t>请在三日内说明</w:t></w:r></w:p></w:document>"
)


@pytest.mark.parametrize("placeholder", ["[姓名略]", "[name removed]"])
def test_a_document_is_as_planned_with_a_placeholder_in_each_form_that_it_has(placeholder: str) -> None:
    before = read_mail(documented(DOCUMENT))
    edits = [
        Edit(ordinal, fragment.where, match.span(), placeholder, file=fragment.file)
        for index, ordinal in ordinals_of(before.texts).items()
        if (fragment := before.texts[index]).medium in ("document", "metadata")
        for match in re.finditer("张小鸣", fragment.text)
    ]
    assert len(edits) == 4
    content = apply(documented(DOCUMENT), edits)
    after = read_mail(content)
    assert not any("张小鸣" in text.text or "%E5%BC%A0" in text.text for text in after.texts)
    assert as_planned(before, edits, after)
    (file,) = attachments(content)
    for lie in ("三日", "preserve", "来信"):
        assert lie in member(file)
        other = documented(member(file).replace(lie, "章晓鸣"))
        assert not as_planned(before, edits, read_mail(other))


def attachments(content: bytes) -> list[bytes]:
    mail = email.message_from_bytes(content, policy=email.policy.default)
    return [bytes(part.get_payload(decode=True)) for part in mail.iter_attachments()]


def member(data: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read("word/document.xml").decode()
