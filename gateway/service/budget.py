"""How long one inspection may take. Apart from the rest, for the supervisor watches it and inspects nothing."""

from gateway.model.deadline import CLOCK
from gateway.settings.settings import Settings

DEFAULT_BUDGET = 225.0
_SHARE = 1.25


def budget_of(settings: Settings) -> float:
    """Seconds for one inspection: what the relay waits for an answer, so that a message alone on the machine hears its
    own; and never less than reading it takes at most on a busy machine, and a quarter of that again for what is
    searched and proved. What is late for the relay is there for the retry."""
    waits = float(settings.smtp.answer_seconds)
    return max(waits - min(5.0, waits / 10), _SHARE * CLOCK * settings.reader.seconds)


def patience_of(budget: float) -> float:
    """Seconds after which a place is lost: past its budget an inspection has stopped, or never will."""
    return budget + max(5.0, budget / 6)
