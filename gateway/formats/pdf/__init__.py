"""PDF (ISO 32000): page text, everything written in its objects, files inside, and pages that are pictures."""

from gateway.formats import Format
from gateway.formats.pdf.read import read, sniff

FORMAT = Format("pdf", sniff, read)
