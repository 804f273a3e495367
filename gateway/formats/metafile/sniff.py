"""Which bytes are a metafile, and of which kind."""

import re
from typing import Literal

from gateway.formats import Rank

Kind = Literal["wmf", "emf", "svm", ""]
MAGIC = b"VCLMTF"
"""Of LibreOffice's metafiles; here, for what reads them loads libraries that whoever only sniffs has no need of."""
_WMF = re.compile(rb"(?:\xd7\xcd\xc6\x9a.{18})?[\x01\x02]\x00\x09\x00\x00[\x01\x03]", re.DOTALL)
_EMF = re.compile(rb"\x01\x00\x00\x00.{36} EMF", re.DOTALL)


def kind_of(data: bytes) -> Kind:
    if _EMF.match(data):
        return "emf"
    if data.startswith(MAGIC):
        return "svm"
    return "wmf" if _WMF.match(data) else ""


def sniff(data: bytes) -> Rank:
    return "sure" if kind_of(data) else "no"
