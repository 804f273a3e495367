"""What the envelope says: text that reaches a recipient unseen, and how it is kept from that.

The sender becomes `Return-Path` (RFC 5321 section 4.4) and stands in bounces; ENVID, ORCPT and AUTH go on from server
to server and come back in reports (RFC 3461, RFC 4954); the tag of a recipient stands in `Delivered-To`; the client's
own name stands in the `Received` field that we add. They are looked at like header fields. What is fixed vocabulary
(SIZE, BODY, RET, NOTIFY, SMTPUTF8) or says the recipient's address once more says nothing.

In: an envelope. Out: fragments of the medium `envelope`; of findings in them, an amendment of the envelope, or None
where something tells that cannot be left out. Pure.
"""

import functools
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.model import Amendment, Envelope, Finding, Fingerprints, Location, Reading, TextFragment, steps
from gateway.smtp.amending import keyword, name_in
from gateway.text.local_parts import readings

NAME = "helo"
"""The label of the client's own name: whatever tells in it is left out of `Received`, and judged by no rule."""

_FIXED = re.compile(
    r"SIZE=[0-9]+|BODY=(?:7BIT|8BITMIME|BINARYMIME)|SMTPUTF8|RET=(?:FULL|HDRS)|AUTH=<>"
    r"|NOTIFY=(?:NEVER|(?:SUCCESS|FAILURE|DELAY)(?:,(?:SUCCESS|FAILURE|DELAY)){0,2})",
    re.IGNORECASE,
)
_ADDRESS_TYPE = re.compile(r"(?:rfc822|utf-8);", re.IGNORECASE)
_XTEXT = re.compile(r"\+([0-9A-Fa-f]{2})")
_TAG = re.compile(r"[+=](.+)|-(.*[0-9].*|.{11,})")  # `pr-team` is a name, `xinger-13800138000` a tag (qmail)
_UNKNOWN = "unknown"
_MOST_LEFT_OUT = 1000  # recipients: an amendment goes over in one packet


@dataclass(frozen=True, slots=True)
class _EnvelopePlace:
    """Where in an envelope: a parameter of MAIL, or of the n-th recipient; without a keyword what is required."""

    label: str
    keyword: str = ""
    recipient: int | None = None

    @property
    def where(self) -> Location:
        if self.label == NAME:
            command = steps.envelope("Received")
        elif self.recipient is None:
            command = steps.envelope("MAIL")
        else:
            command = steps.envelope("RCPT", self.recipient + 1)
        return Location("", (command, steps.envelope(self.keyword)) if self.keyword else (command,))


def fragments_of(envelope: Envelope) -> tuple[TextFragment, ...]:
    """Everything that the envelope says, in each of its readings."""
    return tuple(fragment for _, fragment in _placed(envelope))


def fingerprints_of_envelope(envelope: Envelope) -> Iterator[Fingerprints]:
    """What there is to be asked for in it. What most mail says is said by the mail before too."""
    yield _sender_gist(envelope.sender, envelope.parameters, name_in(envelope.trace))
    for recipient in envelope.recipients:
        if recipient.parameters or _tag(recipient.address):
            yield _recipient_gist(recipient.address, recipient.parameters)


def with_envelope_texts(reading: Reading, envelope: Envelope) -> Reading:
    """The reading of a content, with what its envelope says behind it."""
    return replace(reading, texts=reading.texts + fragments_of(envelope))


def told_apart(
    findings: Iterable[Finding], reading: Reading
) -> tuple[tuple[Finding, ...], tuple[Finding, ...], tuple[Finding, ...]]:
    """Those in the content, those in the envelope, and those in the client's own name."""
    content: list[Finding] = []
    envelope: list[Finding] = []
    name: list[Finding] = []
    for finding in findings:
        label = reading.texts[finding.fragment].label if finding.fragment is not None else ""
        if finding.medium != "envelope" or finding.fragment is None:
            content.append(finding)
        else:
            (name if label == NAME else envelope).append(finding)
    return tuple(content), tuple(envelope), tuple(name)


def without(envelope: Envelope, reading: Reading, findings: Sequence[Finding]) -> Amendment | None:
    """The amendment that takes these findings out of what `with_envelope_texts` put behind the reading."""
    placed = _placed(envelope)
    first = len(reading.texts) - len(placed)
    mail: dict[str, None] = {}
    rcpt: dict[tuple[int, str], None] = {}
    for finding in findings:
        if finding.fragment is None or finding.fragment < first:
            return None
        place = placed[finding.fragment - first][0]
        if not place.keyword:
            return None
        if place.recipient is None:
            mail[place.keyword] = None
        else:
            rcpt[place.recipient, place.keyword] = None
    return Amendment(tuple(mail), tuple(rcpt)) if len(rcpt) <= _MOST_LEFT_OUT else None


def _placed(envelope: Envelope) -> list[tuple[_EnvelopePlace, TextFragment]]:
    found = list(_of_sender(envelope.sender, envelope.parameters, name_in(envelope.trace)))
    for number, recipient in enumerate(envelope.recipients):
        found += _of_recipient(number, recipient.address, recipient.parameters)
    return found


def _of_sender(sender: str, parameters: Sequence[str], name: str) -> Iterator[tuple[_EnvelopePlace, TextFragment]]:
    yield from _read(_EnvelopePlace("mail_from"), sender)
    for parameter in parameters:
        if not _FIXED.fullmatch(parameter):
            place = _EnvelopePlace(keyword(parameter).lower(), keyword(parameter))
            yield from _read(place, parameter.partition("=")[2])
    if name != _UNKNOWN:
        yield from _read(_EnvelopePlace(NAME), name)


def _of_recipient(
    number: int, address: str, parameters: Sequence[str]
) -> Iterator[tuple[_EnvelopePlace, TextFragment]]:
    yield from _read(_EnvelopePlace("rcpt", recipient=number), _tag(address))
    for parameter in parameters:
        value = _ADDRESS_TYPE.sub("", parameter.partition("=")[2], count=1)
        if _FIXED.fullmatch(parameter) or _XTEXT.sub(_character, value).casefold() == address.casefold():
            continue
        yield from _read(_EnvelopePlace(keyword(parameter).lower(), keyword(parameter), number), value)


def _read(place: _EnvelopePlace, word: str) -> Iterator[tuple[_EnvelopePlace, TextFragment]]:
    for text in readings(word):
        yield place, TextFragment(place.where, "envelope", text, place.label)


def _tag(address: str) -> str:
    """What a recipient's address says beyond the mailbox (RFC 5233)."""
    found = _TAG.search(address.rpartition("@")[0].strip('"'))
    return (found[1] or found[2]) if found else ""


def _character(escape: re.Match[str]) -> str:
    return chr(int(escape[1], 16))


@functools.lru_cache(maxsize=2048)
def _sender_gist(sender: str, parameters: tuple[str, ...], name: str) -> Fingerprints:
    return _gist(_of_sender(sender, parameters, name))


@functools.lru_cache(maxsize=2048)
def _recipient_gist(address: str, parameters: tuple[str, ...]) -> Fingerprints:
    return _gist(_of_recipient(0, address, parameters))


def _gist(placed: Iterable[tuple[_EnvelopePlace, TextFragment]]) -> Fingerprints:
    return fingerprints_of_reading(Reading(texts=tuple(fragment for _, fragment in placed)))
