"""Does a message speak of a report at all: of a complaint, of what is looked into, of what befalls somebody for it?

In: a reading. Out: yes or no. Where it speaks of the reader's own doings instead, a name in it may be one of the
streamer's own viewers, guests or customers, and a placeholder in its place would say more than the mail did. What
speaks of neither may be about a report. Pure, linear in the text.
"""

import re

from gateway.matching.service_words import COMPLAINT_EN, COMPLAINT_ZH, FORMULA_EN, FORMULA_ZH, LESSER_ZH
from gateway.model import Reading
from gateway.text.own_business import OWN_BUSINESS

_LOOKED_INTO_ZH = re.compile(
    r"舉報|檢舉|投訴|處理|反應|处理(?:结果|通知|意见|决定|工单|您|该|此)|核[查实]|申诉|申訴|调查|調查|整改|说明情况|說明情況|扣分|扣除信用"
    r"|警告|违反|違反|规范|规定|工单|案件|案号|核对|材料|属实|屬實|所述|所称|所说的情况|爆出|线索"
)
_LOOKED_INTO_EN = re.compile(
    r"\b(?:appeal|case|decision|review(?:ed|ing)?|guidelines?|warning|suspen(?:d|ded|sion)|penalt(?:y|ies)|statement"
    r"|alleg\w+|inquiry|report(?:ed|s)?|moderation)\b"
)
_SAID = frozenset(("text", "html", "document", "picture"))


def mentions_report(reading: Reading) -> bool:
    """False where it speaks of the reader's own doings and no text of it, no subject or name of a file either, of a
    report; what stands under any mail does not count."""
    business = False
    for fragment in reading.texts:
        if fragment.medium not in _SAID and fragment.label != "subject" and fragment.medium != "file_name":
            continue
        text = fragment.text.lower()
        plain = FORMULA_EN.sub(" ", FORMULA_ZH.sub(" ", text))
        if any(words.search(plain) for words in (COMPLAINT_ZH, LESSER_ZH, COMPLAINT_EN, _LOOKED_INTO_EN)):
            return True
        if _LOOKED_INTO_ZH.search(plain):
            return True
        business = business or OWN_BUSINESS.search(plain) is not None
    return not business
