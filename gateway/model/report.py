"""A report: who was reported, who reported, what was handed in. Everything about the reporter is secret."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from gateway.model.finding import Kind
from gateway.model.reading import Pixels

ItemState = Literal["given", "learned", "suggested", "asked", "confirmed", "struck"]
"""`given` in the report itself; `learned` from material, surely; `suggested` learned, not surely: protects at once like
the others; `asked`: was suggested, but stands in the organisation's ordinary mail, so it protects nobody until a person
decides; `confirmed` or `struck` by a reviewer. What is struck protects nobody, and is kept so that it is not suggested
again."""


ReportStatus = Literal["open", "closed", "withdrawn", "erased"]
"""Protection goes on when a report is closed or withdrawn, for as long as the settings say: retaliation does not end
with the case. An erased report is its id; what was known is gone, or only keyed digests of it are left."""

Severity = Literal["low", "normal", "high"]
"""How grave a report is, as whoever opened it says; rules may ask for it. It changes nothing of what is looked for."""
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

REPORT_STATES: tuple[ReportStatus, ...] = ("open", "closed", "withdrawn")
"""Those that a file may give."""

ReportEvent = Literal["close", "withdraw", "reopen", "erase"]
REPORT_NEXT: dict[tuple[ReportStatus, ReportEvent], ReportStatus] = {
    ("open", "close"): "closed",
    ("open", "withdraw"): "withdrawn",
    ("open", "reopen"): "open",
    ("open", "erase"): "erased",
    ("closed", "close"): "closed",
    ("closed", "withdraw"): "withdrawn",
    ("closed", "reopen"): "open",
    ("closed", "erase"): "erased",
    ("withdrawn", "withdraw"): "withdrawn",
    ("withdrawn", "reopen"): "open",
    ("withdrawn", "erase"): "erased",
    ("erased", "erase"): "erased",
}
"""The life of a report. What is not in it does not happen: an erased one never comes back, not by an import either."""


@dataclass(frozen=True, slots=True)
class Party:
    """A reported party. `representatives` are addresses of agents or guilds; `@guild.example` is everybody there."""

    name: str = ""
    addresses: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    representatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that identifies the reporter. `detail` is the service of an account (`wechat`, `qq` …).

    `source` says where it was learned: `report`, or `材料 report.eml: From`.
    """

    kind: Kind
    value: str = field(repr=False)
    detail: str = ""
    source: str = "report"
    score: float = 1.0
    state: ItemState = "given"

    @property
    def acts(self) -> bool:
        """Whether mail is searched for it."""
        return self.state not in ("asked", "struck")


@dataclass(frozen=True, slots=True)
class AvatarMark:
    """The reporter's picture, at most 200 pixels wide. `usable` is False where there is nothing to compare at all.

    `distinct`, 0 to 1, says how well it can be told from others: a plain one counts only beside other evidence.
    `source` and `state` are as in `Item`: one cut out of the reporter's own screenshot is `suggested`.
    """

    sha256: bytes = field(repr=False)
    pixels: Pixels
    usable: bool = True
    distinct: float = 1.0
    source: str = "report"
    state: ItemState = "given"


@dataclass(frozen=True, slots=True)
class MaterialMark:
    """Fingerprints of one thing that was handed in (a file, or a part of one); never the thing itself.

    `shingles` are sorted 8-byte big-endian hashes of its normalised text (see `identity.shingles`), `length` the
    number of normalised characters; `prints` (see `fingerprints.winnowing`) find it among all reports; `phash` and
    `thumb` (96 x 96 grey as RGB) describe a picture, `points` (see `model.points`), `copy` (a small
    grey JPEG) and `pieces` (words of points, which find it among all reports) its pieces. `figures` are prints of its
    numbers and rows (`fingerprints.list_elements`), sorted. `typed`: none of its text was read from a picture, so that
    a single sentence may be all of it.
    """

    name: str = field(repr=False)
    kind: str
    size: int
    sha256: bytes = field(repr=False)
    length: int = 0
    shingles: bytes = field(default=b"", repr=False)
    phash: int | None = None
    thumb: Pixels | None = None
    message_id: str = field(default="", repr=False)
    prints: bytes = field(default=b"", repr=False)
    points: bytes = field(default=b"", repr=False)
    copy: bytes = field(default=b"", repr=False)
    pieces: bytes = field(default=b"", repr=False)
    figures: bytes = field(default=b"", repr=False)
    typed: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """`opened_at` is RFC 3339; `numbers` are those by which others know the case."""

    id: str
    status: ReportStatus
    opened_at: str
    reported: tuple[Party, ...]
    identity: tuple[Item, ...] = ()
    avatars: tuple[AvatarMark, ...] = ()
    materials: tuple[MaterialMark, ...] = ()
    numbers: tuple[str, ...] = ()
    severity: Severity = "normal"


@dataclass(frozen=True, slots=True)
class ListedParty:
    """Somebody of the directory of those who can be reported. `id` is made from what names the party surest; `reports`
    is how many of them still protect somebody."""

    id: str
    party: Party
    reports: int = 0


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a list may show: nothing of the reporter."""

    id: str
    status: str
    opened_at: str
    reported: tuple[str, ...]
    revision: int
