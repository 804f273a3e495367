"""The one finding that says best why a message is held. Pure.

In: a reading, its findings and the rule that took each. Out: `HeldReason`, without a word of the message.
"""

from collections.abc import Sequence

from gateway.model import FilePart, Finding, Kind, Location, Reading
from gateway.model.held_reason import HeldPlace, HeldReason, MaterialSort
from gateway.model.uninspectable_reasons import REASONS

_GRAVEST: tuple[Kind, ...] = (
    "material", "thread", "government_id", "phone", "address", "account", "name", "nickname", "qr_code", "avatar",
    "circumstance", "malformed", "uninspectable", "personal_data",
)  # fmt: skip
_WHOLE = frozenset({"digest", "message_id"})
_SORTS: dict[str, MaterialSort] = {
    **dict.fromkeys(("mime", "mbox", "tnef"), "mail"),
    **dict.fromkeys(("ooxml", "ole", "pdf", "rtf", "text", "html"), "letter"),
    **dict.fromkeys(("image", "svg", "metafile"), "picture"),
}
_LISTS = (".xlsx", ".xls", ".csv", ".ods", ".et")
_BODY_KINDS = frozenset({"text", "html"})


def reason_of(
    reading: Reading | None, findings: Sequence[Finding], rules: Sequence[str] = (), rule: str = ""
) -> HeldReason | None:
    """The gravest of the findings that the deciding rule took (of all, where it took none); None without findings."""
    chosen = [one for number, one in enumerate(findings) if number < len(rules) and rules[number] == rule]
    chosen = chosen or list(findings)
    if not chosen:
        return None
    best = min(chosen, key=_gravity)
    seen = reading or Reading()
    numbers = attachment_numbers(seen)
    attachment = _attachment(best.where, numbers)
    original = best.kind == "material" and best.variant in _WHOLE
    return HeldReason(
        kind=best.kind,
        report=best.report,
        place=_place(best, attachment, seen),
        attachment=attachment,
        inside=any(step.kind in ("file", "mail", "attachment", "unpacked", "carved") for step in best.where.steps),
        page=next((step.number or 0 for step in best.where.steps if step.kind == "page"), 0),
        in_picture=best.medium in ("picture", "code") or (best.span is None and best.box is not None),
        original=original,
        sort=_sort(best, seen) if original else "",
        unread=next((word for word in (best.detector, best.variant) if word in REASONS), ""),
        more=len({(one.kind, str(one.where), one.medium) for one in chosen}) - 1,
    )


def attachment_numbers(reading: Reading) -> dict[str, int]:
    """By MIME part, which attachment it is as a person counts them: bodies are none, a mail in the mail is one."""
    files = {one.where.part: one for one in reversed(reading.files) if one.where.part and not one.where.steps}
    mails = {one.where.part for one in reading.mails if one.where.part and not one.where.steps}
    named = [part for part, file in files.items() if part in mails or not is_body(file)]
    outer = [part for part in named if not any(part.startswith(f"{mail}.") for mail in mails if mail != part)]
    return {part: number for number, part in enumerate(sorted(outer, key=_in_order), 1)}


def _gravity(finding: Finding) -> tuple[int, bool, float]:
    whole = finding.kind == "material" and finding.variant in _WHOLE
    return (-1 if whole else _GRAVEST.index(finding.kind), bool(finding.where.steps), -finding.score)


def is_body(file: FilePart) -> bool:
    """Whether it is a text of the mail itself, which a person counts as no attachment."""
    return file.kind in _BODY_KINDS and not file.name


def _in_order(part: str) -> tuple[int, ...]:
    return tuple(int(number) if number.isdecimal() else 0 for number in part.split("."))


def _attachment(where: Location, numbers: dict[str, int]) -> int:
    """The number of the attachment that a place is in; 0 for none."""
    pieces = where.part.split(".") if where.part else []
    for count in range(len(pieces), 0, -1):
        if number := numbers.get(".".join(pieces[:count])):
            return number
    return 0


def _place(finding: Finding, attachment: int, reading: Reading) -> HeldPlace:
    if finding.medium == "envelope":
        return "envelope"
    if attachment:
        return "attachment_name" if finding.medium == "file_name" and not finding.where.steps else "attachment"
    if any(step.kind in ("mail", "attachment") for step in finding.where.steps):
        return "quoted"
    if finding.medium == "header":
        texts = reading.texts
        at = finding.fragment
        label = texts[at].label if at is not None and finding.span is not None and at < len(texts) else ""
        return "subject" if label == "subject" and not finding.where.part else "header"
    return "body" if finding.where.part or finding.medium in ("text", "html", "markup") else ""


def _sort(finding: Finding, reading: Reading) -> MaterialSort:
    if finding.variant == "message_id":
        return "mail"
    file = next((one for one in reading.files if one.where == finding.where), None)
    if file is None:
        return "file"
    return "list" if file.name.casefold().endswith(_LISTS) else _SORTS.get(file.kind, "file")
