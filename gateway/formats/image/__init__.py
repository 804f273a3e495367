"""Pictures: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, icons. Others are known by their bytes, and held."""

from gateway.formats import Format
from gateway.formats.image.kinds import sniff
from gateway.formats.image.read import read

FORMAT = Format("image", sniff, read)
