"""Lists in pages: how many a page has, and where it begins."""

import base64
import binascii

from gateway.api.operations import Call, QueryParameter
from gateway.api.problems import Refused

_USUAL, _MOST = 50, 200
PARAMETERS = (
    QueryParameter(
        "limit", "How many of a page", {"type": "integer", "minimum": 1, "maximum": _MOST, "default": _USUAL}
    ),
    QueryParameter("cursor", "`next` of the page before", {"type": "string"}),
)


def limit_of(call: Call) -> int:
    """How many a page has. Raises Refused."""
    written = call.in_query("limit") or str(_USUAL)
    if not written.isascii() or not written.isdigit() or len(written) > 4 or not 1 <= int(written) <= _MOST:
        raise Refused(422, "limit", f"limit is a number from 1 to {_MOST}")
    return int(written)


def cursor_of(call: Call) -> str:
    """What a page begins behind; empty for the first. Raises Refused."""
    written = call.in_query("cursor")
    try:
        return base64.b64decode(written.encode("ascii"), altchars=b"-_", validate=True).decode("utf-8")
    except (binascii.Error, ValueError):
        raise Refused(422, "cursor", "cursor is not the `next` of a page") from None


def cursor(after: str) -> str:
    """The same as it goes out."""
    return base64.urlsafe_b64encode(after.encode("utf-8")).decode("ascii")
