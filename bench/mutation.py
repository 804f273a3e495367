"""Which faults would no test see? Changes one thing of a module at a time, and runs the tests of its room.

    python bench/mutation.py gateway/policy/evaluate.py tests/policy [--most 60] [--seed 1] [--minutes 10]

Changed are comparisons, `and`/`or`, `not`, conditions (always true, always false), numbers, truth values, arithmetic,
and `return` (of nothing). Each change runs in a process of its own that is forked from one that has the libraries, and
none of ours, loaded. A change that every test lets pass survives and is printed with its line; one that runs longer
than its seconds counts as seen. Whether a survivor means anything a person decides: some changes alter nothing that
can be observed. Exit 0; 1 where the tests fail without any change.
"""

import argparse
import ast
import copy
import importlib.abc
import importlib.machinery
import importlib.util
import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]
_OPPOSITE: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_OTHER: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
}  # fmt: skip

Change = tuple[int, str, Callable[[ast.AST], None]]
"""The number of a node in `ast.walk`, what is done to it, and how."""


def changes(tree: ast.Module) -> Iterator[Change]:
    """Every change of the module, in the order of its nodes."""
    for number, node in enumerate(ast.walk(tree)):
        match node:
            case ast.Compare(ops=[op]) if type(op) in _OPPOSITE:
                other = _OPPOSITE[type(op)]
                yield number, f"{type(op).__name__} to {other.__name__}", _set("ops", [other()])
            case ast.BoolOp(op=ast.And()):
                yield number, "and to or", _set("op", ast.Or())
            case ast.BoolOp(op=ast.Or()):
                yield number, "or to and", _set("op", ast.And())
            case ast.UnaryOp(op=ast.Not()):
                yield (
                    number,
                    "not left out",
                    _set("op", ast.UAdd(), operand=lambda old: ast.Call(_name("bool"), [old], [])),
                )
            case ast.If() | ast.While() | ast.IfExp():
                for always in (True, False) if not isinstance(node, ast.While) else (False,):
                    yield number, f"condition always {always}", _set("test", ast.Constant(always))
            case ast.BinOp(op=op) if type(op) in _OTHER:
                yield number, f"{type(op).__name__} to {_OTHER[type(op)].__name__}", _set("op", _OTHER[type(op)]())
            case ast.Constant(value=bool() as value):
                yield number, f"{value} to {not value}", _set("value", not value)
            case ast.Constant(value=int() as value):
                yield number, f"{value} to {value + 1}", _set("value", value + 1)
            case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
                yield number, "returns None", _set("value", ast.Constant(None))


def _set(name: str, value: object, **also: Callable[[ast.expr], ast.expr]) -> Callable[[ast.AST], None]:
    def change(node: ast.AST) -> None:
        setattr(node, name, value)
        for field, made in also.items():
            setattr(node, field, made(getattr(node, field)))

    return change


def _name(word: str) -> ast.Name:
    return ast.Name(word, ast.Load())


class _Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module its changed code."""

    def __init__(self, module: str, tree: ast.Module, path: Path) -> None:
        self._module, self._tree, self._path = module, tree, path

    def find_spec(
        self, name: str, path: object = None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        return importlib.util.spec_from_file_location(name, self._path, loader=self) if name == self._module else None

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._tree, str(self._path), "exec"), module.__dict__)


def survives(path: Path, tree: ast.Module | None, tests: list[str], seconds: float) -> bool:
    """Whether all tests pass with this code in the place of the module's; `tree` None is the module as it is."""
    child = os.fork()
    if child:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                return os.waitstatus_to_exitcode(status) == 0
            time.sleep(0.02)
        os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return False
    code = 1
    try:
        os.setpgid(0, 0)
        quiet = os.open(os.devnull, os.O_WRONLY)
        os.dup2(quiet, 1)
        os.dup2(quiet, 2)
        if tree is not None:
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            sys.meta_path.insert(0, _Changed(name, tree, path))
        code = int(pytest.main(["-x", "-q", "-p", "no:cacheprovider", "-m", "not slow", *tests]))
    finally:
        os._exit(code)


def main() -> int:
    """Print every survivor, and how many changes there were."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("module", type=Path)
    parser.add_argument("tests", nargs="+")
    parser.add_argument("--most", type=int, default=60, help="of many changes so many, drawn by the seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=60.0, help="of one change")
    parser.add_argument("--minutes", type=float, default=10.0, help="of all")
    arguments = parser.parse_args()
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    os.chdir(ROOT)
    os.environ["HYPOTHESIS_PROFILE"] = "ci"
    for library in ("hypothesis", "numpy", "sqlalchemy", "lxml.etree", "cryptography.hazmat.primitives.ciphers.aead"):
        importlib.import_module(library)
    path = arguments.module.resolve()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if not survives(path, None, arguments.tests, 600):
        print("the tests fail without any change", file=sys.stderr)
        return 1
    found = list(changes(tree))
    drawn = random.Random(arguments.seed).sample(found, min(arguments.most, len(found)))  # in an order of chance
    tried = alive = 0
    until = time.monotonic() + 60 * arguments.minutes
    for number, what, change in drawn:
        if time.monotonic() > until:
            break
        tried += 1
        changed = copy.deepcopy(tree)
        node = list(ast.walk(changed))[number]
        line = getattr(node, "lineno", 0)
        change(node)
        if survives(path, ast.fix_missing_locations(changed), arguments.tests, arguments.seconds):
            alive += 1
            print(f"{arguments.module}:{line}: {what}", flush=True)
    print(f"{arguments.module}: {tried} of {len(found)} changes, {alive} survived", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
