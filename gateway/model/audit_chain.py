"""The audit log's hash chain: one canonical form, one digest, for whoever writes it and whoever checks it.

Each entry is the SHA-256 (lower-case hex) of the JSON object of its fields and of the digest before it: keys sorted, no
spaces, everything beyond ASCII escaped. `detail` goes in as the string that is stored, so that checking never has to
write JSON as somebody else did. Pure, standard library only: a court can run it.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

GENESIS = "0" * 64
"""What the first entry names as the digest before it."""


def canonical(value: Mapping[str, Any]) -> str:
    """The one way to write this object as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def link(seq: int, at: str, actor: str, event: str, subject: str, detail: str, previous: str) -> str:
    """The digest of one entry."""
    fields: dict[str, str | int] = {
        "seq": seq,
        "at": at,
        "actor": actor,
        "event": event,
        "subject": subject,
        "detail": detail,
        "previous": previous,
    }
    return hashlib.sha256(canonical(fields).encode("ascii")).hexdigest()


def checkpoint_statement(seq: int, at: str, digest: str, previous: int) -> bytes:
    """What is signed of an entry: with its digest all before it. `previous` is the entry of the checkpoint before this
    one (0: none), so that no checkpoint can be left out in the middle."""
    fields: dict[str, str | int] = {
        "statement": "hushgate audit checkpoint 1",
        "seq": seq,
        "at": at,
        "digest": digest,
        "previous": previous,
    }
    return canonical(fields).encode("ascii")


def export_statement(seq: int, at: str, digest: str, sha256: str) -> bytes:
    """What is signed at the end of an export: its newest entry, and the SHA-256 of all lines before the signature."""
    fields: dict[str, str | int] = {
        "statement": "hushgate audit export 1",
        "seq": seq,
        "at": at,
        "digest": digest,
        "sha256": sha256,
    }
    return canonical(fields).encode("ascii")
