"""Mail as real programs write it, clean and leaking, through the whole relay: false alarms, leaks, latency, by kind.

    .venv/bin/python bench/realworld.py --quick                    # 60 mails
    .venv/bin/python bench/realworld.py [--node FOLDER]            # 465 clean, 324 leaking
    .venv/bin/python bench/realworld.py --public NAME=CHECKOUT…    # mails of other projects' tests, to a reported party

Documents are made by LibreOffice, pages and screenshots by Chromium. Mails are written by Python's `email`, nodemailer,
mimetext and emailjs (`--node`: where `npm install nodemailer mimetext emailjs-mime-builder` was run), MIME::Lite,
Email::MIME, Ruby's mail, PHP's Mail_mime, mutt, s-nail, sendemail, swaks, and by writers that follow public mails of
Outlook, Exchange, Foxmail, QQ Mail, Exmail, NetEase, Thunderbird, Apple Mail, Gmail and others field by field
(`mailbag/clients.py`). What is not installed is named and left out. Texts, people and files are drawn by the seed; ids and
boundaries are the programs' own. Nothing here imports the product: reports go in by its command, mail by its port.
"""

import argparse
import email
import email.policy
import html
import json
import platform
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mailbag import clean, leaking
from mailbag.clients import CLIENTS
from mailbag.files import Made, Workshop
from mailbag.gate import Gate, Outcome
from mailbag.kinds import Sample, World, world
from mailbag.libraries import Libraries

_SIMPLE = {"sendemail", "swaks", "s-nail", "mutt", "MIME::Lite"}
"""Programs that write no HTML part."""


def drawn(seed: int, each: Sequence[int], only: str, shop: Workshop) -> tuple[World, list[Sample]]:
    """The world with its material made, and the samples with their files made."""
    made = world(seed, 36)
    done = shop.make([*made.chats.values(), *made.letters.values()])
    made.chats = {key: _content(one, done) for key, one in made.chats.items()}
    # A letter stays described where LibreOffice is missing, and is handed in as a text then.
    samples = [*clean.samples(made, each[0]), *leaking.samples(made, each[1])]
    samples = [sample for sample in samples if re.search(only, sample.kind)]
    wanted = [file.content for sample in samples for file in sample.letter.files]
    found = {**done, **shop.make(wanted)}
    ready = []
    for sample in samples:
        files = [replace(file, content=_content(file.content, found)) for file in sample.letter.files]
        if all(isinstance(file.content, bytes) for file in files):
            ready.append(replace(sample, letter=replace(sample.letter, files=tuple(files))))
    made.letters = {key: _content(one, found) for key, one in made.letters.items()}
    return made, ready


def _content(one: Made | bytes, done: Mapping[Made, bytes | None]) -> Made | bytes:
    """The file; still its description where its program is missing."""
    data = done[one] if isinstance(one, Made) else one
    return one if data is None else data


def written(samples: Sequence[Sample], seed: int, libraries: Libraries) -> list[tuple[Sample, bytes]]:
    """Each sample as one of the programs writes it; those of one program in one start."""
    rng = random.Random(seed + 1)
    plans: dict[str, list[int]] = defaultdict(list)
    every = [*CLIENTS, *Libraries.NAMES]
    for number, sample in enumerate(samples):
        letter = sample.letter
        able = [name for name in every if not (letter.html and name in _SIMPLE)]
        if (
            letter.fields
            or letter.references
            or letter.cc
            or any(file.cid or file.type.startswith(("text/calendar", "message/")) for file in letter.files)
        ):
            able = [*CLIENTS, "email"]
        if sample.after is not None:
            able = ["Thunderbird", "Outlook UTF-8", "Foxmail", "Apple Mail"]
        plans[rng.choice(able)].append(number)
    contents: dict[int, tuple[str, bytes]] = {}
    for name in sorted(plans, key=lambda one: one not in Libraries.NAMES):
        numbers = plans[name]
        if name in CLIENTS:
            outs: list[bytes | None] = [
                CLIENTS[name].write(samples[number].letter, random.Random(seed * 10**6 + number)) for number in numbers
            ]
        else:
            outs = libraries.write(name, [samples[number].letter for number in numbers])
        for number, out in zip(numbers, outs, strict=True):
            if out is None:
                plans["Foxmail UTF-8"].append(number) if name != "Foxmail UTF-8" else None
            else:
                contents[number] = (name, out)
    found = []
    for number, (name, content) in sorted(contents.items()):
        sample = samples[number]
        if sample.after is not None:
            try:
                content = sample.after(content)
            except FileNotFoundError as error:
                libraries.missing.add(str(error.filename))
                continue
        found.append((replace(sample, writer=name), content))
    return found


def handed_in(made: World, folder: Path) -> Path:
    """The reports as JSONL, their material beside them."""
    lines = []
    for one in made.reporters:
        home = folder / one.report
        home.mkdir(parents=True)
        materials = []
        for name, data in (
            ("来信.docx", made.letters[one.report]),
            ("截图.png", made.chats[one.report]),
            ("付款.csv", made.sheets[one.report]),
            ("头像.png", made.faces[one.report]),
        ):
            if not isinstance(data, bytes):
                continue
            name = "来信.txt" if name == "来信.docx" and not data.startswith(b"PK") else name
            (home / name).write_bytes(data)
            materials += [f"{one.report}/{name}"] if name != "头像.png" else []
        mail = (
            f"From: {one.address}\r\nTo: jubao@platform.example\r\nSubject: complaint\r\nMessage-ID: {one.message_id}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
            + "\r\n".join(one.letter)
        )
        (home / "mail.eml").write_text(mail, encoding="utf-8", newline="")
        streamer = one.streamer
        lines.append({
            "id": one.report,
            "opened_at": "2020-09-28T10:00:00+08:00",
            "reported": [{"name": streamer.name, "addresses": [streamer.address], "accounts": [f"room:{streamer.room}"], "representatives": [streamer.agent]}],
            "reporter": {"names": [one.name], "nicknames": [one.nickname], "phones": [one.phone], "addresses": [one.address], "accounts": [{"kind": "wechat", "value": one.wechat}], "avatars": [f"{one.report}/头像.png"]},
            "materials": [*materials, f"{one.report}/mail.eml"],
        })  # fmt: skip
    path = folder / "reports.jsonl"
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return path


def readable(content: bytes) -> str:
    """What a simple reader sees of a mail: fields, texts, names of files. Enough to tell a rewriting that left something."""
    mail = email.message_from_bytes(content, policy=email.policy.default)
    seen = []
    for part in mail.walk():
        seen += [str(value) for value in part.values()]
        if part.get_content_maintype() == "text":
            try:
                text = str(part.get_content())
            except (LookupError, ValueError):
                data = part.get_payload(decode=True)
                text = data.decode("utf-8", "replace") if isinstance(data, bytes) else ""
            seen += [text, html.unescape(re.sub(r"<[^>]*>", "", text))]
        seen.append(part.get_filename() or "")
    return "\n".join(seen)


def judged(sample: Sample, outcome: Outcome) -> str:
    """`right`, `false alarm`, `leaked`, or what else went wrong."""
    if outcome.word in ("later", "refused"):
        return outcome.word
    if sample.case == "clean":
        return "right" if outcome.word == "passed" else "false alarm"
    if outcome.word == "passed":
        return "leaked"
    if outcome.word == "rewritten":
        text = readable(outcome.got)
        if any(secret in text for secret in sample.secrets):
            return "leaked"
    return "right"


def percentile(values: Sequence[float], share: float) -> float:
    return sorted(values)[min(int(len(values) * share), len(values) - 1)]


def report(results: Sequence[tuple[int, Sample, Outcome]], gate: Gate, keep: Path | None) -> None:
    verdicts = [(number, sample, outcome, judged(sample, outcome)) for number, sample, outcome in results]
    held = gate.held()
    for case, bad in (("clean", "false alarm"), ("leaking", "leaked")):
        some = [one for one in verdicts if one[1].case == case]
        wrong = [one for one in some if one[3] != "right"]
        print(
            f"\n{case}: {len(some)}, {bad}: {sum(one[3] == bad for one in some)} ({sum(one[3] == bad for one in some) / max(len(some), 1):.1%})"
        )
        words = Counter(one[2].word for one in some)
        print("  " + ", ".join(f"{word} {count}" for word, count in words.items()))
        for kind, count in Counter(one[1].kind for one in wrong).most_common():
            print(f"  {kind}: {count} of {sum(one[1].kind == kind for one in some)}")
            for number, sample, outcome, verdict in [one for one in wrong if one[1].kind == kind]:
                if True:
                    print(
                        f"    {number} {verdict}, {outcome.word}, by {sample.writer}: {reason(gate, held, number, outcome)}"
                    )
                    if keep is not None:
                        (keep / f"wrong-{number}.eml").write_bytes(outcome.got or b"")
    print("\nlatency by kind, seconds: median, p95, most")
    for kind in dict.fromkeys(one[1].kind for one in verdicts):
        times = [one[2].seconds for one in verdicts if one[1].kind == kind]
        print(f"  {kind}: {statistics.median(times):.2f}, {percentile(times, 0.95):.2f}, {max(times):.2f}")
    later = [one for one in verdicts if one[2].tries > 1]
    print(f"answered with 451 at first: {len(later)}")


def reason(gate: Gate, held: dict[str, dict[str, object]], number: int, outcome: Outcome) -> str:
    entry = held.get(f"bounce-{number}@platform.example")
    if entry is None:
        return outcome.answer[:120]
    shown = gate.evidence(str(entry["id"]))
    found = {
        f"{one.get('kind')}/{one.get('detector')}@{one.get('part', one.get('where', ''))}"
        for one in shown.get("findings", ())
    }
    return f"rule {entry['rule']}: " + "; ".join(sorted(found))[:400]


_BEGINS = re.compile(rb"(?:>?From [^\n]+\n)?[!-9;-~]+:[ \t\r\n].*\n", re.IGNORECASE)


def public(sets: Sequence[str]) -> Iterator[tuple[str, str, bytes, bool]]:
    """Mails of others: set, file, content with the line ends of the wire, and whether it is well-formed."""
    for name, _, folder in (one.partition("=") for one in sets):
        for path in sorted(Path(folder).rglob("*")):
            if (
                not path.is_file()
                or path.stat().st_size > 5 * 1024 * 1024
                or path.suffix in (".md", ".py", ".php", ".yml", ".json", ".html")
            ):
                continue
            data = path.read_bytes().replace(b"\r\n", b"\n")
            fields = len(
                re.findall(
                    rb"(?im)^(?:from|to|subject|date|message-id|mime-version|content-type|received):", data[:8192]
                )
            )
            if b"\0" in data or b"\r" in data or fields < 3 or not _BEGINS.match(data):
                continue
            if data.startswith(b"From "):
                data = data.partition(b"\n")[2]
            yield name, str(path.relative_to(folder)), data.replace(b"\n", b"\r\n"), _well_formed(data)


def _well_formed(data: bytes) -> bool:
    """By the standard library: no defect in any part or field, all charsets known, and only ASCII in fields."""
    try:
        mail = email.message_from_bytes(data, policy=email.policy.default)
        if not data.partition(b"\n\n")[0].isascii() or mail["from"] is None:
            return False
        for part in mail.walk():
            if part.defects or any(getattr(value, "defects", ()) for value in part.values()):
                return False
            if part.get_content_maintype() == "text":
                part.get_content()
    except Exception:  # the judge fails on it, so it is not well-formed
        return False
    return True


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true", help="60 mails")
    parser.add_argument("--each", type=int, nargs=2, metavar=("CLEAN", "LEAKING"), default=(10, 6), help="of each kind")
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--connections", type=int, default=1)
    parser.add_argument("--only", default="", help="kinds whose name matches this pattern")
    parser.add_argument("--node", type=Path, help="a folder with node_modules")
    parser.add_argument("--keep", type=Path, help="a folder for the mails, what came out, and the log")
    parser.add_argument("--public", nargs="+", metavar="NAME=FOLDER", default=[])
    asked = parser.parse_args()
    started = time.monotonic()
    shop, libraries = Workshop(), Libraries(asked.node)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made, samples = drawn(
            asked.seed, (1, 1) if asked.quick else asked.each, "^$" if asked.public else asked.only, shop
        )
        if asked.quick:
            samples = random.Random(asked.seed).sample(samples, min(60, len(samples)))
        mails = [] if asked.public else written(samples, asked.seed, libraries)
        print(
            f"{len(mails)} mails made in {time.monotonic() - started:.0f} s; not installed: {sorted(shop.missing | libraries.missing) or 'nothing'}"
        )
        gate = Gate(folder)
        try:
            imported = gate.command("reports", "import", str(handed_in(made, folder / "handed")))
            if imported.returncode:
                raise SystemExit(imported.stderr + imported.stdout)
            gate.start()
            if asked.keep is not None:
                asked.keep.mkdir(parents=True, exist_ok=True)
                for number, (_, content) in enumerate(mails):
                    (asked.keep / f"{number}.eml").write_bytes(content)
            if asked.public:
                others(gate, made, asked.public)
            else:
                with ThreadPoolExecutor(asked.connections) as pool:
                    jobs = [
                        (number, sample, pool.submit(gate.send, number, content, sample.recipients))
                        for number, (sample, content) in enumerate(mails)
                    ]
                    results = [(number, sample, job.result()) for number, sample, job in jobs]
                report(results, gate, asked.keep)
        finally:
            gate.close()
            if asked.keep is not None:
                (asked.keep / "log").write_bytes((folder / "log").read_bytes())
    print(
        f"Python {platform.python_version()}, {platform.machine()}, seed {asked.seed}, {time.monotonic() - started:.0f} s"
    )


def others(gate: Gate, made: World, sets: Sequence[str]) -> None:
    """Public mails to a reported party: how many are held, and why, apart for those that are well-formed."""
    counts: Counter[tuple[str, str]] = Counter()
    stopped = []
    for number, (name, path, content, good) in enumerate(public(sets)):
        outcome = gate.send(number, content, (made.parties[0].address,))
        counts[name, f"{'well-formed' if good else 'odd'} {outcome.word}"] += 1
        if outcome.word != "passed":
            stopped.append((number, name, path, good, outcome))
    held = gate.held()
    for name in dict.fromkeys(key[0] for key in counts):
        print(
            f"  {name}: "
            + ", ".join(f"{word} {count}" for (whose, word), count in sorted(counts.items()) if whose == name)
        )
    for number, name, path, good, outcome in stopped:
        print(
            f"    {'well-formed' if good else 'odd'} {name} {path}: {outcome.word} {reason(gate, held, number, outcome)}"
        )


if __name__ == "__main__":
    main()
