"""What of a scan is done, in a file: a scan that was stopped goes on where it was.

A line for each mail: which one, as a digest, and what `scan --json` says of it. A line is written when the mail is
done; one that was cut off is done again. What was judged by other rules or reports than those of now is judged again.

In: a path. Out: outcomes by mail. Raises: Problem for a file that is none of ours, or cannot be written.
"""

import contextlib
import hashlib
import json
import os
import stat
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from gateway.errors import Problem
from gateway.service.scan.judging import Outcome
from gateway.service.scan.sources import MailPlace

_FORM = 1
_SYNCED = 2.0


class ScanProgress:
    """One file, held open and locked by nobody: two scans that write one would each do all of it."""

    def __init__(self, path: Path, judged_by: str) -> None:
        self._path = path
        self.stale = 0
        """How many mails were judged by other rules or reports."""
        self._done: dict[str, Outcome] = {}
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
            self._descriptor = os.open(path, flags, 0o600)
        except OSError as error:
            raise self._problem(f"cannot be written ({error.strerror})") from error
        try:
            if not stat.S_ISREG(os.fstat(self._descriptor).st_mode):
                raise self._problem("is no regular file")
            self._read(judged_by)
        except BaseException:
            self.close()
            raise
        self._synced = time.monotonic()

    def outcome(self, place: MailPlace) -> Outcome | None:
        """What became of it, where it is done."""
        return self._done.get(_key(place))

    def add(self, place: MailPlace, outcome: Outcome) -> None:
        """It is done."""
        line: dict[str, Any] = {"mail": _key(place)}
        if outcome.found is not None:
            line["found"] = outcome.found
        self._append(line)
        if time.monotonic() - self._synced > _SYNCED:
            os.fsync(self._descriptor)
            self._synced = time.monotonic()

    def close(self) -> None:
        """Nothing more is written."""
        with contextlib.suppress(OSError):
            os.fsync(self._descriptor)
        os.close(self._descriptor)

    def _read(self, judged_by: str) -> None:
        head = {"hushgate_scan": _FORM, "judged_by": judged_by}
        with open(self._descriptor, "rb", closefd=False) as file:
            first = file.readline()
            if first.strip() and not _is_ours(first):
                raise self._problem("is not the state of a scan")
            if first and _parsed(first) == head:
                whole = len(first)
                for line in file:
                    entry = _parsed(line) if line.endswith(b"\n") else None
                    if entry is None or "mail" not in entry:
                        break
                    self._done[str(entry["mail"])] = Outcome(entry.get("found"))
                    whole += len(line)
                os.ftruncate(self._descriptor, whole)
                os.lseek(self._descriptor, 0, os.SEEK_END)
                return
            self.stale = sum(1 for _ in file)
        os.ftruncate(self._descriptor, 0)
        os.lseek(self._descriptor, 0, os.SEEK_SET)
        self._append(head)

    def _append(self, line: Mapping[str, Any]) -> None:
        rest = memoryview(
            json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"
        )
        while rest:
            rest = rest[os.write(self._descriptor, rest) :]

    def _problem(self, wrong: str) -> Problem:
        return Problem(str(self._path), wrong, "name a file that is not there yet, or one that --resume made")


def _key(place: MailPlace) -> str:
    return hashlib.blake2b(place.name.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def _is_ours(line: bytes) -> bool:
    found = _parsed(line)
    return found is not None and found.get("hushgate_scan") == _FORM


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        found = msgspec.json.decode(line)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None
