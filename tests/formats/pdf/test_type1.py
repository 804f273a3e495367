"""Letters of a Type 1 font program that no page shows any more lose shape and name; the others keep theirs."""

import re

import pytest
from fontTools.misc.eexec import decrypt, encrypt

from gateway.formats.pdf.font_programs import LostShapes, blank_type1

CLEAR = (
    b"%!PS-AdobeFont-1.0: Own\n/FontName /Own def\n/Encoding 256 array\n0 1 255 {1 index exch /.notdef put} for\n"
    b"dup 65 /A put\ndup 66 /uni7AE0 put\ndup 67 /C put\nreadonly def\ncurrentfile eexec\n"
)
SHAPE = bytes((139, 248, 236, 13, 139, 139, 21, 248, 6, 9, 14))


def program(noise: int = 4) -> bytes:
    shapes = b""
    for name in (b".notdef", b"A", b"uni7AE0", b"C"):
        shape, _ = encrypt(bytes(noise) + SHAPE + name, 4330)
        shapes += b"/%s %d RD %s ND\n" % (name, len(shape), shape)
    private = b"dup /Private 8 dict dup begin /lenIV %d def\n" % noise
    secret, _ = encrypt(bytes(4) + private + b"2 index /CharStrings 4 dict dup begin\n" + shapes + b"end", 55665)
    return CLEAR + bytes(secret) + b"\n" + b"0" * 64 + b"\ncleartomark\n"


def opened(data: bytes) -> tuple[bytes, dict[bytes, bytes]]:
    at = data.index(b"eexec\n") + 6
    plain, _ = decrypt(data[at:].partition(b"cleartomark")[0], 55665)
    shapes = {}
    for found in re.finditer(rb"/(\S+) (\d+) RD ", plain):
        shape, _ = decrypt(plain[found.end() : found.end() + int(found[2])], 4330)
        shapes[found[1]] = shape
    return data[:at], shapes


@pytest.mark.parametrize("noise", [4, 0])
@pytest.mark.parametrize(("codes", "names"), [({66}, set()), (set(), {"uni7AE0"})])
def test_a_letter_loses_its_shape_and_name(noise: int, codes: set[int], names: set[str]) -> None:
    before = opened(program(noise))[1]
    clear, shapes = opened(blank_type1(program(noise), LostShapes(set(), codes, names, set(), set())))
    assert b"uni7AE0" not in clear
    assert b"uni7AE0" not in shapes
    assert {name: shapes[name] for name in (b"A", b"C", b".notdef")} == {
        name: before[name] for name in (b"A", b"C", b".notdef")
    }
    assert len(shapes) == 4
    assert sum(SHAPE in shape for shape in shapes.values()) == 3


def test_a_code_that_is_still_shown_keeps_its_shape() -> None:
    clear, shapes = opened(blank_type1(program(), LostShapes(set(), {66}, set(), {66}, set())))
    assert b"uni7AE0" in clear
    assert b"uni7AE0" in shapes


@pytest.mark.parametrize("data", [b"", b"no font", b"\x80\x01", CLEAR + b"80" * 40])
def test_what_is_no_such_program_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="font"):
        blank_type1(data, LostShapes(set(), {66}, set(), set(), set()))
