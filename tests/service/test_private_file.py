"""A file that only we read is whole or not there, and a full disk leaves no litter beside it."""

import errno
import os
import stat
from pathlib import Path

import pytest

from gateway.service.audit_anchor import NAME, anchor_file, anchor_of, note_anchor
from gateway.service.private_file import write_private
from gateway.service.wiring import open_house


def full(descriptor: int) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")


def test_it_takes_the_place_of_what_was_there_and_is_ours_alone(tmp_path: Path) -> None:
    path = tmp_path / "note"
    path.write_text("before")
    path.chmod(0o644)
    write_private(path, b"after")
    assert path.read_bytes() == b"after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["note"]


def test_where_it_cannot_be_written_what_was_there_stays_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "note"
    write_private(path, b"before")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(path, b"after")
    assert path.read_bytes() == b"before"
    assert [one.name for one in tmp_path.iterdir()] == ["note"]


def test_a_full_disk_is_not_filled_by_notes_of_how_far_the_log_had_come(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "gateway.toml").write_text(
        f'[storage]\nurl = "sqlite:///{tmp_path}/s.db"\nkey_file = "{tmp_path}/keys/key"\n'
        '[upstream]\nhost = "localhost"\nport = 25\n'
    )
    with open_house(tmp_path, {}, new_store=True) as house:
        house.store.audit.append("t", "held", "Q-1", {})
        note_anchor(house)
        noted = anchor_of(house)
        assert noted is not None
        house.store.audit.append("t", "held", "Q-2", {})
        with monkeypatch.context() as disk:
            disk.setattr(os, "fsync", full)
            for _ in range(3):  # each half minute
                note_anchor(house)
        assert anchor_of(house) == noted
        beside = anchor_file(house.settings.storage).parent
        assert [one.name for one in beside.iterdir() if NAME in one.name] == [NAME]
        note_anchor(house)
        assert anchor_of(house) != noted
