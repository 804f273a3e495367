"""HTML, and XML read the same way: what is shown, and everything else that the source says."""

from gateway.formats import Format
from gateway.formats.html.read import read, sniff
from gateway.formats.html.rewrite import rewritten

FORMAT = Format("html", sniff, read, rewritten)
