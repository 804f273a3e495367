"""S/MIME and PGP in binary: what is encrypted is held, what is only signed is opened."""

from gateway.formats import Format
from gateway.formats.sealed.read import read, sniff

FORMAT = Format("sealed", sniff, read)
