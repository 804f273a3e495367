"""Every word a reader gives for what it could not read has its sentence, in Chinese and in English."""

import ast
from pathlib import Path

import gateway
from gateway.formats.registry import all_formats
from gateway.model.uninspectable_reasons import REASONS, sentences

ROOT = Path(gateway.__file__).parent


def words_in(path: Path) -> set[str]:
    """String constants given to Unreadable and Ambiguity, or noted as defects."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        given: list[ast.AST] = []
        if isinstance(node, ast.Call):
            called = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            given = list(node.args[1:]) if called in ("Unreadable", "Ambiguity", "_refuse") else []
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name) and node.value.id == "defects":
            given = [node.slice]
        for one in given:
            whole_words = [] if isinstance(one, ast.JoinedStr) else ast.walk(one)
            found |= {c.value for c in whole_words if isinstance(c, ast.Constant) and isinstance(c.value, str)}
    return found


def test_every_word_has_its_sentences() -> None:
    used: set[str] = set()
    for room in ("formats", "pictures", "isolation", "reading", "inspection"):
        for path in (ROOT / room).rglob("*.py"):
            used |= words_in(path)
    assert {"duplicate_field", "unknown_binary", "undecodable_text"} <= used, "the search itself finds words"
    assert used - REASONS.keys() == set()


def test_whatever_format_breaks_there_is_a_sentence_for_it() -> None:
    assert {f"broken_{name}" for name in all_formats()} <= REASONS.keys()


def test_sentences_are_chinese_and_english() -> None:
    for chinese, english in REASONS.values():
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese)
        assert english.isascii()
    assert sentences("never_heard_of") == ("never_heard_of", "never_heard_of")
