"""A note beside the key of how far the audit log had come: a store that was set back has a shorter log than that, or
another one, and its own chain does not know.

The note is under the store's key, so that only who has it can write one. It never goes back by itself: `restore` says
in the log that the store was set back, and then notes anew.

In: the store and its key. Out: the note, or what is wrong. Nothing is raised where it cannot be written: the log itself
holds without it.
"""

import contextlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from gateway.service.private_file import write_private
from gateway.service.wiring import Application
from gateway.settings.settings import Storage
from gateway.storage.audit_protocols import AuditFilter

NAME = "audit-anchor"


@dataclass(frozen=True, slots=True)
class Anchor:
    """An entry that there was."""

    seq: int
    digest: str


def anchor_file(storage: Storage) -> Path:
    """Where the note lies."""
    return Path(os.path.abspath(storage.key_file)).parent / NAME


def anchor_of(house: Application) -> Anchor | None:
    """What was noted; None where nothing was, or not under this key."""
    try:
        said = json.loads(anchor_file(house.settings.storage).read_text(encoding="ascii"))
        anchor = Anchor(int(said["seq"]), str(said["digest"]))
        seal = bytes.fromhex(said["seal"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return anchor if hmac.compare_digest(seal, _seal(house, anchor)) else None


def note_anchor(house: Application, *, anew: bool = False) -> None:
    """Note the newest entry. `anew`: also where more was noted before."""
    seq, digest, good = house.store.audit.head()
    before = anchor_of(house)
    if not good or (before is not None and before.seq >= seq and not anew):
        return
    anchor = Anchor(seq, digest)
    text = json.dumps({"seq": seq, "digest": digest, "seal": _seal(house, anchor).hex()})
    with contextlib.suppress(OSError):
        write_private(anchor_file(house.settings.storage), f"{text}\n".encode("ascii"))


def set_back(house: Application) -> str:
    """What is wrong with the log by the note, in words; empty where nothing is."""
    anchor = anchor_of(house)
    if anchor is None:
        return ""
    seq, _, _ = house.store.audit.head()
    if seq < anchor.seq:
        return f"the store was set back: the log had {anchor.seq} entries, and has {seq}"
    entry = next(iter(house.store.audit.find(AuditFilter(), before=anchor.seq + 1, most=1)), None)
    if entry is None or entry.digest != anchor.digest:
        return f"the store was set back: entry {anchor.seq} is not the one that was there"
    return ""


def _seal(house: Application, anchor: Anchor) -> bytes:
    return hmac.digest(house.anchor_key, f"{anchor.seq}:{anchor.digest}".encode(), "sha256")
