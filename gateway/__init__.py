"""Hushgate: an SMTP relay that keeps the identity of a reporter out of mail to whom they reported.

The rooms, and which may import which, are drawn in `docs/architecture.md`.
"""

__version__ = "0.2.0"
