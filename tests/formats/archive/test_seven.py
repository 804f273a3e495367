"""The keys of encrypted 7z archives: each is derived once, and all together cost what one archive may cost."""

import random
from io import BytesIO

import py7zr
import pytest
from py7zr import compressor

from gateway.containers.password_limit import MOST_STRETCHED
from gateway.containers.zips import ArchiveTooLarge, EncryptedMember
from gateway.formats.archive import seven
from gateway.formats.archive.seven import DERIVES, _kept_keys, _Keys, unlocked


def keys() -> tuple[_Keys, list[int]]:
    derived = list[int]()

    def derive(password: bytes, power: int, salt: bytes, digest: str) -> bytes:
        derived.append(power)
        return password + salt

    return _Keys(derive), derived


def test_a_key_is_derived_once() -> None:
    known, derived = keys()
    for _ in range(300):
        assert known(b"a", 19, b"", "sha256") == b"a"
    assert known(b"a", 19, b"s", "sha256") == b"as"
    assert known(b"b", 19, b"", "sha256") == b"b"
    assert derived == [19, 19, 19]


@pytest.mark.parametrize("power", [19, 20, 23, 24, 40, 62])
def test_what_all_keys_of_an_archive_cost_is_bounded(power: int) -> None:
    known, derived = keys()
    salts = [number.to_bytes(4) for number in range(MOST_STRETCHED + 1)]
    with pytest.raises(EncryptedMember):
        _ = [known(b"a", power, salt, "sha256") for salt in salts]
    assert sum(1 << one for one in derived) <= MOST_STRETCHED << 19


def test_a_password_that_is_not_stretched_costs_next_to_nothing() -> None:
    known, derived = keys()
    for number in range(1000):
        known(b"a", 0x3F, number.to_bytes(4), "sha256")
    assert len(derived) == 1000


def test_what_py7zr_calls_is_put_back() -> None:
    before = getattr(compressor, DERIVES)
    with _kept_keys():
        assert getattr(compressor, DERIVES) is not before
    assert getattr(compressor, DERIVES) is before
    with pytest.raises(ZeroDivisionError), _kept_keys():
        raise ZeroDivisionError
    assert getattr(compressor, DERIVES) is before


def test_what_comes_out_with_wrong_passwords_is_counted_together(monkeypatch: pytest.MonkeyPatch) -> None:
    out, said = BytesIO(), random.Random(1).randbytes(100_000)
    kept = [{"id": py7zr.FILTER_COPY}, {"id": py7zr.FILTER_CRYPTO_AES256_SHA256}]
    with py7zr.SevenZipFile(out, "w", password="right", filters=kept) as archive:
        archive.writestr(said, "a.bin")
    monkeypatch.setattr(seven, "_MOST_OPENED", 350_000)
    assert [entry.data for entry in unlocked(out.getvalue(), ["one", "two", "right"])] == [said]
    with pytest.raises(ArchiveTooLarge):
        list(unlocked(out.getvalue(), ["one", "two", "three", "right"]))
