"""`variants`: in which form it was found."""

from gateway.model.variants import VARIANTS
from gateway.policy.conditions import Condition, has_all, listed, words

CONDITION = Condition(
    key="variants",
    takes="`exact`, `pinyin`, `initials`, `homophone`, `masked`, `ending` …: a word for the form that was found",
    zh="发现的写法是其中之一（`hushgate inspect` 会显示该词）",
    en="the form that was found is one of these; `hushgate inspect` shows the word",
    check=lambda value: frozenset(words(value, VARIANTS)),
    holds=lambda value, situation: situation.variant in value,
    covers=has_all,
    schema=listed(VARIANTS),
)
