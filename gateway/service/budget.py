"""How long one inspection may take. Apart from the rest, for the supervisor watches it and inspects nothing."""

from gateway.settings.settings import Settings

DEFAULT_BUDGET = 90.0


def budget_of(settings: Settings) -> float:
    """Seconds for one inspection: what the relay waits for an answer, so that a message alone on the machine hears its
    own; and never less than reading it takes at most, and half of that again for what is searched and proved."""
    waits = float(settings.smtp.answer_seconds)
    return max(waits - min(5.0, waits / 10), 1.5 * settings.reader.seconds)


def patience_of(budget: float) -> float:
    """Seconds after which a place is lost: past its budget an inspection has stopped, or never will."""
    return budget + max(5.0, budget / 6)
