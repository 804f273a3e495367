"""Domains in which several reporters have an address tell nobody: counted by people, whatever the reports."""

from dataclasses import replace

from gateway.model import Item, Report
from gateway.storage.party_index import SHARED
from gateway.storage.store import SqlStore
from storage.conftest import Place

DOMAINS = ("mail.example", "zhang.example", "qq.com")


def of(report: Report, number: int, address: str) -> Report:
    return replace(report, id=f"R-{number}", identity=(Item("address", address),), materials=(), avatars=())


def test_a_domain_is_shared_once_so_many_people_have_an_address_in_it(store: SqlStore, report: Report) -> None:
    assert store.reports.shared_domains(()) == frozenset()
    for number in range(SHARED):
        assert store.reports.shared_domains(DOMAINS) == frozenset()
        store.reports.put([of(report, number, f"u{number}@mail.example")], "test")
        store.reports.put([of(report, 100 + number, "same@zhang.example")], "test")
    assert store.reports.shared_domains(DOMAINS) == {"mail.example"}
    store.reports.put([of(report, 0, "u0@elsewhere.example")], "test")
    assert store.reports.shared_domains(DOMAINS) == frozenset()


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
    outside.execute("DELETE FROM meta WHERE key = 'domains'")
    assert place.open().reports.shared_domains(DOMAINS) == {"mail.example"}
    assert place.open().reports.shared_domains(DOMAINS) == {"mail.example"}
