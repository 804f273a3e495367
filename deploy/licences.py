"""Licences: which are allowed, and which one a package is under.

A package says so in its metadata as an SPDX expression (PEP 639, or in the older field), or it stands in
`licences.toml`, read by a person, with the words of its metadata at that time: other words in a later release are a
reason to read again.

In: metadata of installed packages. Out: SPDX expressions, or lines that say what is wrong and what to do.
"""

import re
import tomllib
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

TABLE = Path(__file__).with_name("licences.toml")

ALLOWED = frozenset(
    (
        *("MIT", "MIT-0", "MIT-CMU", "X11", "ISC", "0BSD", "BSL-1.0", "Zlib", "libpng-2.0", "FTL", "IJG", "libtiff"),
        *("BSD-1-Clause", "BSD-2-Clause", "BSD-3-Clause", "BSD-3-Clause-Open-MPI", "BSD-4-Clause", "bzip2-1.0.6"),
        *("Apache-2.0", "Apache-2.0 WITH LLVM-exception", "OpenSSL", "PSF-2.0", "CNRI-Python", "HPND", "ICU"),
        *("Unicode-3.0", "Unicode-DFS-2016", "CDLA-Permissive-2.0", "Unlicense", "CC0-1.0", "CC-BY-3.0", "CC-BY-4.0"),
        *("OFL-1.1", "MPL-2.0", "LGPL-2.0-or-later", "LGPL-2.1-only", "LGPL-2.1-or-later", "LGPL-3.0-only"),
        "LGPL-3.0-or-later",
        # libgfortran and what else of GCC is linked into nearly every program: the exception lifts the GPL from it
        "GPL-3.0-or-later WITH GCC-exception-3.1",
    )
)
COPYLEFT = ("LGPL-", "MPL-", "GPL-")
"""Whoever passes such a part on owes its source, and must leave it replaceable (LGPL)."""


@dataclass(frozen=True)
class Licence:
    """`expression` is empty where nobody knows; `trouble` then says what to do."""

    expression: str
    trouble: str = ""


def is_allowed(expression: str, also: frozenset[str] = frozenset()) -> bool:
    """Whether one may use what is under this expression: all sides of an AND, one of an OR.

    Raises InvalidLicenseExpression where it is no SPDX expression.
    """
    words = re.findall(r"[()]|[^\s()]+", canonicalize_license_expression(expression))
    return _either(words, ALLOWED | also)


def _either(words: list[str], allowed: frozenset[str]) -> bool:
    one = _both(words, allowed)
    while words and words[0] == "OR":
        words.pop(0)
        other = _both(words, allowed)
        one = one or other
    return one


def _both(words: list[str], allowed: frozenset[str]) -> bool:
    one = _single(words, allowed)
    while words and words[0] == "AND":
        words.pop(0)
        other = _single(words, allowed)
        one = one and other
    return one


def _single(words: list[str], allowed: frozenset[str]) -> bool:
    word = words.pop(0)
    if word == "(":
        inside = _either(words, allowed)
        words.pop(0)
        return inside
    if words and words[0] == "WITH":
        words.pop(0)
        word = f"{word} WITH {words.pop(0)}"
    return word in allowed


def reviewed() -> dict[str, dict[str, str]]:
    """`licences.toml`: by name, the expression and the words of the metadata when it was read."""
    table: dict[str, dict[str, str]] = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return table


def installed(name: str) -> Distribution | None:
    """The package as it is installed here; None where it is for other machines."""
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _field(package: Distribution, name: str) -> str:
    """The field of the metadata; empty where there is none."""
    return next(iter(package.metadata.get_all(name) or ()), "")


def said(package: Distribution) -> str:
    """What the metadata says of the licence in words: the first line of the field, or else the classifiers."""
    words = _field(package, "License").strip().split("\n")[0]
    if words and words != "UNKNOWN":
        return words
    named = package.metadata.get_all("Classifier") or []
    return "; ".join(sorted(one.rpartition(" :: ")[2] for one in named if one.startswith("License :: ")))


def licence(name: str) -> Licence:
    """What one package is under: the reviewed expression while its words are the same, or else its own."""
    package, known = installed(name), reviewed().get(name)
    own = _field(package, "License-Expression") if package is not None else ""
    words = own or (said(package) if package is not None else known["says"] if known else "")
    if known is not None and words == known["says"]:
        return Licence(canonicalize_license_expression(known["licence"]))
    if known is not None:
        return Licence("", f"{name}: its metadata said {known['says']!r} and now says {words!r}; {_enter(name, words)}")
    try:
        return Licence(canonicalize_license_expression(words))
    except InvalidLicenseExpression:
        return Licence("", f"{name}: its metadata says {words!r}, which is no SPDX expression; {_enter(name, words)}")


def _enter(name: str, words: str) -> str:
    return (
        "read the licence in the package and enter in deploy/licences.toml what it is: "
        f'{name} = {{ licence = "SPDX expression", says = "{words}" }}'
    )
