"""How sender and recipients of held messages are shown, in the list and on the page of one alike.

What was found in the message is covered in them too. Reported parties and the sender's colleagues are shown, and a
reporter is masked, as a recipient and as a sender. Any other recipient may be the reporter under an address that no
report knows: of it the domain is shown and what tells it from its neighbours, since who decides must see who gets it.

In: summaries of held messages. Out: how to write each address. Blocks on the store; raises StoreUnavailable.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gateway.console.masking import Masking
from gateway.intake.masking import mask
from gateway.model import HeldSummary, RewriteSummary
from gateway.storage.protocols import Reports
from gateway.text.addresses import fold_address
from gateway.text.covering import COVER, printable

_LONG = 5
"""Letters of a local part of which two may be shown."""


@dataclass(frozen=True, slots=True)
class ShownEnvelope:
    """Sender and recipients of one message as they may be shown; `author`: the name that the message gives its author,
    empty where it gives none or none may be shown."""

    sender: str
    recipients: tuple[str, ...]
    author: str = ""

    def covered(self, masking: Masking) -> "ShownEnvelope":
        """The addresses with what is known of a reporter by now covered too, as in the texts of the same page."""
        sender, *recipients = masking.texts((self.sender, *self.recipients))
        return ShownEnvelope(sender, tuple(recipients))


def shown_people(messages: Sequence[HeldSummary | RewriteSummary], reports: Reports | None) -> dict[str, ShownEnvelope]:
    """By message id."""
    every = (address for message in messages for address in (message.sender, *message.recipients, *_authors(message)))
    parties, reporters = _known(every, reports)
    return {message.id: _printable(_shown(message, parties, reporters)) for message in messages}


def _printable(people: ShownEnvelope) -> ShownEnvelope:
    """Without what turns or hides letters: an address may be any bytes."""
    return ShownEnvelope(
        printable(people.sender), tuple(printable(one) for one in people.recipients), printable(people.author)
    )


def _shown(message: HeldSummary | RewriteSummary, parties: frozenset[str], reporters: frozenset[str]) -> ShownEnvelope:
    sender = message.sender
    if not message.shown:  # nobody noted what of it is to be covered
        return ShownEnvelope(
            sender and mask("address", sender), tuple(mask("address", one) for one in message.recipients)
        )
    own = {_domain(sender)}

    def recipient(address: str, written: str) -> str:
        if address in reporters:
            return mask("address", address)
        return written if address in parties or _domain(address) in own else _half(address, written)

    shown = zip(message.recipients, message.shown[1:], strict=True)
    masked = sender in reporters
    return ShownEnvelope(
        mask("address", sender) if masked else message.shown[0],
        tuple(_told_apart([recipient(address, written) for address, written in shown], message.recipients)),
        _author(message, masked or not reporters.isdisjoint(_authors(message))),
    )


def _author(message: HeldSummary | RewriteSummary, masked: bool) -> str:
    """A name that is no secret; one that only repeats an address says nothing that the address does not."""
    if isinstance(message, RewriteSummary) or masked or "@" in message.author:
        return ""
    return message.author


def _authors(message: HeldSummary | RewriteSummary) -> tuple[str, ...]:
    return message.authors if isinstance(message, HeldSummary) else ()


def _half(address: str, written: str) -> str:
    """An address without most of its local part; `written` is the same with what was found covered."""
    local, _, domain = address.rpartition("@")
    if COVER in written or not domain or not local:
        return mask("address", address)
    return f"{mask('address', address).partition('@')[0]}{local[-1] if len(local) >= _LONG else ''}@{domain}"


def _told_apart(written: Sequence[str], addresses: Sequence[str]) -> Iterator[str]:
    """Two that look alike and are not get numbers."""
    numbers: dict[str, dict[str, int]] = {}
    for one, address in zip(written, addresses, strict=True):
        numbers.setdefault(one, {}).setdefault(address, len(numbers[one]) + 1)
    for one, address in zip(written, addresses, strict=True):
        yield f"{one} ({numbers[one][address]})" if len(numbers[one]) > 1 else one


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
