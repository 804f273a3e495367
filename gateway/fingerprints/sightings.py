"""By what an item is met in mail that nobody reads: which fingerprints a mail with it must have.

Only what is in a name's own letters counts. A long name needs all its runs of four letters, since its first four may
be a brand (云雀直播 of 云雀直播的小迷妹). A word of everyday speech (高兴, `lucky`) stands in anybody's mail and says
nothing there, so it counts only where somebody is called so: in the name of a sender. Circumstances are many people's
anyway, and no name of one letter can be told from a letter.

In: an item's kind and value. Out: groups of fingerprints, `words` or `identifiers` of `model.Fingerprints`; a mail has
the item where it has all of any one group. Nothing here fails.
"""

from collections.abc import Iterator

from gateway.fingerprints.folding import thinned
from gateway.fingerprints.identifiers import item_prints
from gateway.fingerprints.mentions import LONGEST, SHORTEST_WORD, called_itself, code_print, han_windows, phrase_digests
from gateway.fingerprints.of_report import STRONG
from gateway.text.everyday import is_english, is_everyday
from gateway.text.han import all_han
from gateway.text.normalize import letters_alone

Group = tuple[int, ...]


def groups_of(kind: str, value: str) -> tuple[Group, ...]:
    """Each group once; none of what cannot be met in this way."""
    return tuple(dict.fromkeys(group for group in _groups(kind, value) if group))


def _groups(kind: str, value: str) -> Iterator[Group]:
    if kind in STRONG:
        for one in item_prints(kind, value).tolist():
            yield (one,)
    elif kind == "qr_code":
        yield tuple(code_print(value).tolist())
    elif kind in ("name", "nickname"):
        plain = letters_alone(value)
        if 2 <= len(plain) <= LONGEST:
            yield tuple(called_itself(plain).tolist())
            yield _written(plain)


def _written(plain: str) -> Group:
    """Of a name anywhere in a text."""
    if all_han(plain):
        shown = thinned(plain)
        if is_everyday(plain) or len(shown) != len(plain):
            return ()
        return tuple(sorted(set(han_windows(shown, min(4, len(shown))).tolist())))
    # Of a word that is joined by blanks nobody knows whether its pieces stand together.
    if plain.isascii() and len(plain) >= SHORTEST_WORD and not is_english(plain) and not plain.isdecimal():
        return tuple(phrase_digests("w", (plain,)).tolist())
    return ()
