"""Reports with what was handed in with them, and every mail that hands some of it on.

Letters, tables, chats (drawn by Chromium) and photographs are made by the seed.
"""

import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2
from PIL import Image
from texts.papers import Paper, paper

from gateway.demo.letter import docx
from gateway.inspection.tools import InspectionDeps
from gateway.intake.importer import import_file
from scenes.chromium import browser
from scenes.faces import drawn, photographs, room
from scenes.handed_on import converted, crop, mail, one_page, packed, page_of, scanned, table, zipped
from scenes.pages import LAYOUTS, Person, Said
from scenes.sets import face_names, font_uri, uri

PARTY = "xinger@streamers.example"
PHOTOGRAPHS = Path(tempfile.gettempdir()) / "hushgate-bench-photographs"
OURS = tuple(f"skimage/data/{name}.png" for name in ("astronaut", "chelsea", "coffee", "ihc", "motorcycle_left"))
OURS += ("sklearn/datasets/images/flower.jpg",)
OTHERS = tuple(f"skimage/data/{name}" for name in ("camera.png", "coins.png", "moon.png", "retina.jpg", "rocket.jpg"))
OTHERS += ("skimage/data/hubble_deep_field.jpg", "sklearn/datasets/images/china.jpg")
PAGES = 6
"""Every so many reports one is of several pages."""


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


def chats(seed: str, numbers: Sequence[int]) -> list[Image.Image]:
    """Pages of all layouts whose talk is that paper's own."""
    names = [*LAYOUTS]
    found = []
    with browser() as drawing:
        for number in numbers:
            dice = random.Random(f"{seed} {number}")
            people = [Person(dice.choice(face_names()), uri(drawn(70_000 + number * 8 + n))) for n in range(5)]
            said = [Said(dice.choice(people), text) for text in paper(seed, number).talk]
            layout = LAYOUTS[names[number % len(names)]]
            found.append(drawing.shoot(layout(said, bool(number // len(names) % 2), font_uri())).picture)
    return found


def quarters(names: Sequence[str]) -> list[Image.Image]:
    """Four of each photograph: no two reports have the same, or it would be common to them."""
    found = []
    for picture in photographs(PHOTOGRAPHS, names).values():
        wide, high = picture.width // 2, picture.height // 2
        found += [picture.crop((x, y, x + wide, y + high)) for y in (0, high) for x in (0, wide)]
    return found


def handed_in(seed: str, count: int) -> list[Handed]:
    papers = [paper(seed, number, 0 if number % PAGES else 120) for number in range(count)]
    letters = {f"{n}.docx": docx((p.title, *p.paragraphs), f"作者{n}") for n, p in enumerate(papers)}
    pdfs = converted(letters, "pdf")
    shots = quarters(OURS)
    assert count <= len(shots), "two reports would have one photograph"
    talks = chats(seed, range(count))
    made = []
    for number, one in enumerate(papers):
        name = f"{number}.docx"
        pictures = (talks[number], room(number, shots[number]))
        written = mail(one.text, subject=one.title).replace(b"kefu07@platform", b"viewer%d@mail" % number)
        sound = b"RIFF" + (4036).to_bytes(4, "little") + b"WAVEfmt \x10\0\0\0\1\0\1\0\x40\x1f\0\0\x40\x1f\0\0\1\0\x08\0"
        sound += b"data" + (4000).to_bytes(4, "little") + random.Random(number).randbytes(4000)
        made.append(Handed(f"M-{number}", one, letters[name], pdfs[name], table(one.rows), written, sound, pictures))
    return made


def stored(made: Sequence[Handed], tools: InspectionDeps, folder: Path) -> None:
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


def handed_on(made: Sequence[Handed], numbers: Sequence[int]) -> Iterator[Sent]:
    """Every transformation of these reports' material."""
    letters = {f"{number}.docx": made[number].letter for number in numbers}
    kinds = {"pdf": "pdf", "docx": "docx", "rtf": "rtf", "doc": "doc", "html": "html", "txt": "txt:Text (encoded):UTF8"}
    other = {name: converted(letters, kind) for name, kind in kinds.items()}
    for number in numbers:
        one = made[number]
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
        joint = " " if number % 4 == 3 else ""
        starts = {True: [*range(len(one.paper.sentences) - 2)]}
        starts[False] = [at for at in starts[True] if not one.paper.stock & {*one.paper.sentences[at : at + 3]}]
        starts[True] = [at for at in starts[True] if at not in starts[False]]
        for shared, places in starts.items():
            what = "three sentences, some of which everybody writes" if shared else "three sentences quoted"
            for at in dice.sample(places, min(2, len(places))):
                quoted = joint.join(one.paper.sentences[at : at + 3])
                yield sent(what, "" if shared else "text", mail(f"您好,有人这样说:{quoted}请说明。"), b"", quoted)
        half = "\n".join(one.paper.body[: (len(one.paper.body) + 1) // 2])
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
    document = pypdfium2.PdfDocument(pdf)
    try:
        return range(len(document))
    finally:
        document.close()
