"""Whoever touched the audit log is found out, and where."""

import subprocess
import sys
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.verify import Verification, verify
from gateway.model.audit_chain import GENESIS, canonical, link
from gateway.storage.audit_protocols import AuditEntry


def chain(count: int, start: int = 1, previous: str = GENESIS) -> list[AuditEntry]:
    entries = []
    for seq in range(start, start + count):
        fields = (seq, f"2020-09-18T10:00:{seq:02}Z", "cli:root", "noted", f"S-{seq}", canonical({"n": seq}), previous)
        previous = link(*fields)
        entries.append(AuditEntry(*fields, previous))
    return entries


LOG = chain(9)
HEAD = (9, LOG[-1].digest, True)


def test_an_untouched_log_is_sound() -> None:
    assert verify(LOG) == Verification(9, LOG[-1].digest)
    assert verify(LOG, lambda: HEAD).sound
    assert verify([], lambda: (0, GENESIS, True)) == Verification(0, GENESIS)


@given(
    st.integers(0, 8),
    st.sampled_from(["seq", "at", "actor", "event", "subject", "detail", "previous", "digest"]),
)
def test_any_changed_field_is_found_at_its_entry(place: int, field: str) -> None:
    changed = list(LOG)
    new: dict[str, Any] = {field: 77 if field == "seq" else '{"n":0}' if field == "detail" else "f" * 64}
    changed[place] = replace(LOG[place], **new)
    result = verify(changed)
    assert not result.sound
    assert result.broken == place + 1
    assert result.count == place


@given(st.integers(0, 7))
def test_an_entry_that_was_changed_and_digested_again_breaks_the_next_one(place: int) -> None:
    changed = list(LOG)
    one = replace(LOG[place], actor="nobody")
    digest = link(one.seq, one.at, one.actor, one.event, one.subject, one.detail, one.previous)
    changed[place] = replace(one, digest=digest)
    assert verify(changed).broken == place + 2


@given(st.integers(0, 7))
def test_an_entry_left_out_is_found(place: int) -> None:
    assert verify(LOG[:place] + LOG[place + 1 :]).broken == place + 1


@given(st.permutations(LOG))
def test_another_order_is_found(order: list[AuditEntry]) -> None:
    assert verify(order).sound == (order == LOG)


def test_the_same_fields_in_other_json_are_found() -> None:
    changed = replace(LOG[0], detail='{"n": 1}')
    changed = replace(changed, digest=link(1, changed.at, "cli:root", "noted", "S-1", changed.detail, GENESIS))
    assert verify([changed]).why == "the detail is not in canonical form"
    assert verify([replace(LOG[0], detail="{")]).why == "the detail is not JSON"
    assert verify([replace(LOG[0], detail="[]")]).why == "the detail is not in canonical form"


@pytest.mark.parametrize("left", range(9))
def test_a_cut_off_tail_is_found_by_the_head_alone(left: int) -> None:
    assert verify(LOG[:left]).sound
    result = verify(LOG[:left], lambda: HEAD)
    assert (result.broken, result.why) == (left + 1, "the log ends here, but entry 9 was written")


def test_a_rewritten_log_is_found_by_the_head() -> None:
    forged = chain(9, previous=GENESIS)
    forged[8] = chain(1, 9, forged[7].digest)[0]
    other = replace(forged[8], actor="nobody", digest="")
    other = replace(
        other,
        digest=link(other.seq, other.at, other.actor, other.event, other.subject, other.detail, other.previous),
    )
    forged[8] = other
    assert verify(forged).sound
    result = verify(forged, lambda: HEAD)
    assert (result.broken, result.why) == (9, "the entry is not the one that the store remembers as its newest")


def test_a_head_without_the_seal_of_the_store_is_not_believed() -> None:
    assert "seal" in verify(LOG[:8], lambda: (8, LOG[7].digest, False)).why


def test_entries_put_in_behind_the_head_are_found() -> None:
    result = verify(LOG, lambda: (8, LOG[7].digest, True))
    assert (result.broken, result.why) == (9, "entries were put in behind the newest one")


def test_a_log_that_grows_while_it_is_read_is_sound() -> None:
    heads = iter([(5, LOG[4].digest, True), HEAD])
    assert verify(LOG[:7], lambda: next(heads)).sound
    heads = iter([(5, LOG[4].digest, True), (7, LOG[6].digest, True)])
    assert verify(LOG[:7], lambda: next(heads)).sound


def test_a_court_needs_the_standard_library_alone() -> None:
    program = (
        "import sys; before = set(sys.modules); import gateway.audit.verify;"
        "print(sorted({n.split('.')[0] for n in set(sys.modules) - before} - sys.stdlib_module_names))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "['gateway']\n"
