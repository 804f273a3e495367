"""What `policy.toml` says, once checked.

threshold = 0.6          # findings less sure than this are not judged
proof_threshold = 0.4    # a rewritten message is searched again down to this
read_pictures = "suspected"   # of mail to nobody reported: where something else points to a report, or "always"
personal_data = "off"    # of any third party, in mail to who was reported: "off", "monitor" or "on"
personal_data_allowed = ["400-820-8820"]   # numbers, cards, plates that are the organisation's own

[placeholders.zh]        # and [placeholders.en]: what stands where something was taken out, one key a kind
name = "[姓名略]"

[[rule]]
name = "unreadable"
action = "quarantine"    # pass | redact | quarantine | reject
when = { kinds = ["uninspectable", "malformed"] }

[default]
action = "quarantine"    # for a finding that no rule takes: quarantine or reject
"""

from dataclasses import dataclass, field
from typing import Any, Literal

from gateway.model import Action, Envelope, Finding, Match, Placeholders


@dataclass(frozen=True, slots=True)
class Situation:
    """What a condition may look at: one finding, and the message that it stands in."""

    finding: Finding
    envelope: Envelope
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """Takes a finding where every one of its conditions holds; without conditions it takes any."""

    name: str
    action: Action
    when: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """Ordered rules. `digest` is the SHA-256 of the file, in hex: the audit log says by which rules it was decided."""

    rules: tuple[Rule, ...]
    default: Action
    threshold: float
    proof_threshold: float
    read_pictures: Literal["suspected", "always"] = "suspected"
    digest: str = field(default="")
    personal_data: Literal["off", "monitor", "on"] = "off"
    personal_data_allowed: frozenset[str] = field(default=frozenset(), repr=False)  # as `text.numbers` folds them
    placeholders: Placeholders = field(default_factory=Placeholders)
