"""The configuration's files that all processes go by, and those that they may go by next.

Each lot has a number and a folder of its own, where it stays as it was found good. The folder is in the service's
temporary one: whoever tidies up there costs nothing, for it is written anew.

In: the configuration folder and the environment. Raises: Problem with `FILE:LINE` as a person knows the file.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from gateway.errors import HushgateError, Problem
from gateway.notices.templates import words_of
from gateway.policy import watching_notes
from gateway.service.config_snapshot import NAMES, Snapshot, Stamp, stamp_of, stamps, taken
from gateway.service.private_file import write_private
from gateway.service.rules import POLICY_FILE, policy_of
from gateway.settings.settings import STAFF_COPY, Settings, load
from gateway.telemetry.log import tell


class NotTaken(HushgateError):
    """A process cannot take files that were found good; its text says why."""


@dataclass(frozen=True, slots=True)
class ConfigCopy:
    """One lot. `policy` is the digest of its rules; `others` says how the files stood that its settings name,
    `staff` what the staff directory said: who is started later finds it as it was, whatever became of the file."""

    number: int
    snapshot: Snapshot
    folder: Path
    settings: Settings
    policy: str
    others: Stamp
    staff: bytes | None = field(default=None, repr=False)

    def written(self) -> Path:
        """The folder, with the files in it; written is what somebody tidied up. Raises: OSError."""
        self.snapshot.write(self.folder)
        staff = self.folder / STAFF_COPY
        if self.staff is not None and not staff.exists():
            write_private(staff, self.staff)
        return self.folder


class FilesInForce:
    """`now` is what holds; `stamp` how the files stood when they were last read."""

    def __init__(self, config: Path, environ: Mapping[str, str], folder: Path) -> None:
        self._config, self._environ, self._folder = config, environ, folder / "files"
        self.last = 0
        self._others: tuple[str, ...] = ()
        self.stamp: Stamp = ()
        self.now = self._read(taken(config))
        self._tell()

    def stamp_now(self) -> Stamp:
        """How they stand."""
        return stamp_of(self._config, self._others)

    def read(self, *, asked: bool) -> ConfigCopy | None:
        """What stands in the files, found good. None where it is what holds and nobody `asked`. Raises Problem."""
        self.stamp = self.stamp_now()
        snapshot = taken(self._config, self._others)
        self.stamp = snapshot.stamp
        if not asked:
            if snapshot.files == self.now.snapshot.files and stamps(_named(self.now.settings)) == self.now.others:
                return None
            lost = POLICY_FILE in self.now.snapshot.says_something() - snapshot.says_something()
            if lost:  # rules that forget everything are seldom meant
                remedy = "put it back; where the packaged rules are meant, send SIGHUP"
                raise Problem(str(self._config / POLICY_FILE), "is gone or empty", remedy)
        return self._read(snapshot)

    def take(self, fresh: ConfigCopy) -> None:
        """It holds from now on."""
        self.now = fresh
        self._tell()

    def _tell(self) -> None:
        """Say that mail passes, where the rules only watch."""
        for note in watching_notes(policy_of(self.now.folder)):
            tell("OnlyWatching", f"hushgate: {note}")

    def forget(self, before: int) -> None:
        """Lots with lower numbers are nobody's any more."""
        for folder in list(self._folder.glob("*")):  # none where somebody tidied up
            if folder.name.isdecimal() and int(folder.name) < min(before, self.now.number):
                shutil.rmtree(folder, ignore_errors=True)

    def in_their_own_words(self, problem: str, fresh: ConfigCopy) -> str:
        """A problem of a copy, as one of the file that it is of."""
        return problem.replace(str(fresh.folder), str(self._config))

    def _read(self, snapshot: Snapshot) -> ConfigCopy:
        if self.last and self.last != self.now.number:  # refused, and read again each few seconds until it is good
            shutil.rmtree(self._folder / str(self.last), ignore_errors=True)
        self.last += 1
        folder = self._folder / str(self.last)
        try:
            snapshot.write(folder)
        except OSError as error:
            raise Problem(str(folder), f"cannot be written ({error.strerror})", "make room") from error
        try:
            settings, policy = load(folder, self._environ, self._config), policy_of(folder)
            words_of(folder)
        except Problem as problem:
            raise Problem(
                problem.place.replace(str(folder), str(self._config)), problem.wrong, problem.remedy
            ) from None
        # What the settings name is watched too, also where it turns out that it is what cannot be taken.
        self._others = _named(settings)
        others = stamps(self._others)
        self.stamp = (*snapshot.stamp[: len(NAMES)], *others)
        fresh = ConfigCopy(self.last, snapshot, folder, settings, policy.digest, others, _staff_of(settings))
        fresh.written()
        return fresh


def _named(settings: Settings) -> tuple[str, ...]:
    staff = settings.organization.staff
    return (staff,) if staff else ()


def _staff_of(settings: Settings) -> bytes | None:
    if not settings.organization.staff:
        return None
    path = Path(settings.organization.staff)
    try:
        return path.read_bytes()
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "name a readable file as staff") from error


def refusal(fault: Exception) -> HushgateError:
    """Why files are not taken. The text of what we did not foresee may quote one, so its kind alone is told."""
    return fault if isinstance(fault, HushgateError) else NotTaken(f"fault of the program: {type(fault).__name__}")


def place_in(problem: str) -> str:
    """The last part of `/etc/hushgate/policy.toml:3: …`: the file's name and line."""
    place = problem.split(": ", 1)[0]
    return Path(place).name[:60]
