"""By what reports are meant: probes that find them, whatever the memory knows, and nothing once they are gone."""

from dataclasses import replace

import numpy as np
import pytest

from gateway.fingerprints.mentions import callings
from gateway.model import Party, Report
from gateway.storage.mention_index import MOST
from gateway.storage.store import SqlStore
from storage.conftest import Place

REPORT = Report(
    "R-2020-0918", "open", "", (Party("小鱼丸", accounts=("room:88412345",)),), numbers=("(2020)粤0192民初1号",)
)


def asked(text: str) -> bytes:
    return callings(text).astype("<u8").tobytes()


@pytest.mark.parametrize("learnt", [False, True])
@pytest.mark.parametrize(
    ("text", "sort"),
    [
        ("关于小鱼丸", "name"),
        ("直播间88412345", "name"),
        ("R-2020-0918", "number"),
        ("案号（2020）粤0192民初1号。", "number"),
        ("小鱼干，R-2020-0919", None),
    ],
)
def test_a_report_is_meant_by(store: SqlStore, learnt: bool, text: str, sort: str | None) -> None:
    store.reports.put([REPORT], "cli:root")
    if learnt:
        store.callings.learn()
    assert store.callings.called(asked(text)) == (((REPORT.id, sort),) if sort else ())
    assert store.callings.cannot_match(asked(text)) is (learnt and sort is None)
    assert store.callings.called(b"") == ()


def test_what_was_learnt_holds_until_a_report_changes(place: Place) -> None:
    here, elsewhere = place.open(), place.open()
    here.callings.learn()
    assert here.callings.cannot_match(asked("关于小鱼丸"))
    elsewhere.audit.append("x", "x", "", {})
    assert not here.callings.cannot_match(asked("关于小鱼丸"))
    here.callings.learn()
    assert here.callings.cannot_match(asked("关于小鱼丸"))
    elsewhere.reports.put([REPORT], "cli:root")
    assert not here.callings.cannot_match(asked("关于小鱼丸"))
    here.callings.learn()
    assert not here.callings.cannot_match(asked("关于小鱼丸"))
    assert here.callings.called(asked("关于小鱼丸")) == ((REPORT.id, "name"),)


def test_a_changed_report_is_meant_by_what_it_says_now_and_an_erased_one_by_nothing(store: SqlStore) -> None:
    store.reports.put([REPORT], "cli:root")
    store.reports.put([replace(REPORT, reported=(Party("大鲸鱼"),))], "cli:root")
    assert store.callings.called(asked("关于小鱼丸")) == ()
    assert store.callings.called(asked("关于大鲸鱼")) == ((REPORT.id, "name"),)
    store.reports.erase(REPORT.id, "cli:root", True)
    assert store.callings.called(asked("关于大鲸鱼")) == ((REPORT.id, "name"),)
    store.reports.erase(REPORT.id, "cli:root", False)
    assert store.callings.called(asked("关于大鲸鱼，R-2020-0918")) == ()


def test_a_name_of_very_many_reports_costs_a_bounded_look(store: SqlStore) -> None:
    store.reports.put([replace(REPORT, id=f"R-2020-{n:04}") for n in range(MOST + 20)], "cli:root")
    assert len(store.callings.called(asked("关于小鱼丸"))) == MOST
    assert store.callings.called(asked("R-2020-0003")) == (("R-2020-0003", "number"),)


def test_too_many_names_for_the_memory_are_asked_for_one_by_one(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.storage.mention_index.FILTER_MOST", 1)
    store = place.open()
    store.reports.put([REPORT], "cli:root")
    store.callings.learn()
    assert not store.callings.cannot_match(asked("nothing"))
    assert store.callings.called(asked("关于小鱼丸")) == ((REPORT.id, "name"),)


def test_reports_of_a_store_that_knew_no_names_get_theirs_when_it_is_opened(place: Place) -> None:
    store = place.open()
    store.reports.put([REPORT], "cli:root")
    store.shut()
    outside = place.outside()
    outside.execute("DELETE FROM callings")
    outside.execute("UPDATE meta SET value = X'' WHERE key = 'callings'")
    store = place.open()
    assert store.callings.called(asked("关于小鱼丸")) == ((REPORT.id, "name"),)
    assert np.frombuffer(asked("关于小鱼丸"), "<u8").size > 0


@pytest.mark.parametrize(
    ("number", "text"), [("R-1", "begin 644 “R1” M4$L"), ("12", "频道12的直播"), ("A7", 'seat "A7"')]
)
def test_a_number_too_short_to_be_one_report_s_alone_says_no_more_than_a_name(
    store: SqlStore, number: str, text: str
) -> None:
    store.reports.put([replace(REPORT, id=number)], "cli:root")
    assert store.callings.called(asked(text)) == ((number, "name"),)
    store.reports.put([replace(REPORT, id=number, numbers=(number, "R-2020-0918"))], "cli:root")
    assert store.callings.called(asked("R-2020-0918")) == ((number, "number"),)
