"""One pool of real readers for the tests that leave it sound."""

from collections.abc import Iterator
from email.message import EmailMessage

import pytest

from gateway.demo.drawing import avatar, mail, png
from gateway.sandbox.pool import ReaderPool

LINES = ("发件人:张小鸣", "收件人:举报中心", "我要举报星儿")


@pytest.fixture(scope="session")
def letter() -> bytes:
    """A mail of a few lines."""
    message = EmailMessage()
    message["From"] = "staff@platform.example"
    message["To"] = "xinger@streamers.example"
    message["Subject"] = "核实"
    message.set_content("举报人张小鸣反映了此事。\n")
    return message.as_bytes()


@pytest.fixture(scope="session")
def screenshot() -> bytes:
    """A mail with a picture that takes seconds to read."""
    message = EmailMessage()
    message["From"] = "staff@platform.example"
    message.set_content("见截图")
    picture = mail("举报", LINES, ["此人直播违规。"] * 6, ("头像", avatar(7)))
    message.add_attachment(png(picture), maintype="image", subtype="png", filename="截图.png")
    return message.as_bytes()


@pytest.fixture(scope="session")
def pool() -> Iterator[ReaderPool]:
    opened = ReaderPool(1, seconds=120.0)
    yield opened
    opened.close()
