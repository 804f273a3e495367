"""An mbox of each kind comes apart into the mails that were put in, whatever stands in them."""

import io
import itertools
import mailbox
import re
import time
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.service.scan import mbox

FROM = b"From kf@platform.example Mon Nov 30 10:00:00 2020\n"
LINES = st.sampled_from(
    [b"", b"", "您好".encode(), b"hello", b"From here on", b"From: x", b">From me", b">>From you", b"From "]
)  # fmt: skip


def reading(data: bytes) -> mbox.ReadAt:
    return lambda at, count: data[at : at + count]


def mails(data: bytes) -> list[bytes]:
    return [data[start:end] for start, end in mbox.split(reading(data), len(data))]


def content(number: int, lines: list[bytes]) -> bytes:
    return b"From: kf@platform.example\nTo: a%d@b.example\n\n" % number + b"".join(line + b"\n" for line in lines)


def rd(content: bytes) -> bytes:
    return re.sub(rb"^(>*From )", rb">\1", content, flags=re.MULTILINE)


@settings(deadline=None)
@given(st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=4), st.booleans())
def test_mboxrd_and_mboxo_give_back_what_was_put_in(bodies: list[list[bytes]], crlf: bool) -> None:
    whole = [content(number, lines).rstrip(b"\n") + b"\n" for number, lines in enumerate(bodies)]
    data = b"".join(FROM + rd(one) + b"\n" for one in whole)
    if crlf:
        data, whole = data.replace(b"\n", b"\r\n"), [one.replace(b"\n", b"\r\n") for one in whole]
    assert [mbox.unquoted(one).rstrip() for one in mails(data)] == [one.rstrip() for one in whole]


@settings(deadline=None)
@given(st.lists(st.lists(LINES, max_size=6), min_size=1, max_size=4))
def test_a_length_in_a_field_goes_before_lines_that_are_not_quoted(bodies: list[list[bytes]]) -> None:
    """mboxcl2: a line of a body looks exactly as one that separates."""
    whole = []
    for number, lines in enumerate(bodies):
        body = b"".join(line + b"\n" for line in [b"", FROM.rstrip(), b"To: x@y.example", *lines])
        whole.append(b"To: a%d@b.example\nContent-Length: %d\n\n" % (number, len(body)) + body)
    data = b"".join(FROM + one + b"\n" for one in whole)
    assert [mbox.unquoted(one).rstrip() for one in mails(data)] == [one.rstrip() for one in whole]


@pytest.mark.parametrize("length", [b"0", b"2", b"999999", b"99999999999999", b"x"])
def test_a_length_that_is_not_true_is_not_believed(length: bytes) -> None:
    """Else a field would hide a mail from whoever looks."""
    first = b"To: a@b.example\nContent-Length: " + length + b"\n\none\n"
    data = FROM + first + b"\n" + FROM + b"To: c@d.example\n\ntwo\n"
    assert mails(data) == [first, b"To: c@d.example\n\ntwo\n"]


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Mon Nov 30 10:00:00 2020\n",
        b"From MAILER-DAEMON Mon Nov 30 10:00:00 2020\n",
        b"From 1234567890@xxx Mon Nov 30 10:00:00 +0000 2020\n",
        b"From ???@??? Mon Nov 30 10:00:00 2020\n",
        b"From kf@platform.example\n",
        b"From kf Mon Nov 30 10:00 CST 2020\n",
    ],
)
def test_lines_of_several_programs_separate(separator: bytes) -> None:
    one = b"To: a@b.example\n\nx\n"
    assert mails((separator + one + b"\n") * 3) == [one] * 3
    assert mails((FROM + one) * 2) == [one] * 2, "some programs leave no blank line"


@pytest.mark.parametrize(
    "line", [b"From here on: it was 10:20", b"From now on", b"From 10:00 to 12:00, 2020", b"From "]
)
def test_a_line_of_a_body_that_nobody_quoted_does_not_cut_a_mail(line: bytes) -> None:
    """The second half would have no recipient, and a leak to the first one's would be missed."""
    one = b"To: a@b.example\n\nx\n\n" + line + b"\n\ny\n"
    assert mails(FROM + one) == [one]


def test_what_pythons_own_mailbox_writes(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(50):
        mail = EmailMessage()
        mail["To"], mail["Subject"] = f"a{number}@b.example", "您好"
        mail.set_content(f"From me\n\nFrom you {number}\n")
        box.add(mail)
    box.flush()
    box.close()
    data = (tmp_path / "box").read_bytes()
    found = [mbox.unquoted(one) for one in mails(data)]
    assert len(found) == 50
    assert all(b"a%d@b.example" % number in one and b"\nFrom you" in one for number, one in enumerate(found))


@given(st.binary(max_size=400))
def test_any_bytes_come_apart_into_pieces_of_themselves(data: bytes) -> None:
    places = list(mbox.split(reading(data), len(data)))
    assert all(0 <= start <= end <= len(data) for start, end in places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))


class _Counting(io.BytesIO):
    most = 0

    def at(self, place: int, count: int) -> bytes:
        self.seek(place)
        found = self.read(count)
        self.most = max(self.most, len(found))
        return found


def test_a_large_file_is_read_piece_by_piece_in_linear_time() -> None:
    one = b"To: a@b.example\n\n" + b"x" * 200 + b"\n"
    times = []
    for count in (20_000, 80_000):
        data = _Counting((FROM + one + b"\n") * count + FROM + b"To: c@d.example\n\n" + b"\nFrom \n" * count)
        begun = time.process_time()
        assert len(list(mbox.split(data.at, len(data.getbuffer())))) == count + 1
        times.append(time.process_time() - begun)
        assert data.most < 2 * 1024 * 1024
    assert times[1] < 12 * times[0] + 0.5
