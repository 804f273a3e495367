"""What a letter surely says of its writer, so that nobody else's letters can make it a shop's.

A number that was learned may be of a shop (`电话` in a payment sheet), or of whoever sent the mail on. It is the
writer's where the writer says so (`我的电话是…`), signs with it or stands beside it (not beside the name of somebody
else, `王丽 138…，她是客服`); and in a line of a form where the same material names its writer in the text as well, and
gives one of the kind and no more.

In: the items of one report. Out: some of them. Pure.
"""

from collections.abc import Iterable

from gateway.fingerprints.identifiers import telephone_numbers
from gateway.fingerprints.of_report import STRONG
from gateway.model import Item
from gateway.text.normalize import letters

_SAID = frozenset(("sentence", "signature", "letterhead", "name beside a number"))
_FORM, _OF_ANOTHER = "form line", "another's name beside a number"
_NAMES = ("name", "government_id")


def own_items(items: Iterable[Item]) -> tuple[Item, ...]:
    """Those that were learned and are their writer's own, as far as a text can say."""
    learned = [item for item in items if item.acts and item.state in ("learned", "suggested")]
    named = {_material(item) for item in learned if item.kind in _NAMES and _place(item) in (*_SAID, _FORM)}
    written: dict[tuple[str, str], set[str]] = {}
    for item in learned:
        if _place(item) == _FORM:
            written.setdefault((_material(item), item.kind), set()).add(_value(item))
    return tuple(
        item
        for item in learned
        if item.kind in STRONG
        and (
            _place(item) in _SAID
            or (_place(item) == _FORM and _material(item) in named and len(written[_material(item), item.kind]) == 1)
        )
    )


def is_of_another(item: Item) -> bool:
    """Whether it is the name of somebody else in what the reporter wrote, as far as a text can say."""
    return item.kind == "name" and item.state == "suggested" and _place(item) == _OF_ANOTHER


def _material(item: Item) -> str:
    return item.source.rpartition(": ")[0]


def _place(item: Item) -> str:
    """Where in a material it was learned; nothing of what was learned of none."""
    material, _, place = item.source.rpartition(": ")
    return place if material else ""


def _value(item: Item) -> str:
    number = next(telephone_numbers(item.value), "").lstrip("0") if item.kind == "phone" else ""
    return number or letters(item.value).text
