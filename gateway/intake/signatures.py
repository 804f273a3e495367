"""What a letter tells of its writer in passing: sentences about oneself, a mail's signature, a contact card.

`本人…，身份证号…`, `我的微信号是…`, `You can reach me at …`; the block after `-- ` (RFC 3676 section 4.3); a vCard (RFC
6350). Only sentences in the first person are taken at their word, and never a clause that names the reported.

In: text. Out: what was learned, as `letter_lines` gives it. Nothing here fails.
"""

import re
from collections.abc import Iterator

from gateway.intake.extracted import Learned
from gateway.model import Kind
from gateway.text.addresses import fold_address
from gateway.text.chinese import is_plausible_name

_FIRST = re.compile(r"本人|我的|我是|我叫|我系|联系我|(?i:\b(?:my|me|i am|i'm|contact me)\b)|\bI\b")
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]?")
_PARTY = re.compile(r"主播|被举报|被投诉|对方|他的|她的|客服|(?i:streamer|reported|\bhis\b|\bher\b)")
_PHONE = re.compile(
    r"(?:电话|手机号?码?|联系方式|(?i:phone(?: number)?|mobile|call|reach(?:ed)?) ?(?i:me)?(?: (?i:at|on))?)"
    r"[是为:： ]{0,3}"
    r"(?P<value>\+?[0-9][0-9 \-]{6,18}[0-9])"
)
_ID = re.compile(r"(?:身份证号?码?|证件号?码?|护照号?码?)[是为:： ]{0,3}(?P<value>[0-9A-Za-z]{6,18}(?![0-9A-Za-z]))")
_WECHAT = re.compile(
    r"(?:微信号?|(?i:wechat|weixin|vx))[是为:： ]{0,3}(?P<value>[A-Za-z][A-Za-z0-9_\-]{4,30})(?![A-Za-z0-9_@])"
)
_QQ = re.compile(r"(?i:qq)号?[是为:： ]{0,3}(?P<value>[1-9][0-9]{4,10})(?![0-9])")
_MAIL = re.compile(r"(?<![A-Za-z0-9._%+\-])(?P<value>[A-Za-z0-9._%+\-]{1,64}[@＠][A-Za-z0-9.\-]{3,100}[A-Za-z0-9])")
_BLOCK = re.compile(r"(?:^|\n)-- ?\n(?P<block>(?:[^\n]{0,80}(?:\n|$)){1,8})\s*$")
_CARD = re.compile(r"BEGIN:VCARD(?P<card>.{1,4000}?)END:VCARD", re.DOTALL | re.IGNORECASE)
_CARD_LINE = re.compile(r"^(?P<key>[A-Za-z\-]{1,30})(?:;[^:\n]{0,80})?:(?P<value>[^\n\r]{1,200})", re.MULTILINE)
_CARD_KINDS: dict[str, Kind] = {
    "TEL": "phone",
    "EMAIL": "address",
    "NICKNAME": "nickname",
    "X-QQ": "account",
    "X-WECHAT": "account",
}


def from_asides(text: str) -> Iterator[Learned]:
    """Everything that a text says of its writer by the way."""
    text = text.replace("\r\n", "\n")
    for match in _SENTENCE.finditer(text):
        if _FIRST.search(match.group()):
            yield from _contacts(_own_clauses(match.group()), 0.8, "sentence")
    block = _BLOCK.search(text)
    if block:
        yield from _from_block(block["block"])
    for card in _CARD.finditer(text):
        yield from _from_card(card["card"])


def _own_clauses(sentence: str) -> str:
    """Without the clauses that speak of somebody else."""
    return "，".join(clause for clause in re.split(r"[，,；;]", sentence) if not _PARTY.search(clause))


def _contacts(text: str, score: float, place: str) -> Iterator[Learned]:
    for match in _PHONE.finditer(text):
        yield Learned("phone", match["value"].strip(), score, place)
    for match in _ID.finditer(text):
        if sum(c.isdecimal() for c in match["value"]) >= 6:
            yield Learned("government_id", match["value"], score, place)
    for match in _WECHAT.finditer(text):
        yield Learned("account", match["value"], score, place, detail="wechat")
    for match in _QQ.finditer(text):
        yield Learned("account", match["value"], score, place, detail="qq")
    for match in _MAIL.finditer(text):
        if fold_address(match["value"]):
            yield Learned("address", match["value"], score, place, address=match["value"])


def _from_block(block: str) -> Iterator[Learned]:
    """The signature of a mail: a name in a line of its own, and how to reach whoever it is."""
    lines = [line.strip() for line in block.split("\n") if line.strip()]
    if lines and is_plausible_name(lines[0]):
        yield Learned("name", lines[0], 0.85, "mail signature")
    yield from _contacts(block, 0.8, "mail signature")


def _from_card(card: str) -> Iterator[Learned]:
    for match in _CARD_LINE.finditer(card):
        key, value = match["key"].upper(), match["value"].strip()
        if key == "FN" and is_plausible_name(value):
            yield Learned("name", value, 0.85, "contact card")
        elif key in _CARD_KINDS and value:
            kind = _CARD_KINDS[key]
            address = value if kind == "address" else ""
            yield Learned(kind, value, 0.8, "contact card", address=address)
