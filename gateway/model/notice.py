"""What is to be told to somebody, and how it stands with the telling.

A notice is a function of these values alone: none of them says what was found, so that two messages with the same
envelope are told of in the same words, whoever the one or the other names.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from gateway.model.placeholders import Language

NoticeKind = Literal["hold", "rewrite", "return", "discard", "release"]
"""What happened to a sender's message."""
NOTICE_KINDS: tuple[NoticeKind, ...] = get_args(NoticeKind)

Chat = Literal["wecom", "feishu", "dingtalk", "slack", "teams"]
"""Where reviewers can be told besides by mail."""
CHATS: tuple[Chat, ...] = get_args(Chat)

OutboxKind = Literal["notice", "gathered", "summary", "digest", "webhook"]
"""`notice`: to a sender, of one message. `gathered`: one that is told together with others, in a `summary`. `digest`
and `webhook`: to reviewers, of how much waits."""
OutboxState = Literal["waiting", "sending", "sent", "failed"]


@dataclass(frozen=True, slots=True)
class Addressed:
    """How the sender of a message is spoken to. `answerable`: neither a list nor a machine wrote it (RFC 3834 section
    2), so that it may be answered."""

    language: Language = "zh"
    answerable: bool = True


TO_ANYBODY = Addressed()


@dataclass(frozen=True, slots=True)
class SenderNotice:
    """Of one message, to its sender. `message` is our id of it, `at` when it came; `note` is a reviewer's; `rewritten`
    what went out instead, where the settings want that to be shown. `dots`: how often it may have been sent. `rule`:
    the one by which it was held or rewritten, which may have something to say; never said itself."""

    event: NoticeKind
    message: str
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    at: datetime
    addressed: Addressed = TO_ANYBODY
    note: str = field(default="", repr=False)
    rewritten: bytes = field(default=b"", repr=False)
    smtputf8: bool = False
    dots: int = 0
    rule: str = ""


@dataclass(frozen=True, slots=True)
class CountNotice:
    """To reviewers, or to a sender of whom more was held than is told one by one. `to`: an address, or the number of a
    webhook and a digest of it."""

    to: str = field(repr=False)
    addressed: Addressed = TO_ANYBODY
    smtputf8: bool = False
    dots: int = 0


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One that was claimed: `attempts` names the attempt, which alone may settle it. `content` is of `kind`."""

    number: int
    kind: OutboxKind
    subject: str
    attempts: int
    made_at: datetime
    content: SenderNotice | CountNotice = field(repr=False)


@dataclass(frozen=True, slots=True)
class Justification:
    """What the sender of a held message says for it."""

    at: datetime
    text: str = field(repr=False)
