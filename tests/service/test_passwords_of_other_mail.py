"""The file in one mail and its password in another, in both orders: through an inspector with a real store."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
import pyzipper

from gateway.demo.drawing import avatar, png
from gateway.errors import StoreUnavailable
from gateway.model import Recipient
from gateway.reading.plain import plain_fingerprints
from gateway.storage.engine import BUSY_SECONDS
from gateway.telemetry.events import EvidenceCompleted, StoreFailed
from inspecting import Inspecting, envelope, inspecting

SECRET = "举报人是张小鸣，电话 13800138000"
CLEAN = "本月结算单，合计 3000 元"
Make = Callable[[str, str], bytes]


def archive(password: str, text: str) -> bytes:
    made = BytesIO()
    with pyzipper.AESZipFile(made, "w", encryption=pyzipper.WZ_AES) as file:
        file.setpassword(password.encode())
        file.writestr("信.txt", text)
    return made.getvalue()


def document(password: str, text: str) -> bytes:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.docinfo["/Author"] = text
    made = BytesIO()
    pdf.save(made, encryption=pikepdf.Encryption(user=password, owner="another", R=6))
    return made.getvalue()


def written(
    text: str,
    file: bytes = b"",
    subject: str = "材料",
    answers: str = "",
    id_: str = "",
    html: str = "",
    name: str = "",
) -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = "kefu@platform.example", "b@streamers.example", subject
    if id_:
        message["Message-ID"] = f"<{id_}>"
    if answers:
        message["In-Reply-To"] = message["References"] = f"<{answers}>"
    message.set_content(text)
    if file:
        message.add_attachment(file, maintype="application", subtype="octet-stream", filename=name or "材料.bin")
    return message.as_bytes()


async def until_looked_at(i: Inspecting) -> None:
    remembered = threading.Event()
    await asyncio.to_thread(i.inspector.remembering.add, remembered.set)  # what came before is done before
    await i.until(lambda: remembered.is_set() and not i.inspector.completions.waiting)


def evidence(i: Inspecting, held: str) -> tuple[str, list[str], list[str]]:
    message = i.store.quarantine.open(held, "test", "test")
    assert message is not None
    reasons = [one.reason for one in message.reading.unreadable] if message.reading else []
    return message.summary.opened, sorted({finding.kind for finding in message.findings}), reasons


@pytest.mark.parametrize("make", [archive, document])
@pytest.mark.parametrize("steps", [False, True])
async def test_the_password_first(tmp_path: Path, make: Make, steps: bool) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.steps = steps
        relay = i.relay()
        assert (await relay.asked(1, written("请查收", make("Ab#12x", CLEAN)))).outcome == "held"
        assert (await relay.asked(2, written("稍后的附件，解压密码：Ab#12x"))).outcome == "pass"
        assert (await relay.asked(3, written("请看附件", make("Ab#12x", CLEAN)))).outcome == "pass"
        assert (await relay.asked(4, written("请看附件", make("Ab#12x", SECRET)))).outcome == "held"
        newest = i.store.quarantine.summaries("held")[0]
        assert {"name", "phone"} <= set(newest.kinds)
        assert "uninspectable" not in newest.kinds
        assert (await relay.asked(5, written("请看附件", make("another", CLEAN)))).outcome == "held"


@pytest.mark.parametrize("steps", [False, True])
@pytest.mark.parametrize(("text", "kinds"), [(SECRET, {"name", "phone"}), (CLEAN, set())])
async def test_the_file_first(tmp_path: Path, text: str, kinds: set[str], steps: bool) -> None:
    async with inspecting(tmp_path) as i:
        i.reader.steps = steps
        relay = i.relay()
        held = (await relay.asked(1, written("请查收", archive("Ab#12x", text)))).word
        await until_looked_at(i)
        assert evidence(i, held) == ("", ["uninspectable"], ["encrypted_zip"])
        assert (await relay.asked(2, written("刚才附件的密码是 Ab#12x"))).outcome == "pass"
        await until_looked_at(i)
        opened, found, reasons = evidence(i, held)
        assert (opened, reasons) == ("later", [])
        assert kinds <= set(found)
        assert [one.status for one in i.store.quarantine.summaries()] == ["held"]  # a person decides
        assert EvidenceCompleted(held) in i.events


async def test_a_wrong_one_changes_nothing(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        held = (await relay.asked(1, written("请查收", archive("Ab#12x", SECRET)))).word
        before = i.store.quarantine.open(held, "test", "test")
        await relay.asked(2, written("刚才附件的密码是 Ab#13x"))
        await until_looked_at(i)
        after = i.store.quarantine.open(held, "test", "test")
        assert after == before


@pytest.mark.parametrize(
    ("first", "second", "opens"),
    [
        (("b@streamers.example", "", "材料"), ("b@streamers.example", "", "另一件事"), True),
        (("a@streamers.example", "1@x", "材料"), ("b@streamers.example", "1@x", "材料"), True),  # the thread
        (
            ("a@streamers.example", "", "关于八月结算的材料"),
            ("b@streamers.example", "", "答复：关于八月结算的材料"),
            True,
        ),
        (("a@streamers.example", "", "材料"), ("b@streamers.example", "", "材料"), False),
    ],
)
async def test_what_ties_two_mails(
    tmp_path: Path, first: tuple[str, str, str], second: tuple[str, str, str], opens: bool
) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        to, thread, subject = first
        await relay.asked(1, written("密码：Ab#12x", subject=subject, id_=thread), to=envelope(to))
        to, thread, subject = second
        content = written("请查收", archive("Ab#12x", CLEAN), subject=subject, answers=thread)
        # Only what is for somebody who is known is held for what cannot be read.
        both = replace(envelope(), recipients=(Recipient("xinger@streamers.example"), Recipient(to)))
        assert (await relay.asked(2, content, to=both)).outcome == ("pass" if opens else "held")


async def test_last_digits_of_a_number_of_the_later_mail(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        await relay.asked(1, written("稍后发您材料，密码是您手机号后四位。"))
        with_number = written("您好（手机 139-1234-5678），请查收", archive("5678", CLEAN))
        assert (await relay.asked(2, with_number)).outcome == "pass"


async def test_a_store_that_fails_costs_no_mail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with inspecting(tmp_path) as i:

        def broken(*_: object) -> tuple[str, ...]:
            raise StoreUnavailable("locked")

        monkeypatch.setattr(i.store.passwords, "give", broken)
        assert (await i.relay().asked(1, written("密码：Ab#12x"))).outcome == "pass"
        assert StoreFailed("passwords") in i.events


async def test_a_locked_store_costs_a_message_a_moment_and_nothing_is_forgotten(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        outside = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        outside.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        for number in range(1, 6):
            content = written(f"下次附件的密码：Ab#1{number}x")
            assert (await relay.asked(number, content, to=envelope("a@firma.example"))).outcome == "pass"
        waited = time.monotonic() - started
        outside.execute("ROLLBACK")
        outside.close()
        await until_looked_at(i)
        given = i.store.passwords.given(["pair kefu@platform.example a@firma.example"])
        assert sorted(given) == [f"Ab#1{number}x" for number in range(1, 6)]
        assert waited < 5 * BUSY_SECONDS  # each of them alone would have waited so long


async def test_one_in_a_picture_of_the_same_mail_is_waited_for(tmp_path: Path) -> None:
    """The hold is not settled while a picture may still say how the file is opened."""
    async with inspecting(tmp_path) as i:
        i.reader.steps = True
        message = EmailMessage(policy=SMTP)
        message["From"], message["To"], message["Subject"] = "kefu@platform.example", "b@streamers.example", "x"
        message.set_content("见图")
        message.add_attachment(png(avatar(7, 40)), maintype="image", subtype="png", filename="a.png")
        message.add_attachment(archive("q1", CLEAN), maintype="application", subtype="zip", filename="a.zip")
        steps: list[str] = []
        read = i.reader.read_by_steps

        def noted(content: bytes, further: Callable[..., object], *rest: object) -> object:
            def asked(reading: object, step: object) -> object:
                steps.append(str(step))
                return further(reading, step)

            return read(content, asked, *rest)  # type: ignore[arg-type]  # as it was given

        i.reader.read_by_steps = noted  # type: ignore[assignment,method-assign]  # looks on
        assert (await i.relay().asked(1, message.as_bytes())).outcome == "held"
        assert "skimmed" in steps


def test_the_quick_look_leaves_a_password_to_a_reader() -> None:
    assert plain_fingerprints(written("密码：Ab#12x")) is None
    assert plain_fingerprints(written("the password for it is Ab#12x")) is None
    assert plain_fingerprints(written("见主题", subject="解压密码 Ab#12x")) is None
    for text in ("请查收本月结算单。", "您忘记密码了吗？请联系客服。", "Your password was reset.", "我们会加密处理"):
        assert plain_fingerprints(written(text)) is not None, text


async def test_several_at_once(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        held = [
            (await relay.asked(n, written(f"第{n}份", archive("Ab#12x", f"{SECRET}{n}")))).word for n in range(1, 4)
        ]
        await asyncio.gather(relay.asked(9, written("密码统一为：Ab#12x")))
        await until_looked_at(i)
        assert [evidence(i, one)[0] for one in held] == ["later"] * 3


async def test_a_rewritten_mail_is_proved_with_the_same_passwords(tmp_path: Path) -> None:
    """The letter names the reporter and is rewritten; its file is opened in the second inspection as in the first."""
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        await relay.asked(1, written("密码：Ab#12x"))
        with_name = written("您好，张小鸣已收到，请查收", archive("Ab#12x", CLEAN))
        without_name = written("您好，已收到，请查收", archive("Ab#12x", CLEAN))
        assert (await relay.asked(2, without_name)).outcome == "pass"
        assert (await relay.asked(3, with_name)).outcome == "send"
        shut = written("您好，张小鸣已收到，请查收", archive("another", CLEAN))
        assert (await relay.asked(4, shut)).outcome == "held"


async def test_mail_that_stays_inside_gives_nothing_away(tmp_path: Path) -> None:
    async with inspecting(tmp_path) as i:
        relay = i.relay()
        await relay.asked(1, written("密码：Ab#12x"), to=envelope("colleague@platform.example"))
        assert (await relay.asked(2, written("请查收", archive("Ab#12x", CLEAN)))).outcome == "held"
