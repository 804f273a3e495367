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
same line and the head; of any other text some lines around. Plain words of a report (举报, 投诉人) count anywhere in a
body, in the text where the sign stands, and as the title of any other. The party counts anywhere, in each way of
writing that is known of a reporter; not by a piece of the reporter's own name, as another customer in a list, or in the
name of a thing (星儿牌毛毯).

Service mail is known by points: words of a service, of business, a date, a sum, the reporter greeted by name, what
programs put under mail, something said besides how to reach somebody. A bare number is `unexplained`: nobody mails a
number to a stranger for no reason.

In: findings, the reading, the matches, the subjects, the words of the rules. Out: the findings, each with its tie.
Pure. It takes a time in proportion to the text for each subject that is asked about (of one name fifty at most), and a
page around each of at most some hundred findings.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import accumulate

import numpy as np

from gateway.fingerprints.fragment_groups import rows
from gateway.fingerprints.mentions import callings, callings_of, greeted
from gateway.identity import Subject
from gateway.matching import service_words as words
from gateway.matching.lexicon import Lexicon, lexicon_of
from gateway.matching.passages import AROUND, BESIDE, FIRST_PAGE, Row, Said
from gateway.matching.things import is_of_a_thing, of_things
from gateway.model import Finding, Kind, Match, Reading, Tie
from gateway.model.words import Words
from gateway.text.everyday import is_english
from gateway.text.han import all_han
from gateway.text.normalize import letters_alone, normalise

IDENTITY: frozenset[Kind] = frozenset(("name", "nickname", "address", "phone", "account", "government_id"))
_NAMES: frozenset[Kind] = frozenset(("name", "nickname"))
_EVIDENCE: frozenset[Kind] = frozenset(("material", "thread", "avatar", "qr_code"))
_BY_RECIPIENT, _BY_NAME = frozenset(("party", "representative")), frozenset(("name", "number"))
_BODIES = frozenset(("text", "html"))
_WRITTEN = frozenset((*_BODIES, "document", "picture", "file_name"))
_FIELDS = frozenset(("subject", "from", "to", "cc", "reply-to", "sender", "list-unsubscribe"))
_ANY_MAIL = frozenset(("recipient", "quoted", "attached"))
_WRITTEN_BY = frozenset(("quoted", "attached"))
"""Ways in which the reporter has to do with a mail that need not be about a report."""
_PLAIN = frozenset(
    ("exact", "pinyin", "given_name", "given_pinyin", "surname_title", "local_part", "ending", "masked", "quoted")
)
"""Ways to write somebody down that are nobody's trick."""
_REPEATS = frozenset(("markup", "metadata"))
"""Where programs write once more what a page or a card shows: in its links, in the names of its fields."""
_MOST_LOOKED_AT = 300
_ENOUGH = 3  # a service or a greeting counts two, any other word of business, a date or a sum one
_SUBSTANCE = 12  # Han characters
_LEAST_OF_A_NAME = 3
_COVER = "\u25cb"
_BESIDE_ADDRESSES = frozenset(("from", "to", "cc", "reply-to", "sender"))
_GREETED: frozenset[Kind] = frozenset((*_NAMES, "account"))
_Places = dict[int, list[tuple[int, int]]]


NO_WORDS = Words()
Named = Callable[[Sequence[Subject]], Sequence[Finding]]
"""Where a message names the parties of these subjects, in any way of writing."""


def with_ties(
    findings: Sequence[Finding],
    reading: Reading,
    matches: Iterable[Match],
    subjects: Sequence[Subject],
    threshold: float,
    named: Named = lambda subjects: (),
    own_words: Words = NO_WORDS,
) -> tuple[Finding, ...]:
    """Each finding with what ties it. What is weaker than the threshold is no evidence for anything else."""
    reasons: dict[str, set[str]] = {}
    for match in matches:
        reasons.setdefault(match.report, set()).add(match.reason)
    by_report: dict[str, list[Finding]] = {}
    for finding in findings:
        by_report.setdefault(finding.report, []).append(finding)
    own = {subject.report: subject.own for subject in subjects}
    message = _MessageText(reading, lexicon_of(own_words))
    by_name = {report for report, why in reasons.items() if why & _BY_NAME}
    for subject in subjects:
        if reasons.get(subject.report) == {"name"}:
            # 阳光小北的邻居 is a viewer, and names 阳光小北; so is who lives in 阳光小北小区.
            found = by_report.get(subject.report, ())
            if any(map(_is_sign, found)) and not message.calls(subject, list(filter(_is_sign, found))):
                by_name.discard(subject.report)
    # Of the many reports of one name the index gives some; the others are about the same party.
    called = frozenset(word for report in by_name for word in own.get(report, ()))
    ties: dict[str, Tie] = {}
    signs: dict[str, list[Finding]] = {}
    for report, found in by_report.items():
        why = reasons.get(report, set())
        if why & _BY_RECIPIENT:
            ties[report] = "recipient"
        elif report in by_name or not called.isdisjoint(own.get(report, ())):
            ties[report] = "party"
        elif any(finding.score >= threshold and _is_evidence(finding) for finding in found):
            ties[report] = "evidence"
        else:
            signs[report] = [one for one in found if _is_sign(one) and one.score >= threshold]
            ties[report] = message.tie(signs[report])
    asked = tuple(subject for subject in subjects if signs.get(subject.report) and ties[subject.report] != "party")
    for subject in asked:
        if message.greets(_short_names(subject), signs[subject.report]):
            ties[subject.report] = "party"
    places = {subject.report: _SignPlaces(message, signs[subject.report]) for subject in asked}
    for finding in named(asked) if asked else ():
        if ties[finding.report] != "party" and message.is_of_them(finding, places[finding.report]):
            ties[finding.report] = "party"
    return tuple(
        replace(finding, tie="evidence" if _is_evidence(finding) else ties[finding.report]) for finding in findings
    )


def _is_evidence(finding: Finding) -> bool:
    """The reporter among those who get it, or who wrote a mail that is quoted, is an address like any other: what that
    mail says decides. A customer lives, works and pays somewhere."""
    if finding.kind == "circumstance":
        return finding.variant == "gift"
    return finding.kind in _EVIDENCE and not _is_sign(finding)


def _is_sign(finding: Finding) -> bool:
    return finding.kind in IDENTITY or (finding.kind == "thread" and finding.variant in _ANY_MAIL)


def _sort(sign: Finding) -> str:
    return "name" if sign.kind in _NAMES else "address" if sign.kind == "thread" else sign.kind


def _both(around: tuple[re.Pattern[str], re.Pattern[str]], before: str, behind: str) -> bool:
    return around[0].search(before) is not None and around[1].match(behind) is not None


def _short_names(subject: Subject) -> frozenset[str]:
    """What the party may be called to the face (小北 of 阳光小北, Luna of Luna Vale)."""
    found: set[str] = set()
    for name in {item.value for item in subject.party.items if item.kind in _NAMES} if subject.party else ():
        plain = letters_alone(name)
        if all_han(plain):
            found.update((plain[:2], plain[-2:]) if len(plain) > 3 else (plain[-2:],) if len(plain) == 3 else ())
        else:
            parts = [part for part in map(letters_alone, name.split()) if part.isascii() and part.isalpha()]
            found.update(part for part in parts if len(part) >= _LEAST_OF_A_NAME and len(parts) > 1)
    return frozenset(found)


def _spans(signs: Sequence[Finding]) -> dict[int, list[tuple[int, int]]]:
    """Where signs stand, by text, in order."""
    found: dict[int, list[tuple[int, int]]] = {}
    for sign in signs:
        if sign.fragment is not None and sign.span is not None:
            found.setdefault(sign.fragment, []).append(sign.span)
    return {fragment: sorted(spans) for fragment, spans in found.items()}


class _MessageText:
    """What a message says, looked at when first asked."""

    def __init__(self, reading: Reading, lexicon: Lexicon) -> None:
        self._reading, self._lexicon = reading, lexicon
        self._of: dict[int, Row] = {}

    def tie(self, signs: Sequence[Finding]) -> Tie:
        """By the words of the message alone."""
        if not signs or len(signs) > _MOST_LOOKED_AT:
            return "unexplained"
        about = (self.subject, self.body)
        if any(said.speaks_to_a_streamer() for said in about):
            return "party"
        around = [list(self._around(sign)) for sign in signs]
        every = [*about, *(said for near in around for said in near)]
        if any(said.complains() for said in every):
            return "complaint"
        if any(sign.variant in _WRITTEN_BY for sign in signs) and any(said.speaks_of_a_show() for said in about):
            return "complaint"
        if self._is_of_no_order(signs, every):
            return "unexplained"  # what the reporter wrote is handed on, and nothing says that it was about an order
        to_them = any(map(self._is_greeted, signs))
        lawsuit = not to_them and any(said.speaks_of_a_lawsuit() for said in every)
        if lawsuit and not any(said.speaks_of_a_debt() for said in every):
            return "complaint"
        if any(said.answers_a_report() if to_them else said.complains_of_something() for said in every):
            return "complaint"
        if any(near[0].speaks_of_viewers() for near in around if near) or any(map(self._is_of_a_complaint, signs)):
            return "complaint"
        if not to_them and (self._is_of_somebody_else(signs, every) or self._is_a_reason(signs, around, every)):
            return "complaint"
        if self._speaks_of_a_report_elsewhere(signs):
            return "complaint"
        plain = {_sort(sign) for sign, near in zip(signs, around, strict=True) if self._explained(sign, near, to_them)}
        explained = all(_sort(sign) in plain and (self._is_shown(sign) or sign.medium in _REPEATS) for sign in signs)
        return "none" if explained else "unexplained"

    def _is_of_no_order(self, signs: Sequence[Finding], every: Sequence[Said]) -> bool:
        """Whether a mail of the reporter's is handed on and is about no order: no word of a service is in the message,
        but for those of money; or none stands below the head of that mail, which speaks of a person."""
        written = [sign for sign in signs if sign.variant in _WRITTEN_BY]
        if not written:
            return False
        if not frozenset[str]().union(*(said.services() for said in every)) - words.MONEY:
            return True
        for sign in written:
            if sign.variant == "quoted" and sign.fragment is not None and sign.span is not None:
                end = sign.span[1]
                text = self._reading.texts[sign.fragment].text[end : end + FIRST_PAGE]
                letter = Said.of(words.WHO_GETS_IT.sub("", text), self._lexicon)
                if letter.speaks_of_a_person() and not letter.services() - words.MONEY:
                    return True
        return False

    def _is_of_somebody_else(self, signs: Sequence[Finding], every: Sequence[Said]) -> bool:
        """Whether `you` are told of them as of another: 您的申诉…用户 138…; not of one to whom something is brought."""
        if not (self.subject.speaks_to_somebody() or self.body.speaks_to_somebody()):
            return False
        if any(said.is_of_something_brought() for said in every):
            return False
        for sign in signs:
            if sign.fragment is not None and sign.span is not None:
                start = sign.span[0]
                before = self._reading.texts[sign.fragment].text[max(0, start - BESIDE) : start]
                if words.THIRD_ZH.search(letters_alone(before)) or words.THIRD_EN.search(normalise(before).text):
                    return True
        return False

    def _is_a_reason(self, signs: Sequence[Finding], around: Sequence[Sequence[Said]], every: Sequence[Said]) -> bool:
        """Whether something is so because of them (因用户 138… 提交的录屏), or whoever gets it is to get in touch with
        them; not where something is brought or mended."""
        if any(said.is_of_something_brought() for said in every):
            return False
        if any(near[0].gives_somebody_away() for near in around if near):
            return True
        for sign in signs:
            if sign.fragment is None or sign.span is None:
                continue
            text, (start, end) = self._reading.texts[sign.fragment].text, sign.span
            before, behind = text[max(0, start - BESIDE) : start], text[end : end + BESIDE]
            before_en, behind_en = words.CAUSE_EN
            if (
                _both(words.CAUSE_ZH, letters_alone(before), letters_alone(behind))
                or before_en.search(normalise(before).text)
                or behind_en.match(normalise(behind).text)
            ):
                return True
        return False

    def is_of_them(self, named: Finding, signs: "_SignPlaces") -> bool:
        """Whether the party is meant: not by a piece of the reporter's own name (星儿的小棉袄) or of a thing's
        (星儿牌毛毯), nor by another customer of that name in a list of several."""
        if named.fragment is None or named.span is None:
            return True
        start, end = named.span
        if signs.cover(named.fragment, start, end):
            return False
        if named.kind in _NAMES and self._is_of_a_thing(self._reading.texts[named.fragment].text, start, end):
            return False
        row = self.row(named.fragment)
        entry = row.entry(row.place(named.fragment, start)) if named.kind in _NAMES else None
        return entry is None or signs.stand_within(row, *entry)

    def calls(self, subject: Subject, signs: Sequence[Finding]) -> bool:
        """Whether a party is named beside what the reporter is called."""
        texts, covered = self._reading.texts, self._with_things(subject, _spans(signs))
        beside = [
            self._without(number, covered) for number, text in enumerate(texts) if text.label in _BESIDE_ADDRESSES
        ]
        every = "\n".join(self._without(number, covered) for number in range(len(texts)))
        said = callings(every, beside)
        return any(np.isin(callings_of(word), said).any() for word in subject.own)

    def _is_of_a_thing(self, text: str, start: int, end: int) -> bool:
        return is_of_a_thing(text, start, end, self._lexicon.things)

    def _with_things(self, subject: Subject, covered: _Places) -> _Places:
        """The same places, and those at which a name of the party stands in that of a thing."""
        names = {item.value for item in subject.party.items if item.kind in _NAMES} if subject.party else ()
        for number, text in enumerate(self._reading.texts):
            if found := [span for name in names for span in of_things(text.text, name, self._lexicon.things)]:
                covered[number] = sorted((*covered.get(number, ()), *found))
        return covered

    def greets(self, parts: frozenset[str], signs: Sequence[Finding]) -> bool:
        """Whether a greeting, or the subject, calls somebody by a part of a name who is not the reporter; or a body has
        a part that is no word, with a capital."""
        texts, covered = self._reading.texts, _spans(signs)
        greetings = subjects = ""
        for number, text in enumerate(texts) if parts else ():
            if text.medium in _BODIES:
                greetings += normalise(greeted(self._without(number, covered)[:FIRST_PAGE])[0]).text + "\n"
            elif text.label == "subject":
                subjects += normalise(self._without(number, covered)).text + "\n"
        page = self._page(covered)

        def calls(pattern: str, text: str) -> bool:
            return any(not self._is_of_a_thing(text, *found.span()) for found in re.finditer(pattern, text))

        return any(
            calls(part, greetings)
            if all_han(part)
            else calls(rf"(?<![a-z]){part}(?![a-z])", greetings + subjects)
            or (not is_english(part) and calls(rf"(?<![^\W_]){part.capitalize()}(?![^\W_])", page))
            for part in parts
        )

    def _page(self, covered: "Mapping[int, list[tuple[int, int]]]") -> str:
        """The first page of each body as it is written, without what identifies the reporter and without lists."""
        said: list[str] = []
        for number, text in enumerate(self._reading.texts):
            if text.medium in _BODIES and not self.row(number).is_table:
                said.append(self._without(number, covered)[:FIRST_PAGE])
        return "\n".join(said)

    def _without(self, fragment: int, covered: Mapping[int, list[tuple[int, int]]]) -> str:
        """A text in which what identifies the reporter is covered."""
        text, kept, at = self._reading.texts[fragment].text, list[str](), 0
        for start, end in covered.get(fragment, ()):
            kept += (text[at:start], _COVER * (end - max(at, start)))
            at = max(at, end)
        return "".join((*kept, text[at:]))

    @cached_property
    def subject(self) -> Said:
        """Its subject, and the names of its files."""
        texts = self._reading.texts
        titles = (text.text for text in texts if text.label == "subject" or text.medium == "file_name")
        return Said.of("\n".join(titles), self._lexicon)

    @cached_property
    def body(self) -> Said:
        """The first page of each body but for the rows of tables."""
        said: list[str] = []
        for number, text in enumerate(self._reading.texts):
            if text.medium in _BODIES:
                row = self.row(number)
                said.append(row.prose(row.place(number, 0), len(text.text)))
        return Said.of("\n".join(said), self._lexicon)

    def _speaks_of_a_report_elsewhere(self, signs: Sequence[Finding]) -> bool:
        """Anywhere in a body; where a sign stands; on top of any other text. What is said of one of many people who
        are listed is said of that one."""
        texts = self._reading.texts
        of_signs = {id(self.row(sign.fragment)) for sign in signs if sign.fragment is not None}
        looked_at: set[int] = set()
        for number, text in enumerate(texts):
            if text.medium not in _WRITTEN or id(row := self.row(number)) in looked_at:
                continue
            looked_at.add(id(row))
            whole = text.medium in _BODIES or id(row) in of_signs
            if row.of_all(whole).says_who_reported():
                return True
        return False

    def _is_shown(self, sign: Finding) -> bool:
        """Whether it stands in a place, and in a form, in which people write to be read."""
        if sign.fragment is None or sign.span is None:
            return True
        fragment = self._reading.texts[sign.fragment]
        written = fragment.label in _FIELDS if fragment.medium == "header" else fragment.medium in _WRITTEN
        before = fragment.text[max(0, sign.span[0] - AROUND) : sign.span[0]]
        return written and (
            sign.variant in _PLAIN or (sign.variant == "spelled" and words.IN_A_LINK.search(before) is not None)
        )

    def _explained(self, sign: Finding, near: Sequence[Said], to_them: bool) -> bool:
        """Whether a service says why it is here, in a place and in a form in which people write to be read."""
        if sign.fragment is None or sign.span is None:
            return bool(self.subject.services() or self.body.services())
        if not self._is_shown(sign):
            return False
        if self._reading.texts[sign.fragment].label == "list-unsubscribe":
            return sign.kind == "address"
        if near[0].services():
            return True
        services = self.body.services().union(*(said.services() for said in near))
        once_more = bool(services & self.subject.services())  # `Refund`: your refund …
        services |= self.subject.services()
        every = (self.subject, self.body, *near)
        general = frozenset[str]().union(*(said.general() for said in every))
        signals = frozenset[str]().union(*(said.signals() for said in every))
        points = 2 * (len(services) + once_more + to_them) + len(general) + len(signals)
        return points + self.row(sign.fragment).worth + self._substance >= _ENOUGH

    @cached_property
    def _substance(self) -> int:
        """Whether it says something of its own, and does not just give somebody's number away."""
        said = f"{self.subject.folded}\n{self.body.folded}"
        return 0 if words.substance(said) < _SUBSTANCE else 1 if words.HANDOVER.search(said) else 2

    def _is_greeted(self, sign: Finding) -> bool:
        """Whether the reporter is whom a body speaks to: 章晓鸣您好, `Dear Ms Zhang,`."""
        if sign.fragment is None or sign.span is None or sign.kind not in _GREETED:
            return False
        fragment = self._reading.texts[sign.fragment]
        start, end = sign.span
        if fragment.medium not in _BODIES or start > FIRST_PAGE:
            return False
        before, behind = fragment.text[max(0, start - BESIDE) : start], fragment.text[end : end + BESIDE]
        called = words.GREETING.search(before)
        return (
            called is not None
            and words.GREETED.match(behind) is not None
            and (bool(called["word"]) or words.HELLO.match(behind) is not None)
        )

    def _around(self, sign: Finding) -> Iterator[Said]:
        """What stands beside it, then what stands near."""
        if sign.fragment is not None and sign.span is not None:
            row = self.row(sign.fragment)
            yield from row.around(row.place(sign.fragment, sign.span[0]), row.place(sign.fragment, sign.span[1]))

    def _is_of_a_complaint(self, sign: Finding) -> bool:
        if sign.fragment is None or sign.span is None:
            return False
        text, start = self._reading.texts[sign.fragment].text, sign.span[0]
        return words.OF_A_COMPLAINT_ZH.search(letters_alone(text[max(0, start - BESIDE) : start])) is not None

    def row(self, fragment: int) -> "Row":
        if not self._of:
            texts = self._reading.texts
            for numbers in rows(texts):
                row = Row(numbers, [texts[number].text for number in numbers], self._lexicon)
                self._of.update(dict.fromkeys(numbers, row))
        return self._of[fragment]


class _SignPlaces:
    """Where the signs of one report stand: asked for each place at which a party is named, of which a sheet may have as
    many as it has signs."""

    def __init__(self, message: _MessageText, signs: Sequence[Finding]) -> None:
        places: dict[int, list[int]] = {}
        for fragment, spans in (covered := _spans(signs)).items():
            row = message.row(fragment)
            places.setdefault(id(row), []).extend(row.place(fragment, start) for start, _ in spans)
        self._in_rows = {row: sorted(found) for row, found in places.items()}
        # By text: where they start, and how far any that started by then reaches.
        self._reach: dict[int, tuple[list[int], list[int]]] = {}
        for fragment, found in covered.items():
            self._reach[fragment] = [start for start, _ in found], list(accumulate((end for _, end in found), max))

    def cover(self, fragment: int, start: int, end: int) -> bool:
        """Whether one of them is all over these characters."""
        starts, reach = self._reach.get(fragment, ((), ()))
        at = bisect_right(starts, start) - 1
        return at >= 0 and reach[at] >= end

    def stand_within(self, row: Row, first: int, last: int) -> bool:
        """Whether one begins between these places of a row, both ends included."""
        places = self._in_rows.get(id(row), ())
        at = bisect_left(places, first)
        return at < len(places) and places[at] <= last
