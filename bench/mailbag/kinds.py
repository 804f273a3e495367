"""What a sample is, and the world that samples are drawn from."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from texts import helpdesk as words

from mailbag import files
from mailbag.clients import Letter
from mailbag.people import Person, Reporter, Streamer, chinese_name, filled, nickname, reporters, streamers


@dataclass(frozen=True, slots=True)
class Sample:
    """One mail: what kind of which case, who gets it, and what must not be seen in it.

    `letter` is written by `writer`; `after` changes what was written (a signature, a wrapper).
    """

    case: str  # "clean" or "leaking"
    kind: str
    letter: Letter
    recipients: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    writer: str = ""
    after: Callable[[bytes], bytes] | None = field(default=None, repr=False)


@dataclass(slots=True)
class World:
    """Reported parties, reporters with what they handed in, and the dice."""

    rng: random.Random
    parties: list[Streamer]
    reporters: list[Reporter]
    faces: dict[str, bytes]  # of reporters and streamers, by report and by room
    chats: dict[str, "files.Made | bytes"]  # what reporters handed in, by report
    letters: dict[str, "files.Made | bytes"]
    sheets: dict[str, bytes]
    number: int = 0

    def reporter(self) -> Reporter:
        """Each in turn."""
        self.number += 1
        return self.reporters[self.number % len(self.reporters)]

    def viewer(self) -> str:
        """A nickname that is no reporter's."""
        taken = {one.nickname for one in self.reporters}
        while (name := nickname(self.rng)) in taken:
            pass
        return name

    def staff(self) -> Person:
        number = self.rng.randint(1, 60)
        name = self.rng.choice(words.STAFF)
        return Person(name if self.rng.random() < 0.8 else "", f"kefu{number:02d}@platform.example")

    def stranger(self) -> Person:
        box = "".join(self.rng.choices("bdfghkmpstw", k=6)) + str(self.rng.randint(100, 9999))
        host = self.rng.choice(("qq.com", "163.com", "shop.example", "outlook.com", "gmail.com"))
        return Person(self.rng.choice((chinese_name(self.rng), self.viewer(), "")), f"{box}@{host}")

    def party(self, streamer: Streamer) -> Person:
        return Person(streamer.name if self.rng.random() < 0.8 else "", streamer.address)


def world(seed: int, count: int) -> World:
    rng = random.Random(seed)
    parties = streamers(rng, max(count // 2, 2))
    known = reporters(rng, parties, count)
    faces = {one.report: files.avatar(rng) for one in known} | {one.room: files.avatar(rng) for one in parties}
    chats: dict[str, files.Made | bytes] = {}
    letters: dict[str, files.Made | bytes] = {}
    sheets: dict[str, bytes] = {}
    for number, one in enumerate(known):
        streamer = one.streamer
        chats[one.report] = files.chat(
            f"与 {streamer.name} 的聊天",
            [
                (one.nickname, filled(rng, rng.choice(words.COMPLAINTS)), faces[one.report], True),
                (streamer.name, "这个真没办法，你去问运营吧", faces[streamer.room], False),
                (one.nickname, filled(rng, "我{day}付了{sum}元，请给我个说法"), faces[one.report], True),
                (streamer.name, "再闹就拉黑", faces[streamer.room], False),
            ],
        )
        signed = (*one.letter, f"投诉人：{one.name}", f"电话：{one.phone}", f"微信：{one.wechat}")
        source = files.paper("投诉信", signed)
        letters[one.report] = files.Made("soffice:docx", source) if number % 2 else "\n".join(signed).encode()
        sheets[one.report] = files.sheet([("时间", "交易单号", "金额"), *one.payments])
    return World(rng, parties, known, faces, chats, letters, sheets)
