"""A file of a report: what it is called, and its bytes when somebody asks for them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from gateway.errors import Problem

MOST_BYTES = 64 * 1024 * 1024
"""Of one file that a report names: what a relay would not carry need not be recognised."""


@dataclass(frozen=True, slots=True)
class HandedIn:
    """`content` gives the bytes; it raises Problem at `place` where they cannot be read."""

    name: str
    content: Callable[[str], bytes] = field(repr=False)


FindFile = Callable[[str, str, str], HandedIn]
"""(name as the report has it, key that names it, place of the report). Raises Problem where there is none."""


def on_disk(path: Path) -> HandedIn:
    """A file of this machine."""

    def content(place: str) -> bytes:
        try:
            return path.read_bytes()
        except OSError as error:
            raise Problem(place, f"{path.name} cannot be read ({error.strerror})", "make the file readable") from error

    return HandedIn(path.name, content)


def beside(folder: Path) -> FindFile:
    """Files named relative to a folder."""

    def find(name: str, key: str, place: str) -> HandedIn:
        path = folder / name
        if not path.is_file():
            remedy = "give its path relative to that file"
            raise Problem(place, f"{key}: no file {name!r} beside the JSONL file", remedy)
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(name, key, place)
        return on_disk(path)

    return find


def among(files: dict[str, bytes]) -> FindFile:
    """Files that came along, by their names; by the last part of one where that is enough to tell it."""
    last: dict[str, list[str]] = {}
    for name in files:
        last.setdefault(PurePosixPath(name).name, []).append(name)

    def find(name: str, key: str, place: str) -> HandedIn:
        base = PurePosixPath(name).name
        named = name if name in files else next(iter(last.get(base, ())), "") if len(last.get(base, ())) == 1 else ""
        if not named:
            raise Problem(place, f"{key}: no file {name!r} was sent along", "send it as a part with this filename")
        data = files[named]
        if len(data) > MOST_BYTES:
            raise _too_large(name, key, place)
        return HandedIn(base, lambda place: data)

    return find


def _too_large(name: str, key: str, place: str) -> Problem:
    return Problem(place, f"{key}: {name!r} is over {MOST_BYTES >> 20} MiB", "split it, or leave it out")
