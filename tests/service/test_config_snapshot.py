"""The files of a configuration as they stood together, and whether somebody still writes to one."""

import errno
import os
import shutil
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.service import config_snapshot
from gateway.service.config_snapshot import is_being_written, stamp_of, taken
from gateway.service.files_in_force import FilesInForce, place_in
from gateway.service.supervisor import Supervisor
from gateway.settings.staff import load_staff

SETTINGS = '[storage]\nurl = "sqlite:///var/h.db"\n[upstream]\nhost = "localhost"\nport = 25\n'
RULES = '[[rule]]\nname = "all"\naction = "{}"\n'


@pytest.fixture
def config(tmp_path: Path) -> Path:
    folder = tmp_path / "config"
    (folder / "notices").mkdir(parents=True)
    (folder / "gateway.toml").write_text(SETTINGS, "utf-8")
    (folder / "policy.toml").write_text(RULES.format("quarantine"), "utf-8")
    return folder


def force(config: Path) -> FilesInForce:
    return FilesInForce(config, {}, config.parent)


def test_a_copy_says_what_the_files_said_and_is_ours_alone(config: Path) -> None:
    now = force(config).now
    assert (now.written() / "policy.toml").read_bytes() == (config / "policy.toml").read_bytes()
    assert now.folder.stat().st_mode & 0o077 == 0
    assert now.settings.storage.url == f"sqlite:///{config.parent}/var/h.db"  # begins where the files' own folder is
    (now.folder / "policy.toml").unlink()  # somebody tidied up
    assert (now.written() / "policy.toml").exists()


def test_a_copy_that_is_there_needs_no_room(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    now = force(config).now

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert (now.written() / "policy.toml").read_bytes() == (config / "policy.toml").read_bytes()
    (now.folder / "policy.toml").unlink()
    with pytest.raises(OSError, match="No space"):
        now.written()
    assert not (now.folder / "policy.toml").exists()  # no rules are better than half of them
    monkeypatch.undo()
    assert (now.written() / "policy.toml").exists()


def test_files_that_change_while_they_are_read_are_read_again(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read, times = config_snapshot._read, [0]

    def changing(path: Path) -> bytes | None:
        if path.name == "policy.toml" and times[0] < most:
            times[0] += 1
            data = read(path)
            (config / "gateway.toml").write_text(SETTINGS + f"# {times[0]}\n", "utf-8")
            os.utime(config / "gateway.toml", ns=(times[0], times[0]))
            return data
        return read(path)

    monkeypatch.setattr(config_snapshot, "_read", changing)
    most = 3
    files = dict(taken(config).files)
    assert files["gateway.toml"].endswith(b"# 3\n")
    most, times[0] = 100, 0
    with pytest.raises(Problem, match="change while they are read"):
        taken(config)


def test_whoever_has_a_file_open_to_write_is_seen(config: Path) -> None:
    assert not is_being_written(config)
    with (config / "policy.toml").open("a", encoding="utf-8"):
        assert is_being_written(config)
    assert not is_being_written(config)
    with (config / "policy.toml").open(encoding="utf-8"):
        assert not is_being_written(config)


def test_what_holds_is_not_read_again_unless_it_is_asked_for(config: Path) -> None:
    files = force(config)
    assert files.read(asked=False) is None
    again = files.read(asked=True)
    assert again is not None
    assert again.policy == files.now.policy
    (config / "notices" / "zh.toml").write_text("[notice]\n", "utf-8")
    assert files.stamp_now() != files.stamp


def test_a_mistake_is_told_as_of_the_file_that_a_person_wrote(config: Path) -> None:
    files = force(config)
    (config / "policy.toml").write_text(RULES.format("quarantin"), "utf-8")
    with pytest.raises(Problem) as told:
        files.read(asked=False)
    assert told.value.place == f"{config}/policy.toml:3"
    assert place_in(str(told.value)) == "policy.toml:3"
    assert files.stamp == stamp_of(config)  # it is not tried again until it changes


@pytest.mark.parametrize("text", [None, "", "\n  \n"])
def test_rules_that_are_gone_or_empty_are_taken_only_when_asked_for(config: Path, text: str | None) -> None:
    files = force(config)
    if text is None:
        (config / "policy.toml").unlink()
    else:
        (config / "policy.toml").write_text(text, "utf-8")
    with pytest.raises(Problem, match="gone or empty"):
        files.read(asked=False)
    assert files.read(asked=True) is not None


def test_a_pipe_and_a_file_without_end_are_no_configuration(config: Path) -> None:
    files = force(config)
    (config / "policy.toml").unlink()
    os.mkfifo(config / "policy.toml")
    with pytest.raises(Problem):
        files.read(asked=False)  # and does not wait for a writer
    (config / "policy.toml").unlink()
    (config / "policy.toml").symlink_to("/dev/zero")
    with pytest.raises(Problem, match="more than 4 MB"):
        files.read(asked=True)


def test_copies_that_nobody_goes_by_are_removed(config: Path) -> None:
    files = force(config)
    for action in ("reject", "pass", "quarantine"):
        (config / "policy.toml").write_text(RULES.format(action), "utf-8")
        fresh = files.read(asked=False)
        assert fresh is not None
        files.take(fresh)
    files.forget(files.now.number)
    assert [path.name for path in (config.parent / "files").iterdir()] == [str(files.now.number)]


def test_copies_that_were_refused_do_not_pile_up(config: Path) -> None:
    files = force(config)
    (config / "policy.toml").write_text(RULES.format("quarantin"), "utf-8")
    for _ in range(120):  # the supervisor tries again each few seconds
        with pytest.raises(Problem):
            files.read(asked=False)
    assert len(list((config.parent / "files").iterdir())) == 2  # that which holds, and the last try
    (config / "policy.toml").write_text(RULES.format("reject"), "utf-8")
    fresh = files.read(asked=False)
    assert fresh is not None
    files.take(fresh)
    files.forget(files.now.number)
    assert [path.name for path in (config.parent / "files").iterdir()] == [str(files.now.number)]


def test_a_staff_directory_that_was_tidied_up_is_written_anew(config: Path, tmp_path: Path) -> None:
    staff, folder = tmp_path / "staff.csv", tmp_path / "service"
    staff.write_text("李晓,lx@platform.example\n", "utf-8")
    folder.mkdir()
    listens = '[smtp]\nlisten = "127.0.0.1:0"\n[console]\nlisten = "127.0.0.1:0"\n'
    (config / "gateway.toml").write_text(f'{SETTINGS}{listens}[organization]\nstaff = "{staff}"\n', "utf-8")
    supervisor = Supervisor(config, {}, folder)
    try:
        copy = supervisor._files.now.folder / "organization.staff"
        staff.write_text("文静,wj@platform.example\n", "utf-8")  # not taken over yet
        for gone in (copy, folder / "files"):
            shutil.rmtree(gone) if gone.is_dir() else gone.unlink()
            supervisor._made_again()
            assert [one.name for one in load_staff(copy)] == ["李晓"]
    finally:
        for end in (supervisor._port, supervisor._page, supervisor._asking):
            end.close()
