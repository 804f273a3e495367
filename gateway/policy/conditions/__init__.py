"""One module per condition, each with a constant `CONDITION`. Found by walking the folder: no list to forget."""

import importlib
import pkgutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from gateway.model import Envelope
from gateway.policy.schema import Situation
from gateway.text.addresses import fold_address, fold_domain


class Wrong(ValueError):
    """A condition's value is not what it takes. The text says what would be right."""


Groups = Mapping[str, frozenset[str]]
"""Of `[groups]`: by name, keys of addresses and domains as `mailboxes` gives them."""


@dataclass(frozen=True, slots=True)
class Condition:
    """`check` turns the value of the file into the one that `holds` gets, or raises `Wrong`.

    `covers(one, other)`: does `one` hold wherever `other` does? `always` is the value that holds for everything, where
    there is one. By these two a rule is known that can never be reached. `by_envelope`: it asks of the envelope alone,
    so that it is known before anything is found. `grows`: it may hold for a finding once more is found, and not
    before. `resolve` puts in place of names of the file what they stand for. `schema`: what the file may say, as JSON
    Schema, for editors.
    """

    key: str
    takes: str
    zh: str
    en: str
    check: Callable[[Any], Any]
    holds: Callable[[Any, Situation], bool]
    covers: Callable[[Any, Any], bool]
    always: Any = None
    by_envelope: Callable[[Any, Envelope], bool] | None = None
    grows: bool = False
    resolve: Callable[[Any, Groups], Any] | None = None
    schema: Mapping[str, Any] = field(default_factory=dict, repr=False)

    def constant_result(self, value: Any, envelope: Envelope) -> bool | None:
        """Whether it holds for each finding in a message of this envelope (True), or for none (False); None where that
        depends on the finding."""
        if self.by_envelope is not None:
            return self.by_envelope(value, envelope)
        return True if self.always is not None and self.covers(value, self.always) else None


@cache
def conditions() -> dict[str, Condition]:
    """Every condition by its key."""
    modules = [importlib.import_module(m.name) for m in pkgutil.iter_modules(__path__, f"{__name__}.")]
    found: list[Condition] = [module.CONDITION for module in modules]
    return {condition.key: condition for condition in sorted(found, key=lambda condition: condition.key)}


def words(value: Any, known: tuple[str, ...] | None = None) -> tuple[str, ...]:
    """A list of texts, each of `known` where that is given; one text counts as a list of one."""
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or not items or any(not isinstance(item, str) or not item for item in items):
        raise Wrong('takes a list of texts, as ["…"]')
    if known is not None:
        for item in items:
            if item not in known:
                raise UnknownWord(item, known)
    return tuple(items)


class UnknownWord(Wrong):
    """A word of a closed list that is not in it."""

    def __init__(self, word: str, known: tuple[str, ...]) -> None:
        self.word, self.known = word, known
        super().__init__(f"unknown word {word!r}")


def group_names(value: Any) -> tuple[str, ...]:
    """Names, not yet known to be there."""
    return words(value)


def members(names: tuple[str, ...], groups: Groups) -> frozenset[str]:
    """All of these groups. Raises UnknownWord."""
    if not groups:
        raise Wrong("takes names of [groups], and the file has none")
    for name in names:
        if name not in groups:
            raise UnknownWord(name, tuple(groups))
    return frozenset[str]().union(*(groups[name] for name in names))


def listed(known: Sequence[str]) -> dict[str, Any]:
    """JSON Schema of one or some of these words."""
    word = {"enum": list(known)}
    return {"anyOf": [word, {"type": "array", "items": word, "minItems": 1}]}


def texts_schema(pattern: str = "") -> dict[str, Any]:
    """JSON Schema of a text or some."""
    text: dict[str, Any] = {"type": "string", "minLength": 1}
    if pattern:
        text["pattern"] = pattern
    return {"anyOf": [text, {"type": "array", "items": text, "minItems": 1}]}


def amount(value: Any, least: int) -> int:
    """A whole number of at least so much."""
    if isinstance(value, bool) or not isinstance(value, int) or value < least:
        raise Wrong(f"takes a whole number from {least} on")
    return value


def share(value: Any) -> float:
    """A number from 0 to 1."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise Wrong("takes a number from 0 to 1")
    return float(value)


def mailboxes(value: Any) -> frozenset[str]:
    """Keys of addresses, and of domains written `@example.org`."""
    keys = {f"@{fold_domain(word[1:])}" if word.startswith("@") else fold_address(word) for word in words(value)}
    if any(len(key) < 2 for key in keys):
        raise Wrong("takes addresses, or domains as @example.org")
    return frozenset(keys)


def has_all(one: frozenset[Any], other: frozenset[Any]) -> bool:
    """`covers` of a condition that takes any of several words."""
    return other <= one


def is_no_higher(one: float, other: float) -> bool:
    """`covers` of a condition that asks for a number at least."""
    return one <= other


def reaches_all(one: frozenset[str], other: frozenset[str]) -> bool:
    """`covers` of `mailboxes`: a domain covers the addresses in it."""
    return all(key in one or f"@{key.rpartition('@')[2]}" in one for key in other)


def is_among(address: str, keys: frozenset[str]) -> bool:
    """Is the address, or its domain, one of `mailboxes`?"""
    key = fold_address(address)
    return key in keys or f"@{key.rpartition('@')[2]}" in keys
