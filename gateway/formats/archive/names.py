"""Names of members: every reading of their bytes, and one that can stand in a `Location`.

A zip without its UTF-8 flag says nothing of the character set: Windows in China writes GBK (APPNOTE.TXT appendix D
would have it IBM 437). In: bytes. Out: texts, the likeliest first; never none.
"""

from gateway.text.charsets import decodings

_LONGEST_STEP = 200


def readings(raw: bytes, utf8: bool = False) -> tuple[str, ...]:
    """All plausible texts of a name. What stands before a NUL is what some programs show, so it is a reading too."""
    found = [reading.text for reading in decodings(raw, "utf-8" if utf8 else "") if reading.exact]
    if b"\0" in raw:
        found += readings(raw.replace(b"\0", b" "), utf8)
    if not found:
        found = [raw.decode("cp437")]
    return tuple(dict.fromkeys(found))


def step(name: str) -> str:
    """The name as one step of a location: one line, no controls, not too long."""
    shown = "".join(c if c.isprintable() else "\ufffd" for c in name)
    return shown if len(shown) <= _LONGEST_STEP else f"{shown[: _LONGEST_STEP - 1]}…"
