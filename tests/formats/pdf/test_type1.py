"""Letters of a Type 1 font program that no page shows any more lose shape and name; the others keep theirs."""

import re

import pytest
from fontTools.misc.eexec import decrypt, encrypt

from gateway.formats.pdf.lost_shapes import LostShapes
from gateway.formats.pdf.type1_programs import blank_type1

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
@pytest.mark.parametrize("coded", [(66, ""), (7, "uni7AE0"), (7, "u7AE0")])
def test_a_letter_goes_with_its_shape_and_name(noise: int, coded: tuple[int, str]) -> None:
    before = opened(program(noise))[1]
    clear, shapes = opened(blank_type1(program(noise), LostShapes(coded={coded}, shown={coded})))
    assert b"uni7AE0" not in clear
    assert shapes == {name: before[name] for name in (b"A", b"C", b".notdef")}


def test_a_code_that_is_still_shown_keeps_its_shape() -> None:
    clear, shapes = opened(blank_type1(program(), LostShapes(coded={(66, "")}, kept={(66, "")})))
    assert b"uni7AE0" in clear
    assert b"uni7AE0" in shapes


def test_a_code_that_only_the_standard_explains_loses_its_shape() -> None:
    standard = re.sub(rb"/Encoding 256.*readonly def", b"/Encoding StandardEncoding def", program(), flags=re.DOTALL)
    assert set(opened(blank_type1(standard, LostShapes(coded={(67, "")})))[1]) == {b".notdef", b"A", b"uni7AE0"}


def test_a_letter_that_was_shown_and_is_not_found_is_refused() -> None:
    lost = LostShapes(coded={(68, "")}, shown={(68, "")})
    with pytest.raises(ValueError, match="not found"):
        blank_type1(program(), lost)
    assert blank_type1(program(), LostShapes(coded={(68, "")})) == program()
    assert blank_type1(program(), LostShapes(coded={(32, "")}, shown={(32, "")})) == program()  # a blank


def put(number: int) -> bytes:
    return bytes((number + 139,))


def test_what_other_letters_are_made_of_stays_and_routines_that_nothing_calls_go() -> None:
    """An Acircumflex is made of A and circumflex (its code is 195); a routine draws C alone, another C and A."""
    seac = put(0) * 4 + bytes((65 + 139, 247, 195 - 108, 12, 6))
    bodies = {
        b".notdef": SHAPE,
        b"A": SHAPE[:-1] + put(5) + bytes((10, 14)),
        b"C": put(4) + bytes((10,)) + put(5) + bytes((10, 14)),
        b"Acircumflex": seac,
        b"circumflex": SHAPE + b"c",
    }
    routine = SHAPE[:-1] + bytes((11,))
    made = put_together([b"\x0b"] * 4 + [routine + b"own", routine + b"shared", b"\x0bnever"], bodies)
    clear, shapes = opened(blank_type1(made, LostShapes(coded={(65, ""), (67, "")}, shown={(65, ""), (67, "")})))
    assert set(shapes) == {b".notdef", b"A", b"Acircumflex", b"circumflex"}
    assert b"/A put" not in clear
    kept = routines(blank_type1(made, LostShapes(coded={(65, ""), (67, "")})))
    assert kept == [b"\x0b"] * 5 + [routine + b"shared", b"\x0b"]
    assert routines(blank_type1(made, LostShapes(coded={(66, "A")}, kept={(66, "A")}))) == routines(made)


def put_together(subrs: list[bytes], bodies: dict[bytes, bytes]) -> bytes:
    plain = b"dup /Private 8 dict dup begin\n/Subrs %d array\n" % len(subrs)
    for number, body in enumerate(subrs):
        sealed, _ = encrypt(bytes(4) + body, 4330)
        plain += b"dup %d %d RD %s NP\n" % (number, len(sealed), sealed)
    plain += b"2 index /CharStrings %d dict dup begin\n" % len(bodies)
    for name, body in bodies.items():
        sealed, _ = encrypt(bytes(4) + body, 4330)
        plain += b"/%s %d RD %s ND\n" % (name, len(sealed), sealed)
    return CLEAR + bytes(encrypt(bytes(4) + plain + b"end", 55665)[0]) + b"\ncleartomark\n"


def routines(data: bytes) -> list[bytes]:
    plain, _ = decrypt(data[data.index(b"eexec\n") + 6 :].partition(b"\ncleartomark")[0], 55665)
    found = re.finditer(rb"dup \d+ (\d+) RD ", plain)
    return [bytes(decrypt(plain[one.end() : one.end() + int(one[1])], 4330)[0][4:]) for one in found]


def test_routines_that_call_each_other_without_end_are_refused() -> None:
    round_and_round = put_together([put(0) + b"\x0a"], {b".notdef": SHAPE, b"A": put(0) + b"\x0a", b"C": SHAPE})
    many = [put(number + 1) + b"\x0a" + put(number + 1) + b"\x0a" for number in range(9)] + [SHAPE * 90000]
    for made in (round_and_round, put_together(many, {b"A": put(0) + b"\x0a", b"C": SHAPE})):
        with pytest.raises(ValueError, match="followed"):
            blank_type1(made, LostShapes(coded={(67, "")}))


@pytest.mark.parametrize("data", [b"", b"no font", b"\x80\x01", CLEAR + b"80" * 40])
def test_what_is_no_such_program_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="font"):
        blank_type1(data, LostShapes(coded={(66, "")}))
