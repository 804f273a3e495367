"""`policy.toml` as a JSON Schema (draft 7), for editors: it completes words and marks what is wrong while one types.

Made of what the loader itself knows, so that it says the same. It cannot say all of it: names that stand twice, a
proof that is milder than the first look and rules out of reach are `hushgate check`'s to find. Pure.
"""

import json
from dataclasses import fields
from typing import Any

from gateway.model import LANGUAGES, OPERATORS, PLACEHOLDER_KINDS
from gateway.model.words import Words
from gateway.policy.conditions import conditions, listed, texts_schema
from gateway.policy.limits import MOST, MOST_SECONDS
from gateway.policy.load import ACTIONS, LISTS, LONGEST_KEPT, MODES, PERSONAL, PICTURES, RESERVED
from gateway.policy.placeholders import CAN_BE_WORDS
from gateway.policy.placeholders import LONGEST as LONGEST_PLACEHOLDER
from gateway.policy.schema import LONGEST_NAME, TOLD, SenderLimits
from gateway.policy.wording import HEADER_NAME, HEADER_VALUE, LONGEST_SAID, MOST_HEADERS

FILE = "policy.schema.json"
_SHARE = {"type": "number", "minimum": 0, "maximum": 1}
_BOOLEAN = {"type": "boolean"}


def text() -> str:
    """The file as it is written beside the rules."""
    return json.dumps(schema(), ensure_ascii=False, indent=2) + "\n"


def schema() -> dict[str, Any]:
    """The whole of it."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Hushgate: policy.toml",
        "description": "规则 / the rules. docs/rules.md",
        **_table(
            {
                "mode": _said({"enum": list(MODES)}, "monitor：全部放行，只记录", "monitor: all passes, and is noted"),
                "threshold": _said(_SHARE, "低于此可信度的发现不处理", "findings less sure than this are not judged"),
                "proof_threshold": _said(_SHARE, "改写后复查用的门槛", "a rewritten message is searched down to this"),
                "read_pictures": _said({"enum": list(PICTURES)}, "何时读图片里的文字", "when pictures are read"),
                "personal_data": _said({"enum": list(PERSONAL)}, "第三人的个人信息", "personal data of third parties"),
                "personal_data_allowed": _said(_texts(), "本单位自己的号码", "numbers that are the organisation's own"),
                "placeholders": _table({one: _placeholders() for one in LANGUAGES}),
                "operators": _table({kind: {"enum": list(OPERATORS)} for kind in CAN_BE_WORDS}),
                "groups": _said(
                    {"type": "object", "additionalProperties": texts_schema("@")},
                    "地址的组，供 sender_groups、recipient_groups 使用",
                    "names for addresses and domains",
                ),
                "rewriting": _table(
                    {
                        "keep_days": {"type": "integer", "minimum": 0, "maximum": LONGEST_KEPT},
                        "lists": {"enum": list(LISTS)},
                    }
                ),
                "words": _table({one.name: _texts() for one in fields(Words)}),
                "limits": _table({one.name: _limit(one.name) for one in fields(SenderLimits)}),
                "rule": {"type": "array", "items": _rule()},
                "default": _table({"action": {"enum": ["quarantine", "reject"]}}),
            }
        ),
    }


def _rule() -> dict[str, Any]:
    when = {
        key: _said(dict(one.schema), one.zh, one.en) if one.schema else {} for key, one in sorted(conditions().items())
    }
    rule = _table(
        {
            "name": {
                "type": "string",
                "minLength": 1,
                "maxLength": LONGEST_NAME,
                "pattern": "\\S",
                "not": {"enum": sorted(RESERVED)},
            },
            "action": _said(
                {"enum": list(ACTIONS)},
                "pass 放行，redact 改写后放行，quarantine 扣留，reject 拒收",
                "pass it, rewrite and send it, hold it, refuse it",
            ),
            "when": _said(_table(when), "全部条件都成立才适用；没有条件则适用于一切", "all of these must hold"),
            "remove": _said(_BOOLEAN, "改不了的连同附件去掉", "with redact: what cannot be changed goes with its file"),
            "four_eyes": _said(_BOOLEAN, "放行须两人同意", "a release takes two people"),
            "monitor": _said(_BOOLEAN, "只观察：命中的内容照样放行，只记录", "what it takes passes, and is only noted"),
            "notify": _said(
                {"anyOf": [_BOOLEAN, *listed(TOLD)["anyOf"]]}, "通知谁：sender 发件人，reviewers 审核员", "who is told"
            ),
            "headers": _said(
                {
                    "type": "object",
                    "minProperties": 1,
                    "maxProperties": MOST_HEADERS,
                    "propertyNames": {"pattern": HEADER_NAME},
                    "additionalProperties": {"type": "string", "pattern": HEADER_VALUE},
                },
                "按本条发出的邮件加上的邮件头",
                "fields added to what goes out by this rule",
            ),
            "say": _said(
                {
                    **_table({one: {"type": "string", "minLength": 1, "maxLength": LONGEST_SAID} for one in LANGUAGES}),
                    "minProperties": 1,
                },
                "给发件人和审核员看的一句话，不得提到举报",
                "a sentence for sender and reviewers, which says nothing of reports",
            ),
        }
    )
    return {**rule, "required": ["name", "action"]}


def _limit(name: str) -> dict[str, Any]:
    if name == "slow_seconds":
        return {"type": "number", "minimum": 0, "maximum": MOST_SECONDS}
    return {"type": "integer", "minimum": 0, "maximum": MOST}


def _placeholders() -> dict[str, Any]:
    word = {"type": "string", "minLength": 1, "maxLength": LONGEST_PLACEHOLDER}
    return _table(dict.fromkeys(PLACEHOLDER_KINDS, word))


def _texts() -> dict[str, Any]:
    return {"type": "array", "items": {"type": "string", "minLength": 1}}


def _table(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _said(what: dict[str, Any], zh: str, en: str) -> dict[str, Any]:
    return {"description": f"{zh} / {en}", **what}
