"""Which bytes are encrypted or signed by S/MIME, PGP and the like, in binary."""

import re

from gateway.formats import Rank

CMS = re.compile(
    rb"\x30(?:\x80|[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)\x06[\x09\x0b]"
    rb"(?P<oid>\x2a\x86\x48\x86\xf7\x0d\x01(?:\x07[\x01-\x06]|\x09\x10\x01[\x09\x17\x02\x05]))",
    re.DOTALL,
)
PGP = re.compile(
    rb"[\x84\x85\xc1].{1,3}\x03[\x00-\xff]{8}[\x01\x02\x03\x10\x12\x16\x19]"  # public-key encrypted session key
    rb"|[\x8c\xc3][\x04-\x40]\x04[\x01-\x0c][\x00\x01\x03\x04]"  # symmetric-key encrypted session key
    rb"|\xd2.{1,5}\x01"  # encrypted and integrity protected data
    rb"|[\xc1\x84\x85].{1,3}\x06",
    re.DOTALL,
)
RIGHTS = b"\x76\xe8\x04\x60\xc4\x11\xe3\x86"
_AGE = b"age-encryption.org/v1\n"
_OPENSSL = b"Salted__"
_LUKS = b"LUKS\xba\xbe"


def sniff(data: bytes) -> Rank:
    head = data[:64]
    if head.startswith((RIGHTS, _AGE, _OPENSSL, _LUKS)) or CMS.match(head) or PGP.match(head):
        return "sure"
    return "no"
