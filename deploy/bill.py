"""The software bill of materials, `sbom.cdx.json` (CycloneDX 1.6, ECMA-424), from what is pinned and what is inside it.

In: requirements.lock, the metadata of the installed packages, bundled.toml. Out: the text of the bill, the same for the
same input: no time, no random number (the serial number comes from the content), no address of an index. Hashes are
those of the lock: of all wheels and of the source package of a release.
"""

import hashlib
import json
import tomllib
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from bundled import Bundle, Part
from gateway import __version__
from licences import installed, licence
from pins import ROOT, Pin

BILL = ROOT / "sbom.cdx.json"
OURS = "hushgate"
DATA = (
    ("gateway/text/parts.txt", "CC-BY-3.0", "Characters and their parts, from 汉语拆字字典 (开放词典)"),
    ("gateway/text/radicals.txt", "Unicode-3.0", "Radicals and their ideographs, from the Unicode Character Database"),
    (
        "gateway/text/indexes.txt",
        "BSD-3-Clause",
        "Where codecs differ from the WHATWG Encoding Standard",
    ),
    ("gateway/text/chinese_words.txt", "MIT", "Words of Chinese, chosen from the dictionary of jieba"),
    ("gateway/text/english_words.txt", "MIT", "Words of English, chosen from the frequency lists of zxcvbn"),
)
"""Tables of others that are data of ours: path, licence, what it is."""

_MACHINES = (
    {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64"},
    {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt", "platform_machine": "AMD64"},
    {
        "sys_platform": "linux", "platform_system": "Linux", "os_name": "posix", "platform_machine": "x86_64",
        "implementation_name": "pypy", "platform_python_implementation": "PyPy",
    },
)  # fmt: skip
"""For which dependencies are drawn; the others for what the lock has for Windows or PyPy alone."""
_PYTHON = {
    "python_version": "3.11",
    "python_full_version": "3.11.0",
    "implementation_name": "cpython",
    "implementation_version": "3.11.0",
    "platform_python_implementation": "CPython",
    "platform_release": "",
    "platform_version": "",
}


def bill(pins: Iterable[Pin], bundles: dict[str, Bundle]) -> str:
    """The bill as JSON text. Raises KeyError where a package needs another that is not pinned."""
    pinned = {pin.name: pin for pin in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    roots = {scope: _names(extras.get(scope, [])) for scope in ("demo", "build")}
    roots[""] = _names(project["dependencies"])
    needs = {name: _needs(name, pinned) for name in pinned}
    required = _reached(roots[""], needs)
    optional = _reached(roots["demo"], needs) - required
    components = []
    for name, pin in pinned.items():
        scope = "required" if name in required else "optional" if name in optional else "excluded"
        components.append(_component(pin, scope, bundles.get(name)))
    components += [_data(*one) for one in DATA]
    root = f"pkg:pypi/{OURS}@{__version__}"
    graph = {root: [_ref(pinned[name]) for name in sorted(set().union(*roots.values()))]}
    graph[root] += [f"{OURS}#{path}" for path, *_ in DATA]
    for name, pin in pinned.items():
        inside = [_inside(pin, part) for part in bundles[name].parts] if name in bundles else []
        graph[_ref(pin)] = [_ref(pinned[other]) for other in sorted(needs[name])] + inside
    body: dict[str, Any] = {
        "metadata": {
            "component": {
                "type": "application",
                "bom-ref": root,
                "name": OURS,
                "version": __version__,
                "description": project["description"],
                "licenses": [{"expression": project["license"]}],
                "purl": root,
            },
            "properties": [
                {"name": "hushgate:made-by", "value": "make lock"},
                {"name": "hushgate:inside-wheels", "value": "as in the wheels for Linux on x86-64, read by a person"},
            ],
        },
        "components": components,
        "dependencies": [{"ref": ref, "dependsOn": sorted(on)} for ref, on in graph.items()],
    }
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    head = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(digest[:32], version=5)}",
        "version": 1,
    }
    return json.dumps({**head, **body}, ensure_ascii=False, indent=1) + "\n"


def missing(pins: Iterable[Pin], left_out: Iterable[str]) -> list[str]:
    """What packages need on Linux, is not pinned and was not left out on purpose; a line each."""
    pinned = {pin.name: pin for pin in pins}
    known = pinned.keys() | set(left_out)
    return [
        f"{name} needs {need}, which is not pinned; it is no use without it, or belongs to exclude-dependencies"
        for name in pinned
        for need, machine in _wanted(name)
        if machine == 0 and need not in known
    ]


def _ref(pin: Pin) -> str:
    return f"pkg:pypi/{pin.name}@{pin.version}"


def _inside(pin: Pin, part: Part) -> str:
    return f"{_ref(pin)}#{part.name}"


def _names(requirements: Iterable[str]) -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in requirements}


def _wanted(name: str) -> Iterator[tuple[str, int]]:
    """(other package, for which machine) of everything that this one needs."""
    package = installed(name)
    for line in (package.requires if package is not None else None) or ():
        need = Requirement(line)
        for number, machine in enumerate(_MACHINES):
            if need.marker is None or need.marker.evaluate({**_PYTHON, **machine, "extra": ""}):
                yield canonicalize_name(need.name), number


def _needs(name: str, pinned: dict[str, Pin]) -> set[str]:
    return {need for need, _ in _wanted(name) if need in pinned and need != name}


def _reached(start: set[str], needs: dict[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = [name for name in start if name in needs]
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += needs[name]
    return seen


def _component(pin: Pin, scope: str, bundle: Bundle | None) -> dict[str, Any]:
    made: dict[str, Any] = {
        "type": "library",
        "bom-ref": _ref(pin),
        "name": pin.name,
        "version": pin.version,
        "scope": scope,
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in pin.hashes],
        "licenses": [{"expression": licence(pin.name).expression}],
        "purl": _ref(pin),
    }
    properties = [{"name": "hushgate:on", "value": pin.marker}] if pin.marker else []
    if bundle is not None:
        properties += [{"name": "hushgate:licence-texts", "value": text} for text in bundle.texts]
        if bundle.parts:
            made["components"] = [_part(pin, part) for part in bundle.parts]
    if properties:
        made["properties"] = properties
    return made


def _part(pin: Pin, part: Part) -> dict[str, Any]:
    made: dict[str, Any] = {"type": part.type, "bom-ref": _inside(pin, part), "name": part.name}
    if part.version:
        made["version"] = part.version
    if part.sha256:
        made["hashes"] = [{"alg": "SHA-256", "content": part.sha256}]
    made["licenses"] = [{"expression": part.licence}]
    where = part.file or (
        f"shared: {', '.join(part.shared)}" if part.shared else "linked into the package's own modules"
    )
    made["properties"] = [{"name": "hushgate:where", "value": where}]
    return made


def _data(path: str, expression: str, what: str) -> dict[str, Any]:
    return {
        "type": "data",
        "bom-ref": f"{OURS}#{path}",
        "name": path,
        "description": what,
        "scope": "required",
        "hashes": [{"alg": "SHA-256", "content": hashlib.sha256((ROOT / path).read_bytes()).hexdigest()}],
        "licenses": [{"expression": expression}],
    }
