"""What `policy.toml` says, once checked.

mode = "enforce"         # or "monitor": all mail passes, and what would have been done is noted
threshold = 0.6          # findings less sure than this are not judged
proof_threshold = 0.4    # a rewritten message is searched again down to this
read_pictures = "suspected"   # of mail to nobody reported: where something else points to a report, or "always"
personal_data = "off"    # of any third party, in mail to who was reported: "off", "monitor" or "on"
personal_data_allowed = ["400-820-8820"]   # numbers, cards, plates that are the organisation's own

[placeholders.zh]        # and [placeholders.en]: what stands where something was taken out, one key a kind
name = "[姓名略]"

[operators]              # what becomes of it: "replace" (by that word), "mask" (***), "drop", or "pseudonym": the word
name = "replace"         # with a code that is the same for the same person within one thread of mail

[groups]                 # names for addresses and domains, for `sender_groups` and `recipient_groups`
night = ["night@platform.example", "@night.platform.example"]

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
monitor = false          # true: what it takes passes, and what it would have done is noted
notify = true            # or false, or some of ["sender", "reviewers"]
headers = { X-Checked = "yes" }   # with pass and redact: fields added to what goes out by this rule
say = { zh = "附件请不要加密。", en = "Please attach files without a password." }   # shown to sender and reviewers

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

from dataclasses import dataclass, field, fields, replace
from typing import Any, Literal, get_args

from gateway.model import (
    Action,
    Kind,
    Language,
    Lists,
    Placeholders,
    Reason,
    RecipientClass,
    ReportStatus,
    Severity,
    Tie,
)
from gateway.model.words import Words


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at: one finding, and the message that it stands in (`policy.situations` makes them).

    It holds no word of a message, no name of a file and nothing of a reporter but the report's id, so that a decision
    can be recorded by it and judged again by other rules. `place` is the medium, or `file` or `message` where the
    finding is about one as a whole; `reasons` and `stands` are those of all matches of the finding's report;
    `mentions_report`: the message speaks of a report at all (`matching.mentions_report`). `count`: how many findings of
    this kind and report the message has; `status` and `severity` are the report's; `part_types` those of the files
    that it stands in, outermost and innermost alike; `size` the message's octets; `weekday` (0 is Monday) and `minute`
    of the day when it came, by the installation's clock.
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
    count: int = 1
    status: ReportStatus = "open"
    severity: Severity = "normal"
    part_types: frozenset[str] = frozenset()
    size: int = 0
    weekday: int = 0
    minute: int = 0


LONGEST_NAME = 64
"""Of a rule or a group."""
Told = Literal["sender", "reviewers"]
TOLD: tuple[Told, ...] = get_args(Told)
"""Who hears of what a rule took, where the settings want them to be told at all."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Takes a finding where every one of its conditions holds; without conditions it takes any. `remove`: with
    `redact`, what cannot be changed in its place is taken out with the file that it stands in. `four_eyes`: what it
    takes is released by two people. `monitor`: what it takes passes, and its action is only noted. `notify`: who is
    told; `headers` are added to what goes out by it, as `X-Name: value`; `say`: a sentence by language, for the sender
    and for reviewers."""

    name: str
    action: Action
    when: tuple[tuple[str, Any], ...] = ()
    remove: bool = False
    four_eyes: bool = False
    monitor: bool = False
    notify: frozenset[Told] = frozenset(TOLD)
    headers: tuple[str, ...] = ()
    say: tuple[tuple[Language, str], ...] = ()

    def says(self, language: Language) -> str:
        """Its sentence in that language; empty where it has none at all."""
        said = dict(self.say)
        return said.get(language) or next(iter(said.values()), "")


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


NO_LIMITS = SenderLimits(*(0 for _ in fields(SenderLimits)))
"""Of rules that only watch: by these nothing is counted."""


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules. `digest` is the SHA-256 of the file, in hex: the audit log says by which rules it was decided.
    `lists`: where one cell of a table would go, hold the message or take out all cells of its column. `mode`: with
    `monitor` every message passes, and what would have been done is noted."""

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
    mode: Literal["enforce", "monitor"] = "enforce"

    def watches(self, rule: Rule) -> bool:
        """Whether what the rule takes passes, and is only noted."""
        return rule.monitor or self.mode == "monitor"

    def named(self, name: str) -> Rule | None:
        """The rule of that name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    def enforced(self) -> "Policy":
        """The same rules, with nothing only watched."""
        if self.mode == "enforce" and not any(rule.monitor for rule in self.rules):
            return self
        return replace(self, mode="enforce", rules=tuple(replace(rule, monitor=False) for rule in self.rules))
