"""What befalls material on its way to somebody: other programs, other formats, a printer and a scanner, a crop.

LibreOffice does the conversions, many files in one start, with the font of the demo: without a Chinese one it prints
boxes. Everything else is drawn by the seed.
"""

import os
import random
import subprocess
import tempfile
import zipfile
from collections.abc import Mapping, Sequence
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from openpyxl import Workbook
from PIL import Image

from gateway.demo.drawing import font


def converted(files: Mapping[str, bytes], kind: str) -> dict[str, bytes]:
    """Each file in another format (`pdf`, `docx`, `rtf`, `doc`, `html`, `txt:Text (encoded):UTF8`), by its old name."""
    ending = kind.partition(":")[0]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        source.mkdir()
        for name, data in files.items():
            (source / name).write_bytes(data)
        command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to", kind]
        paths = [str(source / name) for name in files]
        fonts = Path(folder, "fonts.conf")
        own = f"<dir>{Path(str(font(10).path)).parent}</dir><cachedir>{folder}/cache</cachedir>"
        fonts.write_text(f"<fontconfig><include>/etc/fonts/fonts.conf</include>{own}</fontconfig>", encoding="utf-8")
        environ = {**os.environ, "FONTCONFIG_FILE": str(fonts)}
        command += ["--outdir", str(target), *paths]
        subprocess.run(command, check=True, capture_output=True, timeout=900, env=environ)
        return {name: (target / f"{Path(name).stem}.{ending}").read_bytes() for name in files}


def table(rows: Sequence[Sequence[str]]) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def zipped(files: Mapping[str, bytes]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in files.items():
            package.writestr(name, data)
    return out.getvalue()


def page_of(pdf: bytes, number: int, resolution: int = 150) -> Image.Image:
    """One page as a picture, at so many pixels an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture: Image.Image = document[number].render(scale=resolution / 72).to_pil()
        return picture.convert("RGB")
    finally:
        document.close()


def one_page(pdf: bytes, number: int) -> bytes:
    document, alone = pypdfium2.PdfDocument(pdf), pypdfium2.PdfDocument.new()
    alone.import_pages(document, [number])
    out = BytesIO()
    alone.save(out)
    return out.getvalue()


def scanned(page: Image.Image, seed: int) -> Image.Image:
    """Printed and scanned: laid on the glass not quite straight, uneven light, blur, noise, specks, JPEG."""
    dice = np.random.default_rng(seed)
    values: np.ndarray[tuple[int, ...], np.dtype[np.integer | np.floating]] = np.asarray(page.convert("L"), np.float32)
    height, width = values.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), float(dice.uniform(-1.6, 1.6)), 1)
    values = cv2.warpAffine(values, turn, (width, height), borderValue=250)
    values = cv2.GaussianBlur(values, (0, 0), float(dice.uniform(0.5, 1.0)))
    shade = np.linspace(1, float(dice.uniform(0.82, 1)), width)[None, :]
    values = (values * 0.86 + 24) * shade + dice.normal(0, 7, values.shape)
    for y, x in zip(dice.integers(0, height, 120), dice.integers(0, width, 120), strict=True):
        values[y : y + 2, x : x + 2] = 60
    return packed(Image.fromarray(np.clip(values, 0, 255).astype(np.uint8)), "JPEG", 60)[1]


def packed(picture: Image.Image, kind: str, quality: int = 85) -> tuple[bytes, Image.Image]:
    """The file, and what it shows."""
    out = BytesIO()
    picture.convert("RGB").save(out, kind, quality=quality)
    return out.getvalue(), Image.open(BytesIO(out.getvalue())).convert("RGB")


def crop(picture: Image.Image, dice: random.Random, least: float = 0.3, most: float = 0.6) -> Image.Image:
    """A rectangle of so much of the area, anywhere, of any shape that fits."""
    share = dice.uniform(least, most)
    wide = min(1.0, max(share, share**0.5 * 2 ** dice.uniform(-0.6, 0.6)))
    width, height = int(picture.width * wide), int(picture.height * share / wide)
    left, top = dice.randint(0, picture.width - width), dice.randint(0, picture.height - height)
    return picture.crop((left, top, left + width, top + height))


def mail(text: str, *files: tuple[str, bytes], attached: bytes = b"", subject: str = "请核实") -> bytes:
    """As staff would send it."""
    message = EmailMessage()
    message["From"], message["To"] = "kefu07@platform.example", "someone@out.example"
    message["Subject"], message["Date"] = subject, "Fri, 18 Sep 2026 10:00:00 +0800"
    message["Message-ID"] = f"<{random.Random(text).getrandbits(64):x}@platform.example>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    if attached:
        from email import message_from_bytes, policy

        message.add_attachment(message_from_bytes(attached, policy=policy.default))
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))
