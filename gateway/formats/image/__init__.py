"""Pictures: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, HEIC, icons. Others are known by their bytes, and held."""

from gateway.formats import Format, read_by
from gateway.formats.image.kinds import sniff

FORMAT = Format("image", sniff, read_by(__name__))
