"""The recipients of a message as its sender may see them in a notice: enough to know the mail by, and nobody's name.

The same is left out of every address, whoever it belongs to: an address that was covered only where it tells somebody
would tell. In: addresses. Out: words. Pure.
"""

import unicodedata
from collections.abc import Sequence

from gateway.model import Language
from gateway.text.addresses import fold_domain
from gateway.text.providers import is_provider

_MOST = 3
_STARS = "***"
_LONGEST = 40
_AND_MORE = {"zh": "{shown} 等 {count} 位收件人", "en": "{shown} and others ({count} recipients)"}


def masked_address(address: str) -> str:
    """The first letter, and the domain where it is a mail provider's: others are told by their ending.

    >>> masked_address("xinger@qq.com"), masked_address("pr@guild.example"), masked_address("a@[192.0.2.1]")
    ('x***@qq.com', 'p***@g***.example', 'a***@***')
    """
    local, _, domain = address.rpartition("@")
    return f"{_first(local)}{_STARS}@{_domain(fold_domain(domain))}"


def masked_recipients(addresses: Sequence[str], language: Language) -> str:
    """A few of them, and how many there are."""
    shown = ("、" if language == "zh" else ", ").join(masked_address(one) for one in addresses[:_MOST])
    if len(addresses) <= _MOST:
        return shown
    return _AND_MORE[language].format(shown=shown, count=len(addresses))


def _domain(domain: str) -> str:
    if domain.isascii() and len(domain) <= _LONGEST and is_provider(domain):
        return domain
    first, dot, ending = domain.rpartition(".")
    if not dot or not ending.isascii() or not ending.isalpha() or len(ending) > _LONGEST:
        return _STARS
    return f"{_first(first)}{_STARS}.{ending}"


def _first(word: str) -> str:
    """One letter or digit, and never one that could stand for more or turn the line round."""
    letter = unicodedata.normalize("NFKC", word[:1])[:1]
    return letter if letter.isalnum() else ""
