"""The master key: made once, whole, for nobody else's eyes."""

import base64
import stat
import threading
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.vault.keys import load_key

KEY = bytes(range(32))


def write(path: Path, text: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(text)
    path.chmod(mode)
    return path


def test_the_first_start_makes_a_key_that_later_starts_find(tmp_path: Path) -> None:
    path = tmp_path / "var" / "master.key"
    first = load_key(path, create=True)
    assert len(first) == 32
    assert load_key(path, create=False) == first


def test_nobody_else_may_read_the_key_or_its_folder(tmp_path: Path) -> None:
    path = tmp_path / "var" / "master.key"
    load_key(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_two_installations_have_different_keys(tmp_path: Path) -> None:
    assert load_key(tmp_path / "a", create=True) != load_key(tmp_path / "b", create=True)


def test_many_that_start_at_once_agree_on_one_key(tmp_path: Path) -> None:
    path, found, gate = tmp_path / "var" / "master.key", [], threading.Barrier(8)

    def start() -> None:
        gate.wait()
        found.append(load_key(path, create=True))

    threads = [threading.Thread(target=start) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [entry.name for entry in path.parent.iterdir()] == ["master.key"]


def test_the_environment_goes_before_the_file_and_leaves_it_alone(tmp_path: Path) -> None:
    assert load_key(tmp_path / "k", base64.b64encode(KEY).decode() + "\n", create=True) == KEY
    assert not (tmp_path / "k").exists()


def test_a_key_that_is_gone_is_not_replaced_while_its_store_is_there(tmp_path: Path) -> None:
    with pytest.raises(Problem, match=r"master\.key: the key file is missing.*backup"):
        load_key(tmp_path / "master.key", create=False)
    assert not (tmp_path / "master.key").exists()


@pytest.mark.parametrize("text", [b"garbage", b"", base64.b64encode(b"short")])
@pytest.mark.parametrize("place", ["file", "environment"])
def test_a_garbage_key_beside_a_store_is_to_be_restored_and_never_made_anew(
    tmp_path: Path, text: bytes, place: str
) -> None:
    path = write(tmp_path / "k", text)
    given = (text.decode() or "x") if place == "environment" else ""
    with pytest.raises(Problem, match=r"restore it from a backup") as raised:
        load_key(path, given, create=False)
    assert "urandom" not in str(raised.value)
    with pytest.raises(Problem, match="urandom"):
        load_key(path, given, create=True)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620])
def test_a_key_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    path = write(tmp_path / "k", base64.b64encode(KEY), mode)
    with pytest.raises(Problem, match=rf"used by others \(mode {mode:04o}\); chmod 600"):
        load_key(path, create=True)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (b"", "0 bytes, not 32"),
        (base64.b64encode(KEY[:31]), "31 bytes, not 32"),
        (base64.b64encode(KEY + b"x"), "33 bytes, not 32"),
        (b"not base64 at all!", "not base64"),
        (b"\xff\xfe" * 20, "not base64"),
    ],
)
def test_a_key_of_the_wrong_form_is_refused_and_not_quoted(tmp_path: Path, text: bytes, why: str) -> None:
    path = write(tmp_path / "k", text)
    with pytest.raises(Problem, match=why) as caught:
        load_key(path, create=True)
    assert not text or text.decode("ascii", "replace") not in str(caught.value)


def test_a_wrong_key_in_the_environment_names_the_variable_and_not_the_key() -> None:
    with pytest.raises(Problem, match=r"^HUSHGATE_STORAGE__KEY: the key has 6 bytes") as caught:
        load_key(Path("unused"), "Z2VoZWlt", create=True)
    assert "Z2VoZWlt" not in str(caught.value)


def test_a_folder_in_place_of_the_key_is_one_clear_problem(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="key file"):
        load_key(tmp_path, create=True)


def test_a_folder_that_cannot_be_made_is_one_clear_problem(tmp_path: Path) -> None:
    write(tmp_path / "file", b"")
    with pytest.raises(Problem, match=r"key file cannot be (made|read)"):
        load_key(tmp_path / "file" / "master.key", create=True)
