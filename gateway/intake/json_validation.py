"""Values of a line that somebody wrote, checked: what is wrong is said with its place and what would be right."""

import json
from collections.abc import Iterable
from typing import Any

from gateway.errors import Problem, unknown
from gateway.model import Party
from gateway.text.addresses import fold_mailbox

_PARTY = frozenset({"name", "addresses", "accounts", "representatives"})


def object_of(line: str, place: str) -> dict[str, Any]:
    try:
        value = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        wrong = (
            f"not JSON: {error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else "too deep"
        )
        raise Problem(place, wrong, "write one JSON object a line") from None
    if not isinstance(value, dict):
        raise Problem(place, "not a JSON object", 'write {"id": …, "reported": […]} on each line')
    return value


def refuse_unknown_keys(value: dict[str, Any], allowed: frozenset[str], what: str, place: str) -> None:
    # An unknown key is an error: `"reporters": …` passed over in silence would protect nobody.
    for key in value:
        if key not in allowed:
            raise unknown_word(place, what, key, allowed)


def unknown_word(place: str, what: str, word: str, known: Iterable[str]) -> Problem:
    """A word that is not in a closed list. It is repeated only where it is a slip of one that is: what stands in the
    wrong place of a report may be the reporter's name."""
    problem = unknown(place, what, word, known)
    return problem if problem.remedy.startswith("did you mean") else Problem(place, f"unknown {what}", problem.remedy)


def text(value: Any, key: str, place: str, needed: bool = False) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and key == "id":
        value = str(value)
    if value is None or value == "":
        if needed:
            raise Problem(place, f"no {key!r}", f'write "{key}": "…"')
        return ""
    if not isinstance(value, str):
        raise Problem(place, f"{key!r} is not a text", f'write "{key}": "…"')
    return value.strip()


def texts(value: dict[str, Any], key: str, of: str, place: str) -> tuple[str, ...]:
    found = value.get(key, [])
    name = f"{of}.{key}" if of else key
    if not isinstance(found, list) or any(not isinstance(item, str) for item in found):
        raise Problem(place, f"{name!r} is not a list of texts", f'write "{key}": ["…"]')
    return tuple(item.strip() for item in found if item.strip())


def party_of(value: Any, of: str, place: str) -> Party:
    """A party, named by one thing at least. `of` is what the file calls it."""
    if not isinstance(value, dict):
        raise Problem(place, f"a {of} party is not an object", 'write {"name": "…", "addresses": ["…"]}')
    refuse_unknown_keys(value, _PARTY, f"key of a {of} party", place)
    party = Party(
        name=text(value.get("name", ""), f"{of}.name", place),
        addresses=texts(value, "addresses", of, place),
        accounts=texts(value, "accounts", of, place),
        representatives=texts(value, "representatives", of, place),
    )
    if not party.name and not party.addresses and not party.accounts:
        raise Problem(place, f"a {of} party has neither name nor address nor account", "give one of them")
    for address in (*party.addresses, *party.representatives):
        if not fold_mailbox(address):
            raise Problem(place, f"a {of} address is not a mail address", "write it as name@domain, or as @domain")
    return party
