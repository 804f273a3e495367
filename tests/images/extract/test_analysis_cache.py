"""What was seen once is not looked at again; what is remembered is bounded and sealed; a message's time has an end."""

import io
import time
from collections.abc import Iterator

import pytest
from PIL import Image

from gateway.demo.drawing import avatar, png
from gateway.formats import Source
from gateway.formats.image import FORMAT
from gateway.images.extract import analyse, analysis_cache, skimming
from gateway.images.extract.analysis_cache import Seen
from gateway.images.extract.ocr import OcrLine
from gateway.images.extract.raster import Raster
from gateway.model import Box, Location, Patch, PictureFragment, TextFragment, Unreadable, steps
from gateway.reading.walk import read_file
from gateway.reading.walker import ReadingLimits

HERE = Location("2", (steps.file("a.zip"), steps.file("图.png")))


class Counting:
    """Reads one line, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def lines(self, raster: Raster) -> list[OcrLine]:
        self.asked += 1
        return [OcrLine("我是张小鸣", Box(5, 5, 200, 40), 0.99)]


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    eyes = Counting()
    monkeypatch.setattr(analyse, "engine", lambda: eyes)
    analysis_cache.forget()
    yield eyes
    analysis_cache.forget()


def test_a_file_is_read_once_and_told_again_where_it_stands_now(counting: Counting) -> None:
    data = png(avatar(1, 1200))
    first = list(FORMAT.read(Source(data, HERE)))
    asked = counting.asked
    assert asked
    other = Location("7", (steps.file("信.docx"), steps.package_part("image1.png")))
    second = list(FORMAT.read(Source(data, other)))
    assert counting.asked == asked
    assert {piece.where for piece in second} == {other}
    assert [type(piece) for piece in first] == [type(piece) for piece in second]
    assert [p.text for p in first if isinstance(p, TextFragment)] == [
        p.text for p in second if isinstance(p, TextFragment)
    ]


def test_the_same_pixels_in_another_file_are_looked_at_once(counting: Counting) -> None:
    picture = avatar(2, 1200)
    other = io.BytesIO()
    picture.save(other, "BMP")
    list(FORMAT.read(Source(png(picture), HERE)))
    asked = counting.asked
    list(FORMAT.read(Source(other.getvalue(), HERE)))
    assert counting.asked == asked


def test_frames_keep_their_places_when_told_again(counting: Counting) -> None:
    out = io.BytesIO()
    avatar(1, 90).save(out, "GIF", save_all=True, append_images=[avatar(2, 90), avatar(3, 90)])
    first, second = (list(FORMAT.read(Source(out.getvalue(), HERE))) for _ in range(2))
    assert [piece.where for piece in first] == [piece.where for piece in second]
    assert len({piece.where for piece in first if isinstance(piece, PictureFragment)}) == 3


def seen(size: int) -> Seen:
    text = TextFragment(HERE, "picture", "张小鸣")
    return Seen(1, (Patch(Box(0, 0, 30, 30), b"x" * size),), (text,), False)


def test_memory_is_bounded_and_gives_up_the_oldest() -> None:
    store = analysis_cache._Memory(10_000)
    for number in range(40):
        store.put(bytes([number]) * 32, b"y" * 1000)
    assert sum(map(len, store._kept.values())) <= 10_000
    assert store.get(b"\x00" * 32) is None
    assert store.get(bytes([39]) * 32) == b"y" * 1000
    store.put(b"z" * 32, b"y" * 5000)
    assert store.get(b"z" * 32) is None, "one thing may not push out all others"


def test_nothing_is_remembered_in_clear() -> None:
    analysis_cache.forget()
    analysis_cache.keep(b"m" * 32, seen(900))
    (kept,) = analysis_cache._memory._kept.values()
    assert "张小鸣".encode() not in kept
    assert b"x" * 20 not in kept
    assert analysis_cache.recalled(b"m" * 32) == seen(900)
    analysis_cache.forget()


def test_after_its_time_a_message_s_pictures_are_known_and_not_read(counting: Counting) -> None:
    reading = read_file(png(avatar(4, 600)), "图.png", ReadingLimits(picture_seconds=-1))
    assert counting.asked == 0
    assert [unread.reason for unread in reading.unreadable] == ["picture_time"]
    assert [type(picture) for picture in reading.pictures] == [PictureFragment]
    assert Unreadable(reading.pictures[0].where, "picture_time") in reading.unreadable
    again = read_file(png(avatar(4, 600)), "图.png")
    assert not again.unreadable, "what was not read for want of time is not remembered as unreadable"
    assert not analysis_cache.late()
    with analysis_cache.message(0.0):
        burn(0.01)
        assert analysis_cache.late()
    assert not analysis_cache.late(), "what is read outside a message has nothing of the last one's limit"


def burn(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


def test_time_for_pictures_is_work_and_not_the_clock() -> None:
    with analysis_cache.message(0.05):
        time.sleep(0.1)  # others have the processor
        assert not analysis_cache.late()
        analysis_cache.charge(0.04)
        assert not analysis_cache.late()
        analysis_cache.charge(0.04)
        with pytest.raises(analysis_cache.PictureTimeSpent):
            analysis_cache.check()


def test_a_picture_that_takes_more_than_is_left_is_said_to_be_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    class Slow:
        def lines(self, raster: object) -> list[object]:
            burn(0.1)
            return []

    monkeypatch.setattr(analyse, "engine", Slow)
    tall = Image.open(io.BytesIO(png(avatar(5, 900)))).resize((900, 9000))
    began = time.process_time()
    reading = read_file(png(tall), "长图.png", ReadingLimits(picture_seconds=0.5))
    assert [unread.reason for unread in reading.unreadable] == ["picture_time"]
    assert len(reading.pictures) == 1
    assert time.process_time() - began < 5


def test_a_spacer_costs_no_time_and_is_not_said_to_be_unread(counting: Counting) -> None:
    small = Image.new("RGB", (1, 1), "white")
    reading = read_file(png(small), "1.png", ReadingLimits(picture_seconds=-1))
    assert not reading.unreadable


def test_what_was_skimmed_is_read_when_it_is_to_be_read(counting: Counting) -> None:
    data = png(avatar(4, 1200))
    with skimming():
        skimmed = list(FORMAT.read(Source(data, HERE)))
    assert counting.asked == 0
    assert not [piece for piece in skimmed if isinstance(piece, TextFragment)]
    read = list(FORMAT.read(Source(data, HERE)))
    assert [piece.text for piece in read if isinstance(piece, TextFragment)]
