"""The report that every evasion mail gives away, and the line of rooms that has to stop it. Everybody is invented.

`PAYLOAD` is what a mail carries: the reporter's name and telephone, and sentences of the letter that was handed in.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from gateway.errors import ReaderDied
from gateway.inspection.inspect import examine
from gateway.inspection.tools import InspectionDeps, MailReader
from gateway.intake.importer import import_file
from gateway.model import Client, Envelope, Examination, Message, Recipient
from gateway.service.wiring import Application, open_house

NAME = "张小鸣"
PHONE = "13800138000"
ACCOUNT = "xm_feifei90"
STAFF = "kefu07@platform.example"
REPORTED = "xinger@streamers.example"
NOBODY = "yuanshan@streamers.example"

LETTER = (
    "尊敬的平台工作人员：我是贵平台的一名观众。二〇二〇年九月十八日晚上，主播星儿在直播间里反复劝说看上去还在上学的孩子打赏，"
    "并且让他们不要告诉家长。我录下了当时的画面，还保留着几位同学发来的聊天记录，看了觉得非常过分。"
    "希望平台认真处理，也请务必替我保密，我担心被她的粉丝找到。"
)
QUOTED = "反复劝说看上去还在上学的孩子打赏，并且让他们不要告诉家长。我录下了当时的画面，还保留着几位同学发来的聊天记录"
PAYLOAD = f"举报人{NAME}，电话{PHONE}。信中说：{QUOTED}。"

_REPORT = {
    "id": "R-2020-0918",
    "opened_at": "2020-09-18T10:00:00+08:00",
    "reported": [{"name": "星儿", "addresses": [REPORTED]}],
    "reporter": {"names": [NAME], "phones": [PHONE], "accounts": [{"kind": "wechat", "value": ACCOUNT}]},
    "materials": ["举报信.txt"],
}


@dataclass(frozen=True, slots=True)
class Line:
    """Envelope and content in, decision out: the very function that the relay's question ends in."""

    house: Application
    tools: InspectionDeps

    def judged(self, content: bytes, *to: str) -> Examination:
        """What would become of the message. A reader that dies is asked once more, as a client would."""
        envelope = Envelope(
            STAFF,
            tuple(Recipient(address) for address in to or (REPORTED,)),
            Client("127.0.0.1", "staff"),
            datetime(2020, 9, 18, tzinfo=UTC),
        )
        try:
            return examine(envelope, Message("m", content), self.tools)
        except ReaderDied:
            return examine(envelope, Message("m", content), self.tools)


def write_report(folder: Path) -> Path:
    """The report as JSONL, its letter beside it."""
    (folder / "举报信.txt").write_text(LETTER, encoding="utf-8")
    path = folder / "reports.jsonl"
    path.write_text(json.dumps(_REPORT, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


@contextmanager
def line(folder: Path, reader: MailReader | None = None) -> Iterator[Line]:
    """A store that knows the report, the packaged rules, jailed readers (or the one given)."""
    config = folder / "config"
    config.mkdir(parents=True, exist_ok=True)
    (config / "gateway.toml").write_text(
        f'[storage]\nurl = "sqlite:///{folder}/s.db"\nkey_file = "{folder}/master.key"\n'
        '[upstream]\nhost = "127.0.0.1"\nport = 9\n[organization]\ndomains = ["platform.example"]\n',
        encoding="utf-8",
    )
    with open_house(config, {}) as house:
        tools = house.tools()
        if reader is not None:
            tools = replace(tools, reader=reader)
        import_file(write_report(folder), tools.reader, house.store.reports, "test", ("platform.example",))
        yield Line(house, tools)


def sent(examination: Examination, content: bytes) -> bytes | None:
    """What the world gets, None where that is nothing."""
    if examination.decision.action == "pass":
        return content
    return examination.rewritten if examination.decision.action == "redact" else None
