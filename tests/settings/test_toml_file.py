"""Every value of a TOML file knows its line; what is no TOML says where."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import Problem
from gateway.settings.toml_file import load, parse

TEXT = """top = 1
[table.inner]
key = { a = 1, "b c" = [1,
  2] }
[[rule]]
name = "one"
[[rule]]
name = "two"
[rule.when]
kinds = [
  # a comment is no item
  "name",
  "phone",
]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 1),
        (("table", "inner"), 2),
        (("table", "inner", "key", "a"), 3),
        (("table", "inner", "key", "b c", 0), 3),
        (("table", "inner", "key", "b c", 1), 4),
        (("rule",), 5),
        (("rule", 0, "name"), 6),
        (("rule", 1), 7),
        (("rule", 1, "name"), 8),
        (("rule", 1, "when"), 9),
        (("rule", 1, "when", "kinds", 0), 12),
        (("rule", 1, "when", "kinds", 1), 13),
        (("rule", 1, "when", "nowhere"), 9),
        (("nothing", "of", "this"), 1),
    ],
)
def test_every_value_knows_its_line(path: tuple[str | int, ...], line: int) -> None:
    assert parse(TEXT.encode(), "p.toml").place(*path) == f"p.toml:{line}"


def test_the_values_are_the_standard_library_s() -> None:
    values = parse(TEXT.encode(), "p.toml").values
    assert values["rule"][1]["when"]["kinds"] == ["name", "phone"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"a = \n", "p.toml:1: not TOML"),
        (b"a = 1\nb = [1,\n", "p.toml:3: not TOML"),
        (b"a = 1\na = 2\n", "p.toml:2: not TOML"),
        (b"# ok\n# \xff\n", "p.toml:2: not UTF-8"),
        (b"a = " + b"[" * 100_000, "p.toml: is nested too deeply"),
        (b"a = " + b"{b = " * 3000 + b"1" + b"}" * 3000, "p.toml: is nested too deeply"),
        (b"a = " + b"9" * 5000, "p.toml: not TOML: a number"),
    ],
)
def test_a_mistake_says_where(data: bytes, says: str) -> None:
    with pytest.raises(Problem) as caught:
        parse(data, "p.toml")
    assert str(caught.value).startswith(says)


def test_a_byte_order_mark_is_no_mistake() -> None:
    assert parse(b"\xef\xbb\xbfa = 1\n", "p.toml").values == {"a": 1}


def test_a_file_that_cannot_be_read_says_so(tmp_path: Path) -> None:
    with pytest.raises(Problem, match="cannot be read"):
        load(tmp_path / "none.toml")
    with pytest.raises(Problem, match="cannot be read"):
        load(tmp_path)


@given(st.binary(max_size=80) | st.text(max_size=80).map(str.encode))
def test_any_bytes_are_values_or_a_problem(data: bytes) -> None:
    try:
        document = parse(data, "p.toml")
    except Problem as problem:
        places = [problem.place]
    else:
        places = [document.place(key) for key in document.values]
    assert all(place.startswith("p.toml:") for place in places)
