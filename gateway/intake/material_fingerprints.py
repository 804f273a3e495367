"""Fingerprints of what was handed in: of each file, and of everything inside that is worth one.

A part that is sent on alone must be known again: an attachment, a picture in a document, the text of a letter inside
an archive. Left out is what says nothing: files under 64 bytes, texts under 24 letters (what was typed: under 14),
pictures that are plain or hardly larger than an icon. So is the preview that an office file has of itself: libraries
put one and the same into every file, and two tables look alike in 256 pixels.

In: a `Reading` and the bytes that it was made from. Out: marks; the things themselves are not kept. Raises ValueError
where a reader gave pixels that are not as many as it says.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gateway.fingerprints.list_elements import element_prints
from gateway.fingerprints.winnowing import clause_prints, material_prints
from gateway.identity.shingles import fingerprint
from gateway.images.match.avatar.faces import distinct
from gateway.images.match.region import copy_of, strongest, words_of
from gateway.images.match.thumbnail import avatar_pixels, is_usable, thumb
from gateway.model import (
    AvatarMark,
    FilePart,
    Location,
    MailFacts,
    MaterialMark,
    PictureFragment,
    Reading,
    TextFragment,
)
from gateway.text.normalize import letters
from gateway.text.thread_ids import conversation, topic

SHORTEST_TEXT, SHORTEST_TYPED = 24, 14
_OF_CLAUSES = 200
"""Letters. A longer text is known by what neighbours in it."""
SMALLEST_FILE = 64
SMALLEST_PICTURE = 10_000  # pixels
_BODY_MEDIA = frozenset(("text", "html", "document", "picture"))


def material_marks(reading: Reading, name: str, data: bytes) -> tuple[MaterialMark, ...]:
    """The mark of the file itself first, then one for each thing inside."""
    digest = hashlib.sha256(data).digest()
    whole = [part for part in reading.files if part.sha256 == digest]
    previews = _previews(reading.files)
    inner = [
        part
        for part in reading.files
        if part.sha256 != digest and part.size >= SMALLEST_FILE and _key(part.where) not in previews
    ]
    texts = _texts_by_file(reading, inner)
    outer = min(reading.mails, key=lambda mail: _depth(mail.where), default=None)
    pictures = {
        key: picture
        for picture in reversed(reading.pictures)
        if (key := _key(picture.where)) not in previews and _is_telling(picture)
    }
    root = whole[0].where if whole else Location("")
    marks = [
        _mark(
            name,
            whole[0].kind if whole else _kind(reading),
            len(data),
            digest,
            texts.pop(None, _NO_TEXT),
            _picture_of(root, pictures) if not inner else None,
            outer.message_id if outer is not None else "",
        )
    ]
    for part in inner:
        text, picture = texts.get(_key(part.where), _NO_TEXT), _picture_of(part.where, pictures)
        marks += [_mark(part.name or name, part.kind, part.size, part.sha256, text, picture, "")]
    for picture in pictures.values():  # pages, frames, pictures that are no file of their own
        marks += [_mark(name, "picture", len(picture.pixels.rgb), _pixel_digest(picture), _NO_TEXT, picture, "")]
    for tie in _ties(reading, outer):
        pseudo = hashlib.sha256(b"message-id\0" + tie.encode("utf-8", "replace")).digest()
        marks += [_mark(name, "mail", 0, pseudo, _NO_TEXT, None, tie)]
    return tuple({(mark.sha256, mark.message_id): mark for mark in reversed(marks)}.values())[::-1]


def _ties(reading: Reading, outer: MailFacts | None) -> Iterator[str]:
    """What else another mail of the same thread would carry: ids that were answered, Outlook's names of it."""
    for mail in reading.mails:
        yield from {mail.message_id if mail is not outer else "", *mail.references} - {""}
        yield from {topic(mail.subject)} - {""}
    for fragment in reading.texts:
        if fragment.medium == "header" and fragment.label == "thread-index":
            yield from {conversation(fragment.text)} - {""}


def avatar_mark(reading: Reading, data: bytes) -> AvatarMark | None:
    """None where there is no picture in the reading."""
    if not reading.pictures:
        return None
    pixels = avatar_pixels(reading.pictures[0].pixels)
    return AvatarMark(hashlib.sha256(data).digest(), pixels, is_usable(pixels), distinct(pixels))


_Key = tuple[str, ...]


def _key(where: Location) -> _Key:
    return (where.part, *map(str, where.steps))


def _previews(files: Sequence[FilePart]) -> frozenset[_Key]:
    """Where office files have pictures of themselves."""
    office = {_key(part.where) for part in files if part.kind == "ooxml"}
    return frozenset(
        key
        for part in files
        if part.name.lower().startswith("thumbnail.") and (key := _key(part.where)) and key[:-1] in office
    )


def _depth(where: Location) -> tuple[int, int]:
    return len(where.steps), where.part.count(".") + bool(where.part)


def _kind(reading: Reading) -> str:
    return "mail" if reading.mails else "file"


@dataclass(frozen=True, slots=True)
class _MaterialText:
    """`typed`: nothing of it was read from a picture."""

    written: str
    typed: bool


_NO_TEXT = _MaterialText("", True)


def _texts_by_file(reading: Reading, parts: Iterable[FilePart]) -> dict[_Key | None, _MaterialText]:
    """The text of each file, joined over its fragments; under None that of the file as a whole.

    The whole has everything: a letter quoted over two of its parts is still one letter.
    """
    keys = sorted({_key(part.where) for part in parts}, key=len, reverse=True)
    collected: dict[_Key | None, list[TextFragment]] = {None: []}
    for fragment in reading.texts:
        if fragment.medium not in _BODY_MEDIA and not _is_subject(fragment):
            continue
        collected[None].append(fragment)
        place = _key(fragment.where)
        owner = next((key for key in keys if place[: len(key)] == key), None)
        if owner is not None and not _is_subject(fragment):
            collected.setdefault(owner, []).append(fragment)
    return {
        key: _MaterialText("\n".join(f.text for f in texts), all(f.medium != "picture" for f in texts))
        for key, texts in collected.items()
    }


def _is_subject(fragment: TextFragment) -> bool:
    return fragment.medium == "header" and fragment.label == "subject"


def _picture_of(where: Location, pictures: dict[_Key, PictureFragment]) -> PictureFragment | None:
    """The picture that a file is; taken out, so that it gets no second mark."""
    return pictures.pop(_key(where), None)


def _is_telling(picture: PictureFragment) -> bool:
    return picture.phash is not None and picture.width * picture.height > SMALLEST_PICTURE


def _pixel_digest(picture: PictureFragment) -> bytes:
    return hashlib.sha256(picture.pixels.rgb).digest()


def _mark(
    name: str,
    kind: str,
    size: int,
    digest: bytes,
    text: _MaterialText,
    picture: PictureFragment | None,
    message_id: str,
) -> MaterialMark:
    points = picture.points if picture is not None else b""
    shingles, length, prints = b"", 0, b""
    if (count := len(letters(text.written).text)) >= (SHORTEST_TYPED if text.typed else SHORTEST_TEXT):
        shingles, length = fingerprint(text.written)
        found = [material_prints(text.written)]
        if text.typed and count <= _OF_CLAUSES:
            found.append(clause_prints(text.written))
        prints = np.concatenate(found).astype("<u8").tobytes()
    return MaterialMark(
        name=name,
        kind=kind,
        size=size,
        sha256=digest,
        length=length,
        shingles=shingles,
        phash=picture.phash if picture is not None else None,
        thumb=thumb(picture.pixels) if picture is not None else None,
        message_id=message_id,
        prints=prints,
        points=strongest(points),
        copy=copy_of(picture.pixels) if picture is not None and points else b"",
        pieces=words_of(points),
        figures=element_prints(text.written).astype("<u8").tobytes(),
        typed=text.typed,
    )
