"""SVG: a picture that is XML."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.svg.sniff import sniff

FORMAT = Format("svg", sniff, read_by(__name__), rewritten_by(__name__))
