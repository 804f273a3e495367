"""The texts of the console: each key once, both languages, the same places to fill in."""

import re
from collections import Counter

from gateway.console.texts import ROOMS, TEXTS


def test_no_key_stands_in_two_rooms() -> None:
    keys = Counter(key for room in ROOMS for key in room.TEXTS)
    assert [key for key, count in keys.items() if count > 1] == []


def test_both_languages_fill_in_the_same() -> None:
    def places(text: str) -> set[str]:
        return set(re.findall(r"\{(\w*)", text))

    odd = {key for key, (chinese, english) in TEXTS.items() if places(chinese) != places(english)}
    assert odd == {"attachment_number"}  # Chinese counts, English names
