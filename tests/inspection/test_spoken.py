"""The words of an envelope: which are looked at, and which can be left out."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.inspection.spoken import fingerprints_of_envelope, fragments_of, told_apart, with_envelope_texts, without
from gateway.model import Amendment, Client, Envelope, Finding, Location, Reading, Recipient, TextFragment, steps

PLAIN = Envelope(
    "kefu@platform.example",
    (Recipient("xinger@streamers.example"),),
    Client("192.0.2.1", "desk.platform.example"),
    datetime(2026, 1, 2, tzinfo=UTC),
    trace=b"Received: from desk.platform.example ([192.0.2.1])\r\n",
)


def said(envelope: Envelope) -> dict[str, str]:
    """The first reading of each place."""
    found: dict[str, str] = {}
    for fragment in fragments_of(envelope):
        found.setdefault(f"{fragment.where} {fragment.label}", fragment.text)
    return found


def test_a_plain_envelope_says_who_sends_and_what_the_client_calls_itself() -> None:
    assert said(PLAIN) == {
        "message › MAIL mail_from": "kefu@platform.example",
        "message › Received helo": "desk.platform.example",
    }
    assert {fragment.medium for fragment in fragments_of(PLAIN)} == {"envelope"}


@pytest.mark.parametrize(
    "fixed",
    ["SIZE=12345678901", "BODY=8BITMIME", "body=7bit", "SMTPUTF8", "RET=FULL", "ret=hdrs", "AUTH=<>"],
)
def test_fixed_vocabulary_says_nothing(fixed: str) -> None:
    assert said(replace(PLAIN, parameters=(fixed,))) == said(PLAIN)


@pytest.mark.parametrize(
    "fixed",
    ["NOTIFY=NEVER", "NOTIFY=success,DELAY", "ORCPT=rfc822;xinger@streamers.example",
     "ORCPT=rfc822;Xinger+40Streamers.example", "orcpt=utf-8;xinger@streamers.example"],
)  # fmt: skip
def test_a_recipient_said_twice_says_nothing(fixed: str) -> None:
    assert said(replace(PLAIN, recipients=(Recipient("xinger@streamers.example", (fixed,)),))) == said(PLAIN)


@pytest.mark.parametrize(
    ("parameter", "place"),
    [
        ("ENVID=abc", "MAIL › ENVID envid"),
        ("RET=zhangxiaoming", "MAIL › RET ret"),
        ("BODY=zhangxiaoming", "MAIL › BODY body"),
        ("X-Future=abc", "MAIL › X-FUTURE x-future"),
        ("AUTH=abc", "MAIL › AUTH auth"),
    ],
)
def test_every_other_parameter_is_looked_at(parameter: str, place: str) -> None:
    assert said(replace(PLAIN, parameters=(parameter,)))[f"message › {place}"] == parameter.partition("=")[2]


@pytest.mark.parametrize(
    ("address", "tag"),
    [
        ("xinger+live@x.example", "live"),
        ("xinger=live@x.example", "live"),
        ('"xinger+live"@x.example', "live"),
        ("xinger-13800138000@x.example", "13800138000"),
        ("xinger-zhangxiaoming@x.example", "zhangxiaoming"),
        ("pr-team@x.example", None),
        ("xinger@x.example", None),
    ],
)
def test_the_tag_of_a_recipient_is_looked_at(address: str, tag: str | None) -> None:
    assert said(replace(PLAIN, recipients=(Recipient(address),))).get("message › RCPT 1 rcpt") == tag


@pytest.mark.parametrize(
    ("literal", "told"),
    [("[192.0.2.1]", None), ("[13800138000]", "[13800138000]"), ("[IPv6:1380:138::]", "[IPv6:1380:138::]")],
)
def test_a_name_in_brackets_is_looked_at_where_it_is_not_the_address_beside_it(literal: str, told: str | None) -> None:
    trace = f"Received: from {literal} ([192.0.2.1])\r\n".encode()
    assert said(replace(PLAIN, trace=trace)).get("message › Received helo") == told


def test_only_what_is_optional_can_be_left_out() -> None:
    envelope = replace(
        PLAIN,
        parameters=("ENVID=abc", "RET=HDRS"),
        recipients=(*PLAIN.recipients, Recipient("b+tag@x.example", ("ORCPT=rfc822;c@x.example",))),
    )
    own = TextFragment(Location("1"), "text", "words of the content")
    reading = with_envelope_texts(Reading(texts=(own,)), envelope)
    found = {
        fragment.label: Finding("name", "R-1", fragment.where, fragment.medium, "names", 0.9, "", number, (0, 1))
        for number, fragment in enumerate(reading.texts)
    }
    assert set(found) == {"", "mail_from", "envid", "helo", "rcpt", "orcpt"}
    content, envelope_s, name = told_apart(found.values(), reading)
    assert ([f.medium for f in content], [f.where for f in name]) == (
        ["text"],
        [Location("", (steps.envelope("Received"),))],
    )
    assert len(envelope_s) == 4
    assert without(envelope, reading, []) == Amendment()
    assert without(envelope, reading, [found["envid"], found["orcpt"]]) == Amendment(("ENVID",), ((1, "ORCPT"),))
    for required in ("mail_from", "rcpt", ""):
        assert without(envelope, reading, [found["envid"], found[required]]) is None


def test_what_is_asked_for_has_what_every_recipient_says() -> None:
    many = replace(
        PLAIN,
        recipients=(*PLAIN.recipients, Recipient("b+xm_feifei90@x.example"), Recipient("c@x.example", ("ORCPT=q",))),
    )
    assert len(list(fingerprints_of_envelope(PLAIN))) == 1
    assert len(list(fingerprints_of_envelope(many))) == 3
