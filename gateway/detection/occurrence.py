"""Is what stands there really an occurrence? How far its letters stand apart, and what touches it on both sides.

In: a form, the views of a text, the text of the form's view and a place in it (letters, half open). Out: a score
without cues, 0 for no occurrence. Nothing here fails.
"""

import re

from gateway.detection.context import Views
from gateway.detection.english_places import verdict
from gateway.fingerprints.identifiers import DIALLED_FIRST, WIDEST_GAP, WIDEST_GAP_IN_NUMBERS
from gateway.identity.patterns import PatternSpec
from gateway.text.addresses import AT, DOTS
from gateway.text.chinese import is_surname, is_word
from gateway.text.han import is_han
from gateway.text.normalize import visible_between

_STOPS = frozenset(".,:;!?。，、：；！？…")
_LONG_NUMBER = 9
_LONGEST_DIALLED = max(map(len, DIALLED_FIRST))
_NUMBER_NAMES = re.compile(r"(?:qq|q|vx|wx|v|wechat|weixin|uid|id|no|tel|phone|mobile|room|sfz|mailto)$")
_RUNS = re.compile("[0-9]+|[^0-9]+")
_BROKEN = re.compile(r"[ \t]*\r?\n[ \t]*(?:[>|][ \t]*)*")
_CAPITAL = re.compile(r" [A-Z][a-z]+")


def occurrence_score(form: PatternSpec, views: Views, text: str, start: int, end: int) -> float:
    """How sure a sign it is where it stands."""
    gaps = gaps_of(views, start, end)
    if form.gaps == "digits":
        return form.score if _is_number(form, views, text, start, end, gaps) else 0
    if form.word and not _is_word(form, views, text, start, end):
        return 0
    if form.variant == "given_name" and _is_other_name(form, views, text, start, end):
        return 0
    if form.variant == "given_pinyin" and _is_english(views, text, start, end):
        return 0
    if form.gaps == "latin" and form.kind == "name":
        first, last = views.letters.origin(start, end)
        field = views.field or views.names_alone().fits(views.original, first, last)
        standing = verdict(views.original, first, last, field)
        if standing == "no":
            return 0
        if standing == "yes" and form.cue == "person":
            return form.cued
    if not gaps:
        return min(form.score, 0.5) if _straddles(form, text, start, end) else form.score
    gaps = {place: _without_break(gap) for place, gap in gaps.items()}
    longest = max(map(len, gaps.values()))
    if form.gaps == "tight":
        return _tight_score(form, gaps, longest, text, start, end)
    if form.gaps == "address":
        return form.score if longest <= WIDEST_GAP else 0
    if longest > 8:
        return 0
    if form.gaps == "latin":
        spelled_out = len(gaps) == end - start - 1
        return form.score if longest <= 4 and (spelled_out or set(gaps) <= set(form.joints)) else 0
    return _name_score(form, gaps, end - start)


def address_end(form: PatternSpec, text: str, end: int) -> tuple[int, bool]:
    """Where the domain ends that has to follow, and whether it was spelled in words; -1 where it does not follow."""
    spelled = False
    for number, label in enumerate(form.rest):
        joiners = AT if number == 0 and not form.joints else DOTS
        joiner = next((j for j in joiners if text.startswith(j + label, end)), None)
        if joiner is None:
            return -1, False
        spelled = spelled or bool(joiner)
        end += len(joiner) + len(label)
    return end, spelled


def gaps_of(views: Views, start: int, end: int) -> dict[int, str]:
    """What stands between the letters, by place inside the literal. What nobody sees is no gap."""
    starts, ends = views.letters.starts, views.letters.ends
    if starts is None or ends is None or ends[end - 1] - starts[start] == end - start:
        return {}
    found = {}
    for i in range(start + 1, end):
        if starts[i] > ends[i - 1]:
            gap = visible_between(views.original[ends[i - 1] : starts[i]])
            if gap:
                found[i - start] = gap
    return found


def _straddles(form: PatternSpec, text: str, start: int, end: int) -> bool:
    """Whether a name is the end of one word and the start of the next: 王明 in 国王明天, 王国庆 in 王国庆典."""
    if form.gaps != "name" or form.kind != "name" or form.score <= 0.5 or form.variant not in ("exact", "given_first"):
        return False
    if end - start == 2:
        return (
            start > 0 and end < len(text) and is_word(text[start - 1 : start + 1]) and is_word(text[end - 1 : end + 1])
        )
    if end - start == 3:
        after = end < len(text) and is_word(text[end - 1 : end + 1]) and is_word(text[start : end - 1])
        before = start > 0 and is_word(text[start - 1 : start + 1]) and is_word(text[start + 1 : end])
        return after or before
    return False


def _is_other_name(form: PatternSpec, views: Views, text: str, start: int, end: int) -> bool:
    """李晓明 is not the reporter 张晓明: a surname that ends no word stands right before the given name. Nor is Maria
    Schmidt Maria Lopez: another word with a capital follows."""
    if form.gaps == "latin":
        following = _CAPITAL.match(views.original, views.letters.origin(start, end)[1])
        return following is not None
    if start == 0 or not is_surname(text[start - 1]) or views.letters.gap(start):
        return False
    return not (start > 1 and is_word(text[start - 2 : start]))


def _is_english(views: Views, text: str, start: int, end: int) -> bool:
    """`change` is 嫦娥 only with a capital, or among Chinese words: in an English sentence it is a word of it."""
    if not views.original[views.letters.origin(start, start + 1)[0]].islower():
        return False
    return (start > 0 and _latin(text[start - 1])) or (end < len(text) and _latin(text[end]))


def _name_score(form: PatternSpec, gaps: dict[int, str], length: int) -> float:
    """A Chinese name with something between its characters: what, and is it the same between all?"""
    everywhere = len(gaps) == length - 1
    if all(not gap.strip() for gap in gaps.values()):
        broken = sum(gap.count("\n") for gap in gaps.values())
        return round(form.score * (0.95 if everywhere or not broken else 0.88), 3)
    if form.joints and set(gaps) <= set(form.joints) and max(map(len, gaps.values())) <= 3:
        return round(form.score * 0.95, 3)
    stopped = any(_STOPS & set(gap) for gap in gaps.values())
    if everywhere and not (stopped and length < 3):
        return round(form.score * 0.92, 3)
    return round(form.score * (0.5 if stopped else 0.82), 3)


def _tight_score(form: PatternSpec, gaps: dict[int, str], longest: int, text: str, start: int, end: int) -> float:
    length = end - start
    loose = [place for place in gaps if place not in form.joints]
    # Between its words: `chen _ yue3658`. A word that has digits too is met there by nobody else.
    if not loose and (longest <= 2 or (longest <= 6 and length >= 8 and not text[start:end].isalpha())):
        return form.score
    if not loose and longest <= 3 and all(_joins(gap) for gap in gaps.values()):
        return form.score
    if longest <= 4 and len(gaps) == length - 1:
        return round(form.score * 0.9, 3)
    # No word of a sentence goes on over a gap inside its letters or inside its digits: `xm_fei fei90`. What was left
    # out between two words (`xm feifei 90`) may stand before the digits too.
    runs = [run.end() for run in _RUNS.finditer(text, start, end)]
    inside = any(place + start not in runs for place in loose)
    if length >= 8 and len(runs) > 1 and longest <= 4 and (inside or form.joints):
        return round(form.score * 0.8, 3)
    # A line that was broken inside a long word: `xm_fei\nfei90`, `xm_fei=\nfei90`.
    broken = len(loose) == 1 and length >= 8 and "\n" in gaps[loose[0]] and longest <= 4
    return round(form.score * 0.8, 3) if broken else 0


def _is_word(form: PatternSpec, views: Views, text: str, start: int, end: int) -> bool:
    """No piece of a longer word: Latin letters (for handles digits and `_` too) must not touch it."""
    before = _neighbour(views, start, -1)
    after = _neighbour(views, end - 1, 1)
    first, last = text[start], text[end - 1]
    if form.gaps == "latin":
        return not (
            (_latin(first) and before.isalpha() and _latin(before))
            or (_latin(last) and after.isalpha() and _latin(after))
        )
    if form.gaps == "address":
        goes_on = before and (_latin(before) or (before in "._+-%" and _joined(views, start, -1)))
        return not (goes_on and _latin(first)) and not (after and _latin(after))
    touching_before = _latin(first) and (_latin(before) or (before == "_" and _joined(views, start, -1)))
    touching_after = _latin(last) and (_latin(after) or (after == "_" and _joined(views, end - 1, 1)))
    return not (touching_before or touching_after)


def _neighbour(views: Views, index: int, step: int) -> str:
    """The character that touches letter `index` in the original, folded; empty at an edge. A numeral is no digit here:
    in 第一xm_feifei90 nothing of a word touches the account."""
    text = views.letters.text
    starts, ends = views.letters.starts, views.letters.ends
    other = index + step
    if 0 <= other < len(text) and _drawn(views, other) != _drawn(views, index):
        return ""
    if starts is None or ends is None:
        return text[other] if 0 <= other < len(text) else ""
    if 0 <= other < len(text):
        low, high = (ends[other], starts[index]) if step < 0 else (ends[index], starts[other])
        if not visible_between(views.original[low:high]):
            return text[other]
    place = starts[index] - 1 if step < 0 else ends[index]
    return views.original[place] if 0 <= place < len(views.original) else ""


def _drawn(views: Views, index: int) -> int:
    """In which hand a letter is written: what is ringed, raised or full width belongs to no word or number that is not
    (①13800138765)."""
    starts = views.letters.starts
    written = views.original[index if starts is None else starts[index]]
    return 0 if written.isascii() else ord(written) - ord(views.letters.text[index])


def _joined(views: Views, index: int, step: int) -> bool:
    """Whether beyond one sign the word goes on: `x_` of `x_feifei`."""
    starts, ends = views.letters.starts, views.letters.ends
    if starts is None or ends is None:
        return False
    place = starts[index] - 2 if step < 0 else ends[index] + 1
    return 0 <= place < len(views.original) and _latin(views.original[place])


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _is_number(form: PatternSpec, views: Views, text: str, start: int, end: int, gaps: dict[int, str]) -> bool:
    """The digits of one number: not a stretch of a longer one, with nothing but separators between. Long numbers are
    hardly ever met by chance, however far their digits stand apart; short ones are, in every table."""
    if any(not _may_part(gap, end - start) for gap in gaps.values()):
        return False
    written = views.letters.text
    numerals = any(is_han(c) for c in written[start:end])
    before = _run(views, text, written, start, -1, numerals)
    if before and not (form.kind == "phone" and before in DIALLED_FIRST):
        return False
    if _run(views, text, written, end - 1, 1, numerals):
        return False
    if form.kind in ("account", "address") or not text[start].isdecimal():
        word = _letters_before(views, written, start)
        return not word or bool(_NUMBER_NAMES.search(word))
    return True


def _without_break(gap: str) -> str:
    """A gap in which a mail program may have broken the line, and begun the next with signs of quoting, as that line
    end alone. Lines that nothing stands in stay: they part."""
    return _BROKEN.sub("\n", gap, count=1) if "\n" in gap else gap


def _joins(gap: str) -> bool:
    """One sign of an account's own, with blanks around it: ` _ `."""
    return gap.strip(" \t\u3000") in ("_", "-", ".", "·")


def _may_part(gap: str, length: int) -> bool:
    """Whether this may stand between two digits of a number of so many."""
    if length >= _LONG_NUMBER:
        return len(gap) <= WIDEST_GAP_IN_NUMBERS
    gap = _without_break(gap)
    return len(gap) <= 3 and "\n\n" not in gap


def _run(views: Views, text: str, written: str, index: int, step: int, numerals: bool) -> str:
    """The digits that touch a number on one side. 一 is a digit only beside Chinese numerals."""
    digits = ""
    other = index + step
    while 0 <= other < len(text) and text[other].isdecimal() and (numerals or not is_han(written[other])):
        if len(digits) > _LONGEST_DIALLED:
            break  # no code is so long: it is a longer number, however long
        low, high = (other, other + 1) if step < 0 else (other - 1, other)
        if low >= 0 and (views.letters.gap(high) or _drawn(views, low) != _drawn(views, high)):
            break
        digits = text[other] + digits if step < 0 else digits + text[other]
        other += step
    return digits


def _letters_before(views: Views, written: str, start: int) -> str:
    word = ""
    index = start - 1
    while index >= 0 and _latin(written[index]) and not views.letters.gap(index + 1) and len(word) < 16:
        word = written[index] + word
        index -= 1
    return word
