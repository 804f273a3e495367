"""The object of `hushgate inspect --json`: the contract's keys as they are, and one more, `explained`."""

from typing import Any

from gateway.service.explanation.model import ExplainedRule, Explanation


def as_json(told: Explanation) -> dict[str, Any]:
    """All that is known but texts and pictures of the mail."""
    shown = {**told.plain}
    if told.revealed:
        shown["findings"] = [
            {**entry, "words": one.words} if one.words else entry
            for entry, one in zip(told.plain["findings"], told.findings, strict=True)
        ]
    shown["explained"] = {
        "why": {"zh": list(told.sentences[0]), "en": list(told.sentences[1])},
        "by_rules": {"action": told.by_rules.action, "rule": told.by_rules.rule},
        "matches": [
            {"report": one.report, "recipient": one.recipient, "reason": one.reason, "to": one.to}
            for one in told.matches
        ],
        "places": [str(one.place) for one in told.findings],
        "rules": [_rule(rule) for rule in told.rules],
        "default": list(told.default),
        "monitored": list(told.watched),
        "changes": [
            {
                "place": str(one.place),
                "medium": one.medium,
                "before": [text for sign, text in one.lines if sign == "-"],
                "after": [text for sign, text in one.lines if sign == "+"],
            }
            for one in told.changes
        ],
        "other_changes": [{"place": str(one.place), "what": one.what, "boxes": one.count} for one in told.others],
        "revealed": told.revealed,
    }
    return shown


def _rule(rule: ExplainedRule) -> dict[str, Any]:
    """Findings are counted from 1, in the order of `findings`."""
    return {
        "name": rule.name,
        "action": rule.action,
        "came": list(rule.came),
        "took": list(rule.took),
        "conditions": [
            {"condition": one.key, "value": one.value, "held": list(one.held), "failed": list(one.failed)}
            for one in rule.conditions
        ],
    }
