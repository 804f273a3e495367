"""What a screen may show of something secret: enough to tell two apart, too little to know who it is.

At most: the first character of a name, an account or a local part; of a phone number, three digits at the head and
two at the tail; of a domain, its first character and its last label. Values too short for that show nothing.
"""

import re

from gateway.model import Kind

_NOTHING = "***"
_COUNTRY = re.compile(r"^(?:\+|00)86(?=\d{11}$)")
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{1,5}$")


def mask(kind: Kind, value: str) -> str:
    """A stand-in for `value`.

    >>> mask("name", "张小鸣"), mask("phone", "+86 138 0013 8000"), mask("address", "xiaoming@mail.example")
    ('张**', '138****00', 'x***@m***.example')
    """
    value = value.strip()
    match kind:
        case "name" | "nickname":
            return f"{value[0]}**" if len(value) > 1 else "**"
        case "phone":
            return _phone(value)
        case "address":
            return _address(value)
        case "account" | "government_id" | "personal_data":
            return _first(value)
        case "material":
            found = _EXTENSION.search(value)
            return _NOTHING + found.group() if found else _NOTHING
        case _:
            return _NOTHING


def _first(value: str) -> str:
    """One of five or more characters; of fewer it would be too much."""
    return value[0] + _NOTHING if len(value) >= 5 else _NOTHING


def _phone(value: str) -> str:
    digits = "".join(c for c in value if c.isdecimal() or c == "+")
    digits = _COUNTRY.sub("", digits).replace("+", "")
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-2:]}"
    return _first(digits)


def _address(value: str) -> str:
    local, at, domain = value.rpartition("@")
    if not at:
        return _first(value)
    head, dot, last = domain.rpartition(".")
    start = f"{local[0]}***" if len(local) > 1 else _NOTHING
    if not dot or not head:
        return f"{start}@{_NOTHING}"
    return f"{start}@{head[0]}***.{last}"
