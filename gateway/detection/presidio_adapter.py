"""Presidio as it was meant: one recognizer a kind in its registry, one analyzer, no language model.

Who is looked for comes with each request, as NLP artifacts: the views of the text and the index of the reporters. The
text is searched once for all kinds; each recognizer gives the results of its own, with the explanation of each. Words
that stand by are Presidio's context enhancement, done by our enhancer, since Presidio's needs lemmas and finds none in
Chinese. Its deny lists and word boundaries see no Chinese word, and a pattern that times out there counts as a pattern
that found nothing; so the searching is ours, and a search that runs out of time (`budget`) raises.

Presidio's own log of decisions would hold the text and stays off; the decision process comes back with the results.
"""

from functools import cached_property
from typing import Any

from gateway.detection.context import Views
from gateway.detection.corroboration import FEW
from gateway.detection.pattern_index import PatternIndex
from gateway.detection.presidio import (
    AnalysisExplanation,
    AnalyzerEngine,
    ContextAwareEnhancer,
    EntityRecognizer,
    NlpArtifacts,
    NoOpNlpEngine,
    RecognizerRegistry,
    RecognizerResult,
)
from gateway.detection.search import Hit, Search
from gateway.identity.patterns import THRESHOLD
from gateway.model import Kind

LANGUAGE = "zh"  # of the registry; nothing depends on the language of the text
KINDS: tuple[Kind, ...] = ("name", "nickname", "address", "phone", "account", "government_id", "circumstance")
MOST_EXPLAINED = 1000
"""Hits of one text that go through the analyzer, which costs as much again as finding them."""
CONTEXT = ("举报", "投诉", "来信", "署名", "发件人", "观众", "用户", "reporter", "complainant", "viewer", "user")
"""Of each recognizer, for whoever asks the registry; `cues` has all of them and how near they must stand."""


_ENTITY = {kind: f"REPORTER_{kind.upper()}" for kind in KINDS}


def entity(kind: Kind) -> str:
    """Presidio's name for a kind: `REPORTER_NAME`."""
    return _ENTITY[kind]


class SearchArtifacts(NlpArtifacts):
    """One text and who is looked for in it. Nothing of a language."""

    def __init__(self, views: Views, index: PatternIndex, pictured: bool) -> None:
        no_tokens: Any = []  # Presidio asks for a spaCy document, and reads none of it without its own enhancer
        super().__init__([], no_tokens, [], [], None, LANGUAGE)
        self.views = views
        self._index = index
        self._pictured = pictured

    @cached_property
    def _hits(self) -> tuple[list[Hit], list[Hit]]:
        """Everything that stands in the text, found once for all recognizers: what speaks, and what is silent."""
        speaking, silent = [], []
        for hit in self.views.budget.over(Search(self._index, self.views, self._pictured).hits()):
            if self._index.size <= FEW or hit.score >= THRESHOLD or self._has_cue(hit):
                speaking.append(hit)
            else:
                hit.base = hit.score
                silent.append(hit)
        return speaking, silent

    def _has_cue(self, hit: Hit) -> bool:
        return bool(hit.form.cue) and bool(self.views.cues.stands_by(hit.form.cue, hit.first, hit.last))

    @property
    def speaking(self) -> list[Hit]:
        """What has to be judged and explained. Raises what the budget raises."""
        return self._hits[0]

    @property
    def silent(self) -> list[Hit]:
        """Weak signs without a cue, where among many reporters none of them is mentioned for itself: other signs of
        the same reporter may still give them a voice. Raises what the budget raises."""
        return self._hits[1]

    @cached_property
    def by_kind(self) -> dict[Kind, list[Hit]]:
        """What speaks, for each recognizer its own."""
        found: dict[Kind, list[Hit]] = {kind: [] for kind in KINDS}
        for hit in self.speaking:
            found[hit.kind].append(hit)
        return found


class Result(RecognizerResult):
    """One hit. Two reporters may be found at one place, so no result is another's double."""

    def __init__(self, hit: Hit, explanation: AnalysisExplanation) -> None:
        super().__init__(entity(hit.kind), hit.start, hit.end, hit.score, explanation)
        self.hit = hit

    def contained_in(self, other: RecognizerResult) -> bool:
        return False

    def __eq__(self, other: object) -> bool:
        return self is other

    def __hash__(self) -> int:
        return id(self)


class ReporterRecognizer(EntityRecognizer):
    """Recognises one kind of thing of whoever the request is about."""

    def __init__(self, kind: Kind) -> None:
        super().__init__([entity(kind)], name=f"reporter_{kind}", supported_language=LANGUAGE, context=list(CONTEXT))
        self._kind = kind

    def load(self) -> None:
        """Nothing to load: who is looked for comes with the request."""

    def analyze(
        self, text: str, entities: list[str], nlp_artifacts: NlpArtifacts | None = None
    ) -> list[RecognizerResult]:
        if not isinstance(nlp_artifacts, SearchArtifacts):
            return []  # asked without an identity: there is nobody to find
        return [Result(hit, self._explained(hit)) for hit in nlp_artifacts.by_kind[self._kind]]

    def _explained(self, hit: Hit) -> AnalysisExplanation:
        """Which form, which view, which score. Never the words: an explanation is stored and shown."""
        return AnalysisExplanation(
            recognizer=f"reporter_{self._kind}",
            original_score=hit.score,
            pattern_name=hit.variant,
            textual_explanation=f"form {hit.variant} in view {hit.form.view}",
        )


class CueEnhancer(ContextAwareEnhancer):
    """A form with a cue rises where such a word stands by it in the text."""

    def __init__(self) -> None:
        super().__init__(
            context_similarity_factor=0,
            min_score_with_context_similarity=0,
            context_prefix_count=0,
            context_suffix_count=0,
        )

    def enhance_using_context(
        self,
        text: str,
        raw_results: list[RecognizerResult],
        nlp_artifacts: NlpArtifacts,
        recognizers: list[EntityRecognizer],
        context: list[str] | None = None,
    ) -> list[RecognizerResult]:
        for result in raw_results:
            if isinstance(result, Result) and isinstance(nlp_artifacts, SearchArtifacts):
                _enhance(result, nlp_artifacts.views)
        return raw_results


def _enhance(result: Result, views: Views) -> None:
    hit = result.hit
    if _cued(hit, views):
        result.score = hit.score
        explanation = result.analysis_explanation
        explanation.set_improved_score(hit.score)
        explanation.set_supportive_context_word(hit.word)  # the class of the word


def _cued(hit: Hit, views: Views) -> bool:
    """Whether a word that stands by made it surer."""
    hit.base = hit.score
    form = hit.form
    # What makes a name less sure (a full stop inside it) does so beside a cue as well; a number of which little is seen
    # is only as unlikely to be met by chance, which is just what the cue speaks against.
    cued = round(form.cued * min(1.0, hit.score / form.score), 3) if form.kind == "name" else form.cued
    if not form.cue or cued <= hit.score:
        return False
    word = views.cues.stands_by(form.cue, hit.first, hit.last)
    if not word:
        return False
    hit.score, hit.support, hit.word = cued, "cue", word
    return True


def _engine() -> AnalyzerEngine:
    registry = RecognizerRegistry(
        supported_languages=[LANGUAGE], recognizers=[ReporterRecognizer(kind) for kind in KINDS]
    )
    nothing = NoOpNlpEngine(models=[{"lang_code": LANGUAGE, "model_name": ""}])
    return AnalyzerEngine(
        registry=registry,
        nlp_engine=nothing,
        supported_languages=[LANGUAGE],
        context_aware_enhancer=CueEnhancer(),
    )


ENGINE = _engine()
ENTITIES = [entity(kind) for kind in KINDS]


def recognised(views: Views, index: PatternIndex, pictured: bool) -> list[Hit]:
    """The hits of a text after context, each explained, where they are not so many that nobody asks why. Raises
    whatever a recognizer raises."""
    request = SearchArtifacts(views, index, pictured)
    if not request.speaking:
        return request.silent  # most texts: the analyzer's own cost is kept for those that matter
    if len(request.speaking) > MOST_EXPLAINED:
        for hit in views.budget.over(request.speaking):
            _cued(hit, views)
        return [*request.speaking, *request.silent]
    results = ENGINE.analyze(
        views.original, LANGUAGE, entities=ENTITIES, nlp_artifacts=request, return_decision_process=True
    )
    return [*(result.hit for result in results if isinstance(result, Result)), *request.silent]
