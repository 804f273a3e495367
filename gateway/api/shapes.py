"""What goes in and comes out, as types: requests are checked by them, and the description is made from them."""

from typing import Any

import msgspec
from msgspec import UNSET, Struct, UnsetType


class PartyIn(Struct, forbid_unknown_fields=True):
    """Who was reported: a name, an address or an account at least. `representatives` speak for it; `@agency.example` is
    everybody at that domain."""

    name: str = ""
    addresses: list[str] = []
    accounts: list[str] = []
    representatives: list[str] = []


class AccountIn(Struct, forbid_unknown_fields=True):
    """An account of the reporter, as `wechat` and `xm_feifei90`; or what their life is known by, as `school`."""

    value: str
    kind: str = ""


class ReporterIn(Struct, forbid_unknown_fields=True):
    """Who reported, as far as it is known. `avatars` are names of files."""

    names: list[str] = []
    nicknames: list[str] = []
    addresses: list[str] = []
    phones: list[str] = []
    accounts: list[AccountIn | str] = []
    government_ids: list[str] = []
    avatars: list[str] = []
    circumstances: list[AccountIn] = []


class ReportIn(Struct, forbid_unknown_fields=True):
    """A report, as a line of a JSONL file. `materials` are names of files that are sent along."""

    id: str
    reported: list[PartyIn]
    status: str = ""
    opened_at: str = ""
    reporter: ReporterIn = msgspec.field(default_factory=ReporterIn)
    materials: list[str] = []
    case_numbers: list[str] = []
    severity: str = ""


class ReportTaken(Struct):
    """What became of a report: `protects` counts by kind what mail is searched for; `warnings` are for a person."""

    id: str
    status: str
    protects: dict[str, int]
    warnings: list[str]


class ReportEntry(Struct):
    """A report in a list. `missing`: what nobody found of the reporter; `to_decide`: items that wait for a person."""

    id: str
    status: str
    opened_at: str
    reported: list[str]
    protects: dict[str, int]
    missing: list[str]
    nobody: bool
    to_decide: int


class ReportDetail(Struct):
    """A report, everything of the reporter masked. As `hushgate reports show --json`."""

    id: str
    status: str
    severity: str
    opened_at: str
    reported: list[dict[str, Any]]
    reporter: list[dict[str, Any]]
    avatars: int
    avatars_plain: int
    avatars_usable: int
    materials: int
    protects: dict[str, int]
    missing: list[str]
    nobody: bool
    to_decide: int


class ReportState(Struct):
    """A report's life: `open`, `closed` or `withdrawn`."""

    id: str
    status: str


class FindingShown(Struct):
    """One sign of a reporter: its kind and place, never its words."""

    kind: str
    report: str
    part: str
    detector: str
    score: float
    rule: str | UnsetType = UNSET
    medium: str | UnsetType | None = UNSET
    depth: int | UnsetType = UNSET
    tie: str | UnsetType = UNSET
    variant: str | UnsetType = UNSET
    share: float | UnsetType = UNSET
    span: list[int] | UnsetType = UNSET
    box: list[int] | UnsetType = UNSET
    file: str | UnsetType = UNSET
    monitored: bool | UnsetType = UNSET


class Inspected(Struct):
    """What would become of a mail. As `hushgate inspect --json`. `would`: what rules that only watch would do."""

    action: str
    rule: str
    reports: list[str]
    findings: list[FindingShown]
    matches: list[dict[str, Any]]
    policy: str
    would: str | UnsetType = UNSET
    would_rule: str | UnsetType = UNSET


class HeldEntry(Struct):
    """A held message in a list; addresses are masked where they may be the reporter's, and so is the subject."""

    id: str
    received_at: str
    status: str
    rule: str
    sender: str
    recipients: list[str]
    subject: str
    reports: list[str]
    kinds: list[str]
    size: int


class HeldDetail(HeldEntry):
    """The same with what was found in it."""

    findings: list[FindingShown]


class DecisionIn(Struct, forbid_unknown_fields=True):
    """Why; for the log, the sender does not see it."""

    reason: str


class ReturnIn(Struct, forbid_unknown_fields=True):
    """Why; and words for the sender, which are inspected first."""

    reason: str
    note: str = ""


class HeldState(Struct):
    """What a message is now. `proposed`: nothing happened yet, its rule wants a second person. `told`: of a return,
    whether the sender gets a notice."""

    id: str
    status: str
    proposed: bool | UnsetType = UNSET
    told: bool | UnsetType = UNSET


class ReportEntries(Struct):
    """Some of a list, and where the next page begins; `null` at the end."""

    items: list[ReportEntry]
    next: str | None


class HeldEntries(Struct):
    """Some of a list, and where the next page begins; `null` at the end."""

    items: list[HeldEntry]
    next: str | None


class ProblemDetails(Struct):
    """RFC 9457. `code` is for programs; `errors` has each mistake of what was sent."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[dict[str, str]] | UnsetType = UNSET
