"""Keyed fingerprints of mail that passed, so that a report that comes after a leak finds it.

Of a mail there are its fingerprints under the keys of the index (`storage.index_keys`) cut to 40 bits, and the words
that may call somebody (`fingerprints.mentions`) under theirs, cut to 32: only mail to a report's own parties is ever
compared with it, a few hundred mails with a few hundred keys. Of a million looks for a name in a long mail two hit by
chance. They are kept in order, as the steps from one to the next, octet by octet of all: the highest are nearly all 0
and take no room. Nothing of it can be turned back into words, and what says who wrote to whom is sealed.

A report looks for mail to its parties by the keyed digests that `parties` has of them; the addresses that the directory
knows of an account or a name count too. A name counts from three Han letters or four others on, and not where it is
everybody's word; a text from three fingerprints on. What was found is a hint: nobody has the mail to look at.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, and_, delete, func, insert, or_, select

from gateway.errors import StoreUnavailable
from gateway.fingerprints.identifiers import item_prints
from gateway.fingerprints.mentions import callings_of
from gateway.fingerprints.of_report import STRONG, fingerprints_of_report
from gateway.model import Fingerprints, Kind, Report, Trace
from gateway.storage import common_marks, tables
from gateway.storage.context import Ground, stamp
from gateway.storage.encrypted_codec import report_context, seal, unseal
from gateway.storage.index_keys import KINDS, lookup_keys
from gateway.storage.passed_protocols import LateMatch, NewPassed
from gateway.storage.retention import protects, since
from gateway.text.everyday import is_english, is_everyday
from gateway.text.han import all_han
from gateway.text.normalize import letters_alone

_KEY_OCTETS, _WORD_OCTETS = 5, 4
_MOST_KEYS, _MOST_WORDS = 16_384, 8_192
"""Of one mail. Of a longer one the lowest are kept, which are a fair choice: they are hashes."""
_MOST_RECIPIENTS = 1000
_LEAST_TEXTS = 3
_SHORTEST_HAN, _SHORTEST = 3, 4
_AT_ONCE = 500
_SIZED = 600.0
"""Seconds between two looks at how much there is."""
_BITS = np.uint64((1 << 48) - 1)
_Keys = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PassedLine:
    """What is sealed of a mail."""

    message: str
    at: str
    sender: str
    recipients: tuple[str, ...]
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LateEvidence:
    """What is sealed of a late match."""

    line: PassedLine
    kinds: tuple[Kind, ...]


class PassedStore:
    """`protocols.PassedMail` on SQL. `digests_of`: those under which an address is known."""

    def __init__(self, ground: Ground, digests_of: Callable[[str], Sequence[bytes]]) -> None:
        self._ground, self._digests_of = ground, digests_of
        self._sized = float("-inf")

    def add(self, mails: Sequence[NewPassed]) -> None:
        """See `protocols.PassedMail`."""
        rows = [(self._row(mail), self._recipients(mail.recipients)) for mail in mails]
        with self._ground.transactions.write() as connection:
            for row, digests in rows:
                key = connection.execute(insert(tables.passed).values(**row)).inserted_primary_key
                assert key is not None
                number = key[0]
                values = [{"digest": digest, "mail": number} for digest in sorted(digests)]
                if values:
                    connection.execute(insert(tables.passed_recipients), values)

    def newest(self) -> int:
        """See `protocols.PassedMail`."""
        with self._ground.transactions.read() as connection:
            return connection.execute(select(func.max(tables.passed.c.number))).scalar() or 0

    def unchecked(self, most: int) -> tuple[tuple[str, int], ...]:
        """See `protocols.PassedMail`."""
        reports, checks = tables.reports, tables.late_checks
        query = (
            select(reports.c.id, reports.c.revision)
            .outerjoin(checks, checks.c.report == reports.c.id)
            .where(or_(checks.c.revision.is_(None), checks.c.revision != reports.c.revision))
            .limit(most)
        )
        with self._ground.transactions.read() as connection:
            return tuple((row.id, row.revision) for row in connection.execute(query))

    def check(self, report: str, after: int = 0) -> int:
        """See `protocols.PassedMail`."""
        with self._ground.transactions.read() as connection:
            mails = self._candidates(connection, report, after)
            found = list(self._found(connection, report, mails)) if mails else []
        if not found:
            return 0
        table = tables.late_matches
        count = 0
        with self._ground.transactions.write() as connection:
            for start in range(0, len(found), _AT_ONCE):
                some = found[start : start + _AT_ONCE]
                asked = and_(table.c.report == report, table.c.mail.in_([mail for mail, _ in some]))
                there = set(connection.execute(select(table.c.mail).where(asked)).scalars())
                for mail, evidence in some:
                    if mail in there:
                        continue
                    sealed = seal(self._ground.vault, evidence, _match_context(report, mail))
                    values = {"report": report, "mail": mail, "at": self._ground.now(), "sealed": sealed}
                    connection.execute(insert(table).values(**values))
                    count += 1
        return count

    def checked(self, reports: Sequence[tuple[str, int]]) -> None:
        """See `protocols.PassedMail`."""
        table = tables.late_checks
        with self._ground.transactions.write() as connection:
            connection.execute(delete(table).where(table.c.report.in_([report for report, _ in reports])))
            ids = select(tables.reports.c.id).where(tables.reports.c.id.in_([report for report, _ in reports]))
            there = set(connection.execute(ids).scalars())
            rows = [{"report": report, "revision": revision} for report, revision in reports if report in there]
            if rows:
                connection.execute(insert(table), rows)

    def matches(self, most: int, before: int = 0) -> tuple[LateMatch, ...]:
        """See `protocols.PassedMail`."""
        table = tables.late_matches
        query = select(table).order_by(table.c.number.desc()).limit(most)
        if before:
            query = query.where(table.c.number < before)
        with self._ground.transactions.read() as connection:
            rows = connection.execute(query).all()
        return tuple(map(self._match, rows))

    def count(self) -> int:
        """See `protocols.PassedMail`."""
        with self._ground.transactions.read() as connection:
            return connection.execute(select(func.count()).select_from(tables.late_matches)).scalar_one()

    def forget(self, days: int, most: int, octets: int) -> int:
        """See `protocols.PassedMail`."""
        passed, late = tables.passed, tables.late_matches
        before = stamp(self._ground.clock() - timedelta(days=days)) if days else "9"
        oldest = select(passed.c.number).order_by(passed.c.day, passed.c.number).limit(most)
        with self._ground.transactions.read() as connection:
            old = list(connection.execute(oldest.where(passed.c.day < before[:10])).scalars())
            gone = connection.execute(select(func.count()).select_from(late).where(late.c.at < before)).scalar_one()
            if not old and octets and monotonic() - self._sized > _SIZED:
                used = connection.execute(select(func.sum(passed.c.size))).scalar() or 0
                old = list(connection.execute(oldest).scalars()) if used > octets else []
                self._sized = float("-inf") if old else monotonic()
        if not old and not gone:
            return 0
        with self._ground.transactions.write() as connection:
            for start in range(0, len(old), _AT_ONCE):
                some = old[start : start + _AT_ONCE]
                connection.execute(delete(tables.passed_recipients).where(tables.passed_recipients.c.mail.in_(some)))
                connection.execute(delete(passed).where(passed.c.number.in_(some)))
            connection.execute(delete(late).where(late.c.at < before))
        self._ground.transactions.tidy()
        return len(old) + gone

    def _row(self, mail: NewPassed) -> dict[str, Any]:
        vault = self._ground.vault
        recipients = mail.recipients[:_MOST_RECIPIENTS]
        line = PassedLine(mail.message, stamp(mail.at), mail.sender, recipients, mail.known)
        # Pieces of pictures are too many, and shared by strangers.
        bare = Fingerprints(
            text=mail.fingerprints.text,
            identifiers=mail.fingerprints.identifiers,
            mails=mail.fingerprints.mails,
            files=mail.fingerprints.files,
            pictures=mail.fingerprints.pictures,
        )
        sealed = seal(vault, line, _line_context(line.at[:10]))
        keys = _packed(lookup_keys(bare, vault).keys, _KEY_OCTETS, _MOST_KEYS)
        said = mail.fingerprints.words[: 8 * _MOST_WORDS]
        words = _packed(_word_keys(said, self._ground), _WORD_OCTETS, _MOST_WORDS)
        size = len(sealed) + len(keys) + len(words) + 64
        return {"day": line.at[:10], "size": size, "sealed": sealed, "keys": keys, "words": words}

    def _recipients(self, addresses: Sequence[str]) -> set[int]:
        return {_short(digest) for one in addresses[:_MOST_RECIPIENTS] for digest in self._digests_of(one)}

    def _candidates(self, connection: Connection, report: str, after: int) -> list[int]:
        """Mail to those whom the report is about, where it still protects."""
        reports, recipients = tables.reports, tables.passed_recipients
        protecting = select(reports.c.id).where(reports.c.id == report, protects(self._ground))
        if connection.execute(protecting, since(self._ground)).scalar() is None:
            return []
        digests = sorted({_short(digest) for digest in _parties(connection, report)})
        found = set[int]()
        for start in range(0, len(digests), _AT_ONCE):
            some = digests[start : start + _AT_ONCE]
            query = select(recipients.c.mail).where(recipients.c.digest.in_(some), recipients.c.mail > after)
            found.update(connection.execute(query).scalars())
        return sorted(found)

    def _found(self, connection: Connection, report: str, mails: Sequence[int]) -> Iterator[tuple[int, LateEvidence]]:
        sealed = connection.execute(select(tables.reports.c.sealed).where(tables.reports.c.id == report)).scalar_one()
        guarded = self._guarded(connection, unseal(self._ground.vault, sealed, report_context(report), Report))
        if not guarded:
            return
        table = tables.passed
        for start in range(0, len(mails), _AT_ONCE):
            for row in connection.execute(select(table).where(table.c.number.in_(mails[start : start + _AT_ONCE]))):
                try:
                    keys, words = _unpacked(row.keys, _KEY_OCTETS), _unpacked(row.words, _WORD_OCTETS)
                except StoreUnavailable:  # damaged: it costs this mail alone
                    continue
                kinds = tuple(
                    dict.fromkeys(
                        kind
                        for kind, wanted, least, are_words in guarded
                        if len(np.intersect1d(wanted, words if are_words else keys)) >= least
                    )
                )
                if kinds:
                    try:
                        line = unseal(self._ground.vault, row.sealed, _line_context(row.day), PassedLine)
                    except StoreUnavailable:
                        continue
                    if report not in line.known:
                        yield row.number, LateEvidence(line, kinds)

    def _guarded(self, connection: Connection, report: Report) -> list[tuple[Kind, _Keys, int, bool]]:
        """What is looked for: of which kind, the keys, how many of them there must be, whether they are words."""
        ground, found = self._ground, list[tuple[Kind, _Keys, int, bool]]()
        whole = lookup_keys(fingerprints_of_report(report), ground.vault)
        common = common_marks.common_among(connection, whole.keys.tolist())
        keys = whole.only(~np.isin(whole.keys, list(common)))
        for item in report.identity:
            if not item.acts:
                continue
            if item.kind in STRONG:
                bare = Fingerprints(identifiers=item_prints(item.kind, item.value).astype("<u8").tobytes())
                own = np.intersect1d(lookup_keys(bare, ground.vault).keys, keys.keys)  # a party's own are not in it
                found.append((item.kind, _cut(own, _KEY_OCTETS), 1, False))
            elif item.kind in ("name", "nickname") and _tells(item.value):
                values = callings_of(item.value).astype("<u8").tobytes()
                found.append((item.kind, _cut(_word_keys(values, ground), _WORD_OCTETS), 1, True))
        kinds: tuple[tuple[Trace, Kind, int], ...] = (
            ("mails", "thread", 1),
            ("files", "material", 1),
            ("pictures", "material", 1),
            ("text", "material", _LEAST_TEXTS),
        )
        for name, kind, least in kinds:
            mine = keys.keys[keys.kinds == KINDS.index(name)]
            found.append((kind, _cut(mine, _KEY_OCTETS), least, False))
        return [one for one in found if len(one[1])]

    def _match(self, row: Any) -> LateMatch:
        evidence = unseal(self._ground.vault, row.sealed, _match_context(row.report, row.mail), LateEvidence)
        line, found = evidence.line, datetime.fromisoformat(row.at)
        passed = datetime.fromisoformat(line.at)
        return LateMatch(
            row.number, row.report, found, line.message, passed, line.sender, line.recipients, evidence.kinds
        )


def forget_late_matches(connection: Connection, report: str) -> None:
    """Nobody can say any more what of an erased report was where."""
    connection.execute(delete(tables.late_matches).where(tables.late_matches.c.report == report))


def _parties(connection: Connection, report: str) -> Iterable[bytes]:
    """The digests of whom a report is about and who represents them, by the report and by the directory."""
    parties, keys = tables.parties, tables.directory_keys
    addressed, linked = ("party", "representative"), ("party", "account", "named")
    link = keys.alias("link")
    direct = select(parties.c.digest).where(parties.c.report == report, parties.c.relation.in_(addressed))
    listed = (
        select(keys.c.digest)
        .select_from(parties)
        .join(link, link.c.digest == parties.c.digest)
        .join(keys, keys.c.entry == link.c.entry)
        .where(
            parties.c.report == report,
            parties.c.relation.in_(linked),
            link.c.relation.in_(linked),
            keys.c.relation.in_(addressed),
        )
    )
    return (bytes(digest) for digest in connection.execute(direct.union(listed)).scalars())


def _tells(name: str) -> bool:
    """Whether a name is long enough, and nobody's everyday word."""
    plain = letters_alone(name)
    least = _SHORTEST_HAN if all_han(plain) else _SHORTEST
    return len(plain) >= least and not is_everyday(plain) and not is_english(plain)


def _word_keys(values: bytes, ground: Ground) -> _Keys:
    read = np.frombuffer(values[: len(values) // 8 * 8], "<u8")
    blocks = np.zeros((len(read), 2), np.uint64)
    blocks[:, 0] = read
    tags = np.frombuffer(ground.vault.tags("calling", blocks.tobytes()), np.uint64)
    found: _Keys = (tags[::2] & _BITS).astype(np.int64)
    return found


def _cut(keys: _Keys, octets: int) -> _Keys:
    """The low bits alone, each once and in order."""
    found: _Keys = np.unique(keys & ((1 << 8 * octets) - 1))
    return found


def _packed(keys: _Keys, octets: int, most: int) -> bytes:
    steps = np.diff(_cut(keys, octets)[:most], prepend=0)
    return zlib.compress(steps.astype("<u8").view(np.uint8).reshape(-1, 8)[:, :octets].T.tobytes(), 1)


def _unpacked(packed: bytes, octets: int) -> _Keys:
    try:
        rows = np.frombuffer(zlib.decompress(packed), np.uint8).reshape(octets, -1)
    except (zlib.error, ValueError):
        raise StoreUnavailable("a stored value is damaged") from None
    whole = np.zeros((rows.shape[1], 8), np.uint8)
    whole[:, :octets] = rows.T
    return np.cumsum(whole.reshape(-1).view("<i8"))


def _short(digest: bytes) -> int:
    return int.from_bytes(digest[:8], "big") >> 1


def _match_context(report: str, mail: int) -> str:
    return f"late/{report}/{mail}"


def _line_context(day: str) -> str:
    return f"passed/{day}"
