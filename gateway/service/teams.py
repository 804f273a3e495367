"""Of which team a sender is, as the staff directory says; the file is read when somebody first asks."""

import threading
from pathlib import Path

from gateway.errors import Problem
from gateway.settings.staff import load_staff
from gateway.text.addresses import fold_address


class Teams:
    """By folded address. A file that cannot be read now (it was checked at the start) knows no teams: that costs a
    count, and no mail."""

    def __init__(self, file: str = "") -> None:
        self._file = file
        self._known: dict[str, str] | None = None
        self._reading = threading.Lock()

    def know(self, file: str) -> None:
        """Take the teams from this file, read anew; from none where it is empty."""
        with self._reading:
            self._file, self._known = file, None

    def of(self, address: str) -> str:
        """Empty where nobody says."""
        with self._reading:
            if self._known is None:
                self._known = self._read()
            return self._known.get(fold_address(address), "")

    def _read(self) -> dict[str, str]:
        if not self._file:
            return {}
        try:
            staff = load_staff(Path(self._file))
        except Problem:
            return {}
        return {fold_address(one.address): one.team for one in staff if one.address and one.team}
