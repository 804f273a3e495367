"""Some weeks of invented work, as a store counts it."""

import random
from datetime import date, timedelta

from gateway.model.tallies import Axis, TallyEvent, waited_step
from gateway.storage.protocols import Store
from gateway.storage.tallies import _write

RULES = {"identity-in-text": 0.08, "material": 0.02, "avatar-held": 0.22, "unreadable": 0.35, "thread": 0.04}
TEAMS = ("客服一组", "客服二组", "夜班客服", "商务合作", "法务")
RECIPIENTS = ("xinger@streamers.example", "pr@guild.example", "someone@mail.example", "rare.one@mail.example")
KINDS = ("name", "nickname", "material", "phone", "avatar", "thread", "account", "uninspectable", "circumstance")


def fill(store: Store, today: date, days: int = 83, busy: float = 1.0) -> None:
    """Every day some mail is stopped; it is decided sooner from week to week."""
    chance = random.Random(16)
    counts: list[tuple[str, TallyEvent, Axis, str]] = []
    for ago in range(days, -1, -1):
        day = (today - timedelta(days=ago)).isoformat()
        for number in range(int(busy * (3 + ago % 4 + chance.randrange(3)))):
            rule = chance.choices(list(RULES), (5, 4, 2, 2, 3))[0]
            to = RECIPIENTS[3] if ago == 9 and not number else chance.choices(RECIPIENTS[:3], (6, 3, 1))[0]
            about: list[tuple[Axis, str]] = [
                ("total", ""),
                ("rule", rule),
                ("kind", chance.choices(KINDS, range(len(KINDS), 0, -1))[0]),
                ("team", chance.choices(TEAMS, (6, 5, 3, 2, 0.1))[0]),
                ("recipient", to),
                ("domain", to.rpartition("@")[2]),
            ]
            first: TallyEvent = "rewritten" if chance.random() < 0.45 else "held"
            counts += [(day, first, axis, value) for axis, value in about]
            if first == "rewritten":
                continue
            last: TallyEvent = "released" if chance.random() < RULES[rule] else _decision(chance)
            counts += [(day, last, axis, value) for axis, value in about]
            counts.append((day, last, "waited", str(waited_step(chance.expovariate(1 / (12 + ago * 0.7))))))
    ground = store._ground  # type: ignore[attr-defined]
    with ground.transactions.write() as connection:
        _write(connection, ground, counts)


def _decision(chance: random.Random) -> TallyEvent:
    decisions: tuple[TallyEvent, ...] = ("released_rewritten", "returned", "discarded")
    return chance.choices(decisions, (5, 3, 2))[0]
