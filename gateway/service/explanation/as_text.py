"""An explanation for a terminal, in one language. Nothing in it moves a cursor: what a mail says is printable."""

from collections.abc import Iterator

from gateway.service.explanation.model import ExplainedCondition, ExplainedRule, Explanation
from gateway.service.explanation.words import Language, Says, numbers


def as_text(told: Explanation, language: Language) -> str:
    """The decision first, then reports, findings, rules and the rewriting."""
    return "\n".join(_lines(told, Says(language)))


def _lines(told: Explanation, says: Says) -> Iterator[str]:
    decision = told.decision
    yield f"{decision.action} (rule {decision.rule})"
    yield f"  {says.outcome(told)}"
    if would := says.would(told):
        yield f"  {would}"
    if decision.rule != told.by_rules.rule and told.findings:
        yield f"  {says('rules_said', action=says(told.by_rules.action), rule=told.by_rules.rule)}"
    for sentence in told.sentences[says.index]:
        yield f"  {sentence}"
    if decision.policy:
        yield f"  {says('policy')} {decision.policy[:16]}"
    yield ""
    yield says("reports")
    seen: dict[tuple[str, str], None] = {}
    for match in told.matches:
        seen[match.report, says.match(match)] = None
    for report, why in seen:
        yield f"  {report}  {why}"
    if not seen:
        yield f"  {says('no_reports')}"
        return
    yield ""
    yield says("findings")
    for one in told.findings:
        taken = f" → {one.rule}" if one.rule else ""
        yield f"  {one.number}  {says.finding(one)}{taken}"
    if not told.findings:
        yield f"  {says('no_findings')}"
    else:
        yield ""
        yield says("rules")
        for rule in told.rules:
            yield from _rule(rule, says)
        if told.default:
            yield f"  default: {says('default', numbers=numbers(told.default))}"
        if told.watched:
            yield f"  monitored: {says('watched', numbers=numbers(told.watched))}"
    yield from _rewriting(told, says)
    yield ""
    yield says("revealed_note" if told.revealed else "covered_note")


def _rule(rule: ExplainedRule, says: Says) -> Iterator[str]:
    if not rule.came:
        yield f"  ·  {rule.name} ({says(rule.action)}): {says('not_reached')}"
        return
    mark = "✓" if rule.took else "✗"
    took = says("takes", numbers=numbers(rule.took)) if rule.took else says("takes_nothing")
    yield f"  {mark}  {rule.name} ({says(rule.action)}): {took}"
    if not rule.conditions:
        yield f"       {says('takes_any')}"
    for one in rule.conditions:
        yield f"       {one.key} = {one.value}: {held(one, says)}"


def held(one: ExplainedCondition, says: Says) -> str:
    """For which findings it held; folded where it is the same for all."""
    if not one.failed:
        return says("holds")
    if not one.held:
        return says("fails")
    return f"{says('holds_for', numbers=numbers(one.held))}; {says('fails_for', numbers=numbers(one.failed))}"


def _rewriting(told: Explanation, says: Says) -> Iterator[str]:
    if not (told.changes or told.others or told.envelope_amended):
        return
    yield ""
    yield says("rewriting")
    place = ""
    for change in told.changes:
        here = f"{says.console.medium(change.medium)}, {says.console.place(change.place)}"
        if here != place:
            yield f"  {here}"
            place = here
        for sign, text in change.lines:
            yield f"    {sign} {text}"
    for other in told.others:
        yield f"  {says.console.place(other.place)}: {says.console[other.what].format(count=other.count)}"
    if told.envelope_amended:
        yield f"  {says('envelope_amended')}"
