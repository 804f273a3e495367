"""What a word of the envelope says: every reading of a local part, an ENVID or an ORCPT.

Programs hide addresses in addresses. VERP (`bounce+xiaoming=mail.example@platform.example`, also with `#` or `%`), SRS
(`SRS0=HHH=TT=mail.example=xiaoming@…`), BATV (`prvs=1234abcdef=xiaoming@…`), Exchange's IMCEA
(`IMCEASMTP-xiaoming+40mail+2Eexample@…`); xtext (RFC 3461 section 4, `+XX`), `\\x{HEX}` (RFC 6533 section 3), Punycode
(RFC 3492), and in the pieces of a local part base64, base32, hexadecimal, percent signs, quoted-printable, as
`text.escapes` undoes them.

In: a word as the client wrote it. Out: texts, each once, the word itself first. Nothing is raised. Linear in the word.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from gateway.text.escapes import undone
from gateway.text.offset_map import whole

_PLUS = re.compile(r"\+([0-9A-Fa-f]{2})")
_HEX_POINT = re.compile(r"\\x(?=\{[0-9A-Fa-f]{1,6}\})")
_SIGNS = r"[+\-=_./#%!~@:|?\\{}<>(),;\s\"]"
_SEPARATORS = re.compile(_SIGNS)
_AT = re.compile(r"[=#%!~|]|[-_.]at[-_.]|\(at\)", re.IGNORECASE)
_DOMAIN = re.compile(r"[A-Za-z0-9\u0080-\U0010ffff-]+(?:\.[A-Za-z0-9\u0080-\U0010ffff-]+)+")
_SMALL_BASE32 = re.compile(r"(?<![a-z0-9])[a-z2-7]{16,}(?![a-z0-9])")
_PUNYCODE = re.compile(r"(?<![A-Za-z0-9])xn--([A-Za-z0-9-]{1,60})", re.IGNORECASE)
_MOST_ENDINGS = 8
_MOST_PAIRS = 16
_APART = "\n\n"  # what stands in two pieces is not read as one
_ORDINARY = r"(?![a-f]{12})[A-Za-z]?[a-z]{0,14}|[0-9]{1,11}|[A-Za-z]{1,5}[0-9]{1,2}|[a-z]{1,4}[0-9]{1,3}"
_PLAIN = re.compile(rf"(?:{_ORDINARY})(?:[._-](?:{_ORDINARY})){{0,5}}")
"""Words and short numbers, and no run that could be packed letters: it says what it says."""


def readings(word: str) -> tuple[str, ...]:
    """All texts that it can be read as. What stands apart in one of them has an empty line between.

    >>> readings("kefu07@platform.example")
    ('kefu07@platform.example',)
    >>> "xiaoming@mail.example" in "".join(readings("bounce+xiaoming=mail.example@platform.example"))
    True
    """
    if not word:
        return ()
    if all(_PLAIN.fullmatch(half) for half in word.split("@", 1)) and not _AT.search(word) and "xn-" not in word:
        return (word,)
    written = dict.fromkeys((word, _PLUS.sub(r"%\1", word), _HEX_POINT.sub(r"\\u", word)))
    texts = dict.fromkeys(written)
    pieces = dict.fromkeys(piece for one in written for piece in _pieces(one))
    texts[_APART.join(pieces)] = None
    for text in list(texts):
        texts.update((view.text, None) for view in undone(whole(text)))
    told = [name for text in texts for line in text.split("\n") for name in (*_addresses(line), *_unpunycoded(line))]
    if told:
        texts[_APART.join(dict.fromkeys(told))] = None
    return tuple(text for text in texts if text)


def _pieces(word: str) -> Iterator[str]:
    """What stands between the signs, and what begins behind the first of them: base64 has such signs of its own."""
    yield from filter(None, _SEPARATORS.split(word))
    for number, sign in enumerate(_SEPARATORS.finditer(word)):
        if number == _MOST_ENDINGS:
            break
        rest = word[sign.end() :]
        yield rest
        yield rest.rpartition("@")[0]
    yield from (found[0].upper() for found in _SMALL_BASE32.finditer(word))


def _addresses(line: str) -> Iterator[str]:
    """Addresses that stand in one with another sign for their `@`, or behind something that was put before them."""
    local, at, domain = line.rpartition("@")
    pieces = _AT.split(local if at else line)[:_MOST_PAIRS]
    for before, behind in pairwise(pieces):
        if (host := _DOMAIN.match(behind)) is not None:
            yield from _behind_signs(before, host[0])
        if (host := _DOMAIN.search(before)) is not None and host.end() == len(before):
            yield f"{behind}@{host[0]}"
    if at and (host := _DOMAIN.match(domain)) is not None:
        yield from _behind_signs(local, host[0])


def _behind_signs(local: str, domain: str) -> Iterator[str]:
    """`bounces+4711-xiaoming` may be sent for `xiaoming`."""
    yield f"{local}@{domain}"
    starts = [sign.end() for sign in re.finditer(r"[+\-=:/ ]", local)]
    yield from (f"{local[start:]}@{domain}" for start in starts[-_MOST_ENDINGS:] if local[start:])


def _unpunycoded(line: str) -> Iterator[str]:
    for label in _PUNYCODE.finditer(line):
        try:
            yield label[1].encode("ascii").decode("punycode")
        except UnicodeError:
            continue
