"""Material of the report handed on: the file itself, its text or a good piece of it, its picture, the mail itself.

Text counts from 24 Han characters in one stretch (or 60 Latin letters), or 48 in several that are near each other;
dates, numbers, courtesy, names of laws, what bills and columns are headed by (`identity.stock_phrases`) and the
reported party's own names count nothing, and the same words again count once, so neither a proper question about a
broadcast nor another list of that shape is a quotation. Of a letter of a sentence or two, which somebody typed, the
half counts from 14. Stretches are followed over fragments of one part: paragraphs of a document, lines of a picture.

A picture is the same where its hash differs in at most 8 of 64 bits and its 96 x 96 likeness is 0.95: the hash alone
takes one screenshot of a layout for another, and such reach 0.92. A piece of one is known by `images.match.region`.
"""

import math
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from itertools import accumulate

import numpy as np
from ahocorasick_rs import AhoCorasick

from gateway.detection.context import Scene, finding_at
from gateway.fingerprints.fragment_groups import rows
from gateway.fingerprints.winnowing import clauses
from gateway.identity import Subject
from gateway.identity.boilerplate import common_prints, common_runs
from gateway.identity.shingles import IndexedMaterial, Library, Overlap, Places, Run, Weights, covered
from gateway.identity.stock_phrases import formula_runs, printed_runs
from gateway.images.calibration import PICTURE_SAME_BITS, PICTURE_SAME_SCORE
from gateway.images.match.region import Shown
from gateway.images.match.thumbnail import likeness, thumb
from gateway.model import Box, Finding, Kind, MaterialMark, PictureFragment
from gateway.text.blocks import Pause, literals

ONE_RUN = 24.0
ALL_RUNS = 48.0
SHORT_RUN = 9.0  # what a stretch must weigh to count among several
NEAR = 0.25  # how much of the text from the first of several to the last they must be: turns of speech add up in any
# long text, while words that were changed here and there, or misread, stand close together
WHOLE = 14.0  # what a stretch must weigh that is most of a short letter
MOST_OF_IT = 0.5
SHORT_LETTER = 80  # shingles
ROWS, OF_NUMBERS = 4, 0.2  # how often words come again in a list, and how much of it is numbers
_NO_DIGITS = dict.fromkeys(map(ord, "0123456789"))


class _MaterialDetector:
    name = "material"
    kinds: tuple[Kind, ...] = ("material",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        yield from self._files(scene)
        yield from self._mails(scene)
        yield from self._texts(scene)
        yield from self._pictures(scene)

    def _files(self, scene: Scene) -> Iterator[Finding]:
        common = _eights(scene.common.files)
        for subject in scene.budget.over(scene.subjects):
            digests = {material.mark.sha256 for material in subject.materials}
            for part in scene.reading.files:
                if part.sha256 in digests and part.sha256[:8] not in common:
                    yield Finding(
                        "material", subject.report, part.where, None, self.name, 1.0, variant="digest", share=1.0
                    )

    def _mails(self, scene: Scene) -> Iterator[Finding]:
        for subject in scene.budget.over(scene.subjects):
            ids = {i.lower() for i in subject.message_ids}
            for mail in scene.reading.mails:
                if mail.message_id.strip().strip("<>").lower() in ids:
                    yield Finding(
                        "material", subject.report, mail.where, None, self.name, 1.0, variant="message_id", share=1.0
                    )

    def _texts(self, scene: Scene) -> Iterator[Finding]:
        library, owners = _LIBRARIES.of(scene.subjects)
        if not owners:
            return
        common = common_prints(scene.common.text)
        for indexes in rows(scene.reading.texts):
            stream = _LetterStream(scene, indexes)
            overlaps: dict[int, list[tuple[Overlap, bool]]] = {}
            for material, found in library.overlaps(stream.view, scene.budget.check):
                short = _is_short_letter(library.materials[material])
                overlaps.setdefault(owners[material], []).append((found, short))
            quiet = _Quiet(stream, common, scene.budget.check) if overlaps else None
            known = None
            for owner in sorted(overlaps):
                assert quiet is not None
                subject, heard = scene.subjects[owner], quiet
                if scene.familiar.may_be_so(subject.report):
                    known = known or _known(scene, stream.view, overlaps, quiet)
                    heard = known
                yield from self._quotations(scene, stream, overlaps[owner], subject, heard)
            stream.forget()

    def _quotations(
        self,
        scene: Scene,
        stream: "_LetterStream",
        overlaps: Sequence[tuple[Overlap, bool]],
        subject: Subject,
        quiet: "_Quiet",
    ) -> Iterator[Finding]:
        best: dict[int, tuple[float, tuple[int, int]]] = {}
        for found, short in overlaps:
            for run in scene.budget.over(_telling(found, quiet, subject, short)):
                for fragment, span in stream.places(run):
                    share, known = best.get(fragment, (0.0, span))
                    best[fragment] = max(share, found.share), (min(known[0], span[0]), max(known[1], span[1]))
        for fragment, (share, span) in best.items():
            score = round(0.85 + 0.15 * share, 3)
            yield finding_at(
                scene,
                fragment,
                span,
                "material",
                subject.report,
                self.name,
                score,
                variant="text",
                share=round(share, 3),
            )

    def _pictures(self, scene: Scene) -> Iterator[Finding]:
        common = _eights(scene.common.pictures)
        for index, picture in enumerate(scene.budget.over(scene.reading.pictures, 1)):
            if picture.phash is not None and picture.phash.to_bytes(8, "little") in common:
                continue
            shown = Shown(picture, scene.common.pieces)
            for subject in scene.budget.over(scene.subjects):
                marks = [material.mark for material in subject.materials]
                score = max((_same_picture(picture, mark) for mark in marks), default=0.0)
                if score < PICTURE_SAME_SCORE:
                    yield from self._piece(shown, index, subject)
                else:
                    yield Finding(
                        "material",
                        subject.report,
                        picture.where,
                        "picture",
                        self.name,
                        round(min(score, 1.0), 3),
                        variant="picture",
                        fragment=index,
                        box=Box(0, 0, picture.width, picture.height),
                        share=1.0,
                    )

    def _piece(self, shown: Shown, index: int, subject: Subject) -> Iterator[Finding]:
        found = [
            piece
            for material in subject.materials
            if material.points is not None
            and (piece := shown.piece_of(material.points, material.mark.copy)) is not None
        ]
        if found:
            best = max(found, key=lambda piece: piece.share)
            yield Finding(
                "material",
                subject.report,
                shown.picture.where,
                "picture",
                self.name,
                round(best.score, 3),
                variant="piece",
                fragment=index,
                box=best.box,
                share=round(best.share, 3),
            )


class _LetterStream:
    """The letters of several fragments in a row: paragraphs of one document, lines of one picture."""

    def __init__(self, scene: Scene, indexes: Sequence[int]) -> None:
        self._views = [scene.views[index] for index in indexes]
        self._indexes = indexes
        pieces = []
        for views in self._views:
            pieces.append(views.letters.text)
            views.forget()  # many know nothing of any material
        self._firsts = [0, *accumulate(map(len, pieces))]
        self.view = "".join(pieces)

    def places(self, run: Run) -> Iterator[tuple[int, tuple[int, int]]]:
        """A run as spans of the fragments that it goes through."""
        at = bisect_right(self._firsts, run.start) - 1
        while at < len(self._indexes) and self._firsts[at] < run.end:
            first = self._firsts[at]
            start, end = max(run.start, first), min(run.end, self._firsts[at + 1])
            if start < end:
                yield self._indexes[at], self._views[at].letters.origin(start - first, end - first)
            at += 1

    def clauses(self) -> Iterator[tuple[int, Run]]:
        """The print of each clause, and where it is in the view."""
        for first, views in zip(self._firsts, self._views, strict=False):
            for value, start, end in zip(*(column.tolist() for column in clauses(views.original)), strict=True):
                yield value, Run(first + start, first + end)

    def forget(self) -> None:
        for views in self._views:
            views.forget()


class _Quiet:
    """How much runs of one view say, and what of them says nothing."""

    def __init__(self, stream: _LetterStream, common: frozenset[int], pause: Pause, known: Sequence[Run] = ()) -> None:
        self._stream, self._view, self._common, self._pause = stream, stream.view, common, pause
        self._known = tuple(known)
        self._weights = Weights(self._view)
        self._of_own: dict[tuple[str, ...], tuple[Weights, Weights]] = {}

    def beside(self, known: Sequence[Run]) -> "_Quiet":
        """The same, where those who get the message have these runs already."""
        return _Quiet(self._stream, self._common, self._pause, known) if known else self

    def loud(self, found: Overlap) -> tuple[Places, Places]:
        """Those runs that could say something if nothing of them were silent: few of the runs of any text."""
        loud = self._weights.of(found.starts, found.ends) >= SHORT_RUN
        return found.starts[loud], found.ends[loud]

    def weights_of(self, starts: Places, ends: Places, subject: Subject) -> list[float]:
        """How much each run says. A formula says nothing, but beside somebody's own words, in one stretch with them,
        half."""
        bare, with_formulas = (weights.of(starts, ends).tolist() for weights in self._without_own(subject))
        return [one if one < SHORT_RUN else (one + other) / 2 for one, other in zip(bare, with_formulas, strict=True)]

    def longest(self, heard: Sequence[tuple[Run, float]], subject: Subject) -> float:
        """How much the run says that says most, if formulas said as much as any words: of a letter of one sentence they
        are a part."""
        places = np.array([(run.start, run.end) for run, _ in heard], np.int64).reshape(-1, 2)
        return float(self._without_own(subject)[1].of(places[:, 0], places[:, 1]).max(initial=0.0))

    def each_once(self, heard: Sequence[tuple[Run, float]]) -> list[tuple[Run, float]]:
        """Without those that say the words of one before, for whoever repeats them says no more. What stands in row
        after row among numbers is a payee, a product, a state: half as much of anybody's own."""
        alike: dict[str, list[tuple[Run, float]]] = {}
        for run, said in heard:
            alike.setdefault(self._view[run.start : run.end].translate(_NO_DIGITS), []).append((run, said))
        once = []
        for (first, said), *others in alike.values():
            between = self._view[first.start : others[-1][0].end] if len(others) + 1 >= ROWS else ""
            digits = len(between) - len(between.translate(_NO_DIGITS))
            once.append((first, said / 2 if digits > OF_NUMBERS * len(between) else said))
        return sorted(once, key=lambda one: one[0].start)

    @cached_property
    def _silent(self) -> list[Run]:
        self._pause()
        printed = [*self._known, *printed_runs(self._view, self._pause)]
        if not self._common:
            return printed
        of_clauses = [run for value, run in self._stream.clauses() if value in self._common]
        return [*common_runs(self._view, self._common), *of_clauses, *printed]

    @cached_property
    def _formulas(self) -> list[Run]:
        return formula_runs(self._view, self._pause)

    def _without_own(self, subject: Subject) -> tuple[Weights, Weights]:
        """Without what is silent and the reported party's own words: and without formulas, and with them."""
        words = tuple(word for word in subject.own if len(word) > 1)
        if words not in self._of_own:
            silent = list(self._silent)
            if words:
                found = literals(AhoCorasick(words), max(map(len, words)), self._view, self._pause)
                silent += [Run(start, end) for _, start, end in found]
            self._of_own[words] = self._weights.without([*silent, *self._formulas]), self._weights.without(silent)
        return self._of_own[words]


def _known(scene: Scene, view: str, overlaps: Mapping[int, Sequence[tuple[Overlap, bool]]], quiet: _Quiet) -> _Quiet:
    """The same, without what stands in a report of each recipient's own."""
    known = np.ones(len(view), np.bool_)
    for reports in scene.familiar.reports:
        own = [one for owner, found in overlaps.items() if scene.subjects[owner].report in reports for one, _ in found]
        known &= covered([run for one in own for run in one.runs], len(view))
    edges = np.flatnonzero(np.diff(known, prepend=False, append=False)).tolist()
    return quiet.beside([Run(start, end) for start, end in zip(edges[::2], edges[1::2], strict=True)])


class _Libraries:
    """The materials of the last message's reports, which are mostly those of the next as well."""

    def __init__(self) -> None:
        self._last: tuple[tuple[Subject, ...], Library, list[int]] | None = None

    def of(self, subjects: tuple[Subject, ...]) -> tuple[Library, list[int]]:
        """All materials that have a text, and the place of its subject for each."""
        last = self._last
        if last is not None and last[0] == subjects:
            return last[1], last[2]
        owned = [(m, n) for n, subject in enumerate(subjects) for m in subject.materials if len(m.hashes)]
        library, owners = Library([material for material, _ in owned]), [owner for _, owner in owned]
        self._last = (subjects, library, owners)
        return library, owners


_LIBRARIES = _Libraries()


def _eights(packed: bytes) -> frozenset[bytes]:
    return frozenset(packed[at : at + 8] for at in range(0, len(packed), 8))


def _is_short_letter(material: IndexedMaterial) -> bool:
    """Whether so little was typed that a sentence may be most of it."""
    return material.mark.typed and len(material.hashes) <= SHORT_LETTER


def _telling(found: Overlap, quiet: _Quiet, subject: Subject, short: bool) -> list[Run]:
    """The runs that say whose words these are: a long one, several that are long together, most of a short letter."""
    starts, ends = quiet.loud(found)
    if not len(starts):
        return []
    heard = [
        (Run(start, end), said)
        for start, end, said in zip(
            starts.tolist(), ends.tolist(), quiet.weights_of(starts, ends, subject), strict=True
        )
        if said >= SHORT_RUN
    ]
    most = short and found.share >= MOST_OF_IT and quiet.longest(heard, subject) >= WHOLE
    once = quiet.each_once(heard)
    if most or any(said >= ONE_RUN for _, said in once) or _near_each_other(once):
        return [run for run, _ in heard]
    return []


def _near_each_other(heard: Sequence[tuple[Run, float]]) -> bool:
    """Whether somewhere several say enough within a text that they make up a good part of.

    A few in a row are looked at: each says at least `SHORT_RUN`, so a longer row falls into rows of so few that say
    enough, and one of these is as dense as the whole.
    """
    few = 2 * math.ceil(ALL_RUNS / SHORT_RUN)
    for first, (begin, _) in enumerate(heard):
        said = covered = 0.0
        for run, weighs in heard[first : first + few]:
            said += weighs
            covered += run.end - run.start
            if said >= ALL_RUNS and covered >= NEAR * (run.end - begin.start):
                return True
    return False


def _same_picture(picture: PictureFragment, mark: MaterialMark) -> float:
    if picture.phash is None or mark.phash is None or mark.thumb is None:
        return 0.0
    if (picture.phash ^ mark.phash).bit_count() > PICTURE_SAME_BITS:
        return 0.0
    return likeness(thumb(picture.pixels), mark.thumb)


DETECTOR = _MaterialDetector()
