"""`part_types`: in what sort of file it stands."""

from typing import Any

from gateway.model.part_types import GROUPS, PART_TYPES
from gateway.policy.conditions import Condition, has_all, listed, words

_KNOWN = tuple(dict.fromkeys((*PART_TYPES, *GROUPS)))


def _check(value: Any) -> frozenset[str]:
    found: set[str] = set()
    for word in words(value, _KNOWN):
        found |= GROUPS.get(word, frozenset({word}))
    return frozenset(found)


CONDITION = Condition(
    key="part_types",
    takes=", ".join(f"`{word}`" for word in _KNOWN),
    zh="所在的文件，或包着它的文件之一，按内容判断是其中一种；office、picture、any_mail 各指一类",
    en="the file that it stands in, or one around it, is of such a type by its bytes; `office`, `picture` and "
    "`any_mail` stand for several",
    check=_check,
    holds=lambda value, situation: bool(situation.part_types & value),
    covers=has_all,
    schema=listed(_KNOWN),
)
