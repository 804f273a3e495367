"""How each recipient stands to a report: the strictest that holds, and nobody is inside by mistake."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.matching import Audience, TrustedRecipients, audience_of, by_envelope, certainly_inside
from gateway.model import RECIPIENT_CLASSES, Client, Envelope, Match, Recipient
from gateway.storage.protocols import Relation, Reports
from gateway.text.addresses import fold_address

CIRCLE = TrustedRecipients(frozenset(("platform.example",)), frozenset(("@court.example", "desk@ministry.example")))
ROWS: tuple[tuple[str, str, Relation], ...] = (
    ("R-1", "xinger@streamers.example", "party"),
    ("R-1", "pr@guild.example", "representative"),
    ("R-1", "xiaoming@mail.example", "reporter"),
    ("R-2", "xiaoming@mail.example", "party"),
    ("R-2", "host@platform.example", "party"),
    ("R-3", "host@platform.example", "reporter"),
)


class Register:
    """A store in memory that counts how often it is asked."""

    def __init__(self, *rows: tuple[str, str, Relation], learnt: bool = True) -> None:
        self.rows, self.learnt = rows, learnt
        self.asked = 0

    def open_for(self, addresses: Sequence[str]) -> tuple[tuple[str, str, Relation], ...]:
        self.asked += 1
        return tuple(row for row in self.rows if fold_address(row[1]) in addresses)

    def cannot_match(self, addresses: Sequence[str]) -> bool:
        return self.learnt and not any(fold_address(a) in addresses for _, a, _ in self.rows)


def of(sent: Envelope, reports: Register) -> Audience:
    return audience_of(sent, cast(Reports, reports), CIRCLE)


def envelope(*recipients: str) -> Envelope:
    now = datetime(2020, 9, 18, tzinfo=UTC)
    return Envelope("staff@platform.example", tuple(map(Recipient, recipients)), Client("192.0.2.1", "staff"), now)


@pytest.mark.parametrize(
    ("report", "recipient", "stands"),
    [
        ("R-1", "XingEr+live@Streamers.example", "party"),
        ("R-1", "pr@guild.example", "representative"),
        ("R-1", "xiaoming@mail.example", "reporter"),
        ("R-2", "xiaoming@mail.example", "party"),  # who reported one thing was reported for another
        ("R-3", "xiaoming@mail.example", "unknown"),
        ("R-1", "host@platform.example", "internal"),
        ("R-2", "host@platform.example", "party"),  # a colleague who was reported
        ("R-1", "judge@court.example", "authority"),
        ("R-1", "desk@ministry.example", "authority"),
        ("R-1", "other@ministry.example", "unknown"),
        ("R-1", "x@sub.platform.example", "unknown"),
        ("R-1", "x@evilplatform.example", "unknown"),
        ("R-1", "not an address", "unknown"),
    ],
)
def test_a_recipient_stands_to_a_report_as(report: str, recipient: str, stands: str) -> None:
    reports = Register(*ROWS)
    assert of(envelope("boss@platform.example", recipient), reports).to(report, recipient) == stands
    assert reports.asked == 1


def test_a_match_for_another_reason_says_what_each_recipient_is() -> None:
    audience = of(envelope("xiaoming@mail.example", "boss@platform.example"), Register(*ROWS))
    assert audience.matches("R-1", "content", 0.8) == (
        Match("R-1", "content", "xiaoming@mail.example", 0.8, "reporter"),
        Match("R-1", "content", "boss@platform.example", 0.8, "internal"),
    )
    assert audience.may_read("R-1")
    assert not audience.may_read("R-2")


def test_mail_to_the_reporter_alone_does_not_concern_the_report() -> None:
    reports = Register(*ROWS[:3])
    assert by_envelope(of(envelope("xiaoming@mail.example"), reports)) == ()
    both = by_envelope(of(envelope("xiaoming@mail.example", "pr@guild.example"), reports))
    assert both == (Match("R-1", "representative", "pr@guild.example", 1.0, "representative"),)


@pytest.mark.parametrize(
    ("recipients", "inside"),
    [
        (("boss@platform.example", "judge@court.example"), True),
        (("boss@platform.example", "x@sub.platform.example"), False),
        (("host@platform.example",), False),  # a colleague, and reported
        (("xiaoming@mail.example",), False),
        (("",), False),
    ],
)
def test_only_what_nobody_outside_gets_stays_inside(recipients: tuple[str, ...], inside: bool) -> None:
    reports = Register(*ROWS)
    assert of(envelope(*recipients), reports).stays_inside() is inside
    assert certainly_inside(envelope(*recipients), cast(Reports, reports), CIRCLE) is inside
    assert not certainly_inside(envelope(*recipients), cast(Reports, Register(*ROWS, learnt=False)), CIRCLE)


ADDRESSES = [*dict.fromkeys(row[1] for row in ROWS), "a@platform.example", "a@court.example", "a@b.example", "?"]


@given(st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=6), st.sampled_from(["R-1", "R-2", "R-3", "R-4"]))
def test_one_more_recipient_never_makes_a_message_less_strict(recipients: list[str], report: str) -> None:
    reports = Register(*ROWS)
    more = of(envelope(*recipients), reports)
    less = of(envelope(*recipients[:-1]), reports)
    assert set(by_envelope(less)) <= set(by_envelope(more))
    assert less.may_read(report) or not more.may_read(report)
    assert less.stays_inside() or not more.stays_inside()
    assert {match.to for match in more.matches(report, "name")} <= set(RECIPIENT_CLASSES)
