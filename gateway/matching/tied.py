"""What ties a finding to its report besides itself: a reporter is a customer too.

A refund, a parcel, a number bound to an account: such mail goes to somebody whom no report knows, holds a reporter's
name, number or account, and not a word of a report. To hold it would tell staff who reports. So each sign of who the
reporter is says what ties it, the gravest of all that there is for its report:

| tie | when |
| --- | --- |
| `recipient` | the reported party or a representative of it gets the message |
| `party` | it names the party, an account of it or a number of the report, or speaks to a streamer |
| `evidence` | something else of the report is in it: material, its thread, a picture, a gift |
| `complaint` | words of a complaint, or of pointing at somebody, stand near |
| `unexplained` | no service explains why it is there, or it stands where nobody writes for a reader |
| `none` | it is service mail |

Near is: in the subject, in the name of a file, in the first page of a body; of a table that lists several people the
same line and the head; of any other text some lines around. A bare number is `unexplained`: nobody mails a number to a
stranger for no reason.

In: findings, the reading, the matches, the subjects. Out: the findings, each with its tie. Pure; linear but for a page
around each of at most some hundred findings.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import islice

from gateway.fingerprints.rows import rows
from gateway.matching import service_words as words
from gateway.model import Finding, Kind, Match, Reading, Tie
from gateway.reports import Subject
from gateway.text.normal import letters_alone, normalise

IDENTITY: frozenset[Kind] = frozenset(("name", "nickname", "address", "phone", "account", "government_id"))
_EVIDENCE: frozenset[Kind] = frozenset(("material", "thread", "avatar", "qr_code"))
_BY_RECIPIENT, _BY_NAME = frozenset(("party", "representative")), frozenset(("name", "number"))
_BODIES = frozenset(("text", "html"))
_WRITTEN = frozenset((*_BODIES, "document", "picture", "file_name"))
_FIELDS = frozenset(("subject", "from", "to", "cc", "reply-to", "sender"))
_PLAIN = frozenset(("exact", "pinyin", "given_name", "given_pinyin", "surname_title", "local_part", "ending", "masked"))
"""Ways to write somebody down that are nobody's trick."""
_FIRST_PAGE, _AROUND, _BESIDE = 3000, 300, 40
_MOST_LOOKED_AT = 300
_LEAST_NUMBERS, _LEAST_CELLS = 3, 3
_ENOUGH = 3  # a service counts two, any other word of business one
_CELLS = re.compile(r"^(?=[^\n]*[\t,;|])[^\n]*$", re.MULTILINE)
_NUMBER = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){6,17}(?![0-9])")


def with_ties(
    findings: Sequence[Finding],
    reading: Reading,
    matches: Iterable[Match],
    subjects: Sequence[Subject],
    threshold: float,
) -> tuple[Finding, ...]:
    """Each finding with what ties it. What is weaker than the threshold is no evidence for anything else."""
    reasons: dict[str, set[str]] = {}
    for match in matches:
        reasons.setdefault(match.report, set()).add(match.reason)
    by_report: dict[str, list[Finding]] = {}
    for finding in findings:
        by_report.setdefault(finding.report, []).append(finding)
    own = {subject.report: subject.own for subject in subjects}
    # Of the many reports of one name the index gives some; the others are about the same party.
    called = frozenset(word for report, why in reasons.items() if why & _BY_NAME for word in own.get(report, ()))
    message = _Message(reading)
    ties: dict[str, Tie] = {}
    for report, found in by_report.items():
        why = reasons.get(report, set())
        if why & _BY_RECIPIENT:
            ties[report] = "recipient"
        elif why & _BY_NAME or not called.isdisjoint(own.get(report, ())):
            ties[report] = "party"
        elif any(finding.score >= threshold and _is_evidence(finding) for finding in found):
            ties[report] = "evidence"
        else:
            ties[report] = message.tie([one for one in found if _is_sign(one) and one.score >= threshold])
    return tuple(
        replace(finding, tie="evidence" if _is_evidence(finding) else ties[finding.report]) for finding in findings
    )


def _is_evidence(finding: Finding) -> bool:
    """The reporter among those who get it is an address like any other; a customer lives, works and pays somewhere."""
    if finding.kind == "circumstance":
        return finding.variant == "gift"
    return finding.kind in _EVIDENCE and not _is_sign(finding)


def _is_sign(finding: Finding) -> bool:
    return finding.kind in IDENTITY or (finding.kind == "thread" and finding.variant == "recipient")


@dataclass(frozen=True, slots=True)
class _Said:
    """One text in the two forms in which words are looked for, without what stands under any mail."""

    letters: str = field(repr=False)
    folded: str = field(repr=False)

    @classmethod
    def of(cls, text: str) -> "_Said":
        return cls(words.FORMULA_ZH.sub(" ", letters_alone(text)), words.FORMULA_EN.sub(" ", normalise(text).text))

    def has(self, zh: re.Pattern[str], en: re.Pattern[str]) -> bool:
        return zh.search(self.letters) is not None or en.search(self.folded) is not None

    def complains(self) -> bool:
        return (
            self.has(words.COMPLAINT_ZH, words.COMPLAINT_EN)
            or self.has(words.POINTING_ZH, words.POINTING_EN)
            or words.SETTLE_ZH.search(self.letters) is not None
        )

    def speaks_of_viewers(self) -> bool:
        return self.has(words.VIEWER_ZH, words.VIEWER_EN)

    def speaks_to_a_streamer(self) -> bool:
        return self.has(words.STREAMER_ZH, words.STREAMER_EN)

    def services(self) -> frozenset[str]:
        return frozenset((*words.SERVICE_ZH.findall(self.letters), *words.SERVICE_EN.findall(self.folded)))

    def general(self) -> frozenset[str]:
        return frozenset((*words.GENERAL_ZH.findall(self.letters), *words.GENERAL_EN.findall(self.folded)))


class _Message:
    """What a message says, looked at when first asked."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._of: dict[int, _Row] = {}

    def tie(self, signs: Sequence[Finding]) -> Tie:
        """By the words of the message alone."""
        if not signs or len(signs) > _MOST_LOOKED_AT:
            return "unexplained"
        about = (self.subject, self.body)
        if any(said.speaks_to_a_streamer() for said in about):
            return "party"
        if any(said.complains() for said in about):
            return "complaint"
        around = [list(self._around(sign)) for sign in signs]
        if any(said.complains() for near in around for said in near):
            return "complaint"
        if any(near[0].speaks_of_viewers() for near in around if near) or any(map(self._is_of_a_complaint, signs)):
            return "complaint"
        explained = all(self._explained(sign, near) for sign, near in zip(signs, around, strict=True))
        return "none" if explained else "unexplained"

    @cached_property
    def subject(self) -> _Said:
        """Its subject, and the names of its files."""
        texts = self._reading.texts
        return _Said.of("\n".join(text.text for text in texts if text.label == "subject" or text.medium == "file_name"))

    @cached_property
    def body(self) -> _Said:
        """The first page of each body but for the rows of tables."""
        said: list[str] = []
        for number, text in enumerate(self._reading.texts):
            if text.medium in _BODIES:
                row = self._row(number)
                said.append(row.prose(row.place(number, 0), len(text.text)))
        return _Said.of("\n".join(said))

    def _explained(self, sign: Finding, near: Sequence[_Said]) -> bool:
        """Whether a service says why it is here, in a place and in a form in which people write to be read."""
        if sign.fragment is None or sign.span is None:
            return bool(self.subject.services() or self.body.services())
        fragment = self._reading.texts[sign.fragment]
        if fragment.medium == "header":
            if fragment.label not in _FIELDS:
                return False
        elif fragment.medium not in _WRITTEN:
            return False
        if sign.variant not in _PLAIN:
            return False
        if near[0].services():
            return True
        services = self.body.services().union(*(said.services() for said in near))
        once_more = bool(services & self.subject.services())  # `Refund`: your refund …
        services |= self.subject.services()
        general = self.subject.general().union(self.body.general(), *(said.general() for said in near))
        return 2 * (len(services) + once_more) + len(general) + self._row(sign.fragment).is_table >= _ENOUGH

    def _around(self, sign: Finding) -> Iterator[_Said]:
        """What stands beside it, then what stands near."""
        if sign.fragment is not None and sign.span is not None:
            row = self._row(sign.fragment)
            yield from row.around(row.place(sign.fragment, sign.span[0]), row.place(sign.fragment, sign.span[1]))

    def _is_of_a_complaint(self, sign: Finding) -> bool:
        if sign.fragment is None or sign.span is None:
            return False
        text, start = self._reading.texts[sign.fragment].text, sign.span[0]
        return words.OF_A_COMPLAINT_ZH.search(letters_alone(text[max(0, start - _BESIDE) : start])) is not None

    def _row(self, fragment: int) -> "_Row":
        if not self._of:
            texts = self._reading.texts
            for numbers in rows(texts):
                row = _Row(numbers, [texts[number].text for number in numbers])
                self._of.update(dict.fromkeys(numbers, row))
        return self._of[fragment]


class _Row:
    """Fragments that are one text: lines of a picture, paragraphs of a document, a body."""

    def __init__(self, numbers: Sequence[int], texts: Sequence[str]) -> None:
        self._firsts: dict[int, int] = {}
        at = 0
        for number, text in zip(numbers, texts, strict=True):
            self._firsts[number] = at
            at += len(text) + 1
        self._text = "\n".join(texts)
        self._said: dict[tuple[int, int], _Said] = {}
        self._starts = [0, *(match.end() for match in re.finditer("\n", self._text))]
        self._head = min([*self._starts[2:3], _AROUND])  # a title, and what the columns are

    @cached_property
    def is_table(self) -> bool:
        """Whether it lists several people, a line each."""
        numbered = (
            line
            for line in map(re.Match.group, _CELLS.finditer(self._text))
            if self._is_cells(line) and _NUMBER.search(line)
        )
        return sum(1 for _ in islice(numbered, _LEAST_NUMBERS)) == _LEAST_NUMBERS

    def place(self, fragment: int, offset: int) -> int:
        """Where in the row a character of a fragment stands."""
        return self._firsts[fragment] + offset

    def prose(self, start: int, length: int) -> str:
        """The first page from `start` on: the lines that are no row of a table, and the head of the table."""
        kept: list[str] = []
        left, head, stop = _FIRST_PAGE, True, start + length
        while start < stop and left > 0:
            end = self._text.find("\n", start, stop)
            line = self._text[start : end if end >= 0 else stop]
            cells = self.is_table and self._is_cells(line)
            if not cells or head:
                kept.append(line[:left])
                left -= len(line) + 1
            head = head and not cells
            start += len(line) + 1
        return "\n".join(kept)

    def around(self, start: int, end: int) -> Iterator[_Said]:
        """What stands beside a place: the line, or some letters of it; then what stands near, or heads the table."""
        number = bisect_right(self._starts, start) - 1
        line = self._starts[number]
        stop = self._starts[number + 1] - 1 if number + 1 < len(self._starts) else len(self._text)
        if self.is_table and self._is_cells(self._text[line:stop]):
            yield self._at(line, min(max(stop, end), line + _FIRST_PAGE))
            yield self._at(0, self._head)
        else:
            yield self._at(max(line, start - _BESIDE), max(end, min(stop, end + _BESIDE)))
            yield self._at(max(0, start - _AROUND), end + _AROUND)

    def _at(self, low: int, high: int) -> _Said:
        if (low, high) not in self._said:
            self._said[low, high] = _Said.of(self._text[low:high])
        return self._said[low, high]

    @staticmethod
    def _is_cells(line: str) -> bool:
        return max(line.count("\t"), line.count(","), line.count("|"), line.count(";")) >= _LEAST_CELLS - 1
