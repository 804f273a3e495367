"""Whether a sender is told of an event, and whether a notice may leave: what the worker and the return of a message
share.

A notice is inspected as any mail is, by the path that mail takes: for who gets it, and for whom the message was meant,
as if it were theirs; for mail inside the organisation is not looked into, and a notice is forwarded like any other.
"""

from dataclasses import replace

from gateway.inspection.inspect import examine
from gateway.inspection.tools import InspectionDeps
from gateway.model import Envelope, Message, Recipient
from gateway.model.deadline import Deadline
from gateway.model.notice import SenderNotice
from gateway.notices.compose import Notice
from gateway.policy import Policy
from gateway.settings.settings import Settings
from gateway.telemetry.events import NoticeWhy
from gateway.text.addresses import fold_domain

_PASSES = "pass"


def why_untold(told: SenderNotice, settings: Settings) -> NoticeWhy | None:
    """Why no notice goes to that sender, whatever happens to the message; None where one does."""
    if not told.addressed.answerable:
        return "automatic"
    if not (inside(told.sender, settings) or settings.notices.outside):
        return "outside"
    return None


def is_told(told: SenderNotice, settings: Settings) -> bool:
    """Whether the settings want a notice of it, and it may go there."""
    wanted = bool(settings.notices.address) and told.event in settings.notices.kinds
    return wanted and why_untold(told, settings) is None


def wants_sender_told(told: SenderNotice, policy: Policy) -> bool:
    """Whether the rule by which it was held or rewritten wants its sender to hear of it, by the rules of now. What a
    person decided is another matter."""
    rule = policy.named(told.rule) if told.event in ("hold", "rewrite") else None
    return rule is None or "sender" in rule.notify


def said_by_rule(told: SenderNotice, policy: Policy) -> str:
    """The sentence of that rule in the sender's language; empty where it has none."""
    rule = policy.named(told.rule) if told.event in ("hold", "rewrite") else None
    return "" if rule is None else rule.says(told.addressed.language)


def unannounced(policy: Policy) -> tuple[str, ...]:
    """Rules of whose held messages reviewers are not reminded."""
    return tuple(rule.name for rule in policy.rules if "reviewers" not in rule.notify)


def inside(address: str, settings: Settings) -> bool:
    """Whether it is the organisation's own."""
    return fold_domain(address.rpartition("@")[2]) in settings.organization.domains


def may_leave(notice: Notice, recipients: tuple[str, ...], tools: InspectionDeps, seconds: float, id_: str) -> bool:
    """Whether inspection lets it pass to who gets it, and would to the recipients of the message that it is about.
    Blocks. Raises: Unavailable."""
    deadline, tools = Deadline.after(seconds), replace(tools, policy=tools.policy.enforced())
    to_sender = examine(notice.envelope, Message(id_, notice.content), tools, None, deadline)
    if to_sender.decision.action != _PASSES:
        return False
    if not recipients:
        return True
    meant = tuple(Recipient(address) for address in recipients)
    envelope: Envelope = replace(notice.envelope, recipients=meant)
    to_them = examine(envelope, Message(id_, notice.plain), tools, None, deadline)
    return to_them.decision.action == _PASSES
