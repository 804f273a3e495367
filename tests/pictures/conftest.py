"""The engine loads once for all tests of this folder; slow pictures are read once."""

import pytest

from gateway.pictures.ocr import Ocr, engine


@pytest.fixture(scope="session")
def ocr() -> Ocr:
    return engine()
