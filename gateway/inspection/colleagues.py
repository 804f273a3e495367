"""A colleague who has the reporter's very name may sign with it.

A name that the staff directory gives to the address in `From` is that colleague's in the address fields of the mail
(`From`, `Sender`, `Reply-To`), and in a line of its own among the last of a text, where whoever wrote the mail signs.
Anywhere else, or where a word for reporting stands before it, it may be the reporter's, and is found as ever.

In: findings, the reading that they are of, the staff directory. Out: the findings that are left. Nothing here fails.
"""

import re
from collections.abc import Mapping, Sequence

from gateway.model import Finding, MailFacts, Reading, TextFragment
from gateway.model.organization import Ours
from gateway.text.addresses import fold_address
from gateway.text.normalize import letters

_FIELDS = frozenset(("from", "sender", "reply-to"))
_LAST_LINES = 8
_TELLING = re.compile(
    r"举报|投诉|反映|检举|告发|是谁|姓名|名字|叫|[是为:：]\W*$|(?i:report|complain|name|who|inform|told|said|wrote)"
)
"""Words before a name that make it somebody's who is spoken of."""


def directory_of(ours: Ours) -> Mapping[str, frozenset[str]]:
    """The names of each folded address."""
    names: dict[str, set[str]] = {}
    for one in ours.staff:
        if one.name and (key := fold_address(one.address)):
            names.setdefault(key, set()).add(letters(one.name).text)
    return {key: frozenset(found) for key, found in names.items()}


def without_colleagues(
    findings: Sequence[Finding], reading: Reading, directory: Mapping[str, frozenset[str]]
) -> tuple[Finding, ...]:
    """Without names that are the sender's own."""
    outer = next((mail for mail in reading.mails if not mail.where.steps and not mail.where.part), None)
    own = _own_names(outer, directory) if outer is not None and directory else frozenset()
    if not own:
        return tuple(findings)
    return tuple(finding for finding in findings if not _is_own(finding, reading, own))


def _own_names(outer: MailFacts, directory: Mapping[str, frozenset[str]]) -> frozenset[str]:
    senders = [address for address in outer.addresses if address.role == "from"]
    return directory.get(fold_address(senders[0].address), frozenset()) if len(senders) == 1 else frozenset()


def _is_own(finding: Finding, reading: Reading, own: frozenset[str]) -> bool:
    if finding.kind not in ("name", "nickname") or finding.fragment is None or finding.span is None:
        return False
    fragment = reading.texts[finding.fragment]
    if fragment.where.steps:
        return False
    if fragment.medium == "header":
        return fragment.label in _FIELDS and not fragment.where.part and _is_only_name(fragment, own)
    return fragment.medium in ("text", "html") and _signs(fragment.text, finding.span, own)


def _is_only_name(fragment: TextFragment, own: frozenset[str]) -> bool:
    """One mailbox whose display name is the colleague's, with nothing beside it."""
    match = re.fullmatch(r"(?P<name>[^<>@,;()]*)<[^<>@\s]+@[^<>@\s]+>", fragment.text.strip())
    return match is not None and letters(match["name"]).text in own


def _signs(text: str, span: tuple[int, int], own: frozenset[str]) -> bool:
    start = text.rfind("\n", 0, span[0]) + 1
    end = text.find("\n", span[1])
    line = text[start : end if end >= 0 else len(text)]
    if letters(line).text not in own:
        return False
    below = [one for one in text[end:].split("\n", _LAST_LINES * 4) if one.strip()] if end >= 0 else []
    above = next((one for one in reversed(text[max(0, start - 400) : start].split("\n")) if one.strip()), "")
    return len(below) < _LAST_LINES and not _TELLING.search(above)
