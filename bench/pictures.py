"""What of the reporter is seen in pictures: names by OCR, avatars, false alarms, and what it costs.

    .venv/bin/python bench/pictures.py avatars [ROUNDS]   recall by condition, beside template matching and pHash
    .venv/bin/python bench/pictures.py false [PICTURES] [FIRST]
                                                          false alarms on pictures of other people, rooms, logos
    .venv/bin/python bench/pictures.py names [PAGES]      recall of the name, beside RapidOCR and a substring
    .venv/bin/python bench/pictures.py cost [ROUNDS]      a screenshot with 100 avatars, whole, beside RapidOCR

Pages of eight layouts, light and dark, are drawn by Chromium anew each time, the same for the same numbers. Faces are
cut from the photographs in the wheels of scikit-image and scikit-learn (fetched into a temporary folder, never kept)
and drawn. The thresholds were set on other pages and on other cuts of the same nine photographs, of other sizes and
places, and on drawings of other numbers. The slow peers see fewer pictures, which is said beside their figures.
"""

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import zxingcpp
from PIL import Image, ImageDraw, ImageFilter, ImageOps
from scenes.changes import jpeg, photographed, shrunk
from scenes.chromium import Browser, Place, browser
from scenes.faces import drawn, logo, photographs, plain, room
from scenes.faces import photographed as photographed_faces
from scenes.pages import LAYOUTS
from scenes.sets import Case, page

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.images.calibration import AVATAR_DISTINCT_SCORE
from gateway.images.extract.avatar_candidates import patches
from gateway.images.extract.characters import text_boxes
from gateway.images.extract.lines import text_of
from gateway.images.extract.ocr_cascade import engine
from gateway.images.extract.phash import phash
from gateway.images.extract.raster import Raster, pixels
from gateway.images.match.avatar.faces import distinct
from gateway.images.match.thumbnail import avatar_pixels, is_usable
from gateway.model import AvatarMark, Item, Location, Party, PictureFragment, Pixels, Reading, Report, TextFragment

HERE = Location("2")
FOLDER = Path(tempfile.gettempdir()) / "hushgate-bench-photographs"
Change = Callable[[Image.Image, int], Image.Image]
IN_PAGES: dict[str, Change] = {
    "clean": lambda picture, seed: picture,
    "JPEG 40 at 0.7 of the size": lambda picture, seed: jpeg(shrunk(picture, 0.7), 40),
    "photo of a screen": photographed,
}


def raster(picture: Image.Image) -> Raster:
    return np.asarray(picture.convert("RGB"), np.uint8)


def subject_of(face: Image.Image, name: str = "") -> Subject:
    given = Pixels(face.width, face.height, face.convert("RGB").tobytes())
    small = avatar_pixels(given)
    mark = AvatarMark(os.urandom(32), small, is_usable(small), distinct(small))
    items = (Item("name", name),) if name else ()
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), items, (mark,)))


def held_out() -> tuple[list[Image.Image], list[Image.Image]]:
    """Reporters' faces and other people's. No photograph gives faces to both."""
    ours: list[Image.Image] = []
    theirs: list[Image.Image] = []
    for number, cuts in enumerate(photographed_faces(FOLDER).values()):
        (ours if number % 2 else theirs).extend(cuts)
    random.Random(3).shuffle(ours)
    random.Random(4).shuffle(theirs)
    reporters = [face for pair in zip(ours, map(drawn, range(1000, 1000 + len(ours))), strict=True) for face in pair]
    others = [face for pair in zip(theirs, map(drawn, range(3000, 3000 + len(theirs))), strict=True) for face in pair]
    return reporters, others


def looked(picture: Image.Image) -> PictureFragment:
    seen = raster(picture)
    return PictureFragment(HERE, seen.shape[1], seen.shape[0], pixels(seen), phash(seen), patches(seen))


# --- avatars


def _bordered(face: Image.Image, size: int) -> Image.Image:
    shown = ImageOps.expand(face.resize((size, size), Image.Resampling.LANCZOS), max(1, size // 25), (245, 185, 66))
    ImageDraw.Draw(shown).ellipse((size * 0.74, size * 0.74, size, size), fill=(250, 81, 81))
    return shown


def _masked(face: Image.Image, size: int, share: float) -> Image.Image:
    mask = Image.new("L", (size * 3, size * 3), 0)
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, size * 3 - 1, size * 3 - 1), size * 3 * share, fill=255)
    ground = Image.new("RGB", (size, size), (237, 237, 237))
    ground.paste(face.resize((size, size), Image.Resampling.LANCZOS), (0, 0), mask.resize((size, size)))
    return ground


def _recoloured(face: Image.Image) -> Image.Image:
    hsv = np.asarray(face.convert("HSV")).astype(np.int16)
    hsv[..., 0] = (hsv[..., 0] + 6) % 256
    hsv[..., 1] = np.clip(hsv[..., 1] * 1.15, 0, 255)
    hsv[..., 2] = np.clip(hsv[..., 2] * 0.92 + 6, 0, 255)
    return Image.fromarray(hsv.astype(np.uint8), "HSV").convert("RGB")


ALONE: dict[str, Callable[[Image.Image], Image.Image]] = {
    "24 px": lambda face: face.resize((24, 24), Image.Resampling.LANCZOS),
    "64 px": lambda face: face.resize((64, 64), Image.Resampling.LANCZOS),
    "640 px": lambda face: face.resize((640, 640), Image.Resampling.BICUBIC),
    "round, 120 px": lambda face: _masked(face, 120, 0.5),
    "squircle, 120 px": lambda face: _masked(face, 120, 0.28),
    "JPEG 40, 96 px": lambda face: jpeg(face.resize((96, 96), Image.Resampling.LANCZOS), 40),
    "border and badge": lambda face: _bordered(face, 120),
    "recoloured": _recoloured,
    "mirrored": ImageOps.mirror,
    "blurred": lambda face: face.resize((120, 120)).filter(ImageFilter.GaussianBlur(1.2)),
}


def found_avatars(picture: Image.Image, subject: Subject) -> list[tuple[float, float, float]]:
    """(middle x, middle y, width) of each finding."""
    findings = detect(Reading(pictures=(looked(picture),)), (subject,))
    return [(f.box.x + f.box.width / 2, f.box.y + f.box.height / 2, f.box.width) for f in findings if f.box]


def _is_at(found: Sequence[tuple[float, float, float]], place: Place, share: float) -> bool:
    x, y, width = (place.x + place.width / 2) * share, (place.y + place.height / 2) * share, place.width * share
    return any(abs(a - x) < width * 0.4 and abs(b - y) < width * 0.4 and 0.6 < w / width < 1.7 for a, b, w in found)


def template_finds(picture: Image.Image, face: Image.Image, threshold: float = 0.8) -> bool:
    """OpenCV's matchTemplate in colour at 12 sizes, the picture brought to 540 columns: a blind sweep."""
    seen = raster(picture)
    scale = 540 / seen.shape[1]
    page = cv2.resize(seen, (540, round(seen.shape[0] * scale)), interpolation=cv2.INTER_AREA)
    full = raster(face)
    for size in (int(16 * 1.22**k) for k in range(12)):
        if size > min(page.shape[:2]):
            break
        small = cv2.resize(full, (size, size), interpolation=cv2.INTER_AREA)
        if float(cv2.matchTemplate(page, small, cv2.TM_CCOEFF_NORMED).max()) >= threshold:
            return True
    return False


def phash_finds(picture: Image.Image, face: Image.Image) -> bool:
    one, other = phash(raster(picture)), phash(raster(face))
    return one is not None and other is not None and (one ^ other).bit_count() <= 8


def telling(faces: Sequence[Image.Image]) -> list[Image.Image]:
    """Those that count alone. The others are counted and said: they count only beside other evidence."""
    return [face for face in faces if distinct(avatar_pixels(pixels(raster(face)))) >= AVATAR_DISTINCT_SCORE]


def avatars(rounds: int) -> None:
    everybody, others = held_out()
    reporters = telling(everybody)
    print(f"{len(reporters)} reporters' faces; {len(everybody) - len(reporters)} more are too plain to count alone")
    print("avatar alone (recall; pHash of the whole beside):")
    hits = total = 0
    for name, alone in ALONE.items():
        shown = [(face, alone(face)) for face in reporters]
        ours = sum(bool(found_avatars(picture, subject_of(face))) for face, picture in shown)
        theirs = sum(phash_finds(picture, face) for face, picture in shown)
        hits, total = hits + ours, total + len(shown)
        print(f"  {name:18} {ours / len(shown):.3f}   pHash {theirs / len(shown):.3f}   n={len(shown)}")
    print(f"  all                {hits / total:.4f}   (goal 0.995)")
    with browser() as drawing:
        cases = list(_pages(drawing, reporters, others, rounds))
    print(f"avatar in a page ({len(cases)} pages of {len(LAYOUTS)} layouts, each place counted):")
    for condition, change in IN_PAGES.items():
        _in_pages(condition, change, cases, reporters)
    print("a page inside another page (screenshot of a screenshot), half its size:")
    _in_pages("inside another", _inside_another, cases[: len(cases) // 2], reporters, share=None)


def _pages(
    drawing: Browser, reporters: Sequence[Image.Image], others: Sequence[Image.Image], rounds: int
) -> Iterator[Case]:
    number = 5000
    for _ in range(rounds):
        for layout in LAYOUTS:
            for dark in (False, True):
                company = random.Random(number).sample(list(others), 7)
                face = reporters[(number - 5000) % len(reporters)]
                yield page(drawing, number, face, company, layout, dark)
                number += 1


def _inside_another(picture: Image.Image, seed: int) -> Image.Image:
    outer = Image.new("RGB", (1080, 1600), (250, 250, 250))
    inner = shrunk(picture, min(0.5, 1300 / picture.height))
    outer.paste(inner, (80 + seed % 40, 180))
    return jpeg(outer, 80)


def _in_pages(
    condition: str, change: Change, cases: Sequence[Case], reporters: Sequence[Image.Image], share: float | None = 1.0
) -> None:
    places: Counter[str] = Counter()
    hits: Counter[str] = Counter()
    whole = pages_hit = 0
    peers = theirs = 0
    for number, case in enumerate(cases):
        if not case.faces:
            continue
        face = reporters[number % len(reporters)]
        picture = change(case.picture, number)
        found = found_avatars(picture, subject_of(face))
        pages_hit, whole = pages_hit + bool(found), whole + 1
        if number % 4 == 0:
            peers, theirs = peers + 1, theirs + template_finds(picture, face)
        if condition in ("photo of a screen",) or share is None:
            continue  # where a face stands after that is not known exactly: only whether it was found
        scale = picture.width / case.picture.width
        for place in case.faces:
            large = "40 px and up" if place.width * scale >= 39.5 else "below 40 px"
            places[large] += 1
            hits[large] += _is_at(found, place, scale)
    sizes = "; ".join(f"{large}: {hits[large] / places[large]:.3f} of {places[large]}" for large in sorted(places))
    print(
        f"  {condition:27} pages {pages_hit / whole:.3f} of {whole}; {sizes}   "
        f"(template matching {theirs / peers:.2f} of {peers} pages)"
    )


# --- false alarms


def false_alarms(wanted: int, first: int = 0) -> None:
    """Each picture is asked for 24 reporters who are not in it, as if all had reported the same party. The pictures
    are numbered, so that a long run can be done in parts."""
    everybody, others = held_out()
    reporters = telling(everybody)[:24]
    subjects = [subject_of(face) for face in reporters]
    alarms: Counter[str] = Counter()
    seen: Counter[str] = Counter()
    started = time.process_time()
    with browser() as drawing:
        for kind, picture in _of_others(drawing, others, first, first + wanted):
            findings = detect(Reading(pictures=(looked(picture),)), subjects)
            seen[kind] += 1
            if findings:
                alarms[kind] += 1
                print(f"    {kind}: {[(f.variant, f.score, f.box) for f in findings][:2]}")
    total, wrong = sum(seen.values()), sum(alarms.values())
    print(
        f"{total} pictures from number {first} without any of {len(reporters)} reporters: "
        f"{wrong} false alarms (goal: under 1 in 1,000)"
    )
    print("  " + ", ".join(f"{kind} {alarms[kind]}/{count}" for kind, count in seen.items()))
    print(f"  {(time.process_time() - started) / total:.2f} s of processor time a picture, drawing of rooms included")


def _of_others(
    drawing: Browser, others: Sequence[Image.Image], first: int, end: int
) -> Iterator[tuple[str, Image.Image]]:
    """The pictures from `first` to `end`. The dice fall for those before too, so that each number has one picture."""
    names = [*LAYOUTS]
    shots = [picture for name, picture in photographs(FOLDER).items() if "skimage" in name or "china" in name]
    dice = random.Random(11)
    for number in range(end):
        sort = number % 20
        company = dice.sample(list(others), 6) if sort < 5 else []
        face = dice.choice(others) if 5 <= sort < 11 else others[0]
        size = dice.choice((24, 48, 96, 200, 400)) if 5 <= sort < 11 else 0
        shot = dice.choice(shots) if 14 <= sort < 16 else shots[0]
        if number < first:
            continue
        if sort < 5:
            layout, dark = names[number % len(names)], bool(number % 3)
            case = page(drawing, 20_000 + number, None, [*company, plain(number)], layout, dark)
            yield "pages", (case.picture, jpeg(shrunk(case.picture, 0.7), 40))[number % 2]
        elif sort < 11:
            yield "avatars of others", (_masked(face, size, 0.5) if number % 2 else face.resize((size, size)))
        elif sort < 14:
            yield "drawn avatars", drawn(60_000 + number).resize((96, 96), Image.Resampling.LANCZOS)
        elif sort < 16:
            yield "rooms", room(number, shot)
        elif sort < 18:
            yield "logos", logo(number)
        else:
            yield "plain avatars", plain(number).resize((120, 120))


# --- names


def names(count: int) -> None:
    from rapidocr import RapidOCR
    from rapidocr.utils.output import RapidOCROutput

    reporters, others = held_out()
    bare = RapidOCR(params={"Global.log_level": "critical"})
    ours = engine()
    with browser() as drawing:
        cases = [case for case in _pages(drawing, reporters, others, -(-count // 16)) if case.times][:count]
    print(f"name in {len(cases)} pages: by page, and of all places where it stands; detection whole (look-alikes too)")
    for condition, change in IN_PAGES.items():
        tally: Counter[str] = Counter()
        for number, case in enumerate(cases):
            seen = raster(change(case.picture, number))
            lines = text_of(seen, ours).lines
            said = [line.text for line in lines]
            fragment = TextFragment(HERE, "picture", "\n".join(said), boxes=text_boxes(lines))
            findings = detect(Reading(texts=(fragment,)), (subject_of(reporters[0], case.name),))
            found = bare(np.ascontiguousarray(seen[:, :, ::-1]))
            assert isinstance(found, RapidOCROutput)
            theirs = [str(text) for text in (found.txts or ())]
            tally["pages"] += 1
            tally["places"] += case.times
            tally["our pages"] += bool(findings)
            tally["our places"] += min(case.times, sum(finding.span is not None for finding in findings))
            tally["our exact"] += min(case.times, sum(text.count(case.name) for text in said))
            tally["their pages"] += any(case.name in text for text in theirs)
            tally["their places"] += min(case.times, sum(text.count(case.name) for text in theirs))
        pages_, places = tally["pages"], tally["places"]
        print(
            f"  {condition:27} pages {tally['our pages'] / pages_:.3f}, places {tally['our places'] / places:.3f} "
            f"(letter for letter {tally['our exact'] / places:.3f})   RapidOCR and substring: pages "
            f"{tally['their pages'] / pages_:.3f}, places {tally['their places'] / places:.3f}"
        )


# --- cost


def busy_screen() -> Image.Image:
    """1080 x 2400: 100 faces, twenty lines of text, two codes."""
    from gateway.demo.drawing import font

    _, others = held_out()
    picture = Image.new("RGB", (1080, 2400), (237, 237, 237))
    draw = ImageDraw.Draw(picture)
    for number in range(100):
        face = others[number % len(others)].resize((84, 84), Image.Resampling.LANCZOS)
        picture.paste(face, (24 + number % 10 * 104, 20 + number // 10 * 104))
    for number in range(20):
        text = f"第{number + 1}位观众:我是张小鸣,请问直播间的举报处理得怎么样了?"[: 18 + number % 9]
        draw.text((40, 1090 + number * 48), text, font=font(32), fill=(24, 24, 28))
    for number, said in enumerate(("https://weixin.example/u/xm_feifei90", "https://qm.example/q?k=Abc123")):
        code = zxingcpp.create_barcode(said, zxingcpp.BarcodeFormat.QRCode)
        picture.paste(Image.fromarray(np.array(code.to_image(scale=8))).convert("RGB"), (60 + number * 420, 2080))
    return picture


_WORKER = """
import sys, time
from pathlib import Path
from gateway.reading.walk import read_file
import resource
data = Path(sys.argv[1]).read_bytes()
read_file(b"x", "warm.txt")
from gateway.images.extract.ocr_cascade import engine
engine().exact
for round in range(int(sys.argv[2]) + 1):
    from gateway.images.extract import memory
    memory.forget()
    a = time.perf_counter(); reading = read_file(data, "picture.png"); b = time.perf_counter()
    again = [0.0] * 3
    for n in range(3):
        c = time.perf_counter(); read_file(data, "picture.png"); again[n] = time.perf_counter() - c
    text = "".join(t.text for t in reading.texts)
    print(b - a, min(again), text.count("张小鸣"), sum(t.medium == "code" for t in reading.texts),
          resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, flush=True)
    input()
"""


def cost(rounds: int) -> None:
    from rapidocr import RapidOCR
    from rapidocr.utils.output import RapidOCROutput

    picture = busy_screen()
    bare = RapidOCR(params={"Global.log_level": "critical"})
    seen = np.ascontiguousarray(raster(picture)[:, :, ::-1])
    bare(seen)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "picture.png"
        picture.save(path)
        command = [sys.executable, "-c", _WORKER, str(path), str(rounds)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as worker:
            assert worker.stdin is not None
            assert worker.stdout is not None
            rows = []
            for turn in range(rounds + 1):
                ours, again, found, codes_, memory = map(float, worker.stdout.readline().split())
                started = time.perf_counter()
                result = bare(seen)
                theirs = time.perf_counter() - started
                assert isinstance(result, RapidOCROutput)
                names_ = "".join(result.txts or ()).count("张小鸣")
                worker.stdin.write("\n")
                worker.stdin.flush()
                if turn:  # the first loads models
                    rows.append((ours, theirs, again, found, names_, codes_, memory))
    ratio = statistics.median(row[0] / row[1] for row in rows)
    print(
        f"whole look at 1080 x 2400 (text, 100 avatars, 2 codes): {statistics.median(r[0] for r in rows):.2f} s, bare "
        f"RapidOCR {statistics.median(r[1] for r in rows):.2f} s: ratio {ratio:.2f} (goal 0.6)"
    )
    print(f"  name read {rows[0][3]:.0f} times (RapidOCR {rows[0][4]}), codes read {rows[0][5]:.0f} of 2")
    repeated = statistics.median(r[2] / r[0] for r in rows)
    print(f"  the same file again: {repeated:.4f} of the first (goal 0.02)")
    print(f"  peak memory of the reading process, both engines loaded: {max(r[6] for r in rows):.0f} MiB (goal 1229)")


def main() -> None:
    what = sys.argv[1] if len(sys.argv) > 1 else ""
    run: dict[str, tuple[Callable[..., None], int]] = {
        "avatars": (avatars, 4),
        "false": (false_alarms, 1000),
        "names": (names, 32),
        "cost": (cost, 5),
    }
    if what not in run:
        print(__doc__)
        raise SystemExit(2)
    given = [int(word) for word in sys.argv[2:4]]
    run[what][0](*(given or [run[what][1]]))
    print(
        f"machine: {platform.machine()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, "
        f"Python {platform.python_version()}"
    )


if __name__ == "__main__":
    main()
