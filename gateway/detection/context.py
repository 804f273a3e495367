"""What every detector is given, and what it has to be.

`Scene` is one message against its subjects. `Views` are the forms of one fragment's text in which things are looked
for, made when first asked for and shared by all detectors.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, Protocol

from gateway.detection.budget import UNLIMITED, Budget
from gateway.detection.context_words import Cues
from gateway.detection.fields import Spans, places
from gateway.errors import Failed, ignored
from gateway.identity import Subject
from gateway.model import Box, Finding, Fingerprints, Kind, Reading, TextFragment
from gateway.text.blocks import translated
from gateway.text.digits import NUMERALS
from gateway.text.masked_values import Masked, masked
from gateway.text.normalize import Normal, letters_of, normalise
from gateway.text.phonetic import sounds
from gateway.text.unicode_tags import has_hidden, revealed

Sort = Literal["", "value", "file_name", "subject"]


@dataclass(frozen=True, slots=True)
class Familiar:
    """What tells those who get a message nothing new. `own`: of each of them outside, the reports that are theirs;
    empty where somebody outside has none. `addressed` are reports whose party gets it: of these nothing is familiar.
    `domains` are those in which a Message-ID tells nobody."""

    own: tuple[tuple[Subject, ...], ...] = field(default=(), repr=False)
    addressed: frozenset[str] = frozenset()
    domains: frozenset[str] = field(default=frozenset(), repr=False)

    @property
    def reports(self) -> tuple[frozenset[str], ...]:
        """The ids of `own`."""
        return tuple(frozenset(subject.report for subject in subjects) for subjects in self.own)

    def may_be_so(self, report: str) -> bool:
        """Whether anything of this report may be familiar."""
        return bool(self.own) and report not in self.addressed

    def to_all(self, known: Callable[[Subject], Iterable[str]]) -> frozenset[str]:
        """What is known of a report of each recipient's own."""
        each = [frozenset(one for subject in subjects for one in known(subject)) for subjects in self.own]
        return frozenset.intersection(*each) if each else frozenset()


STRANGE = Familiar()
PLAIN = "plain"
"""Variant of a finding that counts only beside other evidence of the same report."""


class Views:
    """One text, folded in the ways in which it is searched. Offsets lead back to `original`.

    `field`: the whole text names people (`From`, `To`, an author), so that a name in it is in a name's place. `sort`:
    what it is, for where names stand alone in it: a `file_name`, a `subject`, another `value` that stands by itself, or
    empty for a piece of something. Making any of them raises what `budget` raises.
    """

    def __init__(self, original: str, field: bool = False, budget: Budget = UNLIMITED, sort: Sort = "") -> None:
        self.original = original
        self.field = field
        self.sort = sort
        self.budget = budget

    @cached_property
    def normal(self) -> Normal:
        return normalise(self.original, self.budget.check)

    @cached_property
    def letters(self) -> Normal:
        return letters_of(self.normal, self.budget.check)

    @cached_property
    def digits(self) -> str:
        """As `letters`, Chinese numerals as digits; the same offsets."""
        return translated(self.letters.text, NUMERALS, self.budget.check)

    @cached_property
    def sounds(self) -> str:
        """As `letters`, a sign for each syllable; the same offsets."""
        return sounds(self.letters.text, self.budget.check)

    @cached_property
    def masked(self) -> Masked | None:
        """Letters with `*` for what was covered; None where nothing is."""
        return masked(self.normal, self.letters, self.budget.check)

    @cached_property
    def cues(self) -> Cues:
        """The words of this text that speak for a weak sign beside them."""
        return Cues(self.original, self.letters, self.field, self.budget.check, bool(self.sort), self.names_alone)

    def names_alone(self) -> Spans:
        """Where a name may stand without a sentence; made when first asked."""
        return self._places

    @cached_property
    def _places(self) -> Spans:
        return places(self.original, self.sort, self.budget.check)

    def forget(self) -> None:
        """All that was made: it is large, and quickly made again."""
        for made in ("normal", "letters", "digits", "sounds", "masked", "cues", "_places"):
            self.__dict__.pop(made, None)


_PEOPLE_FIELDS = frozenset(("from", "to", "cc", "bcc", "sender", "reply-to"))
NOTHING = Fingerprints()


@dataclass(frozen=True, slots=True)
class ThirdParties:
    """Personal data of anybody is looked for too, in mail to who was reported in `reports` (or represents them).

    `allowed` are plain numbers (`text.numbers`) that are nobody's personal data. `binding`: the rules judge it, so a
    text that was not searched to its end cannot be inspected; else it is only watched. `judged` is the threshold from
    which a finding counts.
    """

    reports: tuple[str, ...]
    allowed: frozenset[str] = field(default=frozenset(), repr=False)
    binding: bool = True
    judged: float = 0.6

    @property
    def report(self) -> str:
        """It concerns every one of the reports alike; the first stands for all."""
        return self.reports[0]


@dataclass(frozen=True, slots=True)
class Scene:
    """One message, its subjects, and a `Views` for each of `reading.texts`; the same where two texts are the same.

    `hidden` are (fragment, views) with the invisible letters of a text made visible; offsets are the same. `common`
    is what so many unrelated reports have that it tells nothing, `familiar` what those who get it know. The subjects
    of `familiar` stand behind the others, and of them nothing is said in the end.
    """

    reading: Reading
    subjects: tuple[Subject, ...]
    views: tuple[Views, ...] = field(repr=False)
    hidden: tuple[tuple[int, Views], ...] = field(default=(), repr=False)
    recipients: tuple[str, ...] = field(default=(), repr=False)  # of the envelope
    common: Fingerprints = NOTHING
    third_parties: ThirdParties | None = None
    budget: Budget = UNLIMITED
    familiar: Familiar = STRANGE
    failed: Failed = ignored

    @classmethod
    def of(
        cls,
        reading: Reading,
        subjects: Sequence[Subject],
        recipients: Sequence[str] = (),
        common: Fingerprints = NOTHING,
        third_parties: ThirdParties | None = None,
        budget: Budget = UNLIMITED,
        familiar: Familiar = STRANGE,
        failed: Failed = ignored,
    ) -> "Scene":
        known: dict[tuple[str, bool, Sort], Views] = {}

        def views_of(text: str, field: bool, sort: Sort) -> Views:
            return known.setdefault((text, field, sort), Views(text, field, budget, sort))

        views = tuple(views_of(fragment.text, _names_people(fragment), _sort(fragment)) for fragment in reading.texts)
        tagged = [index for index, fragment in enumerate(reading.texts) if has_hidden(fragment.text)]
        hidden = tuple((index, views_of(revealed(reading.texts[index].text), False, "")) for index in tagged)
        every = tuple(dict.fromkeys((*subjects, *(subject for own in familiar.own for subject in own))))
        return cls(reading, every, views, hidden, tuple(recipients), common, third_parties, budget, familiar, failed)


def _names_people(fragment: TextFragment) -> bool:
    return fragment.names_people or (fragment.medium == "header" and fragment.label in _PEOPLE_FIELDS)


def _sort(fragment: TextFragment) -> Sort:
    """A paragraph or a cell of a document is a piece of it, a property of a file one of many."""
    if fragment.medium == "file_name":
        return "file_name"
    if fragment.medium == "header" and fragment.label in ("subject", "thread-topic"):
        return "subject"
    return "" if fragment.medium in ("document", "metadata") else "value"


class Detector(Protocol):
    """One way of finding. A module of `detection.detectors` has one, in its constant `DETECTOR`."""

    name: str
    kinds: tuple[Kind, ...]

    def find(self, scene: Scene) -> Iterable[Finding]:
        """Everything found, unsure things too: the threshold is applied to all detectors alike."""
        ...


def finding_at(
    scene: Scene,
    fragment: int,
    span: tuple[int, int],
    kind: Kind,
    report: str,
    detector: str,
    score: float,
    *,
    variant: str = "",
    share: float | None = None,
    base: float | None = None,
    support: str = "",
    cue: str = "",
) -> Finding:
    """A finding in characters of a text fragment; the box is that of the OCR lines that they stand in."""
    text = scene.reading.texts[fragment]
    box = _box(text, span)
    return Finding(
        kind, report, text.where, text.medium, detector, score, variant, fragment, span, box, share, base, support, cue
    )


def _box(text: TextFragment, span: tuple[int, int]) -> Box | None:
    boxes = [line.box for line in text.boxes if line.start < span[1] and span[0] < line.end]
    if not boxes:
        return None
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    bottom = max(box.y + box.height for box in boxes)
    return Box(left, top, right - left, bottom - top)
