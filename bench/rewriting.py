"""Rewriting, measured: how much of what is held today could go out rewritten, and what it costs.

    .venv/bin/python bench/rewriting.py [KIND …] [--count 40] [--seed 15] [--keep FOLDER]

Kinds are the modules of `bench/rewritten`. Each makes messages with real programs; every message is examined as the
service does it, by the packaged rules with everything that may be rewritten set to `redact` (`--rules FILE` takes
others), in this process. Reported for each kind: how many that should be rewritten were, and why the others were not;
how many that should be held were; leaks left, looked for by other programs and in the raw bytes; words that should
have stayed and did not; attachments that should have stayed byte for byte; seconds.
"""

import argparse
import html
import importlib
import platform
import random
import sys
import tempfile
import time
import zlib
from collections import Counter, defaultdict
from email import message_from_bytes, policy
from email.message import Message
from io import BytesIO
from pathlib import Path
from statistics import median
from zipfile import BadZipFile, ZipFile

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from rewritten import (
    PARTY_ADDRESS,
    PARTY_NAME,
    REPORTER_ADDRESS,
    REPORTER_NAME,
    REPORTER_NICKNAME,
    REPORTER_PHONE,
    REPORTER_WECHAT,
    SECRETS,
    Case,
)

from examining import examined, stored, tools_of
from gateway.model import Examination, Item, Party, Report
from gateway.policy import load_policy, packaged_policy

KINDS = tuple(sorted(path.stem for path in (Path(__file__).parent / "rewritten").glob("[a-z]*.py")))
TELLING = ("举报人", "投诉人", "reporter", "complainant", "whistle")
"""Words that a rewritten mail may not have more often than the original had."""

REPORT = Report(
    "R-1",
    "open",
    "2020-09-18T10:00:00+08:00",
    (Party(PARTY_NAME, (PARTY_ADDRESS,)),),
    (
        Item("name", REPORTER_NAME),
        Item("nickname", REPORTER_NICKNAME),
        Item("phone", REPORTER_PHONE),
        Item("account", REPORTER_WECHAT, "wechat"),
        Item("address", REPORTER_ADDRESS),
    ),
)


class Tally:
    """Of one kind."""

    def __init__(self) -> None:
        self.rewritten = self.wanted = self.held = self.to_hold = 0
        self.leaks: list[str] = []
        self.told: list[str] = []
        self.lost = self.words = self.changed = self.same = 0
        self.why: Counter[str] = Counter()
        self.seconds: list[float] = []

    def line(self, kind: str) -> str:
        share = f"{self.rewritten}/{self.wanted}" + (f" {self.rewritten / self.wanted:.0%}" if self.wanted else "")
        kept = 1 - self.lost / self.words if self.words else 1.0
        ordered = sorted(self.seconds)
        high = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
        return (
            f"| {kind} | {share} | {self.held}/{self.to_hold} | {len(self.leaks)} | {len(self.told)} | {kept:.2%}"
            f" | {self.same - self.changed}/{self.same} | {median(self.seconds):.2f} / {high:.2f} |"
        )


def main() -> None:
    arguments = _arguments()
    rules = load_policy(arguments.rules) if arguments.rules else packaged_policy()
    print(f"{platform.machine()}, Python {platform.python_version()}, seed {arguments.seed}\n")
    print(
        "| kind | rewritten | held that should be | leaks left | telling | words kept | parts kept | s, median / p95 |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    why: dict[str, Counter[str]] = {}
    with tempfile.TemporaryDirectory() as folder:
        store = stored(Path(folder), REPORT)
        tools = tools_of(store, rules)
        for module in arguments.kinds or KINDS:
            made = importlib.import_module(f"rewritten.{module}")
            work = Path(folder) / module
            work.mkdir()
            tallies: dict[str, Tally] = defaultdict(Tally)
            # Not `hash`, which is another for each process.
            chance = random.Random(arguments.seed + zlib.crc32(module.encode()))
            for case in made.cases(chance, arguments.count, work):
                begun = time.perf_counter()
                examination = examined(case.mail, tools, PARTY_ADDRESS)
                tallies[case.kind].seconds.append(time.perf_counter() - begun)
                _judge(case, examination, made, tallies[case.kind], arguments.keep)
            for kind, tally in tallies.items():
                print(tally.line(kind), flush=True)
                why[kind] = tally.why
                for leak in (*tally.leaks, *tally.told):
                    print(f"!! {leak}")
    for kind, reasons in why.items():
        if reasons:
            print(f"{kind}: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))


def _judge(case: Case, examination: Examination, made: object, tally: Tally, keep: Path | None) -> None:
    action, rule = examination.decision.action, examination.decision.rule
    is_sent = action in ("redact", "pass")
    if case.should == "hold":
        tally.to_hold += 1
        tally.held += not is_sent
    else:
        tally.wanted += 1
        tally.rewritten += action == "redact"
        if action != "redact":
            tally.why[f"{action} {rule}"] += 1
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        (keep / f"{case.name}-{action}-{rule}.eml").write_bytes(case.mail)
        if examination.rewritten is not None:
            (keep / f"{case.name}-rewritten.eml").write_bytes(examination.rewritten)
    out = examination.rewritten if action == "redact" else case.mail if action == "pass" else None
    if out is None:
        return
    said = _said(out, made)
    for secret in SECRETS:
        if secret in said or _raw(out, secret):
            tally.leaks.append(f"{case.name} ({action}): {secret}")
    before = _said(case.mail, made)
    for word in TELLING:
        if _lines_with(word, said) > _lines_with(word, before):
            tally.told.append(f"{case.name}: {word}")
    for word in case.kept:
        for one in word.split():
            tally.words += 1
            tally.lost += "".join(one.split()) not in "".join(said.split())
    old, new = _attachments(case.mail), _attachments(out)
    for name in case.identical:
        tally.same += 1
        tally.changed += old.get(name) != new.get(name)


def _lines_with(word: str, said: str) -> int:
    """Different lines that have it: extractors give a text once more in some charsets and escapes, not in others."""
    return len({"".join(line.split()) for line in html.unescape(said).lower().split("\n") if word in line})


def _said(content: bytes, made: object) -> str:
    """What other programs find in a mail and its attachments."""
    from rewritten import text

    found = [text.words(content, ".eml")]
    for name, data in _attachments(content).items():
        found.append(name)
        found.append(made.words(data, Path(name).suffix.lower()))  # type: ignore[attr-defined]  # every module of files has one
    return "\n".join(found)


def _attachments(content: bytes) -> dict[str, bytes]:
    message = message_from_bytes(content, policy=policy.default)
    return {
        part.get_filename() or f"part-{number}": _bytes_of(part)
        for number, part in enumerate(message.walk())
        if not part.is_multipart() and (part.get_filename() or part.get_content_maintype() != "text")
    }


def _bytes_of(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    return data if isinstance(data, bytes) else b""


def _raw(content: bytes, secret: str) -> bool:
    """In the bytes of anything that can be taken apart, in the encodings that programs use."""
    forms = {secret.encode(code) for code in ("utf-8", "gb18030", "utf-16-le", "utf-16-be")}
    forms |= {"".join(f"&#{ord(sign)};" for sign in secret).encode()}
    pending, seen = [content, *_attachments(content).values()], 0
    while pending and seen < 500:
        data = pending.pop()
        seen += 1
        if any(form in data for form in forms):
            return True
        try:
            with ZipFile(BytesIO(data)) as package:
                pending += [package.read(name) for name in package.namelist()]
        except (BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
            continue
    return False


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("kinds", nargs="*", choices=[*KINDS, []])
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=15)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rules", type=Path)
    return parser.parse_args()


if __name__ == "__main__":
    main()
