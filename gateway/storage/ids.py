"""Our own ids of what is stored: nobody can guess one, and everybody can read one out over a telephone."""

import secrets

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"  # base32, RFC 4648


def new_id(sort: str) -> str:
    """A letter for what it is of, and ten at random: `Q-7M3K…`."""
    return f"{sort}-" + "".join(secrets.choice(_ALPHABET) for _ in range(10))
