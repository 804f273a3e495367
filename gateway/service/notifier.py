"""Tells senders and reviewers what is written down for them: two at a time, within seconds of its being due.

    claim (a lease) ─▶ may it be told, and to whom? ─▶ compose ─▶ inspect ─▶ mark durably ─▶ final dot ─▶ settle

Where a step fails for now, the row waits and is tried again, for a day; what will never go is settled with an event.
Nothing here is told to a client: mail does not wait for it.
"""

import asyncio
import base64
import hashlib
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Literal

from gateway.errors import Unavailable
from gateway.inspection.tools import InspectionDeps
from gateway.model.notice import CountNotice, OutboxEntry, SenderNotice
from gateway.notices import compose, webhooks
from gateway.notices.compose import Notice, Writer
from gateway.notices.replies import ReplyAddress, expiry
from gateway.notices.webhooks import Webhook
from gateway.quarantine.release import AnswerLost, NotReached, ReleaseRefused, SendResult, Sent
from gateway.service.budget import budget_of
from gateway.service.links import console_address
from gateway.service.notices import (
    inside,
    is_told,
    may_leave,
    said_by_rule,
    unannounced,
    wants_sender_told,
    why_untold,
)
from gateway.service.upstream import UpstreamSender, hostname_of
from gateway.service.webhook_client import post
from gateway.service.wiring import Application
from gateway.settings.settings import NoticeSettings
from gateway.storage.outbox import ACTOR, MOST_DOTS
from gateway.telemetry.events import NoticeNotSent, NoticeSent, NoticeWhy, StoreFailed, unexpected
from gateway.vault.digests import keyed

LEASE = timedelta(seconds=240)
_SEND_SECONDS = 120.0
_LOOK_SECONDS = 2.0
_FIRST_REST, _LONGEST_REST = timedelta(seconds=20), timedelta(hours=1)
_HOUR = timedelta(hours=1)
_KEPT = timedelta(days=7)
_WORKERS = 2
_REMIND_SECONDS = 20.0

Emit = Callable[[object], None]


class Notifier:
    """Of one inspector. Several at one store take turns by leases. `tools` is asked once a notice."""

    def __init__(
        self,
        house: Application,
        tools: Callable[[], InspectionDeps],
        emit: Emit,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._house, self._tools, self._emit, self._clock = house, tools, emit, clock
        self._outbox = house.store.outbox
        self._counting = asyncio.Lock()  # two at once would both be the last of an hour
        self._reminded = -1  # the interval for which it is written down

    async def run(self) -> None:
        """Until cancelled."""
        workers = (self._keep(self._work, _LOOK_SECONDS) for _ in range(_WORKERS))
        await asyncio.gather(self._keep(self._remind, _REMIND_SECONDS), *workers)

    async def _keep(self, step: Callable[[], Awaitable[None]], seconds: float) -> None:
        while True:
            try:
                await step()
            except Unavailable:
                self._emit(StoreFailed("notices"))
            except Exception as error:
                self._emit(unexpected(error))  # the next round may do better
            await asyncio.sleep(seconds)

    async def _work(self) -> None:
        """All that is due."""
        while (entry := await asyncio.to_thread(self._outbox.claim, LEASE)) is not None:
            await self.handle(entry)

    async def handle(self, entry: OutboxEntry) -> None:
        """One that was claimed, to its end or to its next try."""
        settings = self._house.settings.notices
        if entry.content.dots >= MOST_DOTS:
            await self._settle(entry, "sent", "uncertain")
            return
        if self._clock() - entry.made_at > timedelta(hours=settings.give_up_hours):
            await self._settle(entry, "failed", "too_late")
            return
        try:
            match entry.kind, entry.content:
                case "notice", SenderNotice() as told:
                    async with self._counting:
                        await self._notice(entry, told, settings)
                case "summary", CountNotice() as posted:
                    await self._summary(entry, posted)
                case "digest" | "webhook", CountNotice() as posted:
                    await self._digest(entry, posted, settings)
                case _:
                    await asyncio.to_thread(self._outbox.drop, entry)
        except Unavailable:
            self._emit(StoreFailed("notices"))
            with suppress(Unavailable):
                await self._later(entry)
        except Exception as error:
            self._emit(unexpected(error))
            await self._settle(entry, "failed", "unexpected")

    # --- to a sender

    async def _notice(self, entry: OutboxEntry, told: SenderNotice, settings: NoticeSettings) -> None:
        why = why_untold(told, self._house.settings)
        policy = self._tools().policy
        if not is_told(told, self._house.settings) or not wants_sender_told(told, policy):
            if why is not None and settings.address and told.event in settings.kinds:
                self._emit(NoticeNotSent("notice", why))
            await asyncio.to_thread(self._outbox.drop, entry)
            return
        now = self._clock()
        if told.event != "return" and await self._too_many(told.sender, settings, now):
            slot = int(now.timestamp()) // 3600
            due = datetime.fromtimestamp((slot + 1) * 3600, UTC)
            posted = CountNotice(told.sender, told.addressed, told.smtputf8)
            await asyncio.to_thread(self._outbox.gather, entry, str(slot), posted, due)
            return
        say = said_by_rule(told, policy)
        for variant, original, said in await self._variants(told, entry.subject, say):
            notice = self._composed(variant, entry, now, original, said)
            if not await self._passes(notice, variant.recipients, entry):
                continue
            if variant != told or said != say:
                self._emit(NoticeNotSent("notice", "extras_left_out"))
            if await self._sent(entry, notice):
                return
        await self._settle(entry, "failed", "not_passed")

    async def _variants(self, told: SenderNotice, message: str, say: str) -> list[tuple[SenderNotice, bytes, str]]:
        """Whole; and bare, where the one does not pass or is refused: its sender is to hear of it all the same."""
        whole, bare = [(told, b"", say)], (compose.without_extras(told), b"", "")
        if told.event == "return" and inside(told.sender, self._house.settings):
            held = await asyncio.to_thread(self._house.store.quarantine.open, message, ACTOR, "return_notice")
            if held is not None and held.content:
                whole = [(told, held.content, say)]
        return whole if whole == [bare] else [*whole, bare]

    async def _too_many(self, sender: str, settings: NoticeSettings, now: datetime) -> bool:
        return await asyncio.to_thread(self._outbox.sent_to, sender, now - _HOUR) >= settings.per_hour

    def _composed(self, told: SenderNotice, entry: OutboxEntry, now: datetime, original: bytes, say: str) -> Notice:
        reply_to = ""
        days = self._house.settings.notices.justification_days
        if told.event == "hold" and days:
            answers = ReplyAddress.of(self._house.settings.notices.address)
            reply_to = answers.for_message(told.message, expiry(now, days), keyed(self._house.notice_key))
        return compose.about(told, self._writer(), now, self._message_id(entry), reply_to, original, say)

    async def _summary(self, entry: OutboxEntry, posted: CountNotice) -> None:
        now = self._clock()
        count = await asyncio.to_thread(self._outbox.gathered_for, posted.to, now - _HOUR - _HOUR)
        if not count or not self._house.settings.notices.address:
            await asyncio.to_thread(self._outbox.drop, entry)
            return
        notice = compose.gathered(
            posted.to, count, posted.addressed, self._writer(), now, self._message_id(entry), posted.smtputf8
        )
        await self._sent_if_it_passes(entry, notice)

    # --- to reviewers

    async def _remind(self) -> None:
        """Write down, once an interval while something waits, whom to tell; and forget what was settled long ago."""
        settings, now = self._house.settings.notices, self._clock()
        await asyncio.to_thread(self._outbox.forget, now - _KEPT)
        hooks = [_name(hook) for hook in settings.webhooks]
        mailboxes = settings.reviewers if settings.address else ()
        if settings.digest_minutes and (hooks or mailboxes):
            slot = int(now.timestamp()) // (60 * settings.digest_minutes)
            if slot == self._reminded:
                return
            count, _ = await asyncio.to_thread(self._outbox.waiting, unannounced(self._tools().policy))
            if count:
                for to in mailboxes:
                    await asyncio.to_thread(self._outbox.post, "digest", f"{slot}/{to}", CountNotice(to), now)
                for name in hooks:
                    await asyncio.to_thread(self._outbox.post, "webhook", f"{slot}/{name}", CountNotice(name), now)
                self._reminded = slot

    async def _digest(self, entry: OutboxEntry, posted: CountNotice, settings: NoticeSettings) -> None:
        now = self._clock()
        count, oldest = await asyncio.to_thread(self._outbox.waiting, unannounced(self._tools().policy))
        stale = now - entry.made_at > timedelta(minutes=max(5, settings.digest_minutes))
        hook = next((one for one in settings.webhooks if _name(one) == posted.to), None)
        known = hook is not None if entry.kind == "webhook" else posted.to in settings.reviewers and settings.address
        if not count or stale or not known:
            await asyncio.to_thread(self._outbox.drop, entry)
            return
        age = now - (oldest or now)
        link = await asyncio.to_thread(console_address, self._house)
        if hook is not None:
            await self._posted(entry, Webhook.parse(hook), self._said(count, age, link), settings)
            return
        words = {"count": str(count), "age": _age(age), "link": link}
        await self._sent_if_it_passes(
            entry, compose.digest(posted.to, words, self._writer(), now, self._message_id(entry))
        )

    def _said(self, count: int, age: timedelta, link: str) -> str:
        values = {"count": str(count), "age": _age(age), "link": link}
        return self._house.words.of("zh", "digest", "webhook", **values)

    async def _posted(self, entry: OutboxEntry, hook: Webhook, text: str, settings: NoticeSettings) -> None:
        request = webhooks.request(hook, text, self._clock())
        result = await asyncio.to_thread(post, hook.chat, request, settings.webhook_ca_file)
        if result == "taken":
            await self._settle(entry, "sent")
            return
        self._emit(NoticeNotSent("webhook", "refused"))
        await self._later(entry)

    # --- sending

    async def _sent_if_it_passes(self, entry: OutboxEntry, notice: Notice) -> None:
        if not await self._passes(notice, (), entry):
            await self._settle(entry, "failed", "not_passed")
        elif not await self._sent(entry, notice):
            await self._settle(entry, "failed", "refused")

    async def _passes(self, notice: Notice, recipients: tuple[str, ...], entry: OutboxEntry) -> bool:
        budget = budget_of(self._house.settings)
        passed = await asyncio.to_thread(may_leave, notice, recipients, self._tools(), budget, f"notice-{entry.number}")
        if not passed:
            self._emit(NoticeNotSent(entry.kind, "not_passed"))
        return passed

    async def _sent(self, entry: OutboxEntry, notice: Notice) -> bool:
        """Whether this was the end of it, or of this try. False: upstream refuses the notice as it is."""
        now = entry

        def before_dot() -> bool:
            nonlocal now
            marked = self._outbox.dot(entry)
            if marked is not None:
                now = marked
            return marked is not None

        try:
            async with asyncio.timeout(_SEND_SECONDS):
                result: SendResult = await UpstreamSender(self._house.settings)(
                    notice.envelope, notice.content, before_dot
                )
        except TimeoutError:
            result = NotReached() if now is entry else AnswerLost()
        match result:
            case Sent():
                await self._settle(now, "sent")
            case ReleaseRefused(code=code) if code >= 500:
                self._emit(NoticeNotSent(entry.kind, "refused"))
                return False
            case AnswerLost() if now.content.dots >= MOST_DOTS:
                await self._settle(now, "sent", "uncertain")
            case AnswerLost():
                await self._later(now)
            case _:
                await self._later(entry)  # upstream does not have it: that dot does not count
        return True

    async def _later(self, entry: OutboxEntry) -> None:
        rest = min(_FIRST_REST * 2 ** min(entry.attempts - 1, 12), _LONGEST_REST)
        await asyncio.to_thread(self._outbox.retry, entry, self._clock() + rest)

    async def _settle(self, entry: OutboxEntry, state: Literal["sent", "failed"], why: NoticeWhy | None = None) -> None:
        with suppress(Unavailable):  # the lease ends, and it is settled then
            if await asyncio.to_thread(self._outbox.settle, entry, state, why or ""):
                if state == "sent":
                    self._emit(NoticeSent(entry.kind, entry.attempts))
                elif why is not None:
                    self._emit(NoticeNotSent(entry.kind, why))

    def _writer(self) -> Writer:
        return Writer(self._house.settings.notices.address, self._house.words)

    def _message_id(self, entry: OutboxEntry) -> str:
        """The same each time that it is tried, so that one that came twice is seen as one."""
        digest = keyed(self._house.notice_key)(f"message-id/{entry.number}/{entry.made_at.isoformat()}".encode())
        return f"<{base64.b32encode(digest[:15]).decode().lower()}@{hostname_of(self._house.settings)}>"


def _name(webhook: str) -> str:
    """By which a webhook is known in the store, without a word of it."""
    return hashlib.sha256(webhook.encode()).hexdigest()


def _age(age: timedelta) -> str:
    """Hours and minutes: `2:05 h`, or minutes: `7 min`."""
    minutes = max(0, int(age.total_seconds()) // 60)
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02} h"
