"""The places of a rewriting as rows: what goes where, and how a reviewer takes it back. Pure. No row has a word of the
message."""

from dataclasses import dataclass

from gateway.console.attachments import attachment_at, attachments
from gateway.console.deps import RewrittenPreview
from gateway.console.i18n import Language, Translations
from gateway.model import Edit, TextFragment
from gateway.model.place_changes import AddedBox, AddedSpan, PlaceChanges, code, edit_key
from gateway.rewriting.plan import ordinals_of

_MOST = 120


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """`what` becomes of it and where, in words. `key` drops it, `undo` takes a reviewer's change back; one of them."""

    what: str
    where: str
    key: str = ""
    undo: str = ""


def rows_of(form: RewrittenPreview, language: Language) -> tuple[PlaceRow, ...]:
    """What was found first, then what was added, then what was dropped."""
    words = Translations(language)
    own, theirs = list[PlaceRow](), list[PlaceRow]()
    fragments = _fragments(form)
    for edit in form.edits[:_MOST]:
        added = _added(edit, form, fragments)
        row = PlaceRow(_what(edit, words), _where(edit, form, fragments, words))
        if added is not None:
            theirs.append(PlaceRow(row.what, row.where, undo=code(added)))
        else:
            own.append(PlaceRow(row.what, row.where, key=edit_key(edit)))
    kept = [PlaceRow(words["stays"], "", undo=code(PlaceChanges(dropped=(key,)))) for key in form.changes.dropped]
    return (*own, *theirs, *kept)


def _fragments(form: RewrittenPreview) -> dict[tuple[tuple[int, ...], int], tuple[int, TextFragment]]:
    texts = form.before.texts
    return {(texts[index].file, ordinal): (index, texts[index]) for index, ordinal in ordinals_of(texts).items()}


def _added(
    edit: Edit, form: RewrittenPreview, fragments: dict[tuple[tuple[int, ...], int], tuple[int, TextFragment]]
) -> PlaceChanges | None:
    """The reviewer's own places that this edit takes out; None where the rules asked for it."""
    found = {(one.fragment, one.span) for one in form.findings}
    if edit.kind == "text" and (edit.file, edit.ordinal) in fragments:
        index = fragments[edit.file, edit.ordinal][0]
        low, high = edit.span
        spans = tuple(
            AddedSpan(one.fragment, one.start, one.end)
            for one in form.changes.spans
            if one.fragment == index and one.start < high and low < one.end
        )
        by_rule = any(
            fragment == index and span is not None and span[0] < high and low < span[1] for fragment, span in found
        )
        return PlaceChanges(spans) if spans and not by_rule else None
    if edit.kind == "paint":
        boxes = tuple(
            AddedBox(one.picture, one.x, one.y, one.width, one.height)
            for one in form.changes.boxes
            if one.picture < len(form.before.pictures) and form.before.pictures[one.picture].where == edit.where
        )
        by_rule = any(one.where == edit.where and one.box is not None for one in form.findings)
        return PlaceChanges((), boxes) if boxes and not by_rule else None
    return None


def _what(edit: Edit, words: Translations) -> str:
    if edit.kind == "text":
        return words["becomes"].format(word=edit.replacement) if edit.replacement else words["becomes_nothing"]
    if edit.kind == "paint":
        return words["painted"].format(count=len(edit.boxes))
    return words["field_goes"] if edit.kind == "field" else words["file_is_left_out"]


def _where(
    edit: Edit,
    form: RewrittenPreview,
    fragments: dict[tuple[tuple[int, ...], int], tuple[int, TextFragment]],
    words: Translations,
) -> str:
    known = attachments(form.before)
    attached = attachment_at(known, edit.where)
    if attached is not None:
        return words.attachment(attached.number, len(known))
    fragment = fragments.get((edit.file, edit.ordinal))
    if fragment is not None and fragment[1].medium == "header":
        return words["place_subject"] if fragment[1].label == "subject" else words["place_header"]
    return words["place_body"]
