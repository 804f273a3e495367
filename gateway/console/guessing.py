"""Which senders had so much held or rewritten that they may be guessing, and how much of which kind.

In: what the store noted of senders in the last day, and held messages. Out: what a page says of them. Blocks; raises
StoreUnavailable.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.inspection.limits import Counted, by_sender, counts_by_window
from gateway.intake.masking import mask
from gateway.policy import SenderLimits
from gateway.storage.protocols import Noted, Quarantine, Reports, Senders
from gateway.telemetry.events import OverLimit

_MOST = 50


@dataclass(frozen=True, slots=True)
class Guessing:
    """Of one sender: what was held or rewritten, by kind in the last day; `effects`: of the limits that are reached."""

    sender: str
    count: Counted
    effects: tuple[OverLimit, ...]
    kinds: tuple[tuple[str, int], ...]


def suspects(
    store: Senders | None, quarantine: Quarantine, reports: Reports | None, limits: SenderLimits, now: datetime
) -> tuple[Guessing, ...]:
    """Everybody from the alert on, who did most first. Masked: reporters, and addresses in which one was found."""
    if store is None:
        return ()
    noted_of = by_sender(store.busiest(*_least(limits)))
    alerting = {key: noted for key, noted in noted_of.items() if counts_by_window(noted, now).effects(limits)}
    addresses = store.addresses(alerting)
    if not addresses:
        return ()
    known = reports.open_for(tuple(addresses.values())) if reports is not None else ()
    reporters = {address for _, address, relation in known if relation == "reporter"}
    # A message whose sender tells is held, never rewritten: what its list covers of the sender is all that was found.
    covered = quarantine.covered_senders(tuple(addresses.values()))
    masked = {key for key, address in addresses.items() if address in covered}
    found = [
        _guessing(
            mask("address", address) if address in reporters or key in masked else address, alerting[key], limits, now
        )
        for key, address in addresses.items()
    ]
    return tuple(sorted(found, key=lambda one: (not one.effects, -one.count.found_day, one.sender))[:_MOST])


def of_sender(sender: str, shown: str, store: Senders | None, limits: SenderLimits, now: datetime) -> Guessing | None:
    """Of one, written as `shown`; None where nothing was held or rewritten."""
    if store is None:
        return None
    noted = store.of(store.sender_key(sender))
    guess = _guessing(shown, noted, limits, now)
    return guess if guess.count.found_day else None


def _least(limits: SenderLimits) -> tuple[int, int]:
    """So many messages of a sender, or so many lists, are the least that reaches any limit."""
    found = (limits.alert_per_hour, limits.slow_per_hour, limits.slow_per_day, limits.found_per_hour)
    lists = (limits.lists_per_hour, limits.lists_per_day)
    return (
        min((limit for limit in (*found, limits.found_per_day) if limit), default=1 << 30),
        min((limit for limit in lists if limit), default=1 << 30),
    )


def _guessing(shown: str, noted: Sequence[Noted], limits: SenderLimits, now: datetime) -> Guessing:
    count = counts_by_window(noted, now)
    effects = tuple(effect for effect in count.effects(limits) if effect != "alert")
    kinds = Counter(kind for one in noted for kind in one.kinds)
    return Guessing(shown, count, effects, tuple(kinds.most_common()))
