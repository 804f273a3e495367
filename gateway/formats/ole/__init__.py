"""Compound files: Word, Excel and PowerPoint of 1997 to 2003 (and WPS, which writes the same), Outlook's `.msg`."""

from gateway.formats import Format
from gateway.formats.ole.read import read, sniff

FORMAT = Format("ole", sniff, read)
