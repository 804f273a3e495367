"""An Outlook item (MS-OXMSG): its properties, recipients, attachments, and items attached to it.

In: streams and storages by name. Out: texts, children; `Unreadable` for what is attached as something else.
"""

import re
from collections.abc import Callable, Iterator

from gateway.containers import mapi
from gateway.formats import Child, Piece
from gateway.model import Location, Medium, TextFragment, Unreadable, steps
from gateway.text.strings import runs

PROPERTIES = "__properties_version1.0"
_PROPERTY = re.compile(r"__substg1\.0_([0-9A-Fa-f]{4})([0-9A-Fa-f]{4})(?:-[0-9A-Fa-f]{8})?")
_NAMED = "__nameid_version1.0"
_HEADERS = 0x007D
_HTML_TEXT = (0x1013001F, 0x1013001E)
_DATA = "__substg1.0_37010102"
_LONGEST_STEP = 200

Path = tuple[str, ...]
Open = Callable[[Path], bytes]


def is_ours(path: Path) -> bool:
    """Whether this stream is a message's."""
    return path[-1] == PROPERTIES or _NAMED in path or _PROPERTY.fullmatch(path[-1]) is not None


def read(path: Path, opened: Open, where: Location) -> Iterator[Piece]:
    """One stream of a message."""
    data = opened(path)
    match = _PROPERTY.fullmatch(path[-1])
    if match is None or _NAMED in path:
        if found := list(runs(data)):
            yield TextFragment(where, "metadata", "\n".join(found))
        return
    tag, kind = int(match[1], 16), int(match[2], 16)
    if tag == mapi.DATA:
        yield from _attachment(path, data, opened, where)
    elif tag == mapi.HTML:
        yield Child(where.inside(steps.HTML_BODY), data if kind == mapi.BINARY else _plain(kind, data), "", "html")
    elif tag == mapi.PACKED_RTF:
        try:
            yield Child(where.inside(steps.RTF_BODY), mapi.rtf(data))
        except ValueError:
            yield Unreadable(where, "broken_rtf")
    elif tag == mapi.ICON:
        return  # what an attachment's program looks like, drawn by Outlook
    else:
        yield from _texts(tag, kind & ~mapi.MULTIPLE, data, where)


def _texts(tag: int, kind: int, data: bytes, where: Location) -> Iterator[Piece]:
    medium: Medium = "document" if tag in (mapi.BODY, _HEADERS) else "metadata"
    texts = list(mapi.readings(kind, data)) if kind in (mapi.STRING8, mapi.UNICODE) else ["\n".join(runs(data))]
    for text in texts:
        if text.strip():
            yield TextFragment(where, medium, text, names_people=tag in mapi.PEOPLE)


def _attachment(path: Path, data: bytes, opened: Open, where: Location) -> Iterator[Piece]:
    name = ""
    for tag in (mapi.LONG_FILE_NAME, mapi.FILE_NAME, mapi.DISPLAY_NAME):
        for kind in (mapi.UNICODE, mapi.STRING8):
            try:
                value = opened((*path[:-1], f"__substg1.0_{tag:04X}{kind:04X}"))
            except OSError:
                continue
            for text in mapi.readings(kind, value):
                name = name or text
                yield TextFragment(where, "file_name", text)
    place = where.inside(steps.file(name[:_LONGEST_STEP]) if name else steps.attachment())
    yield Child(place, data, name)


def _plain(kind: int, data: bytes) -> bytes:
    return next(iter(mapi.readings(kind, data)), "").encode()
