"""Situations as plain values of a record, and back.

Fields are kept under their names, so that a condition that comes later finds what it asks for or hears that the record
lacks it (`Lacking`): a default would be a guess. Equal situations are kept once, with their number.

In: situations. Out: `RecordedSituations`, and the other way round. Pure.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any, cast, get_type_hints

import msgspec

from gateway.model.decision_record import RecordedSituations
from gateway.policy.schema import Situation

MOST = 2000
"""Different situations that are kept of one message; a list with more is nobody's to tune rules by."""
_FIELDS = tuple(one.name for one in fields(Situation))


class Lacking(Exception):
    """A rule asks for what the record does not hold. `name` is the field of `Situation`."""

    def __init__(self, name: str) -> None:
        self.name = name
        super().__init__(name)


class _Partial:
    """A situation of which only some fields are known: asking for another one raises `Lacking`."""

    __slots__ = ("_known",)

    def __init__(self, known: dict[str, Any]) -> None:
        self._known = known

    def with_count(self, now: int, then: int) -> "_Partial":
        """The same with the count of now, where there was one."""
        if "count" not in self._known:
            return self
        return _Partial(self._known | {"count": _count(self._known["count"], now, then)})

    def __getattr__(self, name: str) -> Any:
        try:
            return self._known[name]
        except KeyError:
            raise Lacking(name) from None


def recounted(found: Sequence[Situation], then: Sequence[Situation]) -> tuple[Situation, ...]:
    """These with the number of those of their kind and report among them. `then` are those that counted when their
    counts were taken: places were counted, of which a record knows the number alone."""
    now, before = (Counter((one.kind, one.report) for one in some) for some in (found, then))
    return tuple(_recounted(one, now[one.kind, one.report], before[one.kind, one.report]) for one in found)


def _recounted(one: Situation | _Partial, now: int, then: int) -> Situation:
    if isinstance(one, _Partial):
        return cast(Situation, one.with_count(now, then))
    count = _count(one.count, now, then)
    return one if one.count == count else replace(one, count=count)


def _count(counted: int, now: int, then: int) -> int:
    """Places of so many findings: as many as there were, and one for each finding more; never more than findings."""
    return min(now, counted + max(0, now - then))


def recorded(found: Sequence[Situation]) -> RecordedSituations:
    """What is kept of them."""
    counted = Counter(found)
    if not counted or len(counted) > MOST:
        return RecordedSituations({}, complete=not counted)
    plain = [(cast(dict[str, Any], msgspec.to_builtins(one)), number) for one, number in counted.items()]
    first = plain[0][0]
    common = {name: first[name] for name in _FIELDS if all(one[name] == first[name] for one, _ in plain)}
    names = tuple(name for name in _FIELDS if name not in common)
    return RecordedSituations(common, names, tuple((*(one[name] for name in names), number) for one, number in plain))


def situations_of(record: RecordedSituations) -> tuple[Situation, ...]:
    """The situations as they were; of a record that lacks a field, ones that raise `Lacking` where they are asked for
    it. Raises: Lacking, where the record has none or a value that this version does not know."""
    if not record.complete:
        raise Lacking("")
    known = {*record.common, *record.names}
    whole, found = known.issuperset(_FIELDS), list[Situation]()
    for *values, number in record.rows:
        given = {**record.common, **dict(zip(record.names, values, strict=True))}
        one = _whole(given) if whole else _partial(given)
        found += [one] * number
    return tuple(found)


def _whole(given: dict[str, Any]) -> Situation:
    try:
        return msgspec.convert(given, Situation)
    except msgspec.ValidationError:
        raise Lacking("") from None


def _partial(given: dict[str, Any]) -> Situation:
    """Each field that is known, as its type is."""
    known = dict[str, Any]()
    for name, kind in _TYPES.items():
        if name in given:
            try:
                known[name] = msgspec.convert(given[name], kind)
            except msgspec.ValidationError:
                continue  # asked for, it is lacking
    return cast(Situation, _Partial(known))


_TYPES: dict[str, Any] = get_type_hints(Situation)
