"""Whose mail it is, however the recipient is written."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest

from gateway.matching import TrustedRecipients, audience_of
from gateway.matching import by_envelope as matched
from gateway.model import Client, Envelope, Match, Recipient
from gateway.storage.protocols import Relation, Reports
from gateway.text.addresses import fold_address


class Register:
    """A store in memory that counts how often it is asked."""

    def __init__(self, *rows: tuple[str, str, Relation]) -> None:
        self.rows = rows
        self.asked = 0

    def open_for(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        self.asked += 1
        return tuple((r, a, relation) for r, a, relation in self.rows if fold_address(a) in addresses)


def envelope(*recipients: str) -> Envelope:
    client = Client("192.0.2.1", "staff.example")
    now = datetime(2020, 9, 18, tzinfo=UTC)
    return Envelope("staff@platform.example", tuple(map(Recipient, recipients)), client, now)


def by_envelope(sent: Envelope, reports: Register) -> tuple[Match, ...]:
    return matched(audience_of(sent, cast(Reports, reports), TrustedRecipients()))


@pytest.mark.parametrize(
    "written",
    [
        "xinger@streamers.example",
        "XinGer@STREAMERS.example",
        "xinger+live@streamers.example",
        "xinger@streamers.example.",
    ],
)
def test_a_reported_party_is_known_however_the_address_is_written(written: str) -> None:
    reports = Register(("R-1", "xinger@streamers.example", "party"))
    assert by_envelope(envelope(written), reports) == (Match("R-1", "party", written, 1.0, "party"),)


def test_a_representative_is_known_as_one() -> None:
    reports = Register(("R-1", "pr@guild.example", "representative"))
    assert by_envelope(envelope("pr@guild.example"), reports) == (
        Match("R-1", "representative", "pr@guild.example", 1.0, "representative"),
    )


def test_every_report_and_recipient_has_its_match_in_the_order_of_recipients_from_one_look_up() -> None:
    reports = Register(
        ("R-1", "a@s.example", "party"), ("R-2", "b@s.example", "party"), ("R-3", "a@s.example", "representative")
    )
    found = by_envelope(envelope("x@y.example", "b@s.example", "a@s.example", "A@s.example"), reports)
    assert [(m.report, m.recipient) for m in found] == [
        ("R-2", "b@s.example"),
        ("R-1", "a@s.example"),
        ("R-3", "a@s.example"),
        ("R-1", "A@s.example"),
        ("R-3", "A@s.example"),
    ]
    assert reports.asked == 1


def test_nobody_reported_is_nobodys_mail() -> None:
    assert by_envelope(envelope("friend@else.example"), Register(("R-1", "a@s.example", "party"))) == ()


def test_a_recipient_that_is_no_address_asks_nothing() -> None:
    reports = Register()
    assert by_envelope(envelope("", "<>"), reports) == ()
    assert reports.asked == 0
