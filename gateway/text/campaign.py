"""What makes two held messages one campaign: the same said to many. Pure.

Left out is what differs from one recipient to the next: their addresses and names, the greeting, dates, ids and the
rest of the header. Everything else counts, what a mail program does not show and what was found included: a message
that hides something else in it is no part of the campaign, and nobody decides on it by the look of another.
"""

import hashlib
import re
from collections.abc import Sequence

from gateway.model import Envelope, Finding, Reading
from gateway.text.addresses import address_key, fold_address
from gateway.text.held_reason import is_body

_GREETING = re.compile(
    r"\s*(?:(?:尊敬|亲爱|敬爱)的\S{0,24}|(?:您好|你好|早上好|下午好|晚上好)\S{0,24}|\S{1,16}(?:您好|你好)"
    r"|(?:dear|hello|hi|good (?:morning|afternoon|evening))\b[^\n]{0,60})[^\S\n]*+[,，:：!！。.]?[^\S\n]*+\n",
    re.IGNORECASE,
)
_LEAST_NAME, _MOST_RECIPIENTS, _MOST_WORDS, _LONGEST = 2, 3, 24, 200_000
_LONGEST_GREETING = 1000
"""With the blanks around it."""
_COUNTED = frozenset({"text", "html", "markup", "document", "picture", "code", "file_name"})


def campaign_of(envelope: Envelope, subject: str, reading: Reading | None, findings: Sequence[Finding]) -> bytes:
    """32 bytes, the same for messages that say the same; none where nothing is known of what it says.
    `subject`: covered."""
    if reading is None or not (reading.texts or reading.pictures or reading.files):
        return b""
    own = _of_recipients(envelope, reading)
    said = hashlib.sha256()

    def count(*words: str) -> None:
        for word in words:
            data = word.encode("utf-8", "surrogatepass")
            said.update(len(data).to_bytes(8, "big") + data)

    count(address_key(envelope.sender), _bare(subject, own))
    bodies = [text for text in reading.texts if text.medium in _COUNTED]
    for text in bodies:
        greeted = text.medium in ("text", "html") and not text.where.steps
        greeting = _GREETING.match(text.text, 0, _LONGEST_GREETING) if greeted else None
        words = text.text[greeting.end() :] if greeting else text.text
        count("text", str(text.where), text.medium, _bare(words, own))
    for file in reading.files:
        if file.where.steps or (file.where.part and not is_body(file)):
            count("file", str(file.where), file.sha256.hex())
    for picture in reading.pictures:
        count("picture", str(picture.where), f"{picture.width}x{picture.height} {picture.phash}")
    for finding in sorted(findings, key=lambda one: (one.kind, one.report, str(one.where), one.detector, one.variant)):
        count("found", finding.kind, finding.report, str(finding.where), finding.detector, finding.variant)
    for unread in reading.unreadable:
        count("unread", str(unread.where), unread.reason)
    return said.digest()


def _of_recipients(envelope: Envelope, reading: Reading) -> re.Pattern[str] | None:
    """How the recipients are called in this message: addresses, their first halves, and names in its address fields.
    None for many: then it is one message to all of them, and says the same to each."""
    if len(envelope.recipients) > _MOST_RECIPIENTS:
        return None
    keys = {fold_address(one.address) for one in envelope.recipients} - {""}
    words = {one.address for one in envelope.recipients} | keys
    words |= {key.partition("@")[0] for key in keys}
    for mail in reading.mails:
        if not mail.where.part and not mail.where.steps:
            words |= {one.name.strip() for one in mail.addresses if fold_address(one.address) in keys}
    known = sorted((word for word in words if len(word) >= _LEAST_NAME), key=lambda word: (-len(word), word))[
        :_MOST_WORDS
    ]
    return re.compile("|".join(map(re.escape, known)), re.IGNORECASE) if known else None


def _bare(text: str, own: re.Pattern[str] | None) -> str:
    return " ".join((own.sub("\ufffc", text) if own and len(text) <= _LONGEST else text).split())
