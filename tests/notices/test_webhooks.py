"""Webhooks against a real server, in the JSON that each kind of chat documents."""

import base64
import hashlib
import hmac
import ssl
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from chats import Chats
from gateway.model.notice import Chat
from gateway.notices.webhooks import BadWebhook, Webhook, request, taken
from gateway.service.webhook_client import post
from gateway.settings import checks

NOW = datetime(2026, 11, 30, 7, 32, tzinfo=UTC)
TEXT = "有 3 封邮件等待审核，最早的一封已等待 1:05 h。https://review.platform.example"


@pytest.fixture
def chats() -> Iterator[Chats]:
    found = Chats()
    yield found
    found.close()


def posted(chats: Chats, written: str) -> str:
    hook = Webhook.parse(written)
    return post(hook.chat, request(hook, TEXT, NOW))


def test_wecom_gets_a_text(chats: Chats) -> None:
    assert posted(chats, f"wecom {chats.url()}") == "taken"
    path, headers, body = chats.got[0]
    assert path == "/hook?key=SECRETKEY"
    assert headers["Content-Type"] == "application/json; charset=utf-8"
    assert body == {"msgtype": "text", "text": {"content": TEXT}}


def test_dingtalk_gets_a_text_and_a_signature_in_the_address(chats: Chats) -> None:
    assert posted(chats, f"dingtalk {chats.url()} SECabc") == "taken"
    path, _, body = chats.got[0]
    assert body == {"msgtype": "text", "text": {"content": TEXT}}
    asked = parse_qs(urlsplit(path).query, strict_parsing=True)
    at = str(round(NOW.timestamp() * 1000))
    wanted = hmac.new(b"SECabc", f"{at}\nSECabc".encode(), hashlib.sha256).digest()
    assert asked == {"key": ["SECRETKEY"], "timestamp": [at], "sign": [base64.b64encode(wanted).decode()]}


def test_feishu_gets_a_text_and_a_signature_in_the_body(chats: Chats) -> None:
    chats.answer = b'{"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success"}'
    assert posted(chats, f"feishu {chats.url()} secret") == "taken"
    at = str(round(NOW.timestamp()))
    sign = base64.b64encode(hmac.new(f"{at}\nsecret".encode(), b"", hashlib.sha256).digest()).decode()
    assert chats.got[0][2] == {"msg_type": "text", "content": {"text": TEXT}, "timestamp": at, "sign": sign}
    assert posted(chats, f"feishu {chats.url()}") == "taken"
    assert chats.got[1][2] == {"msg_type": "text", "content": {"text": TEXT}}


def test_slack_and_teams_get_theirs(chats: Chats) -> None:
    chats.answer = b"ok"
    assert posted(chats, f"slack {chats.url()}") == "taken"
    assert chats.got[0][2] == {"text": TEXT}
    chats.status, chats.answer = 202, b""
    assert posted(chats, f"teams {chats.url()}") == "taken"
    card = chats.got[1][2]
    assert card["type"] == "message"
    (attached,) = card["attachments"]
    assert attached["contentType"] == "application/vnd.microsoft.card.adaptive"
    assert attached["content"]["type"] == "AdaptiveCard"
    assert attached["content"]["body"] == [{"type": "TextBlock", "text": TEXT, "wrap": True}]


def test_a_redirect_is_not_followed(chats: Chats) -> None:
    for status in (301, 302, 307, 308):
        chats.status, chats.location = status, chats.url("/elsewhere")
        assert posted(chats, f"wecom {chats.url()}") == "refused"
    assert [path for path, _, _ in chats.got] == ["/hook?key=SECRETKEY"] * 4


def test_a_server_that_drips_is_left(chats: Chats) -> None:
    chats.answer, chats.drip = b'{"errcode": 0' + b" " * 1000 + b"}", 0.1
    hook = Webhook.parse(f"wecom {chats.url()}")
    started = time.monotonic()
    assert post(hook.chat, request(hook, TEXT, NOW), seconds=1.0) != "taken"
    assert time.monotonic() - started < 3


def test_nobody_there_is_not_reached(chats: Chats) -> None:
    url = chats.url()
    chats.server.server_close()
    assert posted(chats, f"slack {url}") == "not_reached"


@pytest.mark.parametrize(
    ("chat", "status", "body", "has"),
    [
        ("wecom", 200, b'{"errcode": 0, "errmsg": "ok"}', True),
        ("wecom", 200, b'{"errcode": 45009, "errmsg": "api freq out of limit"}', False),
        ("dingtalk", 200, b'{"errcode": 310000, "errmsg": "sign not match"}', False),
        ("feishu", 200, b'{"code": 19021, "msg": "sign match fail"}', False),
        ("feishu", 200, b'{"StatusCode": 0, "code": 19024}', False),
        ("wecom", 200, b"{}", False),
        ("wecom", 200, b"[0]", False),
        ("wecom", 200, b'{"errcode": false}', False),
        ("wecom", 200, b"\xff", False),
        ("wecom", 200, b"[" * 60_000, False),
        ("slack", 200, b"ok", True),
        ("slack", 404, b"no_team", False),
        ("teams", 202, b"", True),
        ("teams", 429, b"", False),
    ],
)
def test_what_a_chat_says_is_believed_as_it_means_it(chat: Chat, status: int, body: bytes, has: bool) -> None:
    assert taken(chat, status, body) is has


@pytest.mark.parametrize(
    "written",
    [
        "",
        "wecom",
        "irc https://x.example/SECRETKEY",
        "wecom http://x.example/SECRETKEY",
        "wecom https://SECRETKEY@x.example/",
        "wecom https://x.example/#SECRETKEY",
        "wecom https://x.example:SECRETKEY/",
        "wecom https://[SECRETKEY/",
        "wecom file:///SECRETKEY",
        "slack https://x.example/SECRETKEY SECRETKEY",
        "wecom http://127.0.0.1.x.example/SECRETKEY",
    ],
)
def test_an_address_that_does_not_do_is_refused_and_not_repeated(written: str) -> None:
    with pytest.raises(BadWebhook) as error:
        Webhook.parse(written)
    assert "SECRETKEY" not in str(error.value)
    if not written.startswith("slack"):
        with pytest.raises(checks.Mistake) as mistake:
            checks.webhook(written)
        assert "SECRETKEY" not in str(mistake.value) + mistake.value.remedy


def test_nothing_that_is_printed_shows_the_address_or_the_secret() -> None:
    hook = Webhook.parse("dingtalk https://x.example/?access_token=SECRETKEY SECother")
    shown = repr((hook, request(hook, TEXT, NOW)))
    assert "SECRETKEY" not in shown
    assert "SECother" not in shown


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "9",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-keyout", str(folder / "key.pem"), "-out", str(folder / "cert.pem")],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder


def test_the_certificate_is_verified(certificate: Path) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")
    chats = Chats(context)
    try:
        hook = Webhook.parse(f"wecom {chats.url(host='localhost')}")
        asked = request(hook, TEXT, NOW)
        assert post(hook.chat, asked) == "not_reached"  # nobody knows who signed it
        assert post(hook.chat, asked, str(certificate / "cert.pem")) == "taken"
        other = Webhook.parse(f"wecom {chats.url(host='127.0.0.1')}")  # it is another's
        assert post(other.chat, request(other, TEXT, NOW), str(certificate / "cert.pem")) == "not_reached"
        assert len(chats.got) == 1
    finally:
        chats.close()
