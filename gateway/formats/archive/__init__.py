"""Archives: zip, tar, gzip, bzip2, xz. Others are known by their bytes, and said to be unreadable."""

from gateway.formats import Format, read_by
from gateway.formats.archive.kinds import sniff

FORMAT = Format("archive", sniff, read_by(__name__))
