"""Patterns of an identity: what to look for, how sure a sign it is, and what it needs beside it.

A `Pattern` is a literal and a `PatternSpec`. Specs are few and shared by all reporters; literals are many, and an index
keeps of them no more than an automaton. Scores: 0.6 is the default threshold. A weak pattern (张先生, a given name
alone, an everyday word) stays below it by itself, and rises above it only where something else in the message speaks
for it.

In: words. Out: values. Nothing here fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from gateway.model import Kind

View = Literal["letters", "digits", "sound", "shape", "masked", "number", "signs", "token", "tiny", "surname"]
"""`letters`: normalised, letters and digits alone. `digits`: the same, Chinese numerals as digits. `sound`: the same, a
sign for each syllable. `shape`: letters, one of which may be another that looks like it. `masked`: letters with `*` for
what was covered. `number`: a number of which an end was covered. `signs`: normalised text, blanks taken out. `token`: a
Latin word that stands alone. `tiny`: one sign, where somebody is said to be called so. `surname`: stands for all that
`chinese_patterns.called` makes of it."""

Cue = Literal["", "person", "beside", "report", "account"]
Gaps = Literal["name", "latin", "tight", "address", "digits"]
THRESHOLD = 0.6


@dataclass(frozen=True, slots=True)
class PatternSpec:
    """How a literal is looked for and judged.

    `cued` is the score where a cue of sort `cue` stands by. `word`: no Latin letter or digit may touch it. `joints` are
    the places inside the literal where a gap is natural (between syllables, between words). `rest`: labels of a mail
    domain that must follow. `ornaments`: the signs around a nickname's letters, which go with it.
    """

    kind: Kind
    variant: str
    view: View
    score: float
    cued: float
    cue: Cue = ""
    gaps: Gaps = "name"
    word: bool = False
    joints: tuple[int, ...] = ()
    rest: tuple[str, ...] = field(default=(), repr=False)
    ornaments: tuple[str, str] = field(default=("", ""), repr=False)

    @property
    def weak(self) -> bool:
        """Whether it says nothing by itself."""
        return self.score < THRESHOLD


@dataclass(frozen=True, slots=True)
class Pattern:
    """A form of one particular identity. `literal` is text of the form's view."""

    literal: str = field(repr=False)
    form: PatternSpec

    @property
    def kind(self) -> Kind:
        return self.form.kind

    @property
    def variant(self) -> str:
        return self.form.variant

    @property
    def view(self) -> View:
        return self.form.view

    @property
    def score(self) -> float:
        return self.form.score

    @property
    def cued(self) -> float:
        return self.form.cued

    @property
    def cue(self) -> Cue:
        return self.form.cue


@lru_cache(maxsize=65536)
def shared(
    kind: Kind,
    variant: str,
    view: View,
    score: float,
    cued: float = 0.0,
    cue: Cue = "",
    gaps: Gaps = "name",
    word: bool = False,
    joints: tuple[int, ...] = (),
    rest: tuple[str, ...] = (),
) -> PatternSpec:
    """One `PatternSpec` for all who ask for the same; `cued` is at least the score."""
    return PatternSpec(kind, variant, view, score, max(score, cued), cue, gaps, word, joints, rest)


@lru_cache(maxsize=65536)
def rescored(form: PatternSpec, score: float, cued: float, cue: Cue) -> PatternSpec:
    """The same form, less sure."""
    return PatternSpec(
        form.kind,
        form.variant,
        form.view,
        round(score, 3),
        round(max(score, cued), 3),
        cue,
        form.gaps,
        form.word,
        form.joints,
        form.rest,
        form.ornaments,
    )


def joints_of(words: Sequence[str]) -> tuple[int, ...]:
    """Where one word ends and the next begins, in the words joined."""
    places = []
    at = 0
    for word in words[:-1]:
        at += len(word)
        places.append(at)
    return tuple(sorted({place for place in places if 0 < place < at + len(words[-1])}))
