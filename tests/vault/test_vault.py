"""Sealing and keyed digests."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Problem
from gateway.vault.vault import NotOpened, Vault

KEY = b"k" * 32
VAULT = Vault(KEY)
SECRET = "张小鸣".encode()


@given(st.binary(max_size=2000), st.text(max_size=50))
def test_what_was_sealed_opens_again(plain: bytes, context: str) -> None:
    assert Vault(KEY).open(VAULT.seal(plain, context), context) == plain


@given(st.binary(min_size=12, max_size=200))
def test_the_sealed_bytes_hold_nothing_of_the_plain_ones(plain: bytes) -> None:
    assert plain not in VAULT.seal(plain, "report/R-1")


def test_the_same_bytes_are_sealed_differently_each_time() -> None:
    assert VAULT.seal(SECRET, "report/R-1") != VAULT.seal(SECRET, "report/R-1")


def test_another_key_does_not_open_it() -> None:
    with pytest.raises(NotOpened):
        Vault(b"x" * 32).open(VAULT.seal(SECRET, "report/R-1"), "report/R-1")


@pytest.mark.parametrize("context", ["report/R-2", "report/R-1/parties", "held/R-1", "report", ""])
def test_a_value_put_in_another_place_does_not_open_there(context: str) -> None:
    with pytest.raises(NotOpened):
        VAULT.open(VAULT.seal(SECRET, "report/R-1"), context)


@given(st.integers(min_value=0), st.integers(min_value=1, max_value=255))
def test_any_changed_byte_is_noticed(place: int, flip: int) -> None:
    sealed = bytearray(VAULT.seal(SECRET, "report/R-1"))
    sealed[place % len(sealed)] ^= flip
    with pytest.raises(NotOpened):
        VAULT.open(bytes(sealed), "report/R-1")


@given(st.integers(min_value=0, max_value=37))
def test_a_shortened_value_is_noticed(length: int) -> None:
    with pytest.raises(NotOpened):
        VAULT.open(VAULT.seal(SECRET, "report/R-1")[:length], "report/R-1")


def test_a_digest_finds_the_same_value_and_only_under_the_same_key_and_purpose() -> None:
    digest = VAULT.digest("party", b"a@b.example")
    assert len(digest) == 32
    assert digest == Vault(KEY).digest("party", b"a@b.example")
    assert digest != VAULT.digest("party", b"a@c.example")
    assert digest != VAULT.digest("session", b"a@b.example")
    assert digest != Vault(b"x" * 32).digest("party", b"a@b.example")


def test_a_digest_key_seals_nothing() -> None:
    sealed = VAULT.seal(SECRET, "party/1")
    assert VAULT.digest("party", SECRET) not in sealed


def test_a_vault_shows_nothing_of_its_key_and_does_not_leave_the_process() -> None:
    assert repr(VAULT) == "Vault()"
    assert "kkkk" not in f"{VAULT!r}{VAULT}"
    with pytest.raises(TypeError):
        pickle.dumps(VAULT)


def test_the_error_says_nothing_of_the_value() -> None:
    with pytest.raises(NotOpened) as caught:
        VAULT.open(SECRET * 20, "report/张小鸣")
    assert "张" not in str(caught.value)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(Problem, match="31 bytes, not 32"):
        Vault(b"k" * 31)
