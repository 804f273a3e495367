"""An envelope without what must not go on: parameters that are optional, and the client's name in our `Received`.

RFC 3461 (ENVID, ORCPT, RET, NOTIFY) and RFC 4954 section 5 (AUTH): no server needs any of them to deliver. RFC 5321
section 4.4: the FROM clause may be the address literal alone.

In: an envelope or paths, and an amendment. Out: the same without. Pure.
"""

import re
from collections.abc import Container
from dataclasses import replace

from gateway.model import Amendment, Envelope

_NAMED = re.compile(rb"\AReceived: from (\S+)(?:\s+\((\[[0-9A-Za-z:.]+\])\))?")


def keyword(parameter: str) -> str:
    """`ENVID` of `ENVID=QQ314159`."""
    return parameter.partition("=")[0].upper()


def amended(envelope: Envelope, amendment: Amendment) -> Envelope:
    """The envelope as it goes on."""
    return replace(
        envelope,
        parameters=kept_parameters(envelope.parameters, amendment.mail),
        recipients=tuple(
            replace(recipient, parameters=kept_parameters(recipient.parameters, dropped_of(amendment, number)))
            for number, recipient in enumerate(envelope.recipients)
        ),
        trace=(unnamed(envelope.trace) if amendment.name else envelope.trace)
        + "".join(f"{field}\r\n" for field in amendment.headers).encode("ascii"),
    )


def kept_parameters(parameters: tuple[str, ...], dropped: Container[str]) -> tuple[str, ...]:
    """Those whose keyword is not dropped."""
    return tuple(parameter for parameter in parameters if keyword(parameter) not in dropped)


def dropped_of(amendment: Amendment, number: int) -> frozenset[str]:
    """The keywords that the recipient of that number loses."""
    return frozenset(word for place, word in amendment.rcpt if place == number)


def name_in(trace: bytes) -> str:
    """The name that the client gave itself, where our field says it; empty where that is its address once more. In
    brackets anything of hexadecimal digits may stand."""
    found = _NAMED.match(trace)
    return found[1].decode("ascii", "replace") if found and found[1] != found[2] else ""


def unnamed(trace: bytes) -> bytes:
    """The field with the client's address alone, or `unknown` where that is not known."""
    found = _NAMED.match(trace)
    if found is None:
        return trace
    return trace[: found.start(1)] + (found[2] or b"unknown") + trace[found.end(1) :]
