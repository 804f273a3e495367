"""What we stand on: every licence known and allowed, the bill and the notices true to the lock and to the wheels."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from PIL import features

from bill import BILL, DATA, bill, missing
from bundled import Bundle, Part, bundles, forbidden, unreviewed
from licences import is_allowed, licence, reviewed
from lock import left_out, troubles
from notices import NOTICES, notices, owes_source
from pins import EVERYTHING, ROOT, RUNNING, Pin, pins

LOCKED = pins(RUNNING.read_text(encoding="utf-8"))
EVERY = pins(EVERYTHING.read_text(encoding="utf-8"))
NEVER_HERE = {"libimagequant", "FriBiDi"}
"""What Pillow's own bill names and its wheels have not."""


def written() -> dict[str, Any]:
    made: dict[str, Any] = json.loads(BILL.read_text(encoding="utf-8"))
    return made


def package(folder: Path, name: str, *metadata: str, files: tuple[str, ...] = ()) -> Pin:
    """A package as pip leaves it."""
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("\n".join(["Metadata-Version: 2.4", f"Name: {name}", "Version: 1.0", *metadata, ""]))
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return Pin(name, "1.0", "", ("0" * 64,))


# --- licences


def test_every_pinned_package_is_under_a_licence_that_is_known_and_allowed() -> None:
    assert troubles(LOCKED, EVERY) == []


def test_the_reviewed_table_has_no_line_that_nobody_needs() -> None:
    assert sorted(reviewed().keys() - {pin.name for pin in (*LOCKED, *EVERY)}) == []


@pytest.mark.parametrize(
    ("expression", "allowed"),
    [
        ("MIT", True),
        ("mit", True),
        ("Apache-2.0 OR GPL-2.0-only", True),
        ("GPL-2.0-only OR Apache-2.0", True),
        ("(MIT OR GPL-3.0-only) AND LGPL-2.1-or-later", True),
        ("GPL-3.0-or-later WITH GCC-exception-3.1", True),
        ("Apache-2.0 WITH LLVM-exception", True),
        ("GPL-3.0-only", False),
        ("GPL-3.0-or-later", False),
        ("AGPL-3.0-or-later", False),
        ("MIT AND GPL-2.0-or-later", False),
        ("MIT AND (GPL-2.0-or-later OR AGPL-3.0-only)", False),
        ("(MIT OR Apache-2.0) AND GPL-2.0-only", False),
        ("GPL-2.0-or-later WITH Classpath-exception-2.0", False),
        ("CC-BY-NC-4.0", False),
        ("SSPL-1.0", False),
        ("LicenseRef-Proprietary", False),
    ],
)
def test_of_an_or_one_side_must_be_allowed_and_of_an_and_both(expression: str, allowed: bool) -> None:
    assert is_allowed(expression) is allowed


@pytest.mark.parametrize(
    ("metadata", "line"),
    [
        (("License-Expression: GPL-3.0-only",), "is under GPL-3.0-only, which is not allowed; use another package"),
        (("License: AGPL-3.0-or-later",), "is under AGPL-3.0-or-later, which is not allowed; use another package"),
        ((), "its metadata says '', which is no SPDX expression; read the licence in the package and enter"),
        (("License: see LICENSE",), "says 'see LICENSE', which is no SPDX expression; read the licence"),
        (("License: BSD",), 'invented = { licence = "SPDX expression", says = "BSD" }'),
        (("License: UNKNOWN", "Classifier: License :: OSI Approved :: BSD License"), "says 'BSD License', which is"),
    ],
)
def test_a_package_nobody_may_use_or_nobody_knows_is_named_with_what_to_do(
    metadata: tuple[str, ...], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = package(tmp_path, "invented", *metadata)
    monkeypatch.syspath_prepend(str(tmp_path))
    (said,) = [one for one in troubles((*LOCKED, pin), EVERY) if one.startswith("invented")]
    assert line in said


def test_a_package_that_says_otherwise_than_when_it_was_read_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package(tmp_path, "olefile", "License: GPL")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert licence("olefile").expression == ""
    assert "its metadata said 'BSD' and now says 'GPL'; read the licence" in licence("olefile").trouble


# --- inside wheels


def test_everything_in_the_wheels_was_looked_at_by_a_person() -> None:
    assert unreviewed(LOCKED, bundles()) == []
    assert [line for bundle in bundles().values() for line in forbidden(bundle)] == []


@pytest.mark.parametrize(
    ("files", "known", "line"),
    [
        (("invented/_fast.so",), {}, "1 binary files in its wheel (invented/_fast.so …); look what is in them"),
        (("invented/model.onnx",), {}, "1 binary files in its wheel (invented/model.onnx …)"),
        (("invented.libs/libx265-1.so.9",), {"reviewed": "1.0"}, "libx265-1.so.9 in its wheel is not in"),
        (("invented/m.onnx",), {"reviewed": "1.0"}, "invented/m.onnx in its wheel is not in deploy/bundled.toml"),
        ((), {"reviewed": "0.9"}, "its wheel was looked through as 0.9; look through the new one"),
        (
            ("invented.libs/libgeos_c-1.so.1",),
            {"reviewed": "1.0", "parts": (Part("GEOS", "MIT", shared=("libgeos",)),)},
            "libgeos_c-1.so.1 in its wheel is not in",
        ),
        (
            (),
            {"reviewed": "1.0", "parts": (Part("GEOS", "MIT", shared=("libgeos",)),)},
            "libgeos stands in deploy/bundled.toml and is not in its wheel",
        ),
    ],
)
def test_what_nobody_looked_at_in_a_wheel_is_named(
    files: tuple[str, ...], known: dict[str, Any], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pin = package(tmp_path, "invented", "License: MIT", files=files)
    monkeypatch.syspath_prepend(str(tmp_path))
    table = {"invented": Bundle("invented", **known)} if known else {}
    assert any(line in said for said in unreviewed([pin], table)), unreviewed([pin], table)


def test_a_part_under_a_forbidden_licence_needs_a_reason() -> None:
    codec = Part("x265", "GPL-2.0-or-later")
    (line,) = forbidden(Bundle("invented", "1.0", parts=(codec, Part("GEOS", "LGPL-2.1-or-later"))))
    assert "x265 in its wheel is under GPL-2.0-or-later, which is not allowed" in line
    reasons = {part.name for bundle in bundles().values() for part in bundle.parts if part.why}
    assert reasons == {"Intel IPP ICV", "Intel IPP IW", "Anti-Grain Geometry"}


def test_models_and_fonts_are_those_that_were_looked_at() -> None:
    with_files = [(bundle.package, part) for bundle in bundles().values() for part in bundle.parts if part.file]
    assert len(with_files) >= 6
    for name, part in with_files:
        content = Path(str(distribution(name).locate_file(part.file))).read_bytes()
        assert hashlib.sha256(content).hexdigest() == part.sha256, f"{name}: {part.file} is another one; look at it"


def test_ffmpeg_was_built_without_gpl_and_non_free_parts() -> None:
    wheel = distribution("opencv-python-headless")
    (path,) = [file for file in wheel.files or () if file.name.startswith("libavcodec")]
    built = Path(str(wheel.locate_file(path))).read_bytes()
    assert b"libavcodec license: LGPL version 2.1 or later" in built
    assert b"--enable-gpl" not in built
    assert b"--enable-nonfree" not in built


def test_pillow_has_no_library_under_the_gpl() -> None:
    assert not features.check("libimagequant")


@pytest.mark.parametrize("name", [pin.name for pin in LOCKED if not pin.marker])
def test_the_bill_that_a_wheel_brings_itself_names_nothing_forbidden(name: str) -> None:
    for file in distribution(name).files or ():
        if "sboms" in file.parts and file.suffix == ".json":
            for part in json.loads(file.read_text(encoding="utf-8")).get("components", ()):
                for said in part.get("licenses", ()):
                    expression = said.get("expression") or said["license"].get("id")
                    if part["name"] in NEVER_HERE or not expression:
                        continue
                    assert is_allowed(expression), f"{name}: {part['name']} in its wheel is under {expression}"
                    if owes_source(expression):
                        assert part["name"] in {one.name for one in bundles()[name].parts}


# --- the bill


def test_the_bill_has_exactly_what_is_pinned() -> None:
    packages = [one for one in written()["components"] if one.get("purl", "").startswith("pkg:pypi/")]
    found = {
        (one["name"], one["version"], one["purl"], tuple(digest["content"] for digest in one["hashes"]))
        for one in packages
    }
    assert found == {(pin.name, pin.version, f"pkg:pypi/{pin.name}@{pin.version}", pin.hashes) for pin in LOCKED}
    assert {digest["alg"] for one in packages for digest in one["hashes"]} == {"SHA-256"}


def test_the_bill_and_the_notices_are_what_make_lock_writes() -> None:
    assert BILL.read_text(encoding="utf-8") == bill(LOCKED, bundles()), "run `make lock`"
    assert NOTICES.read_text(encoding="utf-8") == notices(LOCKED, bundles()), "run `make lock`"


def test_each_run_writes_the_same() -> None:
    program = (
        "import hashlib, bill, notices, pins, bundled\n"
        "locked = pins.pins(pins.RUNNING.read_text()); known = bundled.bundles()\n"
        "print(hashlib.sha256((bill.bill(locked, known) + notices.notices(locked, known)).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONPATH": str(ROOT / "deploy"), "PYTHONHASHSEED": seed, "TZ": zone},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Shanghai"))
    }
    assert len(digests) == 1


def test_the_bill_is_cyclonedx_and_its_references_hold() -> None:
    made = written()
    assert (made["bomFormat"], made["specVersion"], made["version"]) == ("CycloneDX", "1.6", 1)
    assert re.fullmatch(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", made["serialNumber"])
    root = made["metadata"]["component"]
    every = [root, *made["components"], *(part for one in made["components"] for part in one.get("components", ()))]
    refs = [one["bom-ref"] for one in every]
    assert len(refs) == len(set(refs))
    types = {"application", "library", "data", "machine-learning-model"}
    for one in every:
        assert one["type"] in types
        assert one["name"]
        (said,) = one["licenses"]
        assert said["expression"]
    graph = {one["ref"]: one["dependsOn"] for one in made["dependencies"]}
    assert set(graph) <= set(refs)
    assert {other for on in graph.values() for other in on} <= set(refs)
    reached, ahead = set(), [root["bom-ref"]]
    while ahead:
        ref = ahead.pop()
        if ref not in reached:
            reached.add(ref)
            ahead += graph.get(ref, ())
    assert reached == set(refs), "something stands in the bill that nothing needs"


def test_neither_file_names_a_time_a_machine_or_an_index() -> None:
    for path in (BILL, NOTICES):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"timestamp|20\d\d-\d\d-\d\dT|/simple|/root/|/home/", text), path.name
        assert set(re.findall(r"https?://[^\"\s)]+", text)) <= {"http://cyclonedx.org/schema/bom-1.6.schema.json"}


def test_nothing_that_a_package_needs_is_left_out_but_on_purpose() -> None:
    assert missing(LOCKED, left_out()) == []
    here = {line.split()[2].rstrip(",") for line in missing(LOCKED, [])}
    assert here | {"httpx2-jsfetch"} == set(left_out())  # which httpx2 asks for in a browser alone


# --- the notices


def test_the_notices_name_everything_under_lgpl_and_mpl_and_how_to_replace_it() -> None:
    page = NOTICES.read_text(encoding="utf-8")
    table = page.split("## Source owed")[1].split("\n## ")[0]
    rows = [row.removeprefix("| ").split(" | ") for row in table.split("\n") if row.startswith("| ")]
    named = {(row[0], row[3]) for row in rows[2:]}
    every = [(part.name, bundle.package, part.licence) for bundle in bundles().values() for part in bundle.parts]
    every += [(pin.name, "itself", licence(pin.name).expression) for pin in LOCKED]
    owed = {(name, place) for name, place, said in every if re.search(r"\b(LGPL|MPL)-", said) and " OR " not in said}
    assert named == owed
    assert {("GEOS", "shapely"), ("FFmpeg", "opencv-python-headless"), ("GNU libiconv", "lxml")} <= named
    shared = [part for bundle in bundles().values() for part in bundle.parts if part.licence.startswith("LGPL")]
    assert [part.name for part in shared if not part.replace] == []
    assert all(part.replace in page for part in shared)


def test_the_texts_that_the_notices_point_to_are_there() -> None:
    for name, bundle in bundles().items():
        files = [str(file) for file in distribution(name).files or ()]
        for text in bundle.texts:
            assert any(f"/{text}" in f"/{file}" for file in files), f"{name}: {text}"


def test_the_project_ships_its_licence_its_notices_and_those_of_its_data() -> None:
    shipped = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["license-files"]
    assert {"LICENSE", "THIRD_PARTY_NOTICES.md", "gateway/text/parts-licence.txt"} <= set(shipped)
    assert all((ROOT / path).is_file() for path in (*shipped, *(path for path, *_ in DATA)))
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "THIRD_PARTY_NOTICES.md" in readme
    assert "sbom.cdx.json" in readme
