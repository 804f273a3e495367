"""The engine loads once for all tests of this folder; slow pictures are read once."""

import pytest

from gateway.images.extract.ocr import Ocr
from gateway.images.extract.ocr_cascade import engine


@pytest.fixture(scope="session")
def ocr() -> Ocr:
    return engine()
