"""Pictures: PNG, JPEG, GIF, WebP, BMP, TIFF, AVIF, HEIC, icons. Others are known by their bytes, and held."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.image.kinds import can_be_painted, sniff, type_of

FORMAT = Format(
    "image",
    sniff,
    read_by(__name__),
    rewritten_by(__name__),
    paints=True,
    can_paint=can_be_painted,
    type_of=type_of,
)
