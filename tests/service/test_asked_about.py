"""From ordinary mail to a question and its answer, through an inspector with a real store: behind the answers alone."""

import asyncio
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from gateway.intake.protected import protected_counts, protection_of, question, warning
from gateway.model import Client, Envelope, Item, ItemState, Message, Recipient, Report
from gateway.model.organization import Ours
from gateway.reading.plain import plain_fingerprints
from gateway.service.inspector.engine import LookupResult, _LocalMessage
from gateway.service.own_names import ask_about_ours
from gateway.storage.engine import open_store
from gateway.storage.suggestions import AskLimits
from gateway.telemetry.events import StoreFailed, SuggestionsAsked, Unexpected
from gateway.vault.vault import Vault
from inspecting import REPORT, Inspecting, inspecting

ONE_DAY = AskLimits(share=20, senders=3, domains=3, days=1)
BRAND = Item("name", "霜溪", source="材料 单.pdf: payee", score=0.6, state="suggested")
HOTLINE = Item("phone", "400-800-1234", source="材料 单.pdf: line", score=0.6, state="suggested")
RECEIVED = "您好，资料已收到。"
LEARNT = replace(REPORT, identity=(*REPORT.identity, BRAND, HOTLINE))


def written(text: str, to: str, sender: str = "a1@platform.example", name: str = "霜溪互娱客服") -> bytes:
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = Address(name, addr_spec=sender or "a1@platform.example"), to
    message["Subject"] = "订单处理结果"
    message.set_content(text)
    return message.as_bytes()


def envelope(to: str, sender: str = "a1@platform.example") -> Envelope:
    return Envelope(sender, (Recipient(to),), Client("::1", "h"), datetime.now(UTC))


async def send(
    i: Inspecting, sender: str, to: str, text: str = "您好，资料已收到。", name: str = "霜溪互娱客服"
) -> str:
    """As a relay does it: fingerprints first, the content where it is asked for."""
    content = written(text, to, sender, name)
    asked, mail = _LocalMessage("m", len(content), plain_fingerprints(content)), envelope(to, sender)
    verdict = i.inspector.at_once(mail, asked)
    if verdict is None:
        looked = await i.inspector.look_up(mail, asked)
        if not isinstance(looked, LookupResult):
            return type(looked).__name__.lower()
        verdict = await i.inspector.decide(mail, Message("m", content), looked)
    return type(verdict).__name__.lower()


async def counted(i: Inspecting) -> None:
    """All that was sent is counted and written."""
    await asyncio.to_thread(i.inspector.ordinary.close)


def states(i: Inspecting, report: str = "R-1") -> list[ItemState]:
    found = i.store.reports.get(report)
    assert found is not None
    return [item.state for item in found.identity if item.source != "report"]


async def office(i: Inspecting, senders: int = 3, domains: int = 3, **more: str) -> list[str]:
    outcomes = list[str]()
    for number in range(max(senders, domains)):
        sender, to = f"a{number % senders}@platform.example", f"x@firma{number % domains}.example"
        outcomes.append(await send(i, sender, to, **more))
    return outcomes


async def test_a_brand_of_ours_is_asked_about_and_mail_to_the_party_goes_out_as_it_is(tmp_path: Path) -> None:
    party = "xinger@streamers.example"
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        i.store.reports.put((LEARNT,), "test")
        assert await send(i, "a1@platform.example", party) != "pass"  # every mail with our own name is rewritten
        assert await office(i) == ["pass"] * 3
        await counted(i)
        assert states(i) == ["asked", "suggested"]
        assert [event for event in i.events if isinstance(event, SuggestionsAsked)] == [SuggestionsAsked(1)]
        assert "霜溪" not in repr(i.events)
        assert await send(i, "a1@platform.example", party) == "pass"
        # What was given of the reporter is looked for as ever.
        assert await send(i, "a1@platform.example", party, "举报人张小鸣的来信已收到") != "pass"
        i.store.reports.review("R-1", 3, "confirmed", "test", i.store.reports.revision("R-1"))
        assert await send(i, "a1@platform.example", party) != "pass"


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("您好，您的订单已退款，预计三天内到账，请注意查收。\n客服热线：400-800-1234", "pass", ["suggested", "asked"]),
        ("400-800-1234", "held", ["suggested", "asked"]),  # nothing explains it: all such mail is held
        ("您好，您的举报已受理，联系人 400-800-1234", "held", ["suggested", "suggested"]),  # it is tied to a report
    ],
)
async def test_a_hotline_that_stands_in_all_mail_is_asked_about(
    tmp_path: Path, text: str, before: str, after: list[ItemState]
) -> None:
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        i.store.reports.put((LEARNT,), "test")
        assert await office(i, text=text, name="客服") == [before] * 3
        await counted(i)
        assert states(i) == after
        assert await send(i, "a1@platform.example", "x@firma9.example", text, "客服") == (
            "pass" if after[1] == "asked" else "held"
        )


@pytest.mark.parametrize(
    ("senders", "domains", "more"),
    [
        (2, 9, {}),
        (9, 2, {}),
        (9, 9, {"name": "客服", "text": "很高兴为您服务"}),  # a word of everyday speech, where nobody is called so
        (9, 9, {"name": "客服", "text": "其他"}),
    ],
)
async def test_few_or_nothing_brings_nothing_about(
    tmp_path: Path, senders: int, domains: int, more: dict[str, str]
) -> None:
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        happy = replace(BRAND, value="高兴")
        i.store.reports.put((replace(REPORT, identity=(BRAND, happy)),), "test")
        await office(i, senders, domains, **more)
        await counted(i)
        assert states(i) == ["suggested", "suggested"]


async def test_mail_that_is_not_ordinary_does_not_count(tmp_path: Path) -> None:
    """To a reported party, to a reporter, among ourselves, of strangers, and what names a reported party."""
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        item = BRAND
        own = tuple(Item("address", f"r{number}@heim{number}.example") for number in range(5))
        parties = replace(REPORT.reported[0], representatives=tuple(f"@gilde{number}.example" for number in range(5)))
        i.store.reports.put((replace(REPORT, reported=(parties,), identity=(item, *own)),), "test")
        for number in range(5):
            sender = f"a{number}@platform.example"
            for mail_from, to, text in (
                (sender, f"r{number}@heim{number}.example", "霜溪您好，资料已收到。"),
                (sender, f"b{number}@platform.example", "霜溪您好"),
                (f"a{number}@fremd{number}.example", f"x@firma{number}.example", "霜溪您好"),
                (sender, f"x@gilde{number}.example", "霜溪您好"),
                (sender, f"x@firma{number}.example", "关于主播星儿：霜溪您好"),
                ("", f"x@firma{number}.example", "霜溪您好"),
            ):
                await send(i, mail_from, to, text, name="客服")
        await counted(i)
        assert states(i) == ["suggested"]


async def test_a_store_that_fails_touches_no_message(tmp_path: Path) -> None:
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        i.store.reports.put((LEARNT,), "test")
        i.store.callings.learn()
        outside = sqlite3.connect(tmp_path / "s.db", isolation_level=None)
        outside.execute("BEGIN IMMEDIATE")
        await office(i, 9, 9)
        await counted(i)
        assert StoreFailed("suggestions") in i.events
        assert not [event for event in i.events if isinstance(event, Unexpected)]
        outside.execute("ROLLBACK")
        outside.close()
        assert await office(i, 9, 9) == ["pass"] * 9  # and what comes later is answered too


async def test_a_fault_of_ours_touches_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        i.store.reports.put((LEARNT,), "test")

        def broken(self: object, fingerprints: object) -> tuple[int, ...]:
            raise ValueError("secret")

        monkeypatch.setattr(type(i.store.suggestions), "items_in", broken)
        await office(i, 9, 9)
        await counted(i)
        assert [event.exception for event in i.events if isinstance(event, Unexpected)] == ["ValueError"]
        assert "secret" not in repr(i.events)


async def test_what_waits_is_bounded(tmp_path: Path) -> None:
    async with inspecting(tmp_path, ask=ONE_DAY) as i:
        fingerprints = plain_fingerprints(written("您好", "x@firma.example"))
        for _ in range(5000):
            i.inspector.ordinary.add(envelope("x@firma.example"), fingerprints)
        assert len(i.inspector.ordinary._waiting) <= 1024


def test_the_settings_name_what_is_ours_and_nothing_is_counted_for_it(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(b"k" * 32))
    brand, fan = replace(BRAND, value="霜溪互娱充值"), replace(BRAND, value="霜溪的小迷妹", kind="nickname")
    store.reports.put((replace(REPORT, identity=(BRAND, brand, fan, HOTLINE)),), "test")
    given = replace(REPORT, id="R-2", identity=(replace(BRAND, state="given"), replace(HOTLINE, state="learned")))
    store.reports.put((given,), "test")
    assert ask_about_ours(store.reports, Ours()) == 0
    ours = Ours(("霜溪", "霜溪互娱", "400-800-1234"))
    assert ask_about_ours(store.reports, ours) == 3
    assert [[item.state for item in report.identity] for id in ("R-1", "R-2") if (report := store.reports.get(id))] == [
        ["asked", "asked", "suggested", "asked"],
        ["given", "learned"],
    ]
    assert ask_about_ours(store.reports, ours) == 0
    store.shut()


def test_a_report_that_is_only_asked_about_says_so() -> None:
    report = Report("R-9", "open", "2026-01-01T00:00:00+08:00", (), (replace(BRAND, state="asked"),))
    protection = protection_of(report)
    assert protection.is_nobody
    assert protection.missing == ("name", "phone")
    assert "to be decided 1" in protected_counts(protection)
    assert "R-9" in question(protection)
    assert "霜溪" not in question(protection) + warning(protection)
