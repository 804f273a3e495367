"""A look that stops early ends as the whole look does, whatever the rules and whatever is in the message."""

import io
import random
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage
from typing import cast

import pytest
from PIL import Image, ImageDraw

from examining import envelope, letter, stored, tools_of
from gateway.demo.drawing import font
from gateway.inspection.inspect import completed, examine
from gateway.inspection.tools import Further, InspectionDeps
from gateway.model import KINDS, RECIPIENT_CLASSES, TIES, Action, Item, Message, Party, Reading, Report, Step
from gateway.policy import Policy, Rule, packaged_policy
from gateway.policy.conditions.where import MEDIA
from gateway.reading.walk import read_mail, read_mail_by_steps, skim_mail
from gateway.rewriting.apply import apply

LETTER = (
    "我在九月十八日晚上观看主播星儿的直播，她反复诱导未成年人打赏，并且在直播间里承诺充值就可以加她的私人微信。" * 2
)
OTHER = LETTER[:60] + "另外她还在群里辱骂我和我的家人，持续了三个月之久，希望平台处理。"
REPORTS = (
    Report(
        "R-1",
        "open",
        "2026",
        (Party("星儿", ("xinger@streamers.example",), ("room:88412345",), ("pr@guild.example",)),),
        (
            Item("name", "章晓鸣"),
            Item("phone", "13800138765"),
            Item("account", "xm_feifei90"),
            Item("address", "xm@mail.example"),
            Item("circumstance", "广州美术学院", "school"),
        ),
        materials=letter(LETTER),
    ),
    Report(
        "R-2",
        "open",
        "2026",
        (Party("远山", ("yuanshan@streamers.example",)),),
        (Item("name", "柴玉珍"), Item("phone", "18640237715")),
        materials=letter(OTHER),
    ),
)
TEXTS = (
    "请说明当晚情况。",
    "退款订单 13800138765",
    "观众章晓鸣反映您的直播",
    "星儿您好",
    "包裹已发出，收件人柴玉珍 18640237715",
    LETTER[:70],
    "远山您好，见附件",
    "广州美术学院的章晓鸣",
)
SHOWN = ("章晓鸣 13800138765", "电话 18640237715", "星儿 88412345", "退款订单")
TO = (
    "xinger@streamers.example",
    "pr@guild.example",
    "yuanshan@streamers.example",
    "xm@mail.example",
    "a@home.example",
    "c@platform.example",
)
ACTIONS: tuple[Action, ...] = ("pass", "redact", "quarantine", "reject")
CONDITIONS: dict[str, tuple[str, ...]] = {
    "kinds": KINDS,
    "where": MEDIA,
    "recipient": RECIPIENT_CLASSES,
    "relation": ("party", "representative"),
    "tie": TIES,
    "reports": ("R-1", "R-2"),
}


class Stepping:
    """Reads in this process, by steps."""

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        return read_mail(content)

    def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
        return skim_mail(content)

    def read_file(self, content: bytes, name: str) -> Reading:
        raise NotImplementedError

    def rewrite(self, content: bytes, edits: object, deadline: object = None) -> bytes:
        return apply(content, edits)  # type: ignore[arg-type]

    def read_by_steps(self, content: bytes, further: Further, deadline: object = None) -> Reading:
        reads = read_mail_by_steps(content)
        step, reading = next(reads)
        while step != "whole" and (wanted := further(reading, cast(Step, step))) is not None:
            step, reading = reads.send(wanted)
        return reading


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = stored(tmp_path_factory.mktemp("store"), *REPORTS)
    yield replace(tools_of(store), reader=Stepping())
    store.shut()


@pytest.fixture(scope="module")
def pictures() -> tuple[bytes, ...]:
    return tuple(map(drawn, SHOWN))


def drawn(text: str) -> bytes:
    picture = Image.new("RGB", (700, 160), "white")
    ImageDraw.Draw(picture).text((20, 50), text, fill="black", font=font(34))
    data = io.BytesIO()
    picture.save(data, "PNG")
    return data.getvalue()


def some_mail(dice: random.Random, pictures: tuple[bytes, ...]) -> Message:
    message = EmailMessage()
    message["From"], message["Subject"] = "kefu@platform.example", dice.choice(["退款", "关于举报", "说明", "章晓鸣"])
    message["Message-ID"] = f"<{dice.random()}@platform.example>"
    message.set_content("\n".join(dice.sample(TEXTS, dice.randint(1, 3))))
    for _ in range(dice.choice([0, 1, 1, 2])):
        kind = dice.random()
        if kind < 0.6:
            message.add_attachment(dice.choice(pictures), maintype="image", subtype="png", filename="a.png")
        elif kind < 0.8:
            message.add_attachment(LETTER.encode(), maintype="application", subtype="octet-stream", filename="b.txt")
        else:
            data = b"\x01\x02\xfe\xff\x03\x04\xf0" + dice.randbytes(60)
            message.add_attachment(data, maintype="application", subtype="octet-stream", filename="c.bin")
    return Message("m", message.as_bytes(policy=message.policy.clone(linesep="\r\n")))


def some_rule(dice: random.Random, number: int) -> Rule:
    when: dict[str, object] = {
        key: frozenset(dice.sample(values, dice.randint(1, max(1, len(values) // 2))))
        for key, values in CONDITIONS.items()
        if dice.random() < (0.6 if key == "kinds" else 0.2)
    }
    if dice.random() < 0.2:
        when[dice.choice(["score_at_least", "share_at_least"])] = dice.choice([0.5, 0.9, 1.0])
    if dice.random() < 0.2:
        when["recipients"] = frozenset({dice.choice(["@guild.example", "@home.example"])})
    return Rule(f"rule-{number}", dice.choice(ACTIONS), tuple(sorted(when.items())))


def some_policy(dice: random.Random) -> Policy:
    packaged = packaged_policy()
    rules = list(packaged.rules) if dice.random() < 0.5 else []
    dice.shuffle(rules)
    for number in range(dice.randint(0, 5)):
        rules.insert(dice.randrange(len(rules) + 1), some_rule(dice, number))
    return replace(
        packaged,
        rules=tuple(rules),
        default=dice.choice(("quarantine", "reject")),
        threshold=dice.choice((0.6, 0.8)),
        read_pictures=dice.choice(("suspected", "always")),
        personal_data=dice.choice(("off", "monitor", "on")),
    )


@pytest.mark.parametrize("seed", range(80))
def test_early_and_whole_end_alike(tools: InspectionDeps, pictures: tuple[bytes, ...], seed: int) -> None:
    dice = random.Random(seed)
    using = replace(tools, policy=some_policy(dice))
    message, to = some_mail(dice, pictures), envelope(*dice.sample(TO, dice.choice([1, 1, 2, 3])))
    early, whole = examine(to, message, using, early=True), examine(to, message, using)
    assert early.decision.action == whole.decision.action
    if not early.unfinished:
        assert (early.decision, early.findings, early.matches) == (whole.decision, whole.findings, whole.matches)
        return
    assert early.decision.action in ("quarantine", "reject")
    # What a reviewer sees in the end is all of it, under the rule by which it was held, and nothing is lost.
    after = completed(early, whole)
    assert {(one.kind, one.report, one.where, one.span) for one in early.findings} <= {
        (one.kind, one.report, one.where, one.span) for one in after.findings
    }
    assert {match.report for match in early.matches} <= {match.report for match in after.matches}
    assert after.decision.rule == early.decision.rule
    assert len(after.decision.rules) == len(after.findings)
