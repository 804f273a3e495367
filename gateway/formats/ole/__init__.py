"""Compound files: Word, Excel and PowerPoint of 1997 to 2003 (and WPS, which writes the same), Outlook's `.msg`."""

from gateway.formats import Format, read_by
from gateway.formats.ole.sniff import sniff

FORMAT = Format("ole", sniff, read_by(__name__))
