"""What the store promises to a drill, as a small Protocol. See `protocols`."""

from datetime import timedelta
from typing import Protocol

from gateway.model.drill import DrillAnswer, DrillCase, DrillResult


class Drills(Protocol):
    """Those that run, and how the last one ended."""

    def begin(self, token: str, case: DrillCase, lasts: timedelta) -> bool:
        """False where too many run already."""
        ...

    def case(self, token: str) -> DrillCase | None:
        """None where no such drill runs."""
        ...

    def answered(self, token: str, answer: DrillAnswer) -> None:
        """What the rules said of one mail, durably. Raises: StoreUnavailable, also where the drill is over."""
        ...

    def answers(self, token: str) -> dict[str, DrillAnswer]:
        """By the name of the mail."""
        ...

    def finish(self, token: str, result: DrillResult, actor: str) -> None:
        """Nothing of it is left but an entry of the audit log, and how it ended."""
        ...

    def drop(self, token: str) -> None:
        """It never began."""
        ...

    def forget_old(self, actor: str) -> int:
        """Remove those that nobody ended in time; how many. Each is an entry of the audit log, and a drill that
        failed."""
        ...

    def last(self) -> DrillResult | None:
        """How the last one ended; without cases where it was abandoned."""
        ...
