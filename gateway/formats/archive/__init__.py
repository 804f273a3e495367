"""Archives: zip, tar, gzip, bzip2, xz and zstd are read and written, what libarchive opens is read."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.archive.kinds import sniff

FORMAT = Format("archive", sniff, read_by(__name__), rewritten_by(__name__))
