"""`where`: in what it was found."""

from typing import Any, get_args

from gateway.model import Medium
from gateway.policy.conditions import Condition, has_all, words
from gateway.policy.situations import FILE, MESSAGE

MEDIA: tuple[str, ...] = (*get_args(Medium), FILE, MESSAGE)
GROUPS: dict[str, frozenset[str]] = {
    "body": frozenset({"text", "html", "markup"}),
    "attachment": frozenset({"document", "picture", "code", "metadata", FILE}),
}


def _check(value: Any) -> frozenset[str]:
    found: set[str] = set()
    for word in words(value, (*MEDIA, *GROUPS)):
        found |= GROUPS.get(word, frozenset({word}))
    return frozenset(found)


CONDITION = Condition(
    key="where",
    takes=", ".join(f"`{word}`" for word in (*MEDIA, *GROUPS)),
    zh="出现的位置是其中之一；file 指整个附件，message 指整封邮件；body 指正文（text、html、markup），"
    "attachment 指附件（document、picture、code、metadata、file）；envelope 指 SMTP 信封（发件地址、参数、"
    "收件地址的标签）",
    en="the place is one of these; `file` is a whole part, `message` the whole mail; `body` is text, html and markup; "
    "`attachment` is document, picture, code, metadata and file; `envelope` is what SMTP says (sender, parameters, "
    "tags of recipients)",
    check=_check,
    holds=lambda value, situation: situation.place in value,
    covers=has_all,
    always=frozenset(MEDIA),
)
