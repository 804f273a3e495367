"""Presidio, kept to what is of use here: one analyzer, no language model, recognizers of our own.

Its deny lists and word boundaries see no Chinese word, its context words need lemmas that nobody makes, and a pattern
that times out there counts as a pattern that found nothing; so each recognizer asks a `Searcher`. The text's views
come along as NLP artifacts. Presidio's own log of decisions would hold the text and stays off.
"""

from collections.abc import Callable, Collection, Iterator
from typing import Any
from weakref import WeakKeyDictionary

from presidio_analyzer import AnalyzerEngine, EntityRecognizer, RecognizerRegistry, RecognizerResult
from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine

from gateway.detection.scene import Scene, Views, finding_at
from gateway.detection.search import Hit, Searcher
from gateway.model import Finding, Kind
from gateway.reports import Subject

LANGUAGE = "zh"  # of the registry; nothing depends on the language of the text
_VARIANT = "variant"


class _Artifacts(NlpArtifacts):
    """Nothing of a language, only the views of the text, and whether it was read from a picture."""

    def __init__(self, views: Views, pictured: bool) -> None:
        no_tokens: Any = []  # Presidio asks for a spaCy document, and reads none of it without an enhancer
        super().__init__([], no_tokens, [], [], None, LANGUAGE)
        self.views = views
        self.pictured = pictured


class SubjectRecognizer(EntityRecognizer):
    """Recognises one reporter by some kinds. `judge` sees all hits of a text together, and may change them."""

    def __init__(
        self, name: str, subject: Subject, kinds: Collection[Kind], judge: Callable[[list[Hit]], list[Hit]]
    ) -> None:
        super().__init__([kind.upper() for kind in kinds], name=name, supported_language=LANGUAGE)
        self._searcher = Searcher(subject, kinds)
        self._judge = judge

    def load(self) -> None:
        """Nothing to load: the patterns came with the subject."""

    def hits(self, views: Views, pictured: bool) -> list[Hit]:
        return self._judge(self._searcher.search(views, pictured))

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        views, pictured = Views(text), False
        if isinstance(nlp_artifacts, _Artifacts):
            views, pictured = nlp_artifacts.views, nlp_artifacts.pictured
        return [
            RecognizerResult(
                hit.kind.upper(), hit.start, hit.end, hit.score, recognition_metadata={_VARIANT: hit.variant}
            )
            for hit in self.hits(views, pictured)
        ]


class _Silent(EntityRecognizer):
    """An empty registry would be filled with Presidio's own recognizers; this one finds nothing."""

    def load(self) -> None:
        """Nothing to load."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        return []


def _engine() -> AnalyzerEngine:
    registry = RecognizerRegistry(
        supported_languages=[LANGUAGE], recognizers=[_Silent(["NOTHING"], supported_language=LANGUAGE)]
    )
    nothing = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": ""}])
    return AnalyzerEngine(registry=registry, nlp_engine=nothing, supported_languages=[LANGUAGE])


ENGINE = _engine()


class PresidioDetector:
    """Runs recognizers of one sort, one a subject, over all text of a message."""

    def __init__(
        self, name: str, kinds: tuple[Kind, ...], judge: Callable[[list[Hit]], list[Hit]] = lambda hits: hits
    ) -> None:
        self.name = name
        self.kinds = kinds
        self._judge = judge
        self._recognizers: WeakKeyDictionary[Subject, SubjectRecognizer] = WeakKeyDictionary()

    def find(self, scene: Scene) -> Iterator[Finding]:
        for subject in scene.subjects:
            recognizer = self._recognizer(subject)
            for index, views in (*enumerate(scene.views), *scene.hidden):
                pictured = scene.reading.texts[index].medium == "picture"
                if not views.original or not recognizer.hits(views, pictured):
                    continue  # most texts: the analyzer's own cost is kept for those that matter
                for result in ENGINE.analyze(
                    views.original,
                    LANGUAGE,
                    entities=recognizer.supported_entities,
                    ad_hoc_recognizers=[recognizer],
                    nlp_artifacts=_Artifacts(views, pictured),
                ):
                    yield finding_at(
                        scene,
                        index,
                        (result.start, result.end),
                        _KINDS[result.entity_type],
                        subject.report,
                        self.name,
                        result.score,
                        variant=result.recognition_metadata[_VARIANT],
                    )

    def _recognizer(self, subject: Subject) -> SubjectRecognizer:
        recognizer = self._recognizers.get(subject)
        if recognizer is None:
            recognizer = self._recognizers[subject] = SubjectRecognizer(self.name, subject, self.kinds, self._judge)
        return recognizer


_KIND_LIST: tuple[Kind, ...] = ("name", "nickname", "address", "phone", "account", "government_id")
_KINDS: dict[str, Kind] = {kind.upper(): kind for kind in _KIND_LIST}
