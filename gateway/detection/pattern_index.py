"""All forms of many reporters in one place: however many they are, a text is gone through once a view.

Literals go through Aho-Corasick automata (overlapping: leftmost-longest would hide a short known string inside a longer
one); what was covered or misread is looked up by what is left of it. A literal that many share (张先生) is one literal
with a list of reports. Nothing here goes over the reports one by one for a text.

An `PatternIndex` is made of segments, so that one new report among thousands costs a small segment and not all of it
anew; segments that grew small beside the new ones are merged (as log-structured merge trees do: O'Neil and others,
1996).

In: subjects. Out: what of them can be looked up. Nothing here fails.
"""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
from ahocorasick_rs import AhoCorasick

from gateway.identity import Subject
from gateway.identity.chinese_patterns import called
from gateway.identity.patterns import THRESHOLD, Pattern, PatternSpec, shared
from gateway.text.addresses import fold_address
from gateway.text.blocks import Pause, literals, nothing
from gateway.text.confusables import alike

OWN = shared("name", "own", "letters", 1.0)
"""Form of a word of the reported party. What stands inside it is theirs."""

ALIKE = str.maketrans(
    "呜鸡乌已巳末入土曰太犬干玉刀夭睛朋" + "olizsbg",
    "鸣鸣鸟己己未人士日大大千王力天晴明" + "0112589",
)
"""What optical reading takes for each other; both sides are folded."""

_AUTOMATA = ("letters", "digits", "sound", "masked", "signs", "token", "tiny", "own")
Numbers = npt.NDArray[np.uint32]
Group = tuple[PatternSpec, Sequence[int]]
_LISTED = 64  # numbers up to which a plain list is quicker
_KEPT = 65_536


class _Gathered:
    """Literals of one view as they come: three columns, to be sorted once."""

    def __init__(self) -> None:
        self.literals: dict[str, int] = {}
        self.forms: list[PatternSpec] = []
        self._known: dict[int, int] = {}  # by identity: forms are shared, and `forms` keeps them alive
        self._literal, self._form, self._number = array("I"), array("I"), array("I")

    def add(self, literal: str, form: PatternSpec, number: int) -> None:
        """One form of one subject."""
        place = self._known.get(id(form))
        if place is None:
            place = self._known[id(form)] = len(self.forms)
            self.forms.append(form)
        self._literal.append(self.literals.setdefault(literal, len(self.literals)))
        self._form.append(place)
        self._number.append(number)

    def sorted(self) -> tuple[Numbers, Numbers, Numbers]:
        """(literal, form, number), by all three."""
        columns = [np.frombuffer(column, np.uint32) for column in (self._literal, self._form, self._number)]
        order = np.lexsort((columns[2], columns[1], columns[0]))
        literal, form, number = (column[order] for column in columns)
        return literal, form, number


class Literals:
    """Literals of one view; each leads to groups of (form, numbers of the subjects)."""

    def __init__(self, gathered: _Gathered) -> None:
        literal, form, self._numbers = gathered.sorted()
        new = np.ones(len(literal), bool)
        new[1:] = (literal[1:] != literal[:-1]) | (form[1:] != form[:-1])
        self._place = np.append(np.flatnonzero(new), len(literal)).astype(np.uint32)
        self._form = form[new]
        self._first = np.searchsorted(literal[new], np.arange(len(gathered.literals) + 1)).astype(np.uint32)
        self._forms = gathered.forms
        self._groups: dict[int, tuple[Group, ...]] = {}
        self._automaton = AhoCorasick(list(gathered.literals)) if gathered.literals else None
        self.longest = max(map(len, gathered.literals), default=0)

    def __len__(self) -> int:
        return len(self._first) - 1

    def matches(self, text: str, pause: Pause = nothing) -> Iterator[tuple[int, int, int]]:
        """(literal, start, end) of every occurrence."""
        return literals(self._automaton, self.longest, text, pause) if self._automaton else iter(())

    def groups(self, literal: int) -> Sequence[Group]:
        """The forms that a literal is, each with the numbers of those whose it is. Kept: a text repeats itself."""
        known = self._groups.get(literal)
        if known is None:
            known = tuple(
                (self._forms[self._form[group]], _listed(self._numbers[self._place[group] : self._place[group + 1]]))
                for group in range(int(self._first[literal]), int(self._first[literal + 1]))
            )
            if len(self._groups) < _KEPT:
                self._groups[literal] = known
        return known


class Tokens(Literals):
    """Literals that are looked up whole."""

    def __init__(self, gathered: _Gathered) -> None:
        super().__init__(gathered)
        self._automaton = None
        self._by_token = dict(gathered.literals)

    def __contains__(self, token: object) -> bool:
        return token in self._by_token

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_token)

    def of(self, token: str) -> Iterator[Group]:
        """The groups of one token."""
        literal = self._by_token.get(token)
        return iter(() if literal is None else self.groups(literal))


class Pairs:
    """Pairs of characters, each leading to places in a list."""

    def __init__(self, found: Iterable[tuple[str, int]]) -> None:
        places: dict[str, array[int]] = {}
        for pair, place in found:
            places.setdefault(pair, array("I")).append(place)
        self._places = list(places.values())
        self._automaton = AhoCorasick(list(places)) if places else None

    def matches(self, text: str, pause: Pause = nothing) -> Iterator[tuple[int, int, int]]:
        """(pair, start, end) of every occurrence."""
        return literals(self._automaton, 2, text, pause) if self._automaton else iter(())

    def places(self, pair: int) -> Sequence[int]:
        """The places that a pair leads to."""
        return self._places[pair]


class Holes:
    """Pairs of characters, each with the third ones that make a name of them, and the places of those names."""

    def __init__(self, found: Iterable[tuple[str, str, int]]) -> None:
        thirds: dict[str, dict[str, array[int]]] = {}
        for pair, third, place in found:
            thirds.setdefault(pair, {}).setdefault(third, array("I")).append(place)
        self._thirds = list(thirds.values())
        self._automaton = AhoCorasick(list(thirds)) if thirds else None

    def matches(self, text: str, pause: Pause = nothing) -> Iterator[tuple[int, int, int]]:
        """(pair, start, end) of every occurrence."""
        return literals(self._automaton, 2, text, pause) if self._automaton else iter(())

    def nearly(self, pair: int, written: str) -> Iterator[int]:
        """The places of names of which one character is what `written` looks like, and is not."""
        thirds = self._thirds[pair]
        for meant in alike(written):
            yield from thirds.get(meant, ())


class Segment:
    """The compiled forms of some subjects. Numbers count from 0 inside the segment, in the order of `subjects`."""

    def __init__(self, subjects: Sequence[Subject]) -> None:
        self.subjects = tuple(subjects)
        found = {view: _Gathered() for view in _AUTOMATA}
        surnames = _Gathered()
        self.names: list[tuple[str, PatternSpec, int]] = []
        self.numbers: list[tuple[str, PatternSpec, int]] = []
        self.addresses: dict[str, list[int]] = {}
        for number, subject in enumerate(self.subjects):
            for pattern in subject.patterns:
                view = pattern.form.view
                if view == "shape":
                    self.names.append((pattern.literal, pattern.form, number))
                elif view == "number":
                    self.numbers.append((pattern.literal, pattern.form, number))
                elif view == "surname":
                    surnames.add(pattern.literal, pattern.form, number)
                else:
                    found[view].add(pattern.literal, pattern.form, number)
            for word in subject.own:
                if len(word) > 1:
                    found["own"].add(word, OWN, number)
            for address in subject.addresses:
                self.addresses.setdefault(address, []).append(number)
        _add_called(surnames, found["letters"])
        self.tokens = Tokens(found.pop("token"))
        self.tiny = Tokens(found.pop("tiny"))
        self.literals = {view: Literals(gathered) for view, gathered in found.items()}

    @cached_property
    def misread(self) -> Literals:
        """Letters as a machine may misread them; made when the first picture comes."""
        found = _Gathered()
        for number, subject in enumerate(self.subjects):
            for pattern in subject.patterns:
                if _is_read_by_machine(pattern):
                    found.add(pattern.literal.translate(ALIKE), pattern.form, number)
        return Literals(found)

    @cached_property
    def pairs(self) -> "Pairs":
        """`names` of four characters and more by the first two and the last two of each."""
        names = [(place, name) for place, (name, _, _) in enumerate(self.names) if len(name) > 3]
        return Pairs((pair, place) for place, name in names for pair in {name[:2], name[-2:]})

    @cached_property
    def holes(self) -> "tuple[Holes, Holes, Holes]":
        """`names` of three characters without the first, the middle and the last of them."""
        names = [(place, name) for place, (name, _, _) in enumerate(self.names) if len(name) == 3]
        first, middle, last = ([(name[:i] + name[i + 1 :], name[i], place) for place, name in names] for i in range(3))
        return Holes(first), Holes(middle), Holes(last)

    @cached_property
    def by_end(self) -> dict[str, list[int]]:
        """Places in `numbers` by their last four signs (`…8000`) and their first three (`138…`)."""
        found: dict[str, list[int]] = {}
        for place, (number, _, _) in enumerate(self.numbers):
            found.setdefault("…" + number[-4:], []).append(place)
            found.setdefault(number[:3] + "…", []).append(place)
        return found

    @cached_property
    def local_parts(self) -> frozenset[str]:
        """What stands before the sign of the addresses."""
        return frozenset(address.rpartition("@")[0] for address in self.addresses)

    @cached_property
    def by_domain(self) -> dict[str, list[tuple[str, int]]]:
        """Local parts and the numbers of their owners, by domain."""
        found: dict[str, list[tuple[str, int]]] = {}
        for address, numbers in self.addresses.items():
            local, _, domain = address.rpartition("@")
            found.setdefault(domain, []).extend((local, number) for number in numbers)
        return found


class PatternIndex:
    """Segments side by side. `wanted` are the subjects that count; None where all of the segments' do."""

    def __init__(self, segments: Sequence[Segment], wanted: frozenset[Subject] | None = None) -> None:
        self.segments = tuple(segments)
        self.wanted = wanted
        self.size = sum(len(segment.subjects) for segment in segments) if wanted is None else len(wanted)

    def chosen(self, segment: Segment, numbers: Iterable[int]) -> Sequence[Subject]:
        """The subjects of these numbers, those that count."""
        subjects = segment.subjects
        if self.wanted is None:
            return [subjects[number] for number in numbers]
        return [subject for number in numbers if (subject := subjects[number]) in self.wanted]


def _listed(numbers: Numbers) -> Sequence[int]:
    return numbers.tolist() if len(numbers) <= _LISTED else numbers  # type: ignore[return-value]  # an array does for what is done with it


def _add_called(surnames: _Gathered, into: _Gathered) -> None:
    """张先生, 小张: written out once for all who bear a surname."""
    names = list(surnames.literals)
    literals, forms, numbers = surnames.sorted()
    for literal, form, number in zip(literals.tolist(), forms.tolist(), numbers.tolist(), strict=True):
        for pattern in called(names[literal], surnames.forms[form]):
            into.add(pattern.literal, pattern.form, number)


def _is_read_by_machine(pattern: Pattern) -> bool:
    form = pattern.form
    alike = form.view == "letters" or (form.view == "digits" and form.gaps != "digits")
    return alike and form.score >= THRESHOLD and len(pattern.literal) >= 3 and not form.rest


def folded(address: str) -> str:
    """The key of an address in `Segment.addresses`."""
    return fold_address(address)
