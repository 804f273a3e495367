"""What was fitted on pictures stands in one module, with what it was measured on."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2] / "gateway"
CALIBRATION = ROOT / "images" / "calibration.py"

# Numbers that a module of the picture rooms may have of its own: sizes, shapes, steps of a search, formats, limits.
# What something measured is compared with, and what is taken from a score, is none of these: calibration.py has it.
SIZES = {
    "images/extract/analysis_cache.py": {"MOST_BYTES", "_SEALING"},
    "images/extract/avatar_candidates.py": {
        *("SIDE", "MARGIN", "MOST", "_SMALLEST", "_LARGEST", "_PIXELS", "_NARROWEST", "_REACHES")
    },
    "images/extract/barcodes.py": {"_LARGEST", "_SMALL", "_HALVED", "_GAP"},
    "images/extract/characters.py": {"_AROUND", "_BESIDE", "_WIDER"},
    "images/extract/cuts.py": {"_HIGH", "_MOST", "_WIDTHS", "_USUAL", "_ENDING", "_BEGINNING", "_STOP", "_BENT"},
    "images/extract/keypoints.py": {"MOST", "_PIXELS", "_LEAST", "_REACH", "_GRID", "_LONGEST", "_BITS", "_SAMPLES"},
    "images/extract/lines.py": {
        *("SMALLEST", "_TILE_PIXELS", "_TILE_HEIGHT", "_OVERLAP", "_LAST_TILE", "_WIDEST_DRAWN", "_PHOTO_SIDE"),
        *("_DOUBLED", "_DOUBLED_EMPTY", "_HALVED", "_EDGE"),
    },
    "images/extract/ocr_accurate.py": {"_THREADS", "_LEAST"},
    "images/extract/ocr_cascade.py": {"_MOST_AGAIN", "_AROUND"},
    "images/extract/ocr_fast.py": {"_THREADS", "_USUAL", "_LARGE", "_SHRUNK"},
    "images/extract/phash.py": {"_SIDE", "_KEPT"},
    "images/extract/raster.py": {"WIDEST", "TALLEST"},
    "images/extract/seams.py": {"_WIDE", "_HIGH", "_MOST"},
    "images/match/avatar/coarse.py": {"_SCALES", "_SHIFTS", "_FINER", "_SHARE"},
    "images/match/avatar/faces.py": {"_MOST_PAIRS"},
    "images/match/avatar/fine.py": {"INNER", "_FINER", "_SLACK", "_BEST", "_BRIGHTNESS"},
    "images/match/avatar/masks.py": {"SIDE", "COARSE", "_FINE", "_CORNER", "_BLEEDS", "CIRCLES", "WHOLE"},
    "images/match/copies.py": {"_SMALLEST", "_MOST_LOOKS"},
    "images/match/grayscale.py": {"_MIDDLE"},
    "images/match/region.py": {
        *("MOST_KEPT", "_COPY_PIXELS", "_QUALITY", "_BEST_PAIRS", "_TILE", "_SHIFT", "_FIRST", "_WORD", "_INDEXED")
    },
    "images/match/thumbnail.py": {"THUMB", "AVATAR_WIDTH", "MIDDLE"},
    # Who compares pictures elsewhere: limits, the layout of a chat, the scores of a finding.
    "detection/detectors/avatar.py": {"_MOST_PLACES"},
    "detection/detectors/ocr_misreading.py": {"_SHORTEST", "_LEAST", "_MOST"},
    "intake/avatar_extraction.py": {
        *("_EDGE", "_SIZES", "_LEAST", "_NEAR", "_BESIDE", "_MARGIN", "_LONGER", "_CROSSED"),
        *("_LONGEST_NAME", "_MOST_SPEAKERS"),
    },
}
# Functions of the picture rooms that draw, sharpen or reckon with numbers which nothing is compared with.
RECKON = {
    "images/extract/barcodes.py": {"_looks"},
    "images/extract/cuts.py": {"_ink", "_grown"},
    "images/match/avatar/coarse.py": {"correlations"},
    "images/match/avatar/faces.py": {"_silhouettes"},
}
GUARD = 1e-3
"""Below, a number keeps a division from nothing."""
UNITS = re.compile(
    "_(?:SCORE|COST|WEIGHT|EXPONENT|SHARE|PART|RATIO|GREYS|BITS|PIXELS|WIDTHS|HEIGHTS|CELLS|PAIRS|WORDS|TILES|STEPS|LINES"
    "|LEAST)$"
)
FIGURE = re.compile(r"\d|Not\smeasured|`[A-Z_]+`")
"""A figure, a sentence that says that there is none, or another threshold whose figure it is."""
PICTURE_ROOMS = sorted(path for path in (ROOT / "images").rglob("*.py") if path != CALIBRATION)


def named(source: str) -> Iterator[str]:
    """Names of a module that are given a number, or what is reckoned from one."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            constants = [at.value for at in ast.walk(node.value) if isinstance(at, ast.Constant)]
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            if any(type(value) in (int, float) for value in constants):
                yield from (at.id for target in targets for at in ast.walk(target) if isinstance(at, ast.Name))


def bare(source: str, reckon: frozenset[str] = frozenset()) -> Iterator[int]:
    """Lines with a fraction that has no name: any but a half, one, two; where something is compared, any but one."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) or getattr(node, "name", "") in reckon:
            continue
        compared = {id(at) for part in ast.walk(node) if isinstance(part, ast.Compare) for at in ast.walk(part)}
        for at in ast.walk(node):
            if isinstance(at, ast.Constant) and isinstance(at.value, float) and at.value > GUARD:
                neutral = (1.0,) if id(at) in compared else (0.5, 1.0, 2.0)
                if at.value not in neutral:
                    yield at.lineno


@pytest.mark.parametrize(
    ("source", "names", "lines"),
    [
        ("_SURE = 0.86", ["_SURE"], []),
        ("_ONE_COLOUR: int = 14", ["_ONE_COLOUR"], []),
        ("_STEP, _BARRED = 60, 0.4", ["_STEP", "_BARRED"], []),
        ("_NEAR = (1 << 7) - 1", ["_NEAR"], []),
        ("_NAME = 'left'", [], []),
        ("def f(score):\n    return score > 0.82", [], [2]),
        ("def f(score):\n    return score >= 0.5", [], [2]),
        ("def f(score, least=0.82):\n    return score", [], [1]),
        ("class Mask:\n    cost: float = 0.03", [], [2]),
        ("def f(score):\n    return score - 0.12", [], [2]),
        ("def f(share):\n    return 3 if -0.3 * share < 1 else 2.0 * share", [], [2]),
        ("def f(length):\n    return (length + 0.5) / max(length, 1e-6) if length > 1e-9 else 0.0", [], []),
        ("def f(factor):\n    return factor == 1.0", [], []),
        ("def drawn():\n    return 0.17", [], []),
    ],
)
def test_a_number_of_its_own_is_seen(source: str, names: list[str], lines: list[int]) -> None:
    assert list(named(source)) == names
    assert list(bare(source, frozenset(["drawn"]))) == lines


def test_the_picture_rooms_have_no_threshold_of_their_own() -> None:
    """One that is here for the first time goes to the calibration; a size, a shape or a limit goes to `SIZES`."""
    rooms = {str(path.relative_to(ROOT)) for path in PICTURE_ROOMS}
    assert len(rooms) > 20
    found = {name: set(named((ROOT / name).read_text(encoding="utf-8"))) for name in {*rooms, *SIZES}}
    assert {name: numbers for name, numbers in found.items() if numbers} == SIZES


def test_the_picture_rooms_compare_with_no_number_that_has_no_name() -> None:
    found = []
    for path in PICTURE_ROOMS:
        name = str(path.relative_to(ROOT))
        lines = bare(path.read_text(encoding="utf-8"), frozenset(RECKON.get(name, ())))
        found += [f"{name}:{line}" for line in lines]
    assert found == []


def test_whoever_reckons_is_there() -> None:
    for name, functions in RECKON.items():
        body = ast.parse((ROOT / name).read_text(encoding="utf-8")).body
        assert functions <= {node.name for node in body if isinstance(node, ast.FunctionDef)}


def test_the_calibration_says_of_each_threshold_what_it_was_measured_on() -> None:
    """Constants that belong together have one text below the last of them: with a figure, or that there is none."""
    first, *body = ast.parse(CALIBRATION.read_text(encoding="utf-8")).body
    assert isinstance(first, ast.Expr)
    waiting: list[str] = []
    for node in body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant() | ast.Tuple()):
                assert UNITS.search(name), f"{name} does not say what it counts"
                waiting.append(name)
            case ast.Expr(value=ast.Constant(value=str(said))):
                assert waiting, said
                assert FIGURE.search(said), f"{waiting}: no figure"
                waiting = []
            case _:
                pytest.fail(f"line {node.lineno}: the calibration imports nothing and does nothing")
    assert waiting == []


def test_every_threshold_is_compared_with_something() -> None:
    names = set(named(CALIBRATION.read_text(encoding="utf-8")))
    asked = {path: path.read_text(encoding="utf-8") for path in ROOT.rglob("*.py") if path != CALIBRATION}
    used = {
        node.id
        for source in asked.values()
        if "images.calibration" in source
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name)
    }
    assert len(names) > 80
    assert sorted(names - used) == []
