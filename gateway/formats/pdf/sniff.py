"""Which bytes are a PDF (ISO 32000-1 section 7.5.2)."""

from gateway.formats import Rank

START = b"%PDF-"
_SEARCHED = 1024


def sniff(data: bytes) -> Rank:
    if data.startswith(START):
        return "sure"
    return "maybe" if START in data[:_SEARCHED] else "no"
