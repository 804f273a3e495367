"""What the API needs from outside, as one value: Protocols and callables that `service` gives it."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gateway.intake.importer import Imported
from gateway.model import Finding, Reading
from gateway.quarantine.release import ReleaseOutcome
from gateway.storage.audit_protocols import Audit
from gateway.storage.protocols import Quarantine, Reports
from gateway.storage.token_protocols import ApiTokens


@dataclass(frozen=True, slots=True)
class ApiDeps:
    """What the API needs. `take_in` takes (the report as an object, files by name, actor), blocks while readers read,
    and raises Problem. `inspect` takes (content, sender, recipients), blocks, and gives the object of `hushgate inspect
    --json`.

    `release` and `release_rewritten` take (held id, actor, reason); `discard` too, and blocks; `return_to_sender` takes
    (held id, actor, reason, note), blocks while the note is inspected, and says whether the sender is told.

    `search` finds what the detectors know of these reports in texts that are about to be shown.

    `most` octets of one body; `rate` requests a second and token. `clock` is the time, `seconds` runs.
    """

    tokens: ApiTokens
    reports: Reports
    quarantine: Quarantine
    audit: Audit
    take_in: Callable[[Mapping[str, Any], Mapping[str, bytes], str], Imported]
    inspect: Callable[[bytes, str, Sequence[str]], dict[str, Any]]
    release: Callable[[str, str, str], Awaitable[ReleaseOutcome]]
    release_rewritten: Callable[[str, str, str], Awaitable[ReleaseOutcome]]
    discard: Callable[[str, str, str], None]
    return_to_sender: Callable[[str, str, str, str], bool]
    search: Callable[[Reading, Sequence[str]], Sequence[Finding]]
    clock: Callable[[], datetime]
    seconds: Callable[[], float]
    emit: Callable[[object], None]
    erase_keeps_digests: bool
    most: int
    rate: int
