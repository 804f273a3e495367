"""RTF is changed in the bytes that say a word; control words and groups stay."""

import re
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.formats import Change, FileEdits, Source
from gateway.formats.rtf import FORMAT
from gateway.model import Location, TextFragment, steps

HERE = Location("2", (steps.file("材料.rtf"),))
WHO, NAME = "章晓鸣", "[姓名略]"


def read(data: bytes) -> list[TextFragment]:
    return [piece for piece in FORMAT.read(Source(data, HERE, editable=True)) if isinstance(piece, TextFragment)]


def editable(data: bytes) -> list[TextFragment]:
    return [piece for piece in read(data) if piece.editable]


def rewritten(data: bytes, changes: tuple[Change, ...]) -> bytes:
    assert FORMAT.rewrite is not None
    return FORMAT.rewrite(Source(data, HERE, editable=True), FileEdits(changes)).data


def without(data: bytes, words: Mapping[str, str] | None = None) -> bytes:
    words = words or {WHO: NAME}
    changes = tuple(
        Change(ordinal, match.span(), new)
        for ordinal, fragment in enumerate(editable(data))
        for old, new in words.items()
        for match in re.finditer(re.escape(old), fragment.text)
    )
    assert changes
    new = rewritten(data, changes)
    assert not any(old in fragment.text for fragment in read(new) for old in words)
    return new


def shown(data: bytes) -> str:
    return read(data)[0].text


def escaped(text: str, instead: str = "?") -> bytes:
    return "".join(f"\\u{ord(character)}{instead}" for character in text).encode()


def octets(text: str, charset: str = "gbk") -> bytes:
    return b"".join(b"\\'%02x" % octet for octet in text.encode(charset))


UNICODE = b"\\u22995?\\u21517?\\u30053?"
"""`姓名略`, of a document that skips one."""


def test_escapes_and_what_stands_behind_them_go() -> None:
    data = rb"{\rtf1\ansi\uc1 " + escaped(WHO) + rb"\b abc\b0\par}"
    assert without(data) == rb"{\rtf1\ansi\uc1 [" + UNICODE + rb"]\b abc\b0\par}"


def test_a_name_in_bytes_of_a_code_page_over_two_runs() -> None:
    data = (
        rb"{\rtf1\ansi\ansicpg936 " + octets("来信人章") + rb"{\b " + octets("晓") + b"}\\i " + octets("鸣反映") + b"}"
    )
    new = without(data)
    assert new == (
        rb"{\rtf1\ansi\ansicpg936 " + octets("来信人") + b"[" + UNICODE + rb"]{\b }\i " + octets("反映") + b"}"
    )
    assert shown(new) == "来信人[姓名略]反映"


def test_a_character_whose_bytes_stand_in_two_runs_is_not_changed() -> None:
    first, second = octets("章").decode()[:4], octets("章").decode()[4:]
    data = rf"{{\rtf1\ansicpg936 {first}\b {second}".encode() + octets("晓鸣") + b"}"
    (fragment,) = read(data)
    assert fragment.text == WHO
    assert not fragment.editable


def test_what_stands_there_for_old_programs_alone_becomes_question_marks() -> None:
    name = b"".join(escaped(a, "") + octets(b) for a, b in zip("甲乙丙", WHO, strict=True))
    data = rb"{\rtf1\ansi\ansicpg936\uc2 {\*\author " + name + rb"} x}"
    new = without(data)
    assert b"\\author \\u30002??\\u20057??\\u19993??}" in new
    assert WHO not in "".join(fragment.text for fragment in read(new))


@pytest.mark.parametrize("skip", [0, 1, 2, 5])
def test_a_replacement_has_as_many_signs_for_old_programs_as_are_skipped(skip: int) -> None:
    instead = "?" * skip or " "
    data = b"{\\rtf1\\uc%d " % skip + escaped(WHO, instead) + b"abc}"
    new = without(data)
    assert shown(new) == "[姓名略]abc"
    assert escaped("姓", instead) in new


def test_a_control_word_does_not_grow_into_what_comes_behind() -> None:
    assert shown(without(rb"{\rtf1 x\b" + escaped(WHO) + rb"abc}", {WHO: ""})) == "xabc"
    assert shown(without(rb"{\rtf1 x\b" + escaped(WHO) + rb"-1}", {WHO: ""})) == "x-1"
    assert shown(without(rb"{\rtf1 x\b" + escaped(WHO) + rb" abc}", {WHO: ""})) == "x abc"
    assert shown(without(rb"{\rtf1 x\b" + escaped(WHO) + rb"abc}", {WHO: "name"})) == "xnameabc"
    assert shown(without(rb"{\rtf1 x\\b" + escaped(WHO) + rb"abc}", {WHO: ""})) == "x\\babc"


def test_a_replacement_ends_no_group() -> None:
    assert shown(without(rb"{\rtf1 " + escaped(WHO) + rb"}", {WHO: "a{b}\\c\U0001f600"})) == "a{b}\\c\U0001f600"


PLACES = {
    "the author": rb"{\info{\author %s}{\operator %s}}x",
    "an author of changes": rb"{\*\revtbl {Unknown;}{%s;}}x",
    "an author of comments": rb"x{\*\atnauthor %s}{\*\annotation %s}",
    "a header": rb"{\header \pard %s\par}x",
    "a field": rb'{\field{\*\fldinst HYPERLINK "%s"}{\fldrslt %s}}',
    "a property": rb"{\*\userprops{\propname a}\proptype30{\staticval %s}}x",
    "hidden text": rb"x {\v %s} y",
    "a text box": rb"{\shp{\*\shpinst{\shptxt %s\par}}}x",
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("how", [escaped, octets])
def test_a_name_is_replaced_in(place: str, how: object) -> None:
    assert callable(how)
    said = PLACES[place].replace(b"%s", how(WHO))
    without(rb"{\rtf1\ansi\ansicpg936\uc1 " + said + rb"\par}")


def test_without_edits_it_is_the_same() -> None:
    data = rb"{\rtf1 x\par}"
    assert rewritten(data, ()) == data


def test_what_was_made_from_html_is_not_changed() -> None:
    data = rb"{\rtf1\ansi\fromhtml1{\*\htmltag84 <b>}x\htmlrtf {\b \htmlrtf0 " + escaped(WHO) + rb"}}"
    assert not editable(data)


@st.composite
def documents(draw: st.DrawFn, depth: int = 3) -> bytes:
    pieces = []
    for _ in range(draw(st.integers(1, 6))):
        match draw(st.integers(0, 9)):
            case 0 | 1:
                pieces.append(b"@")
            case 2:
                pieces.append(b"#")
            case 3:
                pieces.append(b"&")
            case 4:
                pieces.append(
                    draw(st.sampled_from([rb"\b ", rb"\b0", rb"\par", b"\\par\r\n", rb"\~", rb"\_", rb"\tab "]))
                )
            case 5:
                pieces.append(draw(st.sampled_from([rb"\uc0 ", rb"\uc1", rb"\uc2 ", rb"\v", rb"\v0 ", rb"\plain "])))
            case 6 if depth:
                pieces.append(b"{" + draw(documents(depth - 1)) + b"}")
            case 7 if depth:
                pieces.append(draw(st.sampled_from([rb"{\*\author ", rb"{\header ", rb"{\*\fldinst ", rb"{\*\zzz "])))
                pieces.append(draw(documents(depth - 1)) + b"}")
            case 8:
                pieces.append(draw(st.sampled_from([rb"\{", rb"\\", rb"\emdash ", b"\r\n", b" "])))
            case _:
                pieces.append(b"@ ")
    return b"".join(pieces)


def numbered(data: bytes) -> bytes:
    """Words that each stand once: in ASCII, in Unicode, in bytes of GBK. Each number is a word of three Han."""
    count = iter(range(1, 10_000))
    skips = [1]

    def word(match: re.Match[bytes]) -> bytes:
        number = next(count)
        match match[0]:
            case b"@":
                return b"q%dz" % number
            case b"{":
                skips.append(skips[-1])
            case b"}":
                if len(skips) > 1:
                    skips.pop()
            case b"#":
                name = "".join(chr(0x4E00 + number * 3 + place) for place in range(3))
                return "".join(f"\\u{ord(c)}{'?' * skips[-1] or ' '}" for c in name).encode()
            case b"&":
                return b"\\'d6\\'d0\\'%02x\\'%02x" % (0xB0 + number // 90, 0xA1 + number % 90)
            case _:
                skips[-1] = int(match[1])
        return match[0]

    return re.sub(rb"@|#|&|\\uc([0-9])|(?<!\\)[{}]", word, data)


WORDS = re.compile("q[0-9]+z|[\u4e00-\u9fff]")


@settings(deadline=None, max_examples=300)
@given(
    documents(),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.integers(1, 30),
    st.sampled_from([NAME, "[x]", "", "w"]),
)
def test_what_is_cut_is_gone_and_all_else_is_there(
    inner: bytes, which: int, start: int, length: int, replacement: str
) -> None:
    data = rb"{\rtf1\ansi\ansicpg936\uc1 " + numbered(inner) + rb"\par}"
    fragments = editable(data)
    if not fragments:
        return
    ordinal = which % len(fragments)
    text = fragments[ordinal].text
    places = [match.span() for match in WORDS.finditer(text)]
    if not places:
        return
    first = places[start % len(places)][0]
    end = min((b for _, b in places if b - first >= length), default=places[-1][1])
    new = rewritten(data, (Change(ordinal, (first, end), replacement),))
    changed = [fragment for fragment in read(new) if fragment.where == fragments[ordinal].where]
    kept = text[:first] + replacement + text[end:]
    blanks = re.compile(r"\s")
    if kept.strip():
        assert any(blanks.sub("", one.text) == blanks.sub("", kept) for one in changed), (data, new)
    before = {word for fragment in read(data) for word in WORDS.findall(fragment.text)}
    after = {word for fragment in read(new) for word in WORDS.findall(fragment.text)} - set(NAME)
    assert after == before - set(WORDS.findall(text[first:end])) or "中" in text[first:end]


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200), st.integers(0, 5), st.integers(0, 100), st.integers(0, 50))
def test_any_bytes_are_changed_or_refused(junk: bytes, ordinal: int, start: int, length: int) -> None:
    data = rb"{\rtf1 " + junk
    try:
        new = rewritten(data, (Change(ordinal, (start, start + length), NAME),))
    except ValueError:
        return
    assert new.startswith((rb"{\rtf1 ", rb"{\rtf1["))
