"""PDF (ISO 32000): page text, everything written in its objects, files inside, and pages that are pictures."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.pdf.changeable import can_be_changed
from gateway.formats.pdf.sniff import sniff

FORMAT = Format("pdf", sniff, read_by(__name__), rewritten_by(__name__), paints=True, can_paint=can_be_changed)
