"""Real mails of other projects' tests: to nobody reported, and to a reported party.

    .venv/bin/python bench/realmail.py NAME=FOLDER… [--all] [--read]

FOLDER is a checkout of a mail library (or the part of it that holds mails); every file in it that begins like a mail
is taken, as a client would send it: line ends as CRLF; a mailbox file is cut into its mails. To nobody reported, the
whole relay passes each byte for byte or refuses it at SMTP (bare CR, NUL); that is sent over real SMTP here. To a
reported party, each gets a verdict from the inspection line with jailed readers: how many, how fast, and which are held
only because they are odd, by library and reason. `--read` only reads them, in this process and without pictures: what
is odd about them in a minute, and whether any of it is a fault of ours.

A mail counts as well-formed where two other parsers, the standard library's (`policy.default`, header defects as
well) and mail-parser, find nothing wrong with it, and its own project does not call it broken.
"""

import argparse
import email
import email.policy
import logging
import platform
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import mailparser

from corpus.report import NOBODY, line, write_report
from gateway.reading.walk import read_mail
from gateway.reading.walker import ReadingLimits
from gateway.smtp.data_framing import clean_lines
from scene import Scene, under_one_received

logging.disable(logging.CRITICAL)
_BEGINS = re.compile(rb"(?:>?From [^\n]+\n)?[!-9;-~]+:[ \t\r\n].*\n", re.IGNORECASE)
_FIELDS = re.compile(rb"^(?:from|to|subject|date|message-id|mime-version|content-type|received):", re.I | re.M)
_CALLED_BROKEN = re.compile(r"malformed|error_emails|broken|invalid|bad[_-]|garbage|fuzz", re.IGNORECASE)
_MAILBOX = re.compile(rb"^From (?:\S+ [^\n]*\d{4}|- ?)\n", re.MULTILINE)
_SUFFIXES = frozenset((".eml", ".txt", ".msg", ".raw", ".mbox", ".email", ""))
_LARGEST = 20 * 1024 * 1024


def mails(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in sorted(folder.rglob("*")):
        # What a test expects of a mail (`jwz-summary.txt`) begins like one, and is none.
        if path.is_file() and path.suffix.lower() in _SUFFIXES and "summary" not in path.name:
            whole = path.read_bytes()[:_LARGEST].replace(b"\r\n", b"\n")
            several = len(_MAILBOX.findall(whole)) > 1 and _MAILBOX.match(whole)
            for number, data in enumerate(_MAILBOX.split(whole) if several else (whole,)):
                if _BEGINS.match(data) and len(_FIELDS.findall(data[:8192])) >= 2:
                    place = path.with_name(f"{path.name} {number}") if several else path
                    yield place, data.replace(b"\n", b"\r\n")


def well_formed(path: Path, content: bytes, folder: Path) -> bool:
    if _CALLED_BROKEN.search(str(path.relative_to(folder))) or not clean_lines(content):
        return False
    try:
        parsed = email.message_from_bytes(content, policy=email.policy.default)
        for part in parsed.walk():
            if part.defects or any(getattr(value, "defects", ()) for value in part.values()):
                return False
        return not mailparser.parse_from_bytes(content).has_defects
    except Exception:  # they fail on it: it is not well-formed
        return False


def passed(scene: Scene, sets: dict[str, Path]) -> None:
    """Everything to nobody reported, over SMTP."""
    print("to nobody reported, over SMTP")
    for name, folder in sets.items():
        counts: Counter[str] = Counter()
        for path, content in mails(folder):
            before = len(scene.got)
            wire = content if content.endswith(b"\r\n") else content + b"\r\n"
            code, _ = scene.send(content, NOBODY)
            if not clean_lines(wire):
                counts["refused" if code >= 500 and len(scene.got) == before else "NOT REFUSED"] += 1
            elif code == 250 and under_one_received(scene.got[before].content, wire):
                counts["as sent"] += 1
            else:
                counts["CHANGED"] += 1
                print(f"  {name} {path.name}: {code}")
        print(f"  {name:12}" + ", ".join(f"{word} {count}" for word, count in counts.items()))


def judged(folder: Path, sets: dict[str, Path], names: bool) -> None:
    total: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    print("to a reported party")
    with line(folder) as judge:
        for name, place in sets.items():
            counts: Counter[str] = Counter()
            odd: Counter[str] = Counter()
            slowest = (0.0, "")
            for path, content in mails(place):
                form = "well-formed" if well_formed(path, content, place) else "broken"
                started = time.monotonic()
                try:
                    examination = judge.judged(content)
                except Exception as error:  # counted, for there must be none
                    counts[f"FAILED {type(error).__name__}"] += 1
                    continue
                slowest = max(slowest, (time.monotonic() - started, path.name))
                kinds = {finding.kind for finding in examination.findings}
                word: str = examination.decision.action
                if word == "quarantine":
                    word = {frozenset(("malformed",)): "held, odd"}.get(frozenset(kinds), "held, unreadable or found")
                counts[f"{form} {word}"] += 1
                detectors = {finding.detector for finding in examination.findings}
                if "time_limit" in detectors or "picture_time" in detectors:
                    counts["(out of time)"] += 1
                if form == "well-formed" and word == "held, odd":
                    odd.update(detectors)
                if names and word.startswith("held"):
                    print(f"    {form} {path.relative_to(place)}: {', '.join(sorted(detectors))}")
            total.update(counts)
            seconds, whose = slowest
            told = ", ".join(f"{word} {count}" for word, count in sorted(counts.items()))
            print(f"  {name:12}slowest {seconds:5.1f} s ({whose}): {told}")
            _share(name, total_of(counts), counts["well-formed held, odd"], odd)
            reasons.update(odd)
    _share("all", total_of(total), total["well-formed held, odd"], reasons)
    print(f"  all: {dict(sorted(total.items()))}")


def total_of(counts: Counter[str]) -> int:
    """How many well-formed mails were counted."""
    return sum(count for word, count in counts.items() if word.startswith("well-formed"))


def _share(name: str, good: int, odd: int, reasons: Counter[str]) -> None:
    told = ", ".join(f"{word} {count}" for word, count in reasons.most_common())
    print(f"    {name}: of {good} well-formed, held only because odd: {odd} ({odd / max(good, 1):.1%}) {told}")


def merely_read(sets: dict[str, Path], names: bool) -> None:
    """What is odd about the mails, without a verdict."""
    print("read alone, without pictures")
    total, all_good, all_odd, faults = Counter[str](), 0, 0, 0
    for name, folder in sets.items():
        reasons: Counter[str] = Counter()
        good = odd = 0
        for path, content in mails(folder):
            reading = read_mail(content, ReadingLimits(pictures=False))
            faults += len(reading.faults)
            if not well_formed(path, content, folder):
                continue
            good += 1
            words = {place.reason for place in reading.ambiguities}
            odd += bool(words) and not reading.unreadable
            reasons.update(words)
            if names and words:
                print(f"    {path.relative_to(folder)}: {', '.join(sorted(words))}")
        _share(name, good, odd, reasons)
        total.update(reasons)
        all_good, all_odd = all_good + good, all_odd + odd
    _share("all", all_good, all_odd, total)
    print(f"  faults of ours: {faults}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("sets", nargs="+", metavar="NAME=FOLDER")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--read", action="store_true")
    asked = parser.parse_args()
    sets = {name: Path(folder) for name, _, folder in (one.partition("=") for one in asked.sets)}
    if asked.read:
        merely_read(sets, asked.all)
        return
    with tempfile.TemporaryDirectory() as name:
        scene = Scene(Path(name) / "relay")
        try:
            scene.cli("reports", "import", str(write_report(scene.folder)))
            scene.start()
            passed(scene, sets)
        finally:
            scene.close()
        judged(Path(name) / "line", sets, asked.all)
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()} {platform.release()}")


if __name__ == "__main__":
    main()
