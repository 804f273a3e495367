"""What was handed in is known again, in whatever form it travels: recall by transformation, and false alarms.

    .venv/bin/python bench/materials.py recall [REPORTS]     each transformation, beside SHA-256, ssdeep and TLSH
    .venv/bin/python bench/materials.py false [DOCUMENTS]    unrelated documents, sent to somebody all reports name
    .venv/bin/python bench/materials.py public FOLDER        a folder of public documents, fetched at need, both ways

Letters, tables, chats (drawn by Chromium) and photographs are made by the seed; thresholds were set on other pages and
other cuts. Each mail goes through the product's own line, `examine`, with jailed readers, twice: to the reported party,
and to an address that nobody knows, where the index alone can point to a report and pictures are not read by default.
A transformation counts as recognised where the right report has a `material` or `thread` finding.

The peers see the attachment, and the text that our reader got out of it, beside the material's bytes and its text, and
count where one of the four pairs is alike: ssdeep from 30, TLSH up to 100. LibreOffice must be installed; ppdeep and
py-tlsh are fetched by pip into a temporary folder and never become part of this project.
"""

import hashlib
import importlib
import json
import os
import platform
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PIL import Image
from scenes.chromium import browser
from scenes.faces import drawn, photographs, room
from scenes.handed_on import converted, crop, mail, one_page, packed, page_of, scanned, table, zipped
from scenes.pages import LAYOUTS, Person, Said
from scenes.sets import face_names, font_uri, uri
from texts.papers import Paper, paper

from gateway.demo.letter import docx
from gateway.inspection.inspect import examine
from gateway.inspection.tools import Subjects, Tools
from gateway.intake.importer import import_file
from gateway.isolation.pool import ReaderPool
from gateway.matching import Circle
from gateway.model import Client, Envelope, Message, Recipient
from gateway.policy import packaged_policy
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault

PARTY, NOBODY = "xinger@streamers.example", "someone@elsewhere.example"
PHOTOGRAPHS = Path(tempfile.gettempdir()) / "hushgate-bench-photographs"
PEERS = Path(tempfile.gettempdir()) / "hushgate-bench-peers"
GOALS = {"exact": 1.0, "text": 0.98, "scan": 0.9, "crop": 0.95, "picture": 0.98}


@dataclass(frozen=True, slots=True)
class Handed:
    """One report and what was handed in with it."""

    id: str
    paper: Paper
    letter: bytes
    pdf: bytes
    table: bytes
    mail: bytes
    sound: bytes
    pictures: tuple[Image.Image, ...]
    files: dict[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sent:
    """A mail that hands something on. `data` and `text` are what the peers see, `source` the material it comes from."""

    what: str
    goal: str
    report: str
    content: bytes
    data: bytes = b""
    text: str = ""
    source: bytes = b""
    source_text: str = ""


@contextmanager
def line(folder: Path) -> Iterator[Tools]:
    """The product without its wire."""
    store = open_store(f"sqlite:///{folder / 'store.db'}", Vault(b"k" * 32))
    pool = ReaderPool(2)
    policy = packaged_policy()
    try:
        circle = Circle(frozenset(("platform.example",)))
        yield Tools(
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


def chats(numbers: Sequence[int]) -> list[Image.Image]:
    """Pages of all layouts whose talk is that paper's own."""
    names = [*LAYOUTS]
    found = []
    with browser() as drawing:
        for number in numbers:
            dice = random.Random(number)
            people = [Person(dice.choice(face_names()), uri(drawn(70_000 + number * 8 + n))) for n in range(5)]
            said = [Said(dice.choice(people), text) for text in paper(500_000 + number).sentences[:12]]
            layout = LAYOUTS[names[number % len(names)]]
            found.append(drawing.shoot(layout(said, bool(number // len(names) % 2), font_uri())).picture)
    return found


def handed_in(count: int) -> list[Handed]:
    papers = [paper(number, 24 if number % 6 else 120) for number in range(count)]
    letters = {f"{n}.docx": docx((p.title, *p.paragraphs), f"作者{n}") for n, p in enumerate(papers)}
    pdfs = converted(letters, "pdf")
    shots = [*photographs(PHOTOGRAPHS).values()][::2]
    talks = chats(range(count))
    made = []
    for number, one in enumerate(papers):
        name = f"{number}.docx"
        pictures = (talks[number], shots[number] if number < len(shots) else room(number, shots[number % len(shots)]))
        written = mail(one.text, subject=one.title).replace(b"kefu07@platform", b"viewer%d@mail" % number)
        sound = b"RIFF" + (4036).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0"
        sound += b"data" + (4000).to_bytes(4, "little") + random.Random(number).randbytes(4000)
        made.append(Handed(f"M-{number}", one, letters[name], pdfs[name], table(one.rows), written, sound, pictures))
    return made


def stored(made: Sequence[Handed], tools: Tools, folder: Path) -> None:
    entries = []
    for number, one in enumerate(made):
        own = folder / one.id
        own.mkdir()
        files = {"letter.docx": one.letter, "table.xlsx": one.table, "report.eml": one.mail, "sound.wav": one.sound}
        files |= {f"shot{n}.png": packed(picture, "PNG")[0] for n, picture in enumerate(one.pictures)}
        for name, data in files.items():
            (own / name).write_bytes(data)
        party = {"name": "星儿", "addresses": [PARTY]}
        # Reports of different people: what five of them share would be common.
        reporter = {"names": [f"举报人{number}"], "addresses": [f"viewer{number}@mail.example"]}
        materials = [f"{one.id}/{name}" for name in files]
        entries.append({"id": one.id, "reported": [party], "reporter": reporter, "materials": materials})
    path = folder / "reports.jsonl"
    path.write_text("\n".join(json.dumps(entry, ensure_ascii=False) for entry in entries), encoding="utf-8")
    import_file(path, tools.reader, tools.reports, "bench", ("platform.example",))
    tools.reports.learn()


def handed_on(made: Sequence[Handed]) -> Iterator[Sent]:
    """Every transformation of every report's material."""
    letters = {f"{number}.docx": one.letter for number, one in enumerate(made)}
    kinds = {"pdf": "pdf", "docx": "docx", "rtf": "rtf", "doc": "doc", "html": "html", "txt": "txt:Text (encoded):UTF8"}
    other = {name: converted(letters, kind) for name, kind in kinds.items()}
    for number, one in enumerate(made):
        dice, name, said = random.Random(number), f"{number}.docx", "附件请您核实。"
        whole = one.paper.text

        def sent(what: str, goal: str, content: bytes, data: bytes, text: str, source: bytes = one.letter) -> Sent:
            return Sent(what, goal, one.id, content, data, text, source, whole)  # noqa: B023  # used before the next report

        def file(what: str, goal: str, name: str, data: bytes, text: str = "", source: bytes = one.letter) -> Sent:
            return sent(what, goal, mail(said, (name, data)), data, text, source)  # noqa: B023  # likewise

        yield file("the file, renamed", "exact", "附件一.bin", one.letter, whole)
        yield file("re-zipped", "exact", "资料.zip", zipped({"x.docx": one.letter, "y.txt": b"x"}), whole)
        yield file("sound, renamed", "exact", "a.dat", one.sound, "", one.sound)
        yield file("the table", "exact", "b.xlsx", one.table, "", one.table)
        yield file("re-saved by LibreOffice", "text", "a.docx", other["docx"][name], whole)
        for kind in ("pdf", "rtf", "doc", "html", "txt"):
            yield file(f"converted to {kind}", "text", f"a.{kind}", other[kind][name], whole)
        pages = len(pages_of(one.pdf))
        if pages > 1:
            yield file("one page of several", "text", "p.pdf", one_page(one.pdf, pages // 2), whole)
        for _ in range(2):
            at = dice.randrange(len(one.paper.sentences) - 3)
            joint = " " if number % 4 == 3 else ""
            quoted = joint.join(one.paper.sentences[at : at + 3])
            yield sent("three sentences quoted", "text", mail(f"您好,有人这样说:{quoted}请说明。"), b"", quoted)
        half = "\n".join(one.paper.paragraphs[: len(one.paper.paragraphs) // 2])
        yield sent("half pasted", "text", mail(f"您好:\n{half}\n请说明。"), b"", half)
        rows = "\n".join("\t".join(row) for row in one.paper.rows[4:14])
        yield sent("rows of the table pasted", "text", mail(f"您好:\n{rows}\n请说明。"), b"", rows, one.table)
        inline = f"请看:\n\n---------- Forwarded message ---------\n{whole}\n"
        yield sent("the mail attached", "text", mail(said, attached=one.mail), one.mail, whole, one.mail)
        yield sent("the mail forwarded inline", "text", mail(inline), b"", whole, one.mail)
        yield sent(
            "the mail quoted", "text", mail("请看:\n" + "\n".join("> " + row for row in whole.split("\n"))), b"", whole
        )
        page = page_of(one.pdf, 0)
        yield file("a page as a picture", "scan", "p.png", packed(page, "PNG")[0])
        yield file("printed and scanned", "scan", "s.jpg", packed(scanned(page, number), "JPEG", 70)[0])
        for kind, picture in zip(("chat", "photograph"), one.pictures, strict=True):
            original = packed(picture, "PNG")[0]
            smaller = picture.resize((int(picture.width * 0.55), int(picture.height * 0.55)), Image.Resampling.LANCZOS)
            for what, data in (
                ("JPEG q40", packed(picture, "JPEG", 40)[0]),
                ("WebP q60", packed(picture, "WEBP", 60)[0]),
                ("at 0.55 of its size", packed(smaller, "JPEG", 80)[0]),
            ):
                yield file(f"{kind}, {what}", "picture", "a.jpg", data, "", original)
            for turn in range(3):
                cut = crop(picture, dice)
                size = dice.choice((0.6, 0.8, 1.0, 1.0))
                cut = cut.resize((int(cut.width * size), int(cut.height * size)), Image.Resampling.LANCZOS)
                data = packed(cut, "JPEG", dice.choice((45, 70, 90)))[0] if turn else packed(cut, "PNG")[0]
                yield file(f"{kind}, a crop of 30 to 60 %", "crop", "c.jpg", data, "", original)


def pages_of(pdf: bytes) -> range:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return range(len(document))
    finally:
        document.close()


def told(content: bytes, to: str, tools: Tools) -> set[str]:
    """The reports of which the line says that their material or thread is in it."""
    envelope = Envelope("kefu07@platform.example", (Recipient(to),), Client("h", "h"), datetime.now(UTC))
    findings = examine(envelope, Message("bench", content), tools).findings
    return {finding.report for finding in findings if finding.kind in ("material", "thread")}


class Peers:
    """SHA-256, ssdeep (ppdeep) and TLSH."""

    def __init__(self) -> None:
        if not list(PEERS.glob("ppdeep*")):
            command = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", str(PEERS)]
            subprocess.run([*command, "ppdeep", "py-tlsh"], check=True)
        sys.path.insert(0, str(PEERS))
        self._fuzzy: Any = importlib.import_module("ppdeep")
        self._tlsh: Any = importlib.import_module("tlsh")
        self._kept: dict[bytes, tuple[str, str]] = {}

    def alike(self, one: Sequence[bytes], other: Sequence[bytes]) -> tuple[bool, bool, bool]:
        """Whether any of the first is any of the second, for each of the three."""
        pairs = [(a, b) for a in one for b in other if a and b]
        hashes = [(self._of(a), self._of(b)) for a, b in pairs]
        return (
            any(hashlib.sha256(a).digest() == hashlib.sha256(b).digest() for a, b in pairs),
            any(self._fuzzy.compare(a[0], b[0]) >= 30 for a, b in hashes),
            any(a[1] and b[1] and self._tlsh.diff(a[1], b[1]) <= 100 for a, b in hashes),
        )

    def _of(self, data: bytes) -> tuple[str, str]:
        if data not in self._kept:
            found = self._tlsh.hash(data)
            self._kept[data] = self._fuzzy.hash(data), "" if found in ("", "TNULL") else found
        return self._kept[data]


def recall(count: int) -> None:
    peers = Peers()
    with tempfile.TemporaryDirectory() as folder, line(Path(folder)) as tools:
        made = handed_in(count)
        stored(made, tools, Path(folder))
        rows: dict[str, Counter[str]] = {}
        goals: dict[str, Counter[str]] = {}
        for sent in handed_on(made):
            ours = told(sent.content, PARTY, tools)
            unlisted = told(sent.content, NOBODY, tools)
            theirs = peers.alike((sent.data, sent.text.encode()), (sent.source, sent.source_text.encode()))
            for tally in (rows.setdefault(sent.what, Counter()), goals.setdefault(sent.goal, Counter())):
                tally["n"] += 1
                tally["party"] += sent.report in ours
                tally["unlisted"] += sent.report in unlisted
                tally["others"] += bool((ours | unlisted) - {sent.report})
                for name, hit in zip(("sha256", "ssdeep", "tlsh"), theirs, strict=True):
                    tally[name] += hit
    print(f"{count} reports; recall to the reported party, to an address nobody knows, and of the peers")
    print("| | mails | to the party | to nobody known | also another report | SHA-256 | ssdeep | TLSH |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    named = {f"all: {goal} (goal {GOALS[goal]})": tally for goal, tally in goals.items()}
    for what, tally in {**rows, **named}.items():
        shares = [f"{tally[name] / tally['n']:.3f}" for name in ("party", "unlisted")]
        beside = [f"{tally[name] / tally['n']:.2f}" for name in ("sha256", "ssdeep", "tlsh")]
        print(f"| {what} | {tally['n']} | {' | '.join(shares)} | {tally['others']} | {' | '.join(beside)} |")


def false_alarms(wanted: int) -> None:
    """Each goes to the party that every report names, so that it is compared with all of them."""
    peers = Peers()
    with tempfile.TemporaryDirectory() as folder, line(Path(folder)) as tools:
        made = handed_in(24)
        stored(made, tools, Path(folder))
        known = [data for one in made for data in (one.letter, one.table, one.paper.text.encode())]
        seen, wrong = Counter[str](), Counter[str]()
        for kind, content, data, text in unrelated(wanted):
            found = told(content, PARTY, tools)
            seen[kind] += 1
            wrong[kind] += bool(found)
            if found:
                print(f"    {kind} {seen[kind]}: {sorted(found)}")
            if seen[kind] <= 100:
                seen["peers"] += 1
                for name, hit in zip(
                    ("sha256", "ssdeep", "tlsh"), peers.alike((data, text.encode()), known), strict=True
                ):
                    wrong[name] += hit
    total = sum(count for kind, count in seen.items() if kind != "peers")
    alarms = sum(wrong[kind] for kind in seen if kind != "peers")
    print(f"{total} unrelated documents against 24 reports: {alarms} false alarms (goal: under 1 in 2,000)")
    print("  " + ", ".join(f"{kind} {wrong[kind]}/{count}" for kind, count in seen.items() if kind != "peers"))
    print(f"  of {seen['peers']}: " + ", ".join(f"{name} {wrong[name]}" for name in ("sha256", "ssdeep", "tlsh")))


def unrelated(wanted: int) -> Iterator[tuple[str, bytes, bytes, str]]:
    """(kind, mail, file, text): letters of other people, in files and in the mail; their tables, chats, photographs."""
    number = 900_000
    few = max(8, wanted // 25)
    letters = {f"{n}.docx": paper(number + n) for n in range(few)}
    files = {name: docx((one.title, *one.paragraphs), "某人") for name, one in letters.items()}
    for name, data in converted(files, "pdf").items():
        yield "pdf", mail("请看附件。", ("a.pdf", data)), data, letters[name].text
    for picture in chats(range(3_000, 3_000 + few)):
        for shown in (picture, crop(picture, random.Random(number))):
            data = packed(shown, "JPEG", 80)[0]
            yield "pictures of chats", mail("请看附件。", ("a.jpg", data)), data, ""
    shots = [*photographs(PHOTOGRAPHS).values()][1::2]
    for turn in range(few):
        shown = crop(room(5_000 + turn, shots[turn % len(shots)]), random.Random(turn), 0.5, 0.9)
        data = packed(shown, "JPEG", 80)[0]
        yield "photographs", mail("请看附件。", ("a.jpg", data)), data, ""
    for turn in range(max(0, wanted - 4 * few)):
        one = paper(number + 10_000 + turn)
        match turn % 5:
            case 0:
                data = docx((one.title, *one.paragraphs), "某人")
                yield "docx", mail("请看附件。", ("a.docx", data)), data, one.text
            case 1:
                data = table(one.rows)
                yield "xlsx", mail("请看附件。", ("a.xlsx", data)), data, ""
            case _:
                yield "mails", mail(one.text, subject=one.title), b"", one.text


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


def main() -> None:
    runs: dict[str, tuple[Callable[[Any], None], str]] = {
        "recall": (lambda n: recall(int(n)), "24"),
        "false": (lambda n: false_alarms(int(n)), "2000"),
        "public": (lambda folder: public(Path(folder)), ""),
    }
    what, given = (*sys.argv[1:3], "", "")[:2]
    if what not in runs or (what == "public" and not given):
        print(__doc__)
        raise SystemExit(2)
    run, usual = runs[what]
    started = time.time()
    run(given or usual)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    print(f"{time.time() - started:.0f} s; {machine}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
