"""Which kind of sound or film some bytes are, by their first ones.

In: bytes. Out: a kind, and whether it has sound, film or both; None for what is neither.
"""

import re
from typing import NamedTuple


class Kind(NamedTuple):
    """`tags`: how its tags are written; empty where nothing here knows, and its words are searched for."""

    tags: str
    film: bool


_KINDS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"ID3[\x02-\x04]"), Kind("id3", False)),
    (re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]"), Kind("id3", False)),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\xbf]"), Kind("id3", False)),
    (re.compile(rb"fLaC"), Kind("flac", False)),
    (re.compile(rb"OggS\x00"), Kind("ogg", False)),
    (re.compile(rb"(?:RIFF|RF64)....(?:WAVE|RMID)", re.DOTALL), Kind("riff", False)),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), Kind("riff", True)),
    (re.compile(rb"FORM....(?:AIFF|AIFC)", re.DOTALL), Kind("iff", False)),
    (re.compile(rb"....ftyp(?:M4A |M4B |F4A )", re.DOTALL), Kind("boxes", False)),
    (
        re.compile(
            rb"....ftyp(?!hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs]|crx )|....(?:moov|mdat|wide|skip|pnot)", re.DOTALL
        ),
        Kind("boxes", True),
    ),
    (re.compile(rb"\x1a\x45\xdf\xa3"), Kind("matroska", True)),
    (re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11"), Kind("", True)),
    (re.compile(rb"FLV\x01|\x00\x00\x01[\xba\xb3]|\.RMF|[FCZ]WS[\x01-\x40]|DKIF"), Kind("", True)),
    (re.compile(rb"\x47[\x00-\xff]{187}\x47[\x00-\xff]{187}\x47"), Kind("", True)),
    (re.compile(rb"#!AMR|\x02?#!SILK_V3|caff\x00\x01|MThd\x00\x00\x00\x06|\.snd\x00\x00|MAC \x96|wvpk|TTA1|MPCK|MP\+"),
     Kind("", False)),
)  # fmt: skip


def kind_of(data: bytes) -> Kind | None:
    for pattern, kind in _KINDS:
        if pattern.match(data):
            return kind
    return None
