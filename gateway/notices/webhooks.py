"""A webhook's request, as each kind of chat wants it, and whether its answer says that it was taken. Pure.

What is posted is a count, an age and a link. The address of a webhook is a secret, as its signing key is: neither is
in an error, and `Webhook` shows neither.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote_plus, urlsplit

from gateway.model.notice import CHATS, Chat

_SIGNED = ("feishu", "dingtalk")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ADDRESS = re.compile(r"https?://[!-~]{3,2000}")
_CARD = "application/vnd.microsoft.card.adaptive"
_SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"


class BadWebhook(ValueError):
    """What is wrong with one, without a word of it."""


@dataclass(frozen=True, slots=True)
class Webhook:
    """Where to post, and how to sign (Feishu and DingTalk; empty: not at all)."""

    chat: Chat
    url: str = field(repr=False)
    secret: str = field(default="", repr=False)

    @classmethod
    def parse(cls, written: str) -> "Webhook":
        """`dingtalk https://… SECRET`. Raises: BadWebhook."""
        words = written.split()
        if len(words) not in (2, 3) or words[0] not in CHATS:
            raise BadWebhook(f'write "{CHATS[0]} https://…"; kinds are {", ".join(CHATS)}')
        chat: Chat = next(one for one in CHATS if one == words[0])
        if len(words) == 3 and chat not in _SIGNED:
            raise BadWebhook(f"{chat} takes no signing secret")
        try:
            parts = urlsplit(words[1])
            name, _ = parts.hostname or "", parts.port
        except ValueError:
            name = ""
        if not name or not _ADDRESS.fullmatch(words[1]) or "@" in parts.netloc or parts.fragment:
            raise BadWebhook("its address is none; copy it from the chat's settings")
        if parts.scheme != "https" and name not in _LOOPBACK:
            raise BadWebhook("its address must begin with https://")
        return cls(chat, words[1], words[2] if len(words) == 3 else "")


@dataclass(frozen=True, slots=True)
class Request:
    """What is posted. `url` is whole, with a signature where it stands there."""

    url: str = field(repr=False)
    body: bytes = field(repr=False)


def request(hook: Webhook, text: str, now: datetime) -> Request:
    """The request for a text of one paragraph."""
    body: dict[str, Any]
    url = hook.url
    match hook.chat:
        case "wecom":
            body = {"msgtype": "text", "text": {"content": text}}
        case "dingtalk":
            body = {"msgtype": "text", "text": {"content": text}}
            if hook.secret:
                at = str(round(now.timestamp() * 1000))
                sign = _signature(hook.secret.encode(), f"{at}\n{hook.secret}".encode())
                url += f"{'&' if '?' in url else '?'}timestamp={at}&sign={quote_plus(sign)}"
        case "feishu":
            body = {"msg_type": "text", "content": {"text": text}}
            if hook.secret:
                at = str(round(now.timestamp()))
                body |= {"timestamp": at, "sign": _signature(f"{at}\n{hook.secret}".encode(), b"")}
        case "slack":
            body = {"text": text}
        case "teams":
            block = {"type": "TextBlock", "text": text, "wrap": True}
            card = {"$schema": _SCHEMA, "type": "AdaptiveCard", "version": "1.2", "body": [block]}
            body = {
                "type": "message",
                "attachments": [{"contentType": _CARD, "contentUrl": None, "content": card}],
            }
    return Request(url, json.dumps(body, ensure_ascii=False).encode())


def taken(chat: Chat, status: int, body: bytes) -> bool:
    """Whether the chat has it. The Chinese ones answer 200 to what they refuse, and say so in the body."""
    if not 200 <= status < 300:
        return False
    if chat in ("slack", "teams"):
        return True
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return False
    if not isinstance(said, Mapping):
        return False
    codes = [said[key] for key in ("errcode", "code", "StatusCode") if key in said]
    return bool(codes) and all(code == 0 and not isinstance(code, bool) for code in codes)


def _signature(key: bytes, said: bytes) -> str:
    return base64.b64encode(hmac.new(key, said, hashlib.sha256).digest()).decode("ascii")
