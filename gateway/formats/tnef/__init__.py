"""winmail.dat: what Outlook sends to Outlook (MS-OXTNEF)."""

from gateway.formats import Format, read_by
from gateway.formats.tnef.sniff import sniff

FORMAT = Format("tnef", sniff, read_by(__name__))
