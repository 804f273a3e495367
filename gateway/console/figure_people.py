"""How recipients are written among the figures: reported parties as they are, anybody else masked but for the domain;
of none it is said that they reported.

In: folded addresses. Out: how each is written, no two alike. Blocks on the store; raises StoreUnavailable.
"""

from collections.abc import Sequence

from gateway.intake.masking import mask
from gateway.storage.protocols import Reports


def shown_recipients(addresses: Sequence[str], reports: Reports | None) -> dict[str, str]:
    """By address."""
    found = reports.open_for(tuple(addresses)) if reports is not None else ()
    reporters = {address for _, address, relation in found if relation == "reporter"}
    parties = {address for _, address, relation in found} - reporters
    written: dict[str, str] = {}
    for address in addresses:
        shown = address if address in parties else _masked(address)
        number = 1 + sum(before.partition(" ")[0] == shown for before in written.values())
        written[address] = f"{shown} ({number})" if number > 1 else shown
    return written


def _masked(address: str) -> str:
    local, at, domain = address.rpartition("@")
    return f"{mask('address', address).partition('@')[0]}@{domain}" if at and local else mask("address", address)
