"""The address under which a sender may answer a notice, and what is taken of the answer.

`hushgate+TOKEN@platform.example`: the token says which message is meant and until when, under a keyed digest, so that
nobody makes one and nothing has to be remembered. It is read in any letter case, for mail servers change it. Pure.
"""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from gateway.model import Reading
from gateway.text.addresses import fold_domain

MOST_TEXT = 4000
"""Characters of an answer that are kept."""
MOST_ANSWERS = 5
"""To one message."""
MOST_SIZE = 1024 * 1024
"""Octets of an answer that is read at all: it is text, under a signature with a logo perhaps."""
_DIGEST = 15
_TOKEN = re.compile(r"([A-Z2-7]{10})([0-9A-F]{5})([A-Z2-7]{24})")
_HELD = re.compile(r"Q-[A-Z2-7]{10}")
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
_QUOTED = re.compile(
    r"^\s*(?:>|On .{5,200}(?:wrote|said):\s*$|-{2,}\s*(?:Original Message|Forwarded|原始邮件)|发件人[:：]|From:\s)"
)

Mac = Callable[[bytes], bytes]
"""A keyed digest of 32 octets."""


@dataclass(frozen=True, slots=True)
class ReplyAddress:
    """Where answers go: the parts of the address of notices."""

    local: str
    domain: str

    @classmethod
    def of(cls, address: str) -> "ReplyAddress":
        """Of the address that notices come from; empty where there is none."""
        local, _, domain = address.rpartition("@")
        return cls(local.casefold(), fold_domain(domain) if domain else "")

    def takes(self, recipient: str) -> bool:
        """Whether mail to it is an answer to a notice, right or wrong: it is never anybody's mailbox."""
        local, _, domain = recipient.rpartition("@")
        return bool(self.local) and local.casefold().startswith(f"{self.local}+") and fold_domain(domain) == self.domain

    def for_message(self, held: str, until: datetime, mac: Mac) -> str:
        """The address for one held message; empty where its id is none of ours."""
        if not self.local or not _HELD.fullmatch(held):
            return ""
        said = f"{held[2:]}{_day(until):05X}"
        return f"{self.local}+{said}{_digest(said, mac)}@{self.domain}"

    def message_of(self, recipient: str, now: datetime, mac: Mac) -> str | None:
        """The held message that is meant; None where the address is made up, or its time is over."""
        token = recipient.rpartition("@")[0][len(self.local) + 1 :].upper()
        found = _TOKEN.fullmatch(token) if self.takes(recipient) else None
        if found is None:
            return None
        said = found[1] + found[2]
        if not hmac.compare_digest(found[3], _digest(said, mac)) or int(found[2], 16) < _day(now):
            return None
        return f"Q-{found[1]}"


def answer_in(reading: Reading) -> str:
    """What somebody says in an answer: the first text of it, without what it quotes."""
    bodies = [one for one in reading.texts if one.medium in ("text", "html") and not one.where.steps]
    plain = [one.text for one in bodies if one.medium == "text"] or [one.text for one in bodies]
    kept: list[str] = []
    for line in (plain[0] if plain else "").splitlines():
        stripped = line.strip()
        if stripped.startswith("——") and stripped.endswith("——"):
            break
        if _QUOTED.match(line[:300]):
            if stripped.startswith(">"):
                continue
            break
        kept.append(line.rstrip())
    return "\n".join(kept).strip()[:MOST_TEXT]


def expiry(made: datetime, days: int) -> datetime:
    """Until when an answer is taken."""
    return made + timedelta(days=days)


def _day(moment: datetime) -> int:
    return max(0, (moment - _EPOCH) // timedelta(days=1))


def _digest(said: str, mac: Mac) -> str:
    return base64.b32encode(mac(said.encode("ascii"))[:_DIGEST]).decode("ascii")
