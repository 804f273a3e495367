"""What was handed in is known again, in whatever form it travels: recall by transformation, and false alarms.

    .venv/bin/python bench/materials.py recall [REPORTS]     each transformation, beside SHA-256, ssdeep and TLSH
    .venv/bin/python bench/materials.py false [DOCUMENTS]    unrelated documents, sent to somebody all reports name
    .venv/bin/python bench/materials.py public FOLDER        a folder of public documents, fetched at need, both ways

    --folder F --part 2/6      a sixth of the run; reports and store are made once in F, sums over its parts are printed
    --only crop                of `recall` what has that goal (exact, text, scan, picture, crop)
    --half tuning              other letters than those that are reported on

Each mail goes through the product's own line, `examine`, with jailed readers; in `recall` twice: to the reported party,
and to an address that nobody knows, where the index alone can point to a report and pictures are not read by default.
A transformation counts as recognised where the right report has a `material` or `thread` finding.

The peers see the attachment, and the text that our reader got out of it, beside the material's bytes and its text, and
count where one of the four pairs is alike: ssdeep from 30, TLSH up to 100. LibreOffice and a Chinese font must be
installed; ppdeep and py-tlsh are fetched by pip into a temporary folder and never become part of this project.
"""

import argparse
import json
import os
import pickle
import platform
import random
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from scenes.faces import room
from scenes.handed_in import OTHERS, PARTY, Handed, chats, handed_in, handed_on, quarters, stored
from scenes.handed_on import converted, crop, mail, packed, table
from scenes.peers import Peers
from texts.documents import KINDS, document
from texts.papers import paper

from gateway.demo.letter import docx
from gateway.inspection.inspect import examine
from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.intake.importer import import_file
from gateway.matching import TrustedRecipients
from gateway.model import Client, Envelope, Message, Recipient
from gateway.policy import packaged_policy
from gateway.sandbox.pool import ReaderPool
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

NOBODY = "someone@elsewhere.example"
GOALS = {"exact": 1.0, "text": 0.98, "scan": 0.9, "crop": 0.95, "picture": 0.98}
REPORTS = 24
PEERED = 100
"""Documents of each kind that the peers see: they take longer than we do."""

PEER_NAMES = ("sha256", "ssdeep", "tlsh")

Tallies = dict[str, Counter[str]]


@contextmanager
def line(folder: Path) -> Iterator[InspectionDeps]:
    """The product without its wire."""
    store = open_store(f"sqlite:///{folder / 'store.db'}", Vault(b"k" * 32))
    pool = ReaderPool(2)
    policy = packaged_policy()
    try:
        circle = TrustedRecipients(frozenset(("platform.example",)))
        yield InspectionDeps(
            store.reports,
            Subjects(store.reports),
            pool,
            policy,
            store.quarantine,
            store.marks,
            store.callings,
            circle=circle,
        )
    finally:
        pool.close()
        store.shut()


@contextmanager
def prepared(folder: Path, seed: str, count: int) -> Iterator[tuple[list[Handed], InspectionDeps]]:
    """So many reports and a store that has them; those that an earlier part of the run made are taken again."""
    known = folder / "reports.pickle"
    if known.exists():
        made: list[Handed] = pickle.loads(known.read_bytes())  # written by the line below
        with line(folder) as tools:
            tools.reports.learn()
            tools.marks.learn()
            yield made, tools
        return
    made = handed_in(seed, count)
    with line(folder) as tools:
        stored(made, tools, folder)
        known.write_bytes(pickle.dumps(made))
        tools.reports.learn()
        tools.marks.learn()
        yield made, tools


def told(content: bytes, to: str, tools: InspectionDeps) -> set[str]:
    """The reports of which the line says that their material or thread is in it."""
    envelope = Envelope("kefu07@platform.example", (Recipient(to),), Client("h", "h"), datetime.now(UTC))
    findings = examine(envelope, Message("bench", content), tools).findings
    return {finding.report for finding in findings if finding.kind in ("material", "thread")}


def recall(made: Sequence[Handed], tools: InspectionDeps, numbers: Sequence[int], only: str) -> Tallies:
    peers, tallies = Peers(), dict[str, Counter[str]]()
    for sent in handed_on(made, numbers):
        if only not in ("", sent.goal):
            continue
        ours = told(sent.content, PARTY, tools)
        unlisted = told(sent.content, NOBODY, tools)
        theirs = peers.alike((sent.data, sent.text.encode()), (sent.source, sent.source_text.encode()))
        if sent.report not in ours:
            print(f"    missed: {sent.report}, {sent.what}")
        if others := (ours | unlisted) - {sent.report}:
            print(f"    also {sorted(others)}: {sent.report}, {sent.what}")
        for name in (sent.what, *([f"all: {sent.goal} (goal {GOALS[sent.goal]})"] if sent.goal else ())):
            tally = tallies.setdefault(name, Counter())
            tally["n"] += 1
            tally["party"] += sent.report in ours
            tally["unlisted"] += sent.report in unlisted
            tally["others"] += bool((ours | unlisted) - {sent.report})
            for peer, hit in zip(PEER_NAMES, theirs, strict=True):
                tally[peer] += hit
    return tallies


def print_recall(tallies: Tallies) -> None:
    print("| | mails | to the party | to nobody known | also another report | SHA-256 | ssdeep | TLSH |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for what, tally in sorted(tallies.items(), key=lambda item: item[0].startswith("all:")):
        shares = [f"{tally[name] / tally['n']:.3f}" for name in ("party", "unlisted")]
        beside = [f"{tally[name] / tally['n']:.2f}" for name in PEER_NAMES]
        print(f"| {what} | {tally['n']} | {' | '.join(shares)} | {tally['others']} | {' | '.join(beside)} |")


def false_alarms(
    made: Sequence[Handed], tools: InspectionDeps, documents: Iterator[tuple[str, bytes, bytes, str]]
) -> Tallies:
    """Each goes to the party that every report names, so that it is compared with all of them."""
    peers, tallies = Peers(), dict[str, Counter[str]]()
    known = [data for one in made for data in (one.letter, one.table, one.paper.text.encode())]
    for kind, content, data, text in documents:
        tally = tallies.setdefault(kind, Counter())
        found = told(content, PARTY, tools)
        tally["n"] += 1
        tally["wrong"] += bool(found)
        if found:
            print(f"    {kind} {tally['n']}: {sorted(found)}")
        if tally["peered"] < PEERED:
            tally["peered"] += 1
            for name, hit in zip(PEER_NAMES, peers.alike((data, text.encode()), known), strict=True):
                tally[name] += hit
    return tallies


def print_false(tallies: Tallies) -> None:
    print("| | documents | false alarms | seen by the peers | SHA-256 | ssdeep | TLSH |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for kind, tally in {**tallies, "all (goal: under 1 in 2,000)": sum(tallies.values(), Counter())}.items():
        print(f"| {kind} | " + " | ".join(str(tally[n]) for n in ("n", "wrong", "peered", *PEER_NAMES)) + " |")


def unrelated(seed: str, wanted: int, part: int, parts: int) -> Iterator[tuple[str, bytes, bytes, str]]:
    """(kind, mail, file, text): other people's letters, in files and in the mail; their tables, chats, photographs; and
    mails and documents of twelve other kinds."""
    few = max(8, wanted // 50)
    mine = range(part, few, parts)
    letters = {f"{n}.docx": paper(f"{seed} unrelated pdf", n) for n in mine}
    files = {name: docx((one.title, *one.paragraphs), "某人") for name, one in letters.items()}
    for name, data in converted(files, "pdf").items():
        yield "letters, pdf", mail("请看附件。", ("a.pdf", data)), data, letters[name].text
    for number, picture in zip(mine, chats(f"{seed} unrelated", mine), strict=True):
        for shown in (picture, crop(picture, random.Random(number))):
            data = packed(shown, "JPEG", 80)[0]
            yield "pictures of chats", mail("请看附件。", ("a.jpg", data)), data, ""
    shots = quarters(OTHERS)
    for number in mine:
        shown = crop(room(5_000 + number, shots[number % len(shots)]), random.Random(number), 0.5, 0.9)
        data = packed(shown, "JPEG", 80)[0]
        yield "photographs", mail("请看附件。", ("a.jpg", data)), data, ""
    many = max(0, wanted - 4 * few)
    for number in range(many * part // parts, many * (part + 1) // parts):
        yield _written(seed, number)


def _written(seed: str, number: int) -> tuple[str, bytes, bytes, str]:
    """Of ten, four are letters of complaint and six of other kinds; half of these in a file."""
    if number % 10 >= 4:
        one = document(f"{seed} {number}", KINDS[(number // 10 * 6 + number % 10) % len(KINDS)])
        if number % 2:
            data = docx((one.title, *one.paragraphs), "某人")
            return "other documents, docx", mail("请看附件。", ("a.docx", data)), data, one.text
        return "other mails", mail(one.text, subject=one.title), b"", one.text
    letter = paper(f"{seed} unrelated", number)
    match number % 10:
        case 0:
            data = docx((letter.title, *letter.paragraphs), "某人")
            return "letters, docx", mail("请看附件。", ("a.docx", data)), data, letter.text
        case 1:
            data = table(letter.rows)
            return "tables, xlsx", mail("请看附件。", ("a.xlsx", data)), data, ""
        case _:
            return "letters, mail", mail(letter.text, subject=letter.title), b"", letter.text


def public(folder: Path) -> None:
    """Every other file is handed in, each as a report of its own; all are sent."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and 2_000 < path.stat().st_size < 2_000_000)
    with tempfile.TemporaryDirectory() as own, line(Path(own)) as tools:
        entries = []
        for number, path in enumerate(paths[::2]):
            party, reporter = {"name": "星儿", "addresses": [PARTY]}, {"addresses": [f"viewer{number}@mail.example"]}
            entries.append(
                {"id": f"P-{number}", "reported": [party], "reporter": reporter, "materials": [str(path.resolve())]}
            )
        listed = Path(own) / "reports.jsonl"
        listed.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
        import_file(listed, tools.reader, tools.reports, "bench", ("platform.example",))
        tools.reports.learn()
        hit = wrong = 0
        for number, path in enumerate(paths):
            found = told(mail("请看附件。", ("a" + path.suffix, path.read_bytes())), PARTY, tools)
            if number % 2 == 0:
                hit += f"P-{number // 2}" in found
            elif found:
                wrong += 1
                print(
                    f"    {path.relative_to(folder)}: {[str(paths[int(r[2:]) * 2].relative_to(folder)) for r in found]}"
                )
    print(f"{len(paths)} files: handed in and sent, {hit}/{len(entries)} known; of the others {wrong} alarms")


def summed(folder: Path, what: str, part: str, tallies: Tallies) -> Tallies:
    """Over all parts of a run that were kept in this folder."""
    (folder / f"{what}-{part.replace('/', '-of-')}.json").write_text(json.dumps(tallies, ensure_ascii=False))
    total: Tallies = {}
    for path in sorted(folder.glob(f"{what}-*.json")):
        for name, tally in json.loads(path.read_text()).items():
            total.setdefault(name, Counter()).update(tally)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("recall", "false", "public"))
    parser.add_argument("given", nargs="?", default="")
    parser.add_argument("--half", default="report", choices=("report", "tuning"))
    parser.add_argument("--only", choices=tuple(GOALS), default="")
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--part", default="1/1")
    words = parser.parse_args()
    started = time.time()
    if words.what == "public":
        public(Path(words.given or parser.error("public needs a folder")))
    else:
        with tempfile.TemporaryDirectory() as own:
            run(words.what, int(words.given or 0), words.half, words.folder or Path(own), words.part, words.only)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{time.time() - started:.0f} s; {machine}, Python {platform.python_version()}")


def run(what: str, wanted: int, half: str, folder: Path, part: str, only: str) -> None:
    this, parts = map(int, part.split("/"))
    count = (wanted or REPORTS) if what == "recall" else REPORTS
    folder.mkdir(parents=True, exist_ok=True)
    with prepared(folder, half, count) as (made, tools):
        if what == "recall":
            tallies = recall(made, tools, range(this - 1, len(made), parts), only)
            print(f"{len(made)} reports of the {half} half, part {part}")
            print_recall(summed(folder, f"{only}-{what}" if only else what, part, tallies))
        else:
            documents = unrelated(half, wanted or 2000, this - 1, parts)
            tallies = false_alarms(made, tools, documents)
            print(f"against {len(made)} reports of the {half} half, part {part}")
            print_false(summed(folder, what, part, tallies))


if __name__ == "__main__":
    main()
