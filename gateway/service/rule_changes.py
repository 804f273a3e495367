"""Says in the audit log which rules are in force: an entry whenever a file is another one than it was before, at a
start and at a reload alike; and one where a file was changed and could not be taken."""

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from gateway.service.rules import POLICY_FILE
from gateway.service.wiring import Application
from gateway.settings.settings import FILE as SETTINGS_FILE
from gateway.storage.audit_protocols import AuditFilter

EVENT = "rules_changed"
REFUSED = "rules_refused"


def note_changes(house: Application, config: Path, process: str) -> int:
    """How many files changed since the log last spoke of them. `config` has them as they were taken. Raises
    StoreUnavailable."""
    audit, count = house.store.audit, 0
    for file, digest in _in_force(house, config):
        before = audit.find(AuditFilter(events=(EVENT,), subject=file), None, 1)
        known = str(json.loads(before[0].detail).get("after", "")) if before else ""
        if known != digest:
            facts: dict[str, str | int] = {"before": known, "after": digest, "process": process, "pid": os.getpid()}
            audit.append("service", EVENT, file, facts)
            count += 1
    return count


def note_refused(house: Application, place: str) -> None:
    """There is a mistake at this place (FILE:LINE), and the rules of before hold. Raises StoreUnavailable."""
    facts: dict[str, str | int] = {"in_force": house.policy.digest, "process": "inspector", "pid": os.getpid()}
    house.store.audit.append("service", REFUSED, place, facts)


def _in_force(house: Application, config: Path) -> Iterator[tuple[str, str]]:
    """Each file and its digest. That of the rules is the one that each decision names; no digest tells a secret."""
    yield POLICY_FILE, house.policy.digest
    for name, path in ((SETTINGS_FILE, config / SETTINGS_FILE), ("organization.staff", _staff(house))):
        if path is not None:
            yield name, _digest(path)


def _staff(house: Application) -> Path | None:
    staff = house.settings.organization.staff
    return Path(staff) if staff else None


def _digest(path: Path) -> str:
    """SHA-256 of a file; empty where it is not there."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""
