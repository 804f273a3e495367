"""Files that stand in bytes of no known structure."""

import gzip
import io
import random
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from gateway.containers.carving import MOST, carved


def picture(kind: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(out, kind)
    return out.getvalue()


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "举报人张小鸣")
    return out.getvalue()


TEXT = "举报人张小鸣。".encode() * 9
FILES = {kind: picture(kind) for kind in ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF", "AVIF")}
FILES |= {"zip": zipped(), "gzip": gzip.compress(TEXT), "zlib": zlib.compress(TEXT), "pdf": b"%PDF-1.7\n" + TEXT}


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(FILES)), before=st.binary(max_size=300), after=st.binary(max_size=50))
def test_a_file_in_a_block_is_found_wherever_it_stands(kind: str, before: bytes, after: bytes) -> None:
    data = before + FILES[kind] + after
    assert len(before) in carved(data) or len(list(carved(data))) == MOST


@pytest.mark.parametrize("seed", range(4))
def test_noise_is_no_file(seed: int) -> None:
    assert list(carved(random.Random(seed).randbytes(256 * 1024))) == []


def test_a_block_of_nothing_but_headers_ends() -> None:
    assert len(list(carved(b"\x78\x9c" * 500_000))) <= MOST
    assert len(list(carved(b"%PDF-" * 100_000))) == MOST
