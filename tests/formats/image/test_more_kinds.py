"""AVIF, icons, and kinds that are held."""

import base64
import io
import struct

import pytest
from hypothesis import given, settings
from PIL import Image

from file_tools import SECRET, damaged, read, reasons, words

# Nothing here writes HEVC: `tests/images/heif/L_10__29x100.heif` of bigcat88/pillow_heif (BSD-3-Clause).
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAWNtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAA"
    "AA5waXRtAAAAAAABAAAAImlsb2MAAAAAREAAAQABAAAAAAGHAAEAAAAAAAACZQAAACNpaW5mAAAAAAABAAAAFWluZmUCAAAAAAEA"
    "AGh2YzEAAAAA42lwcnAAAADEaXBjbwAAAHJodmNDAQQIAAAAAAAAAAAA//AA/Pz6+gAADwMgAAEAF0ABDAH//wQIAAADAJ34AAAD"
    "AAD/ugJAIQABACdCAQEECAAAAwCd+AAAAwAA/8CCBp8rZbqrprmwIAAAAwAgAAADACEiAAEABkQBwXGLEgAAABRpc3BlAAAAAAAA"
    "AEAAAABkAAAAKGNsYXAAAAAdAAAAAQAAAGQAAAAB////3QAAAAIAAAAAAAAAAgAAAA5waXhpAAAAAAEKAAAAF2lwbWEAAAAAAAAA"
    "AQABBIECgwQAAAJtbWRhdAAAAmEoAa4LZz47VmxnySx7NDMf//5AIcnwscN5McCRsE35DNDPQJfYVCES+NVol9kS+NVpEohdAD/E"
    "/T9+XXOiK7QmO5Mae7K1JoAASTw61utEEsxQkOP6yvmUQAAdBZm/Zn0F1tmK7d/ZV5NuVM7XooAMrQAADtJI3EHeuGAxKF7i2LCl"
    "gAAQ0HDGPdoT/Ua+ABjtS4s5OwA94oqLnaHFKWetmCflWUAAzUVHJGk483bEC2EI0gHrQAB0lB74EwLXZHflVeTo7GNPNT0NFr8A"
    "AD1IQVsGjyNmOVfl8yfYxcAANE+XvhWoqNsH2cdc3quXsjgDUvrY+ci9w1yFUW5pXUQAJ9seR68OaEVlUJfvO/WEQADiMj49P8E9"
    "/ebxMwEFPcfo2G2sIZEAAHGW4xkZFnX43djkGh4HDoADsJXnPIGiQNMUXHc/c2ychgCWHUv1G6tctq9pdZPu6gAUjU4c90Xbe5SP"
    "bjhW4+sYACxW+BYl3PpmwmNClWxIZvrEvGAipQAAlvRPfE1s97oJVHKm5kt7gAXipYHwVlZwAdIdDc/i1AmAASBexR9Bw4FFdgx7"
    "bfbZIAAew4gsIYWFSMPNaHl1extgAWm2+GQzM+OyNqkteSx3/4AAbeEB61RtugfMpd6Let5duCngAADgMIpTOECKhiGlVmlxKOMA"
    "DJRb9QZzv0+AxwmN6IZHbzwA0UP3c1v559DlReA//oAAw83jjPv7S6dY1Cy3A/kdwALxRu9+BK/l66RAA5+5p4wEAOOoMRL4/iFs"
    "MNMX+NWfQnIAAbhodP6BkmaYbFQoefAmPsijW9I="
)
RED = Image.new("RGB", (48, 32), (200, 30, 30))


def saved(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    RED.save(out, kind, **options)
    return out.getvalue()


def icon(*pictures: bytes) -> bytes:
    head = struct.pack("<3H", 0, 1, len(pictures))
    at = 6 + 16 * len(pictures)
    for picture in pictures:
        head += struct.pack("<4B2H2L", 48, 32, 0, 0, 1, 32, len(picture), at)
        at += len(picture)
    return head + b"".join(pictures)


def mask_bitmap() -> bytes:
    rows = saved("BMP")[54:]
    return struct.pack("<3L2H6L", 40, 48, 64, 1, 24, 0, 0, 0, 0, 0, 0) + rows + bytes(8 * 32)


EXIF = Image.Exif()
EXIF[0x013B] = SECRET.encode()


def test_who_took_a_photograph_is_in_a_field_of_names() -> None:
    for kind in ("AVIF", "JPEG", "PNG", "WEBP"):
        (named,) = (text for text in read(saved(kind, exif=EXIF.tobytes())).texts if text.names_people)
        assert SECRET in named.text.split("\n"), kind
    xmp = "<x:xmpmeta><dc:creator><rdf:Seq><rdf:li>文静</rdf:li></rdf:Seq></dc:creator></x:xmpmeta>".encode()
    (named,) = (text for text in read(saved("WEBP", xmp=xmp)).texts if text.names_people)
    assert named.text == "文静"
    windows = Image.Exif()
    windows[0x9C9D] = "文静;高兴".encode("utf-16-le") + b"\0\0"
    (named,) = (text for text in read(saved("JPEG", exif=windows.tobytes())).texts if text.names_people)
    assert named.text.split("\n") == ["文静", "高兴"]


def test_an_avif_is_looked_at_and_its_metadata_read() -> None:
    reading = read(saved("AVIF", exif=EXIF.tobytes()))
    assert [(p.width, p.height) for p in reading.pictures] == [(48, 32)]
    assert SECRET in words(reading, "metadata")
    assert reasons(reading) == []


def test_what_stands_behind_an_avif_is_read() -> None:
    box = struct.pack(">L", 8 + len(SECRET.encode())) + b"free" + SECRET.encode()
    for data in (saved("AVIF") + box, saved("AVIF") + SECRET.encode()):
        assert SECRET in words(read(data))


def test_every_picture_of_an_icon_is_looked_at() -> None:
    reading = read(icon(saved("PNG"), mask_bitmap()))
    assert [(p.width, p.height) for p in reading.pictures] == [(48, 32), (48, 32)]
    assert reasons(reading) == []


def test_what_stands_behind_an_icon_is_odd() -> None:
    reading = read(icon(saved("PNG")) + SECRET.encode())
    assert "trailing_bytes" in reasons(reading)
    assert SECRET in words(reading)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\0\0\0\x18ftypheic" + bytes(16), "heic_picture"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0heic" + bytes(16), "heic_picture"),
        (b"8BPS\0\1" + bytes(30), "unknown_picture"),
        (icon(b""), "broken_image"),
    ],
)
def test_what_is_not_read_is_held_and_its_kind_named(data: bytes, reason: str) -> None:
    assert reasons(read(data)) == [reason]


@settings(max_examples=20)
@given(damaged(icon(saved("PNG"), mask_bitmap())))
def test_damage_is_read_or_held(data: bytes) -> None:
    read(data)


def test_a_heic_is_looked_at() -> None:
    reading = read(HEIC)
    assert [(p.width, p.height) for p in reading.pictures] == [(29, 100)]
    assert reasons(reading) == []


def test_a_heic_over_the_limit_of_pixels_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.formats.image.read.MOST_PIXELS", 29 * 100 - 1)
    assert reasons(read(HEIC + struct.pack(">L4s", 8, b"free"))) == ["picture_too_large"]


def test_a_broken_heic_is_held() -> None:
    for data in (HEIC[:-300], HEIC.replace(b"hvc1", b"xxxx"), HEIC.replace(b"iinf", b"skip")):
        assert reasons(read(data)) == ["heic_picture"]


def test_a_heic_of_moving_pictures_is_held() -> None:
    assert reasons(read(HEIC + struct.pack(">L4s", 8, b"moov"))) == ["heic_picture"]


def test_what_stands_behind_a_heic_is_read() -> None:
    secret = SECRET.encode()
    assert SECRET in words(read(HEIC + struct.pack(">L4s", 8 + len(secret), b"free") + secret))
    assert SECRET in words(read(HEIC + struct.pack(">L4s", 8 + len(secret), b"sefd") + secret))
    assert "unknown_binary" in reasons(read(HEIC + struct.pack(">L4s", 2008, b"uuid") + bytes(range(250)) * 8))


@settings(max_examples=40, deadline=None)
@given(damaged(HEIC))
def test_damage_of_a_heic_is_read_or_held(data: bytes) -> None:
    read(data)
