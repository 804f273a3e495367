"""winmail.dat: what Outlook sends to Outlook (MS-OXTNEF)."""

from gateway.formats import Format
from gateway.formats.tnef.read import read, sniff

FORMAT = Format("tnef", sniff, read)
