"""One drill from its beginning to its end: asks the store for a place, sends the mails one after the other, sees what
came out at the sink, and leaves nothing behind but how it ended."""

import contextlib
import email
import secrets
import time
from collections.abc import Container, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from typing import Protocol

from gateway.drill.client import RelayAnswer, RelaySilent
from gateway.drill.made_up import CLEAN, DrillMail, made_up
from gateway.errors import StoreUnavailable
from gateway.model.drill import CaseResult, DrillAnswer, DrillCase, DrillResult, DrillRoute
from gateway.smtp.sink import Delivered, Outbox
from gateway.storage.drill_protocols import Drills

_GRACE = timedelta(seconds=30)
"""So much longer than it may take, the service keeps what a drill needs."""


class TooManyDrills(Exception):
    """So many drills run already that there is no place for one more."""


class StoreTakesNothing(Exception):
    """The store cannot be written to: a relay that has it holds nothing either."""


class _Sends(Protocol):
    async def send(self, mail: DrillMail, route: DrillRoute, seconds: float) -> RelayAnswer: ...


@dataclass(frozen=True, slots=True)
class DrillOptions:
    """`seconds`: the most that all of it may take. `ours`: names that no made-up person may have."""

    actor: str
    seconds: float
    ours: Container[str] = ()


async def drill(relay: _Sends, drills: Drills, options: DrillOptions) -> DrillResult:
    """What became of each mail. Raises: client.NoRelayThere, client.UnknownRelay, TooManyDrills, StoreTakesNothing."""
    token, end = secrets.token_hex(16), time.monotonic() + options.seconds
    made = made_up(token, options.ours)
    async with Outbox() as sink:
        route = DrillRoute(sink.port, secrets.token_hex(16))
        case = DrillCase(route, made.report, made.files)
        try:
            if not drills.begin(token, case, timedelta(seconds=options.seconds) + _GRACE):
                raise TooManyDrills
        except StoreUnavailable:
            raise StoreTakesNothing from None
        try:
            results = [await _tried(mail, relay, route, sink, end) for mail in made.mails]
            answers = drills.answers(token)
            known = tuple(with_rule(result, answers) for result in results)
            clean = next(one for one in known if one.name == CLEAN)
            result = DrillResult(datetime.now(UTC), tuple(one for one in known if one is not clean), clean)
            try:
                drills.finish(token, result, options.actor)
            except StoreUnavailable:
                raise StoreTakesNothing from None
        except BaseException:
            with contextlib.suppress(StoreUnavailable):
                drills.drop(token)
            raise
    return result


async def _tried(mail: DrillMail, relay: _Sends, route: DrillRoute, sink: Outbox, end: float) -> CaseResult:
    left = end - time.monotonic()
    if left <= 0:
        return CaseResult(mail.name, "no_answer", 0.0)
    started = time.monotonic()
    try:
        answered = await relay.send(mail, route, left)
    except RelaySilent:
        answered = None
    got = [one for one in sink.messages if mail.recipient in one.recipients]
    seconds = time.monotonic() - started if answered is None else answered.seconds
    return CaseResult(mail.name, outcome_of(mail, None if answered is None else answered.code, got), round(seconds, 3))


def outcome_of(mail: DrillMail, code: int | None, got: Sequence[Delivered]) -> str:
    """What became of it, by the answer and by what came out. What came out weighs more: an answer may say anything."""
    if any(_is_as_sent(mail, one.content) for one in got):
        return "passed"
    if any(tells(mail, one.content) for one in got):
        return "leaked"
    if got:
        return "rewritten"
    match code:
        case None:
            return "no_answer"
        case 250:
            return "held"
        case 550:
            return "rejected"
        case _:
            return "deferred" if code < 500 else "refused"


def tells(mail: DrillMail, content: bytes) -> bool:
    """Whether a rewritten mail still says what it must not, or has one of the files as it was. No search as the rules
    make it, but a second opinion: it looks for the plain words alone."""
    parsed = email.message_from_bytes(content, policy=default)
    assert isinstance(parsed, EmailMessage)
    words = [str(value) for _, value in parsed.items()]
    for part in parsed.walk():
        data = part.get_payload(decode=True)
        if not isinstance(data, bytes):
            continue
        if data in mail.files:
            return True
        words.append(data.decode(part.get_content_charset("utf-8"), "replace"))
    said = "".join("".join(words).split())
    return any(secret in said for secret in mail.secrets)


def _is_as_sent(mail: DrillMail, content: bytes) -> bool:
    """Under the one field that a relay adds."""
    return content.endswith(mail.content) and content[: -len(mail.content)].lower().startswith(b"received:")


def with_rule(result: CaseResult, answers: dict[str, DrillAnswer]) -> CaseResult:
    """The same with what the rules said. What was accepted is held only where they held it, else it is lost."""
    answer, outcome = answers.get(result.name), result.outcome
    action = "" if answer is None else answer.action
    if outcome == "held" and action != "quarantine":
        outcome = "lost"
    elif outcome == "rejected" and action != "reject":
        outcome = "refused"
    if answer is None:
        return replace(result, outcome=outcome)
    return replace(result, outcome=outcome, rule=answer.rule, would=answer.would)
