"""The attachments of a mail as a person counts them: what is beside the text, in its order. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.model import FilePart, Location, Reading

_SAID = frozenset(("text", "html"))
"""Kinds of files that are what the mail itself says, where they have no name."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One of them. `number` counts from 1."""

    number: int
    part: FilePart


def attachments(reading: Reading) -> tuple[Attachment, ...]:
    """Those of the mail itself, not what is inside of one."""
    found: list[FilePart] = []
    for part in reading.files:
        if part.where.steps or not part.where.part or _is_said(part):
            continue
        if not any(_is_in(part.where, around.where) for around in found):
            found.append(part)
    return tuple(Attachment(number, part) for number, part in enumerate(found, 1))


def attachment_at(known: Sequence[Attachment], where: Location) -> Attachment | None:
    """The attachment that a place is in; None where it is in none."""
    return next((one for one in known if where.part and _is_in(where, one.part.where)), None)


def _is_in(where: Location, around: Location) -> bool:
    return where.part == around.part or where.part.startswith(f"{around.part}.")


def _is_said(part: FilePart) -> bool:
    return part.kind in _SAID and not part.name
