"""A code that says what the reporter's said, or a link to the same place."""

import pytest

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Item, Location, Medium, Party, Reading, Report, TextFragment

SAID = "https://u.weixin.example/AbC123xyz"
SUBJECT = compile_report(
    Report("R-1", "open", "", (Party("清凌凌"),), (Item("qr_code", SAID, "", "材料 a.png: code", 0.8, "suggested"),))
)


def found(text: str, medium: Medium = "code") -> list[tuple[str, str, float]]:
    reading = Reading(texts=(TextFragment(Location("2"), medium, text),))
    return [(finding.kind, finding.variant, finding.score) for finding in detect(reading, (SUBJECT,))]


@pytest.mark.parametrize("text", [SAID, "HTTPS://U.WEIXIN.example/AbC123xyz", SAID + "/?utm_source=mail#top"])
def test_the_same_place_however_it_is_written(text: str) -> None:
    assert found(text) == [("qr_code", "payload", 0.96)]


def test_a_link_in_the_text_leads_there_too() -> None:
    assert found(f"请点击 {SAID} 添加", "text") == [("qr_code", "payload", 0.96)]


@pytest.mark.parametrize("text", ["https://u.weixin.example/abc123xyz", "https://u.weixin.example/", "AbC123", ""])
def test_another_payload_is_another(text: str) -> None:
    assert found(text) == []
