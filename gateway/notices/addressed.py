"""How the sender of a message is spoken to: in which language, and whether a machine's answer is welcome.

In: the bytes as sent, and the reading where there is one. Out: `model.notice.Addressed`. Pure, linear.
"""

import re

from gateway.model import Language, Reading
from gateway.model.notice import Addressed

_MOST_HEAD = 256 * 1024
_MOST_TEXT = 20_000
_END = re.compile(rb"\r?\n\r?\n")
_FOLDED = re.compile(rb"\r?\n[ \t]+")
_HAN = re.compile("[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]")
_LATIN = re.compile("[A-Za-z]+")
_BULK = (b"bulk", b"list", b"junk", b"auto_reply")
_LISTS = (b"list-id", b"list-unsubscribe", b"list-post", b"x-auto-response-suppress", b"x-loop", b"feedback-id")


def addressed_of(content: bytes, reading: Reading | None) -> Addressed:
    """Of one message."""
    return Addressed(_language(reading), _answerable(content))


def _answerable(content: bytes) -> bool:
    """False for what RFC 3834 section 2 says is never answered: what a machine or a list sent, and answers to it."""
    end = _END.search(content, 0, _MOST_HEAD)
    head = b"\n" + (content[:_MOST_HEAD] if end is None else content[: end.start()])
    for line in _FOLDED.sub(b" ", head).split(b"\n"):
        name, colon, value = line.partition(b":")
        name, value = name.strip().lower(), value.strip().lower()
        if not colon:
            continue
        if name == b"auto-submitted" and value.partition(b";")[0].strip() != b"no":
            return False
        if name in _LISTS or (name == b"precedence" and value in _BULK):
            return False
        if name == b"content-type" and value.startswith(b"multipart/report"):
            return False
        if name == b"return-path" and value == b"<>":
            return False
    return True


def _language(reading: Reading | None) -> Language:
    """Of the bodies, or of the subject where no body says anything. A Han character says as much as a word of Latin
    letters. All of the text counts, whatever was found in it."""
    texts = () if reading is None else reading.texts
    bodies = [one.text for one in texts if one.medium in ("text", "html") and not one.where.steps]
    subject = [one.text for one in texts if one.label == "subject" and not one.where.part]
    for chosen in (bodies, subject):
        said = "\n".join(text[:_MOST_TEXT] for text in chosen)[:_MOST_TEXT]
        han, words = len(_HAN.findall(said)), len(_LATIN.findall(said))
        if han or words:
            return "zh" if han >= words else "en"
    return "zh"
