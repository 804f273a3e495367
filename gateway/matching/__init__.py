"""Whose mail is this: which open reports a message concerns, and through which recipient. One look-up."""

from gateway.matching.by_envelope import by_envelope, concerns_nobody

__all__ = ["by_envelope", "concerns_nobody"]
