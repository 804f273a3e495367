"""Whose mail is this: which reports a message concerns, and what each recipient is to them. One look-up."""

from gateway.matching.audience import Audience, Circle, audience_of, surely_inside
from gateway.matching.by_envelope import by_envelope, concerns_nobody

__all__ = ["Audience", "Circle", "audience_of", "by_envelope", "concerns_nobody", "surely_inside"]
