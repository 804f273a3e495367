"""What reading costs, by kind and size, beside the bare library that reads the kind; in one run, interleaved.

    .venv/bin/python bench/reading.py [ROUNDS]

Ours is the whole way: bytes over a pipe into a jailed reader, every place of the file read, the answer checked. Theirs
is the usual loop of the library over what a person sees, in the same process, no jail. Printed: the median of each in
milliseconds, the median of the ratios round by round (ours to theirs) with the middle 80 %, the memory that the file
took at its peak beyond what was there before, ours and theirs, and the machine. Files are made here, from fixed words.
"""

import contextlib
import email
import gc
import io
import os
import platform
import random
import statistics
import sys
import threading
import time
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import partial
from pathlib import Path

import docx
import libarchive
import mailparser
import openpyxl
import pikepdf
import pptx
import pypdfium2
from PIL import Image

from gateway.sandbox.pool import ReaderPool

WORDS = "您好我们收到了关于贵直播间的反馈请您核实以下情况并在三个工作日内回复平台将依据规则处理感谢配合".strip()
Theirs = Callable[[bytes], object]


def line(number: int) -> str:
    chosen = random.Random(number)
    return "".join(chosen.choices(WORDS, k=40)) + f" {number}"


def mail(size: int, attachment: int = 0) -> bytes:
    message = EmailMessage()
    message["From"], message["To"] = "staff@platform.example", "xinger@streamers.example"
    message["Subject"] = "关于直播内容的核实"
    body = "\n".join(line(n) for n in range(max(1, size // 170)))
    message.set_content(body)
    if attachment:
        data = random.Random(1).randbytes(attachment)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("data.txt", data.hex()[:attachment])
        message.add_attachment(packed.getvalue(), maintype="application", subtype="zip", filename="材料.zip")
    return message.as_bytes()


def stdlib(data: bytes) -> object:
    return [part.get_payload(decode=True) for part in email.message_from_bytes(data).walk()]


def mail_parser(data: bytes) -> object:
    parsed = mailparser.parse_from_bytes(data)
    return parsed.text_plain, parsed.subject, parsed.attachments


def document(paragraphs: int) -> bytes:
    made, out = docx.Document(), io.BytesIO()
    for number in range(paragraphs):
        made.add_paragraph(line(number))
    made.save(out)
    return out.getvalue()


def python_docx(data: bytes) -> object:
    read = docx.Document(io.BytesIO(data))
    cells = [cell.text for table in read.tables for row in table.rows for cell in row.cells]
    return [paragraph.text for paragraph in read.paragraphs], cells


def workbook(rows: int) -> bytes:
    made, out = openpyxl.Workbook(), io.BytesIO()
    for number in range(rows):
        made.active.append([line(number), number, line(number + 1)])
    made.save(out)
    return out.getvalue()


def open_pyxl(data: bytes) -> object:
    read = openpyxl.load_workbook(io.BytesIO(data))
    return [[cell.value for cell in row] for sheet in read for row in sheet.iter_rows()]


def presentation(slides: int) -> bytes:
    made, out = pptx.Presentation(), io.BytesIO()
    for number in range(slides):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text, slide.placeholders[1].text = line(number), line(number + 1)
    made.save(out)
    return out.getvalue()


def python_pptx(data: bytes) -> object:
    read = pptx.Presentation(io.BytesIO(data))
    return [shape.text_frame.text for slide in read.slides for shape in slide.shapes if shape.has_text_frame]


def pdf(pages: int) -> bytes:
    made, out = pikepdf.new(), io.BytesIO()
    font = made.make_indirect(
        pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
    )
    for number in range(pages):
        page = made.add_blank_page(page_size=(595, 842))
        text = b"BT /F 10 Tf 14 TL 50 800 Td " + b"".join(
            b"(We got a report about your room, line %d) Tj T* " % n for n in range(40)
        )
        page.Contents = made.make_stream(text + b"(page %d) Tj ET" % number)
        page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F=font))
    made.save(out)
    return out.getvalue()


def pdfium(data: bytes) -> object:
    with pypdfium2.PdfDocument(data) as read:
        return [page.get_textpage().get_text_range() for page in read]


def archive(members: int) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for number in range(members):
            file.writestr(f"{number}.txt", line(number) * 20)
    return out.getvalue()


def zip_file(data: bytes) -> object:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return [file.read(name) for name in file.namelist()]


def seven_zip(members: int) -> bytes:
    out = io.BytesIO()
    with libarchive.custom_writer(out.write, "7zip") as file:
        for number in range(members):
            body = (line(number) * 20).encode()
            file.add_file_from_memory(f"{number}.txt", len(body), body)
    return out.getvalue()


def lib_archive(data: bytes) -> object:
    with libarchive.memory_reader(data) as file:
        return [b"".join(entry.get_blocks()) for entry in file]


def photograph(width: int) -> bytes:
    noise = Image.frombytes("L", (width // 8, width // 16), random.Random(2).randbytes(width // 8 * (width // 16)))
    out = io.BytesIO()
    noise.resize((width, width // 2)).convert("RGB").save(out, "JPEG", quality=85)
    return out.getvalue()


def pillow(data: bytes) -> object:
    return Image.open(io.BytesIO(data)).convert("RGB").tobytes()


CASES: tuple[tuple[str, bytes, str, Theirs], ...] = (
    ("mail, 10 KB of text", mail(10_000), "stdlib email", stdlib),
    ("mail, 10 KB of text", mail(10_000), "mail-parser", mail_parser),
    ("mail, 100 KB of text", mail(100_000), "stdlib email", stdlib),
    ("mail, 1 MB attached", mail(2_000, 1_000_000), "stdlib email", stdlib),
    ("mail, 1 MB attached", mail(2_000, 1_000_000), "mail-parser", mail_parser),
    ("mail, 10 MB attached", mail(2_000, 10_000_000), "stdlib email", stdlib),
    ("docx, 20 paragraphs", document(20), "python-docx", python_docx),
    ("docx, 2,000 paragraphs", document(2000), "python-docx", python_docx),
    ("xlsx, 100 rows", workbook(100), "openpyxl", open_pyxl),
    ("xlsx, 5,000 rows", workbook(5000), "openpyxl", open_pyxl),
    ("pptx, 5 slides", presentation(5), "python-pptx", python_pptx),
    ("pptx, 100 slides", presentation(100), "python-pptx", python_pptx),
    ("pdf, 5 pages", pdf(5), "pypdfium2", pdfium),
    ("pdf, 100 pages", pdf(100), "pypdfium2", pdfium),
    ("zip, 20 texts", archive(20), "zipfile", zip_file),
    ("zip, 400 texts", archive(400), "zipfile", zip_file),
    ("7z, 20 texts", seven_zip(20), "libarchive", lib_archive),
    ("7z, 400 texts", seven_zip(400), "libarchive", lib_archive),
    ("jpeg, 800 wide, no text", photograph(800), "Pillow", pillow),
)


def timed(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def next_reader(pool: ReaderPool) -> int:
    """The process that the next job goes to."""
    while True:
        time.sleep(0.2)  # the one of the job before is buried by then
        if len(pids := pool.pids()) == 1 and not pool.busy():
            return pids[0]


class Peak:
    """Kilobytes that a process has at most beyond what it has now, looked at until it ends: a reader has one job."""

    def __init__(self, pid: int) -> None:
        self._pid, self._before = pid, high_water(pid)
        self._most = self._before
        self._thread = threading.Thread(target=self._look)
        self._thread.start()

    def _look(self) -> None:
        with contextlib.suppress(OSError, StopIteration):
            while True:
                self._most = high_water(self._pid)
                time.sleep(0.002)

    def kilobytes(self) -> int:
        """Once it has ended."""
        self._thread.join()
        return self._most - self._before


def high_water(pid: int | str) -> int:
    with open(f"/proc/{pid}/status") as status:
        return next(int(row.split()[1]) for row in status if row.startswith("VmHWM"))


def forget(pid: int | str) -> int:
    """Kilobytes now in memory, from which the peak counts on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return high_water(pid)


def memory_of(theirs: Theirs, data: bytes) -> float:
    """Megabytes at the peak, in a child that does nothing else."""
    incoming, outgoing = os.pipe()
    if (child := os.fork()) == 0:
        gc.collect()
        before = forget("self")
        kept = theirs(data)
        os.write(outgoing, str(high_water("self") - before).encode())
        os._exit(0 if kept is not None else 1)
    os.waitpid(child, 0)
    taken = int(os.read(incoming, 100)) / 1024
    os.close(incoming)
    os.close(outgoing)
    return taken


def main() -> None:
    """A row a case."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 11
    print(f"{'what':<26}{'bytes':>10}  {'ours ms':>8} {'theirs':>9}  ratio (middle 80 %)      MB ours theirs")
    for what, data, peer, theirs in CASES:
        pool = ReaderPool(1, seconds=300.0)

        def ours(data: bytes = data, what: str = what, pool: ReaderPool = pool) -> object:
            return pool.read_mail(data) if what.startswith("mail") else pool.read_file(data, "a")

        ours()
        theirs(data)
        peak = Peak(next_reader(pool))
        ours()  # apart from the rounds
        taken = peak.kilobytes() / 1024
        pairs = [(timed(ours), timed(partial(theirs, data))) for _ in range(rounds)]
        ratios = sorted(one / other for one, other in pairs)
        cut = max(0, rounds // 10)
        mine, other = (statistics.median(side) * 1000 for side in zip(*pairs, strict=True))
        print(
            f"{what:<26}{len(data):>10,}  {mine:>8.1f} {other:>9.2f}  {statistics.median(ratios):>6.1f} "
            f"({ratios[cut]:.1f} to {ratios[-1 - cut]:.1f})".ljust(84)
            + f"{taken:>7.0f} {memory_of(theirs, data):>6.0f}  {peer}",
            flush=True,
        )
        pool.close()
    print(f"{rounds} rounds; {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
