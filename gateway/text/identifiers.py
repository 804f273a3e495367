"""What in a text may be somebody's address, number or account, each in the one form under which it is looked up.

A known reporter is looked for with every variant that a name can take (`reports.variants`); here nobody is known yet,
and each candidate is asked for among those of all reports. So only what is found by its own shape: mail addresses,
runs of digits however they are grouped or written out, words of Latin letters and digits as accounts are.

In: texts, or the items of a report. Out: forms, such as `@xiaoming@mail.example`, `#13800138000`, `=xmfeifei90`, or
eight octets of each, without a key. Nothing here fails.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator

import numpy as np

from gateway.text.addresses import fold_address
from gateway.text.digits import fold_digits
from gateway.text.folded import ascii_of, codes
from gateway.text.normal import letters, normalise

SHORTEST_NUMBER, LONGEST_NUMBER = 7, 20
SHORTEST_ACCOUNT, LONGEST_ACCOUNT, LONG_WORD = 6, 30, 9
SHORTEST_MESSAGE_ID = 8
_MOST_PIECES = 6
_NOT_LOCAL = re.compile(rb"[^0-9a-z!#$%&'*+/=?^_`{|}~.-]")
_DOMAIN = re.compile(rb"[0-9a-z-]+(?:\.[0-9a-z-]+)+")
_ANY_LOCAL = re.compile(r"[^\s<>()\[\]{},;:\"'，。；：、（）【】《》“”@]+")
_ANY_DOMAIN = re.compile(r"[\w-]+(?:\.[\w-]+)+")
_LONGEST_LOCAL, _LONGEST_DOMAIN = 64, 255
_NUMBER = re.compile(rb"[0-9](?:[ \t.()+/_\-~?]{0,3}[0-9]){6,}x?")
"""Begins with the first digit of its run, for if no number begins there none begins behind it. To say so with a look
behind would triple the time."""
_PIECE_OF_TEXT = 1 << 16
_FURTHEST = 4  # from one digit of a number to the next
_PIECE = re.compile(r"[0-9]+x?")
_IN_WORDS = bytes(c if chr(c) in "0123456789abcdefghijklmnopqrstuvwxyz_.-" else 0x20 for c in range(256))
_HAN_NUMERALS = "零〇洞一壹幺弌二贰两弍三叁弎参四肆五伍六陆七柒拐八捌九玖勾"
_NUMERALS = re.compile(f"[{_HAN_NUMERALS}0-9]{{7,}}")
_IS_NUMERAL = np.zeros(0x10000, np.bool_)
_IS_NUMERAL[[ord(c) for c in _HAN_NUMERALS]] = True
_COUNTRY = re.compile(r"\A(?:(?:00)?86|0)(?=1[3-9])")


def candidates(text: str) -> set[str]:
    """Every form that a text holds."""
    plain = ascii_of(text)
    found = {f"@{address}" for address in _addresses(text, plain)}
    # Words of one alphabet: cut and told apart in the whole text, not one by one.
    for word in _words(plain.translate(_IN_WORDS)):
        if len(word) < SHORTEST_ACCOUNT or (len(word) < LONG_WORD and word.isalpha()):
            continue  # nearly all words, at no cost
        if _is_account(bare := word.translate(None, b"_.-"), bare != word):
            found.add("=" + bare.decode("ascii"))
    for run in _runs(plain):
        found.update(f"#{number}" for number in _numbers(run.decode("ascii")))
    if not text.isascii() and _has_numerals(text):
        for run in _NUMERALS.findall(normalise(text).text):
            found.update(f"#{number}" for number in _numbers(fold_digits(run)))
    return found


def forms(kind: str, value: str) -> Iterator[str]:
    """The forms under which an item of a report is found; none where it is too short or too ordinary to be strong."""
    if kind == "address":
        if folded := fold_address(value):
            yield f"@{folded}"
    elif kind in ("phone", "government_id", "account"):
        plain = letters(value).text
        if plain.removesuffix("x").isdecimal() and plain.isascii():
            number = _COUNTRY.sub("", plain, count=1)
            if SHORTEST_NUMBER <= len(number) <= LONGEST_NUMBER:
                yield f"#{number}"
        elif plain.isascii() and _is_account(plain.encode(), plain != value.strip().casefold()):
            yield f"={plain}"


def digests(found: Iterable[str]) -> bytes:
    """Eight octets of each form."""
    return b"".join(
        hashlib.blake2b(form.encode("utf-8", "replace"), digest_size=8, person=b"hushgate-id-1").digest()
        for form in found
    )


def message_digests(ids: Iterable[str]) -> bytes:
    """Eight octets of each Message-ID, with or without brackets; none of one that is too short to be anybody's."""
    bare = {written.strip().strip("<>").lower() for written in ids}
    return digests(f"<{one}" for one in sorted(bare) if len(one) >= SHORTEST_MESSAGE_ID)


def _addresses(text: str, plain: bytes) -> Iterator[str]:
    """Both as an address in ASCII, which may stand between Han, and as one in any letters. `plain` is `ascii_of`."""
    at = plain.find(b"@")
    while at >= 0:
        host = _DOMAIN.match(plain, at + 1)
        before = plain[max(0, at - _LONGEST_LOCAL) : at]
        cut = _NOT_LOCAL.search(before[::-1].replace(b"?", b" "))
        name = before[len(before) - cut.start() :] if cut else before
        if name and host and (folded := fold_address(f"{name.decode('ascii')}@{host[0].decode('ascii').rstrip('-.')}")):
            yield folded
        if not (text[at - 1 : at] + text[at + 1 : at + 2]).isascii():
            # Any letters: only here is the text normalised, and only around the sign.
            left = normalise(text[max(0, at - _LONGEST_LOCAL) : at]).text
            right = _ANY_DOMAIN.match(normalise(text[at + 1 : at + _LONGEST_DOMAIN]).text)
            whole = _ANY_LOCAL.match(left[::-1])
            any_letters = f"{whole[0][::-1]}@{right[0].rstrip('-.')}" if whole and right else ""
            if not any_letters.isascii() and (folded := fold_address(any_letters)):
                yield folded
        at = plain.find(b"@", at + 1)


def _words(plain: bytes) -> set[bytes]:
    """Each once. A piece at a time: all words of a long text take ten times its memory."""
    found, at = set[bytes](), 0
    while at < len(plain):
        end = plain.find(b" ", at + _PIECE_OF_TEXT)
        end = len(plain) if end < 0 else end
        found.update(plain[at:end].split())
        at = end
    return found


def _has_numerals(text: str) -> bool:
    """Three of them side by side, as in a number that is written out."""
    so = _IS_NUMERAL.take(codes(text), mode="clip")
    return bool((so[2:] & so[1:-1] & so[:-2]).any())


def _runs(plain: bytes) -> set[bytes]:
    """What `_NUMBER` finds. Looked for only where enough digits stand near each other: most of a text has none."""
    digits = np.flatnonzero(np.frombuffer(plain, np.uint8) - ord("0") < 10)  # what is less than "0" wraps
    if len(digits) < SHORTEST_NUMBER:
        return set()
    ends = np.append(np.flatnonzero(np.diff(digits) > _FURTHEST) + 1, len(digits))
    begins = np.append(0, ends[:-1])
    enough = ends - begins >= SHORTEST_NUMBER
    spans = zip(digits[begins[enough]].tolist(), digits[ends[enough] - 1].tolist(), strict=True)
    return {run for first, last in spans for run in _NUMBER.findall(plain[first : last + 2])}


def _is_account(bare: bytes, signed: bool) -> bool:
    """A short word without a digit or a sign in it may be anybody's word."""
    if not SHORTEST_ACCOUNT <= len(bare) <= LONGEST_ACCOUNT or bare.isdigit():
        return False
    return signed or len(bare) >= LONG_WORD or not bare.isalpha()


def _numbers(run: str) -> Iterator[str]:
    """Every number that neighbouring pieces of a run can be together."""
    pieces = _PIECE.findall(run)
    for first in range(len(pieces)):
        number = ""
        for piece in pieces[first : first + _MOST_PIECES]:
            number += piece
            if len(number) > LONGEST_NUMBER + 4:
                break
            if len(number) >= SHORTEST_NUMBER:
                yield number
                bare = _COUNTRY.sub("", number, count=1)
                if len(bare) != len(number):
                    yield bare
