"""Rich Text Format, also with HTML inside it as Outlook writes it."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.rtf.sniff import sniff

FORMAT = Format("rtf", sniff, read_by(__name__), rewritten_by(__name__))
