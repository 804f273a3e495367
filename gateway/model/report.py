"""A report: who was reported, who reported, what was handed in. Everything about the reporter is secret."""

from dataclasses import dataclass, field
from typing import Literal

from gateway.model.finding import Kind
from gateway.model.reading import Pixels

ItemState = Literal["given", "suggested", "confirmed"]
"""`given` in the report itself; `suggested` learned from material, protects at once; `confirmed` by a reviewer."""


@dataclass(frozen=True, slots=True)
class Party:
    """A reported party. `representatives` are addresses of agents or guilds."""

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

    `shingles` are sorted 8-byte big-endian hashes of its normalised text (see `reports.shingles`), `length` the
    number of normalised characters; `phash` and `thumb` (96 x 96 grey as RGB) describe a picture.
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


@dataclass(frozen=True, slots=True)
class Report:
    """`opened_at` is RFC 3339; `status` `open` or `closed`: only open reports are matched."""

    id: str
    status: Literal["open", "closed"]
    opened_at: str
    reported: tuple[Party, ...]
    identity: tuple[Item, ...] = ()
    avatars: tuple[AvatarMark, ...] = ()
    materials: tuple[MaterialMark, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportSummary:
    """What a list may show: nothing of the reporter."""

    id: str
    status: str
    opened_at: str
    reported: tuple[str, ...]
    revision: int
