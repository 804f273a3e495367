"""A TOML file whose every value knows its line.

`tomllib` keeps no positions (CPython issue 115516), so values come from it and lines from tree-sitter-toml.
Raises `Problem` (`policy.toml:7: …`) for a file that is missing, unreadable, not UTF-8 or not TOML.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

from gateway.errors import Problem

Key = str | int
_PLACE = re.compile(r"\s*\(at line (\d+), column \d+\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """`values` as tomllib gives them; `lines` maps a path such as `("rule", 2, "action")` to its line, from 1."""

    path: str
    values: dict[str, Any]
    lines: dict[tuple[Key, ...], int] = field(repr=False)

    def place(self, *keys: Key) -> str:
        """`policy.toml:12` for the nearest place known on the way to that key."""
        for end in range(len(keys), 0, -1):
            if (line := self.lines.get(keys[:end])) is not None:
                return f"{self.path}:{line}"
        return f"{self.path}:1"


def load(path: Path) -> Document:
    """Read and parse one file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable TOML file") from error
    return parse(data, str(path))


def parse(data: bytes, name: str) -> Document:
    """Parse the bytes of a file called `name`."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Problem(f"{name}:{line}", "not UTF-8", "save the file as UTF-8") from error
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _PLACE.search(str(error))
        line = int(found.group(1)) if found else text.count("\n") + 1
        raise Problem(
            f"{name}:{line}", f"not TOML: {_PLACE.sub('', str(error))}", "see toml.io for the syntax"
        ) from error
    return Document(name, values, _lines(text.encode()))


def _lines(data: bytes) -> dict[tuple[Key, ...], int]:
    root = Parser(Language(tree_sitter_toml.language())).parse(data).root_node
    lines: dict[tuple[Key, ...], int] = {}
    arrays: dict[tuple[Key, ...], int] = {}
    for node in root.named_children:
        if node.type == "pair":
            _pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            path = _inside_arrays(_key(node.named_children[0]), arrays)
            if node.type == "table_array_element":
                index = arrays.get(path, -1) + 1
                arrays[path] = index
                lines.setdefault(path, node.start_point[0] + 1)
                path = (*path, index)
            lines[path] = node.start_point[0] + 1
            for child in node.named_children[1:]:
                if child.type == "pair":
                    _pair(child, path, lines)
    return lines


def _inside_arrays(keys: tuple[str, ...], arrays: dict[tuple[Key, ...], int]) -> tuple[Key, ...]:
    """`[rule.when]` after the third `[[rule]]` is ("rule", 2, "when")."""
    path: tuple[Key, ...] = ()
    for number, key in enumerate(keys):
        path = (*path, key)
        if path in arrays and number < len(keys) - 1:
            path = (*path, arrays[path])
    return path


def _pair(node: Node, path: tuple[Key, ...], lines: dict[tuple[Key, ...], int]) -> None:
    key, value = node.named_children[0], node.named_children[-1]
    path = (*path, *_key(key))
    lines[path] = node.start_point[0] + 1
    _value(value, path, lines)


def _value(node: Node, path: tuple[Key, ...], lines: dict[tuple[Key, ...], int]) -> None:
    if node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                _pair(child, path, lines)
    elif node.type == "array":
        items = [child for child in node.named_children if child.type != "comment"]
        for index, child in enumerate(items):
            lines[(*path, index)] = child.start_point[0] + 1
            _value(child, (*path, index), lines)


def _key(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(part for child in node.named_children for part in _key(child))
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        return (str(next(iter(tomllib.loads(f"{text} = 0")))),)
    return (text,)
