"""Reads a sound or film: titles, artists, comments, chapters, covers. What is heard and shown is `sound` and
`moving_pictures`, for which the packaged rules have a rule of their own.

In: the file. Out: what its tags say, covers and attachments as children, `Unreadable` for the rest, always.
"""

import struct
from collections.abc import Iterator

from gateway.formats import Child, Piece, Source
from gateway.formats.media.flac_ogg_riff import chunks, flac, ogg
from gateway.formats.media.id3 import id3
from gateway.formats.media.kinds import Kind, kind_of
from gateway.formats.media.mp4_matroska import matroska, mp4
from gateway.formats.media.tags import TagText, Told
from gateway.model import TextFragment, Unreadable, steps
from gateway.text.strings import runs

_ENDS = 256 * 1024
_MOST_FILES = 100
_MOST_CHARACTERS = 4_000_000


def read(source: Source) -> Iterator[Piece]:
    where, data = source.where, source.data
    kind = kind_of(data)
    assert kind is not None
    texts: dict[str, None] = {}
    number = length = 0
    try:
        for told in _told(data, kind):
            if isinstance(told, TagText):
                if told.text not in texts:
                    length += len(told.text)
                    texts[told.text] = None
            elif told.data:
                number += 1
                step = steps.file(told.name) if told.name else steps.picture(number)
                yield Child(where.inside(step), told.data, told.name)
            if number > _MOST_FILES or length > _MOST_CHARACTERS:
                yield Unreadable(where, "over_size")
                break
    except UnicodeEncodeError:
        raise  # a kind of ValueError, and a fault of ours: nothing of the file is written
    except (struct.error, IndexError, ValueError):
        yield Unreadable(where, "broken_media")
    if text := "\n".join(text for text in texts if text.strip()):
        yield TextFragment(where, "metadata", text)
    yield Unreadable(where, "sound")
    if kind.film:
        yield Unreadable(where, "moving_pictures")


def _told(data: bytes, kind: Kind) -> Iterator[Told]:
    match kind.tags:
        case "id3":
            yield from id3(data)
        case "flac":
            yield from flac(data)
        case "ogg":
            yield from ogg(data)
        case "riff" | "iff":
            yield from chunks(data, big=kind.tags == "iff")
        case "boxes":
            yield from mp4(data)
        case "matroska":
            yield from matroska(data)
        case _:
            for part in (data[:_ENDS], data[max(_ENDS, len(data) - _ENDS) :]):
                for run in runs(part):
                    yield TagText(run)
