"""What the recipient can open with a password that stands in the mail is read; what nobody can open stays shut.

The archives are made by 7-Zip and Info-ZIP, PDFs by QPDF, Office files by a library of others.
"""

import shutil
import struct
import subprocess
import time
import zlib
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

import msoffcrypto
import openpyxl
import pikepdf
import pytest
import pyzipper

from file_tools import SECRET, reasons, words
from gateway.model import Reading
from gateway.reading.walk import read_mail

pytestmark = pytest.mark.slow

SEVEN = shutil.which("7zz") or shutil.which("7z") or "7zz"


def archive(
    folder: Path, password: str, *options: str, name: str = "信.txt", content: bytes = SECRET.encode()
) -> bytes:
    """Made by 7-Zip."""
    (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    ending = "zip" if "-tzip" in options else "7z"
    made = folder / f"made.{ending}"
    made.unlink(missing_ok=True)
    subprocess.run(
        [SEVEN, "a", f"-p{password}", *options, str(made), name], cwd=folder, check=True, capture_output=True
    )
    return made.read_bytes()


def info_zip(folder: Path, password: str) -> bytes:
    (folder / "信.txt").write_bytes(SECRET.encode())
    subprocess.run(["zip", "-q", "-P", password, "made.zip", "信.txt"], cwd=folder, check=True)
    return (folder / "made.zip").read_bytes()


def document(password: str) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = SECRET
    made = BytesIO()
    pdf.save(made, encryption=pikepdf.Encryption(user=password, owner="another", R=6))
    return made.getvalue()


def sheet(password: str) -> bytes:
    book, plain, made = openpyxl.Workbook(), BytesIO(), BytesIO()
    book.active["A1"] = SECRET
    book.save(plain)
    msoffcrypto.OfficeFile(plain).encrypt(password, made)
    return made.getvalue()


def with_file(data: bytes, text: str, name: str = "材料.bin", subject: str = "材料") -> Reading:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "a@platform.example", "b@streamers.example", subject
    message.set_content(text)
    message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return read_mail(message.as_bytes())


def opened(reading: Reading) -> bool:
    return SECRET in words(reading) and reasons(reading) == []


@pytest.mark.parametrize("options", [("-mhe=on",), (), ("-tzip", "-mem=AES256"), ("-tzip", "-mem=ZipCrypto")])
def test_archives_of_7_zip_are_opened(tmp_path: Path, options: tuple[str, ...]) -> None:
    data = archive(tmp_path, "Ab12#x", *options)
    assert opened(with_file(data, "您好，附件的解压密码：Ab12#x。请查收"))
    shut = with_file(data, "您好，附件的解压密码另行告知。请查收")
    assert SECRET not in words(shut)
    assert set(reasons(shut)) <= {"encrypted_zip", "encrypted_archive"}
    assert reasons(shut)


def test_archives_of_info_zip_are_opened(tmp_path: Path) -> None:
    assert opened(with_file(info_zip(tmp_path, "20200918"), "密码为案件日期20200918"))


@pytest.mark.parametrize("make", [document, sheet])
def test_documents_are_opened(make: type) -> None:
    assert opened(with_file(make("Qwe-9900"), "The password is Qwe-9900."))
    assert reasons(with_file(make("Qwe-9900"), "The password follows.")) in (["encrypted_pdf"], ["encrypted_office"])


def test_what_excel_opens_without_asking_is_opened() -> None:
    assert opened(with_file(sheet("VelvetSweatshop"), "请查收"))


@pytest.mark.parametrize(
    ("password", "text", "name", "subject"),
    [
        ("x9y8z7", "请查收", "a.pdf", "对账单（密码 x9y8z7）"),
        ("结算单2026", "打开密码是文件名", "结算单2026.pdf", "材料"),
        ("结算单2026", "密码为“结算单2026”，请勿外传", "a.pdf", "材料"),
        ("345678", "密码是您手机 139-1234-5678 的后六位", "a.pdf", "材料"),
        ("5678", "Password: last four digits of +86 139 1234 5678", "a.pdf", "材料"),
        ("S3cret!", "您好\n\n附件打开密码见下行\n\n  S3cret!\n\n谢谢", "a.pdf", "材料"),
        ("ｐａｓｓ１", "密码：ｐａｓｓ１", "a.pdf", "材料"),
        ("pass1", "密码：ｐａｓｓ１", "a.pdf", "材料"),
        ("1234", "1234是解压密码", "a.pdf", "材料"),
    ],
)
def test_the_password_is_taken_from_wherever_it_is_said(password: str, text: str, name: str, subject: str) -> None:
    assert opened(with_file(document(password), text, name, subject))


def test_one_in_the_other_is_opened_each_with_its_own(tmp_path: Path) -> None:
    inner = archive(tmp_path, "inner-2222", "-tzip", "-mem=AES256")
    outer = archive(tmp_path, "outer-1111", "-mhe=on", name="里面.zip", content=inner)
    assert opened(with_file(outer, "外层密码outer-1111，里层密码inner-2222"))


def test_a_password_that_stands_in_what_was_opened_opens_the_next(tmp_path: Path) -> None:
    inner = archive(tmp_path, "inner-2222", "-tzip", "-mem=AES256")
    (tmp_path / "说明.txt").write_text("里面的密码：inner-2222")
    (tmp_path / "里面.zip").write_bytes(inner)
    made = tmp_path / "both.7z"
    subprocess.run(
        [SEVEN, "a", "-pouter-1111", str(made), "说明.txt", "里面.zip"], cwd=tmp_path, check=True, capture_output=True
    )
    assert opened(with_file(made.read_bytes(), "密码outer-1111"))


def test_members_with_passwords_of_their_own_are_opened(tmp_path: Path) -> None:
    for number in (1, 2):
        (tmp_path / f"{number}.txt").write_text(f"{SECRET}{number}")
        subprocess.run(["zip", "-q", "-P", f"word-{number}", "made.zip", f"{number}.txt"], cwd=tmp_path, check=True)
    both = with_file((tmp_path / "made.zip").read_bytes(), "密码：word-1\n密码：word-2")
    assert reasons(both) == []
    assert {f"{SECRET}1", f"{SECRET}2"} <= {text.text for text in both.texts}
    assert reasons(with_file((tmp_path / "made.zip").read_bytes(), "密码：word-1")) == ["encrypted_zip"]


def test_many_that_no_password_opens_cost_no_more_than_a_few() -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "材料"
    message.set_content("\n".join(f"密码：wrong-{number}" for number in range(80)))
    data = sheet("unsaid")
    for number in range(12):
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=f"{number}.xlsx")
    started = time.process_time()
    reading = read_mail(message.as_bytes())
    assert len(reading.unreadable) == 12
    assert time.process_time() - started < 60


WRONG = "\n".join(f"密码：wrong-{number}" for number in range(80))


def claiming(data: bytes, power: int) -> bytes:
    """The same 7z, whose header is encrypted, with that power of two as its number of rounds."""
    changed = bytearray(data)
    at = data.rindex(b"\x06\xf1\x07\x01") + 5
    changed[at] = changed[at] & 0xC0 | power
    offset, size = struct.unpack_from("<2Q", changed, 12)
    struct.pack_into("<L", changed, 28, zlib.crc32(changed[32 + offset : 32 + offset + size]))
    struct.pack_into("<L", changed, 8, zlib.crc32(changed[12:32]))
    return bytes(changed)


@pytest.mark.parametrize("power", [21, 24, 40])
def test_rounds_that_a_7z_claims_are_bounded(tmp_path: Path, power: int) -> None:
    data = claiming(archive(tmp_path, "Ab12#x", "-mhe=on"), power)
    started = time.process_time()
    assert reasons(with_file(data, WRONG)) == ["encrypted_archive"]
    assert time.process_time() - started < 15


def test_rounds_that_a_7z_with_plain_names_claims_are_bounded(tmp_path: Path) -> None:
    """Its header is not packed where there is one member; where it is, the rounds are seen once it was unpacked."""
    data = claiming(archive(tmp_path, "Ab12#x", "-mhc=off"), 24)
    started = time.process_time()
    assert reasons(with_file(data, WRONG)) == ["encrypted_archive"]
    assert time.process_time() - started < 5


@pytest.mark.parametrize("spins", [b"999999", b"9999999"])
def test_rounds_that_an_office_file_claims_are_bounded(spins: bytes) -> None:
    data = sheet("Ab12#x").replace(b'spinCount="100000"', b'spinCount="' + spins + b'"')
    assert spins in data
    started = time.process_time()
    assert reasons(with_file(data, WRONG)) == ["encrypted_office"]
    assert time.process_time() - started < 15


def test_thousands_of_members_with_passwords_in_turn_are_bounded() -> None:
    made = BytesIO()
    with pyzipper.AESZipFile(made, "w", encryption=pyzipper.WZ_AES) as file:
        for number in range(700):
            file.setpassword(f"wrong-{number % 60}".encode())
            file.writestr(f"{number}.txt", b"x")
    started = time.process_time()
    assert "encrypted_zip" in reasons(with_file(made.getvalue(), WRONG))
    assert time.process_time() - started < 30


@pytest.mark.parametrize("options", [("-mhe=on",), ("-tzip", "-mem=AES256"), ("-tzip", "-mem=ZipCrypto")])
def test_a_bomb_behind_a_password_is_a_bomb(tmp_path: Path, options: tuple[str, ...]) -> None:
    size = 20_000_000 if "-mem=ZipCrypto" in options else 300_000_000
    data = archive(tmp_path, "Ab12#x", *options, content=b"\0" * size)
    reading = with_file(data, "密码：Ab12#x")
    assert reasons(reading) == ["over_size"]


@pytest.mark.parametrize(
    ("password", "name"),
    [("1234", "结算单（密码1234）.pdf"), ("Ab-12", "材料[pwd Ab-12].pdf"), ("x9y8", "a_密码：x9y8.pdf")],
)
def test_a_name_of_the_file_may_say_it(password: str, name: str) -> None:
    assert opened(with_file(document(password), "请查收", name))


def test_what_earlier_mail_gave_opens_it() -> None:
    message = EmailMessage(policy=SMTP)
    message.set_content("请查收")
    message.add_attachment(document("Qwe-9900"), maintype="application", subtype="pdf", filename="a.pdf")
    content = message.as_bytes()
    assert reasons(read_mail(content)) == ["encrypted_pdf"]
    assert opened(read_mail(content, earlier=("no", "Qwe-9900")))
    assert reasons(read_mail(content, earlier=("no",))) == ["encrypted_pdf"]


def test_a_7z_of_three_hundred_small_folders_is_opened_by_one_key(tmp_path: Path) -> None:
    for number in range(300):
        (tmp_path / f"{number}.txt").write_text(f"{SECRET}{number}")
    made = tmp_path / "made.7z"
    subprocess.run([SEVEN, "a", "-pAb12#x", "-ms=off", str(made), "*.txt"], cwd=tmp_path, check=True)
    started = time.process_time()
    reading = with_file(made.read_bytes(), "密码：wrong-1\n密码：Ab12#x")
    assert reasons(reading) == []
    assert {f"{SECRET}{number}" for number in range(300)} <= {text.text for text in reading.texts}
    assert time.process_time() - started < 8
