"""The texts of the console: each key once."""

from collections import Counter

from gateway.console.texts import ROOMS


def test_no_key_stands_in_two_rooms() -> None:
    keys = Counter(key for room in ROOMS for key in room.TEXTS)
    assert [key for key, count in keys.items() if count > 1] == []
