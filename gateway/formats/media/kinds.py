"""Which kind of sound or film some bytes are, by their first ones.

In: bytes. Out: a kind, and whether it has sound, film or both; None for what is neither.
"""

import re
from typing import NamedTuple

from gateway.formats import Rank


class Kind(NamedTuple):
    """`tags`: how its tags are written; empty where nothing here knows, and its words are searched for."""

    tags: str
    film: bool


_KINDS: tuple[tuple[re.Pattern[bytes], Kind], ...] = (
    (re.compile(rb"ID3[\x02-\x04]"), Kind("id3", False)),
    (re.compile(rb"\xff[\xe2\xe3\xf2\xf3\xfa\xfb][\x10-\xef]"), Kind("id3", False)),
    (re.compile(rb"\xff[\xf0\xf1\xf8\xf9][\x40-\xbf]"), Kind("id3", False)),
    (re.compile(rb"fLaC[\x00\x80]\x00\x00\x22"), Kind("flac", False)),
    (re.compile(rb"OggS\x00"), Kind("ogg", False)),
    (re.compile(rb"(?:RIFF|RF64)....(?:WAVE|RMID)", re.DOTALL), Kind("riff", False)),
    (re.compile(rb"RIFF....AVI ", re.DOTALL), Kind("riff", True)),
    (re.compile(rb"FORM....(?:AIFF|AIFC)", re.DOTALL), Kind("iff", False)),
    (re.compile(rb"\x00...ftyp(?:M4A |M4B |F4A )", re.DOTALL), Kind("boxes", False)),
    (re.compile(rb"\x00...ftyp(?!hei[cfmsx]|hev[cmsx]|mif1|msf1|avi[fs]|crx )", re.DOTALL), Kind("boxes", True)),
    (re.compile(rb"\x00...(?:moov|mdat|wide|skip|pnot)", re.DOTALL), Kind("boxes", True)),
    (re.compile(rb"\x1a\x45\xdf\xa3"), Kind("matroska", True)),
    (
        re.compile(rb"\x30\x26\xb2\x75\x8e\x66\xcf\x11|FLV\x01|\x00\x00\x01[\xba\xb3]|\.RMF\x00|DKIF\x00\x00"),
        Kind("", True),
    ),
    (re.compile(rb"[FCZ]WS[\x01-\x40].{3}[\x00-\x08]", re.DOTALL), Kind("", True)),
    (re.compile(rb"\x47.{187}\x47.{187}\x47", re.DOTALL), Kind("", True)),
    (re.compile(rb"#!AMR(?:-WB)?\n|\x02?#!SILK_V3|caff\x00\x01|MThd\x00\x00\x00\x06|\.snd\x00\x00"), Kind("", False)),
    (
        re.compile(rb"MAC \x96|wvpk..\x00\x00|TTA1[\x01\x02]\x00|MPCK(?:SH|RG|EI|SO)|MP\+[\x07\x17\x27]", re.DOTALL),
        Kind("", False),
    ),
)
"""Four letters alone begin many a text: what is asked besides is no text's (a size below 16 MB, a version)."""


def kind_of(data: bytes) -> Kind | None:
    for pattern, kind in _KINDS:
        if pattern.match(data):
            return kind
    return None


def sniff(data: bytes) -> Rank:
    return "no" if kind_of(data) is None else "sure"
