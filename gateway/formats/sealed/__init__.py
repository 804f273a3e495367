"""S/MIME and PGP in binary: what is encrypted is held, what is only signed is opened."""

from gateway.formats import Format, read_by
from gateway.formats.sealed.sniff import sniff

FORMAT = Format("sealed", sniff, read_by(__name__))
