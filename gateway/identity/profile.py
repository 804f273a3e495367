"""A report as detection needs it: every form in which its reporter can be recognised, compiled once.

A form that is also the reported party's own (a name, an address, an account, shared by chance or by kinship) says
nothing about the reporter to that party, and is left out.

In: a `Report`. Out: a `Subject`, to be kept as long as the report's revision stands. Nothing here fails.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.identity.patterns import Pattern
from gateway.identity.shingles import IndexedMaterial, unpack
from gateway.identity.variants import forms
from gateway.model import AvatarMark, Item, Kind, Report, ReportStatus, Severity
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters, normalise
from gateway.text.thread_ids import own_domain

__all__ = ["Pattern", "Subject", "compile_report"]

_NAMING: tuple[Kind, ...] = ("nickname", "name")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Subject:
    """One report, ready to be looked for. Compared by identity: what is derived from it is cached per object.

    `own` are the reported parties' names and accounts as letters: what stands inside one of them is theirs. `items`
    are what identifies the reporter and is not the reported's too; their forms are made when they are asked for, since
    an index keeps of them what it needs. `domains` are those of the reporter's addresses that no provider shares with
    others. Among the `message_ids` are the names of conversations and topics (`text.thread_ids`). `party` is what names
    the reported and the case, to be looked for in the same ways as the reporter is. `status` and `severity` are the
    report's, for rules.
    """

    report: str
    items: tuple[Item, ...] = field(default=(), repr=False)
    addresses: frozenset[str] = field(default=frozenset(), repr=False)
    own: tuple[str, ...] = field(default=(), repr=False)
    avatars: tuple[AvatarMark, ...] = field(default=(), repr=False)
    materials: tuple[IndexedMaterial, ...] = field(default=(), repr=False)
    message_ids: tuple[str, ...] = field(default=(), repr=False)
    domains: frozenset[str] = field(default=frozenset(), repr=False)
    party: "Subject | None" = field(default=None, repr=False)
    status: ReportStatus = "open"
    severity: Severity = "normal"

    @property
    def patterns(self) -> tuple[Pattern, ...]:
        """Every form of every item: one pattern a literal, kind and view, the surest."""
        return _best(pattern for item in self.items for pattern in forms(item, self.own))


def compile_report(report: Report) -> Subject:
    """Everything by which the reporter of this report can be told."""
    own = _own_words(report)
    identity = tuple(item for item in report.identity if item.acts)
    own_addresses = {fold_address(a) for party in report.reported for a in (*party.addresses, *party.representatives)}
    addresses = {fold_address(item.value) for item in identity if item.kind == "address"} - own_addresses - {""}
    items = tuple(item for item in identity if not _is_own(item, own, own_addresses))
    return Subject(
        report.id,
        items,
        frozenset(addresses),
        tuple(sorted(own, key=len, reverse=True)),
        tuple(avatar for avatar in report.avatars if avatar.usable),
        tuple(unpack(mark) for mark in report.materials),
        tuple(sorted({mark.message_id.strip().strip("<>") for mark in report.materials} - {""})),
        frozenset({own_domain(a) for a in addresses} - {own_domain(a) for a in own_addresses} - {""}),
        Subject(report.id, tuple(dict.fromkeys(_naming(report)))),
        report.status,
        report.severity,
    )


def _naming(report: Report) -> Iterator[Item]:
    """By what a mail may name the reported and the case. A nickname may be written as a name is: xinger, 星er."""
    for party in report.reported:
        for kind in _NAMING:
            yield Item(kind, party.name)
        for account in party.accounts:
            yield Item("account", account.rpartition(":")[2])
        for address in (*party.addresses, *party.representatives):
            if not address.startswith("@"):
                yield Item("address", address)
    for number in (report.id, *report.numbers):
        yield Item("account", number)


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


def _best(patterns: Iterator[Pattern]) -> tuple[Pattern, ...]:
    best: dict[tuple[str, str, str, tuple[str, ...]], Pattern] = {}
    for pattern in patterns:
        form = pattern.form
        key = (form.kind, form.view, pattern.literal, form.rest)
        known = best.get(key)
        if known is None or (form.score, form.cued) > (known.form.score, known.form.cued):
            best[key] = pattern
    return tuple(best.values())
