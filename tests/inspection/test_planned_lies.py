"""A rewriter that was taken over knows the message and the edits: whatever it adds to them does not go out."""

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from urllib.parse import quote

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from edited import LIGHT, PLACEHOLDER, edits_without, mail_with
from gateway.inspection.planned import as_planned
from gateway.model import Ambiguity, Edit, FilePart, Location, Reading, TextFragment, Unreadable, steps
from gateway.reading.walk import read_mail
from gateway.rewriting.apply import apply

TEXT = (
    "您好：\r\n本人反映她昨晚直播的情况，张小鸣和章晓鸣二位都在场。请您于三日内说明此事，以便核实。\r\n"
    "是谁打赏的火箭，人数多少，请一并告知。张小鸣的电话是13800138000。\r\n平台客服\r\n"
)
WORDS = {"张小鸣": PLACEHOLDER, "13800138000": "[电话略]"}
SIGNS = sorted({sign for sign in TEXT if sign.strip() and sign not in "张小鸣"})


def content(text: str = TEXT) -> bytes:
    mail = mail_with(("张小鸣举报.txt", text.encode()), text="x\n")
    mail = mail.replace("附件".encode(), b"x")
    head, _, rest = mail.partition(b"\r\n\r\n")
    head = re.sub(rb"Subject: [^\r]*", "Subject: 张小鸣反映她本人的事".encode(), head)
    return (
        head
        + b"\r\n\r\n"
        + rest.replace(b"\r\nx\r\n", b"\r\n" + text.encode() + b"\r\n", 1).replace(
            b"Content-Transfer-Encoding: 7bit", b"Content-Transfer-Encoding: 8bit", 1
        )
    )


def rewritten() -> tuple[Reading, list[Edit], bytes]:
    mail = content()
    before = read_mail(mail, LIGHT)
    edits = edits_without(before, WORDS)
    return before, edits, apply(mail, edits)


BEFORE, EDITS, AFTER = rewritten()

Lie = Callable[[bytes, str], bytes]


def in_body(after: bytes, said: str) -> bytes:
    return after.replace("平台客服".encode(), said.encode() + "\r\n平台客服".encode(), 1)


def instead_of_a_placeholder(after: bytes, said: str) -> bytes:
    at = after.index("\r\n\r\n您好".encode())
    return after[:at] + after[at:].replace(PLACEHOLDER.encode(), said.encode(), 1)


def as_subject(after: bytes, said: str) -> bytes:
    return re.sub(rb"Subject: [^\r]*(?:\r\n [^\r]*)*", lambda _: b"Subject: " + said.encode(), after, count=1)


def as_field(after: bytes, said: str) -> bytes:
    return b"X-Note: " + said.encode() + b"\r\n" + after


def as_field_name(after: bytes, said: str) -> bytes:
    return b"X-" + quote(said).replace("%", "-").encode() + b":\r\n" + after


def as_second_subject(after: bytes, said: str) -> bytes:
    return b"Subject: " + said.encode() + b"\r\n" + after


def as_parameter(after: bytes, said: str) -> bytes:
    return after.replace(b"Content-Type: text/plain;", b'Content-Type: text/plain; note="' + said.encode() + b'";', 1)


def as_name(after: bytes, said: str) -> bytes:
    at = after.index(b"attachment;")
    end = after.index(b"\r\nMIME-Version", at) if b"\r\nMIME-Version" in after[at:] else after.index(b"\r\n\r\n", at)
    return after[:at] + f'attachment; filename="{said}.txt"'.encode() + after[end:]


def as_extended_name(after: bytes, said: str) -> bytes:
    pieces = "; ".join(f"filename*{n}*={quote(sign)}" for n, sign in enumerate(f"utf-8''{said}"[7:], 1))
    at = after.index(b"attachment;")
    end = after.index(b"\r\nMIME-Version", at) if b"\r\nMIME-Version" in after[at:] else after.index(b"\r\n\r\n", at)
    return after[:at] + f"attachment; filename*0*=utf-8''; {pieces}".encode() + after[end:]


def as_file(after: bytes, said: str) -> bytes:
    boundary = after.rpartition(b"\r\n--")[2].partition(b"--")[0]
    more = b"\r\n--" + boundary + b"\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n" + said.encode()
    return after.replace(b"\r\n--" + boundary + b"--", more + b"\r\n--" + boundary + b"--")


def around_the_parts(after: bytes, said: str) -> bytes:
    return after + said.encode() + b"\r\n"


def as_line_of_a_mailbox(after: bytes, said: str) -> bytes:
    return b"From " + said.encode() + b" Fri Sep 18 15:02:00 2020\r\n" + after


PLACES: Sequence[Lie] = (
    as_line_of_a_mailbox,
    in_body, instead_of_a_placeholder, as_subject, as_field, as_field_name, as_second_subject, as_parameter, as_name,
    as_extended_name, as_file, around_the_parts,
)  # fmt: skip

SPREADS: dict[str, Callable[[str], str]] = {
    "as it is": lambda said: said,
    "between quotes": lambda said: '"'.join(said),
    "between semicolons": lambda said: ";".join(said),
    "between placeholders": lambda said: PLACEHOLDER.join(said),
    "between placeholders and digits": lambda said: "".join(f"{PLACEHOLDER}{ord(sign) % 1000}" for sign in said),
    "as numbers of a placeholder": lambda said: f"{PLACEHOLDER} {ord(said[0]) % 900 + 3}",
    "between parameters": lambda said: "name=".join(said),
    "as the value of a name": lambda said: f"name*={said}",
    "as an encoded name": lambda said: f"filename*0*=utf-8''{quote(said)}",
    "with percent signs": quote,
    "in words of the standards": lambda said: "".join(("base64", "8bit", "inline")[ord(sign) % 3] for sign in said),
}


def test_the_honest_one_is_as_planned() -> None:
    assert as_planned(BEFORE, EDITS, read_mail(AFTER, LIGHT))
    assert PLACEHOLDER.encode() in AFTER
    assert "张小鸣".encode() not in AFTER


@given(
    st.sampled_from(PLACES),
    st.sampled_from(sorted(SPREADS)),
    st.one_of(
        st.text(alphabet=st.sampled_from(SIGNS), min_size=2, max_size=12),
        st.text(alphabet="abcdefghiorst ", min_size=2, max_size=30).filter(lambda said: bool(said.strip())),
    ),
)
def test_whatever_is_said_in_whatever_place_is_not(place: Lie, spread: str, said: str) -> None:
    lie = place(AFTER, SPREADS[spread](said))
    assume(lie != AFTER)
    assert not as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))


TOLD = "她本人反映此事"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (in_body, "name*=The one who told on you is the viewer who sent the rocket last night"),
        (in_body, "三日内"),
        (as_name, "[姓名略]138[姓名略]001[姓名略]380[姓名略]00"),
        (as_name, "[姓名略] 138"),
        (as_subject, '[姓名略]反"映"她"本"人"的"事'),
        (as_subject, "[姓名略]她本人反映的事"),
        (as_subject, "张小鸣反映她本人的事[姓名略]"),
        (in_body, "平台客服"),
        (in_body, ""),
    ],
)
def test_a_place_of_the_message_is_no_place_for_its_words(place: Lie, said: str) -> None:
    lie = place(AFTER, said)
    if said:
        assert not as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))
    else:
        assert as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))  # blank lines say nothing


@pytest.mark.parametrize("breaks", ["她", "火箭", "位都", "是谁"])
def test_beginnings_of_lines_say_nothing_new(breaks: str) -> None:
    lie = AFTER.replace(breaks.encode(), b"\r\n" + breaks.encode(), 1)
    if breaks == "是谁":  # a line began there before
        assert as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))
    else:
        assert not as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))


def test_a_part_of_a_body_is_no_body() -> None:
    at = AFTER.index("\r\n\r\n您好".encode()) + 4
    text = AFTER[at : AFTER.index(b"\r\n\r\n--", at)]
    assert not as_planned(BEFORE, EDITS, read_mail(AFTER.replace(text, "平台客服\r\n".encode(), 1), LIGHT))


@given(st.data())
def test_words_are_left_out_where_an_edit_is_and_nowhere_else(data: st.DataObject) -> None:
    """Any run of signs of the body in exchange for a placeholder, or for nothing."""
    at = AFTER.index("\r\n\r\n您好".encode()) + 4
    text = AFTER[at : AFTER.index(b"\r\n\r\n--", at)].decode()
    first = data.draw(st.integers(0, len(text) - 1))
    last = data.draw(st.integers(first + 1, min(len(text), first + 12)))
    assume(text[first:last].strip())
    other = text[:first] + data.draw(st.sampled_from(("", PLACEHOLDER, "[电话略]"))) + text[last:]
    assume("".join(other.split()) != "".join(text.split()))
    lie = AFTER.replace(text.encode(), other.encode(), 1)
    assert not as_planned(BEFORE, EDITS, read_mail(lie, LIGHT))


WHERE = Location("2")


def reading(*texts: tuple[str, str, Location]) -> Reading:
    file = FilePart(WHERE, "a.pdf", "pdf", 9, b"d", (1,), editable=True)
    fragments = (TextFragment(w, medium, text, editable=True, file=(1,)) for medium, text, w in texts)  # type: ignore[arg-type]
    return Reading(tuple(fragments), (), (file,))


PAGE = WHERE.inside(steps.page(1))
LETTERS = WHERE.inside(steps.LETTERS)
LINES = "据张小鸣投诉，当晚没有结果。\n请她本人说明是否反映此事。\n平台客服"
OF_A_PAGE = reading(("document", LINES, PAGE))
CUT = [Edit(0, PAGE, (1, 4), PLACEHOLDER, file=(1,))]


@pytest.mark.parametrize(
    ("text", "where", "honest"),
    [
        ("据[姓名略]投诉，当晚没有结果。\n平台客服", PAGE, True),
        ("[姓名略]投诉，当晚没有结果。", PAGE, True),  # one sign that stands alone is not read
        ("投诉，当晚没有结果。[姓名略]据", PAGE, True),  # from right to left
        ("投诉[姓名略]", PAGE, False),
        ("据[姓名略]当晚没有结果。", PAGE, False),
        ("她[姓名略]本[姓名略]人", PAGE, False),
        ("据[姓名略]投诉，当晚没有结果。平台客服", LETTERS, True),
        ("平台客服据[姓名略]投诉，当晚没有结果。", LETTERS, True),
        ("她本人反映此事", LETTERS, False),
        ("据[姓名略]投诉", LETTERS, False),
        ("平台客服她", LETTERS, False),
    ],
)
def test_of_a_page_whole_lines_stay_and_nothing_else(text: str, where: Location, honest: bool) -> None:
    assert as_planned(OF_A_PAGE, CUT, reading(("document", text, where))) is honest


def test_files_behind_each_other_are_told_apart_by_the_next_number() -> None:
    before = reading(("file_name", "张小鸣.txt", WHERE), ("file_name", "张小鸣。.txt", WHERE))
    edits = [Edit(0, WHERE, (0, 3), PLACEHOLDER, file=(1,)), Edit(1, WHERE, (0, 4), PLACEHOLDER, file=(1,))]
    for second, honest in (("[姓名略] 2.txt", True), ("[姓名略] 3.txt", False), ("[姓名略] 138.txt", False)):
        after = reading(("file_name", "[姓名略].txt", WHERE), ("file_name", second, WHERE))
        assert as_planned(before, edits, after) is honest


def test_what_cannot_be_read_is_none_of_ours() -> None:
    after = read_mail(AFTER, LIGHT)
    assert not as_planned(BEFORE, EDITS, replace(after, unreadable=(Unreadable(WHERE, "encrypted"),)))
    assert not as_planned(BEFORE, EDITS, replace(after, ambiguities=(Ambiguity(WHERE, "broken_header"),)))
    other = replace(after.files[-1], kind="archive", sha256=b"x")
    assert not as_planned(BEFORE, EDITS, replace(after, files=(*after.files[:-1], other)))
    known = replace(BEFORE, unreadable=(Unreadable(WHERE, "encrypted"),))
    assert as_planned(known, EDITS, replace(after, unreadable=(Unreadable(WHERE, "encrypted"),)))


def test_a_text_of_another_file_is_not_of_this_one() -> None:
    files = tuple(FilePart(Location(str(n)), "", "text", 9, bytes([n]), (n,), editable=True) for n in (0, 1))
    texts = tuple(
        TextFragment(Location(str(n)), "text", said, editable=True, file=(n,)) for n, said in enumerate("甲乙")
    )
    before = Reading(texts, (), files)
    edits = [Edit(0, Location("0"), (0, 1), PLACEHOLDER, file=(0,))]
    honest = replace(texts[0], text=PLACEHOLDER)
    assert as_planned(before, edits, Reading((honest, texts[1]), (), files))
    assert not as_planned(before, edits, Reading((replace(texts[0], text="乙"), texts[1]), (), files))


@pytest.mark.parametrize(
    "text",
    ["张" * 300_000, "x" * 300_000, '"' * 300_000, "\\u5f20" * 50_000, "张小鸣" * 3_000 + "x", "=?utf-8?b?eA" * 20_000],
)
@pytest.mark.parametrize("medium", ["text", "header", "file_name"])
def test_a_long_run_takes_no_long_time(text: str, medium: str) -> None:
    named = TextFragment(WHERE, medium, "张小鸣", editable=True, file=(1,))  # type: ignore[arg-type]
    before = reading((medium, text, WHERE))
    edits = [Edit(1, WHERE, (0, 3), PLACEHOLDER, file=(1,))]
    begun = time.process_time()
    assert as_planned(replace(before, texts=(*before.texts, named)), edits, before)
    other = reading((medium, "好", WHERE), (medium, text + "她", WHERE))
    assert not as_planned(replace(before, texts=(*before.texts, named)), edits, other)
    assert time.process_time() - begun < 5.0
