"""SVG: a picture that is XML."""

from gateway.formats import Format
from gateway.formats.svg.read import read, sniff

FORMAT = Format("svg", sniff, read)
