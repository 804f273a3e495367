"""One class name, one thing; and a name says what comes back."""

import ast
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "gateway"
SAY_NOTHING = frozenset(
    [
        "told",
        "said",
        "met",
        "weighed",
        "judged",
        "asked",
        "noted",
        "shown",
        "heard",
        "looked",
        "borne_out",
        "surely_nobodys",
        "settled",
        "counted",
        "first",
        "say",
        "anew",
        "helpers",
        "utils",
        "misc",
        "common",
        "stuff",
    ]
)
NAMED_ALIKE = {"Token"}
"""spaCy's own name, for which `detection.standins` stands in."""

Defined = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT), ast.parse(path.read_text(encoding="utf-8"))


def test_no_class_name_stands_for_two_things() -> None:
    places = defaultdict(list)
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                places[node.name.lstrip("_")].append(str(path))
    assert len(places) > 300
    assert {name: found for name, found in places.items() if len(found) > 1 and name not in NAMED_ALIKE} == {}


def test_no_module_and_no_public_symbol_has_a_name_that_says_nothing() -> None:
    found = [str(path) for path, _ in trees() if path.stem in SAY_NOTHING]
    for path, tree in trees():
        defined = [node for node in ast.walk(tree) if isinstance(node, Defined)]
        found += [f"{path}:{node.lineno} {node.name}" for node in defined if node.name in SAY_NOTHING]
    assert found == []


def test_every_term_of_the_glossary_that_names_a_module_names_one_that_is_there() -> None:
    page = (ROOT.parent / "docs" / "glossary.md").read_text(encoding="utf-8")
    named = [word for word in page.split("`") if word.endswith(".py") and "/" in word and not word.startswith("tests/")]
    assert len(named) > 5
    assert [name for name in named if not (ROOT / name).is_file()] == []
