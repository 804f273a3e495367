"""Windows' metafiles: WMF (MS-WMF) and EMF (MS-EMF), drawings as a list of what to draw."""

from gateway.formats import Format, read_by
from gateway.formats.metafile.sniff import sniff

FORMAT = Format("metafile", sniff, read_by(__name__))
