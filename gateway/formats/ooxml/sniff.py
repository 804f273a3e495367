"""Which bytes are an office document that is a zip of XML, or one XML of it."""

import re

from gateway.containers.zips import ArchiveTooLarge, Damaged, Zip, is_document
from gateway.formats import Rank

_FLAT = re.compile(
    rb"<(?:\w+:)?(?:document [^>]{0,20000}urn:oasis:names:tc:opendocument"  # one XML file instead of a package
    rb"|wordDocument[ >]|package [^>]{0,2000}schemas.microsoft.com/office/2006/xmlPackage"
    rb"|Workbook [^>]{0,2000}urn:schemas-microsoft-com:office:spreadsheet)"
)
_FLAT_SEARCHED = 32_768
_FOLDERS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ODF = re.compile(rb"mimetypeapplication/vnd\.oasis\.opendocument\.(text|spreadsheet|presentation)")
_OF_ODF = {b"text": "odt", b"spreadsheet": "ods", b"presentation": "odp"}


def sniff(data: bytes) -> Rank:
    """A zip is ours where it has the one member that every such package has."""
    if not data.startswith(b"PK\x03\x04"):
        return "sure" if _is_flat(data) else "no"
    try:
        names = Zip(data).names()
    except (Damaged, ArchiveTooLarge):
        return "no"  # an archive that cannot be opened, whatever it held
    return "sure" if is_document(names) else "no"


def _is_flat(data: bytes) -> bool:
    head = data[:_FLAT_SEARCHED].lstrip(b"\xef\xbb\xbf \r\n\t")
    return head.startswith(b"<") and _FLAT.search(head) is not None


def type_of(data: bytes) -> str:
    """The program that it is for, by what every file of that has; empty where that does not tell."""
    if not data.startswith(b"PK\x03\x04"):
        return "xlsx" if b":spreadsheet" in data[:_FLAT_SEARCHED] else "docx"
    try:
        names = Zip(data).names()
    except (Damaged, ArchiveTooLarge):
        return ""
    for name, folder in _FOLDERS.items():
        if any(one.lower().startswith(folder) for one in names):
            return name
    told = _ODF.search(data, 0, _FLAT_SEARCHED)
    return _OF_ODF[told[1]] if told else ""
