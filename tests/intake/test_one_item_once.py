"""What identifies the reporter is listed once, in whatever way its sources write it."""

from dataclasses import replace

import pytest

from gateway.fingerprints.of_report import fingerprints_of_report
from gateway.identity import compile_report
from gateway.intake.importer import _as_reviewed, _merged
from gateway.intake.protected import protection_of
from gateway.model import Item, ItemState, Kind, Party, Report


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("phone", ("+86 138 0013 8000", "13800138000", "138-0013-8000", "8613800138000", "0086 13800138000")),
        ("phone", ("010-82345678", "+86 10 8234 5678", "(010) 8234 5678")),
        ("government_id", ("11010519491231002X", "110105 19491231 002x", "11010519491231００２Ｘ")),
        ("address", ("Xiaoming@Mail.example", "xiaoming@mail.example ")),
        ("account", ("XM_feifei90", "xm_feifei90", "ｘｍ_feifei90")),
        ("name", ("張小鳴", "张小鸣")),
    ],
)
def test_one_item_is_listed_once(kind: Kind, written: tuple[str, ...]) -> None:
    items = [Item(kind, value, source=f"材料 {n}: x", state="learned") for n, value in enumerate(written)]
    merged = _merged([*items, Item(kind, written[0])])
    assert [(item.value, item.state) for item in merged] == [(written[0], "given")]


def test_two_items_stay_two() -> None:
    items = (
        Item("phone", "13800138000"),
        Item("phone", "13800138001"),
        Item("account", "xm_feifei90"),
        Item("account", "xmfeifei90"),
        Item("account", "13800138000"),
        Item("phone", "82345678"),
        Item("phone", "x"),
        Item("phone", "y"),
    )
    assert _merged(items) == items


SUGGESTED = Item("name", "霜溪", source="材料 信.docx: signed", score=0.6, state="suggested")


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ("asked", "suggested", "asked"),
        ("asked", "learned", "learned"),  # other material says so surely
        ("asked", "given", "given"),
        ("suggested", "suggested", "suggested"),
        ("struck", "suggested", "struck"),
        ("confirmed", "suggested", "confirmed"),
        ("struck", "given", "given"),
        ("learned", "suggested", "suggested"),
    ],
)
def test_what_was_asked_or_said_holds_when_the_report_comes_again(
    before: ItemState, now: ItemState, after: ItemState
) -> None:
    def report(state: ItemState) -> Report:
        return Report("R-1", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), (replace(SUGGESTED, state=state),))

    assert [item.state for item in _as_reviewed(report(now), report(before)).identity] == [after]


def test_what_is_asked_about_is_looked_for_in_no_mail_and_counts_as_no_protection() -> None:
    asked = replace(SUGGESTED, state="asked")
    phone = Item("phone", "13800138000", state="asked")
    report = Report("R-1", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), (asked, phone))
    assert compile_report(report).items == ()
    assert fingerprints_of_report(report).identifiers == b""
    protection = protection_of(report)
    assert (protection.counts, protection.is_nobody, protection.to_decide) == ((), True, 2)
    assert protection.missing == ("name", "phone")
