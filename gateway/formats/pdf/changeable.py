"""Whether a PDF may be changed: one that is signed says that it was not, one that is encrypted is not ours to open.

In: the file. Out: a truth value. Nothing is raised.
"""

import re

_MARK = re.compile(rb"/ByteRange\b|/Encrypt\b|/SigFlags\s+[1-9]|/Type\s*/DocTimeStamp\b")


def can_be_changed(data: bytes) -> bool:
    """As far as the marks of both stand in clear; a signature's own numbers always do (ISO 32000-2 section 12.8.1)."""
    return _MARK.search(data) is None
