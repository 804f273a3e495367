"""Which format reads which bytes. The formats are found by walking the folder: no list to forget.

Bytes decide, not names and not declared types; but where a container vouches for a kind (`hint`), that kind is read
too, for the recipient's program may believe the container.
"""

import importlib
import pkgutil
from collections.abc import Callable
from functools import cache

from gateway import formats as folder
from gateway.formats import Format, Rank

_BROAD = ("text", "html", "mime")
"""Kinds that bytes of another kind can look like; asked after the others."""


@cache
def all_formats() -> dict[str, Format]:
    """By name: every folder here with a constant FORMAT."""
    found: dict[str, Format] = {}
    for module in pkgutil.iter_modules(folder.__path__, f"{folder.__name__}."):
        if module.ispkg:
            loaded = importlib.import_module(module.name)
            if isinstance(format_ := getattr(loaded, "FORMAT", None), Format):
                found[format_.name] = format_
    return dict(sorted(found.items()))


def load_all() -> None:
    """Load the libraries of all formats: a process that shuts itself in cannot do so later."""
    for name, format_ in all_formats().items():
        importlib.import_module(f"{folder.__name__}.{name}.read")
        if format_.rewrite is not None:
            importlib.import_module(f"{folder.__name__}.{name}.rewrite")


Told = Callable[[Exception], None]


def chosen(data: bytes, hint: str = "", failed: Told = lambda error: None) -> tuple[Format, ...]:
    """The formats to read these bytes as, the leading one first; none where nothing knows them. `failed` hears of a
    sniffer's exception, which is a fault of ours: that format is taken for one that does not know the bytes.

    What is surely a document or picture is read as that alone, whatever it is called. Text that is surely HTML or
    mail, but not vouched for as that, is read as both. An empty file is text.
    """
    known = all_formats()
    if not data:
        hint = hint or "text"
    ranks = {name: _rank(format_, data, failed) for name, format_ in known.items()}
    firm = [format_ for name, format_ in known.items() if ranks[name] == "sure" and name not in _BROAD]
    if firm:
        return tuple(firm)
    names: list[str] = [hint] if hint in known else []
    names += [name for name in ("mime", "html") if ranks.get(name) == "sure" and name not in names and hint != "mime"]
    if not names:
        names = [name for name in known if ranks[name] == "maybe" and name not in _BROAD]
    if not names:
        names = [name for name in ("mime", "html", "text") if ranks.get(name) == "maybe"][:1]
    return tuple(known[name] for name in names)


def _rank(format_: Format, data: bytes, failed: Told) -> Rank:
    try:
        return format_.sniff(data)
    except Exception as error:  # strangers' bytes may bring out any fault of ours
        failed(error)
        return "no"
