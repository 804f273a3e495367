"""The whole way of a mail in one process: the glance, the index, a reader's look, the rules. No jail, no socket."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.inspection.inspect import examine
from gateway.inspection.tools import Further, InspectionDeps, Subjects
from gateway.inspection.triage import unrelated_by_cache, unrelated_by_index
from gateway.intake.material_fingerprints import material_marks
from gateway.matching import TrustedRecipients, audience_of
from gateway.model import Client, Edit, Envelope, Examination, MaterialMark, Message, Reading, Recipient, Report
from gateway.policy import Policy, packaged_policy
from gateway.reading.plain import plain_fingerprints
from gateway.reading.walk import read_file, read_mail, read_mail_by_steps, skim_mail
from gateway.rewriting.apply import apply
from gateway.storage.engine import open_store
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault

CIRCLE = TrustedRecipients(frozenset(("platform.example",)))


class Here:
    """Reads in this process: a jail for each of hundreds of mails would cost minutes."""

    def read_mail(self, content: bytes, deadline: object = None, passwords: tuple[str, ...] = ()) -> Reading:
        return read_mail(content, earlier=passwords)

    def skim_mail(self, content: bytes, deadline: object = None, passwords: tuple[str, ...] = ()) -> Reading:
        return skim_mail(content, passwords)

    def read_by_steps(
        self, content: bytes, further: Further, deadline: object = None, passwords: tuple[str, ...] = ()
    ) -> Reading:
        reads = read_mail_by_steps(content, earlier=passwords)
        step, reading = next(reads)
        while step != "whole" and (wanted := further(reading, step)) is not None:
            step, reading = reads.send(wanted)
        return reading

    def read_file(self, content: bytes, name: str, deadline: object = None) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        return apply(content, edits)


def letter(text: str, name: str = "举报信.txt") -> tuple[MaterialMark, ...]:
    """What is kept of a letter that was handed in."""
    data = text.encode()
    return material_marks(read_file(data, name), name, data)


_OPENED: list[SqlStore] = []


def shut_stores() -> None:
    """Close what `stored` opened: from Python 3.13 a connection that is only forgotten is a warning, and so a fault."""
    while _OPENED:
        _OPENED.pop().shut()


def stored(folder: Path, *reports: Report) -> SqlStore:
    """A real store with these reports."""
    store = open_store(f"sqlite:///{folder}/s.db", Vault(b"k" * 32))
    _OPENED.append(store)
    store.reports.put(reports, "test")
    return store


def tools_of(store: SqlStore, policy: Policy | None = None) -> InspectionDeps:
    """What an inspection needs of it."""
    return InspectionDeps(
        store.reports,
        Subjects(store.reports),
        Here(),
        policy or packaged_policy(),
        store.quarantine,
        store.marks,
        store.callings,
        circle=CIRCLE,
        passwords=getattr(store, "passwords", None),
    )


def envelope(*to: str) -> Envelope:
    """To these, from one of the staff."""
    client = Client("127.0.0.1", "staff")
    return Envelope("kefu@platform.example", tuple(map(Recipient, to)), client, datetime(2026, 1, 2, tzinfo=UTC))


def examined(content: bytes, tools: InspectionDeps, *to: str) -> Examination:
    """By everything."""
    return examine(envelope(*to), Message("m", content), tools)


def outcome(content: bytes, tools: InspectionDeps, *to: str) -> str:
    """As the inspector decides: by the glance where that is enough, else by everything."""
    asked, fingerprints = envelope(*to), plain_fingerprints(content)
    for learning in (tools.reports, tools.marks, tools.callings):
        learning.learn()
    if unrelated_by_cache(asked, fingerprints, tools):
        return "pass"
    if unrelated_by_index(asked, audience_of(asked, tools.reports, tools.circle), fingerprints, tools):
        return "pass"
    return examined(content, tools, *to).decision.action


def without_rule(policy: Policy, name: str) -> Policy:
    """The same rules but for one."""
    return replace(policy, rules=tuple(rule for rule in policy.rules if rule.name != name))
