"""What material tells of the one who wrote it.

A mail: name and address of its `From` and `Reply-To` (RFC 5322 section 3.6.2), of the outermost mail alone. A letter:
the fields of its forms and tables (`举报人:…`, `联系电话:…`, `Reporter: …`), a name beside a number, what it says of
itself (`我叫…`), its signature (`此致 敬礼 …`). A picture of a mail: its sender line.

Never learned: who is reported, the platform's own addresses, names and staff, words of forms. Where a form has a
section about the reported party, its lines are not the reporter's.

In: a `Reading`, where it came from, the reported parties, the domains of organisation and regulators.
Out: items with their source and a score: `learned` from 0.9 on, `suggested` below. Both protect at once; a reviewer can
confirm or strike them. Nothing here fails.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from gateway.intake.circumstances import circumstances_of
from gateway.intake.extracted import Learned
from gateway.intake.form_fields import OTHERS_PAIR, PAIR
from gateway.intake.letter_lines import from_letter, from_sender_line
from gateway.intake.ner import people_of
from gateway.intake.own import OwnNames
from gateway.intake.signatures import from_asides
from gateway.model import Item, Location, MailAddress, Party, Reading, TextFragment
from gateway.model.organization import Ours
from gateway.text.addresses import fold_address, fold_domain
from gateway.text.chinese import is_platform_word, is_plausible_name
from gateway.text.normalize import letters
from gateway.text.qr_payload import fold_payload, host_of
from gateway.text.radicals import unified

SURE = 0.9
_RECOGNISED = 0.55
_MAIL_ROLES = {"from": 0.9, "reply-to": 0.8, "sender": 0.7}
_NOTHING_OURS = Ours()
_ASCII = re.compile("[\x00-\x7f]+")
_PLACED = frozenset(("center", "top", "bottom", "left", "right", "inside", "outside"))
_THUMBNAIL = re.compile(r"(?i:thumbnail)[^/]{0,12}\Z")
_OF_WRITER = frozenset(("sentence", "signature", "letterhead", "form line"))
_BODY_MEDIA = ("text", "html", "document", "picture")


def learn(
    reading: Reading,
    source: str,
    parties: Sequence[Party],
    organization_domains: Sequence[str] = (),
    ours: Ours = _NOTHING_OURS,
) -> tuple[Item, ...]:
    """Everything that identifies the writer, the surest of each value first met."""
    known = _Known(parties, organization_domains)
    reading = _as_characters(reading)
    found: dict[tuple[str, str], Item] = {}
    own = OwnNames(ours)
    for learned, place in _with_pairs_of_others(list(_all(reading))):
        if known.forbids(learned) or own.has(learned):
            continue
        item = Item(
            kind=learned.kind,
            value=learned.value.strip(),
            detail=learned.detail,
            source=f"{source}: {place}",
            score=learned.score,
            state="learned" if learned.score >= SURE else "suggested",
        )
        key = (item.kind, letters(item.value).text)
        if key[1] and (key not in found or found[key].score < item.score):
            found[key] = item
    return tuple(found.values())


def _with_pairs_of_others(every: Sequence[tuple[Learned, str]]) -> Iterator[tuple[Learned, str]]:
    """The same, where a name beside a number is known as another's: the writer says or signs a different one, or there
    are several and nobody says which."""
    said = {_bare(learned) for learned, place in every if learned.kind == "name" and place in _OF_WRITER}
    pairs = {_bare(learned) for learned, place in every if learned.kind == "name" and place == PAIR}
    for learned, place in every:
        beside = letters(learned.beside).text
        is_others = beside not in said if said else len(pairs) > 1
        yield learned, OTHERS_PAIR if place == PAIR and is_others else place


def _bare(learned: Learned) -> str:
    return letters(learned.value).text


def _as_characters(reading: Reading) -> Reading:
    """The same with ideographs for radicals: what a PDF's text has for 黄 would be no surname, and no word."""
    texts = tuple(replace(fragment, text=unified(fragment.text)) for fragment in reading.texts)
    mails = tuple(
        replace(mail, addresses=tuple(replace(address, name=unified(address.name)) for address in mail.addresses))
        for mail in reading.mails
    )
    return replace(reading, texts=texts, mails=mails)


def _all(reading: Reading) -> Iterator[tuple[Learned, str]]:
    if reading.mails:
        outer = min(reading.mails, key=lambda mail: (len(mail.where.steps), len(mail.where.part)))
        for address in outer.addresses:
            for learned in _from_address(address):
                yield learned, address.role.title()
    for learned in _codes(reading):
        yield learned, learned.place
    for medium, text in _letters_of(reading):
        told = [*from_letter(text), *from_asides(text), *circumstances_of(text)]
        for learned in told:
            yield learned, learned.place
        if not any(learned.kind == "name" for learned in told):
            for name in people_of(text):
                yield Learned("name", name, _RECOGNISED, "recognised"), "recognised"
        if medium in ("picture", "document"):
            for learned in from_sender_line(text):
                yield learned, learned.place


def _codes(reading: Reading) -> Iterator[Learned]:
    for fragment in reading.texts:
        if fragment.medium == "code" and (folded := fold_payload(fragment.text)):
            yield Learned("qr_code", folded, 0.8, "code")


def _letters_of(reading: Reading) -> Iterator[tuple[str, str]]:
    """Fragments of one file joined as lines: a form may be read a paragraph or a cell at a time."""
    rows: dict[tuple[str, ...], list[TextFragment]] = {}
    for fragment in reading.texts:
        if fragment.where.steps and _THUMBNAIL.search(fragment.where.steps[-1].text):
            continue  # too small to be read right: 此致 becomes 此数
        if fragment.medium in _BODY_MEDIA and fragment.text.strip():
            key = (fragment.where.part, *map(str, fragment.where.steps[:-1]), fragment.medium)
            rows.setdefault(key, []).append(fragment)
    for fragments in rows.values():
        text = "\n".join(fragment.text for fragment in _in_one_order(fragments))
        yield fragments[0].medium, _without_boxes(text) if fragments[0].medium == "document" else text


def _without_boxes(text: str) -> str:
    """Without what text boxes of a document bring along: where they are (`center`), and their words a second time for
    old programs."""
    kept: list[str] = []
    last = ""
    for line in text.split("\n"):
        bare = line.strip()
        if bare in _PLACED:
            continue
        if bare and bare == last:
            continue
        last = bare or last
        kept.append(line)
    return "\n".join(kept)


def _in_one_order(fragments: Iterable[TextFragment]) -> Iterator[TextFragment]:
    """Without a text's second order (a table read downwards), without excerpts of it with escapes undone, and without
    the same with substitutes for old programs between (RTF): in them labels stand beside the values of others."""
    seen: set[tuple[Location, str]] = set()
    whole: dict[Location, int] = {}
    for fragment in fragments:
        if fragment.medium in ("html", "text"):
            key = (fragment.where, "".join(sorted("".join(fragment.text.split()))))
            if key in seen or len(fragment.text) * 2 < whole.setdefault(fragment.where, len(fragment.text)):
                continue
            seen.add(key)
        elif fragment.medium == "document" and (shown := _ASCII.sub("", fragment.text)):
            if (fragment.where, shown) in seen:
                continue
            seen.add((fragment.where, shown))
        yield fragment


def _from_address(address: MailAddress) -> Iterator[Learned]:
    score = _MAIL_ROLES.get(address.role)
    if score is None or not fold_address(address.address):
        return
    # The address comes first: where it is not the writer's, neither is the name beside it.
    yield Learned("address", address.address, score, "", address=address.address)
    name = address.name.strip().strip("\"'“”‘’").strip()
    if name and "@" not in name and len(name) <= 40:
        if is_plausible_name(name):
            yield Learned("name", name, score, "", address=address.address)
        elif not is_platform_word(name):
            yield Learned("nickname", name, score - 0.1, "", address=address.address)
    local, _, domain = fold_address(address.address).rpartition("@")
    if domain in ("qq.com", "vip.qq.com", "foxmail.com") and local.isdecimal() and 5 <= len(local) <= 11:
        yield Learned("account", local, score, "", detail="qq", address=address.address)


class _Known:
    """What is not the reporter's, whatever line it stands in."""

    def __init__(self, parties: Sequence[Party], domains: Iterable[str]) -> None:
        self._domains = {fold_domain(domain) for domain in domains} - {""}
        self._addresses = {fold_address(a) for party in parties for a in (*party.addresses, *party.representatives)}
        self._words = {
            letters(word).text
            for party in parties
            for written in (party.name, *party.accounts)
            for word in (written, written.rpartition(":")[2])
        } - {""}

    def forbids(self, learned: Learned) -> bool:
        for address in {learned.address, learned.value if learned.kind == "address" else ""} - {""}:
            if self._is_official(fold_address(address)):
                return True
        beside = letters(learned.beside).text
        if beside and any(len(word) > 1 and word in beside for word in self._words):
            return True
        plain = letters(learned.value).text
        if learned.kind == "qr_code":  # the platform's own, or the reported party's: evidence, not the reporter
            host = fold_domain(host_of(learned.value))
            ours = any(host == known or host.endswith("." + known) for known in self._domains)
            return ours or any(len(word) > 3 and word in plain for word in self._words)
        if not plain or plain in self._words:
            return True
        named = learned.kind in ("name", "nickname")
        # 苏苏 of 苏苏电台, Star of StarChannel: how a chat or a letter calls the reported party, unless a field
        # or an address beside it says whose name it is.
        weak = named and learned.score < SURE and not learned.address
        if weak and len(plain) > 1 and any(plain in word for word in self._words):
            return True
        return named and any(len(word) > 1 and word in plain for word in self._words)

    def _is_official(self, folded: str) -> bool:
        if folded in self._addresses:
            return True
        domain = folded.rpartition("@")[2]
        return any(domain == known or domain.endswith("." + known) for known in self._domains)
