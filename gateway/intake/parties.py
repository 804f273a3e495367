"""The directory of parties as a file: CSV with a head, or one JSON object a line.

CSV: columns in any order, named in Chinese or English; several values of one cell are parted by `;`. UTF-8, or GB18030
as a Chinese Excel writes it. Everything is checked before anything is stored.
Raises `Problem` with file and line (`parties.csv:3: …`), the line on which the row begins.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from gateway.errors import Problem, raise_all, unknown
from gateway.intake.json_validation import object_of, party_of
from gateway.model import Party

_COLUMNS = {
    "name": ("name", "名称", "姓名", "昵称", "主播", "主播名"),
    "accounts": ("accounts", "account", "账号", "帐号", "房间号", "直播间"),
    "addresses": ("addresses", "address", "email", "邮箱", "邮件地址", "地址"),
    "representatives": ("representatives", "representative", "代表", "经纪", "经纪人", "公会", "经纪邮箱", "公会邮箱"),
}
_LONGEST_CELL = 100_000


def load_parties(path: Path) -> tuple[Party, ...]:
    """Every party of the file, or the problem of each line that has one. The same party twice is two lines that say two
    things: refused."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable CSV or JSONL file") from error
    kind = path.suffix.lower()
    if kind not in (".csv", ".jsonl"):
        raise Problem(str(path), f"{kind or 'a file without an ending'} is not known", "give a .csv or a .jsonl file")
    rows = _rows(data, path) if kind == ".csv" else _lines(data, path)
    found, wrong = list[Party](), list[Problem]()
    first: dict[str, str] = {}
    try:
        for place, made in rows:
            try:
                party = made()
                for account in party.accounts:
                    if account in first:
                        twice = f"account {account!r} stands in {first[account]} already"
                        raise Problem(place, twice, "give each account to one party")
                    first[account] = place
            except Problem as problem:
                wrong.append(problem)
                continue
            found.append(party)
    except Problem as problem:  # the rest cannot be read at all
        wrong.append(problem)
    raise_all(wrong)
    return tuple(found)


Made = Callable[[], Party]
"""The party of a line, or its problem."""


def _lines(data: bytes, path: Path) -> Iterator[tuple[str, Made]]:
    for number, line in enumerate(_text(data, path, ("utf-8-sig",)).split("\n"), 1):
        if line.strip():
            place = f"{path}:{number}"
            yield place, partial(_listed, line, place)


def _rows(data: bytes, path: Path) -> Iterator[tuple[str, Made]]:
    text = _text(data, path, ("utf-8-sig", "gb18030"))
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    columns: list[str] = []
    line = 1
    try:
        for row in reader:
            place, line = f"{path}:{line}", reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if not columns:
                columns = _head(row, place)
                continue
            yield place, partial(_party, row, columns, place)
    except csv.Error as error:
        raise Problem(f"{path}:{line}", f"not CSV: {error}", "save the file as CSV again") from None
    if not columns:
        raise Problem(str(path), "no head", "write name,accounts,addresses,representatives in the first line")


def _party(row: list[str], columns: list[str], place: str) -> Party:
    if len(row) != len(columns):
        wrong = f"{len(row)} cells where the head has {len(columns)}"
        raise Problem(place, wrong, "quote cells that hold a comma")
    value: dict[str, object] = {"name": ""}
    for column, cell in zip(columns, row, strict=True):
        parts = [part.strip() for part in re.split("[;；\n]", cell) if part.strip()]
        value[column] = cell.strip() if column == "name" else parts
    return party_of(value, "listed", place)


def _listed(line: str, place: str) -> Party:
    return party_of(object_of(line, place), "listed", place)


def _head(row: list[str], place: str) -> list[str]:
    columns = []
    for cell in row:
        name = cell.strip().casefold()
        column = next((key for key, names in _COLUMNS.items() if name in names), None)
        if column is None:
            raise unknown(place, "column", cell.strip(), tuple(_COLUMNS))
        if column in columns:
            raise Problem(place, f"two columns say {column}", "keep one; part several values by ;")
        columns.append(column)
    return columns


def _text(data: bytes, path: Path, charsets: tuple[str, ...]) -> str:
    for charset in charsets:
        try:
            return data.decode(charset)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
    raise Problem(f"{path}:{line}", f"not {charsets[0].removesuffix('-sig').upper()}", "save the file as UTF-8")
