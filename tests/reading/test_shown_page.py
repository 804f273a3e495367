"""A mail's HTML in pieces: nothing but what the lists know, whatever a stranger writes, and in bounded time."""

import base64
import time
from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.hostile import BODIES
from gateway.model.shown_page import EMPTY, PagePiece, ShownPage, may_be_said
from gateway.reading.shown_page import shown_page
from gateway.sandbox.jobs import pack, page

TAGS = "p div b table tr td script style svg math img a form select option textarea template iframe noscript title x-y"


def mail(html: str) -> bytes:
    message = EmailMessage(SMTP)
    message["Subject"] = "x"
    message.set_content("plain")
    message.add_alternative(html, subtype="html")
    return message.as_bytes()


def text(found: ShownPage) -> str:
    return "".join(piece.text for piece in found.pieces)


markup = st.one_of(
    st.sampled_from(TAGS.split()).flatmap(
        lambda name: st.sampled_from([f"<{name}>", f"</{name}>", f"<{name} style='color:red' onclick=x hidden>"])
    ),
    st.sampled_from(list(BODIES.values())),
    st.text(max_size=20),
)


@given(st.lists(markup, max_size=25))
def test_whatever_is_written_only_what_the_lists_know_is_said_and_what_opens_is_closed(parts: list[str]) -> None:
    found = shown_page(mail("".join(parts)))
    assert all(map(may_be_said, found.pieces))
    opened: list[str] = []
    for piece in found.pieces:
        if piece.kind == "open" and piece.name not in EMPTY:
            opened.append(piece.name)
        elif piece.kind == "close":
            assert opened.pop() == piece.name
    assert opened == []
    assert page(pack(found)) == found


@given(st.binary(max_size=400))
def test_any_bytes_are_a_page_or_none(content: bytes) -> None:
    for head in (b"", b"Content-Type: text/html\r\n\r\n", b"Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n"):
        assert all(map(may_be_said, shown_page(head + content).pieces))


@pytest.mark.parametrize(
    "html",
    [
        "<p style='display:none'>gone</p>",
        "<p style='font-size:0'>gone</p>",
        "<p hidden>gone</p>",
        "<p style='VISIBILITY : hidden'>gone</p>",
        "<script>gone</script>",
        "<style>gone</style>",
        "<textarea>gone</textarea>",
        "<div style='mso-hide:all'><b>gone</b></div>",
    ],
)
def test_what_no_program_shows_is_left_out(html: str) -> None:
    found = shown_page(mail(f"<p>before</p>{html}<p>after</p>"))
    assert "gone" not in text(found)
    assert "before" in text(found)
    assert "after" in text(found)


def test_styles_that_move_or_load_are_not_said_and_others_are() -> None:
    style = "color:#F00;position:fixed;float:right;direction:rtl;background:url(x);width:50%;margin:-40px;order:2"
    [piece] = [piece for piece in shown_page(mail(f"<p style='{style}'>x")).pieces if piece.kind == "open"]
    assert dict(piece.style) == {"color": "#f00", "width": "50%"}


def test_pictures_are_named_by_their_files() -> None:
    data = base64.b64encode(b"picture").decode()
    message = EmailMessage(SMTP)
    html = f"<img src='cid:a@b'><img src='data:image/png;base64,{data}'><img src='http://x/y.png'>"
    message.set_content(html, subtype="html")
    message.add_related(b"picture", "image", "png", cid="<a@b>")
    pictures = [piece.sha256 for piece in shown_page(message.as_bytes()).pieces if piece.kind == "picture"]
    assert pictures[0] == pictures[1]
    assert len(pictures[0]) == 32
    assert pictures[2] == b""


def test_the_html_of_an_attached_mail_or_file_is_not_the_mail_s() -> None:
    outer = EmailMessage(SMTP)
    outer.set_content("plain")
    outer.add_attachment(b"<p>attached", "text", "html", filename="a.html")
    inner = EmailMessage(SMTP)
    inner.set_content("<p>inner</p>", subtype="html")
    outer.add_attachment(inner)
    assert shown_page(outer.as_bytes()) == ShownPage()


@pytest.mark.parametrize(
    "html", ["<div>" * 60_000, "<b><p>" * 30_000, "<table>" * 8_000, "<select>" + "<option>" * 40_000, "x " * 2_000_000]
)
def test_a_page_costs_a_bounded_time(html: str) -> None:
    content = b"Content-Type: text/html\r\n\r\n" + html.encode()
    before = time.process_time()
    found = shown_page(content)
    assert time.process_time() - before < 10
    assert len(found.pieces) <= 20_100


@pytest.mark.parametrize(
    "piece",
    [
        PagePiece("open", "script"),
        PagePiece("open", "p", (("background", "url(x)"),)),
        PagePiece("open", "p", (("color", "red;background:url(x)"),)),
        PagePiece("open", "p", (("color", 'red" onload="x'),)),
        PagePiece("open", "td", (("colspan", "2' x='"),)),
        PagePiece("close", "p><script"),
        PagePiece("text", "p", text="x"),
        PagePiece("picture", sha256=b"short"),
    ],
)
def test_a_reader_that_lies_is_not_believed(piece: PagePiece) -> None:
    assert not may_be_said(piece)
    with pytest.raises(ValueError):
        page(pack(ShownPage((piece,))))
