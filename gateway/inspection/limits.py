"""Nobody finds out by trying who reported: what of one sender was held or rewritten is counted. Above a limit all that
the sender sends outside is answered later, clean or not. A whole help desk may send under one address, so that its mail
is held only where the rules want that.

Counted, for a day and by keyed digest, is each message that was held, rewritten or refused for something of a reporter;
a retry counts once. So is each name of a client that was left out of `Received`: in a mailbox of their own staff see
that. Messages that list many candidates have a limit of their own, for each of these halves what is left to guess:
above it further lists are held, whatever is in them, by sender, and for whoever changes the sender's address by client.
A list waits until what the same sender began before it is counted; else many at once would be answered as if each were
the first. What is held for a limit is not counted, so that the end of it does not depend on the content.

Who tries one name after another has hits seldom: so a message to somebody who was reported counts too where nothing is
found in it, if it is one of many that are the same but for a word or two (`inspection.variations`).

Raises: StoreUnavailable, and errors.Abandoned past a minute: the client then hears 451.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from gateway.errors import Abandoned, Late, ReaderTimedOut
from gateway.fingerprints.listing import EVERY, listed
from gateway.inspection.spoken import fingerprints_of_envelope
from gateway.inspection.variations import Variations, body_of
from gateway.model import Decision, Envelope, Examination, Fingerprints, Kind, Message, Reading
from gateway.policy import NO_LIMITS, SenderLimits
from gateway.smtp.amending import name_in
from gateway.storage.protocols import Noted, Senders
from gateway.telemetry.events import OverLimit, SenderOverLimit

RULE = "too-many-findings"
VARIATION = "variation"
"""Instead of a kind: nothing was found, but the message is one of many that differ in a word or two."""
_UNCOUNTED: frozenset[Kind] = frozenset(("uninspectable", "malformed", "personal_data"))
"""They say nothing of a reporter."""
_SAYS_NOTHING = Fingerprints()
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
_LEARN_SECONDS = 1.0
_WAIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Counted:
    """What of one sender (or client) was held or rewritten."""

    found_hour: int = 0
    found_day: int = 0
    lists_hour: int = 0
    lists_day: int = 0

    def over(self, limits: SenderLimits) -> bool:
        """Is all held from now on?"""
        return _reaches(self.found_hour, limits.found_per_hour) or _reaches(self.found_day, limits.found_per_day)

    def over_lists(self, limits: SenderLimits) -> bool:
        """Are lists?"""
        if not limits.list_from:
            return False
        return _reaches(self.lists_hour, limits.lists_per_hour) or _reaches(self.lists_day, limits.lists_per_day)

    def slow(self, limits: SenderLimits) -> bool:
        """Is all answered later?"""
        if not limits.slow_seconds:
            return False
        return _reaches(self.found_hour, limits.slow_per_hour) or _reaches(self.found_day, limits.slow_per_day)

    def effects(self, limits: SenderLimits) -> tuple[OverLimit, ...]:
        """Of which reviewers are told; the alert comes first."""
        effects: dict[OverLimit, bool] = {
            "alert": _reaches(self.found_hour, limits.alert_per_hour),
            "slowed": self.slow(limits),
            "lists_held": self.over_lists(limits),
            "all_held": self.over(limits),
        }
        return tuple(effect for effect, holds in effects.items() if holds)


def counts_by_window(noted: Sequence[Noted], now: datetime) -> Counted:
    """By window. What lies ahead of the clock by more than the window was noted before the clock was set back."""
    hour = [one for one in noted if abs(now - one.at) < _HOUR]
    day = [one for one in noted if abs(now - one.at) < _DAY]
    return Counted(len(hour), len(day), sum(one.lists for one in hour), sum(one.lists for one in day))


@dataclass(slots=True, eq=False)
class Turn:
    """One message between its beginning and its end; `earlier` are those of the same sender that were not at theirs."""

    earlier: tuple["Turn", ...] = field(repr=False)
    over: threading.Event = field(default_factory=threading.Event)

    def come(self, seconds: float = _WAIT_SECONDS) -> None:
        """Wait for those before. None of them waits for this one."""
        end = time.monotonic() + seconds
        for one in self.earlier:
            if not one.over.wait(max(0.0, end - time.monotonic())):
                raise Abandoned


class Limiter:
    """Of one inspector; safe from any thread. Without a store nobody is ever over."""

    def __init__(
        self,
        senders: Senders | None = None,
        emit: Callable[[object], None] = lambda event: None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._senders, self._emit, self._clock = senders, emit, clock
        self._lock, self._learning = threading.Lock(), threading.Lock()
        self._last, self._learned = 0, 0.0
        self._variations = Variations()
        self._by_sender: dict[bytes, list[Noted]] = defaultdict(list)
        self._by_client: dict[bytes, list[Noted]] = defaultdict(list)
        self._turns: dict[bytes, list[Turn]] = defaultdict(list)

    # --- before a message is read

    def certainly_within(self, envelope: Envelope, fingerprints: Fingerprints | None, limits: SenderLimits) -> bool:
        """True where what is known is fresh, the sender is under every limit, and the message is no long list. False
        says nothing. No query."""
        if self._senders is None:
            return True
        if time.monotonic() - self._learned > _LEARN_SECONDS:
            return False
        return self.free(envelope, fingerprints, limits) and not self.slow(envelope, limits)

    def slow(self, envelope: Envelope, limits: SenderLimits) -> float:
        """How many seconds later the sender is answered, by what is known. Not for mail that stays inside."""
        if not self._by_sender or not self._of_sender(envelope).slow(limits):
            return 0.0
        return limits.slow_seconds

    def free(self, envelope: Envelope, fingerprints: Fingerprints | None, limits: SenderLimits) -> bool:
        """By what is known, fresh or not: may the message be answered without being read?"""
        if self._senders is None:
            return True
        return not (
            self._holds(envelope, limits) or (fingerprints is not None and _may_list(envelope, fingerprints, limits))
        )

    def learn(self) -> None:
        """Make `certainly_within` able to answer for a second. Other inspectors of the store note too."""
        if self._senders is None or time.monotonic() - self._learned <= _LEARN_SECONDS:
            return
        with self._learning:
            self._learn()

    @contextmanager
    def turn(self, envelope: Envelope) -> Iterator[Turn]:
        """From before the message is read until it is settled."""
        if self._senders is None:
            yield Turn(())
            return
        key = self._senders.sender_key(envelope.sender)
        with self._lock:
            mine = Turn(tuple(self._turns[key]))
            self._turns[key].append(mine)
        try:
            yield mine
        finally:
            mine.over.set()
            mine.earlier = ()  # else each would keep all that ever were before it
            with self._lock:
                self._turns[key].remove(mine)
                if not self._turns[key]:
                    del self._turns[key]

    # --- once it is known what should become of it

    def limited(
        self,
        envelope: Envelope,
        message: Message,
        examination: Examination,
        limits: SenderLimits,
        turn: Turn,
        read: Callable[[bytes], Reading],
    ) -> Examination:
        """The examination as it is, and counted; or a hold, whatever it says. Not for mail that stays inside."""
        if self._senders is None or limits == NO_LIMITS:
            return examination
        told = tuple(_told(envelope, message, examination))
        if told and examination.matches:
            self._is_variation(envelope, message, examination)
        # Whether it is held does not depend on what was found in it; whether it counts as a list does.
        matters = bool(told or turn.earlier) or self._lists_held(envelope, limits)
        lists = matters and _lists(examination, EVERY, limits)
        if lists:
            turn.come()
        elif not told:
            if self._holds(envelope, limits):
                return _held(examination, message, read)
            self._note_variation(envelope, message, examination, limits)
            return examination
        with self._learning:
            self._learn()
            if self._holds(envelope, limits) or (lists and self._lists_held(envelope, limits)):
                return _held(examination, message, read)
            before = self._of_sender(envelope)
            for stated, digest, kinds in told:
                self._senders.note(stated, digest, kinds, lists and _lists(examination, kinds, limits))
            if told:
                self._learn()
                self._tell(envelope, before, limits)
        return examination

    def _note_variation(
        self, envelope: Envelope, message: Message, examination: Examination, limits: SenderLimits
    ) -> None:
        """Count a message in which nothing was found, where it is one of many that are the same but for a word or two,
        to somebody who was reported."""
        assert self._senders is not None
        if not examination.matches or examination.findings:
            return
        if not self._is_variation(envelope, message, examination):
            return
        with self._learning:
            self._learn()
            before = self._of_sender(envelope)
            self._senders.note(envelope, message.digest, (VARIATION,), False)
            self._learn()
            self._tell(envelope, before, limits)

    def _is_variation(self, envelope: Envelope, message: Message, examination: Examination) -> bool:
        """Whether it is one of many that are the same but for a word or two, and note it."""
        assert self._senders is not None
        sender, recipients = self._senders.sender_key(envelope.sender), [one.address for one in envelope.recipients]
        return self._variations.one_of_many(sender, recipients, message.digest, body_of(examination.reading))

    def _holds(self, envelope: Envelope, limits: SenderLimits) -> bool:
        return bool(self._by_sender) and self._of_sender(envelope).over(limits)

    def _lists_held(self, envelope: Envelope, limits: SenderLimits) -> bool:
        if not self._by_sender:
            return False
        return self._of_sender(envelope).over_lists(limits) or self._of_client(envelope).over_lists(limits)

    def _of_sender(self, envelope: Envelope) -> Counted:
        assert self._senders is not None
        return counts_by_window(self._by_sender.get(self._senders.sender_key(envelope.sender), ()), self._clock())

    def _of_client(self, envelope: Envelope) -> Counted:
        assert self._senders is not None
        return counts_by_window(self._by_client.get(self._senders.client_key(envelope.client.host), ()), self._clock())

    def _learn(self) -> None:
        assert self._senders is not None
        news = self._senders.after(self._last)
        now = self._clock()
        with self._lock:
            for one in news:
                self._last = max(self._last, one.number)
                for kept, key in ((self._by_sender, one.sender), (self._by_client, one.client)):
                    kept[key] = [*(old for old in kept[key] if abs(now - old.at) < _DAY), one]
            self._learned = time.monotonic()
            if not news:
                return
            for kept in (self._by_sender, self._by_client):
                for key in [key for key, all_of_it in kept.items() if abs(now - all_of_it[-1].at) >= _DAY]:
                    del kept[key]

    def _tell(self, envelope: Envelope, before: Counted, limits: SenderLimits) -> None:
        """At the message that reaches a limit, and not again for each behind it."""
        now, told = self._of_sender(envelope), before.effects(limits)
        for effect in now.effects(limits):
            if effect not in told:
                self._emit(SenderOverLimit(effect, now.found_hour, now.found_day, now.lists_day))


def by_sender(noted: Sequence[Noted]) -> dict[bytes, list[Noted]]:
    """In their order."""
    found: dict[bytes, list[Noted]] = defaultdict(list)
    for one in noted:
        found[one.sender].append(one)
    return found


def over_limit(noted: Sequence[Noted], limits: SenderLimits, now: datetime) -> int:
    """How many senders are answered later now, or have lists or all of it held."""
    effects = (counts_by_window(mine, now).effects(limits) for mine in by_sender(noted).values())
    return sum(any(effect != "alert" for effect in one) for one in effects)


def _reaches(count: int, limit: int) -> bool:
    return limit > 0 and count >= limit


def _told(
    envelope: Envelope, message: Message, examination: Examination
) -> Iterator[tuple[Envelope, bytes, tuple[Kind, ...]]]:
    """What is counted, with the kinds of what was found in it: the message where it does not pass, and the client's
    name, which is one whatever it came with."""
    if examination.decision.action != "pass":
        kinds = {finding.kind for finding in examination.findings} - _UNCOUNTED
        if kinds:
            yield envelope, message.digest, tuple(sorted(kinds))
    in_name = set(examination.in_name) - _UNCOUNTED
    if in_name:
        name = b"name " + name_in(envelope.trace).encode()
        yield replace(envelope, recipients=(), parameters=()), name, tuple(sorted(in_name))


def _may_list(envelope: Envelope, fingerprints: Fingerprints, limits: SenderLimits) -> bool:
    """May content and envelope together be a list? Each was counted by itself, and what is left over when names are
    counted by the eight may make one more."""
    if not limits.list_from:
        return False
    said = [one.listed for one in fingerprints_of_envelope(envelope) if one != _SAYS_NOTHING]
    return fingerprints.listed + sum(said) + len(said) >= limits.list_from


def _lists(examination: Examination, kinds: Container[Kind], limits: SenderLimits) -> bool:
    """Is it a list of these? It takes a look at all of the text."""
    if not limits.list_from or examination.reading is None:
        return False
    return listed(examination.reading, kinds) >= limits.list_from


def _held(examination: Examination, message: Message, read: Callable[[bytes], Reading]) -> Examination:
    """For a reviewer, with what there is to see. Refused or rewritten before, it is held like the rest."""
    reading = examination.reading
    if reading is None:
        try:
            reading = read(message.content)
        except (ReaderTimedOut, Late):
            reading = Reading()
    before = examination.decision
    return replace(
        examination,
        decision=Decision("quarantine", RULE, before.policy, before.rules),
        reading=reading,
        rewritten=None,
    )
