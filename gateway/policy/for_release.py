"""The rules by which a person sends a held message out rewritten: whatever they would hold is taken out instead.

In: rules. Out: the same ones, where each that asks for more than rewriting asks for that, files and all. Pure.
"""

from dataclasses import replace

from gateway.policy.evaluate import DEFAULT
from gateway.policy.schema import Policy, Rule

_REST = Rule(DEFAULT, "redact", remove=True)


def rewriting_all(policy: Policy) -> Policy:
    """What these rules let pass passes; everything else that is found is rewritten, or goes with its file."""
    rules = (
        replace(rule, action="pass", monitor=False)
        if rule.action == "pass" or rule.monitor
        else replace(rule, action="redact", remove=True)
        for rule in policy.rules
    )
    return replace(policy, mode="enforce", rules=(*rules, _REST))
