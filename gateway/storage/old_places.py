"""Values that an older version stored, with the steps of their places as this one has them.

A step was kept as its words; now it has a kind, and one of which only the words are known is a `name`. Steps are equal
by their words, so that a place of then is found in a reading of now.

In: a value as msgpack or JSON has it. Out: the same with steps as `model.PlaceStep` is written. Pure.
"""

from typing import Any


def with_kinds(value: Any) -> Any:
    """The value, every step in it with a kind."""
    if isinstance(value, dict):
        is_place = value.keys() == {"part", "steps"}
        return {key: _steps(part) if is_place and key == "steps" else with_kinds(part) for key, part in value.items()}
    return [with_kinds(part) for part in value] if isinstance(value, list) else value


def _steps(value: Any) -> Any:
    if not isinstance(value, list):
        return value
    return [{"kind": "name", "text": step} if isinstance(step, str) else step for step in value]
