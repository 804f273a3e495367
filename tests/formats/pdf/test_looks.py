"""What ordinary documents draw costs few looks, and what a stranger draws costs little time and memory."""

import zlib
from typing import Any

import numpy as np
import pytest
from pikepdf import Dictionary, Name, Pdf

from gateway.formats import Source
from gateway.formats.pdf import FORMAT
from gateway.model import Location, Unreadable
from pdf_files import document, saved, written

ENOUGH = written(["This page has enough words of its own that nobody needs to draw it for a look."])


def held(data: bytes) -> list[str]:
    pieces = FORMAT.read(Source(data, Location("2")))
    return [piece.reason for piece in pieces if isinstance(piece, Unreadable)]


def image(pdf: Pdf, pixels: Any, **more: Any) -> Any:
    height, width = pixels.shape[:2]
    return pdf.make_stream(
        zlib.compress(np.ascontiguousarray(pixels).tobytes()), Type=Name.XObject, Subtype=Name.Image, Width=width,
        Height=height, BitsPerComponent=8, Filter=Name.FlateDecode,
        ColorSpace=Name.DeviceGray if pixels.ndim == 2 else Name.DeviceRGB, **more,
    )  # fmt: skip


@pytest.mark.parametrize("size", [(0, 0), (0, 40), (40, 0)])
def test_a_picture_of_no_size_stops_nothing(size: tuple[int, int]) -> None:
    pdf = document(ENOUGH)
    odd = image(pdf, np.zeros((1, 1), np.uint8), SMask=image(pdf, np.zeros((1, 1), np.uint8)))
    odd.Width, odd.Height = size
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=odd)
    pdf.pages[0].obj.Contents = pdf.make_stream(ENOUGH + b" q 9 0 0 9 60 300 cm /Im Do Q")
    assert set(held(saved(pdf))) <= {"unknown_picture"}
