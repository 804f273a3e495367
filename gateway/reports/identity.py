"""A report as detection needs it: every form in which its reporter can be recognised, compiled once.

A form that is also the reported party's own (a name, an address, an account, shared by chance or by kinship) says
nothing about the reporter to that party, and is left out.

In: a `Report`. Out: a `Subject`, to be kept as long as the report's revision stands. Nothing here fails.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field

from gateway.model import AvatarMark, Item, Report
from gateway.reports.shingles import Material, unpack
from gateway.reports.variants import Pattern, forms
from gateway.text.addresses import fold_address
from gateway.text.normal import letters, normalise
from gateway.text.threads import own_domain

__all__ = ["Pattern", "Subject", "compile_report"]


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Subject:
    """One report, ready to be looked for. Compared by identity: what is derived from it is cached per object.

    `own` are the reported parties' names and accounts as letters: what stands inside one of them is theirs. `domains`
    are those of the reporter's addresses that no provider shares with others. Among the `message_ids` are the names of
    conversations and topics (`text.threads`).
    """

    report: str
    patterns: tuple[Pattern, ...] = field(default=(), repr=False)
    addresses: frozenset[str] = field(default=frozenset(), repr=False)
    own: tuple[str, ...] = field(default=(), repr=False)
    avatars: tuple[AvatarMark, ...] = field(default=(), repr=False)
    materials: tuple[Material, ...] = field(default=(), repr=False)
    message_ids: tuple[str, ...] = field(default=(), repr=False)
    domains: frozenset[str] = field(default=frozenset(), repr=False)


def compile_report(report: Report) -> Subject:
    """Everything by which the reporter of this report can be told."""
    own = _own_words(report)
    own_addresses = {fold_address(a) for party in report.reported for a in (*party.addresses, *party.representatives)}
    addresses = {fold_address(item.value) for item in report.identity if item.kind == "address"} - own_addresses - {""}
    items = [item for item in report.identity if not _is_own(item, own, own_addresses)]
    return Subject(
        report.id,
        _best(pattern for item in items for pattern in forms(item, own)),
        frozenset(addresses),
        tuple(sorted(own, key=len, reverse=True)),
        tuple(avatar for avatar in report.avatars if avatar.usable),
        tuple(unpack(mark) for mark in report.materials),
        tuple(sorted({mark.message_id.strip().strip("<>") for mark in report.materials} - {""})),
        frozenset({own_domain(a) for a in addresses} - {own_domain(a) for a in own_addresses} - {""}),
    )


def _own_words(report: Report) -> frozenset[str]:
    """Names and accounts of the reported, as letters. `room:88412345` counts with and without its service."""
    words = set()
    for party in report.reported:
        for written in (party.name, *party.accounts, *(account.rpartition(":")[2] for account in party.accounts)):
            words.add(letters(written).text)
        for address in (*party.addresses, *party.representatives):
            words.add(letters(address).text)
    return frozenset(words - {""})


def _is_own(item: Item, own: frozenset[str], own_addresses: set[str]) -> bool:
    if item.kind == "address":
        return fold_address(item.value) in own_addresses
    return letters(item.value).text in own or not normalise(item.value).text.strip()


def _best(patterns: Iterable[Pattern]) -> tuple[Pattern, ...]:
    """One pattern a literal, kind and view: the surest."""
    best: dict[tuple[str, str, str], Pattern] = {}
    for pattern in patterns:
        key = (pattern.kind, pattern.view, pattern.literal)
        if key not in best or (pattern.score, pattern.cued) > (best[key].score, best[key].cued):
            best[key] = pattern
    return tuple(best.values())
