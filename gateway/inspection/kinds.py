"""Kinds of findings that are told apart when it is decided whom a message concerns."""

from gateway.model import Kind

UNREAD: frozenset[Kind] = frozenset(("uninspectable", "malformed"))
"""They say nothing of a reporter."""
STRONG: frozenset[Kind] = frozenset(("material", "thread", "address", "phone", "account", "government_id"))
"""They tell a report by themselves, whoever gets the message."""
BEARS_OUT: frozenset[Kind] = STRONG | {"qr_code"}
"""They bear out a report that the index only pointed to."""
