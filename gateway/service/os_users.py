"""Who is at the keyboard, as the system says it, for the audit log."""

import pwd

_NOBODY = 2**32 - 1
"""What the system says where nobody signed in, as in a container."""


def actor_of(process: int | str, user: int) -> str:
    """Who signed in to the machine, also after `su` or `sudo`, where the system knows that; else whose the process is.
    Never what a variable says, which anybody can set. `process` is a number or `self`."""
    try:
        with open(f"/proc/{process}/loginuid", encoding="ascii") as file:
            signed_in = int(file.read())
    except (OSError, ValueError):
        signed_in = _NOBODY
    user = user if signed_in == _NOBODY else signed_in
    try:
        return f"cli:{pwd.getpwuid(user).pw_name}"
    except KeyError:
        return f"cli:uid-{user}"
