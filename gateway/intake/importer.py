"""Reports in: read what was handed in, learn who wrote it, fingerprint it, store everything in one transaction.

Files are strangers' bytes and are read by a `MailReader`, apart from every key and name.
Raises: Problem (file and line), Unavailable (store or readers). Then nothing of the file was imported.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from email.utils import parseaddr
from pathlib import Path, PurePosixPath
from typing import Any, cast

from gateway.errors import Problem, ReaderDied, ReaderTimedOut, raise_all
from gateway.fingerprints.identifiers import telephone_numbers
from gateway.images.calibration import AVATAR_DISTINCT_SCORE
from gateway.inspection.tools import MailReader
from gateway.intake.avatar_extraction import portraits
from gateway.intake.extract import learn
from gateway.intake.handed_in import HandedIn, among, on_disk
from gateway.intake.jsonl import ReportLine, entry_of, load
from gateway.intake.material_fingerprints import avatar_mark, material_marks
from gateway.intake.protected import Protection, protection_of, question, warning
from gateway.model import (
    AvatarMark,
    Item,
    Location,
    MaterialMark,
    Party,
    Reading,
    Report,
    ReportStatus,
    Severity,
    Unreadable,
)
from gateway.model.organization import Ours
from gateway.model.report import ItemState
from gateway.storage.protocols import Reports
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters, normalise

_NOTHING_OURS = Ours()


Progress = Callable[[int, int], None]
"""Told after each file how many are read, and of how many."""


def _unwatched(done: int, of: int) -> None:
    """Nobody looks on."""


@dataclass(slots=True)
class _FilesRead:
    """How many files of an import are read; those of a report in which one cannot be are passed over."""

    progress: Progress
    of: int
    done: int = 0

    def step(self) -> None:
        self.done += 1
        self.progress(self.done, self.of)


@dataclass(frozen=True, slots=True)
class Imported:
    """Ids of what was stored, notes for whoever imported (file names and places, nothing of a reporter), and what each
    report protects now."""

    reports: tuple[str, ...]
    notes: tuple[str, ...]
    protections: tuple[Protection, ...] = ()


def import_file(
    path: Path,
    reader: MailReader,
    reports: Reports,
    actor: str,
    domains: Sequence[str],
    now: datetime | None = None,
    ours: Ours = _NOTHING_OURS,
    progress: Progress = _unwatched,
) -> Imported:
    """Import a JSONL file whole, or nothing of it. `domains` and `ours` are the organisation's: never a reporter's."""
    entries = load(path, now)
    return _store(entries, reader, reports, actor, domains, ours, progress)


def import_report(
    value: Mapping[str, Any],
    files: Mapping[str, bytes],
    reader: MailReader,
    reports: Reports,
    actor: str,
    domains: Sequence[str],
    now: datetime | None = None,
    ours: Ours = _NOTHING_OURS,
) -> Imported:
    """Import one report that came with its files, or nothing of it. Raises Problem as `import_file`; the place is
    `report`. Files that the report does not name are said in a note."""
    sent = dict(files)
    entry = entry_of(dict(value), "report", among(sent), now or datetime.now(UTC))
    outcome = _store((entry,), reader, reports, actor, domains, ours, _unwatched)
    named = {PurePosixPath(name).name for name in (file.name for file in (*entry.avatars, *entry.materials))}
    left = sum(PurePosixPath(name).name not in named for name in sent)
    if not left:
        return outcome
    note = f"report: {left} file(s) that the report does not name were left out"
    return replace(outcome, notes=(*outcome.notes, note))


def ingest_mail(
    path: Path,
    report: str,
    reported: Sequence[str],
    reader: MailReader,
    reports: Reports,
    actor: str,
    domains: Sequence[str],
    now: datetime | None = None,
    ours: Ours = _NOTHING_OURS,
) -> Imported:
    """Open a report from the reporter's own mail. `reported` are `Name <address>` or one of the two."""
    if reports.get(report) is not None:
        raise Problem(report, "a report of this id exists already", "give another --id, or use `reports import`")
    if not path.is_file():
        raise Problem(str(path), "no such file", "give the reporter's mail as an .eml file")
    entry = ReportLine(
        place=str(path),
        id=report,
        status="",
        opened_at=(now or datetime.now(UTC)).isoformat(timespec="seconds"),
        reported=tuple(_party(written) for written in reported),
        items=(),
        materials=(on_disk(path),),
    )
    return _store((entry,), reader, reports, actor, domains, ours, _unwatched, own_mail=True)


def _store(
    entries: Iterable[ReportLine],
    reader: MailReader,
    reports: Reports,
    actor: str,
    domains: Sequence[str],
    ours: Ours,
    progress: Progress,
    own_mail: bool = False,
) -> Imported:
    notes: list[str] = []
    entries = tuple(entries)
    before = reports.statuses([entry.id for entry in entries])
    gone = [entry for entry in entries if before.get(entry.id) == "erased"]
    notes += [f"{entry.place}: report {entry.id} was erased and does not come back; left out" for entry in gone]
    built, wrong = list[Report](), list[Problem]()
    wanted = [entry for entry in entries if entry not in gone]
    read = _FilesRead(progress, sum(len(entry.materials) + len(entry.avatars) for entry in wanted))
    for entry in wanted:
        try:
            report = _report(entry, before.get(entry.id), reader, domains, ours, notes, read)
        except Problem as problem:
            wrong.append(problem)
            continue
        known = reports.get(entry.id)
        kept = known.severity if known is not None else "normal"
        report = replace(report, severity=cast(Severity, entry.severity) or kept)
        built.append(_as_reviewed(report, known))
    raise_all(wrong)
    if own_mail:
        built = [replace(report, identity=tuple(map(_sender_is_given, report.identity))) for report in built]
    reports.put(built, actor)
    places = {entry.id: entry.place for entry in entries}
    notes += [
        f"{places[report]}: report {report}: no address is known of whom it is about; mail to them is recognised by "
        "what it says alone, until `hushgate parties import` brings one"
        for report in reports.unresolved(among=tuple(places))
    ]
    built = [_as_stored(report, reports) for report in built]
    protections = tuple(protection_of(report) for report in built)
    handed_in = {report.id for report in built if report.materials}
    notes += [line for one in protections if one.report in handed_in and (line := warning(one))]
    notes += [line for one in protections if (line := question(one))]
    return Imported(tuple(report.id for report in built), tuple(notes), protections)


def _as_stored(report: Report, reports: Reports) -> Report:
    """The report as it came out of the store: what was suggested may be asked about by now."""
    if not any(item.state == "suggested" for item in report.identity):
        return report
    return reports.get(report.id) or report


def _report(
    entry: ReportLine,
    before: ReportStatus | None,
    reader: MailReader,
    domains: Sequence[str],
    ours: Ours,
    notes: list[str],
    read: "_FilesRead",
) -> Report:
    identity = list(entry.items)
    marks: list[MaterialMark] = []
    cut_out: list[AvatarMark] = []
    for file in entry.materials:
        data, reading = _read(file, reader, entry.place)
        read.step()
        learned = learn(reading, f"材料 {file.name}", entry.reported, domains, ours)
        identity += learned
        cut_out += portraits(reading, f"材料 {file.name}", (*entry.items, *learned), entry.reported)
        marks += material_marks(reading, file.name, data)
        if reading.unreadable:
            notes.append(
                f"{entry.place}: {file.name}: cannot be read whole ({reading.unreadable[0].reason}); "
                "copies of it are recognised by their bytes only"
            )
    avatars = []
    for file in entry.avatars:
        avatars.append(_avatar(file, reader, entry.place, notes))
        read.step()
    if not identity and not marks and not avatars and not cut_out:
        notes.append(
            f"{entry.place}: report {entry.id} names no reporter and has no material: nothing is protected by it"
        )
    return Report(
        id=entry.id,
        status=cast(ReportStatus, entry.status) or before or "open",
        opened_at=entry.opened_at,
        reported=entry.reported,
        identity=_merged(identity),
        avatars=(*avatars, *cut_out),
        numbers=entry.numbers,
        materials=tuple({mark.sha256 + mark.shingles: mark for mark in marks}.values()),
    )


def _read(file: HandedIn, reader: MailReader, place: str) -> tuple[bytes, Reading]:
    data = file.content(place)
    for _ in range(2):  # a reader that dies once may not be this file's fault
        try:
            return data, reader.read_file(data, file.name)
        except ReaderTimedOut:
            return data, Reading(unreadable=(Unreadable(Location(""), "time_limit"),))
        except ReaderDied:
            continue
    return data, Reading(unreadable=(Unreadable(Location(""), "reader_crashed"),))


def _avatar(file: HandedIn, reader: MailReader, place: str, notes: list[str]) -> AvatarMark:
    data, reading = _read(file, reader, place)
    mark = avatar_mark(reading, data)
    if mark is None:
        raise Problem(place, f"avatar {file.name} is not a picture that can be read", "give a PNG, JPEG or WebP file")
    if not mark.usable:
        notes.append(f"{place}: avatar {file.name} is of one colour; it is not looked for")
    elif mark.distinct < AVATAR_DISTINCT_SCORE:
        notes.append(f"{place}: avatar {file.name} is like many others; it counts only beside other evidence")
    return mark


def _sender_is_given(item: Item) -> Item:
    """Who sent the report in is its reporter: the `From` of that mail is as good as written in a report."""
    sender = item.kind == "address" and item.source.endswith(": From")
    return replace(item, state="given") if sender else item


def _merged(items: Iterable[Item]) -> tuple[Item, ...]:
    """One item a value: the surest, given before learned before suggested."""
    best: dict[tuple[str, str], Item] = {}
    for item in items:
        key = _key(item)
        if key not in best or _rank(item) > _rank(best[key]):
            best[key] = item
    return tuple(best.values())


def _key(item: Item) -> tuple[str, str]:
    """By what two items are one: a number is the same with country code, blanks and signs."""
    match item.kind:
        case "address":
            return item.kind, fold_address(item.value)
        case "phone":
            national = next(telephone_numbers(item.value), "")
            return item.kind, national.lstrip("0") or item.value.casefold()
        case "government_id":
            return item.kind, letters(item.value).text
        case _:
            return item.kind, normalise(item.value).text.strip()


def _rank(item: Item) -> tuple[int, float]:
    return ("struck", "asked", "suggested", "learned", "confirmed", "given").index(item.state), item.score


def _as_reviewed(report: Report, before: Report | None) -> Report:
    """What a reviewer said of an item holds when its report is imported again; what is given now is given. What a
    person marked or confirmed stays, whether or not it is learned again. What is asked about stays so while it is no
    more than suggested."""
    said = {_key(item): item.state for item in before.identity} if before is not None else {}
    identity = tuple(replace(item, state=_state(item, said.get(_key(item)))) for item in report.identity)
    there = {_key(item) for item in identity}
    kept = before.identity if before is not None else ()
    stays = tuple(item for item in kept if item.state in ("confirmed", "struck") and _key(item) not in there)
    return replace(report, identity=(*identity, *stays))


def _state(item: Item, said: ItemState | None) -> ItemState:
    if said in ("confirmed", "struck") and item.state != "given":
        return said
    return "asked" if said == "asked" and item.state == "suggested" else item.state


def _party(written: str) -> Party:
    name, address = parseaddr(written)
    if not fold_address(address):
        name, address = written.strip(), ""
    if not name and not address:
        raise Problem("--reported", "neither a name nor an address", 'write --reported "Name <name@domain>"')
    return Party(name=name, addresses=(address,) if address else ())
