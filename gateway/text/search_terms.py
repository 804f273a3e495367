"""What a held message is found by, and what somebody who searches means: the same folded terms. Pure.

Words of Latin and other letters are terms whole; Han runs are cut into all pairs (a run of one is a term, and so are
both ends of a longer one); what has `@`, `.`, `-` or `_` inside (an address, an id) is one term beside the words in it.

In: text. Out: terms, each once, in the order in which they stand.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from gateway.text.addresses import fold_address

MOST_ASKED = 12
"""Terms of one question; whoever writes more means at least these."""
MOST_OF_TEXT = 400
_CHUNK = re.compile(r"\S+")
_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_HAN}]+|[^\W_{_HAN}]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[@._+\-]+[^\W_]+)+")
_ONLY_HAN = re.compile(rf"[{_HAN}]+")
_LONGEST = 320
_LONGEST_TEXT = 2000
LONGEST_ASKED = 400


def folded(text: str) -> str:
    """As terms are compared: one width, small letters."""
    return unicodedata.normalize("NFKC", text).casefold()


def terms_of_text(text: str) -> list[str]:
    """Of words that a message shows."""
    return list(dict.fromkeys(_of_text(folded(text)[:_LONGEST_TEXT])))[:MOST_OF_TEXT]


def _of_text(text: str) -> Iterator[str]:
    for chunk in _CHUNK.findall(text):
        for compound in _COMPOUND.findall(chunk):
            yield compound[:_LONGEST]
        for word in _WORD.findall(chunk):
            yield from _of_word(word)
            if len(word) > 1 and _ONLY_HAN.fullmatch(word):
                yield from (word[0], word[-1])  # beside a number or a Latin word they are asked for alone


def _of_word(word: str) -> Iterator[str]:
    if len(word) > 1 and _ONLY_HAN.fullmatch(word):
        yield from (word[at : at + 2] for at in range(len(word) - 1))
    else:
        yield word[:_LONGEST]


def terms_of_address(address: str, local: bool = True) -> list[str]:
    """The whole, its domain, and where it may be known the part before it."""
    key = fold_address(address) or folded(address.strip())
    name, at, domain = key.rpartition("@")
    if not at:
        return [key] if key else []
    return list(dict.fromkeys((key, domain, *((name, *_of_text(name)) if local else ()))))


def term_of_id(id_: str) -> str:
    """An id of ours or of a message, whole."""
    bare = folded(id_.strip().strip("<>"))
    return (fold_address(bare) or bare if "@" in bare else bare)[:_LONGEST]


def terms_asked(question: str) -> list[str]:
    """What a message must have, every one, to be what somebody looks for."""
    return list(dict.fromkeys(_asked(folded(question)[:LONGEST_ASKED])))[:MOST_ASKED]


def _asked(question: str) -> Iterator[str]:
    for chunk in _CHUNK.findall(question):
        bare = chunk.strip("<>()[]{}\"'“”‘’「」『』,，;；:：、。！？!?|")
        if "@" in bare:
            yield fold_address(bare) or bare[:_LONGEST]
        elif _COMPOUND.fullmatch(bare):
            yield bare[:_LONGEST]
        else:
            for word in _WORD.findall(bare):
                yield from _of_word(word)


def terms_of_ids(ids: Iterable[str]) -> list[str]:
    """Of several."""
    return [term for term in map(term_of_id, ids) if term]
