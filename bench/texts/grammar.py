"""Text from templates: `[one|other]` is a choice, `{slot}` a word of a list, and both may stand inside each other.

A slot is a tuple of templates or a function of the dice. A template that names a slot nobody knows is a mistake here
and raises KeyError.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence

Slot = Sequence[str] | Callable[[random.Random], str]
Slots = Mapping[str, Slot]

_CHOICE = re.compile(r"\[([^\[\]]*)\]")
_SLOT = re.compile(r"\{([^{}]*)\}")


def written(dice: random.Random, template: str, slots: Slots) -> str:
    """The template with every choice made and every slot filled."""
    while "[" in template:
        template = _CHOICE.sub(lambda found: dice.choice(found[1].split("|")), template)
    while "{" in template:
        template = _SLOT.sub(lambda found: _word(dice, slots[found[1]]), template)
        while "[" in template:
            template = _CHOICE.sub(lambda found: dice.choice(found[1].split("|")), template)
    return template


def lines(block: str) -> tuple[str, ...]:
    """The lines of a block that say something."""
    return tuple(line.strip() for line in block.strip().split("\n") if line.strip())


def words(block: str) -> tuple[str, ...]:
    return tuple(block.split())


def _word(dice: random.Random, slot: Slot) -> str:
    return slot(dice) if callable(slot) else dice.choice(slot)
