"""The plan of a reading and its findings, as the second inspection makes it."""

from collections.abc import Container, Mapping, Sequence

from gateway.model import Edit, Finding, Lists, Placeholders, Reading
from gateway.rewriting import plan as planning
from gateway.rewriting.places import places_of
from gateway.rewriting.telling import Why


def plan(
    reading: Reading,
    findings: Sequence[Finding],
    words: Placeholders | None = None,
    removable: Container[Finding] = (),
    codes: Mapping[str, str] | None = None,
    lists: Lists = "hold",
) -> tuple[Edit, ...] | None:
    """The edits that take these findings out; None where something cannot be."""
    places = places_of(reading, findings, removable)
    return None if places is None else planning.plan(reading, places, words or Placeholders(), codes or {}, lists)


def telling(
    reading: Reading, findings: Sequence[Finding], lists: Lists = "hold", removable: Container[Finding] = ()
) -> Why | None:
    """Why what remains would tell; the findings have places."""
    places = places_of(reading, findings, removable)
    assert places is not None
    return planning.telling(reading, places, lists)
