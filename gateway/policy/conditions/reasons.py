"""`reasons`: why something could not be inspected, or is malformed."""

from gateway.model.uninspectable_reasons import REASONS
from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="reasons",
    takes="`sound`, `moving_pictures`, `encrypted_zip` …: a word for why a part is `uninspectable` or `malformed`",
    zh="无法检查或结构异常的原因是其中之一（`hushgate inspect` 会显示该词）",
    en="why it could not be inspected, or is malformed, is one of these; `hushgate inspect` shows the word",
    check=lambda value: frozenset(words(value, tuple(REASONS))),
    holds=lambda value, situation: situation.detector in value,
    covers=has_all,
)
