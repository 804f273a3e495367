"""Personal data of any third party, where the rules ask for it: ids, mobile numbers, bank cards, plates.

What stands in one is told by its shape (`detection.pii_recognizers`); what it is said to be, whose it is, and whether
it is a part of something else is looked at here. Left out: what the text calls an order, a room or a user's number;
amounts; parts of mail addresses and links; the reported parties' own; the organisation's own, as the rules list them.
What identifies the reporter is for the other detectors (`detect.detect` sees to that).

A text that could not be searched to its end counts as one that cannot be inspected, or, where it is only watched, as a
finding that says so.
"""

import re
from collections.abc import Iterator

from gateway.detection.budget import Budget
from gateway.detection.context import Scene, ThirdParties, Views, finding_at
from gateway.detection.pii_recognizers import pieces, recognised
from gateway.errors import OutOfTime, Unavailable
from gateway.model import Finding, Kind, TextFragment
from gateway.text.normalize import Normal
from gateway.text.numbers import plain_number, with_plain_numbers

_Place = tuple[tuple[int, int], str]
_MOST_KEPT = 1_000_000  # characters

_SURE = {"resident_id": 0.99, "hk_id": 0.9, "travel_document": 0.85, "bank_card": 0.9, "phone": 0.9, "plate": 0.85}
_MACHINES = (
    "received", "x-received", "message-id", "in-reply-to", "references", "dkim-", "domainkey-", "arc-",
    "authentication-results", "date", "thread-index", "content-id", "mime-version", "return-path", "list-",
    "resent-message-id", "resent-date", "x-google-", "x-ms-", "x-qq-mid",
)  # fmt: skip
"""Fields that programs fill with numbers of their own; nobody writes in them, nor in the envelope."""

_ORDER = r"订单|单号|流水|运单|快递|物流|交易|商户|order|tracking|transaction|invoice|发票"
_CALLED = re.compile(
    rf"(?:(?:{_ORDER}|工单|房间|直播间|用户(?:id|编号|号)|uid|user[ _]?(?:id|name)|room|ticket|case|serial|batch"
    r"|合同|批次|编号|序列|验证码|抖音号|快手号|qq)"
    r"[ _]?(?:号码?|编号|号|id|no|number|code)?[\s:是为#.()\[\]\"'=_/-]{0,4}|(?:img|vid|dsc|rec|screenshot)[_-])\Z"
)
_CALLED_ORDER = re.compile(rf"(?:{_ORDER})[ _]?(?:号码?|编号|号|id|no|number)?[\s:是为#.()\[\]\"'=_-]{{0,4}}\Z")
_AMOUNT = re.compile(
    r"\A(?:\.[0-9]{1,2}(?![0-9])|(?:,[0-9]{3})+(?![0-9])"
    r"|[ ]?(?:元|块钱|人民币|rmb|cny|usd|美元|港币|钻石|抖币|星币|金币|积分"
    r"|人次|次(?!日)|个(?!人)|条|秒(?![回拍杀接])|毫秒|字节|bytes|ms(?![a-z])))"
)
_MONEY = re.compile(r"[¥$€£￥][ ]?\Z|(?:rmb|cny|usd)[ ]?\Z")
_LOCAL = re.compile(r"\A[0-9a-z._+-]*@[0-9a-z-]+\.[0-9a-z]")
_DOMAIN = re.compile(r"[0-9a-z_]@[0-9a-z.-]*\Z")
_LINK = re.compile(r"(?:https?://|www\.)[^\s\u3000-\u9fff<>\"']*\Z")
_PHONE_FIELD = re.compile(r"(?:(?:phone|mobile|mob|tel)=|wa\.me/)\+?\Z")
_AROUND, _LINK_REACH = 48, 300
_OWN_NUMBER = re.compile("[0-9]{7,}")


class _PersonalData:
    name = "personal_data"
    kinds: tuple[Kind, ...] = ("personal_data", "uninspectable")

    def find(self, scene: Scene) -> Iterator[Finding]:
        if scene.third_parties is None:
            return
        # Where it is only watched, a long search must not make a message uninspectable for the other detectors.
        with scene.budget.apart() as budget:
            yield from self._found(scene, scene.third_parties, _PresidioCache(budget))

    def _found(self, scene: Scene, wanted: ThirdParties, asked: "_PresidioCache") -> Iterator[Finding]:
        allowed = wanted.allowed | _own_numbers(scene, wanted)
        known: dict[Views, list[_Place]] = {}  # two texts may be the same
        unsearched: dict[Finding, None] = {}
        for number, views in (*enumerate(scene.views), *scene.hidden):
            text = scene.reading.texts[number]
            if text.medium == "envelope" or (text.medium == "header" and text.label.startswith(_MACHINES)):
                continue
            found = known.get(views, [])
            try:
                if views not in known:
                    for place in _places(views.normal, allowed, asked):
                        found.append(place)
                    known[views] = found
            except OutOfTime:
                unsearched[_unsearched(text, wanted, "search_timed_out")] = None
            except Unavailable:  # nobody waits, or it can be tried again
                raise
            except Exception as error:  # whatever it is, the text was not searched
                unsearched[_unsearched(text, wanted, "search_failed", type(error).__name__)] = None
                scene.failed(error)
            finally:
                views.forget()
            for span, variant in found:
                yield finding_at(
                    scene, number, span, "personal_data", wanted.report, self.name, _SURE[variant], variant=variant
                )
        yield from unsearched


class _PresidioCache:
    """What Presidio said of each piece: it takes half a millisecond for the shortest, and tables repeat themselves."""

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self._known: dict[str, list[tuple[int, int, str]]] = {}
        self._kept = 0

    def of(self, piece: str) -> list[tuple[int, int, str]]:
        """(start, end, variant) of what stands in a piece."""
        found = self._known.get(piece)
        if found is None:
            self.budget.check()
            found = recognised(piece)
            self._kept += len(piece)
            if self._kept < _MOST_KEPT:
                self._known[piece] = found
        return found


def _places(normal: Normal, allowed: frozenset[str], asked: _PresidioCache) -> Iterator[_Place]:
    """(span in the original, variant). Raises what the budget raises, and whatever a recognizer raises."""
    asked.budget.check()
    view = with_plain_numbers(normal)
    seen: set[tuple[int, int, str]] = set()
    for first, last in pieces(view, asked.budget.check):
        for start, end, variant in asked.of(view[first:last]):
            found = (first + start, first + end, variant)
            if (
                found not in seen
                and _stands_alone(view, *found)
                and plain_number(view[found[0] : found[1]]) not in allowed
            ):
                seen.add(found)
                yield normal.origin(found[0], found[1]), variant
    # A pattern that Presidio's own limit ended says nothing of it, and took longer than this.
    asked.budget.check()


def _stands_alone(view: str, start: int, end: int, variant: str) -> bool:
    """Whether it is a number of its own, and the text does not call it another one."""
    before, behind = view[max(0, start - _AROUND) : start], view[end : end + _AROUND]
    if (variant != "plate" and _is_joined(before[-1:])) or _is_joined(behind[:1]):
        return False
    if variant == "plate":
        return True
    if _LOCAL.search(behind) or _DOMAIN.search(before):
        return False
    if variant == "resident_id":
        return _CALLED_ORDER.search(before) is None
    if _CALLED.search(before) or _AMOUNT.search(behind) or _MONEY.search(before):
        return False
    return _PHONE_FIELD.search(before) is not None or _LINK.search(view[max(0, start - _LINK_REACH) : start]) is None


def _is_joined(sign: str) -> bool:
    return sign.isascii() and sign.isalnum()


def _own_numbers(scene: Scene, wanted: ThirdParties) -> frozenset[str]:
    """Plain numbers of those who were reported: their accounts, and what their addresses begin with."""
    words = {word for subject in scene.subjects if subject.report in wanted.reports for word in subject.own}
    return frozenset(words | {plain_number(n) for word in words for n in _OWN_NUMBER.findall(word)})


def _unsearched(text: TextFragment, wanted: ThirdParties, reason: str, variant: str = "") -> Finding:
    if wanted.binding:
        return Finding("uninspectable", wanted.report, text.where, text.medium, reason, 1.0, variant)
    return Finding("personal_data", wanted.report, text.where, text.medium, "personal_data", 1.0, reason)


DETECTOR = _PersonalData()
