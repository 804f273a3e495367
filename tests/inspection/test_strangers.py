"""What would be found for the reported party is looked for in mail to anybody, however it is written and wherever.

Each mail goes the whole way twice: to the party and to an address that no report knows, where the index alone can point
to the report, after a glance as the relay's and after a reader's look.
"""

import base64
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from email.header import Header

import pytest

from gateway.errors import OutOfTime
from gateway.inspection.inspect import examine
from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.inspection.triage import unrelated_by_cache, unrelated_by_index
from gateway.matching import TrustedRecipients, audience_of
from gateway.model import Client, Edit, Envelope, Item, MaterialMark, Message, Party, Reading, Recipient, Report
from gateway.policy import packaged_policy
from gateway.reading.plain import plain_fingerprints
from gateway.reading.walk import read_file, read_mail, skim_mail
from gateway.rewriting.apply import apply
from gateway.storage.engine import open_store
from gateway.text.thread_ids import conversation, topic
from gateway.vault.vault import Vault
from scene import mail

PARTY, STRANGER = "xinger@streamers.example", "nobody@outside.example"
INDEX = base64.b64encode(b"\x01" + bytes(range(40, 61))).decode()
TIES = ("abcdef-12345@mail.example", conversation(INDEX), topic("关于星儿直播间的实名反映"))
REPORT = Report(
    "R-2026-0001",
    "open",
    "2026-09-18T10:00:00+08:00",
    (Party("星儿", (PARTY,), ("room:88412345",)),),
    (
        Item("name", "章晓鸣"),
        Item("phone", "+86 138 0013 8765"),
        Item("address", "xiaoming.zhang@mail.example"),
        Item("account", "xm_feifei90"),
        Item("government_id", "440106199001011234"),
    ),
    materials=tuple(
        MaterialMark("report.eml", "mail", 0, bytes((number,)) * 32, message_id=tie)
        for number, tie in enumerate(
            ("abcdef-12345@mail.example", conversation(INDEX), topic("关于星儿直播间的实名反映"))
        )
    ),
)

PIECES = {
    "phone": ("138", "0013", "8765"),
    "digits": tuple("13800138765"),
    "id": ("440106", "19900101", "1234"),
    "account": ("xm", "feifei90"),
    "pieces": ("xm_fei", "fei90"),
    "address": ("xiaoming", "zhang", "mail", "example"),
}
GAPS = {
    "phone": (" ", "-", "    ", "\t\t\t", "\u00a0" * 5, ".....", "\n", "\n\n", "\u200b", " \u200b ", "·", "—", "\n> "),
    "digits": (" ", "  ", "\n", "\u200b", "\u00ad", ".", "-", "\u2060", "\n\n", "    "),
    "id": (" ", "-", "\u200b", "\n", "      "),
    "account": ("_", " ", "\u200b_", "_\u00ad", "__", " _"),
    "pieces": (" ", ".", "-", "·"),
}  # fmt: skip
_ZEROS = "٠۰०০๐០\uff10\U0001d7d8\U0001fbf0"
WRITTEN = [
    *("".join(chr(ord(zero) + int(digit)) for digit in "13800138765") for zero in _ZEROS),
    "".join("⓿❶❷❸❹❺❻❼❽❾"[int(digit)] for digit in "13800138765"),
    "".join("🄋➀➁➂➃➄➅➆➇➈"[int(digit)] for digit in "13800138765"),
    "".join("〇〡〢〣〤〥〦〧〨〩"[int(digit)] for digit in "13800138765"),
    *(gap.join(PIECES[kind]) for kind, gaps in GAPS.items() for gap in gaps),
    "xiaoming.zhang @ mail.example",
    "xiaoming.zhang @ mail . example",
    "xiaoming.zhang(at)mail(dot)example",
    "xiaoming.zhang [at] mail [dot] example",
    "xiaoming.zhang at mail dot example",
    "xiaoming点zhang艾特mail点example",
    "xiaoming\u200b.zhang@mail.example",
    "xiao\u00adming.zhang@mail.ex\u200bample",
    "xiaoming.zhang＠mail．example",
    "xiaoming.zhang+live@mail.example",
    "<xiaoming.zhang\n@mail.example>",
    "１３８００１３８７６５",
    "幺三八零零幺三八七六五",
    "x m f e i f e i 9 0",
    "xm feifei 90",
    "x\U000e0091\u2065\ufff0m_\U000e0091\U000e0091\U000e0091\U000e0091\U000e0ffefeifei90",
    "①13800138765",
    "⑵13800138765",
    "⒈13800138765",
    "❶13800138765",
    "13800138765¹",
    "１13800138765",
    "①440106199001011234",
    "①xm_feifei90",
    "xm_feifei90②",
    "①xiaoming.zhang@mail.example②",
    "xm_feifei九零",
    "xm_feifei玖〇",
    "第一xm_feifei90",
    "xm_fe\u0301ifei90",
    "xm_f\U000e0101eif\u17b5ei90",
    "x\u20d2m\u20d2_f\u20d2eifei90",
    "xiaoming.zhang@mai\u0336\U000e0020\u0336\U000e0020\u0336\U000e0020\u0336\U000e0020l.example",
]


def in_subject(text: str) -> bytes:
    return mail("您好", subject=text.replace("\n", " "))


def in_folded_subject(text: str) -> bytes:
    words = Header(f"请看 {text}".replace("\n", " "), "utf-8", maxlinelen=30).encode(linesep="\r\n")
    return mail("您好").replace(b"Subject: ", b"Subject: " + words.encode() + b"\r\nX-Old: ", 1)


def in_html(text: str) -> bytes:
    body = text.replace("<", "&lt;").replace("\n", "<br>")
    return mail(f"<html><body><p>请看 {body} 。</p></body></html>").replace(b"text/plain", b"text/html")


def in_many_tags(text: str) -> bytes:
    body = "".join(f"<b>{c}</b>" if c.isalnum() else c.replace("<", "&lt;") for c in text.replace("\n", " "))
    return mail(f"<html><body><p>请看 {body} 。</p></body></html>").replace(b"text/plain", b"text/html")


PLACES: dict[str, Callable[[str], bytes]] = {
    "text": lambda text: mail(f"请看 {text} 。"),
    "subject": in_subject,
    "folded": in_folded_subject,
    "html": in_html,
    "tags": in_many_tags,
}


class Here:
    """Reads in this process: a jail for each of hundreds of mails would cost minutes."""

    def read_mail(self, content: bytes, deadline: object = None) -> Reading:
        return read_mail(content)

    def skim_mail(self, content: bytes, deadline: object = None) -> Reading:
        return skim_mail(content)

    def read_file(self, content: bytes, name: str, deadline: object = None) -> Reading:
        return read_file(content, name)

    def rewrite(self, content: bytes, edits: Sequence[Edit], deadline: object = None) -> bytes:
        return apply(content, edits)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = open_store(f"sqlite:///{tmp_path_factory.mktemp('store')}/s.db", Vault(b"k" * 32))
    store.reports.put([REPORT], "test")
    policy = packaged_policy()
    yield InspectionDeps(
        store.reports,
        Subjects(store.reports),
        Here(),
        policy,
        store.quarantine,
        store.marks,
        store.callings,
        circle=TrustedRecipients(frozenset(("platform.example",))),
    )
    store.shut()


def envelope(to: str) -> Envelope:
    client = Client("127.0.0.1", "staff")
    return Envelope("kefu@platform.example", (Recipient(to),), client, datetime(2026, 1, 2, tzinfo=UTC))


def outcome(content: bytes, to: str, tools: InspectionDeps) -> str:
    """As the inspector decides: by the glance where that is enough, else by everything."""
    asked, fingerprints = envelope(to), plain_fingerprints(content)
    for learning in (tools.reports, tools.marks, tools.callings):
        learning.learn()
    if unrelated_by_cache(asked, fingerprints, tools):
        return "pass"
    if unrelated_by_index(asked, audience_of(asked, tools.reports, tools.circle), fingerprints, tools):
        return "pass"
    return examine(asked, Message("m", content), tools).decision.action


@pytest.mark.parametrize("place", PLACES)
def test_what_the_party_would_not_get_nobody_gets(tools: InspectionDeps, place: str) -> None:
    contents = {text: PLACES[place](text) for text in WRITTEN}
    found = [text for text, content in contents.items() if outcome(content, PARTY, tools) != "pass"]
    assert [text for text in WRITTEN if text not in found and "点" not in text] == []
    assert [text for text in found if outcome(contents[text], STRANGER, tools) == "pass"] == []


@pytest.mark.parametrize(
    "field",
    [
        "In-Reply-To: <abcdef-12345@mail.example>",
        "In-Reply-To: abcdef-12345@mail.example",
        "References: <x@y.example>\r\n <abcdef-12345@mail.example>",
        "References: <abcdef-\r\n 12345@mail.example>",
        "References: <ABCDEF-12345@Mail.example>",
        "X-Reply-To-Message: abcdef-12345@mail.example;",
        f"Thread-Index: {INDEX}",
        "Thread-Topic: =?utf-8?B?5YWz5LqO5pif5YS/55u05pKt6Ze055qE5a6e5ZCN5Y+N5pig?=",
        "References: <AAAA1.1.17.Coremail.xiaoming.zhang@mail.example>",
        "X-Forwarded-Message-Id: <xiaoming.zhang@mail.example>",
    ],
)
def test_a_tie_to_the_reporter_s_mail_is_seen_in_mail_to_anybody(tools: InspectionDeps, field: str) -> None:
    content = mail("您好", headers=[field])
    assert outcome(content, PARTY, tools) != "pass"
    assert outcome(content, STRANGER, tools) != "pass"


def test_an_id_in_the_text_is_a_tie_too(tools: InspectionDeps) -> None:
    assert outcome(mail("原邮件 Message-ID: abcdef-12345@mail.example。"), STRANGER, tools) != "pass"


@pytest.mark.parametrize("words", ["好的。" * 4_000, "fine words. " * 2_000])
def test_whoever_is_named_far_down_is_named(tools: InspectionDeps, words: str) -> None:
    content = mail(f"{words}\n主播星儿收到的来信：观众章晓鸣投诉。")
    assert outcome(content, STRANGER, tools) == outcome(content, PARTY, tools) != "pass"


def test_what_cannot_be_read_is_held_where_the_report_is_named_far_down(tools: InspectionDeps) -> None:
    top, _, rest = mail("好的。" * 3_000 + "\n见 R-2026-0001").partition(b"MIME-Version: 1.0\r\n")
    kind = b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    binary = (
        b"--b\r\nContent-Type: application/octet-stream; name=a.bin\r\n\r\n\x01\x02\xfe\xff\x03\x04\xf0\r\n--b--\r\n"
    )
    content = top + kind + rest + binary
    assert outcome(content, PARTY, tools) == "quarantine"
    assert outcome(content, STRANGER, tools) == "quarantine"


@pytest.mark.parametrize(
    "text",
    [
        "订单 20261130001380013876 已发货。",
        "请打 400-800-1234 或 010-81234567。",
        "请写信到 service@platform.example，谢谢。",
        "xiaoming 和 zhang 的 mail 例子：example。",
        "138 元、0013 号、876 件",
        "直播间 feifei 的 90 个礼物",
    ],
)
def test_others_numbers_and_words_point_to_nobody(tools: InspectionDeps, text: str) -> None:
    assert outcome(mail(text), STRANGER, tools) == "pass"
    assert unrelated_by_cache(envelope(STRANGER), plain_fingerprints(mail(text)), tools)


@pytest.mark.parametrize("written", ["138<br>0013<br />8765", "xm_fei<wbr>fei90", "1380<nl>0138765"])
def test_tags_in_a_plain_text_part_nothing(tools: InspectionDeps, written: str) -> None:
    assert outcome(mail(f"请看 {written} 。"), PARTY, tools) != "pass"
    assert outcome(mail(f"请看 {written} 。"), STRANGER, tools) != "pass"


@pytest.mark.parametrize(
    "boxes",
    [
        "<span style='padding:9px'>13800138765</span><span>20260918</span>",
        "<b>1</b><b>13800138765</b>",
        "<sup>1</sup>13800138765",
        "<span>440106199001011234</span><span>13800138765</span>",
        "<b>xm_feifei90</b><i>abc</i>",
        "<i>abc</i><b>xm_&#102;eifei90</b>",
        "<i>abc</i><b>&#120;m_feifei90</b>",
        "<i>abc</i><span>xiaoming.zhang@mail.example</span><i>abc</i>",
    ],
)
def test_boxes_of_a_page_that_touch_in_its_source_are_read_apart(tools: InspectionDeps, boxes: str) -> None:
    content = mail(f"<html><body><p>请看 {boxes} 。</p></body></html>").replace(b"text/plain", b"text/html")
    assert outcome(content, PARTY, tools) == "redact"
    assert outcome(content, STRANGER, tools) != "pass"


def test_a_search_that_does_not_end_holds_what_the_index_points_to(
    tools: InspectionDeps, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hangs(*_: object) -> None:
        raise OutOfTime("the time for this work is over")

    monkeypatch.setattr("gateway.detection.detectors.identity.recognised", hangs)
    assert outcome(mail("请打 138 0013 8765"), STRANGER, tools) == "quarantine"
    assert outcome(mail("请打 139 0013 8765"), STRANGER, tools) == "pass"


def encrypted(text: str, subject: str) -> bytes:
    head, _, body = mail(text, subject, to=STRANGER).partition(b"Content-Type: text/plain")
    kind = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain"
    data = b"PK\x03\x04\x14\x00\x09\x00\x08\x00" + bytes(range(64))
    part = b"\r\n--b\r\nContent-Type: application/zip; name=a.zip\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    return head + kind + body + part + base64.b64encode(data) + b"\r\n--b--\r\n"


@pytest.mark.parametrize(
    ("text", "subject", "held"),
    [
        ("星儿您好：\n关于直播间 88412345 的材料见附件，密码另告。", "请查收", True),
        ("尊敬的星儿：\n材料见附件。", "直播间88412345", True),
        ("星儿您好：\n材料见附件，密码另告。", "请查收", False),  # many people's name
        ("订单 88412345 的材料见附件。", "请查收", False),
    ],
)
def test_what_cannot_be_read_is_held_where_two_signs_say_whose_mail_it_is(
    tools: InspectionDeps, text: str, subject: str, held: bool
) -> None:
    assert outcome(encrypted(text, subject), STRANGER, tools) == ("quarantine" if held else "pass")
