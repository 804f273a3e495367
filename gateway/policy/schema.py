"""What `policy.toml` says, once checked.

threshold = 0.6          # findings less sure than this are not judged
proof_threshold = 0.4    # a rewritten message is searched again down to this
read_pictures = "suspected"   # of mail to nobody reported: where something else points to a report, or "always"
personal_data = "off"    # of any third party, in mail to who was reported: "off", "monitor" or "on"
personal_data_allowed = ["400-820-8820"]   # numbers, cards, plates that are the organisation's own

[placeholders.zh]        # and [placeholders.en]: what stands where something was taken out, one key a kind
name = "[姓名略]"

[operators]              # what becomes of it: "replace" (by that word), "mask" (***), "drop", or "pseudonym": the word
name = "replace"         # with a code that is the same for the same person within one thread of mail

[rewriting]
keep_days = 30           # the original of what goes out rewritten is kept, sealed, so long; 0: not at all
lists = "hold"           # a table in which one person would be missing: "hold" it, or take "all" of that column out

[words]                  # by which service mail is told from a report (`tie`); besides the product's own
service = ["装裱"]        # explain why somebody's number is in a mail
complaint = ["开黑枪"]     # tie it to a report
things = ["香薰"]         # right behind a party's name they make it a thing's
not_service = ["绑定"]    # of the product's own words: these explain nothing
not_complaint = ["直播行为规范"]   # phrases that say nothing of a report

[[rule]]
name = "unreadable"
action = "quarantine"    # pass | redact | quarantine | reject
when = { kinds = ["uninspectable", "malformed"] }
remove = false           # with redact: what cannot be changed in its place is taken out with its file, instead of held
four_eyes = false        # true: a release of what it holds takes two people, one who proposes and one who decides

[default]
action = "quarantine"    # for a finding that no rule takes: quarantine or reject

[limits]                 # of what is held or rewritten of one sender; 0 switches one off
alert_per_hour = 10      # from so many on reviewers are told
slow_per_hour = 100      # from so many on all that the sender sends outside is answered `slow_seconds` later
slow_per_day = 300
slow_seconds = 2         # 0 to 30
lists_per_hour = 1       # from so many lists of `list_from` or more candidates on, further lists are held
lists_per_day = 3
list_from = 20
found_per_hour = 0       # from so many on all that the sender sends outside is held
found_per_day = 0
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.model import Action, Kind, Lists, Placeholders, Reason, RecipientClass, Tie
from gateway.model.words import Words


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at: one finding, and the message that it stands in (`policy.situations` makes them).

    It holds no word of a message, no name of a file and nothing of a reporter but the report's id, so that a decision
    can be recorded by it and judged again by other rules. `place` is the medium, or `file` or `message` where the
    finding is about one as a whole; `reasons` and `stands` are those of all matches of the finding's report;
    `mentions_report`: the message speaks of a report at all (`matching.mentions_report`).
    """

    kind: Kind
    report: str
    place: str
    detector: str
    variant: str
    score: float
    share: float | None
    tie: Tie
    reasons: frozenset[Reason]
    stands: frozenset[RecipientClass]
    sender: str = field(repr=False)
    recipients: tuple[str, ...] = field(repr=False)
    mentions_report: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """Takes a finding where every one of its conditions holds; without conditions it takes any. `remove`: with
    `redact`, what cannot be changed in its place is taken out with the file that it stands in. `four_eyes`: what it
    takes is released by two people."""

    name: str
    action: Action
    when: tuple[tuple[str, Any], ...] = ()
    remove: bool = False
    four_eyes: bool = False


@dataclass(frozen=True, slots=True)
class SenderLimits:
    """How many messages of one sender may be held or rewritten for something of a reporter; 0: no limit.

    Whoever sends guesses and hears what became of them finds out who reported. A list halves the guesses each time.
    """

    alert_per_hour: int = 10
    slow_per_hour: int = 100
    slow_per_day: int = 300
    slow_seconds: float = 2
    lists_per_hour: int = 1
    lists_per_day: int = 3
    list_from: int = 20
    found_per_hour: int = 0
    found_per_day: int = 0

    def slows(self) -> bool:
        """May anybody ever be slowed?"""
        return bool(self.slow_seconds and (self.slow_per_hour or self.slow_per_day))

    def holds_lists(self) -> bool:
        """May anybody's lists ever be held?"""
        return bool(self.list_from and (self.lists_per_hour or self.lists_per_day))

    def off(self) -> bool:
        """Is nobody ever over?"""
        return not (self.found_per_hour or self.found_per_day or self.holds_lists() or self.slows())


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules. `digest` is the SHA-256 of the file, in hex: the audit log says by which rules it was decided.
    `lists`: where one cell of a table would go, hold the message or take out all cells of its column."""

    rules: tuple[Rule, ...]
    default: Action
    threshold: float
    proof_threshold: float
    read_pictures: Literal["suspected", "always"] = "suspected"
    digest: str = field(default="")
    personal_data: Literal["off", "monitor", "on"] = "off"
    personal_data_allowed: frozenset[str] = field(default=frozenset(), repr=False)  # as `text.numbers` folds them
    placeholders: Placeholders = field(default_factory=Placeholders)
    limits: SenderLimits = field(default=SenderLimits())
    keep_days: int = 30
    words: Words = field(default=Words())
    lists: Lists = "hold"
