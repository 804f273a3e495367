"""A mail around a file, and the edits that take words out of it wherever they can be edited: what rewriting is tried
on without detection."""

import email
import email.policy
from collections.abc import Callable
from email.message import EmailMessage

from gateway.inspection.planned import as_planned
from gateway.model import Edit, FilePart, Reading
from gateway.reading.walk import read_mail
from gateway.reading.walker import ReadingLimits
from gateway.rewriting.apply import apply
from gateway.rewriting.plan import ordinals_of

LIGHT = ReadingLimits(ocr=False)
NOTICE = "[附件略]"
PLACEHOLDER = "[姓名略]"


def mail_with(*files: tuple[str, bytes], text: str = "附件请查收。\n") -> bytes:
    """A mail with these attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "staff@platform.example", "xinger@streamers.example", "附件"
    message["Message-ID"] = "<1@platform.example>"
    message.set_content(text)
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message.as_bytes(policy=message.policy.clone(linesep="\r\n"))


def attached(mail: bytes, number: int = 0) -> bytes:
    """The content of an attachment, by another reader than ours."""
    parsed = email.message_from_bytes(mail, policy=email.policy.default)
    data = [part.get_payload(decode=True) for part in parsed.walk() if not part.is_multipart()][1:][number]
    assert isinstance(data, bytes)
    return data


def edits_without(
    reading: Reading, words: dict[str, str], gone: Callable[[FilePart], bool] | None = None
) -> list[Edit]:
    """Each of these words to its replacement in every text that can be edited; files that go."""
    edits = []
    for index, ordinal in ordinals_of(reading.texts).items():
        fragment = reading.texts[index]
        for old, new in words.items():
            start = fragment.text.find(old)
            while start >= 0:
                edits.append(Edit(ordinal, fragment.where, (start, start + len(old)), new, file=fragment.file))
                start = fragment.text.find(old, start + len(old))
    going = [part for part in reading.files if gone is not None and part.editable and gone(part)]
    return [*edits, *(Edit(0, part.where, (0, 0), NOTICE, "remove", part.file) for part in going)]


def said(reading: Reading) -> str:
    """Every text of a reading."""
    return "\n".join(fragment.text for fragment in reading.texts)


def rewritten(
    mail: bytes, words: dict[str, str], gone: Callable[[FilePart], bool] | None = None
) -> tuple[bytes, Reading]:
    """The mail without the words and files, which is as planned and says them nowhere; and what is read in it."""
    before = read_mail(mail, LIGHT)
    edits = edits_without(before, words, gone)
    assert edits
    out = apply(mail, edits)
    after = read_mail(out, LIGHT)
    assert as_planned(before, edits, after)
    assert not after.unreadable
    assert not after.ambiguities
    assert not after.faults
    for word in words:
        assert word not in said(after)
    return out, after
