"""Does a word of everyday English stand where a name stands? `Will` may in "ask Will", and does not in "you will see".

English writes names with a capital, so a small letter says that a word is a word, and a capital says something only
where none had to be: not at the start of a sentence, in a heading or in a line of capitals. Given name and surname in
their order, both with a capital, are the name.

In: a text and the place of what is written in it. Out: `NO`, `MAYBE` (what stands around it decides, as for other
names) or `YES`. Nothing here fails; each question costs the same, however long the text is.
"""

import re
from typing import Literal

from gateway.detection.places import REACH, is_names_place
from gateway.text.everyday import is_english
from gateway.text.han import is_han
from gateway.text.normalize import normalise

Verdict = Literal["no", "maybe", "yes"]
_AROUND = 80  # characters of its line on each side
_WORD = re.compile("[A-Za-z][a-z'’]*|[A-Z]+")
_LETTERS = re.compile(r"[^\W\d_]+")
_STOPPED = re.compile(r"[.!?;:]\s|\n\s*\n")
_LABEL = re.compile(
    r"(?:\b(?:reporter|complainant|whistleblower|informant|nickname|user ?name|viewer|sender|name|signed|author"
    r"|contact)\s*[:=|]\s*"
    r"|\b(?:named|called|nicknamed|name is|name was|alias|a\.k\.a\.|aka|mr\.?|ms\.?|mrs\.?|miss)\s+)[\"'“‘(<\[]*\Z",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|complainant|whistleblower|informant|user|viewer|fan|follower|by|from|with|contact|ask|asked"
    r"|tell|told|about"
    r"|against|thank|mr\.?|ms\.?|mrs\.?|miss|named|called)\s+[\"'“‘(<\[]*\Z",
    re.IGNORECASE,
)
_IS = re.compile(
    r"\b(?:reporter|complainant|whistleblower|informant|sender|viewer|user|customer|person)(?:['’]s name)?"
    r"\s+(?:is|was)\s+\Z",
    re.IGNORECASE,
)
_AT_THE = re.compile(r"\b(?:at|in|of|near|to|from|inside|outside|around|through)\s+the\s+\Z", re.IGNORECASE)
_MATTER = re.compile(
    r"\s+(?:complaint|case|report|matter|issue|ticket|refund|letter|story|thing|affair|incident|dispute|message|e-?mail)\b"
    r"|['’]s\b|,?\s+who\b",
    re.IGNORECASE,
)
"""At the Art Park is a place; the Art Park complaint is somebody's."""
_INITIAL = re.compile(r"(?<![A-Za-z'’])(?:[B-HJ-Z](?![A-Za-z'’])|[AI]\.)")
_GREETING = re.compile(r"(?:^|\n)[ \t>]*(?:hi|hello|hey|dear)\s+\Z", re.IGNORECASE)
_GREETED = re.compile(r"[ \t]*(?:[,!:]|\n|\Z)")
_SIGNED = re.compile(r"(?:regards|sincerely|thanks|thank you|yours|cheers|best|signed)\W*\n\s*\Z", re.IGNORECASE)
_SAYS = re.compile(
    r"[\"'”’)>\]]*,?\s+(?:(?:has|had|also|then|already)\s+)?(?:said|says|told|wrote|complained|complains|claims"
    r"|claimed|alleged"
    r"|reported\s+(?:you|your|the|that|it|him|her|us|a|this)|filed\s+(?:a|the|this)|sent\s+(?:us|a|the|in|this))\b",
    re.IGNORECASE,
)
_WHO = re.compile(r",?\s+who\b", re.IGNORECASE)
_THEIR = re.compile(
    r"['’]s\s+(?:complaint|report|message|letter|e-?mail|statement|evidence|screenshots?|recording|account|name|address)\b"
    r"|\s*\((?:an?|the)\s+(?:viewer|user|reporter|fan|complainant|customer)\b",
    re.IGNORECASE,
)
_ARTICLE = re.compile(
    r"\b(?:the|an?|this|that|these|those|any|every|each|no|your|our|their|his|her|its|my|all|some|per"
    r"|of)\s+[\"'“‘(]*\Z",
    re.IGNORECASE,
)
_MONTHS = frozenset(("may", "april", "june", "august", "march"))
_DATED_BEFORE = re.compile(
    r"(?:\b(?:in|of|since|until|till|by|from|to|through|early|late|mid|next|last|this|between|and|before|after"
    r"|during|on)|[\d,/-])\W*\Z",
    re.IGNORECASE,
)
_DATED_BEHIND = re.compile(r"[.,]?\W{0,3}\d")
_CAPITAL_BEFORE = re.compile(r"([A-Z][A-Za-z]*)[ \t]+\Z")
_CAPITAL_BEHIND = re.compile(r"[ \t]+(?:[A-Z][A-Za-z]|No\.|#?\d)")
_BEGINS = re.compile(r"(?:^|[.!?:;\n>•*\-–—]|[\"“‘(\[])[\s\"'“‘(\[*>•\d.)\-–—]*\Z")


def verdict(original: str, start: int, end: int, field: bool = False) -> Verdict:
    """Whether what is written there can be a name. What is no English word always may be.

    >>> text = "You will see. We asked Will about it."
    >>> verdict(text, 4, 8), verdict(text, 23, 27)
    ('no', 'yes')
    """
    written = original[start:end]
    words = _LETTERS.findall(written if written.isascii() else normalise(written).text)
    long = [word for word in words if len(word) > 1]
    english = sum(is_english(word.casefold()) for word in long)
    if field or not english:
        return "maybe"
    before = original[max(0, start - _AROUND) : start]
    after = original[end : end + _AROUND]
    if english < len(long):  # Joy Fan: a word of English, and one that is none for most
        return "no" if _are_apart(written) and not _is_named(before, after) else "maybe"
    if len(long) > 1:
        return _pair(written, long, before, after)
    return _single(written, long[0], before, after)


def _pair(written: str, words: list[str], before: str, after: str) -> Verdict:
    if _STOPPED.search(written):
        return "no"
    if not any(blank in written for blank in " \t\n\r"):
        return "maybe"  # will.young, will-young
    if all(word[0].isupper() for word in words) and not _is_shouted(words, before, after):
        return "no" if _AT_THE.search(before) and not _MATTER.match(after) else "maybe"
    return "maybe" if _is_named(before, after) or _chinese(before, after) else "no"


def _are_apart(written: str) -> bool:
    """Whether a sentence ends between two words, or a comma stands between small ones."""
    return _STOPPED.search(written) is not None or ("," in written and written.islower())


def _is_named(before: str, after: str) -> bool:
    """Whether the words around say that a name stands between them."""
    behind = _SAYS.match(after) or _WHO.match(after)
    return bool(behind or _ROLE.search(before) or _LABEL.search(before) or _IS.search(before))


def _single(written: str, word: str, before: str, after: str) -> Verdict:
    if written[:1].isupper() and _INITIAL.search(written + after[:1]):
        return "maybe"  # Will Y., W. Young
    if _LABEL.search(before) or (_GREETING.search(before) and _GREETED.match(after)):
        return "yes"
    if after.startswith("@") or before.endswith("@"):
        return "maybe"
    chinese = _chinese(before, after)
    if chinese:
        return "yes"
    if not word[0].isupper() or _is_shouted([word], before, after):
        return "no"
    if chinese is False:
        return "maybe"
    if _SAYS.match(after) or _THEIR.match(after):
        return "yes"
    if _BEGINS.search(before):
        signed = _SIGNED.search(before) and (not after.strip() or after.lstrip(" \t\r").startswith("\n"))
        return "yes" if signed else "no"
    if word.casefold() in _MONTHS and (_DATED_BEFORE.search(before) or _DATED_BEHIND.match(after)):
        return "no"
    if _ARTICLE.search(before) or _CAPITAL_BEHIND.match(after) or _is_heading(before, after):
        return "no"
    named = _CAPITAL_BEFORE.search(before)
    if named and not _BEGINS.search(before[: named.start()]):
        return "no"  # Advertising Law
    return "yes" if _ROLE.search(before) else "maybe"


def _chinese(before: str, after: str) -> bool | None:
    """Where Chinese stands right beside it: whether it is in a name's place there. None where English does."""
    last = next((c for c in reversed(before[-8:]) if c.isalnum()), "")
    first = next((c for c in after[:8] if c.isalnum()), "")
    if not (last and is_han(last)) and not (first and is_han(first)):
        return None
    return is_names_place(*folded_sides(before, after))


def folded_sides(before: str, after: str) -> tuple[str, str]:
    """What stands on both sides of a word, as `is_names_place` asks for it."""
    return normalise(before).text[-REACH:], normalise(after).text[:REACH]


def _line(before: str, after: str) -> list[str]:
    """The other words of the line, as far as they are seen."""
    line = before[before.rfind("\n") + 1 :] + " " + after.partition("\n")[0]
    return _LETTERS.findall(line)


def _is_shouted(words: list[str], before: str, after: str) -> bool:
    """In capitals, as all of its line is."""
    if not all(word.isupper() for word in words):
        return False
    others = [word for word in _line(before, after) if word.isascii() and len(word) > 1]
    return len(others) > 1 and all(word.isupper() for word in others)


def _is_heading(before: str, after: str) -> bool:
    """Every long word of the line has a capital."""
    others = [word for word in _line(before, after) if word.isascii() and len(word) > 3]
    return len(others) > 1 and all(word[0].isupper() for word in others)
