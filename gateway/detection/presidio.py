"""The one door to Presidio's analyzer: its classes, imported without spaCy.

Importing it takes some three tenths of a second: once in a process that inspects, never for each message. Nothing else
may import `presidio_analyzer`, for whoever comes first decides what comes with it.

In: nothing. Out: Presidio's names. Raises ImportError where Presidio wants more of spaCy than `standins` has.
"""

from gateway.detection.standins import instead

with instead():
    from presidio_analyzer import (
        AnalysisExplanation,
        AnalyzerEngine,
        EntityRecognizer,
        Pattern,
        PatternRecognizer,
        RecognizerRegistry,
        RecognizerResult,
    )
    from presidio_analyzer.context_aware_enhancers import ContextAwareEnhancer
    from presidio_analyzer.nlp_engine import NlpArtifacts, NoOpNlpEngine
    from presidio_analyzer.predefined_recognizers import CreditCardRecognizer, PhoneRecognizer

__all__ = [
    "AnalysisExplanation",
    "AnalyzerEngine",
    "ContextAwareEnhancer",
    "CreditCardRecognizer",
    "EntityRecognizer",
    "NlpArtifacts",
    "NoOpNlpEngine",
    "Pattern",
    "PatternRecognizer",
    "PhoneRecognizer",
    "RecognizerRegistry",
    "RecognizerResult",
]
