"""In which language a page is, and its texts. A test asks that both languages have every key."""

from typing import Literal

from starlette.requests import Request

from gateway.console.places import in_chinese
from gateway.console.texts import TEXTS
from gateway.console.texts.findings import HOW
from gateway.text.covering import CoveredPlace

Language = Literal["zh", "en"]
COOKIE = "lang"


def language_of(request: Request) -> Language:
    """The switch's cookie, else the browser's first choice of the two, else Chinese."""
    chosen = request.cookies.get(COOKIE)
    if chosen in ("zh", "en"):
        return "en" if chosen == "en" else "zh"
    for part in request.headers.get("accept-language", "").lower().split(","):
        tag = part.split(";")[0].strip()
        if tag.startswith("zh"):
            return "zh"
        if tag.startswith("en"):
            return "en"
    return "zh"


class Translations:
    """`t.title` in a template is the text in the page's language; an unknown key is an error, not an empty place."""

    def __init__(self, language: Language) -> None:
        self._index = 0 if language == "zh" else 1

    def __getitem__(self, key: str) -> str:
        return TEXTS[key][self._index]

    def kind(self, kind: str) -> str:
        """A finding's kind."""
        return self["name_kind" if kind == "name" else kind]

    def medium(self, medium: str | None) -> str:
        """A finding's medium."""
        return "" if medium is None else self["picture_medium" if medium == "picture" else medium]

    def how(self, variant: str) -> str:
        """The form in which something was found."""
        known = HOW.get(variant)
        return known[self._index] if known else variant.replace("_", " ")

    def attachment(self, number: int, of: int) -> str:
        """An attachment as a person says it: `the 2nd attachment`, and without a number where there is one alone."""
        key = "the_attachment" if of == 1 else "attachment_number"
        return self[key].format(number=number, ordinal=ordinal(number))

    def place(self, place: CoveredPlace) -> str:
        """A place, what is not a name in it in the page's language."""
        return in_chinese(place) if self._index == 0 else str(place)


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `3rd`, `11th`."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
