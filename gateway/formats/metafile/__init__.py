"""Metafiles, drawings as a list of what to draw: Windows' WMF (MS-WMF) and EMF (MS-EMF), LibreOffice's SVM."""

from gateway.formats import Format, read_by
from gateway.formats.metafile.sniff import sniff

FORMAT = Format("metafile", sniff, read_by(__name__))
