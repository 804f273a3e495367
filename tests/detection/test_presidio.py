"""Presidio as it is imported here: whole, but for the language engines and what they bring."""

import ast
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from gateway.detection import standins
from gateway.detection.presidio import AnalyzerEngine, NoOpNlpEngine, RecognizerRegistry

ROOTS = {"spacy", "thinc", "tldextract"}
TESTED = "2.2.366"


def alone(program: str) -> str:
    """What a fresh interpreter prints."""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    return done.stdout.strip()


def asked_for() -> set[tuple[str, str]]:
    """(module, name) of everything that Presidio's source imports of those libraries, wherever it does."""
    found = set()
    package = distribution("presidio-analyzer")
    for file in package.files or []:
        if file.suffix != ".py":
            continue
        for node in ast.walk(ast.parse(Path(str(package.locate_file(file))).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found |= {(name.name, "") for name in node.names if name.name.partition(".")[0] in ROOTS}
            elif isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] in ROOTS:
                found |= {(node.module or "", name.name) for name in node.names}
    return found


def test_the_stand_ins_have_what_presidio_asks_for_and_nothing_else() -> None:
    """A release that asks for more, or for less, is looked at by a person before it is taken."""
    offered = {(module, name) for module, names in standins._NAMES.items() for name in names}
    asked = asked_for()
    named = {(module, name) for module, name in asked if name and f"{module}.{name}" not in standins._NAMES}
    whole = {module for module, name in asked if not name} | {f"{module}.{name}" for module, name in asked if name}
    assert offered == named, f"presidio-analyzer is not {TESTED}: gateway/detection/standins.py must follow it"
    modules = {module for module, _ in asked} | (whole & set(standins._NAMES))
    assert set(standins._NAMES) == modules | {module.partition(".")[0] for module in modules}


def test_presidio_is_the_release_that_was_looked_at() -> None:
    version = distribution("presidio-analyzer").version
    assert version == TESTED, (
        f"presidio-analyzer {version}: read what its language engines do with spaCy when they are imported and when "
        "NoOpNlpEngine runs, put gateway/detection/standins.py right, then change TESTED here"
    )


def test_nothing_of_the_stand_ins_stays_behind() -> None:
    program = (
        "import sys, gateway.detection.presidio\n"
        f"print(sorted(name for name in sys.modules if name.partition('.')[0] in {ROOTS!r}))"
    )
    assert alone(program) == "[]"


def test_what_was_imported_under_those_names_before_is_there_again() -> None:
    program = (
        "import sys, types\n"
        "mine = sys.modules['spacy'] = types.ModuleType('spacy')\n"
        "import gateway.detection.presidio as presidio\n"
        "import spacy\n"
        "print(spacy is mine, presidio.NoOpNlpEngine.__module__)"
    )
    assert alone(program) == "True presidio_analyzer.nlp_engine.no_op_nlp_engine"


def test_an_import_that_fails_leaves_the_names_as_they_were() -> None:
    before = {name for name in sys.modules if name.partition(".")[0] in ROOTS}
    with pytest.raises(ImportError, match="load"), standins.instead():
        from spacy import load  # noqa: F401 - a name that the stand-in has not
    assert {name for name in sys.modules if name.partition(".")[0] in ROOTS} == before


def test_an_engine_with_a_language_does_not_come_to_life_and_downloads_nothing() -> None:
    program = """
import socket, sys
from gateway.detection.presidio import AnalyzerEngine
from presidio_analyzer.nlp_engine import SlimSpacyNlpEngine, SpacyNlpEngine, StanzaNlpEngine, TransformersNlpEngine

heard = []
sys.addaudithook(lambda event, _: heard.append(event) if event.startswith(("socket.", "urllib.", "subprocess.")) else 0)
for make in (
    AnalyzerEngine,
    lambda: SpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}]).load(),
    lambda: SlimSpacyNlpEngine(models=[{"lang_code": "en", "model_name": "blank"}]).load(),
    lambda: SlimSpacyNlpEngine(models=[{"lang_code": "en", "model_name": "en_core_web_sm"}]).load(),
    lambda: TransformersNlpEngine([{"lang_code": "en", "model_name": {"spacy": "a", "transformers": "b"}}]).load(),
):
    try:
        make()
    except (NotImplementedError, AttributeError, ImportError, ValueError):
        continue
    print("made")
print(heard)
"""
    assert alone(program) == "[]"


def test_presidio_s_recognizer_of_mail_addresses_refuses_rather_than_fetch_a_list() -> None:
    program = """
import sys
import gateway.detection.presidio
from presidio_analyzer.predefined_recognizers import EmailRecognizer

heard = []
sys.addaudithook(lambda event, _: heard.append(event) if event.startswith(("socket.", "urllib.")) else 0)
try:
    EmailRecognizer().analyze("xinger@streamers.example", ["EMAIL_ADDRESS"])
except AttributeError:
    print(heard)
"""
    assert alone(program) == "[]"


@pytest.mark.parametrize("name", ["Span", "SpanGroup", "Token", "Pipe", "Language"])
def test_a_class_that_only_lends_its_name_cannot_be_made(name: str) -> None:
    with pytest.raises(NotImplementedError, match=name):
        getattr(standins, name)("a", b=1)


def test_a_text_of_the_stand_in_has_no_tokens_and_takes_none() -> None:
    assert list(standins.Doc(standins.Vocab(), words=[])) == []
    assert len(standins.Doc(standins.Vocab())) == 0
    with pytest.raises(NotImplementedError):
        standins.Doc(standins.Vocab(), words=["张小鸣"])


def test_an_analyzer_of_its_own_works_with_the_engine_that_has_no_language() -> None:
    engine = AnalyzerEngine(
        registry=RecognizerRegistry(supported_languages=["zh"], recognizers=[]),
        nlp_engine=NoOpNlpEngine(models=[{"lang_code": "zh", "model_name": ""}]),
        supported_languages=["zh"],
    )
    artifacts = engine.nlp_engine.process_text("张小鸣", "zh")
    assert (list(artifacts.tokens), artifacts.lemmas, artifacts.keywords) == ([], [], [])
    assert '"tokens": []' in artifacts.to_json()
