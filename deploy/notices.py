"""THIRD_PARTY_NOTICES.md, from what is pinned and what is inside it.

In: requirements.lock, the installed packages, bundled.toml. Out: the text of the page, the same for the same input.
"""

import re
from collections.abc import Iterable

from packaging.licenses import canonicalize_license_expression

from bill import DATA
from bundled import Bundle, Part
from licences import COPYLEFT, installed, is_allowed, licence
from pins import ROOT, Pin

NOTICES = ROOT / "THIRD_PARTY_NOTICES.md"

_HEAD = """# Third-party notices

Hushgate is under Apache-2.0 (`LICENSE`) and has no code of others in it. It needs the packages below, which
`make install` fetches as their makers built them, each by its hash. Whoever passes an installation on (an image, a
package) passes these on as well and owes what their licences ask for: the texts, which stand in the packages where this
page says, and for what is in the first table its source and a way to replace it.

Written by `make lock`; `sbom.cdx.json` has the same for programs. What is inside wheels is said of those for Linux on
x86-64. Folders named `….libs` and models are below `site-packages`; `…` is the `.dist-info` folder of the package.
"""
_TEXT = re.compile(
    r"\A[^/]+\.dist-info/(?:licenses/.+|[^/]*(?:licen[cs]e|copying|notice)[^/]*|sboms/.+)\Z", re.IGNORECASE
)
_MANY = 4


def owes_source(expression: str) -> bool:
    """Whether it is under a licence that asks for source, and under no other by choice."""
    words = re.split(r"\s+(?:AND|OR)\s+|[()]", canonicalize_license_expression(expression))
    copyleft = {word for word in words if word.startswith(COPYLEFT) and " WITH " not in word}
    return bool(copyleft) and not (" OR " in expression and _free_choice(expression))


def _free_choice(expression: str) -> bool:
    return any(
        is_allowed(side) and not any(word in side for word in COPYLEFT) for side in re.split(r"\s+OR\s+", expression)
    )


def notices(pins: Iterable[Pin], bundles: dict[str, Bundle]) -> str:
    """The page."""
    pinned = sorted(pins, key=lambda pin: pin.name)
    inside = [(pin, part) for pin in pinned if pin.name in bundles for part in bundles[pin.name].parts]
    lines = [_HEAD, "## Source owed, and how to replace it\n"]
    lines.append("LGPL, MPL. Nothing of it is changed here; the source is that of the makers, in the version named.\n")
    lines.append("| what | version | licence | in | how to put another in its place |")
    lines.append("| --- | --- | --- | --- | --- |")
    for pin in pinned:
        if owes_source(licence(pin.name).expression):
            how = (
                "it is Python source: install another build of the package"
                if _is_source(pin)
                else "install another build of the package"
            )
            lines.append(f"| {pin.name} | {pin.version} | {licence(pin.name).expression} | itself | {how} |")
    lines += [_owed(pin, part) for pin, part in inside if owes_source(part.licence)]
    lines.append("\n## Licences outside the list of `deploy/licences.py`, and why they may be\n")
    lines += [f"- **{part.name}** in {pin.name}, {part.licence}: {part.why}." for pin, part in inside if part.why]
    lines.append("\n## Data of others in this project\n")
    lines += [f"- `{path}`: {what}. {expression}; its licence stands beside it." for path, expression, what in DATA]
    lines.append("\n## Packages\n\n| package | version | licence | texts |\n| --- | --- | --- | --- |")
    lines += [f"| {pin.name} | {pin.version} | {licence(pin.name).expression} | {_texts(pin)} |" for pin in pinned]
    lines.append("\n## Inside wheels\n\n| in | what | version | licence | where |\n| --- | --- | --- | --- | --- |")
    lines += [
        f"| {pin.name} | {part.name} | {part.version} | {part.licence} | {_where(part)} |" for pin, part in inside
    ]
    lines.append("\n### Their texts\n")
    for pin in pinned:
        if pin.name in bundles and bundles[pin.name].texts:
            places = ", ".join(f"`{place}`" for place in bundles[pin.name].texts)
            lines.append(f"- {pin.name}: {places}")
    return "\n".join(lines) + "\n"


def _owed(pin: Pin, part: Part) -> str:
    how = part.replace or "build the package from its source package"
    return f"| {part.name} | {part.version} | {part.licence} | {pin.name} | {how} |"


def _is_source(pin: Pin) -> bool:
    package = installed(pin.name)
    return package is not None and not any(str(file).endswith(".so") for file in package.files or ())


def _where(part: Part) -> str:
    if part.file:
        return f"`{part.file}`"
    return ", ".join(f"`{one}`" for one in part.shared) or "in its modules"


def _texts(pin: Pin) -> str:
    package = installed(pin.name)
    found = sorted(str(file) for file in (package.files if package is not None else None) or ())
    places = [file.partition(".dist-info/")[2] for file in found if _TEXT.search(file)]
    if len(places) > _MANY:
        places = sorted({f"{place.partition('/')[0]}/" for place in places})
    return ", ".join(f"`…/{place}`" for place in places) or "none in the package"
