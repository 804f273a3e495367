"""The process that reads heads and plain mail for a scan: what it gives, that it is locked up, and that it may die."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.reading.plain import plain_fingerprints
from gateway.sandbox.pool import probed
from gateway.service.scan.skimmer import Skimmer

MAIL = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: x\r\n\r\nhello, room 88412345\r\n"


@pytest.fixture
def skimmer() -> Iterator[Skimmer]:
    made = Skimmer(2048)
    yield made
    made.close()


def test_it_gives_what_a_relay_would_and_none_of_what_has_to_be_read(skimmer: Skimmer) -> None:
    found = skimmer.skim(MAIL)
    assert (found.written.sender, found.written.recipients) == ("a@b.example", ("c@d.example",))
    assert found.fingerprints == plain_fingerprints(MAIL)
    assert skimmer.skim(MAIL + b"x" * 70_000).fingerprints is None
    assert skimmer.skim(MAIL.replace(b"hello", b"\0")).fingerprints is None
    assert not skimmer.skim(b"\x89PNG" * 1000).written.is_mail
    assert not skimmer.skim(b"").written.is_mail


def test_it_sits_in_a_readers_jail_and_dies_alone(skimmer: Skimmer) -> None:
    skimmer.skim(MAIL)
    assert skimmer._process is not None
    pid = skimmer._process.pid
    if os.geteuid() == 0:  # `/proc` of one that nobody may look into is root's
        status = Path(f"/proc/{pid}/status").read_text()
        assert "NoNewPrivs:\t1" in status
        assert ("Seccomp:\t2" in status) == ("seccomp" in (probed() or ()))
        limits = Path(f"/proc/{pid}/limits").read_text()
        assert "Max file size             0 " in limits
    os.kill(pid, 9)
    with pytest.raises(EOFError):
        skimmer.skim(MAIL)
    assert skimmer.skim(MAIL).written.is_mail
