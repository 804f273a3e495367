"""Whether declarations of CSS may hide what they are for: by its size, its place, its colour, a clip or a mask.

Nothing is computed: a value that could be anything (`var()`, `calc()`) may hide. White, tiny and far away are hidden.

In: the text of declarations, comments and escapes undone. Out: whether one of them may hide. Nothing is raised.
CSS 2.2, CSS Color 4, CSS Masking 1, CSS Transforms 2.
"""

import re

_DECLARATION = re.compile(r"(?<![\w-])([a-z-]{3,40})\s*:\s*([^;{}]{1,200})", re.IGNORECASE)
_NUMBER = re.compile(r"([+-]?(?:\d{1,12}\.?\d{0,12}|\.\d{1,12})(?:e[+-]?\d{1,3})?)([a-z%]*)")
_SIZES = frozenset(
    f"{most}{side}" for most in ("", "max-") for side in ("width", "height", "inline-size", "block-size")
)
_PLACES = frozenset(("left", "top", "right", "bottom", "inset", "text-indent", "margin", "margin-left", "margin-top"))
_CUTS = frozenset(f"{maker}{cut}" for maker in ("", "-webkit-") for cut in ("clip", "clip-path", "mask", "mask-image"))
_SHOWS = frozenset(("none", "auto", "initial", "inherit", "unset", "revert"))
_COLOURS = frozenset(("color", "-webkit-text-fill-color"))
_PALE_WORDS = """
transparent white snow ivory azure whitesmoke ghostwhite floralwhite mintcream seashell honeydew aliceblue lavenderblush
oldlace linen cornsilk lightyellow lightcyan canvas
"""
_PALE = frozenset(_PALE_WORDS.split())
_PIXELS = {"px": 1.0, "pt": 1.33, "": 1.0, "em": 16.0, "rem": 16.0, "%": 0.16, "ex": 8.0, "ch": 8.0, "mm": 3.8}
_SMALLEST, _FARTHEST, _FAINTEST = 3.0, 100.0, 0.1


def may_hide(declarations: str) -> bool:
    """True where one of them could."""
    colours: dict[str, str] = {}
    for found in _DECLARATION.finditer(declarations):
        name, value = found[1].lower(), found[2].partition("!")[0].strip(" \t\r\n\f\"'").lower()
        if name in _COLOURS or name in ("background", "background-color"):
            colours[name.partition("-color")[0]] = value
        if _hides(name, value):
            return True
    return colours.get("color") is not None and colours["color"] == colours.get("background")


def _hides(name: str, value: str) -> bool:
    if name in _COLOURS:
        return _is_pale(value)
    if name in ("display", "visibility", "content-visibility"):
        return "(" in value
    if name == "position":
        return value in ("absolute", "fixed") or "(" in value
    if name in _CUTS:
        return value not in _SHOWS
    if name in ("filter", "-webkit-filter"):
        return "opacity" in value or "url" in value or "var" in value
    if name in ("transform", "-webkit-transform", "scale", "translate"):
        return value not in _SHOWS and not value.startswith("rotate(")
    if name in ("font-size", "zoom", "opacity", "line-height", *_SIZES):
        return _is_small(name, value)
    if name == "font":
        return any(_is_small("font-size", word) for word in value.split("/")[0].split() if word[:1] in "0123456789.+-c")
    if name in _PLACES:
        return any(_pixels(*found) <= -_FARTHEST for found in _NUMBER.findall(value)) or "(" in value
    return name == "letter-spacing" and any(_pixels(*found) <= -4 for found in _NUMBER.findall(value))


def _is_small(name: str, value: str) -> bool:
    if "(" in value:
        return name not in _SIZES  # as wide as the window less something: usual, and nothing that hides
    number = _NUMBER.match(value)
    if number is None:
        return False
    if name in ("opacity", "zoom"):
        return float(number[1]) / (100 if number[2] == "%" else 1) <= _FAINTEST
    if name == "font-size":
        return _pixels(*number.groups()) < _SMALLEST
    return float(number[1]) == 0


def _pixels(number: str, unit: str) -> float:
    return float(number) * _PIXELS.get(unit, 16.0)


def _is_pale(value: str) -> bool:
    """White, nearly white, or seen through."""
    if value.startswith("#"):
        digits = value[1:]
        if len(digits) in (3, 4):
            digits = "".join(c * 2 for c in digits)
        parts = [int(digits[i : i + 2], 16) for i in (0, 2, 4, 6) if re.fullmatch("[0-9a-f]{2}", digits[i : i + 2])]
        return len(parts) < 3 or min(parts[:3]) >= 0xF0 or (len(parts) == 4 and parts[3] < 0x20)
    if "(" not in value:
        return value in _PALE
    numbers = [(float(number), unit) for number, unit in _NUMBER.findall(value.partition("(")[2])]
    if not value.startswith("rgb") or len(numbers) < 3:
        return True  # hsl, lab, mixed, a variable: rare, so not computed
    light = [number * (2.55 if unit == "%" else 1) for number, unit in numbers[:3]]
    faint = len(numbers) > 3 and numbers[3][0] / (100 if numbers[3][1] == "%" else 1) < _FAINTEST
    return min(light) >= 0xF0 or faint
