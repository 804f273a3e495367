"""Sender and recipients by a mail's own fields, whatever stands in them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.service.scan.envelopes import HEAD, written_in

A, B, C = "a@b.example", "c@d.example", "e@f.example"


def written(*lines: str) -> tuple[str, tuple[str, ...]]:
    found = written_in(("\r\n".join(lines) + "\r\n\r\nTo: nobody@body.example\r\n").encode())
    return found.sender, found.recipients


@pytest.mark.parametrize(
    ("lines", "sender", "recipients"),
    [
        ((f"From: {A}", f"To: {B}, {C}"), A, (B, C)),
        ((f"Return-Path: <{B}>", f"From: {A}", f"To: {C}"), B, (C,)),
        (("Return-Path: <>", f"From: 客服 <{A}>", f"Cc: {C}"), A, (C,)),
        ((f"From: {A}", f"To: {B},", f" {C}"), A, (B, C)),
        ((f"From: {A}", f'To: "星儿; {B}" <{C}>'), A, (C,)),
        ((f"From: {A}", f"To: {B}; {C};"), A, (B, C)),
        ((f"From: {A}", f"To: a group: {B}, {C};"), A, (B, C)),
        ((f"From: {A}", f"TO : {B}"), A, (B,)),
        ((f"From: {A}", f"To: =?utf-8?B?5pif5YS/?= <{B}>"), A, (B,)),
        ((f"From: {A}", "To: =?utf-8?Q?c=40d.example?="), A, (B,)),
        ((f"From: {A}", "To: undisclosed-recipients:;", f"Bcc: {B}", f"Delivered-To: {C}"), A, (B, C)),
        ((f"From: {A}", f"X-Original-To: {B}", f"Delivered-To: {B}"), A, (B,)),
        (("Subject: x",), "", ()),
    ],
)
def test_fields_of_many_programs(lines: tuple[str, ...], sender: str, recipients: tuple[str, ...]) -> None:
    assert written(*lines) == (sender, recipients)


@pytest.mark.parametrize(
    ("date", "found"),
    [
        ("Mon, 30 Nov 2020 10:00:00 +0800", "2020-11-30T10:00:00+08:00"),
        ("30 Nov 2020 10:00 -0000", "2020-11-30T10:00:00+00:00"),
        ("Mon, 30 Nov 99999 10:00:00 +0800", ""),
        ("昨天", ""),
        ("", ""),
    ],
)
def test_a_date_that_is_none_is_empty(date: str, found: str) -> None:
    assert written_in(f"Date: {date}\r\n\r\n".encode()).date == found


@given(st.binary(max_size=300))
def test_any_bytes_are_read(data: bytes) -> None:
    found = written_in(b"To: " + data + b"\r\n\r\n")
    assert all(one.isascii() or one.encode() for one in found.recipients)
    written_in(data)


def test_a_head_of_any_length_is_read_in_a_bounded_time() -> None:
    for line in (
        b"To: " + b"(" * HEAD,
        b"To: " + b"a@b.example," * 40_000,
        b"To: <" + b"<" * HEAD,
        b"To: x\r\n" * 60_000,
    ):
        assert len(written_in(line).recipients) <= 5000
