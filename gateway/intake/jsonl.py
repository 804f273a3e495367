"""A JSONL file of reports, as the contract describes it: one report a line, file paths relative to the file.

Everything is checked before anything is read, and everything is read before anything is stored: an error anywhere
imports nothing. Raises `Problem` with file and line (`reports.jsonl:3: …`), the first of each line that has one.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gateway.errors import Problem, raise_all
from gateway.identity.circumstance_patterns import SORTS
from gateway.intake.handed_in import FindFile, HandedIn, beside
from gateway.intake.json_validation import object_of, party_of, refuse_unknown_keys, text, texts, unknown_word
from gateway.model import REPORT_STATES, SEVERITIES, Item, Party
from gateway.text.addresses import fold_address

_REPORT = frozenset({"id", "status", "opened_at", "reported", "reporter", "materials", "case_numbers", "severity"})
_REPORTER = frozenset(
    {"names", "nicknames", "addresses", "phones", "accounts", "government_ids", "avatars", "circumstances"}
)
_ACCOUNT = frozenset({"kind", "value"})


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line of the file, checked but with nothing read yet. `place` is `reports.jsonl:3`.

    `status` and `severity` are empty where the line does not say: a report that is there already stays as it is.
    """

    place: str
    id: str
    status: str
    opened_at: str
    reported: tuple[Party, ...]
    items: tuple[Item, ...] = field(repr=False)
    avatars: tuple[HandedIn, ...] = ()
    materials: tuple[HandedIn, ...] = ()
    numbers: tuple[str, ...] = ()
    severity: str = ""


def load(path: Path, now: datetime | None = None) -> tuple[ReportLine, ...]:
    """Parse and check a file. `now` opens reports that do not say when they were opened."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable JSONL file") from error
    except UnicodeDecodeError as error:
        bad = error.object.count(b"\n", 0, error.start) + 1
        raise Problem(f"{path}:{bad}", "not UTF-8", "save the file as UTF-8") from None
    entries, wrong = list[ReportLine](), list[Problem]()
    seen: dict[str, str] = {}
    files = beside(path.parent)
    # Not splitlines(): U+2028 and others are legal inside JSON strings.
    for number, line in enumerate(text.split("\n"), 1):
        place = f"{path}:{number}"
        if not line.strip():
            continue
        try:
            entry = entry_of(object_of(line, place), place, files, now or datetime.now(UTC))
            if entry.id in seen:
                raise Problem(place, f"id {entry.id!r} stands in {seen[entry.id]} already", "give each report one line")
        except Problem as problem:
            wrong.append(problem)
            continue
        seen[entry.id] = place
        entries.append(entry)
    raise_all(wrong)
    return tuple(entries)


def entry_of(value: dict[str, Any], place: str, files: FindFile, now: datetime) -> ReportLine:
    """One report, checked. `now` opens one that does not say when it was opened. Raises Problem."""
    refuse_unknown_keys(value, _REPORT, "key", place)
    id_ = text(value.get("id"), "id", place, needed=True)
    if len(id_) > 200 or any(c.isspace() or not c.isprintable() for c in id_):
        raise Problem(
            place, "'id' has blanks or control characters, or more than 200 characters", 'write "R-2020-0918"'
        )
    status = text(value.get("status", ""), "status", place)
    if status and status not in REPORT_STATES:
        raise unknown_word(place, "status", status, REPORT_STATES)
    severity = text(value.get("severity", ""), "severity", place)
    if severity and severity not in SEVERITIES:
        raise unknown_word(place, "severity", severity, SEVERITIES)
    opened = text(value.get("opened_at", ""), "opened_at", place) or now.isoformat(timespec="seconds")
    _check_time(opened, place)
    reported = value.get("reported")
    if not isinstance(reported, list) or not reported:
        raise Problem(place, "no 'reported' party", 'write "reported": [{"name": "…", "addresses": ["…"]}]')
    reporter = value.get("reporter", {})
    if not isinstance(reporter, dict):
        raise Problem(place, "'reporter' is not an object", 'write "reporter": {"names": ["…"]}')
    refuse_unknown_keys(reporter, _REPORTER, "key of reporter", place)
    return ReportLine(
        place=place,
        id=id_,
        status=status,
        opened_at=opened,
        reported=tuple(party_of(party, "reported", place) for party in reported),
        items=tuple(_items(reporter, place)),
        avatars=_files(reporter.get("avatars", []), "reporter.avatars", files, place),
        materials=_files(value.get("materials", []), "materials", files, place),
        numbers=texts(value, "case_numbers", "", place),
        severity=severity,
    )


def _items(reporter: dict[str, Any], place: str) -> Iterator[Item]:
    for value in texts(reporter, "names", "reporter", place):
        yield Item("name", value)
    for value in texts(reporter, "nicknames", "reporter", place):
        yield Item("nickname", value)
    for value in texts(reporter, "addresses", "reporter", place):
        if not fold_address(value):
            raise Problem(place, "a 'reporter' address is not a mail address", "write it as name@domain")
        yield Item("address", value)
    for value in texts(reporter, "phones", "reporter", place):
        yield Item("phone", value)
    for value in texts(reporter, "government_ids", "reporter", place):
        yield Item("government_id", value)
    accounts = reporter.get("accounts", [])
    if not isinstance(accounts, list):
        raise Problem(place, "'reporter.accounts' is not a list", 'write [{"kind": "wechat", "value": "…"}]')
    for account in accounts:
        if isinstance(account, str) and account.strip():
            yield Item("account", account.strip())
        elif isinstance(account, dict):
            refuse_unknown_keys(account, _ACCOUNT, "key of an account", place)
            kind = text(account.get("kind", ""), "reporter.accounts.kind", place)
            yield Item("account", text(account.get("value"), "reporter.accounts.value", place, needed=True), kind)
        else:
            raise Problem(
                place, "an account of the reporter is not an object", 'write {"kind": "wechat", "value": "…"}'
            )
    yield from _circumstances(reporter.get("circumstances", []), place)


def _circumstances(value: Any, place: str) -> Iterator[Item]:
    """What the reporter's life is known by; together they tell who it was."""
    if not isinstance(value, list):
        raise Problem(place, "'reporter.circumstances' is not a list", 'write [{"kind": "employer", "value": "…"}]')
    for one in value:
        if not isinstance(one, dict):
            raise Problem(
                place, "a circumstance of the reporter is not an object", 'write {"kind": "school", "value": "…"}'
            )
        refuse_unknown_keys(one, _ACCOUNT, "key of a circumstance", place)
        sort = text(one.get("kind"), "reporter.circumstances.kind", place, needed=True)
        if sort not in SORTS:
            raise unknown_word(place, "kind of a circumstance", sort, SORTS)
        yield Item("circumstance", text(one.get("value"), "reporter.circumstances.value", place, needed=True), sort)


def _files(value: Any, key: str, files: FindFile, place: str) -> tuple[HandedIn, ...]:
    return tuple(files(name, key, place) for name in texts({key: value}, key, "", place))


def _check_time(value: str, place: str) -> None:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise Problem(place, "'opened_at' is not a time", 'write "2020-09-18T10:00:00+08:00" (RFC 3339)') from None
