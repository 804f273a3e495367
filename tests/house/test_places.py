"""What a step of a place is, its kind says: nobody takes the words of a place apart again."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "gateway"
ARROW = "›"
WRITE_IT = {"model/reading.py", "text/covering.py", "console/places.py"}
"""Where the steps of a place are put together."""
RE = frozenset(("compile", "search", "match", "fullmatch", "split", "sub", "subn", "findall", "finditer"))


def taken_apart(source: str) -> Iterator[int]:
    """Lines in which something is asked of the words of a place or of one of its steps, or a regex is held to them."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        of_words = is_words(node.func.value)
        if of_words or (node.func.attr in RE and any(is_words(argument) for argument in node.args)):
            yield node.lineno


def is_words(node: ast.expr) -> bool:
    """`str(where)`, `str(….where)`, `str(step)`, `str(….steps[…])`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "str" and node.args):
        return False
    of = node.args[0]
    name = of.id if isinstance(of, ast.Name) else of.attr if isinstance(of, ast.Attribute) else ""
    in_steps = isinstance(of, ast.Subscript) and isinstance(of.value, ast.Attribute) and of.value.attr == "steps"
    return in_steps or name in ("where", "step", "place")


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("str(finding.where).split(' x ')", True),
        ("str(where).startswith('part')", True),
        ("_PAGE.fullmatch(str(step))", True),
        ("re.search('page', str(a.where.steps[-1]))", True),
        ("' x '.join(map(str, where.steps))", False),
        ("print(str(where))", False),
        ("_THUMBNAIL.search(where.steps[-1].text)", False),
    ],
)
def test_taking_the_words_of_a_place_apart_is_seen(source: str, found: bool) -> None:
    assert bool(list(taken_apart(source))) == found


def test_nobody_takes_the_words_of_a_place_apart() -> None:
    found = []
    for path in sorted(ROOT.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        found += [f"{path.relative_to(ROOT)}:{line}" for line in taken_apart(source)]
    assert found == []


def test_the_arrow_between_steps_is_written_in_few_places() -> None:
    written = {str(path.relative_to(ROOT)) for path in ROOT.rglob("*.py") if ARROW in path.read_text(encoding="utf-8")}
    assert written == WRITE_IT
