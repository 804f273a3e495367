"""The engine loads once for all tests of this folder; slow pictures are read once."""

import pytest

from gateway.pictures.cascade import engine
from gateway.pictures.ocr import Ocr


@pytest.fixture(scope="session")
def ocr() -> Ocr:
    return engine()
