"""Reads a picture file: every frame, and what is written beside the pixels.

Limits: 50 megapixels a frame, for decoding takes three bytes a pixel; so many frames looked at, each of which differs
from all looked at before. Turned as its EXIF says, on white where it is transparent, as mail programs show it.

In: the file. Out: pictures with their text; metadata as text; `Unreadable` for what is too large, broken or unknown.
"""

import hashlib
import re
import warnings
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO

import numpy as np
import pi_heif
from PIL import Image, ImageFile, ImageOps

from gateway.containers.carving import carved
from gateway.errors import is_our_own
from gateway.formats import Child, Piece, Source
from gateway.formats.image.alpha import laid_on_backdrop
from gateway.formats.image.embedded import MOST, embedded, is_alike, shows_the_same
from gateway.formats.image.heif import others
from gateway.formats.image.icons import icons
from gateway.formats.image.kinds import kind_of, why_not
from gateway.formats.image.metadata import metadata, people, words
from gateway.formats.image.trailing_data import TrailingData, after_end, trailing_data
from gateway.images.extract import analysis_cache, is_skimming, look_at
from gateway.images.extract.raster import Raster
from gateway.model import Ambiguity, Location, PictureFragment, TextFragment, Unreadable, steps
from gateway.text.charsets import decodings
from gateway.text.strings import runs

MOST_PIXELS = 50_000_000
MOST_FRAMES = 400
MOST_LOOKS = 24
DEEP = ("I", "I;16", "I;16B", "I;16L", "F")
"""Pillow's modes of grey with more than 256 steps."""
_LONGEST = 1_000_000
_SCRAP = 64
"""Bytes between the tables of a TIFF that mean nothing: packers leave so many by writing pages one after another."""
_PADDED = 3
"""Bytes behind a picture that are no file: Office for Mac fills a thumbnail up to a multiple of four with whatever
stood in its memory."""
_THUMBNAIL = re.compile(r"(?:^|/)thumbnail\.jpe?g$", re.IGNORECASE)
_BLOCK, _MOST_MEMORY = 512, 16 * 1024
"""Office of 2007 and 2010 fills a thumbnail up to whole blocks, likewise with what stood in its memory."""

pi_heif.options.DECODE_THREADS = 1  # a reader starts no others
pi_heif.options.THUMBNAILS = False
pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # our own limit is asked before anything is decoded
ImageFile.LOAD_TRUNCATED_IMAGES = False


def read(source: Source) -> Iterator[Piece]:
    """Frames in their order, then metadata, then bytes behind the picture's end. A file that this process has read
    before is not read again."""
    mark = hashlib.sha256(source.data + (b"thumbnail" if _is_thumbnail(source) else b"")).digest()
    known = analysis_cache.file_recalled(mark)
    if known is not None:
        yield from (replace(piece, where=source.where.inside(*piece.where.steps)) for piece in known)
        return
    depth, kept = len(source.where.steps), not is_skimming()
    pieces: list[analysis_cache.Kept] = []
    for piece in _read(source):
        yield piece
        if isinstance(piece, (PictureFragment, TextFragment, Unreadable)):
            pieces.append(replace(piece, where=Location("", piece.where.steps[depth:])))
            kept = kept and not (isinstance(piece, Unreadable) and piece.reason == "picture_time")
        else:  # bytes to be read as something else: they are asked for again
            kept = False
    if kept:
        analysis_cache.keep_file(mark, pieces)


def _read(source: Source) -> Iterator[Piece]:
    kind = kind_of(source.data)
    if kind == "HEIF":
        yield from _heif(source)
        return
    if not kind:
        yield Unreadable(source.where, why_not(source.data))
        return
    if kind == "ICO":
        yield from icons(source)
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(BytesIO(source.data), formats=(kind,)) as picture:
                values: dict[str, None] = {}
                names: dict[str, None] = {}
                yield from _frames(picture, source.where, values, names)
                yield from _named(names, source.where)
                if values:
                    text = "\n".join(values)
                    yield TextFragment(source.where, "metadata", text[:_LONGEST])
                    if len(text) > _LONGEST:
                        yield Unreadable(source.where, "over_size")
        except MemoryError:
            raise
        except Exception as error:  # Pillow raises whatever its decoders meet
            if is_our_own(error):
                raise
            yield Unreadable(source.where, "broken_image")
            return
    yield from _left(trailing_data(source.data, kind), source.where)
    yield from _behind(after_end(source.data, kind), source)


def _heif(source: Source) -> Iterator[Piece]:
    """A photograph of a telephone: what it shows, and what else it holds, where that is not the same made smaller."""
    where, data = source.where, source.data
    try:
        with warnings.catch_warnings(), Image.open(BytesIO(data), formats=("HEIF",)) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > MOST_PIXELS:
                yield Unreadable(where, "picture_too_large")
                return
            shown = np.asarray(picture.convert("RGB"), np.uint8)
            values: dict[str, None] = {}
            names: dict[str, None] = {}
            yield from _frames(picture, where, values, names)
            yield from _named(names, where)
            if values:
                yield TextFragment(where, "metadata", "\n".join(values)[:_LONGEST])
            for number, other in enumerate(others(data), 1):
                yield from _beside(other, shown, where.inside(steps.picture(number)))
    except MemoryError:
        raise
    except Exception:  # libheif raises whatever it meets, and of a table that is broken nothing is known
        yield Unreadable(where, "heic_picture")
        return
    yield from _left(trailing_data(data, "AVIF"), where)


def _beside(file: bytes, shown: Raster, where: Location) -> Iterator[Piece]:
    with Image.open(BytesIO(file), formats=("HEIF",)) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            yield Unreadable(where, "picture_too_large")
            return
        raster = np.asarray(picture.convert("RGB"), np.uint8)
    if not is_alike(raster, shown):
        yield from look_at(raster, where)


def _behind(rest: bytes, source: Source) -> Iterator[Piece]:
    """An older picture, a file of its own, or what stood in the memory of the program that wrote it."""
    if len(rest) > _PADDED and not _is_memory(rest, source):
        yield Child(source.where.inside(steps.behind("picture")), rest)
        return
    yield from _scrap(rest, source.where)
    for number, at in enumerate(carved(rest), 1):
        yield Child(source.where.inside(steps.carved(number)), rest[at:])


def _is_memory(rest: bytes, source: Source) -> bool:
    fills = len(source.data) % _BLOCK == 0 and len(rest) <= _MOST_MEMORY
    return fills and _is_thumbnail(source)


def _is_thumbnail(source: Source) -> bool:
    return _THUMBNAIL.search(source.name) is not None


def _left(left: TrailingData, where: Location) -> Iterator[Piece]:
    if len(left.behind) > _PADDED:
        yield Ambiguity(where, "trailing_bytes")
        yield Child(where.inside(steps.behind("picture")), left.behind)
    else:
        yield from _scrap(left.behind, where)
    for block in left.beside:
        if len(block) <= _SCRAP or any(reading.exact for reading in decodings(block)):
            yield from _scrap(block, where)
        else:
            yield Child(where.inside(steps.BESIDE), block)


def _scrap(block: bytes, where: Location) -> Iterator[TextFragment]:
    """What a few bytes say, if they say anything."""
    readings = [reading.text for reading in decodings(block) if reading.exact] if block else []
    if text := "\n".join(readings[:3] or (*runs(block), *words(block))):
        yield TextFragment(where, "metadata", text)


def _named(names: dict[str, None], where: Location) -> Iterator[TextFragment]:
    if names:
        yield TextFragment(where.inside(steps.PEOPLE), "metadata", "\n".join(names)[:_LONGEST], names_people=True)


def _frames(picture: Image.Image, where: Location, values: dict[str, None], names: dict[str, None]) -> Iterator[Piece]:
    """`values` takes what is written beside each frame, `names` who made it."""
    count = int(getattr(picture, "n_frames", 1))
    seen: set[int] = set()
    inside: set[bytes | None] = set()
    for number in range(min(count, MOST_FRAMES)):
        picture.seek(number)
        if picture.width * picture.height > MOST_PIXELS:
            yield Unreadable(where, "picture_too_large")
            return
        names.update(dict.fromkeys(people(picture)))
        values.update(metadata(picture))  # decodes a PNG, whose text may stand behind its pixels
        raster = _on_white(picture)
        mark = hash(raster.tobytes())
        if mark in seen:
            continue
        if len(seen) == MOST_LOOKS:
            yield Unreadable(where, "animated_picture")
            return
        seen.add(mark)
        place = where.inside(steps.frame(number + 1)) if count > 1 else where
        yield from look_at(raster, place)
        for file in embedded(picture):
            if file in inside:
                continue
            if len(inside) == MOST:
                yield Unreadable(where, "too_many_pictures")
                break
            inside.add(file)
            yield from _preview(file, picture, place)
    if count > MOST_FRAMES:
        yield Unreadable(where, "animated_picture")


def _preview(file: bytes | None, picture: Image.Image, where: Location) -> Iterator[Piece]:
    if file is None:
        yield Unreadable(where, "unknown_picture")
    elif not shows_the_same(file, np.asarray(picture.convert("RGB"), np.uint8)):
        yield Child(where.inside(steps.PICTURE_INSIDE), file)


def _on_white(picture: Image.Image) -> Raster:
    """Red, green, blue; 16-bit grey brought to 8 instead of cut off."""
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in DEEP:
        return np.repeat(eight_bits(turned)[:, :, None], 3, axis=2)
    if turned.has_transparency_data:
        turned = laid_on_backdrop(turned)
    return np.asarray(turned.convert("RGB"), np.uint8)


def eight_bits(picture: Image.Image) -> Raster:
    """Grey of more than 256 steps, from its darkest to its brightest."""
    values = np.asarray(picture, np.float64)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / (high - low)) if high > low else values * 0).astype(np.uint8)
