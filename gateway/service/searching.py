"""What the detectors find of a message's reports in texts that are about to be shown to a reviewer."""

from collections.abc import Sequence

from gateway.detection import detect
from gateway.errors import Abandoned, Late
from gateway.inspection.tools import Subjects
from gateway.model import Finding, Location, Reading
from gateway.model.deadline import Deadline
from gateway.service.wiring import Application

_SECONDS = 20.0


class Searching:
    """Compiled reports are kept from one page to the next."""

    def __init__(self, house: Application) -> None:
        self._house = house
        self._subjects = Subjects(house.store.reports, size=200)

    def found(self, reading: Reading, reports: Sequence[str]) -> tuple[Finding, ...]:
        """Down to the threshold of the proof: what a rewriting would take out is covered too. Blocks. What it
        had no time for is one finding of the kind `uninspectable`."""
        subjects = self._subjects.all(tuple(reports))
        if not subjects:
            return ()
        least = self._house.policy.proof_threshold
        try:
            return detect(reading, subjects, least, deadline=Deadline.after(_SECONDS))
        except (Abandoned, Late):
            return (Finding("uninspectable", subjects[0].report, Location(""), None, "search_timed_out", 1.0),)
