"""The forms in which one thing about a person turns up in writing, each with how sure a sign it is.

Blanks, punctuation, case, width, accents and traditional characters are settled by the views of a text before anything
is compared. What is left to say is in `chinese_patterns`, `latin_patterns` and `contact_patterns`; here they are chosen
by kind, shaded by how surely an item was learned, and compared with the words of the reported party.

In: an `Item`. Out: patterns. Nothing here fails: a value that says nothing gives none.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import replace

from gateway.identity.chinese_patterns import dotted_name, han_name, han_nickname
from gateway.identity.circumstance_patterns import circumstance
from gateway.identity.contact_patterns import account, address, government_id, handle, phone
from gateway.identity.latin_patterns import latin_name
from gateway.identity.patterns import THRESHOLD, Pattern, rescored, shared
from gateway.model import Item
from gateway.text.han import all_han, has_han
from gateway.text.normalize import letters, normalise

_MIDDLE_DOTS = "·•・‧"


def forms(item: Item, own: Collection[str]) -> Iterator[Pattern]:
    """Every form of one item. `own` are words of the reported party: a form that is one of them is left out."""
    maker = _MAKERS.get(item.kind)
    if maker is None:
        return
    # A learned item protects at once; how surely it was learned only shades the score.
    trust = round(0.8 + 0.2 * min(1.0, max(0.0, item.score)), 2)
    surnames = {word[0] for word in own}
    for pattern in maker(item):
        if not pattern.literal or pattern.literal in own:
            continue
        form = pattern.form
        if form.view == "surname" and pattern.literal[0] in surnames:
            continue  # the reported is a 张先生 too
        if trust < 1.0:
            form = rescored(form, form.score * trust, form.cued * trust, form.cue)
        if form.score >= THRESHOLD and form.view in ("letters", "digits") and any(pattern.literal in w for w in own):
            # 凌凌 is a viewer's nickname, and what viewers call 清凌凌.
            form = rescored(form, min(form.score, 0.45), 0.75, "person")
        yield Pattern(pattern.literal, form) if form is not pattern.form else pattern


def _name(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if all_han(plain) and not any(dot in item.value for dot in _MIDDLE_DOTS):
        if len(plain) > 1:
            yield from han_name(plain)
    elif has_han(plain):
        yield from dotted_name(item.value, plain)
    else:
        yield from latin_name(item.value)


def _nickname(item: Item) -> Iterator[Pattern]:
    ornaments = _ornaments(item.value)
    for pattern in _plain_nickname(item):
        ornamented = any(ornaments) and pattern.variant == "exact" and pattern.view in ("letters", "digits")
        yield replace(pattern, form=replace(pattern.form, ornaments=ornaments)) if ornamented else pattern


def _ornaments(value: str) -> tuple[str, str]:
    """What stands before the first letter and behind the last, folded, without blanks."""
    text = "".join(normalise(value).text.split())
    places = [place for place, character in enumerate(text) if character.isalnum()]
    return (text[: places[0]], text[places[-1] + 1 :]) if places else ("", "")


def _plain_nickname(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    literal = "".join(normalise(item.value).text.split())
    if len(literal) == 1:
        yield Pattern(literal, shared("nickname", "exact", "tiny", 0.7))
    if not plain:  # signs alone: compared as they are
        if len(literal) >= 2:
            yield Pattern(literal, shared("nickname", "exact", "signs", 0.7, 0.8, "person"))
    elif has_han(plain):
        yield from han_nickname("nickname", plain)
    elif len(plain) >= 4:
        yield handle("nickname", item.value, plain)
    elif len(plain) > 1:
        yield Pattern(plain, shared("nickname", "exact", "letters", 0.3, 0.65, "beside", "latin", True))


def _account(item: Item) -> Iterator[Pattern]:
    plain = letters(item.value).text
    if has_han(plain):
        yield from han_nickname("account", plain)
    else:
        yield from account(item.value, plain)


_MAKERS: dict[str, Callable[[Item], Iterator[Pattern]]] = {
    "name": _name,
    "nickname": _nickname,
    "address": lambda item: address(item.value),
    "phone": lambda item: phone(item.value),
    "account": _account,
    "government_id": lambda item: government_id(item.value),
    "circumstance": lambda item: circumstance(item.value, item.detail),
}
