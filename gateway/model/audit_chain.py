"""The audit log's hash chain: one canonical form, one digest, for whoever writes it and whoever checks it.

Each entry is the SHA-256 (lower-case hex) of the JSON object of its fields and of the digest before it: keys sorted, no
spaces, everything beyond ASCII escaped. `detail` goes in as the string that is stored, so that checking never has to
write JSON as somebody else did. Pure, standard library only: a court can run it.
"""

import hashlib
import json
from collections.abc import Mapping

GENESIS = "0" * 64
"""What the first entry names as the digest before it."""


def canonical(value: Mapping[str, str | int]) -> str:
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
