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
_PLACE = re.compile(r"\s*\(at line (\d+), column (\d+)\)$")


@dataclass(frozen=True, slots=True)
class Document:
    """`values` as tomllib gives them; `lines` maps a path such as `("rule", 2, "action")` to its line, from 1, and
    `columns` to the character of that line, from 1."""

    path: str
    values: dict[str, Any]
    lines: dict[tuple[Key, ...], int] = field(repr=False)
    columns: dict[tuple[Key, ...], int] = field(default_factory=dict, repr=False)

    def place(self, *keys: Key) -> "Place":
        """`policy.toml:12` for the nearest place known on the way to that key."""
        for end in range(len(keys), 0, -1):
            if (line := self.lines.get(keys[:end])) is not None:
                return Place(f"{self.path}:{line}", self.columns.get(keys[:end], 0))
        return Place(f"{self.path}:1")


class Place(str):
    """A file and a line, as text; it knows the column too, for who wants it."""

    __slots__ = ("column",)
    column: int

    def __new__(cls, place: str, column: int = 0) -> "Place":
        made = super().__new__(cls, place)
        made.column = column
        return made


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
        return _parsed(data, name)
    except RecursionError:
        raise Problem(name, "is nested too deeply", "write its tables as the documentation shows them") from None


def _parsed(data: bytes, name: str) -> Document:
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
        column = int(found.group(2)) if found else 0
        raise Problem(
            Place(f"{name}:{line}", column), f"not TOML: {_PLACE.sub('', str(error))}", "see toml.io for the syntax"
        ) from error
    except ValueError:  # of a number or a date, without a place (CPython issue 95778)
        raise Problem(name, "not TOML: a number that is too long, or no date", "write it shorter") from None
    return Document(name, values, *_lines(text.encode()))


def _lines(data: bytes) -> tuple[dict[tuple[Key, ...], int], dict[tuple[Key, ...], int]]:
    root = Parser(Language(tree_sitter_toml.language())).parse(data).root_node
    found = _KeyPlaces(data.split(b"\n"))
    arrays: dict[tuple[Key, ...], int] = {}
    for node in root.named_children:
        if node.type == "pair":
            found.pair(node, ())
        elif node.type in ("table", "table_array_element"):
            path = _inside_arrays(_key(node.named_children[0]), arrays)
            if node.type == "table_array_element":
                index = arrays.get(path, -1) + 1
                arrays[path] = index
                if path not in found.lines:
                    found.note(path, node)
                path = (*path, index)
            found.note(path, node)
            for child in node.named_children[1:]:
                if child.type == "pair":
                    found.pair(child, path)
    return found.lines, found.columns


def _inside_arrays(keys: tuple[str, ...], arrays: dict[tuple[Key, ...], int]) -> tuple[Key, ...]:
    """`[rule.when]` after the third `[[rule]]` is ("rule", 2, "when")."""
    path: tuple[Key, ...] = ()
    for number, key in enumerate(keys):
        path = (*path, key)
        if path in arrays and number < len(keys) - 1:
            path = (*path, arrays[path])
    return path


class _KeyPlaces:
    """Where each key and each item of a list stands."""

    def __init__(self, text: list[bytes]) -> None:
        self._text = text
        self.lines: dict[tuple[Key, ...], int] = {}
        self.columns: dict[tuple[Key, ...], int] = {}

    def note(self, path: tuple[Key, ...], node: Node) -> None:
        row, octet = node.start_point
        self.lines[path] = row + 1
        self.columns[path] = len(self._text[row][:octet].decode("utf-8", "replace")) + 1

    def pair(self, node: Node, path: tuple[Key, ...]) -> None:
        key, value = node.named_children[0], node.named_children[-1]
        path = (*path, *_key(key))
        self.note(path, node)
        self._value(value, path)

    def _value(self, node: Node, path: tuple[Key, ...]) -> None:
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, path)
        elif node.type == "array":
            items = [child for child in node.named_children if child.type != "comment"]
            for index, child in enumerate(items):
                self.note((*path, index), child)
                self._value(child, (*path, index))


def _key(node: Node) -> tuple[str, ...]:
    if node.type == "dotted_key":
        return tuple(part for child in node.named_children for part in _key(child))
    text = (node.text or b"").decode()
    if node.type == "quoted_key":
        return (str(next(iter(tomllib.loads(f"{text} = 0")))),)
    return (text,)
