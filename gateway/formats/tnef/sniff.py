"""Which bytes are a `winmail.dat` ([MS-OXTNEF] section 2.1.3.1)."""

from gateway.formats import Rank

_SIGNATURE = b"\x78\x9f\x3e\x22"


def sniff(data: bytes) -> Rank:
    return "sure" if data.startswith(_SIGNATURE) else "no"
