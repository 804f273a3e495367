"""Which recipients are shown in full: reported parties and the sender's colleagues. Any other may be the reporter.

In: summaries of held messages. Out: how to write each recipient. Blocks on the store; raises StoreUnavailable.
"""

from collections.abc import Iterable, Sequence

from gateway.model import HeldSummary
from gateway.storage.interface import Reports
from gateway.text.addresses import fold_address
from gateway.vault.masking import mask


def shown_recipients(messages: Sequence[HeldSummary], reports: Reports | None) -> dict[str, tuple[str, ...]]:
    """By message id, its recipients as they may be shown."""
    known = _parties((address for message in messages for address in message.recipients), reports)
    return {
        message.id: tuple(
            address if address in known or _domain(address) == _domain(message.sender) else mask("address", address)
            for address in message.recipients
        )
        for message in messages
    }


def _parties(addresses: Iterable[str], reports: Reports | None) -> frozenset[str]:
    if reports is None:
        return frozenset()
    found = reports.open_for(tuple(dict.fromkeys(addresses)))
    return frozenset(address for _, address, relation in found if relation != "reporter")


def _domain(address: str) -> str:
    """Folded; for no address at all, something that no other is."""
    return fold_address(address).partition("@")[2] or repr(address)
