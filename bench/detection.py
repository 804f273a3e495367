"""What one large text costs: reading its views, and looking for reporters in it, by shape, size and reporters.

    .venv/bin/python bench/detection.py                      every shape, 1 and 4 MB, 100 reporters
    .venv/bin/python bench/detection.py --shapes chinese,ats --sizes 1,2,4,8 --reporters 1,20,100
    .venv/bin/python bench/detection.py --stages             and what each detector takes of it

Processor time of one thread, in seconds for a megabyte (a million octets of UTF-8) of the text as it was sent. Each row
runs in a process of its own, so that its peak of memory is its own: what it took beyond what was there before. `grows`
is the time of the largest size to that of the smallest, each for a megabyte: 1.00 is linear. People and letters are
invented.
"""

import argparse
import base64
import importlib
import platform
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import msgspec
from identity_cost import reporters
from texts.letters import letters
from texts.sentences import CLEAN_EN, CLEAN_ZH

from gateway.detection import ThirdParties, detect
from gateway.detection.context import Detector, Scene
from gateway.detection.pattern_index_cache import INDEXES
from gateway.formats import Source
from gateway.formats.registry import all_formats
from gateway.identity import Subject, compile_report
from gateway.identity.shingles import fingerprint
from gateway.model import Finding, Location, MaterialMark, Party, Reading, Report, TextFragment

MEGABYTE = 1_000_000
SEED = 20260918
Lines = Callable[[random.Random], str]
OWN = "星儿"


def _zh(dice: random.Random) -> str:
    return "".join(dice.choices(_SENTENCES_ZH, k=3))


def _en(dice: random.Random) -> str:
    return " ".join(dice.choices(_SENTENCES_EN, k=3))


def _mixed(dice: random.Random) -> str:
    return dice.choice((_zh, _zh, _en))(dice)


def _table(dice: random.Random) -> str:
    return ",".join(f"{dice.randrange(10**7)}.{dice.randrange(100):02}" for _ in range(10))


def _log(dice: random.Random) -> str:
    word = base64_of(dice.randbytes(dice.randrange(20, 60)))
    when = f"2026-09-18T12:{dice.randrange(60):02}:00Z"
    return f"{when} id={dice.randbytes(16).hex()} body={word} took {dice.randrange(900)} ms"


def base64_of(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _markup(dice: random.Random) -> str:
    return f'<p class="a{dice.randrange(9)}">{_zh(dice)}<br>{_en(dice)} <b>{dice.randrange(10**6)}</b></p>'


_SENTENCES_ZH = CLEAN_ZH.strip().split("\n")
_SENTENCES_EN = CLEAN_EN.strip().split("\n")
_LETTERS = [letter.text.replace("\n", " ") for letter in letters(SEED, 10)]


def _given(dice: random.Random) -> str:
    """Given names of the reporters, each a weak sign of somebody."""
    return "".join(name[1:] for name in dice.choices(_NAMES, k=20))


def _sounding(dice: random.Random) -> str:
    """What sounds like one of the reporters and is none."""
    return "".join(dice.choice("张章彰璋") + dice.choice("小晓筱肖") + dice.choice("明鸣铭茗") for _ in range(16))


def _called(dice: random.Random) -> str:
    return "".join(f"举报人{name}先生投诉{name[0]}女士," for name in dice.choices(_NAMES, k=8))


_NAMES = [items[0].value for items in reporters(100)]
_PHONES = [items[3].value for items in reporters(100)]
_ADDRESSES = [items[2].value for items in reporters(100)]

SHAPES: dict[str, tuple[str, Lines]] = {
    "chinese": ("text", _zh),
    "english": ("text", _en),
    "mixed": ("text", _mixed),
    "table": ("text", _table),
    "log": ("text", _log),
    "html": ("html", _markup),
    "one letter": ("text", lambda dice: "a" * 4000),
    "one line": ("text", lambda dice: "张" * 4000),
    "flowed": ("text", lambda dice: _en(dice) + " "),
    "ats": ("text", lambda dice: "@a" * 40),
    "boxes": ("text", lambda dice: "".join(f"x**@mail{dice.randrange(50)}.example " for _ in range(5))),
    "addresses": ("text", lambda dice: ", ".join(dice.choices(_ADDRESSES, k=4))),
    "digits": ("text", lambda dice: " ".join(str(dice.randrange(10)) for _ in range(60))),
    "numbers": ("text", lambda dice: " ".join(dice.choices(_PHONES, k=6))),
    "cells": ("text", lambda dice: "\t".join(f"1{dice.randrange(3 * 10**9, 10**10)}" for _ in range(8))),
    "stars": ("text", lambda dice: "".join(f"{dice.choice('张李王')}*{dice.choice('鸣明')} " for _ in range(20))),
    "covered": ("text", lambda dice: " ".join(f"138****{dice.randrange(10**4):04}" for _ in range(8))),
    "surnames": ("text", lambda dice: "张" * 60),
    "names": ("text", lambda dice: "".join(dice.choices(_NAMES, k=20))),
    "given": ("text", _given),
    "sounding": ("text", _sounding),
    "called": ("text", _called),
    "own": ("text", lambda dice: OWN * 30),
    "spelled": ("text", lambda dice: " ".join(dice.choice("abcdefgh") for _ in range(60))),
    "wrote": ("text", lambda dice: "2026-09-18 wrote: From: a To: " * 3),
    "material": ("text", lambda dice: dice.choice(_LETTERS)),
    "escapes": (
        "text",
        lambda dice: "".join(f"%{dice.randrange(256):02X}\\u{dice.randrange(65536):04x}" for _ in "12345678"),
    ),
    "rows": ("text", lambda dice: base64_of(dice.choice(_SENTENCES_ZH).encode())),
    "tags": ("text", lambda dice: "".join(f"<b>{name}</b>" for name in dice.choices(_NAMES, k=8))),
}


def text_of(shape: str, megabytes: float) -> str:
    """Lines of the shape, so many million octets of them; drawn by the seed, none longer than a mail may have it."""
    dice = random.Random(f"{SEED}{shape}")
    _, line = SHAPES[shape]
    lines: list[str] = []
    block: list[str] = []
    size = 0
    while size < min(megabytes, 1) * MEGABYTE:
        block.append(line(dice))
        size += len(block[-1].encode()) + 1
    while len(lines) < len(block) * max(1, round(megabytes)):  # the same megabyte again, in another order
        dice.shuffle(block)
        lines += block
    return "\n".join(lines)


def subjects(count: int) -> tuple[Subject, ...]:
    """Reports with everything: an identity, the letter, a Message-ID."""
    party = Party(OWN, ("xinger@streamers.example",), ("room:88412345",))
    handed = [letter.text for letter in letters(SEED, 10)]
    found = []
    for number, items in enumerate(reporters(count)):
        text = handed[number % len(handed)] + items[0].value
        shingles, length = fingerprint(text)
        digest = number.to_bytes(32, "big")
        mark = MaterialMark(
            "信", "text", len(text), digest, length, shingles, message_id=f"<{number}.a1b2c3@mail.example>"
        )
        found.append(compile_report(Report(f"R-{number}", "open", "", (party,), items, (), (mark,))))
    return tuple(found)


class Measured(msgspec.Struct):
    """`read`, `detect` and `stages` (each detector) in seconds for a megabyte, `memory` in MB; how many findings, how
    many of them of what was not searched; `views` in characters of all views for one of the text."""

    read: float
    detect: float
    stages: dict[str, float]
    memory: float
    found: int
    unsearched: int
    views: float


def measured(shape: str, megabytes: float, count: int) -> Measured:
    """What one text of this shape costs."""
    kind, text = SHAPES[shape][0], text_of(shape, megabytes)
    data = text.encode()
    wanted = subjects(count)
    third = ThirdParties(("R-0",))
    reading = Reading(texts=(TextFragment(Location("1"), "text", "您好, hello 13800138000 <a@b.example>"),))
    INDEXES.of(wanted)
    detect(reading, wanted, 0.4, third_parties=third)  # whatever is loaded when first needed
    before = _peak()
    started = time.thread_time()
    source = Source(data, Location("1"), charset="utf-8")
    texts = tuple(piece for piece in all_formats()[kind].read(source) if isinstance(piece, TextFragment))
    read = time.thread_time() - started
    stages: dict[str, float] = {}
    detecting = importlib.import_module("gateway.detection.detect")  # its package has a function of that name
    vars(detecting)["DETECTORS"] = tuple(_Timed(one, stages) for one in detecting.DETECTORS)
    started = time.thread_time()
    found = detect(Reading(texts=texts), wanted, 0.4, third_parties=third)
    spent = time.thread_time() - started
    size = len(data) / MEGABYTE
    return Measured(
        read / size,
        spent / size,
        {name: seconds / size for name, seconds in stages.items()},
        (_peak() - before) / 1e6,
        len(found),
        sum(finding.kind == "uninspectable" for finding in found),
        sum(len(one.text) for one in texts) / len(text),
    )


class _Timed:
    """A detector, and what it takes."""

    def __init__(self, detector: Detector, stages: dict[str, float]) -> None:
        self._detector, self._stages = detector, stages
        self.name, self.kinds = detector.name, detector.kinds

    def find(self, scene: Scene) -> list[Finding]:
        started = time.thread_time()
        found = list(self._detector.find(scene))
        self._stages[self.name] = time.thread_time() - started
        return found


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _apart(shape: str, megabytes: float, count: int, seconds: float) -> Measured | None:
    """The same in a process of its own; None where it took too long."""
    command = [sys.executable, __file__, "--one", shape, "--sizes", str(megabytes), "--reporters", str(count)]
    try:
        done = subprocess.run(command, capture_output=True, check=True, timeout=seconds)
    except subprocess.TimeoutExpired:
        return None
    return msgspec.json.decode(done.stdout, type=Measured)


def main() -> None:
    """Print a row for each shape and number of reporters."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--sizes", default="1,4", help="megabytes")
    parser.add_argument("--reporters", default="100")
    parser.add_argument("--stages", action="store_true")
    parser.add_argument("--patience", type=float, default=120, help="seconds that one measurement may take")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    sizes = [float(size) for size in chosen.sizes.split(",")]
    counts = [int(count) for count in chosen.reporters.split(",")]
    if chosen.one:
        print(msgspec.json.encode(measured(chosen.one, sizes[0], counts[0])).decode())
        return
    print(
        f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}; seconds of one thread for 1 MB"
    )
    sized = "".join(f"{f'read {size:g}':>9}{f'find {size:g}':>9}{'MB':>7}" for size in sizes)
    print(f"{'shape':12}{'people':>7}{'views':>7}{sized}{'grows':>7}{'found':>7}{'unsearched':>11}")
    for shape in chosen.shapes.split(","):
        for count in counts:
            _row(shape, count, sizes, chosen.stages, chosen.patience)


def _row(shape: str, count: int, sizes: list[float], stages: bool, patience: float) -> None:
    runs = [_apart(shape, size, count, patience) for size in sizes]
    cells = "".join(
        f"{run.read:>9.2f}{run.detect:>9.2f}{run.memory:>7.0f}" if run else f"{'-':>9}{'-':>9}{'-':>7}" for run in runs
    )
    known = [run for run in runs if run]
    if not known:
        print(f"{shape:12}{count:>7}{'':>7}{cells}  took more than {patience:g} s", flush=True)
        return
    first, last = known[0], known[-1]
    grows = last.detect / max(1e-9, first.detect)
    print(
        f"{shape:12}{count:>7}{first.views:>7.2f}{cells}{grows:>7.2f}{last.found:>7}{last.unsearched:>11}", flush=True
    )
    if stages:
        print(
            "            "
            + ", ".join(
                f"{name} {seconds:.2f}"
                for name, seconds in sorted(last.stages.items(), key=lambda p: -p[1])
                if seconds >= 0.01
            )
        )


if __name__ == "__main__":
    main()
