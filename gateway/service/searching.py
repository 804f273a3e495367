"""What the detectors find of a message's reports in texts that are about to be shown to a reviewer."""

from collections.abc import Sequence

from gateway.detection import detect
from gateway.inspection.tools import Subjects
from gateway.model import Finding, Reading
from gateway.model.deadline import Deadline
from gateway.service.wiring import Application

_SECONDS = 20.0


class Searching:
    """Compiled reports are kept from one page to the next."""

    def __init__(self, house: Application) -> None:
        self._house = house
        self._subjects = Subjects(house.store.reports, size=200)

    def found(self, reading: Reading, reports: Sequence[str]) -> tuple[Finding, ...]:
        """Down to the threshold of the proof: what a rewriting would take out is covered too. Blocks."""
        subjects = self._subjects.all(tuple(reports))
        if not subjects:
            return ()
        least = self._house.policy.proof_threshold
        return detect(reading, subjects, least, deadline=Deadline.after(_SECONDS))
