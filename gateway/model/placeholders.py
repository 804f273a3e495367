"""What stands where something was taken out: neutral words, by kind and language.

A placeholder says that something was left out, of which sort at most, in the same words for whoever it concerns: never
that it was a reporter's, nor that anybody reported.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
PlaceholderKind = Literal[
    "name",
    "nickname",
    "address",
    "phone",
    "account",
    "government_id",
    "circumstance",
    "material",
    "thread",
    "personal_data",
    "picture",
    "attachment",
    "other",
]
PLACEHOLDER_KINDS: tuple[PlaceholderKind, ...] = get_args(PlaceholderKind)
NEUTRAL: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "name": "[姓名略]",
        "nickname": "[昵称略]",
        "address": "[邮箱略]",
        "phone": "[电话略]",
        "account": "[账号略]",
        "government_id": "[证件号略]",
        "circumstance": "[略]",
        "material": "[内容略]",
        "thread": "[邮件略]",
        "personal_data": "[个人信息略]",
        "picture": "[图片略]",
        "attachment": "[附件略]",
        "other": "[略]",
    },
    "en": {
        "name": "[name removed]",
        "nickname": "[nickname removed]",
        "address": "[email removed]",
        "phone": "[phone removed]",
        "account": "[account removed]",
        "government_id": "[ID number removed]",
        "circumstance": "[removed]",
        "material": "[text removed]",
        "thread": "[mail removed]",
        "personal_data": "[personal data removed]",
        "picture": "[picture removed]",
        "attachment": "[attachment removed]",
        "other": "[removed]",
    },
}


Operator = Literal["replace", "mask", "pseudonym", "drop"]
"""What becomes of what is taken out: a word that says of which sort it was; always the same few asterisks; a word with
a code that is the same for the same person in one thread of mail, and another in any other; nothing."""
OPERATORS: tuple[Operator, ...] = get_args(Operator)
MASK = "***"
Lists = Literal["hold", "all"]
"""What becomes of a table in which one person would be missing: it is held, or all of that column go."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """The words in force: those that the rules set, by (language, kind), and else the neutral ones. `operators`: of
    kinds that do not become a word."""

    own: Mapping[tuple[str, str], str] = field(default_factory=dict)
    operators: Mapping[str, Operator] = field(default_factory=dict)

    def word(self, kind: str, language: Language) -> str:
        """For a kind of finding, picture or attachment; that of `other` for what has none of its own."""
        kind = kind if kind in PLACEHOLDER_KINDS else "other"
        return self.own.get((language, kind), NEUTRAL[language][kind])

    def instead(self, kind: str, language: Language, code: str = "") -> str:
        """What stands where something of this kind stood, by its operator; `code` is who it is in this thread."""
        match self.operators.get(kind, "replace"):
            case "drop":
                return ""
            case "mask":
                return MASK
            case "pseudonym" if code:
                word = self.word(kind, language)
                return f"{word[:-1]} {code}{word[-1]}" if word[-1:] in "])）】〕" else f"{word} {code}"
            case _:
                return self.word(kind, language)
