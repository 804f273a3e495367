"""The small Ed25519 of the verifier says what the library says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.verify_export import ORDER, is_signed
from gateway.vault.signing import SigningKey
from gateway.vault.signing import is_signed as is_signed_by_library

# RFC 8032, section 7.1: public key, message, signature
RFC = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24"
        "655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aee"
        "b00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28d"
        "c027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), RFC)
def test_the_examples_of_the_standard_hold(key: str, message: str, signature: str) -> None:
    signed = bytes.fromhex(signature)
    assert is_signed(bytes.fromhex(key), bytes.fromhex(message), signed)
    assert not is_signed(bytes.fromhex(key), bytes.fromhex(message) + b"x", signed)


@settings(deadline=None, max_examples=25)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=99), st.integers(0, 63), st.integers(0, 7))
def test_it_agrees_with_the_library(seed: bytes, message: bytes, place: int, bit: int) -> None:
    key = SigningKey(seed)
    signature = bytearray.fromhex(key.sign(message))
    public = bytes.fromhex(key.public)
    assert is_signed(public, message, bytes(signature))
    signature[place] ^= 1 << bit
    assert not is_signed(public, message, bytes(signature))
    assert not is_signed_by_library(key.public, message, signature.hex())


def test_a_signature_has_one_form() -> None:
    """A number that is larger by the order of the group would give the same point."""
    key = SigningKey(b"s" * 32)
    signature = bytes.fromhex(key.sign(b"m"))
    number = int.from_bytes(signature[32:], "little") + ORDER
    assert number < 2**256
    assert not is_signed(bytes.fromhex(key.public), b"m", signature[:32] + number.to_bytes(32, "little"))


@pytest.mark.parametrize("key", ["", "00" * 31, "ff" * 32, "02" + "00" * 31, "01" + "00" * 30 + "80"])
def test_what_is_no_key_signs_nothing(key: str) -> None:
    signature = bytes.fromhex(SigningKey(b"s" * 32).sign(b"m"))
    assert not is_signed(bytes.fromhex(key), b"m", signature)
    assert not is_signed_by_library(key, b"m", signature.hex())
    assert not is_signed_by_library(SigningKey(b"s" * 32).public, b"m", "no hex")
