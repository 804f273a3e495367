"""Material of the report handed on: the file itself, its text or a good piece of it, its picture, the mail itself.

Text counts from 24 Han characters in one stretch (or 60 Latin letters), or 48 in several that are near each other;
dates, numbers, courtesy, names of laws (`reports.formulas`) and the reported party's own names count nothing, so a
proper question about a broadcast is not a quotation. Stretches are followed over fragments of one part: paragraphs of a
document, lines of a picture.

A picture is the same where its hash differs in at most 8 of 64 bits and its 96 x 96 likeness is 0.95: the hash alone
takes one screenshot of a layout for another, and such reach 0.92. A piece of one is known by `reports.pieces`.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick

from gateway.detection.scene import Scene, finding_at
from gateway.fingerprints.rows import rows
from gateway.model import Box, Finding, Kind, MaterialMark, PictureFragment
from gateway.reports import Subject
from gateway.reports.boilerplate import common_prints, common_runs
from gateway.reports.formulas import formula_runs
from gateway.reports.pictures import likeness, thumb
from gateway.reports.pieces import Shown
from gateway.reports.shingles import Overlap, Run, Shingled, overlap_of, weight

ONE_RUN = 24.0
ALL_RUNS = 48.0
SHORT_RUN = 9.0  # what a stretch must weigh to count among several
NEAR = 0.25  # how much of the text from the first of several to the last they must be: turns of speech add up in any
# long text, while words that were changed here and there, or misread, stand close together
PHASH_BITS = 8
SAME_PICTURE = 0.95


class _Material:
    name = "material"
    kinds: tuple[Kind, ...] = ("material",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        yield from self._files(scene)
        yield from self._mails(scene)
        yield from self._texts(scene)
        yield from self._pictures(scene)

    def _files(self, scene: Scene) -> Iterator[Finding]:
        common = _eights(scene.common.files)
        for subject in scene.subjects:
            digests = {material.mark.sha256 for material in subject.materials}
            for part in scene.reading.files:
                if part.sha256 in digests and part.sha256[:8] not in common:
                    yield Finding(
                        "material", subject.report, part.where, None, self.name, 1.0, variant="digest", share=1.0
                    )

    def _mails(self, scene: Scene) -> Iterator[Finding]:
        for subject in scene.subjects:
            ids = {i.lower() for i in subject.message_ids}
            for mail in scene.reading.mails:
                if mail.message_id.strip().strip("<>").lower() in ids:
                    yield Finding(
                        "material", subject.report, mail.where, None, self.name, 1.0, variant="message_id", share=1.0
                    )

    def _texts(self, scene: Scene) -> Iterator[Finding]:
        if not any(material.hashes for subject in scene.subjects for material in subject.materials):
            return
        common = common_prints(scene.common.text)
        for stream in _streams(scene):
            silent: list[Run] | None = None
            formulas: list[Run] = []
            for subject in scene.subjects:
                overlaps = [
                    found for material in subject.materials if (found := overlap_of(stream.shingled, material)).runs
                ]
                if not overlaps:
                    continue
                if silent is None:
                    view = stream.shingled.view
                    silent, formulas = common_runs(view, common), formula_runs(view)
                yield from self._quotations(scene, stream, overlaps, subject, (silent, formulas))

    def _quotations(
        self,
        scene: Scene,
        stream: "_Stream",
        overlaps: Sequence[Overlap],
        subject: Subject,
        quiet: tuple[Sequence[Run], Sequence[Run]],
    ) -> Iterator[Finding]:
        silent, formulas = [*quiet[0], *_own_words(stream.shingled.view, subject)], quiet[1]
        best: dict[int, tuple[float, tuple[int, int]]] = {}
        for found in overlaps:
            for run in _telling(stream.shingled.view, found, silent, formulas):
                for fragment, span in stream.places(scene, run):
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
        for index, picture in enumerate(scene.reading.pictures):
            if picture.phash is not None and picture.phash.to_bytes(8, "little") in common:
                continue
            shown = Shown(picture, scene.common.pieces)
            for subject in scene.subjects:
                marks = [material.mark for material in subject.materials]
                score = max((_same_picture(picture, mark) for mark in marks), default=0.0)
                if score < SAME_PICTURE:
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


@dataclass(frozen=True, slots=True)
class _Stream:
    """The letters of several fragments in a row. `pieces` are (fragment, first letter in the row)."""

    shingled: Shingled
    pieces: tuple[tuple[int, int], ...]

    def places(self, scene: Scene, run: Run) -> Iterator[tuple[int, tuple[int, int]]]:
        """A run as spans of the fragments that it goes through."""
        for (fragment, first), (_, following) in zip(
            self.pieces, (*self.pieces[1:], (-1, len(self.shingled.view))), strict=True
        ):
            start, end = max(run.start, first), min(run.end, following)
            if start < end:
                yield fragment, scene.views[fragment].letters.origin(start - first, end - first)


def _streams(scene: Scene) -> Iterator[_Stream]:
    """Fragments of one part and medium in their order; each header and file name by itself."""
    for indexes in rows(scene.reading.texts):
        pieces = []
        first = 0
        for index in indexes:
            pieces.append((index, first))
            first += len(scene.views[index].letters.text)
        yield _Stream(Shingled("".join(scene.views[i].letters.text for i in indexes)), tuple(pieces))


def _eights(packed: bytes) -> frozenset[bytes]:
    return frozenset(packed[at : at + 8] for at in range(0, len(packed), 8))


def _own_words(view: str, subject: Subject) -> list[Run]:
    words = [word for word in subject.own if len(word) > 1]
    if not words:
        return []
    return [Run(start, end) for _, start, end in AhoCorasick(words).find_matches_as_indexes(view, overlapping=True)]


def _telling(view: str, found: Overlap, silent: Sequence[Run], formulas: Sequence[Run]) -> list[Run]:
    """The runs that say whose words these are: a long one, or several that are long together."""
    weighed = [(run, _said(view, run, silent, formulas)) for run in found.runs]
    heard = [(run, said) for run, said in weighed if said >= SHORT_RUN]
    if any(said >= ONE_RUN for _, said in heard) or _near_each_other(heard):
        return [run for run, _ in heard]
    return []


def _said(view: str, run: Run, silent: Sequence[Run], formulas: Sequence[Run]) -> float:
    """How much a run says. A formula says nothing, but beside somebody's own words, in one stretch with them, half."""
    said = weight(view, run, [*silent, *formulas])
    return said if said < SHORT_RUN else (said + weight(view, run, silent)) / 2


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
    if (picture.phash ^ mark.phash).bit_count() > PHASH_BITS:
        return 0.0
    return likeness(thumb(picture.pixels), mark.thumb)


DETECTOR = _Material()
