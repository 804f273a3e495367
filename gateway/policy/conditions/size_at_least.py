"""`size_at_least`: how large the message is."""

import re
from typing import Any

from gateway.policy.conditions import Condition, Wrong, is_no_higher

_UNITS = {"": 1, "kb": 1000, "mb": 1000**2, "gb": 1000**3, "kib": 1 << 10, "mib": 1 << 20, "gib": 1 << 30}
_PATTERN = r"^\d{1,12} ?([kKmMgG][iI]?[bB])?$"
"""The same for editors, whose expressions know no flags."""
_SIZE = re.compile(r"(\d{1,12}) ?([KMG]i?B)?", re.IGNORECASE)


def _check(value: Any) -> int:
    if isinstance(value, str) and (told := _SIZE.fullmatch(value.strip())):
        return int(told[1]) * _UNITS[(told[2] or "").lower()]
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise Wrong('takes octets or a size, as "10 MB"')
    return value


CONDITION = Condition(
    key="size_at_least",
    takes='octets, or `"10 MB"`, `"512 KiB"`',
    zh="整封邮件不小于此",
    en="the message is at least so large",
    check=_check,
    holds=lambda value, situation: bool(situation.size >= value),
    covers=is_no_higher,
    always=0,
    schema={"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": _PATTERN}]},
)
