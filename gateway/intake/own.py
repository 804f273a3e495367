"""What belongs to the organisation and is never a reporter's: its names and numbers, and its staff.

In: what was learned. Out: whether it is ours. Nothing here fails.
"""

import re

from gateway.intake.extracted import Learned
from gateway.model.organization import Ours
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters

_OUR_DOINGS = re.compile(
    "(?:直播|平台|充值|科技|网络|传媒|文化|公司|有限|集团|官方|客服|中心|运营|支付|商城|小助手|助手|团队|信息|技术|北京|上海|广州|深圳|杭州|"
    "live|tech|inc|ltd|official|service|pay|team|support|app|tv)*"
)
"""What a company puts beside its name. A viewer's nickname that has the name in it has other words as well."""


class OwnNames:
    """The settings' names and directory, folded for comparing."""

    def __init__(self, ours: Ours) -> None:
        self._brands = {letters(name).text for name in ours.names} - {""}
        self._numbers = {digits for name in ours.names if len(digits := _digits(name)) >= 5}
        self._staff = {letters(one.name).text for one in ours.staff} - {""}
        self._mailboxes = {fold_address(one.address) for one in ours.staff} - {""}

    def has(self, learned: Learned) -> bool:
        """Our own name, by itself or with what we do (`云雀直播充值`), one of our numbers, or a colleague."""
        plain = letters(learned.value).text
        for address in (learned.address, learned.value if learned.kind == "address" else ""):
            if address and fold_address(address) in self._mailboxes:
                return True
        if learned.kind == "phone":
            return any(_digits(plain).endswith(number) for number in self._numbers)
        if learned.kind not in ("name", "nickname", "account"):
            return False
        if plain in self._brands or (plain in self._staff and learned.kind != "account"):
            return True
        rest = [plain.replace(brand, "", 1) for brand in self._brands if len(brand) > 1 and brand in plain]
        return any(_OUR_DOINGS.fullmatch(one) for one in rest)


def _digits(text: str) -> str:
    return "".join(c for c in text if c.isdecimal())
