"""Walks a message down to its leaves: bytes in, a `Reading` out. Knows nobody's name."""

from gateway.model.reasons import REASONS, sentences
from gateway.reading.walk import Limits, read_file, read_mail

__all__ = ["REASONS", "Limits", "read_file", "read_mail", "sentences"]
