"""What a QR code says, in the form in which two codes that lead to the same place are equal.

RFC 3986 section 6.2.2: scheme and host of a URL say the same in any letter case, and so do escapes of letters that
need none; a fragment, `utm_` parameters and a last slash lead nowhere else. Other payloads count as they are, without
space around them.

In: a payload. Out: its folded form, "" where it is too short to be anybody's.
"""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_SHORTEST = 8
_URL = re.compile(r"[a-z][a-z0-9+.-]{1,20}://", re.IGNORECASE)
_TRACKING = ("utm_", "spm", "from", "share_source", "scene_id")


def fold_payload(written: str) -> str:
    """The same for all codes that say the same."""
    text = written.strip().strip("\ufeff\0")
    if _URL.match(text):
        try:
            parts = urlsplit(text)
            query = sorted(pair for pair in parse_qsl(parts.query) if not pair[0].lower().startswith(_TRACKING))
        except ValueError:
            return text if len(text) >= _SHORTEST else ""
        path = unquote(parts.path).rstrip("/")
        asked = "&".join(f"{name}={value}" for name, value in query)
        text = f"{parts.scheme.lower()}://{parts.netloc.lower()}{path}" + (f"?{asked}" if asked else "")
    return text if len(text) >= _SHORTEST else ""


def host_of(folded: str) -> str:
    """The host of a folded URL, without its port; "" for other payloads."""
    if not _URL.match(folded):
        return ""
    return (urlsplit(folded).hostname or "").lower()
