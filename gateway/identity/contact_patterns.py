"""Forms of what leads to a person: mail addresses, telephone numbers, accounts, numbers of identity documents.

In: values as given. Out: patterns. Nothing here fails.
"""

import re
from collections.abc import Iterator

from gateway.fingerprints.identifiers import telephone_numbers
from gateway.identity.patterns import Pattern, View, joints_of, shared
from gateway.model import Kind
from gateway.text.addresses import AT, fold_address
from gateway.text.digits import NUMERALS
from gateway.text.normalize import letters, normalise


def address(value: str) -> Iterator[Pattern]:
    """A mail address: its local part, which its domain must follow in any spelling; and the local part alone."""
    folded = fold_address(value)
    if not folded:
        return
    local, _, domain = normalise(folded).text.rpartition("@")
    name = letters(local).text
    labels = tuple(letters(label).text for label in domain.split("."))
    if not name or not all(labels):
        return
    view = _view(name, *labels)
    score = 0.95 if len(name) + sum(map(len, labels)) >= 8 else 0.6
    if len(name) >= 4:
        yield Pattern(name, shared("address", "exact", view, score, 0, "", "address", True, rest=labels))
    else:  # `a` stands everywhere: more of it has to be there before anybody looks
        for at in AT:
            joints = joints_of([name, at, labels[0]]) if at else (len(name),)
            form = shared("address", "exact", view, score, 0, "", "address", True, joints, labels[1:])
            yield Pattern(name + at + labels[0], form)
    if name.isdecimal() and len(name) >= 7:  # a QQ number, or a telephone number
        yield Pattern(name, shared("address", "local_part", "digits", 0.75, 0.9, "account", "digits", True))
    elif len(name) >= 6 and (any(c.isdecimal() for c in name) or any(c in "_.-" for c in local)):
        joints = joints_of([letters(word).text for word in re.split(r"[^0-9a-z]+", local)])
        yield Pattern(name, shared("address", "local_part", _view(name), 0.7, 0.85, "account", "tight", True, joints))


def phone(value: str) -> Iterator[Pattern]:
    """A telephone number without its country code; its end alone where it is said to be one."""
    national, *without_area = telephone_numbers(value)
    if len(national) < 7:
        return
    yield Pattern(national, shared("phone", "exact", "digits", 0.97, 0, "", "digits", True))
    for local in without_area:
        yield Pattern(local, shared("phone", "without_area", "digits", 0.65, 0.85, "account", "digits", True))
    if len(national) >= 10:
        yield Pattern(national, shared("phone", "masked", "number", 0.7, 0.8, "account"))


def government_id(value: str) -> Iterator[Pattern]:
    """The number of an identity document: a resident's id, a passport, a permit."""
    plain = letters(value).text
    if len(plain) < 6:
        return
    if plain.isascii() and sum(c.isdecimal() for c in plain) >= 6:
        yield Pattern(plain, shared("government_id", "exact", "digits", 0.97, 0, "", "digits", True))
        if len(plain) >= 8:
            yield Pattern(plain, shared("government_id", "masked", "number", 0.7, 0.8, "account"))
    else:
        yield Pattern(plain, shared("government_id", "exact", "letters", 0.95, 0, "", "tight", True))


def account(value: str, plain: str) -> Iterator[Pattern]:
    """An account without Chinese characters: a number, or a word that its owner chose."""
    if plain.isdecimal() and plain.isascii():
        if len(plain) >= 7:
            yield Pattern(plain, shared("account", "exact", "digits", 0.95, 0, "", "digits", True))
        elif len(plain) >= 5:
            yield Pattern(plain, shared("account", "exact", "digits", 0.7, 0.9, "account", "digits", True))
        elif len(plain) >= 3:
            yield Pattern(plain, shared("account", "exact", "digits", 0.3, 0.65, "account", "digits", True))
    elif len(plain) >= 3:
        yield handle("account", value, plain)
    if len(plain) >= 7 and plain.isascii():
        yield Pattern(plain, shared("account", "masked", "number", 0.6, 0.75, "account"))


def handle(kind: Kind, value: str, plain: str) -> Pattern:
    """A word chosen by its owner: with digits or signs in it nobody else's, else perhaps a word of English."""
    joints = joints_of([letters(word).text for word in re.split(r"[^0-9a-z]+", normalise(value).text)])
    if not plain.isalpha() or joints:
        return Pattern(plain, shared(kind, "exact", _view(plain), 0.95, 0, "", "tight", True, joints))
    if len(plain) >= 10:
        return Pattern(plain, shared(kind, "exact", "letters", 0.75, 0.9, "account", "tight", True))
    return Pattern(plain, shared(kind, "exact", "letters", 0.55, 0.85, "account", "tight", True))


def _view(*words: str) -> View:
    """Where digits are, they may be written as numerals: `xm_feifei九零`. In what has numerals of its own they stay."""
    every = "".join(words)
    return "digits" if any(c.isdecimal() for c in every) and every.translate(NUMERALS) == every else "letters"
