"""One line of a held message as a list may show it: everything that was found is covered. Pure.

Covering fails closed, as on the page of the message: words that were found anywhere are covered wherever they stand, in
whatever way they are written; and a subject of which another reading has something is covered as a whole.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from gateway.model import Finding, Reading
from gateway.text.covering import COVER, cover, found_words, plain_words, printable, written_otherwise

LONGEST = 300


@dataclass(frozen=True, slots=True)
class LineCover:
    """What was found in one message, to be covered in its lines."""

    words: re.Pattern[str] | None = field(repr=False)
    plain: tuple[str, ...] = field(repr=False)

    def line(self, text: str, spans: Sequence[tuple[int, int]] = ()) -> str:
        """The text on one line, at most `LONGEST` letters of it; `spans` are covered too."""
        # What is looked at is longer than what is shown: a cut in the middle of a word must not show its half.
        text = text[: 2 * LONGEST]
        found = [*spans, *written_otherwise(text, self.plain)]
        found += (one.span() for one in self.words.finditer(text)) if self.words else ()
        shown = printable(" ".join(cover(text[:LONGEST], found).split()))
        return f"{shown}…" if len(text) > LONGEST else shown


def cover_of(reading: Reading | None, findings: Sequence[Finding]) -> LineCover:
    """The cover of a message's lines."""
    seen = reading or Reading()
    return LineCover(found_words(seen, findings), plain_words(seen, findings))


def covered_subject(reading: Reading | None, findings: Sequence[Finding], cover: LineCover) -> str:
    """The subject of the message itself; empty where there is none or it could not be read."""
    seen = reading or Reading()
    every = [
        number
        for number, one in enumerate(seen.texts)
        if one.medium == "header" and one.label == "subject" and not one.where.part and not one.where.steps
    ]
    if not every:
        return ""
    spans: list[tuple[int, int]] = []
    for finding in findings:
        if finding.fragment in every and finding.span is not None:
            if finding.fragment != every[0]:
                return COVER  # where it stands in the reading that is shown nobody knows
            spans.append(finding.span)
    return cover.line(seen.texts[every[0]].text, spans)


def covered_author(reading: Reading | None, cover: LineCover) -> tuple[str, tuple[str, ...]]:
    """The name that the message gives its author, covered; and the addresses in its From field, as they stand there."""
    for mail in (reading or Reading()).mails:
        if not mail.where.part and not mail.where.steps:
            authors = [one for one in mail.addresses if one.role in ("from", "sender")]
            name = next((one.name for one in authors if one.role == "from" and one.name.strip()), "")
            return cover.line(name.strip().strip("\"'")), tuple(dict.fromkeys(one.address for one in authors))
    return "", ()
