"""Archives: zip, tar, gzip, bzip2, xz. Others are known by their bytes, and said to be unreadable."""

from gateway.formats import Format
from gateway.formats.archive.kinds import sniff
from gateway.formats.archive.read import read

FORMAT = Format("archive", sniff, read)
