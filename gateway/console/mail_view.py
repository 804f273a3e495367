"""The mail's HTML as its recipient would have seen it, for a frame that can do nothing: written anew from pieces.

In: pieces (`model.shown_page`), how the message is masked, and its covered pictures. Out: an HTML page without a link,
a form, a script or an address of anything, with everything of a reporter covered; None where something of one would
still be found in it. Pure but for the search of `Masking`.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from html import escape

from gateway.console.evidence import EvidencePage
from gateway.console.masking import COVER, Masking, Span, merged
from gateway.model import Reading
from gateway.model.shown_page import BLOCKS, CELLS, EMPTY, SPANS, PagePiece, ShownPage, may_be_said

POLICY = (
    "default-src 'none'; img-src 'self' data:; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)
"""Of the frame's answer: even opened alone it runs nothing and loads nothing."""
_MOST_PICTURES = 6 * 1024 * 1024
_LOOKS = 4
_HEAD = (
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title><style>'
    "body{{margin:12px;font:15px/1.6 sans-serif;color:#1c1f24;background:#fff;overflow-wrap:anywhere}}"
    "img,table{{max-width:100%}}blockquote{{border-left:3px solid #ccd;margin-left:0;padding-left:1em}}"
    ".c{{background:#202024;color:#202024;border-radius:3px}}"
    ".n{{display:inline-block;border:1px dashed #889;color:#556;padding:2px 8px;font-size:13px}}"
    "</style></head><body>"
)


def frame_page(
    page: ShownPage, masking: Masking, pictures: Mapping[bytes, bytes], words: Mapping[str, str]
) -> str | None:
    """The page. `pictures`: covered ones, by the digest of their file; `words`: `language`, `title`, and what stands in
    place of a picture that is not there (`missing`)."""
    if not page.pieces or not all(map(may_be_said, page.pieces)):
        return None
    flat, places = _flat(page.pieces)
    spans = _covered_spans(flat, masking)
    if spans is None:
        return None
    head = _HEAD.format(language=escape(words["language"]), title=escape(words["title"]))
    return "".join((head, *_written(page.pieces, places, spans, pictures, words["missing"]), "</body></html>"))


def pictures_by_file(reading: Reading | None, shown: EvidencePage) -> dict[bytes, bytes]:
    """Covered pictures by the digest of the file that each is."""
    reading = reading or Reading()
    files = {part.where: part.sha256 for part in reading.files}
    found: dict[bytes, bytes] = {}
    for picture in shown.pictures:
        where = reading.pictures[picture.number].where
        if where in files:
            found.setdefault(files[where], picture.png)
    return found


def _flat(pieces: Sequence[PagePiece]) -> tuple[str, dict[int, int]]:
    """All that is shown as one text, lines as they are seen; and where the text of each piece begins in it."""
    out: list[str] = []
    places: dict[int, int] = {}
    length = 0
    for number, piece in enumerate(pieces):
        if piece.kind == "text":
            said = piece.text
            places[number] = length
        elif piece.kind == "picture":
            said = "\n"
        else:
            said = "\n" if piece.name in BLOCKS else "\t" if piece.name in CELLS else ""
        out.append(said)
        length += len(said)
    return "".join(out), places


def _covered_spans(flat: str, masking: Masking) -> list[Span] | None:
    """What is covered of the text; None where it does not come to an end."""
    spans = merged([*masking.spans(flat), *masking.found_in([flat], "html")[0]], len(flat))
    for _ in range(_LOOKS):
        shown, origins = _with_covers(flat, spans)
        more = masking.found_in([shown], "html")[0]
        if not more:
            return spans
        spans = merged([*spans, *((origins[start], origins[end]) for start, end in more)], len(flat))
    return None


def _with_covers(flat: str, spans: Sequence[Span]) -> tuple[str, list[int]]:
    """The text as it will stand there, and for each place in it the place in the text that it came from."""
    out: list[str] = []
    origins: list[int] = []
    at = 0
    for start, end in (*spans, (len(flat), len(flat))):
        out.append(flat[at:start])
        origins += range(at, start)
        if end > start:
            out.append(COVER)
            origins += (start, *[start] * (len(COVER) - 1))
        at = end
    return "".join(out), [*origins, len(flat)]


def _written(
    pieces: Sequence[PagePiece],
    places: Mapping[int, int],
    spans: Sequence[Span],
    pictures: Mapping[bytes, bytes],
    missing: str,
) -> Iterator[str]:
    room, covers = _MOST_PICTURES, iter((*spans, (1 << 60, 1 << 60)))
    cover, drawn = next(covers), False
    for number, piece in enumerate(pieces):
        if piece.kind == "open":
            style = ";".join(f"{name}:{value}" for name, value in piece.style if name not in SPANS)
            cells = "".join(f' {name}="{escape(value)}"' for name, value in piece.style if name in SPANS)
            yield f"<{piece.name}{cells}{f' style={chr(34)}{escape(style)}{chr(34)}' if style else ''}>"
        elif piece.kind == "close":
            if piece.name not in EMPTY:
                yield f"</{piece.name}>"
        elif piece.kind == "picture":
            png = pictures.get(piece.sha256, b"") if piece.sha256 else b""
            if png and len(png) <= room:
                room -= len(png)
                yield f'<img alt="" src="data:image/png;base64,{base64.b64encode(png).decode()}">'
            else:
                yield f'<span class="n">{escape(missing)}</span>'
        else:
            at, end = places[number], places[number] + len(piece.text)
            begin = at
            while at < end:
                while cover[1] <= at:
                    cover, drawn = next(covers), False
                if cover[0] <= at:
                    if not drawn:  # a word in several pieces is one
                        yield f'<span class="c">{COVER}</span>'
                        drawn = True
                    at = min(end, cover[1])
                else:
                    stop = min(end, cover[0])
                    yield escape(piece.text[at - begin : stop - begin])
                    at = stop
