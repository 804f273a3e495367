"""One character read wrong in a picture does not hide a name, where the reader was unsure."""

import pytest

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Box, Finding, Item, Location, Medium, Party, Reading, Report, TextBox, TextFragment

SUBJECT = compile_report(Report("R-1", "open", "", (Party("清凌凌"),), (Item("name", "李雪莹"),)))


def found(text: str, confidence: float, medium: Medium = "picture") -> list[Finding]:
    boxes = tuple(TextBox(n, n + 1, Box(n * 20, 0, 20, 20), confidence) for n in range(len(text)) if text[n] != "\n")
    fragment = TextFragment(Location("2"), medium, text, boxes=boxes)
    return list(detect(Reading(texts=(fragment,)), (SUBJECT,)))


@pytest.mark.parametrize("text", ["李当莹发给客服", "字雪莹提交的材料已收到", "李雪量"])
def test_a_name_with_one_doubtful_character_is_found_where_it_stands(text: str) -> None:
    (finding,) = found(text, 0.84)
    assert (finding.kind, finding.variant) == ("name", "misread")
    assert 0.62 <= finding.score <= 0.8
    assert finding.box is not None


@pytest.mark.parametrize(
    ("text", "confidence", "medium"),
    [
        ("李雪梅", 0.999, "picture"),  # read surely: somebody else
        ("李雪梅", 0.5, "text"),  # nobody read it from a picture
        ("李霉量", 0.5, "picture"),  # two of three are different
        ("李雪\n莲", 0.5, "picture"),  # not in one line
    ],
)
def test_what_is_no_misreading(text: str, confidence: float, medium: Medium) -> None:
    assert found(text, confidence, medium) == []


def test_the_doubt_of_a_long_line_may_lie_on_one_character() -> None:
    assert found("字雪莹提交的材料已收到", 0.99)
    assert not found("字雪莹提交的材料已收到", 0.9995)
