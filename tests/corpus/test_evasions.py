"""None of the published tricks gets a report past the line: what leaves is searched by an oracle of its own.

The cases stand in tables (`structure`, `encodings`, `charsets`, `headers`, `markup`), each with its source. Whether a
mail was rewritten, held or refused is not asked here: only that whoever decodes what left, in any way, sees nothing.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from corpus.evasions import CASES
from corpus.oracle import seen
from corpus.report import ACCOUNT, NAME, NOBODY, PAYLOAD, PHONE, QUOTED, REPORTED, Line, line, sent, write_report
from gateway.model import Edit, Reading
from gateway.reading.walk import read_file, read_mail, skim_mail
from gateway.rewriting.apply import apply
from scene import Scene, under_one_received

pytestmark = pytest.mark.slow

NEEDLES = (NAME, PHONE, QUOTED[:14], ACCOUNT)
BLIND = frozenset(
    (
        "encoding-text-uuencode-quoted",
        "encoding-text-uuencode-indented",
        "encoding-text-xxencode",
        "encoding-text-base32",
        "encoding-text-ascii85",
        "encoding-text-hex-0x",
        "encoding-text-octal-escapes",
        "encoding-text-decimal",
        "encoding-text-unicode-points",
        "encoding-text-percent-u",
        "encoding-text-backspace",
        "charset-backspace",
        "charset-overlong-utf8",
        "header-name-pieces",
        "header-name-pieces-reversed",
        "header-name-pieces-from-1",
        "header-name-pieces-gap",
        "header-name-pieces-no-star",
        "header-name-pieces-and-plain",
        "header-name-pieces-leading-zero",
        "header-name-pieces-mixed-star",
        "header-name-type-pieces",
        "header-name-type-pieces-reversed",
        "html-zero-font-px",
        "html-zero-font-class",
        "html-zero-font-class-important",
        "html-zero-font-id",
        "html-zero-font-tag",
        "html-none-spaces",
        "html-none-comment",
        "html-none-escaped",
        "html-hidden",
        "html-visibility",
        "html-opacity",
        "html-white",
        "html-white-font",
        "html-off-screen",
        "html-tiny",
        "html-transparent",
        "html-mso-hide",
        "html-max-height",
        "html-style-letters",
        "html-script-codes",
        "html-ruby",
        "html-nested-hidden",
    )
)
"""What the oracle does not decode. Of these it is asked that they do not pass, which needs no oracle."""


class Here:
    """Reads in this process: a jail for each of a thousand mails would cost a minute."""

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        return read_mail(content)

    def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
        return skim_mail(content)

    def read_file(self, content: bytes, name: str) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: object, deadline: object = None) -> bytes:
        assert isinstance(edits, tuple)
        assert all(isinstance(edit, Edit) for edit in edits)
        return apply(content, edits)


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    with line(tmp_path_factory.mktemp("line"), Here()) as judge:
        yield judge


def test_there_are_as_many_cases_as_promised_and_none_is_there_twice() -> None:
    assert len(CASES) >= 150
    assert len({case.id for case in CASES}) == len(CASES)
    assert all(case.source and case.technique for case in CASES)


@pytest.mark.parametrize("kind", sorted({case.id.partition("-")[0] for case in CASES}))
def test_no_report_gets_out_whatever_it_is_hidden_in(judge: Line, kind: str) -> None:
    leaks = []
    for case in CASES:
        if case.id.startswith(f"{kind}-"):
            content = case.build(PAYLOAD)
            examination = judge.judged(content)
            left = sent(examination, content)
            if examination.decision.action == "pass" or (left is not None and seen(left, NEEDLES)):
                leaks.append(case.id)
    assert leaks == []


def test_the_oracle_sees_what_is_there() -> None:
    """Else the test above could not fail."""
    assert [c.id for c in CASES[::8] if not seen(c.build(PAYLOAD), NEEDLES) and c.id not in BLIND] == []
    assert seen(CASES[0].build("您好"), NEEDLES) == set()


def test_nothing_gets_through_the_relay_itself(tmp_path: Path) -> None:
    """A sample over real SMTP, readers in their jail; what the same mail comes to for somebody else is untouched."""
    scene = Scene(tmp_path)
    try:
        done = scene.cli("reports", "import", str(write_report(tmp_path)))
        assert done.returncode == 0, done.stderr
        scene.start()
        for case in CASES[::60]:
            scene.send(case.build(PAYLOAD), REPORTED)
        assert [message.content for message in scene.got if seen(message.content, NEEDLES)] == []
        before = len(scene.got)
        innocent = CASES[0].build("您好")
        assert scene.send(innocent, NOBODY)[0] == 250
        assert under_one_received(scene.got[before].content, innocent)
    finally:
        scene.close()
