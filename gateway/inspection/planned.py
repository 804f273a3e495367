"""Whether a rewritten message says nothing but what was planned: the rewriter is believed in nothing.

The rewritten bytes come from a process that parsed a stranger's message. It knows that message and the edits, and may
have been taken over; another process, that did not make them, reads them. What that one read is compared:

- Every text is one of the same part and file (of any, where a file was taken out), medium and field, or is one with
  words of the edits replaced in their places (`word_cuts.py`). Documents and lists of metadata are compared by lines;
  a body has the lines that it had.
- What rewriting adds beside is known, and stands where it is added: how a part is packed, a name in other forms, a
  number that tells two names apart, the notice for a file, words of formats.
- No field stands more often, nothing more cannot be read, no kind of file is new, and a file that nobody asked to
  change is as it was. Every picture looks as it did, its boxes covered (`painted.py`).

So a rewriter that was taken over puts no sentence, field, file or picture of its own into what readers read, and builds
none from words of the message. It can leave things out: words of the edits may stay (the detectors look for them after
this); a field, a line of a document, or a text or file beside an edit may be missing; a string of JSON escapes goes
whole with one word. It can put lines of a document in another order or twice, choose among our words for one that goes,
put the end of a line beside one, and draw what `painted.py` does not see. And it can do what readers do not look at:
blanks, how text is set (letters in bold can be read too), bytes that no reader of ours reads.

In: the reading before, the edits, the reading after. Out: a truth value. Raises what the deadline raises.
"""

import base64
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from urllib.parse import unquote

from gateway.inspection.painted import looks_as_planned
from gateway.inspection.word_cuts import Cuts, without_blanks
from gateway.model import Edit, FilePart, Location, Reading, TextFragment, steps
from gateway.model.deadline import Deadline, no_deadline
from gateway.rewriting.plan import ordinals_of

_WORDS = re.compile(r"(?:=\?utf-8\?b\?[A-Za-z0-9+/]{2,}={0,2}\?=\s*)+")
_WORD = re.compile(r"=\?utf-8\?b\?([A-Za-z0-9+/]{2,}={0,2})\?=")
"""As rewriting encodes words (RFC 2047). Where a field is folded between two, the reading shows them as they stand."""
_PARAMETER = re.compile(r"[\";]{0,3}(?:file)?name(?:\*\d{1,3})?\*?=(?:utf-8'')?\"?")
"""How the name of a file is written (RFC 2231). Where it is folded, the reading shows the lines as they stand."""
_CHARSET = re.compile(r";charset=(?:utf-8|gb18030|gbk|gb2312|us-ascii|iso-8859-1|big5)(?=;|\Z)")
_SPECIAL = re.compile(r"[\x00-\x1f\x7f;=\",'<>:|?*/\\]+")
"""What saving programs leave out of a name."""
_ENCODINGS = frozenset(("quoted-printable", "base64", "8bit", "7bit"))
_IN_PLACE_OF_A_FILE: Mapping[str, str] = {
    "content-type": "text/plain;charset=utf-8",
    "content-transfer-encoding": "base64",
    "content-disposition": "inline",
}
_OF_DOCUMENTS = frozenset(("preserve", "string"))
"""What a changed document says of a run with blanks at its end, and of a cell that held a number."""
_RECORDS = frozenset(("path", "linkpath"))
"""Under which a tar says a name that is too long for its header (POSIX.1-2017 pax)."""
_NOBODY = "MAILER-DAEMON"
"""Whom a mailbox names as the sender of a mail, in the line before it, where the sender is not to be named."""
_NAMED_IN_PDF = frozenset(("fontdescriptor", "winansiencoding", "stsong-light", "adobe", "gb1", "adobe-identity-ucs"))
"""What a PDF says of the fonts in which words of ours are written (ISO 32000-2 section 9)."""
_IN_LINES = frozenset(("document", "metadata"))
"""Media of which a text may be a list: each line is compared by itself."""
_NUMBERED = re.compile(r" ([2-9]|[1-9]\d{1,2})(?=(?:\.[^./]*)?/?\Z)")
"""Behind the last placeholder in the name of a file: told apart from another of the same name."""
_CARD = re.compile(r"\s*BEGIN:(?:VCARD|VCALENDAR)", re.IGNORECASE)
_FOLDS = re.compile(r"\r?\n[ \t]|=\r?\n")
"""Where a line of a card goes on (RFC 6350 section 3.2, vCard 2.1): words of ours move that."""
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_NAME_IN_PARTS = re.compile(r"((?:[\w-]+\.)?N(?:;[^:]*)?):(.*)", re.IGNORECASE)
_LAID_OUT = frozenset(("text", "html"))
"""Media whose lines people see as they are."""
_READ_BY_SIGHT = frozenset(("picture", "code"))
"""Media whose words a reader guesses from pixels: the same pixels may give others. The pixels are compared instead."""


def as_planned(before: Reading, edits: Sequence[Edit], after: Reading, deadline: Deadline | None = None) -> bool:
    """False where the second reading has what neither the first nor the edits have. Raises what the deadline raises."""
    deadline = deadline or no_deadline()
    return (
        _says_as_planned(before, edits, after, deadline)
        and _has_fields_as_planned(before, edits, after)
        and _has_files_as_planned(before, edits, after)
        and _is_no_less_readable(before, after)
        and looks_as_planned(before.pictures, edits, after.pictures, deadline)
    )


def _says_as_planned(before: Reading, edits: Sequence[Edit], after: Reading, deadline: Deadline) -> bool:
    said = _MaySay(before, edits, deadline)
    doubtful = []
    accepted: dict[Location, list[TextFragment]] = {}
    for fragment in after.texts:
        if fragment.medium in _READ_BY_SIGHT:
            continue
        is_first = fragment.medium == "header" and fragment.where not in accepted
        if said.allows(fragment):
            accepted.setdefault(fragment.where, []).append(fragment)
        elif is_first:
            return False  # the line that mailboxes put before a mail looks like folds of fields, and is none
        else:
            doubtful.append(fragment)
    return said.are_numbered_in_turn(after) and all(
        said.is_a_look_at(fragment, accepted.get(fragment.where, ()))
        or _is_another_form(fragment, accepted.get(fragment.where, ()))
        for fragment in doubtful
    )


_Key = tuple[tuple[object, ...], str, str]
"""The file, medium and label of a text."""


class _MaySay:
    """What texts may say after the edits."""

    def __init__(self, before: Reading, edits: Sequence[Edit], deadline: Deadline) -> None:
        words: dict[str, set[str]] = {}
        self._known: dict[_Key, set[str]] = {}
        self._is_whole = not any(edit.kind == "remove" for edit in edits)
        self._lines_of: dict[tuple[int, ...], set[str]] = {}
        """Of documents."""
        for fragment in before.texts:
            self._know(fragment, fragment.text)
            if fragment.medium == "document":
                self._lines_of.setdefault(fragment.file, set()).update(map(without_blanks, fragment.text.split("\n")))
        for fragment, text, own in _edited(before, edits):
            self._know(fragment, text)
            for edit in own:
                if edit.kind == "text":
                    words.setdefault(fragment.text[slice(*edit.span)], set()).add(edit.replacement)
        self._cuts = Cuts(words, deadline)
        self._deadline = deadline
        self._olds: dict[_Key, dict[str, list[str]]] = {}
        for (file, medium, label), texts in self._known.items():
            by_skeleton = self._olds.setdefault((file, medium, label if medium == "header" else ""), {})
            for text in texts:
                by_skeleton.setdefault(self._cuts.skeleton(text), []).append(text)
        self._notices = {without_blanks(edit.replacement) for edit in edits if edit.kind == "remove"}
        self._notices |= {f"{notice}.txt" for notice in self._notices}
        self._placeholders = {without_blanks(one) for new in words.values() for one in new if one} | self._notices
        self._types = {_without_charset(text.text) for text in before.texts if text.label == "content-type"}
        self._numbers: dict[tuple[str, str], set[int]] = {}

    def _file(self, fragment: TextFragment) -> tuple[object, ...]:
        """Of which part and file it is; files behind one that went have other numbers."""
        return (fragment.where.part, *fragment.file) if self._is_whole else ()

    def _know(self, fragment: TextFragment, text: str) -> None:
        key = (self._file(fragment), fragment.medium, fragment.label)
        known = self._known.setdefault(key, set())
        known.add(without_blanks(text))
        if fragment.medium in _LAID_OUT:
            self._known.setdefault((key[0], f"{fragment.medium} line", ""), set()).update(_lines_of(text))
        elif fragment.medium in _IN_LINES or (fragment.medium, fragment.label) == ("header", ""):
            known.update(_lines_of(text))
        if fragment.medium == "metadata":
            for line in text.split("\n"):
                if line.startswith("From ") and line.count(" ") > 1:
                    known.add(without_blanks(f"From {_NOBODY} {line.split(' ', 2)[2]}"))

    def allows(self, fragment: TextFragment) -> bool:
        """Whether it stood there, or is what the edits make of what stood there."""
        self._deadline.check()
        medium, label, text = fragment.medium, fragment.label, without_blanks(fragment.text)
        if medium == "header" and self._is_of_a_changed_part(label, text):
            return True
        if self._says(fragment, text):
            return medium not in _LAID_OUT or self._is_laid_out(fragment)
        if medium in ("file_name", "metadata") and self._is_numbered(fragment):
            return True
        last = fragment.where.steps[-1:]
        if medium == "document" and last and last[0].kind == "page":
            return self._is_on_a_page(fragment)
        if medium == "document" and last == (steps.LETTERS,):
            return self._is_spelled(fragment)
        if medium in _IN_LINES:
            is_card = _CARD.match(fragment.text) is not None
            return all(
                self._says_line(fragment, line) or (is_card and self._says_unescaped(fragment, line))
                for line in _lines_of(fragment.text)
            )
        return False

    def _is_laid_out(self, fragment: TextFragment) -> bool:
        """Whether its lines are lines that stood there, or have a word of ours: beginnings of lines can be read too."""
        known = self._known.get((self._file(fragment), f"{fragment.medium} line", ""), set()) | self._notices | {""}
        return all(line in known or self._cuts.has_a_replacement(line) for line in _lines_of(fragment.text))

    def are_numbered_in_turn(self, after: Reading) -> bool:
        """Whether names that a number tells apart begin with one without, and leave no number out."""
        names = (
            {(fragment.medium, without_blanks(fragment.text)) for fragment in after.texts} if self._numbers else set()
        )
        return all(
            name in names and numbers == set(range(2, len(numbers) + 2)) for name, numbers in self._numbers.items()
        )

    def is_a_look_at(self, fragment: TextFragment, accepted: Sequence[TextFragment]) -> bool:
        """Whether it shows lines of a text once more whose escapes are undone: those without any are left out."""
        self._deadline.check()
        if fragment.medium != "text" or not any(one.medium == "text" for one in accepted):
            return False
        return all(self._says(fragment, line, " line") for line in _lines_of(fragment.text))

    def _is_on_a_page(self, fragment: TextFragment) -> bool:
        lines = map(without_blanks, fragment.text.split("\n"))
        own = self._lines_of.get(fragment.file, ())
        return all(
            self._says_line(fragment, line) or any(self._cuts.leads_on_a_page(old, line) for old in own)
            for line in lines
        )

    def _is_spelled(self, fragment: TextFragment) -> bool:
        """What pages draw in strings of one letter each: lines of the pages, one after another."""
        return all(
            self._cuts.are_one_after_another(self._lines_of.get(fragment.file, ()), without_blanks(line))
            for line in fragment.text.split("\n")
        )

    def _says(self, fragment: TextFragment, text: str, suffix: str = "") -> bool:
        file, medium, label = self._file(fragment), fragment.medium + suffix, "" if suffix else fragment.label
        if text in self._known.get((file, medium, label), ()) or (medium != "header" and text in self._notices):
            return True
        olds = self._olds.get((file, medium, label if medium == "header" else ""), {}).get(
            self._cuts.skeleton(text), ()
        )
        return any(self._cuts.leads(old, text) for old in olds)

    def _says_line(self, fragment: TextFragment, line: str) -> bool:
        lower = line.lower()
        ours = lower in _OF_DOCUMENTS or lower in _NAMED_IN_PDF or line in _RECORDS or line == _NOBODY
        return ours or self._says(fragment, line) or self._is_name_in_parts(fragment, line)

    def _says_unescaped(self, fragment: TextFragment, line: str) -> bool:
        """A card's line that was folded inside a character was never read as it stood, but as it is shown."""
        shown = _ESCAPED.sub(lambda sign: "\n" if sign[1] in "nN" else sign[1], line)
        return all(self._says_line(fragment, one) for one in shown.split("\n"))

    def _is_name_in_parts(self, fragment: TextFragment, line: str) -> bool:
        """A card's `N`, of whose parts the first that goes becomes the word of ours, and others become empty."""
        new = _NAME_IN_PARTS.fullmatch(line)
        if new is None or fragment.medium != "document":
            return False
        parts = new[2].split(";")
        for known in self._known.get((self._file(fragment), fragment.medium, fragment.label), ()):
            old = _NAME_IN_PARTS.fullmatch(known)
            if old is None or old[1] != new[1] or old[2].count(";") != len(parts) - 1:
                continue
            pairs = zip(old[2].split(";"), parts, strict=True)
            if all(not part or part in self._placeholders or self._cuts.leads(was, part) for was, part in pairs):
                return True
        return False

    def _is_of_a_changed_part(self, label: str, text: str) -> bool:
        """What rewriting says of a part in words of the standards."""
        if self._notices and text.lower() == _IN_PLACE_OF_A_FILE.get(label):
            return True
        if label == "content-transfer-encoding":
            return text.lower() in _ENCODINGS
        if label == "content-type":
            return _without_charset(text) in self._types
        return label == "mime-version" and text == "1.0"

    def _is_numbered(self, fragment: TextFragment) -> bool:
        found = _NUMBERED.search(fragment.text)
        if found is None:
            return False
        base = without_blanks(_NUMBERED.sub("", fragment.text))
        if not any(one in base.rstrip("/").rpartition("/")[2] for one in self._placeholders):
            return False
        if not self._says(fragment, base):
            return False
        self._numbers.setdefault((fragment.medium, base), set()).add(int(found[1]))
        return True


def _is_another_form(fragment: TextFragment, accepted: Sequence[TextFragment]) -> bool:
    """Whether it says only what other texts at that place say: a name as old programs see it or as it is saved, lines
    of a field as they were folded."""
    names = {form for one in accepted if one.medium == "file_name" for form in _names_like(one.text)}
    text = without_blanks(fragment.text)
    if fragment.medium == "file_name":
        return text in names
    if fragment.medium != "header" or fragment.label:
        return False
    said = "\0".join((*names, *(without_blanks(one.text) for one in accepted if one.medium == "header")))
    lines = (_WORDS.sub(lambda words: _decoded(words[0]), line) for line in fragment.text.split("\n"))
    pieces = (piece.strip('";') for line in lines for piece in _PARAMETER.split(line))
    return all(without_blanks(piece) in said or without_blanks(unquote(piece)) in said for piece in pieces)


def _names_like(name: str) -> Iterator[str]:
    """A name, and what stands for it where ASCII alone may stand, both as they are and as they are saved."""
    in_ascii = re.sub(r"_+", "_", "".join(sign if sign.isascii() else "_" for sign in name))
    for form in (name, in_ascii):
        yield without_blanks(form)
        yield without_blanks(_SPECIAL.sub("", form))


def _without_charset(text: str) -> str:
    return _CHARSET.sub("", without_blanks(text).replace('"', "").lower())


def _has_files_as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """Every file that is neither edited nor around or inside one that is, as it was; and no more files than were."""
    touched = {edit.file for edit in edits}
    ways = {file[:size] for file in touched for size in range(1, len(file) + 1)}
    gone = [edit.file for edit in edits if edit.kind == "remove"]

    def is_changed(part: FilePart) -> bool:
        return part.file in ways or any(part.file[: len(file)] == file for file in touched if file)

    changed = [part for part in before.files if is_changed(part)]
    kept = Counter(part.sha256 for part in before.files if not is_changed(part))
    there = Counter(part.sha256 for part in after.files)
    if kept - there or (there - kept).total() > len(changed) + len(gone):
        return False
    kinds = {part.kind for part in changed} | ({"text"} if gone else set())
    return all(part.kind in kinds for part in after.files if part.sha256 not in kept)


def _is_no_less_readable(before: Reading, after: Reading) -> bool:
    """Whether all that cannot be read, or reads in two ways, was so before: words of ours make nothing unreadable."""
    known = Counter(("unreadable", one.reason) for one in before.unreadable)
    known += Counter(("ambiguous", one.reason) for one in before.ambiguities)
    there = Counter(("unreadable", one.reason) for one in after.unreadable)
    there += Counter(("ambiguous", one.reason) for one in after.ambiguities)
    return not there - known


def _has_fields_as_planned(before: Reading, edits: Sequence[Edit], after: Reading) -> bool:
    """No field more often than it was, but for those that say how a part is packed, where one was changed."""
    known = Counter(fragment.label for fragment in before.texts if fragment.medium == "header" and fragment.label)
    there = Counter(fragment.label for fragment in after.texts if fragment.medium == "header" and fragment.label)
    may_be_new = {*_IN_PLACE_OF_A_FILE, "mime-version"} if edits else set()
    more = there - known
    return set(more) <= may_be_new and all(count <= len(edits) for count in more.values())


def _edited(before: Reading, edits: Sequence[Edit]) -> Iterator[tuple[TextFragment, str, Sequence[Edit]]]:
    """Each fragment that is edited, as it must be afterwards, and by what."""
    ordinals = ordinals_of(before.texts)
    indexes = {(before.texts[index].file, ordinal): index for index, ordinal in ordinals.items()}
    by_text: dict[int, list[Edit]] = {}
    for edit in edits:
        index = indexes.get((edit.file, edit.ordinal))
        if index is not None and edit.kind in ("text", "field"):
            by_text.setdefault(index, []).append(edit)
    for index, own in by_text.items():
        text, pieces, at = before.texts[index].text, list[str](), 0
        for edit in sorted(own, key=lambda one: one.span):
            pieces += (text[at : edit.span[0]], edit.replacement)
            at = edit.span[1]
        yield before.texts[index], "".join((*pieces, text[at:])), own


def _lines_of(text: str) -> Sequence[str]:
    """Without blanks; those of a card without the places where they go on."""
    if _CARD.match(text):
        text = _FOLDS.sub("", text)
    return [without_blanks(line) for line in text.split("\n")]


def _decoded(words: str) -> str:
    """Encoded words that follow each other, as one text; as they are where they are none."""
    try:
        return b"".join(base64.b64decode(word[1], validate=True) for word in _WORD.finditer(words)).decode("utf-8")
    except ValueError:
        return words
