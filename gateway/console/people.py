"""How sender and recipients of held messages are shown, in the list and on the page of one alike.

What was found in the message is covered in them too. Reported parties and the sender's colleagues are shown; any other
recipient may be the reporter and is masked, and so is a sender whom a report knows as one.

In: summaries of held messages. Out: how to write each address. Blocks on the store; raises StoreUnavailable.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from gateway.model import HeldSummary
from gateway.storage.interface import Reports
from gateway.text.addresses import fold_address
from gateway.vault.masking import mask


@dataclass(frozen=True, slots=True)
class People:
    """Sender and recipients of one message as they may be shown."""

    sender: str
    recipients: tuple[str, ...]


def shown_people(messages: Sequence[HeldSummary], reports: Reports | None) -> dict[str, People]:
    """By message id."""
    every = (address for message in messages for address in (message.sender, *message.recipients))
    parties, reporters = _known(every, reports)
    return {message.id: _shown(message, parties, reporters) for message in messages}


def _shown(message: HeldSummary, parties: frozenset[str], reporters: frozenset[str]) -> People:
    sender = message.sender
    if not message.shown:  # nobody noted what of it is to be covered
        return People(sender and mask("address", sender), tuple(mask("address", one) for one in message.recipients))
    own = {_domain(sender)}
    return People(
        mask("address", sender) if sender in reporters else message.shown[0],
        tuple(
            covered if address in parties or _domain(address) in own else mask("address", address)
            for address, covered in zip(message.recipients, message.shown[1:], strict=True)
        ),
    )


def _known(addresses: Iterable[str], reports: Reports | None) -> tuple[frozenset[str], frozenset[str]]:
    """Of these, reported parties with their representatives, and reporters."""
    if reports is None:
        return frozenset(), frozenset()
    found = reports.open_for(tuple(dict.fromkeys(one for one in addresses if one)))
    reporters = frozenset(address for _, address, relation in found if relation == "reporter")
    return frozenset(address for _, address, relation in found if relation != "reporter"), reporters


def _domain(address: str) -> str:
    """Folded; for no address at all, something that no other is."""
    return fold_address(address).partition("@")[2] or repr(address)
