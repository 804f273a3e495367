"""Draws pages with headless Chromium, and asks it where the faces and the words stand."""

import shutil
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image
from selenium import webdriver

from scenes.pages import Page

_WHERE = """
const faces = [...document.querySelectorAll('img.face')].map(f => {
  const r = f.getBoundingClientRect(); return [f.src.length + ':' + f.src.slice(-60), r.x, r.y, r.width, r.height]});
const words = [...document.querySelectorAll('.say')].map(s => {
  const r = s.getBoundingClientRect(); return [s.textContent, r.x, r.y, r.width, r.height]});
return [faces, words];
"""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands in a box of device pixels: a key of a face (see `key`), or words."""

    what: str
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Shot:
    """A page as it was drawn. Places that stick out of the window are left out."""

    picture: Image.Image
    faces: tuple[Place, ...]
    words: tuple[Place, ...]


def key(face: str) -> str:
    """What a data URI is called in `Place.what`."""
    return f"{len(face)}:{face[-60:]}"


class Browser:
    def __init__(self, driver: webdriver.Chrome, folder: Path) -> None:
        self._driver, self._folder = driver, folder

    def shoot(self, page: Page) -> Shot:
        path = self._folder / "page.html"
        path.write_text(page.html, encoding="utf-8")
        metrics = {"width": page.width, "height": page.height, "deviceScaleFactor": page.ratio, "mobile": False}
        self._driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        self._driver.get(path.as_uri())
        self._driver.execute_script("return document.fonts.ready.then(() => 1)")
        faces, words = self._driver.execute_script(_WHERE)
        png = self._driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png", "optimizeForSpeed": True})
        picture = Image.open(BytesIO(b64decode(png["data"]))).convert("RGB")
        return Shot(picture, _inside(faces, page), _inside(words, page))


def _inside(found: list[list[Any]], page: Page) -> tuple[Place, ...]:
    places = []
    for what, x, y, width, height in found:
        if x >= 0 and y >= 0 and x + width <= page.width and y + height <= page.height and width > 0:
            places.append(Place(what, *(value * page.ratio for value in (x, y, width, height))))
    return tuple(places)


@contextmanager
def browser() -> Iterator[Browser]:
    options = webdriver.ChromeOptions()
    for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--force-color-profile=srgb"):
        options.add_argument(word)
    options.add_argument("--allow-file-access-from-files")
    program = shutil.which("chromedriver")
    assert program is not None, "chromedriver is not installed; `make test` installs it from Debian"
    driver = webdriver.Chrome(options=options, service=webdriver.ChromeService(program))
    try:
        with tempfile.TemporaryDirectory() as folder:
            yield Browser(driver, Path(folder))
    finally:
        driver.quit()
