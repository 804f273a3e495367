"""Why a message is held, in one sentence, from what the list knows of it. Pure.

In: a summary. Out: a sentence in the reader's language, without a score, the number of a part or the name of a rule.
"""

from gateway.console.i18n import Language, Translations, ordinal
from gateway.model import HeldReason, HeldSummary
from gateway.model.uninspectable_reasons import REASONS


def listed_why(summary: HeldSummary, language: Language) -> str:
    """The gravest finding, and how many others there are; of messages of older versions, the kinds."""
    words = Translations(language)
    if summary.reason is None:
        kinds = words["list_comma"].join(words.kind(kind) for kind in summary.kinds[:3])
        return words["because_kinds"].format(kinds=kinds) if kinds else words["because_nothing"]
    sentence = _sentence(summary.reason, words, language)
    if summary.reason.more:
        sentence += words["because_more"].format(more=summary.reason.more)
    return sentence


def _sentence(reason: HeldReason, words: Translations, language: Language) -> str:
    place = _place(reason, words, language)
    report = words["because_report"].format(report=reason.report) if reason.report else words["because_no_report"]
    match reason.kind:
        case "material":
            if reason.original:
                key = "because_original_inside" if reason.inside or not reason.attachment else "because_original"
                return words[key].format(place=place, report=report, what=words[f"original_{reason.sort or 'file'}"])
            key = "because_picture" if reason.in_picture else "because_quoted"
            return words[key].format(place=place, report=report)
        case "thread" | "circumstance" | "personal_data" | "malformed":
            return words[f"because_{reason.kind}"].format(place=place, report=report)
        case "uninspectable":
            why = REASONS[reason.unread][0 if language == "zh" else 1] if reason.unread else words["because_unread"]
            return words["because_uninspectable"].format(place=place, why=why)
        case _:
            return words["because_identity"].format(place=place, report=report, what=words.kind(reason.kind))


def _place(reason: HeldReason, words: Translations, language: Language) -> str:
    if reason.attachment:
        key = "at_attachment_name" if reason.place == "attachment_name" else "at_attachment"
        place = words[key].format(number=ordinal(reason.attachment) if language == "en" else reason.attachment)
    else:
        named = "" if reason.place in ("attachment", "attachment_name") else reason.place
        place = words[f"at_{named or 'message'}"]
    if reason.page:
        place = words["at_page"].format(place=place, page=reason.page)
    if reason.in_picture and reason.place != "attachment_name" and reason.kind != "material":
        place = words["at_picture"].format(place=place)
    return place[:1].upper() + place[1:]
