"""`hushgate audit export`: it is in the log before a byte of it is written, and its file is whole or not there."""

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Literal

from gateway.audit.export import Survey, survey, write_bundle, write_page
from gateway.storage.audit_protocols import Audit, AuditFilter

ExportFormat = Literal["jsonl", "html"]


def export_log(audit: Audit, actor: str, kind: ExportFormat, to: Path, wanted: AuditFilter, reason: str = "") -> Survey:
    """What was found in the log that was written to `to`. With a `reason` sealed texts are opened. Raises OSError."""
    folder = to.absolute().parent
    descriptor, draft = tempfile.mkstemp(prefix=f".{to.name}.", dir=folder)  # mode 0600
    try:
        facts: dict[str, str | int] = {"format": kind, "revealed": int(bool(reason))}
        newest = audit.append_signed(actor, "log_exported", "", facts, reason)
        found = survey(audit, newest)
        if kind == "jsonl":
            with open(descriptor, "wb") as file:
                write_bundle(file, audit, newest, found, bool(reason))
                file.flush()
                os.fsync(file.fileno())
        else:
            with open(descriptor, "w", encoding="utf-8", errors="backslashreplace") as page:
                write_page(page, audit, newest, found, wanted, bool(reason))
        os.replace(draft, to)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise
    return found
