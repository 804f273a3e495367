"""What the recipient would have seen, with everything of the reporter covered. Pure.

In: the reading and the findings that were kept with a held message. Out: texts in pieces (plain, covered, marked) and
pictures as PNG with the places filled. Made from plain text and raw pixels: no stranger's file is parsed here.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from PIL import Image, ImageDraw

from gateway.model import Box, Finding, Location, PictureFragment, Reading, TextFragment

COVER = "███"
_MOST_TEXT = 20_000
_IDENTITY = frozenset({"name", "nickname", "address", "phone", "account", "government_id", "qr_code", "thread"})
_SHOWN = frozenset({"text", "html", "document", "picture", "code", "file_name"})


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text. `covered` says how it is shown: as it is, as blocks, or marked as report material."""

    text: str
    style: Literal["plain", "covered", "material"] = "plain"


@dataclass(frozen=True, slots=True)
class ShownText:
    """A fragment as pieces. `label` is a header field's name, else empty."""

    place: str
    medium: str
    label: str
    pieces: tuple[Piece, ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """A picture with its places filled."""

    place: str
    png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything for one page. `places` gives the covered place of each finding, in their order."""

    subject: tuple[Piece, ...] = ()
    texts: tuple[ShownText, ...] = ()
    pictures: tuple[ShownPicture, ...] = ()
    places: tuple[str, ...] = ()


def evidence(reading: Reading | None, findings: Sequence[Finding]) -> Evidence:
    """The view of a held message. Without a reading (it could not be read) there is nothing to see but places."""
    reading = reading or Reading()
    names = _covered_names(reading, findings)

    def place(where: Location) -> str:
        return str(Location(where.part, tuple(names.get(step, step) for step in where.steps)))

    texts: list[ShownText] = []
    subject: tuple[Piece, ...] = ()
    for number, fragment in enumerate(reading.texts):
        mine = [finding for finding in findings if finding.fragment == number and finding.span is not None]
        if fragment.label == "subject" and fragment.medium == "header" and not fragment.where.part:
            subject = _pieces(fragment, mine)
        elif mine or fragment.medium in _SHOWN:
            cut = len(fragment.text) > _MOST_TEXT
            shown = _pieces(fragment, mine)
            texts.append(ShownText(place(fragment.where), fragment.medium, fragment.label, shown, cut))
    pictures = [
        ShownPicture(place(picture.where), _png(picture, _boxes(reading, picture, number, findings)))
        for number, picture in enumerate(reading.pictures)
    ]
    return Evidence(subject, tuple(texts), tuple(pictures), tuple(place(finding.where) for finding in findings))


def _covered_names(reading: Reading, findings: Sequence[Finding]) -> dict[str, str]:
    """File names that give the reporter away, wherever a place mentions them."""
    names: dict[str, str] = {}
    for finding in findings:
        if finding.medium == "file_name" and finding.fragment is not None and finding.fragment < len(reading.texts):
            fragment = reading.texts[finding.fragment]
            mine = [f for f in findings if f.fragment == finding.fragment and f.span is not None]
            names[fragment.text] = "".join(piece.text for piece in _pieces(fragment, mine))
    return names


def _pieces(fragment: TextFragment, findings: Sequence[Finding]) -> tuple[Piece, ...]:
    text = fragment.text[:_MOST_TEXT]
    style = ["plain"] * len(text)
    for wanted, kinds in (("material", frozenset({"material"})), ("covered", _IDENTITY)):
        for finding in findings:
            if finding.span is not None and finding.kind in kinds:
                for index in range(max(0, finding.span[0]), min(len(text), finding.span[1])):
                    style[index] = wanted
    pieces: list[Piece] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or style[end] != style[start]:
            run = text[start:end]
            match style[start]:
                case "covered":
                    pieces.append(Piece(COVER, "covered"))
                case "material":
                    pieces.append(Piece(run, "material"))
                case _:
                    pieces.append(Piece(run))
            start = end
    return tuple(pieces)


def _boxes(reading: Reading, picture: PictureFragment, number: int, findings: Sequence[Finding]) -> list[Box]:
    """Boxes to fill: of findings in this picture itself, and of OCR lines and codes at the same place."""
    boxes = []
    for finding in findings:
        if finding.box is None or (finding.kind == "material"):
            continue
        own = finding.span is None and finding.fragment == number
        read = finding.span is not None and finding.where == picture.where
        if own or read:
            boxes.append(finding.box)
    for index, fragment in enumerate(reading.texts):
        if fragment.medium == "picture" and fragment.where == picture.where:
            for finding in findings:
                if finding.fragment == index and finding.span is not None and finding.kind in _IDENTITY:
                    low, high = finding.span
                    boxes += [line.box for line in fragment.boxes if line.start < high and low < line.end]
    return boxes


def _png(picture: PictureFragment, boxes: Sequence[Box]) -> bytes:
    pixels = picture.pixels
    image = Image.frombytes("RGB", (pixels.width, pixels.height), pixels.rgb)
    draw = ImageDraw.Draw(image)
    across, down = pixels.width / max(1, picture.width), pixels.height / max(1, picture.height)
    for box in boxes:
        left, top = box.x * across - 2, box.y * down - 2
        right, bottom = (box.x + box.width) * across + 2, (box.y + box.height) * down + 2
        draw.rectangle((left, top, right, bottom), fill=(32, 32, 36))
    out = io.BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
