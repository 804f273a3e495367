"""Is the audit log as it was written? Pure, and with the standard library alone, so that a court can check it.

The chain shows an entry that was changed, left out, put in or moved. What it cannot show is a tail that was cut off:
for that the head is compared, which the store changes with every entry and seals with its key. A log that somebody
with the database, and without the key, wrote anew is shown by the signed checkpoints.

In: entries and checkpoints, oldest first, and a way to ask for the head. Out: `Verification`, which says the first
broken place and why.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gateway.model.audit_chain import GENESIS, canonical, link
from gateway.storage.audit_protocols import AuditEntry, Checkpoint

Head = tuple[int, str, bool]
"""(seq, digest, seal is good) as the store remembers its newest entry."""

_NOT_NEWEST = "the entry is not the one that the store remembers as its newest"


@dataclass(frozen=True, slots=True)
class Verification:
    """`count` entries are good and `head` is the digest of the last of them. `broken` is the seq of the first bad one.

    Where the entries are good and only the head is not, `broken` is the first seq that is missing or unaccounted for.
    """

    count: int
    head: str
    broken: int | None = None
    why: str = ""
    signed: int = 0
    """The newest entry with a good signature under it: it and all before it are as the key's holder left them."""

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.broken is None


def verify(
    entries: Iterable[AuditEntry], head: Callable[[], Head] | None = None, checkpoints: Iterable[Checkpoint] = ()
) -> Verification:
    """Check the chain from its start, and each signature; with `head`, its end too.

    The head is asked for before and after the entries are read: the log of a running service grows meanwhile.
    """
    before = head() if head is not None else None
    count, previous, at_before, signed = 0, GENESIS, GENESIS, 0
    waiting = iter(checkpoints)
    next_one = next(waiting, None)
    for entry in entries:
        why = _fault(entry, count + 1, previous)
        if why:
            return Verification(count, previous, count + 1, why, signed)
        count, previous = entry.seq, entry.digest
        if before is not None and count == before[0]:
            at_before = previous
        while next_one is not None and next_one.seq <= count:
            why = _unsigned(next_one, entry, signed)
            if why:
                return Verification(count, previous, signed + 1, why, signed)
            signed, next_one = count, next(waiting, None)
    if head is None or before is None:
        if next_one is not None:
            return Verification(count, previous, count + 1, _ends(next_one.seq, "signed"), signed)
        return Verification(count, previous, signed=signed)
    after = head()
    fault = _fault_of_end(count, previous, before, after, at_before)
    if fault is None and next_one is not None and next_one.seq > after[0]:
        fault = count + 1, _ends(next_one.seq, "signed")
    broken, why = fault or (None, "")
    return Verification(count, previous, broken, why, signed)


def _fault_of_end(count: int, previous: str, before: Head, after: Head, at_before: str) -> tuple[int, str] | None:
    if not (before[2] and after[2]):
        return count + 1, "the seal on the newest entry is not of this store's key"
    if before[0] <= count and before[1] != at_before:
        return before[0], _NOT_NEWEST
    if after[0] == count and after[1] != previous:
        return after[0], _NOT_NEWEST
    if before[0] > count:
        return count + 1, _ends(before[0], "written")
    if after[0] < count:
        return after[0] + 1, "entries were put in behind the newest one"
    return None


def _ends(seq: int, what: str) -> str:
    return f"the log ends here, but entry {seq} was {what}"


def _unsigned(checkpoint: Checkpoint, entry: AuditEntry, signed: int) -> str:
    """Why this is no good signature under this entry; what is wrong with it is so since the last good one."""
    if not checkpoint.good or checkpoint.previous != signed:
        return f"the signature under entry {checkpoint.seq} is not of this store's key, or one before it is missing"
    if (checkpoint.seq, checkpoint.digest, checkpoint.at) != (entry.seq, entry.digest, entry.at):
        return f"what stands from here to entry {checkpoint.seq} is not what was signed"
    return ""


def _fault(entry: AuditEntry, seq: int, previous: str) -> str:
    if entry.seq != seq:
        return f"the entry is missing: the next one there is {entry.seq}"
    if entry.previous != previous:
        return "the entry does not follow the one before it"
    try:
        detail = json.loads(entry.detail)
        if not isinstance(detail, dict) or canonical(detail) != entry.detail:
            return "the detail is not in canonical form"
    except ValueError:
        return "the detail is not JSON"
    if link(entry.seq, entry.at, entry.actor, entry.event, entry.subject, entry.detail, entry.previous) != entry.digest:
        return "the entry was changed"
    return ""
