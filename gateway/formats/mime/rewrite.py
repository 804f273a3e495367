"""Writes a message again with some words replaced; every byte that nobody asked to change stays.

Changed fields are written anew (RFC 2047, 2231, folded); a changed body keeps its transfer encoding where that can
say it. A signature over the message as it was (DKIM, ARC) is taken out, for a broken one does more harm than none.

In: the source that was read, changes of its own fields and names by ordinal, new bodies by part number.
Raises ValueError for a change that has no place: an address, a structural value, a part inside `multipart/signed`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.formats import Change, FileEdits, Removed, Rewritten, Source
from gateway.formats.mime.addresses import FIELDS, address_text
from gateway.formats.mime.encoded_words import decoded
from gateway.formats.mime.encoded_words import encoded as encoded_words
from gateway.formats.mime.fields import FREE_TEXT, LONGEST_FIELD, HeaderField
from gateway.formats.mime.folding import folded, with_name, with_parameter
from gateway.formats.mime.multipart import MimePart, cut, every
from gateway.formats.mime.read import names_of, shown_value, without_names
from gateway.formats.mime.transfer_encoding import Kind, encoded
from gateway.text.charsets import codec_of, decodings
from gateway.text.offset_map import spliced

_SIGNATURES = frozenset(
    ("dkim-signature", "domainkey-signature", "x-google-dkim-signature", "arc-seal", "arc-message-signature",
     "arc-authentication-results")
)  # fmt: skip
_STRUCTURED = frozenset(
    ("content-type", "content-disposition", "content-transfer-encoding", "content-id", "content-location",
     "mime-version", "message-id", "in-reply-to", "references", "date", "received", "return-path",
     "list-id", "content-language")
)  # fmt: skip
_LONGEST_LINE = 998
_OF_A_NOTICE = (
    b"Content-Type: text/plain; charset=utf-8",
    b"Content-Transfer-Encoding: base64",
    b"Content-Disposition: inline",
)


@dataclass(frozen=True, slots=True)
class _Alternatives:
    """All parts of a `multipart/alternative`, by number."""

    boundary: bytes
    numbers: tuple[tuple[int, ...], ...]

    def stay(self, gone: set[tuple[int, ...]]) -> bool:
        """Whether another one is left when these have gone."""
        return any(numbers not in gone for numbers in self.numbers)


@dataclass(slots=True)
class _EditPlace:
    """What the n-th editable fragment is: a field, or a file name in one."""

    part: MimePart
    field: HeaderField
    name: str = ""
    reading: int = 0


def rewritten(source: Source, edits: FileEdits) -> Rewritten:
    """The message with its own fields changed, and parts given new content or taken out."""
    if edits.paints:
        raise ValueError("a message has no boxes")
    bodies = {child.path: new for child, new in edits.children if child.path is not None}
    if len(bodies) != len(edits.children):
        raise ValueError("a part that cannot be changed, or one that is changed twice")
    return Rewritten(rewrite_with(source, edits.changes, bodies))


def rewrite_with(
    source: Source, changes: Sequence[Change], bodies: Mapping[tuple[int, ...], Rewritten | Removed]
) -> bytes:
    """The message with its own fields changed, and parts, by number, given new content or taken out."""
    if not changes and not bodies:
        return source.data
    root = cut(source.data)
    cuts: dict[tuple[int, int], bytes] = {}  # place in the source: what stands there now
    places = _places(root)
    by_field: dict[tuple[int, int], list[tuple[_EditPlace, Change]]] = {}
    for change in changes:
        if not 0 <= change.ordinal < len(places):
            raise ValueError("no such fragment in this message")
        place = places[change.ordinal]
        if place.part.in_signed:
            raise ValueError("a signed part cannot be changed")
        by_field.setdefault((place.field.start, place.field.end), []).append((place, change))
    for span, asked in by_field.items():
        cuts[span] = _new_field(source.data, asked)
    parts = {(part.numbers or (1,)): part for part in every(root) if not part.children}
    alternatives = _alternatives(root)
    gone = {numbers for numbers, body in bodies.items() if isinstance(body, Removed)}
    for numbers, body in bodies.items():
        if numbers not in parts or parts[numbers].in_signed or parts[numbers].is_multipart:
            raise ValueError("no such part, or one that cannot be changed")
        others = alternatives.get(numbers)
        if isinstance(body, Removed) and others is not None and others.stay(gone):
            _left_out(source.data, parts[numbers], others.boundary, cuts)
        elif isinstance(body, Removed):
            _taken_out(parts[numbers], body.notice, cuts)
        else:
            _new_body(source.data, parts[numbers], body, cuts)
    for old in root.block.fields:
        if old.name in _SIGNATURES:
            cuts[old.start, old.end] = b""
    out = bytearray()
    at = 0
    for (start, end), new in sorted(cuts.items()):
        out += source.data[at:start]
        out += new
        at = end
    out += source.data[at:]
    return bytes(out)


def _places(root: MimePart) -> list[_EditPlace]:
    """The editable fragments, in the order in which `read` yields them."""
    out = []
    for part in every(root):
        for one in part.block.fields:
            found = one.readings
            if one.name and found and found[0].exact and shown_value(one.name, found[0].text):
                out.append(_EditPlace(part, one))
        for name_field, name, readings in names_of(part):
            fields = part.block.all(name_field)
            if len(fields) == 1:
                out += (_EditPlace(part, fields[0], name, number) for number in range(len(readings)))
    return out


def _new_field(data: bytes, asked: list[tuple[_EditPlace, Change]]) -> bytes:
    """The whole field anew, with its name as it was written; empty where it is dropped."""
    place = asked[0][0]
    old = place.field
    if any(change.whole_field and not p.name for p, change in asked):
        return b""
    start = data[old.start : old.value_start]
    best = old.readings[0]
    value = best.text
    own = [change for p, change in asked if not p.name]
    names = [(p, change) for p, change in asked if p.name]
    if own:
        value = _new_value(old.name, value, own)
    for name in dict.fromkeys(p.name for p, _ in names):
        readings = next(r for _, n, r in names_of(place.part) if n == name)
        value = with_name(value, name, _new_name(readings, [(p.reading, c) for p, c in names if p.name == name]))
    newline = place.part.block.newline
    return start + b" " + folded(value, len(start) + 1, newline) + newline


def _new_value(name: str, value: str, changes: list[Change]) -> str:
    cuts = [(change.span[0], change.span[1], change.replacement) for change in changes]
    if any("\r" in text or "\n" in text or "\0" in text for _, _, text in cuts):
        raise ValueError("a header field holds no line end")
    if len(value) > LONGEST_FIELD:
        raise ValueError("a field this long can only be dropped whole")
    if name in FIELDS:
        return address_text(value).changed(cuts)
    shown = decoded(without_names(name, value))
    if name in _STRUCTURED:
        raise ValueError("a structured field can only be dropped whole")
    text = spliced(shown.text, [([(start, end)], new) for start, end, new in cuts])
    first = 74 - len(name)  # of the line that the name and its colon begin
    return " ".join(encoded_words(text, first)) if name in FREE_TEXT or not text.isascii() else text


def _new_name(readings: tuple[str, ...], asked: list[tuple[int, Change]]) -> str | None:
    """The best reading with its own changes; None where the name is dropped. The other readings go."""
    if any(change.whole_field for _, change in asked):
        return None
    best = next((number for number in range(len(readings)) if any(n == number for n, _ in asked)), 0)
    own = [([change.span], change.replacement) for number, change in asked if number == best]
    return spliced(readings[best], own)


def _alternatives(root: MimePart) -> dict[tuple[int, ...], _Alternatives]:
    """Those of each part that is one of several."""
    found: dict[tuple[int, ...], _Alternatives] = {}
    for part in every(root):
        if part.type.word == "multipart/alternative" and part.children:
            all_of_it = _Alternatives(part.type.all_values("boundary")[0], tuple(one.numbers for one in part.children))
            found |= dict.fromkeys(all_of_it.numbers, all_of_it)
    return found


def _left_out(data: bytes, part: MimePart, boundary: bytes, cuts: dict[tuple[int, int], bytes]) -> None:
    """The part with its delimiter: a word in its place would be shown instead of the alternatives that stay, if it were
    the last of them (RFC 2046 section 5.1.4)."""
    start = data.rfind(b"--" + boundary, 0, part.start)
    end = data.find(b"--" + boundary, part.end)
    if start < 0 or end < 0 or data[start - 1 : start] not in (b"\n", b""):
        raise ValueError("a part without delimiters")
    for inner in [span for span in cuts if start <= span[0] and span[1] <= end]:
        del cuts[inner]
    cuts[start, end] = b""


def _taken_out(part: MimePart, notice: str, cuts: dict[tuple[int, int], bytes]) -> None:
    """A part of plain text in its place, which says nothing of what the part was: its own fields go, names and all."""
    newline = part.block.newline
    of_part = [old for old in part.block.fields if old.name.startswith("content-") or part.numbers]
    for old in of_part:
        cuts[old.start, old.end] = b""
    for stale in ("lines", "x-attachment-id"):
        for old in part.block.all(stale):
            cuts[old.start, old.end] = b""
    head = b"".join(line + newline for line in _OF_A_NOTICE)
    if not part.numbers and not part.block.all("mime-version"):
        head += b"MIME-Version: 1.0" + newline
    end = part.block.fields[-1].end if part.block.fields else part.start
    cuts[end, end] = head
    cuts[part.body, part.end] = encoded(f"{notice}\r\n".encode(), "base64", newline) + newline


def _new_body(data: bytes, part: MimePart, body: Rewritten, cuts: dict[tuple[int, int], bytes]) -> None:
    newline = part.block.newline
    old = data[part.body : part.end]
    kind = _encoding_for(part, old, body.data)
    raw = encoded(body.data, kind, newline)
    if kind == "base64" and old.endswith(b"\n"):
        raw += newline
    cuts[part.body, part.end] = raw
    added = b""
    if kind != part.encoding:
        added += _replaced_or_added(
            part, "content-transfer-encoding", b"Content-Transfer-Encoding: " + kind.encode(), cuts
        )
    label = next(iter(part.type.raw_values("charset")), b"").decode("ascii", "replace")
    labelled = bool(label) or part.media_type.startswith(("text/", "message/"))  # elsewhere it means nothing
    if labelled and body.codec and not body.data.isascii() and codec_of(label) != body.codec:
        value = _type_value(part, cuts) or "text/plain"
        new = with_parameter(value, "charset", body.codec)
        added += _replaced_or_added(
            part, "content-type", b"Content-Type: " + folded(new, len("Content-Type: "), newline), cuts
        )
    if added and not part.numbers and not part.block.all("mime-version"):
        added += b"MIME-Version: 1.0" + newline
    for stale in ("content-md5", "content-length", "lines"):
        for field_ in part.block.all(stale):
            cuts[field_.start, field_.end] = b""
    if added:
        end = part.block.fields[-1].end if part.block.fields else part.start
        cuts[end, end] = added


def _type_value(part: MimePart, cuts: dict[tuple[int, int], bytes]) -> str:
    """The part's Content-Type as text, with a file name that was changed already."""
    raw = part.block.value("content-type")
    for old in part.block.all("content-type")[:1]:
        changed = cuts.get((old.start, old.end))
        if changed is not None:
            raw = changed.partition(b":")[2].replace(b"\r\n", b"").replace(b"\n", b"").strip(b" \t")
    found = decodings(raw, guess=False)
    return found[0].text if found else ""


def _replaced_or_added(part: MimePart, name: str, line: bytes, cuts: dict[tuple[int, int], bytes]) -> bytes:
    """Puts the field in the place of the old one, and of others that say the same; gives it back where there was
    none."""
    fields = part.block.all(name)
    if not fields:
        return line + part.block.newline
    cuts[fields[0].start, fields[0].end] = line + part.block.newline
    cuts |= {(extra.start, extra.end): b"" for extra in fields[1:]}
    return b""


def _encoding_for(part: MimePart, old: bytes, new: bytes) -> Kind:
    """The same encoding where it can say the new content (RFC 2045 section 2.7 and 2.8), else base64."""
    if part.encoding != "identity":
        return part.encoding
    label = part.block.value("content-transfer-encoding").lower()
    beyond_seven_bit = not new.isascii() and old.isascii() and label not in (b"8bit", b"binary")
    too_long = _longest_line(new) > _LONGEST_LINE >= _longest_line(old)
    return "base64" if beyond_seven_bit or too_long else "identity"


def _longest_line(data: bytes) -> int:
    return max(map(len, data.splitlines()), default=0)
