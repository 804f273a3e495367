"""What does not go on is left out; everything else stays as it was said."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model import AS_IT_CAME, Amendment, Client, Envelope, Recipient
from gateway.smtp.amending import amended, name_in, unnamed

TRACE = (
    b"Received: from desk.platform.example ([203.0.113.5])\r\n\tby gate.platform.example with ESMTP id 1;\r\n\tx\r\n"
)
ENVELOPE = Envelope(
    "kefu@platform.example",
    (Recipient("a@x.example", ("NOTIFY=NEVER", "orcpt=rfc822;b@x.example")), Recipient("c@x.example", ("ORCPT=q;d",))),
    Client("203.0.113.5", "desk.platform.example"),
    datetime(2026, 1, 2, tzinfo=UTC),
    ("ENVID=1", "RET=HDRS", "auth=k"),
    TRACE,
)


def test_an_envelope_as_it_came_is_the_same() -> None:
    assert amended(ENVELOPE, AS_IT_CAME) == ENVELOPE


def test_the_named_parameters_go_and_no_other() -> None:
    out = amended(ENVELOPE, Amendment(("ENVID", "AUTH"), ((0, "ORCPT"),), name=True))
    assert out.parameters == ("RET=HDRS",)
    assert [recipient.parameters for recipient in out.recipients] == [("NOTIFY=NEVER",), ("ORCPT=q;d",)]
    assert out.trace == TRACE.replace(b"desk.platform.example", b"[203.0.113.5]")
    assert (out.sender, out.client, out.received_at) == (ENVELOPE.sender, ENVELOPE.client, ENVELOPE.received_at)


@pytest.mark.parametrize(
    ("trace", "without", "name"),
    [
        (TRACE, TRACE.replace(b"desk.platform.example", b"[203.0.113.5]"), "desk.platform.example"),
        (b"Received: from d.example\r\n\t([IPv6:2001:db8::1])\r\n", None, "d.example"),
        (b"Received: from d.example (unknown)\r\n", b"Received: from unknown (unknown)\r\n", "d.example"),
        (b"Received: from [192.0.2.1] ([192.0.2.1])\r\n", b"Received: from [192.0.2.1] ([192.0.2.1])\r\n", ""),
        (b"", b"", ""),
    ],
)  # fmt: skip
def test_a_field_without_the_name_has_the_address_in_its_place(trace: bytes, without: bytes | None, name: str) -> None:
    expected = b"Received: from [IPv6:2001:db8::1]\r\n\t([IPv6:2001:db8::1])\r\n" if without is None else without
    assert (unnamed(trace), name_in(trace)) == (expected, name)


@given(st.binary(max_size=60))
def test_no_field_makes_it_fail_and_once_is_enough(rest: bytes) -> None:
    once = unnamed(b"Received: from " + rest)
    assert unnamed(once) == once
    assert name_in(once) in ("", "unknown")
