"""Sound and film: what is written beside it is read, what is heard and shown is held."""

from gateway.formats import Format
from gateway.formats.media.read import read, sniff

FORMAT = Format("media", sniff, read)
