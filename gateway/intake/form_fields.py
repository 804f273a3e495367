"""Fields of forms and letters: which value stands under which label, whatever parts the two.

A label and its value are found where a colon, a bar, a tab, brackets, blanks or nothing stands between them; in one
line with other fields, in cells beside each other, in a row of heads above the values, in a column of labels with the
values under them. A name and a telephone number side by side belong together without a label.

Whose a field is, its label says, or the label before it: 电话 behind `被举报人：…` in one line is the reported party's.
举报电话 and 客服电话 are nobody's. What a form gives as an example (`例如…`) is no value.

In: text, a line for each line or row, cells parted by tabs or bars. Out: what was learned, with a score and a word for
its place (never the value). Time is linear in the text. Nothing here fails.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from gateway.intake.extracted import Learned
from gateway.intake.form_labels import Label, Owner, labels_of, unknown_label
from gateway.intake.form_values import (
    MAIL,
    MARKS,
    PHONE,
    could_be_name,
    is_phone,
    name_alone,
    number_in,
    plausible_first,
    values_of,
)
from gateway.text.chinese import is_plausible_name
from gateway.text.han import all_han

_MOST_EXAMPLES = 20
_MOST_HEADS = 40
_LONGEST_GAP = 8
"""Characters of a name between two labels, where nothing else parts them."""
_LONGEST, _LONGEST_END = 100_000, 20_000
"""Characters of a text that are looked through, and how many of them at its end: who wrote it stands first or last."""
_MOST_ROWS = 200
_MOST_PAIRS = 3
"""Names with numbers that no label gives to anybody: more of them are a list of other people."""

PAIR, OTHERS_PAIR = "name beside a number", "another's name beside a number"
"""Places of a name and a number that no label gives to anybody; of others, where the text says so."""
_OF_OTHERS = re.compile(r"[\W_]{0,8}(?:(?:TA|ta|[他她])[^们]|此人|该人|对方|这(?:个人|位|是)|[是为](?!本人|我))")
"""`王丽 138…，是店家的客服`: what says of a name that stands before it whose it is."""

_EXAMPLE = re.compile(
    r"[(（\[【]?[ \t]{0,3}(?:例如|例[:：]|比如|譬如|如[:：]|示例|样例|范例|样表|填写说明|填表说明|填写样式"
    r"|(?i:\be\.g\.|\bfor example|\bsample\b))"
)
_EXAMPLES = re.compile(r"^\W{0,4}(?:填[写表])?(?:示例|样例|范例|样表|说明|须知)\W{0,4}$")
_SEPARATOR = re.compile(
    r"(?P<blank>[ \t\u3000\u00a0]{0,12})(?P<mark>[:：=﹕︰|｜/／]|是(?=[^否不])|为|[-–—]{1,2}|[.．…·]{2,40}"
    r"|[】〕』」]|[？?][ \t]{0,2}(?:答[:：]?)?|(?:(?<=[\[<]..)|(?<=[\[<]...)|(?<=[\[<]....))[\]>])?"
    r"[ \t\u3000\u00a0|｜_＿]{0,40}"
)
_CLOSES = frozenset(".．…·】〕』」？?]>")
"""Behind 姓名 in 姓名……, 【姓名】 and `您的姓名？` they are what a colon is."""
_CELL = re.compile(r"[\t|｜]")
_JOINED = re.compile("[及和与]其?")
"""Between 联系人 and 电话, which are one label then."""
_LATIN_LETTER = re.compile(r"[A-Za-z]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_CLOSING = re.compile(
    r"^.{0,40}?(?:敬\s*礼|敬上|谨上"
    r"|(?i:(?:yours |best |kind |warm )?(?:sincerely|faithfully|regards|truly|thanks|thank you)))"
    r"[\s,，.!！]*"
)
_ADDRESSED = re.compile(r"^.{0,60}(?:请|可|直接)(?:直接|随时|尽快)?(?:联系|致电|拨打)")
_NAMED_BEFORE = re.compile(
    r"(?:被举报|被投诉|被反映|举报对象|投诉对象|主播|房间|直播间|对方|嫌疑|商家|店铺|客服|热线|(?i:reported|streamer|accused))"
    r"[^\n:：,，;；。\t|]{0,14}$"
)
"""`主播…（电话`: a sentence that names somebody else right before the label."""


@dataclass(frozen=True, slots=True)
class _FormField:
    """A label of a line, what stands behind it up to the next, and what parts them (a mark, `blank`, or nothing)."""

    label: Label
    region: str = field(repr=False)
    parted: str

    @property
    def is_empty(self) -> bool:
        return not self.region.strip(" \t\u3000\u00a0:：|｜_＿*")


def from_form(text: str) -> Iterator[Learned]:
    """Everything that the fields of a text say of its writer."""
    if len(text) > _LONGEST:
        text = text[: _LONGEST - _LONGEST_END] + "\n\n" + text[-_LONGEST_END:]
    yield from _FormReader(text).read()


class _FormReader:
    """A text under way. What was said of somebody holds for a line, and in part up to the next empty line."""

    def __init__(self, text: str) -> None:
        lines = list(_without_examples(text.split("\n")))
        self._lines = lines
        self._fields = [list(_fields(line)) for line in lines]
        self._owner: Owner = ""
        self._section: Owner = ""
        self._behind_party = False
        self._had: set[str] = set()
        self._pairs: list[Learned] = []

    def read(self) -> Iterator[Learned]:
        at = 0
        while at < len(self._lines):
            if not self._lines[at].strip():
                self._owner, self._section, self._behind_party = "", "", False
                self._had.clear()
                at += 1
                continue
            rows = self._table_at(at)
            if rows:
                yield from rows[1]
                at = rows[0]
                continue
            yield from self._line(at)
            at += 1
        names = {learned.value for learned in self._pairs if learned.kind == "name"}
        if len(names) <= _MOST_PAIRS:
            yield from self._pairs

    # a line

    def _line(self, at: int) -> Iterator[Learned]:
        line, fields = self._lines[at], self._fields[at]
        if not line.startswith(("\t", "|\t", "| |", "||")) and self._owner != "office":
            self._owner = self._section  # a row whose first cell is empty goes on with what stands above it
        if not fields or fields[0].label.field == "phone":
            self._beside(at, fields)
        empty_person = False
        name = ""
        for number, one in enumerate(fields):
            if not one.label.owner and _NAMED_BEFORE.search(line, max(0, one.label.start - 30), one.label.start):
                continue
            owner = self._whose(one.label, empty_person)
            if one.label.owner == "party":
                self._behind_party = True
            empty_person = one.label.field in ("person", "rest") and one.is_empty
            if one.label.owner:  # `被举报人 | 姓名 | …`: a word at the left for this row and those below it
                goes_on = one.is_empty and number == 0 and len(fields) > 1
                self._section = one.label.owner if goes_on and one.label.owner != "reporter" else ""
            if owner in ("party", "office"):
                continue
            region, parted = one.region, one.parted
            if one.is_empty and number == len(fields) - 1:
                region, parted = self._below(at), ":"
            label = one.label
            if label.field == "rest" and label.owner == "reporter" and plausible_first(region):
                label = replace(label, field="name")  # 举报人信息：褚云起，女，136…
            for learned in values_of(label, region, parted, name):
                if owner != "reporter" and self._is_partys(learned.kind):
                    continue
                self._had.add(learned.kind)
                if learned.kind == "name":
                    name = learned.value
                yield learned

    def _whose(self, label: Label, behind_empty: bool) -> Owner:
        if label.owner:
            self._owner = label.owner
        elif (
            label.field == "name"
            and self._owner != "office"
            and not (self._owner == "party" and (behind_empty or self._section))
        ):
            self._owner = ""
        return self._owner

    def _is_partys(self, kind: str) -> bool:
        """A second telephone after the reported party was named is the party's, where the writer has one already."""
        return self._behind_party and kind in self._had and kind != "name"

    def _below(self, at: int) -> str:
        """The next line, where it has no label of its own."""
        for below in range(at + 1, min(at + 3, len(self._lines))):
            if self._lines[below].strip():
                cells = [cell for cell in _CELL.split(self._lines[below]) if cell.strip()]
                return "" if self._fields[below] else cells[0]
        return ""

    def _beside(self, at: int, fields: Sequence[_FormField]) -> None:
        """`N  P`, `N（P）`, `N，电话P`: what stands before a number is who has it, where it is a name and no more."""
        line = self._lines[at]
        if self._owner in ("party", "office") or len(line) > 200:
            return
        start = fields[0].label.start if fields else 0
        match = PHONE.search(line, fields[0].label.end if fields else 0)
        if match is None or not is_phone(match["value"], mobile=not fields):
            return
        before = _ADDRESSED.sub("", line[: start if fields else match.start()])
        if fields and not before.strip():
            return
        name = name_alone(_CLOSING.sub("", before))
        if not name and not fields and not before.strip():
            name = name_alone(line[match.end() :])
        if name:
            behind = "\n".join((line[match.end() :], *self._lines[at + 1 : at + 2]))
            place = OTHERS_PAIR if _OF_OTHERS.match(behind) else PAIR
            self._pairs.append(Learned("name", name, 0.8, place, beside=name))
            if not fields:
                value = number_in(match["value"])
                self._pairs.append(Learned("phone", value, 0.8, place, beside=name))

    # a table

    def _table_at(self, at: int) -> tuple[int, list[Learned]] | None:
        """Where a table ends whose heads stand in this line, or in this and the next lines, and what it says."""
        heads = _heads(self._lines[at])
        if heads is not None:
            end, rows = self._rows_below(at + 1, heads)
        else:
            heads, end, rows = self._column_at(at)
        if heads is None or not rows:
            return None
        about_others = any(head is not None and head.owner == "party" for head in heads)
        joint = any(
            re.search("联名|签名|举报人|投诉人|举报者|投诉者", line) for line in self._lines[max(0, at - 3) : at]
        )
        found: list[Learned] = []
        for row in rows:
            name = ""
            for head, cell in _aligned(heads, row):
                if head is None or head.owner in ("party", "office") or not cell.strip():
                    continue
                if len(rows) > 1 and not (head.sure or about_others or joint):
                    continue  # a list of anybody
                for learned in values_of(head, cell, ":", name):
                    name = learned.value if learned.kind == "name" else name
                    found.append(learned)
        return end, found

    def _rows_below(self, at: int, heads: Sequence[Label | None]) -> tuple[int, list[list[str]]]:
        rows: list[list[str]] = []
        by_cells = _CELL.search(self._lines[at - 1]) is not None
        while at < len(self._lines) and len(rows) < _MOST_ROWS and self._lines[at].strip() and not self._fields[at]:
            row = _cells(self._lines[at]) if by_cells else self._lines[at].split()
            if len(row) < min(2, len(heads)):
                break
            rows.append(row)
            at += 1
        return at, rows

    def _column_at(self, at: int) -> tuple[list[Label | None] | None, int, list[list[str]]]:
        """Labels one under the other, then as many values: a row of heads and one of values, read cell by cell."""
        heads: list[Label | None] = []
        for line, fields in zip(self._lines[at : at + _MOST_HEADS], self._fields[at : at + _MOST_HEADS], strict=True):
            if len(fields) != 1 or not _is_alone(line, fields[0]):
                break
            heads.append(fields[0].label)
        at += len(heads)
        values = self._lines[at : at + len(heads)]
        if len(heads) < 2 or len(values) < len(heads) or any(self._fields[at : at + len(heads)]):
            return None, at, []
        return heads, at + len(heads), [values]


def _without_examples(lines: Sequence[str]) -> Iterator[str]:
    """The lines without what a form gives as an example of how to fill it in."""
    skipping = False
    for line in lines:
        skipping = (skipping and bool(line.strip())) or bool(_EXAMPLES.match(line))
        if skipping:
            yield ""
            continue
        for _ in range(_MOST_EXAMPLES):
            match = _EXAMPLE.search(line)
            if match is None:
                break
            bracketed = match[0].lstrip()[:1] in "(（[【"
            end = re.compile(r"[)）\]】\t|｜]" if bracketed else r"[\t|｜]").search(line, match.end())
            line = line[: match.start()] + " " + (line[end.end() - (not bracketed) :] if end else "")
        yield line


def _fields(line: str) -> Iterator[_FormField]:
    labels: list[tuple[Label, str, int]] = []
    last: Label | None = None
    for label in labels_of(line):
        compound = last is not None and _JOINED.fullmatch(line, last.end, label.start) is not None
        if compound and last is not None:
            label = replace(label, owner=last.owner)  # 经办人及电话 is the office's
        last = label
        parted, start = _parted(line, label)
        if _is_label(line, label, parted, labels, compound):
            labels.append((label, parted, start))
    for number, (label, parted, start) in enumerate(labels):
        end = labels[number + 1][0].start if number + 1 < len(labels) else len(line)
        region = line[start : max(start, end)]
        yield _FormField(label, region[: unknown_label(region, 0)] if label.field != "rest" else region, parted)


def _parted(line: str, label: Label) -> tuple[str, int]:
    """What parts a label from its value, and where that begins."""
    match = _SEPARATOR.match(line, label.end)
    if match is None or match.end() == label.end:
        return ("end" if label.end == len(line) else "bracket" if line[label.end] in "(（[【" else ""), label.end
    blank, mark = match["blank"], match["mark"] or ""
    if mark:
        return (":" if mark[0] in _CLOSES else mark), match.end()
    wide = "\t" in match[0] or "\u3000" in blank or len(blank) > 1 or "|" in match[0] or "_" in match[0]
    return (":" if wide or match.end() == len(line) else "blank"), match.end()


def _is_label(
    line: str, label: Label, parted: str, before: Sequence[tuple[Label, str, int]], compound: bool = False
) -> bool:
    """Whether a word for a label is one here: it stands by itself (or is the second of two that are joined), and
    something behind it can be its value."""
    behind = line[label.end : label.end + 1]
    if label.start and (_HAN.match(line[label.start - 1]) or _LATIN_LETTER.match(line[label.start - 1])):
        beside = before and before[-1][0].field == "name" and label.start - before[-1][2] <= _LONGEST_GAP
        gap = line[before[-1][2] : label.start].strip() if beside else ""
        joined = bool(gap) and all_han(gap) and is_plausible_name(gap)
        if not joined and not compound and not (label.owner == "reporter" and parted in MARKS):
            return False
        if not joined and label.field in ("name", "person"):
            return False
    strong = parted in MARKS or parted == "end"
    if label.field in ("person", "rest", "employer", "school", "residence", "nickname"):
        is_latin = line[label.start].isascii()
        return strong or (parted == "blank" and not is_latin) or (parted in ("/", "／") and label.field == "rest")
    if label.field == "name":
        if line[label.start].isascii() or (not strong and not label.owner and parted in ("", "是", "为")):
            return strong
        return True
    if strong or parted in ("是", "为", "bracket"):
        return True
    if label.field == "phone":
        return bool(PHONE.search(line[label.end : label.end + 40]))
    return parted != "" or bool(re.match(r"[A-Za-z0-9]", behind))


def _heads(line: str) -> list[Label | None] | None:
    """The labels of a row of heads, cell by cell; None where the line is no such row."""
    cells = _cells(line) if _CELL.search(line) else line.split()
    heads = [_head(cell) for cell in cells]
    known = [head for head in heads if head is not None]
    if len(known) < 2 or not any(head.field in ("name", "phone") for head in known):
        return None
    for head, cell, before in zip(heads, cells, [None, *heads], strict=False):
        if head is None and (len(cell.strip()) > 12 or re.search(r"\d", cell)):
            return None
        if head is None and before is not None and before.field in ("name", "person") and name_alone(cell):
            return None  # a label beside its value
    return heads


def is_bare_label(line: str) -> bool:
    """Whether a line is a label and no more, not even a colon."""
    return bool(line.strip()) and line.strip()[-1] not in ":：" and _head(line) is not None


def is_label(line: str) -> bool:
    """Whether a line is a label and no more, with a colon or without one."""
    return bool(line.strip()) and _head(line) is not None


def begins_with_label(line: str) -> bool:
    """Whether a line begins with a label, whatever stands behind it."""
    return next((label.start == 0 for label in labels_of(line.lstrip(" \t\u3000"))), False)


def _head(cell: str) -> Label | None:
    plain = cell.strip(" \t\u3000\u00a0:：*")
    for label in labels_of(plain):
        if label.start == 0 and label.end == len(plain):
            return label
    return None


def _aligned(heads: Sequence[Label | None], row: Sequence[str]) -> Iterator[tuple[Label | None, str]]:
    """Each cell with its head. Where cells are missing, which ones nobody says: by what a cell can be then."""
    if len(row) >= len(heads):
        yield from zip(heads, row, strict=False)
        return
    at = 0
    for cell in row:
        plain = cell.strip()
        fits = "address" if MAIL.fullmatch(plain) else "name" if could_be_name(plain) else ""
        if (match := PHONE.fullmatch(plain)) and is_phone(match["value"], mobile=False):
            fits = "phone"
        for number in range(at, len(heads)):
            head = heads[number]
            if fits and head is not None and head.field == fits:
                yield head, cell
                at = number + 1
                break


def _cells(line: str) -> list[str]:
    return _CELL.split(line.strip("|｜ ") if "|" in line or "｜" in line else line)


def _is_alone(line: str, one: _FormField) -> bool:
    return one.is_empty and not line[: one.label.start].strip(" \t\u3000*·•-0123456789.、()（）")
