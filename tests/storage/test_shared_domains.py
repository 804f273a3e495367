"""Domains in which several reporters have an address tell nobody: counted by people, whatever the reports."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.model import Item, ItemState, Report
from gateway.storage.party_index import SHARED
from gateway.storage.store import SqlStore
from storage.conftest import Place

DOMAINS = ("mail.example", "zhang.example", "qq.com")


def of(report: Report, number: int, address: str) -> Report:
    return replace(
        report,
        id=f"R-{number}",
        identity=(Item("address", address), Item("name", f"甲{number}乙")),
        materials=(),
        avatars=(),
    )


def test_a_domain_is_shared_once_so_many_people_have_an_address_in_it(store: SqlStore, report: Report) -> None:
    assert store.reports.shared_domains(()) == frozenset()
    for number in range(SHARED):
        assert store.reports.shared_domains(DOMAINS) == frozenset()
        store.reports.put([of(report, number, f"u{number}@mail.example")], "test")
        store.reports.put([of(report, 100 + number, "same@zhang.example")], "test")
    assert store.reports.shared_domains(DOMAINS) == {"mail.example"}
    store.reports.put([of(report, 0, "u0@elsewhere.example")], "test")
    assert store.reports.shared_domains(DOMAINS) == frozenset()


@pytest.mark.parametrize(
    "others",
    [
        lambda n: (),
        lambda n: (Item("account", f"xm_{n}_feifei"),),
        lambda n: (Item("nickname", f"昵称甲{n}"),),
        lambda n: (Item("name", ("张小鸣", "張小鳴", "张 小鸣")[n % 3]),),
        lambda n: (
            Item("name", f"化名甲{n}"),
            Item("phone", ("138 0013 8000", "+86 13800138000", "13800138000")[n % 3]),
        ),
    ],
)
def test_whoever_has_many_mailboxes_in_a_domain_is_one_person(
    store: SqlStore, report: Report, others: Callable[[int], tuple[Item, ...]]
) -> None:
    for number in range(12):
        one = of(report, number, f"u{number}@zhang.example")
        store.reports.put([replace(one, identity=(one.identity[0], *others(number)))], "test")
    assert store.reports.shared_domains(DOMAINS) == frozenset()


@pytest.mark.parametrize(
    ("source", "state", "shared"),
    [
        ("材料 a.eml: From", "learned", True),
        ("材料 a.eml: form line", "learned", False),
        ("材料 a.eml: sentence", "suggested", False),
        ("材料 a.eml: sender line", "suggested", False),
        ("材料 a.eml: form line", "confirmed", True),
    ],
)
def test_letters_that_name_mailboxes_in_somebodys_domain_do_not_take_it_from_them(
    store: SqlStore, report: Report, source: str, state: ItemState, shared: bool
) -> None:
    for number in range(2 * SHARED):
        one = of(report, number, f"u{number}@zhang.example")
        address = replace(one.identity[0], source=source, state=state)
        store.reports.put([replace(one, identity=(address, *one.identity[1:]))], "test")
    assert store.reports.shared_domains(DOMAINS) == ({"zhang.example"} if shared else frozenset())


def test_many_reports_of_many_domains_are_counted_quickly(store: SqlStore, report: Report) -> None:
    store.reports.put([of(report, number, f"u{number}@d{number % 40}.example") for number in range(400)], "test")
    assert len(store.reports.shared_domains([f"d{number}.example" for number in range(600)])) == 40


def test_what_was_struck_is_nobody_s_and_an_erased_report_is_no_person(store: SqlStore, report: Report) -> None:
    reports = [of(report, number, f"u{number}@mail.example") for number in range(SHARED + 1)]
    struck = replace(reports[0], identity=(replace(reports[0].identity[0], state="struck"),))
    store.reports.put([struck, *reports[1:]], "test")
    assert store.reports.shared_domains(DOMAINS) == {"mail.example"}
    store.reports.erase("R-1", "test", keep_digests=False)
    assert store.reports.shared_domains(DOMAINS) == frozenset()


def test_reports_of_an_older_store_are_counted_when_it_is_opened(place: Place, report: Report) -> None:
    store = place.open()
    store.reports.put([of(report, number, f"u{number}@mail.example") for number in range(SHARED)], "test")
    store.shut()
    outside = place.outside()
    outside.execute("DELETE FROM parties WHERE relation = 'domain'")
    outside.execute("DELETE FROM meta WHERE key = 'own domains'")
    assert place.open().reports.shared_domains(DOMAINS) == {"mail.example"}
    assert place.open().reports.shared_domains(DOMAINS) == {"mail.example"}
