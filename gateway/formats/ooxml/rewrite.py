"""Replaces words in an office document, in the nodes of the parts that say them; every other member stays as it is.

Each change is led back, by the walk that reading makes, to texts and attributes of the package's trees: the first gets
the replacement, the rest of the span goes. One shared string, one author or one address that stands at many places is
changed at all of them. A tree of which something changed is written anew; nothing else is.

In: the source that was read, changes by ordinal of its editable fragments, files inside that became others. Out: the
new bytes. Raises ValueError for what has no place, or would make a document that office programs do not open: a
signature that no longer holds, names of parts, two sheets of one name.
"""

import base64
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from lxml import etree

from gateway.containers.zip_writer import MemberChange, rewritten_zip
from gateway.containers.zips import ArchiveTooLarge, Damaged, EncryptedMember, Member, Zip
from gateway.formats import Change, Child, FileEdits, Removed, Rewritten, Source
from gateway.formats.ooxml.fitting import fitted, follow, form_of, removed_breaks
from gateway.formats.ooxml.parts import DocumentTooLong, NotXml, XmlPart, part_in, tree_of
from gateway.formats.ooxml.people import people_in
from gateway.formats.ooxml.read import BINARY, is_xml, number_of_strings, office_pieces
from gateway.formats.ooxml.stand_ins import stand_in
from gateway.formats.ooxml.strands import Strand, TextSlot, Tracer
from gateway.model import TextFragment

_SIGNED = re.compile(r"^_xmlsignatures/|^META-INF/[^/]*signatures?[^/]*\.xml$", re.IGNORECASE)
_DECLARATION = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*<\?xml\b[^>]*\?>\s*")

_LONGEST_TRACED = 48 * 1024 * 1024
"""Bytes of one part: where each of its characters stands takes fifty times as much memory."""

Cut = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class _PartChanges:
    """Of one member: changes by view, with the text that the view has as `read` gives it."""

    views: dict[str, tuple[str, list[Change]]] = field(default_factory=dict)


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The new bytes."""
    if edits.paints:
        raise ValueError("a document has no boxes")
    if not edits.changes and not edits.children:
        return Rewritten(source.data)
    asked = _by_member(source, edits.changes)
    try:
        if not source.data.startswith(b"PK"):
            return Rewritten(_flat(source.data, asked[0] if asked else None, edits.children))
        return Rewritten(_package(source.data, asked, edits.children))
    except (NotXml, DocumentTooLong, ArchiveTooLarge, EncryptedMember, Damaged) as error:
        raise ValueError("a document that cannot be written again") from error


def _by_member(source: Source, changes: Sequence[Change]) -> dict[int, _PartChanges]:
    """By number of the member; that of a flat document is 0, that of the package itself -1."""
    by_ordinal: dict[int, list[Change]] = defaultdict(list)
    for change in changes:
        if change.whole_field:
            raise ValueError("a document has no header fields")
        by_ordinal[change.ordinal].append(change)
    asked: dict[int, _PartChanges] = {}
    ordinal = 0
    if by_ordinal:
        is_flat = not source.data.startswith(b"PK")
        for found in office_pieces(source):
            if isinstance(found.piece, TextFragment) and found.piece.editable:
                if ordinal in by_ordinal:
                    views = asked.setdefault(0 if is_flat else found.member, _PartChanges()).views
                    views[found.view] = (found.piece.text, by_ordinal.pop(ordinal))
                ordinal += 1
    if by_ordinal:
        raise ValueError("no such fragment in this document")
    return asked


def _package(
    data: bytes, asked: Mapping[int, _PartChanges], children: Sequence[tuple[Child, Rewritten | Removed]]
) -> bytes:
    package = Zip(data)
    if package.disagreements():
        raise ValueError("a package in which programs see different things")
    members = list(package.members())
    if any(_SIGNED.search(member.names[0]) for member in members):
        raise ValueError("a signed document")
    changed: dict[int, bytes] = {}
    for child, new in children:
        if child.path is None or len(child.path) != 1 or not 0 <= child.path[0] < len(members):
            raise ValueError("no such file in this document")
        member = members[child.path[0]]
        if is_xml(member):
            raise ValueError("a part is no file")
        changed[child.path[0]] = (
            new.data if isinstance(new, Rewritten) else stand_in(member.names[0], member.data, new.notice)
        )
    trees = _Trees(members)
    for number, one in asked.items():
        if number >= 0:
            trees.change(number, one)
    changed |= trees.written()
    comments = -1 not in asked
    wanted = {number: MemberChange(content, comment=comments) for number, content in changed.items()}
    if not comments:
        wanted = {number: wanted.get(number, MemberChange(comment=False)) for number in range(len(members))}
    return rewritten_zip(data, wanted, comments)


class _Trees:
    """The parts of a package that something is done to, parsed."""

    def __init__(self, members: Sequence[Member]) -> None:
        self._members = members
        self._trees: dict[int, etree._Element] = {}
        self._parts: dict[int, XmlPart] = {}
        self._tracer = Tracer()
        self._cuts: dict[TextSlot, list[Cut]] = defaultdict(list)
        self._strings = number_of_strings(members)

    def tree(self, number: int) -> etree._Element:
        if number not in self._trees:
            self._trees[number] = tree_of(self._members[number].data)
        return self._trees[number]

    def change(self, number: int, asked: _PartChanges) -> None:
        """Note what is to be cut, in whichever part it stands."""
        for view, (text, changes) in asked.views.items():
            for slot, cut in _cuts(self._part(number), self.tree(number), view, text, changes, self._tracer):
                self._cuts[slot].append(cut)

    def _part(self, number: int) -> XmlPart:
        if number not in self._parts:
            strings: tuple[str, ...] = ()
            if self._strings is not None and self._strings != number:
                try:
                    strings = self._part(self._strings).strings
                except (NotXml, DocumentTooLong):
                    strings = ()
            if len(self._members[number].data) > _LONGEST_TRACED:
                raise ValueError("a part too long to be traced")
            self._parts[number] = part_in(self.tree(number), strings, self._tracer)
        return self._parts[number]

    def written(self) -> dict[int, bytes]:
        """Make the cuts; the bytes of every part that is another now."""
        if not self._cuts:
            return {}
        renamed = _made(self._cuts)
        numbers = {id(tree): number for number, tree in self._trees.items()}
        touched = {numbers[id(_root(slot.element))] for slot in self._cuts}
        if renamed:
            for number, member in enumerate(self._members):
                spoken_of = is_xml(member) and not member.is_folder and _may_name(member.data, renamed)
                if spoken_of and follow(self.tree(number), renamed):
                    touched.add(number)
        return {number: serialized(self._members[number].data, self._trees[number]) for number in touched}


def _flat(data: bytes, asked: _PartChanges | None, children: Sequence[tuple[Child, Rewritten | Removed]]) -> bytes:
    """One XML file. Its pictures are set aside while it is a tree, and put back as they were."""
    files = list(BINARY.finditer(data))
    new_files: dict[int, bytes] = {}
    for child, new in children:
        if child.path is None or len(child.path) != 1 or not 0 <= child.path[0] < len(files):
            raise ValueError("no such file in this document")
        made = new.data if isinstance(new, Rewritten) else stand_in(child.name, child.data, new.notice)
        new_files[child.path[0]] = base64.b64encode(made)
    mark = b"f"
    while mark in data:
        mark += b"x"
        if len(mark) > 1000:
            raise ValueError("no mark is free")
    aside, at = bytearray(), 0
    for number, match in enumerate(files):
        aside += data[at : match.start()] + b"<%s%d/>" % (mark, number)
        at = match.end()
    aside += data[at:]
    whole = bytes(aside)
    if asked is not None:
        tree, tracer = tree_of(whole), Tracer()
        part = part_in(tree, (), tracer)
        cuts: dict[TextSlot, list[Cut]] = defaultdict(list)
        for view, (text, changes) in asked.views.items():
            for slot, cut in _cuts(part, tree, view, text, changes, tracer):
                cuts[slot].append(cut)
        renamed = _made(cuts)
        if renamed:
            follow(tree, renamed)
        whole = serialized(whole, tree)

    def put_back(match: re.Match[bytes]) -> bytes:
        number = int(match[1])
        old = files[number]
        if number not in new_files:
            return old[0]
        return old[0][: old.start(2) - old.start()] + new_files[number] + old[0][old.end(2) - old.start() :]

    return re.sub(rb"<%s(\d+)(?: [^<>]*)?/>" % mark, put_back, whole)


def _cuts(
    part: XmlPart, tree: etree._Element, view: str, text: str, changes: Sequence[Change], tracer: Tracer
) -> Iterator[tuple[TextSlot, Cut]]:
    """Where the characters of the changes stand."""
    if view == "attributes":
        lines = dict(part.holders)
    elif view == "people":
        lines = dict(people_in(tree, tracer))
    else:
        found = part.texts[int(view)] if view.isdecimal() and int(view) < len(part.texts) else ""
        lines = {str(found): [found]}
    if "\n".join(lines) != text:
        raise ValueError("the document reads otherwise than before")
    every = list(lines.items())
    starts = list(accumulate((len(line) + 1 for line, _ in every), initial=0))
    for change in changes:
        start, end = change.span
        anywhere = False
        for number in range(max(0, bisect_right(starts, start) - 1), min(len(every), bisect_left(starts, end))):
            at, (line, holders) = starts[number], every[number]
            low, high = max(start, at), min(end, at + len(line))
            if low < high:
                for holder in holders:
                    for one in _placed(holder, low - at, high - at, change.replacement):
                        anywhere = True
                        yield one
        if not anywhere:
            raise ValueError("nothing of the document stands there")


def _placed(holder: str, start: int, end: int, replacement: str) -> Iterator[tuple[TextSlot, Cut]]:
    """The first place that can hold it gets the replacement."""
    assert isinstance(holder, Strand)
    left = replacement
    breaks = []
    for slot, low, high in holder.placed(start, end):
        if slot.key == "break":
            breaks.append((slot, (low, high, "")))
        else:
            yield slot, (low, high, left)
            left = ""
    yield from breaks


def _made(cuts: Mapping[TextSlot, Sequence[Cut]]) -> dict[str, str]:
    """Change the trees. Names of sheets and the like that are others now, old and new."""
    news: dict[TextSlot, tuple[str, str]] = {}
    breaks: list[etree._Element] = []
    for slot, own in cuts.items():
        if slot.key == "break":
            breaks.append(slot.element)
        else:
            old = _value(slot)
            news[slot] = (old, _spliced(slot, old, own))
    for slot, (_, new) in news.items():
        _set(slot, new)
    renamed = fitted(news)
    removed_breaks(breaks)
    return renamed


def _spliced(slot: TextSlot, old: str, cuts: Sequence[Cut]) -> str:
    """Cuts that overlap are one, with the word of the first that has one."""
    joined: list[Cut] = []
    for cut in sorted(set(cuts)):
        if joined and cut[0] < joined[-1][1]:
            last = joined.pop()
            cut = (last[0], max(last[1], cut[1]), last[2] or cut[2])
        joined.append(cut)
    pieces, at = [], 0
    for start, end, word in joined:
        pieces += [old[at:start], form_of(slot, old, start, end, word) if word else ""]
        at = end
    return "".join((*pieces, old[at:]))


def _value(slot: TextSlot) -> str:
    element, key = slot
    if key == "text":
        return element.text or ""
    return (element.tail or "") if key == "tail" else str(element.get(key[1:], ""))


def _set(slot: TextSlot, new: str) -> None:
    element, key = slot
    if key == "text":
        element.text = new
    elif key == "tail":
        element.tail = new
    else:
        element.set(key[1:], new)


def _root(element: etree._Element) -> etree._Element:
    return element.getroottree().getroot()


def _may_name(data: bytes, renamed: Mapping[str, str]) -> bool:
    """Whether a part could speak of one of them, in whatever way it is written."""
    return not data.isascii() or b"&#" in data or b"\0" in data or any(name.encode() in data for name in renamed)


def serialized(data: bytes, tree: etree._Element) -> bytes:
    """A tree as bytes, in the charset and behind the declaration that it had."""
    whole = tree.getroottree()
    encoding = whole.docinfo.encoding or "UTF-8"
    declaration = _DECLARATION.match(data)
    if b"\0" in data[:200]:  # of 16 bits a character: the declaration is too
        yes = bool(whole.docinfo.standalone)
        return _bytes(etree.tostring(whole, encoding=encoding, xml_declaration=True, standalone=yes))
    said = _bytes(etree.tostring(whole, encoding=encoding, xml_declaration=False))
    return (declaration[0] if declaration is not None else b"") + said


def _bytes(said: str | bytes) -> bytes:
    assert isinstance(said, bytes), "an encoding was asked for"
    return said
