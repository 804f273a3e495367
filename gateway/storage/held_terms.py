"""Keyed digests of the words by which held messages are found (table `held_terms`), and of whose mail held and
rewritten messages are (there, and in `rewrite_terms`); written and forgotten with them."""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import Connection, delete, insert

from gateway.storage import tables
from gateway.text.addresses import fold_address
from gateway.vault.vault import Vault

_BITS = 48
_AT_ONCE = 500
_MOST_RECIPIENTS = 200


def term_key(vault: Vault, term: str, sort: str = "word") -> int:
    """48 bits: whoever steals the table learns no word and cannot try one."""
    value = f"{sort}\x00{term}".encode("utf-8", "surrogatepass")
    return int.from_bytes(vault.digest("held-term", value)[: _BITS // 8], "big")


def term_keys(vault: Vault, terms: Iterable[str], covered_senders: Iterable[str] = ()) -> list[int]:
    """Of all words of one message, in order; and of a sender in whose address something was found."""
    keys = {term_key(vault, term) for term in terms}
    keys |= {term_key(vault, sender, "covered-sender") for sender in covered_senders}
    return sorted(keys)


def keys_of_people(
    vault: Vault, sender: str, recipients: Iterable[str], thread: Iterable[str]
) -> dict[tuple[str, str], int]:
    """By sort (`sender`, `recipient`, `thread`) and folded value. Of a kind of their own, so that nobody who searches
    for words finds an address by them that is none of the words."""
    people = [("sender", fold_address(sender)), *(("recipient", fold_address(one)) for one in recipients)]
    marks = [*people[: 1 + _MOST_RECIPIENTS], *(("thread", mark) for mark in thread)]
    return {(sort, value): term_key(vault, value, f"earlier-{sort}") for sort, value in marks if value}


def write_terms(connection: Connection, number: int, keys: Collection[int], *, first: bool = False) -> None:
    """These and no others. `first`: there were none."""
    if not first:
        forget_terms(connection, [number])
    if keys:
        connection.execute(insert(tables.held_terms), [{"key": key, "held": number} for key in keys])


def forget_terms(connection: Connection, numbers: Sequence[int]) -> None:
    """Messages with these numbers are found by nothing any more."""
    for at in range(0, len(numbers), _AT_ONCE):
        chosen = list(numbers[at : at + _AT_ONCE])
        connection.execute(delete(tables.held_terms).where(tables.held_terms.c.held.in_(chosen)))
