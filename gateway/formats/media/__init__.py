"""Sound and film: what is written beside it is read, what is heard and shown is held."""

from gateway.formats import Format, read_by
from gateway.formats.media.kinds import sniff

FORMAT = Format("media", sniff, read_by(__name__))
