"""Texts of the pages: one room's key is no other room's."""

from collections import Counter

from gateway.console.texts import _ROOMS


def test_each_key_stands_in_one_room() -> None:
    """A later one would take the place of an earlier one, on that one's pages."""
    keys = Counter(key for room in _ROOMS for key in room.TEXTS)
    assert [key for key, count in keys.items() if count > 1] == []
