"""What would become of one mail of the past now: nothing is sent, stored or counted, and nobody is named.

In: where a mail stands. Out: `Outcome`. Raises: StoreUnavailable; what else goes wrong with one mail is its outcome.
"""

import contextlib
import os
import threading
from dataclasses import dataclass, replace
from typing import Any

from gateway.console.masking import Masking
from gateway.errors import OutOfTime, StoreUnavailable, Unavailable
from gateway.inspection.limits import Limiter
from gateway.inspection.serialize import findings_as_json
from gateway.inspection.triage import audience, unrelated_by_cache, unrelated_by_index
from gateway.intake.masking import mask
from gateway.model import Envelope, Examination, Fingerprints
from gateway.model.deadline import Deadline
from gateway.sandbox.users import READER, user_of
from gateway.service.budget import budget_of
from gateway.service.inspector.engine import envelope_for, examine_content
from gateway.service.scan import mbox
from gateway.service.scan.envelopes import WrittenEnvelope
from gateway.service.scan.skimmer import Skimmed, Skimmer
from gateway.service.scan.sources import MailPlace, opened, reading_at
from gateway.service.searching import Searching
from gateway.service.wiring import Application
from gateway.telemetry.events import unexpected
from gateway.text.covering import printable

_NOBODY = "unknown@recipient.invalid"
"""Whom a mail went to that names nobody: somebody outside whom no report knows, so that its content alone counts."""
_BOM = b"\xef\xbb\xbf"
_TRIES = 2


@dataclass(frozen=True, slots=True)
class Outcome:
    """Of one mail: `found` as `scan --json` shows it, or `why` it could not be judged; neither where it would pass."""

    found: dict[str, Any] | None = None
    why: str = ""


class _CannotRead(Exception):
    """One mail cannot be judged; the text says why and quotes nothing of it."""


class Judge:
    """For one process; safe from a few threads. The readers are those of `house`, one at a time."""

    def __init__(self, house: Application) -> None:
        self._house = house
        house.reader(most=1)
        self._tools = replace(house.tools(), limiter=Limiter())  # who guesses is stopped when mail is sent, not here
        self._most = house.settings.smtp.max_size
        self._seconds = budget_of(house.settings)
        self._searching = Searching(house)
        user = user_of(house.settings.service.reader_user, READER)
        self._skimmer = Skimmer(house.settings.reader.memory_mb, user)
        self._skimming = threading.Lock()

    def outcome(self, place: MailPlace) -> Outcome:
        """See the module."""
        try:
            content = self._content(place)
            skimmed = self._skimmed(content)
            written = skimmed.written
            if not written.is_mail:
                raise _CannotRead("is no mail: it begins with no field of one")
            envelope = envelope_for(written.sender, written.recipients or (_NOBODY,))
            if self._is_nobodys(envelope, skimmed.fingerprints):
                return Outcome()
            examination = examine_content(content, envelope, self._tools, Deadline.after(self._seconds))
        except _CannotRead as error:
            return Outcome(why=str(error))
        except StoreUnavailable:
            raise
        except (Unavailable, OutOfTime):
            return Outcome(why="could not be inspected within the limits of time and memory")
        except MemoryError:
            return Outcome(why="took too much memory")
        except Exception as error:  # a fault of ours costs one mail; its text may quote one
            where = unexpected(error)
            return Outcome(why=f"internal error {where.exception} at {where.module}:{where.line}")
        return Outcome(self._shown(place, written, examination)) if is_stopped(examination) else Outcome()

    def close(self) -> None:
        """End the process that skims."""
        self._skimmer.close()

    def _content(self, place: MailPlace) -> bytes:
        """As it would come over the wire: without what a file adds, with the line ends of mail."""
        try:
            descriptor, state = opened(place.path)
        except OSError as error:
            raise _CannotRead(error.strerror or "cannot be opened") from None
        with contextlib.closing(os.fdopen(descriptor, "rb")):
            length = state.st_size - place.start if place.length < 0 else place.length
            if length > self._most:
                raise _CannotRead(f"is larger than smtp.max_size ({length} octets)")
            try:
                content = reading_at(descriptor)(place.start, length)
            except OSError as error:
                raise _CannotRead(error.strerror or "cannot be read") from None
        if len(content) < length:
            raise _CannotRead("was cut short while it was read")
        if place.is_of_box:
            content = mbox.unquoted(content)
        content = content.removeprefix(_BOM)
        if content.startswith((b"From ", b">From ")):  # some programs leave the line of an mbox in a file of its own
            content = content.partition(b"\n")[2]
        if not content.strip():
            raise _CannotRead("is empty")
        return content.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")

    def _skimmed(self, content: bytes) -> Skimmed:
        """Once more by another process where one ended: it may have been the machine's fault."""
        for count in range(_TRIES):
            with self._skimming:
                try:
                    return self._skimmer.skim(content)
                except TimeoutError:
                    raise _CannotRead("took too long to read") from None
                except EOFError:
                    if count == _TRIES - 1:
                        raise _CannotRead("ended the process that read it") from None
        raise AssertionError("unreachable")

    def _is_nobodys(self, envelope: Envelope, fingerprints: Fingerprints | None) -> bool:
        tools = self._tools
        tools.reports.learn()
        tools.marks.learn()
        tools.callings.learn()
        if unrelated_by_cache(envelope, fingerprints, tools):
            return True
        return unrelated_by_index(envelope, audience(envelope, tools), fingerprints, tools)

    def _shown(self, place: MailPlace, written: WrittenEnvelope, examination: Examination) -> dict[str, Any]:
        """What is said of a mail, everything of a reporter covered in it."""
        decision = examination.decision
        reports = list(dict.fromkeys(match.report for match in examination.matches))
        masking = Masking.of(
            examination.reading, examination.findings, lambda reading: self._searching.found(reading, reports)
        )
        recipients = [self._recipient(one) for one in written.recipients]
        path, *addresses = masking.texts([printable(place.path), *map(printable, recipients)], "file_name")
        found: dict[str, Any] = {
            "file": path,
            "number": place.number,
            "date": written.date or None,
            "recipients": addresses,
            "action": decision.action,
            "rule": decision.rule,
            "reports": reports,
            "findings": findings_as_json(examination.findings, decision.rules, examination.reading),
        }
        if decision.would is not None:
            found["would"] = {"action": decision.would, "rule": decision.would_rule}
        return found

    def _recipient(self, address: str) -> str:
        known = self._house.store.reports.open_for([address])
        return mask("address", address) if any(relation == "reporter" for _, _, relation in known) else address


def is_stopped(examination: Examination) -> bool:
    """Whether the rules would not let it go as it was, where they only watch too."""
    decision = examination.decision
    return decision.action != "pass" or decision.would not in (None, "pass")
