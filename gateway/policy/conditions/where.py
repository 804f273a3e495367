"""`where`: in what it was found."""

from typing import Any, get_args

from gateway.model import Medium
from gateway.policy.conditions import Condition, words

MEDIA: tuple[str, ...] = get_args(Medium)
GROUPS: dict[str, frozenset[str]] = {
    "body": frozenset({"text", "html", "markup"}),
    "attachment": frozenset({"document", "picture", "code", "metadata"}),
}


def _check(value: Any) -> frozenset[str]:
    found: set[str] = set()
    for word in words(value, (*MEDIA, *GROUPS)):
        found |= GROUPS.get(word, frozenset({word}))
    return frozenset(found)


CONDITION = Condition(
    key="where",
    takes=", ".join(f"`{word}`" for word in (*MEDIA, *GROUPS)),
    zh="出现的位置是其中之一；body 指正文，attachment 指附件中的文档、图片、二维码和元数据",
    en="the place is one of these; `body` is text and HTML, `attachment` a document, picture, code or metadata in one",
    check=_check,
    holds=lambda value, situation: situation.finding.medium in value,
)
