"""What detection says and rewriting does. Places, never words."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from gateway.model.reading import Box, Location, Medium

Kind = Literal[
    "name",
    "nickname",
    "address",
    "phone",
    "account",
    "government_id",
    "circumstance",
    "avatar",
    "qr_code",
    "material",
    "thread",
    "personal_data",
    "uninspectable",
    "malformed",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

Reason = Literal["party", "representative", "name", "number", "thread", "content"]
"""Why a message concerns a report: a recipient is a reported party or its representative; a party, an account of it or
a number of the report is named; it answers mail of the report; it carries something of its reporter or material."""
MATCH_REASONS: tuple[Reason, ...] = get_args(Reason)

RecipientClass = Literal["party", "representative", "reporter", "internal", "authority", "unknown"]
"""How a recipient stands to a report, the strictest that holds: a colleague who was reported is a `party`."""
RECIPIENT_CLASSES: tuple[RecipientClass, ...] = get_args(RecipientClass)


Tie = Literal["recipient", "party", "evidence", "complaint", "unexplained", "none"]
"""What ties a sign of the reporter to the report, the gravest first (`matching.tied`)."""
TIES: tuple[Tie, ...] = get_args(Tie)


@dataclass(frozen=True, slots=True)
class Match:
    """A message that goes to `recipient` concerns a report: why, 0 to 1 how surely, and what the recipient is to it.

    A reason that no recipient gave has a match for every recipient.
    """

    report: str
    reason: Reason
    recipient: str = field(repr=False)
    strength: float = 1.0
    to: RecipientClass = "unknown"


@dataclass(frozen=True, slots=True)
class Finding:
    """One sign of a reporter at one place.

    `fragment` indexes `Reading.texts` where `span` is set (characters, half open), `Reading.pictures` where only
    `box` is set; None for findings about a whole part. `variant` names the form that matched (`exact`, `pinyin` …),
    `share` how much of a material was found (0 to 1).

    How the score came about: `base` is what the form is worth alone, `support` what raised it: `cue` a word beside it
    (`cue` has the class of the word), `together` another sign of the same reporter in the message; empty where nothing
    had to. A weak form (`base` below 0.6) without support stays below the usual threshold. `tie`: what else of the
    report is in the message; what was not asked about is not explained.
    """

    kind: Kind
    report: str
    where: Location
    medium: Medium | None
    detector: str
    score: float
    variant: str = ""
    fragment: int | None = None
    span: tuple[int, int] | None = None
    box: Box | None = None
    share: float | None = None
    base: float | None = None
    support: str = ""
    cue: str = ""
    tie: Tie = "unexplained"


EditKind = Literal["text", "field", "paint", "remove"]
"""What is done: characters become others; a header field goes; boxes of a picture or page are covered; a file goes."""


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to do to a file of a message; it carries places and words of ours, never a word of the message.

    `text`: put `replacement` in place of characters `span` of the file's `ordinal`-th editable text fragment, counted
    from 0. `field`: drop the header field that this fragment is. `paint`: cover `boxes` of the picture or page at
    `where`. `remove`: take the file out; `replacement` may stand where it stood.

    `file` leads from the message to the file (see `FilePart.file`). Reading is deterministic, so the rewriter, which
    reads the same bytes again, finds the same file and fragment; `where` is their guard.
    """

    ordinal: int
    where: Location
    span: tuple[int, int]
    replacement: str
    kind: EditKind = "text"
    file: tuple[int, ...] = ()
    boxes: tuple[Box, ...] = ()
