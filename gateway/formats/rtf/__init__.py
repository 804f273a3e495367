"""Rich Text Format, also with HTML inside it as Outlook writes it."""

from gateway.formats import Format
from gateway.formats.rtf.read import read, sniff

FORMAT = Format("rtf", sniff, read)
