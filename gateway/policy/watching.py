"""What is said of rules that only watch, wherever somebody might believe that they protect. Pure."""

from collections.abc import Iterator

from gateway.policy.schema import Policy

WHOLE = (
    'mode = "monitor": 只观察，不拦截。所有邮件原样发出，读不了的也一样，只记录本应如何处理。'
    " Nothing is held, rewritten or refused: all mail goes out as it came, what cannot be read too, and what would "
    "have been done is noted."
)
SOME = "只观察的规则 / rules that only watch: {rules}. 命中的内容照样放行 / what they take passes."


def watching_notes(policy: Policy) -> Iterator[str]:
    """One line for a policy that watches, or for its rules that do."""
    if policy.mode == "monitor":
        yield WHOLE
    elif rules := [rule.name for rule in policy.rules if rule.monitor]:
        yield SOME.format(rules=", ".join(rules))
