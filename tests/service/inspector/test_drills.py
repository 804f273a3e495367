"""A drill in the inspector: judged with the tools of all mail, on a store of its own, and known while it runs."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gateway.inspection.tools import InspectionDeps
from gateway.model import Client, Envelope, Recipient
from gateway.model.drill import DOMAIN, DrillAddress
from gateway.service.inspector.drills import SHARED, is_drilled, own_tools
from gateway.service.wiring import passing_store

TOKEN = "0123456789abcdef" * 2
REAL = "xinger@streamers.example"


def envelope(sender: str, *to: str) -> Envelope:
    return Envelope(sender, tuple(map(Recipient, to)), Client("127.0.0.1", "here"), datetime.now(UTC))


def test_nothing_of_a_drill_is_written_where_real_mail_is(tmp_path: Path) -> None:
    """Whoever gives inspections another tool says here whether a drill may have it."""
    store = passing_store(tmp_path)
    try:
        own = own_tools(store)
        assert set(own) | SHARED == {field.name for field in fields(InspectionDeps)}
        assert SHARED.isdisjoint(own)
        assert {name for name, value in own.items() if value is None} == {
            "decisions",
            "passwords",
            "rewrites",
            "suggestions",
            "watched",
        }
    finally:
        store.shut()


@pytest.mark.parametrize(
    ("sender", "to", "drilled"),
    [
        (str(DrillAddress("staff", TOKEN)), (str(DrillAddress("text", TOKEN)),), True),
        (str(DrillAddress("staff", TOKEN)), (REAL,), True),
        ("kefu@platform.example", (REAL, str(DrillAddress("text", TOKEN))), True),
        ("kefu@platform.example", (REAL, f"x@{DOMAIN.upper()}"), True),
        ("kefu@platform.example", (f"x@{DOMAIN}.",), True),
        ("kefu@platform.example", (REAL,), False),
        ("", (REAL,), False),
    ],
)
def test_mail_with_anything_of_a_drill_is_judged_as_one_or_not_at_all(
    sender: str, to: tuple[str, ...], drilled: bool
) -> None:
    assert is_drilled(envelope(sender, *to)) == drilled
