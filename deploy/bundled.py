"""What wheels carry besides their own code, as `bundled.toml` has it, and what of it nobody has looked at.

In: the table and the installed wheels. Out: `Bundle`s, and lines that say what is to be looked at.
"""

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, field
from importlib.metadata import Distribution
from pathlib import Path

from licences import installed, is_allowed
from pins import Pin

TABLE = Path(__file__).with_name("bundled.toml")

_BINARY = re.compile(r"\.(so|dylib|a|dll|pyd)(\.[0-9.]+[a-z]?)?\Z")
_MODEL = re.compile(r"\.(onnx|ort|otf|ttf|ttc|npy|npz|pkl|pickle|pt|bin)\Z")
_SHARED = re.compile(r"[^/]+\.libs/([^/]+)\Z|pypdfium2_raw/([^/]+\.so)\Z")
_TRIFLES = re.compile(r"/(datasets|tests?|testing)/|\Anumpy/")
"""Samples and tests of the package itself."""


@dataclass(frozen=True)
class Part:
    """One thing inside a wheel. `licence` is an SPDX expression; `why` stands where it is one that needs a reason."""

    name: str
    licence: str
    version: str = ""
    type: str = "library"
    shared: tuple[str, ...] = ()
    file: str = ""
    sha256: str = ""
    replace: str = ""
    why: str = ""


@dataclass(frozen=True)
class Bundle:
    """What is in the wheel of one release, and where its licence texts stand."""

    package: str
    reviewed: str
    texts: tuple[str, ...] = ()
    parts: tuple[Part, ...] = field(default=())


def bundles() -> dict[str, Bundle]:
    """`bundled.toml`, by package."""
    table = tomllib.loads(TABLE.read_text(encoding="utf-8"))
    return {
        name: Bundle(
            name,
            entry["reviewed"],
            tuple(entry["texts"]),
            tuple(Part(**{**part, "shared": tuple(part.get("shared", ()))}) for part in entry["parts"]),
        )
        for name, entry in table.items()
    }


def unreviewed(pins: Iterable[Pin], known: dict[str, Bundle]) -> list[str]:
    """What is in these packages as they are installed and not in the table, or the other way round; a line each."""
    lines, names = [], set()
    for pin in pins:
        names.add(pin.name)
        package, bundle = installed(pin.name), known.get(pin.name)
        if package is None:
            continue
        if bundle is None:
            if binaries := [file for file in _files(package) if _BINARY.search(file) or _MODEL.search(file)]:
                lines.append(
                    f"{pin.name} {pin.version}: {len(binaries)} binary files in its wheel ({binaries[0]} …); look "
                    f"what is in them and enter it in deploy/bundled.toml: [{pin.name}]"
                )
            continue
        if bundle.reviewed != pin.version:
            lines.append(
                f"{pin.name} {pin.version}: its wheel was looked through as {bundle.reviewed}; look through the new "
                "one as deploy/bundled.toml says at its head, then raise `reviewed`"
            )
        lines += _strangers(pin.name, package, bundle)
    lines += [f"{name}: stands in deploy/bundled.toml and is not pinned; take it out" for name in known.keys() - names]
    return lines


def _strangers(name: str, package: Distribution, bundle: Bundle) -> list[str]:
    files = _files(package)
    shared = [match.group(1) or match.group(2) for match in map(_SHARED.search, files) if match]
    named = {prefix for part in bundle.parts for prefix in part.shared}
    own = {part.file for part in bundle.parts}
    lines = [
        f"{name}: {library} in its wheel is not in deploy/bundled.toml; enter what it is, with its licence"
        for library in shared
        if not any(re.match(rf"{re.escape(prefix)}(?![\w])", library) for prefix in named)
    ]
    lines += [
        f"{name}: {prefix} stands in deploy/bundled.toml and is not in its wheel; take it out"
        for prefix in sorted(named)
        if not any(re.match(rf"{re.escape(prefix)}(?![\w])", library) for library in shared)
    ]
    lines += [
        f"{name}: {file} in its wheel is not in deploy/bundled.toml; enter what it is, with its licence and digest"
        for file in files
        if _MODEL.search(file) and not _TRIFLES.search(file) and file not in own
    ]
    return lines


def forbidden(bundle: Bundle) -> list[str]:
    """The parts whose licence is not allowed and for which nobody gave a reason; a line each."""
    return [
        f"{bundle.package}: {part.name} in its wheel is under {part.licence}, which is not allowed; "
        f"use a package without it, or say in deploy/bundled.toml `why` it may be"
        for part in bundle.parts
        if not part.why and not is_allowed(part.licence)
    ]


def _files(package: Distribution) -> list[str]:
    """What the wheel has in site-packages; copies elsewhere are of the same."""
    return sorted(str(file) for file in package.files or () if ".." not in file.parts)
