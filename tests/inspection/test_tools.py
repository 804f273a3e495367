"""What is remembered between inspections is bounded, and what was used longest ago is forgotten first."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from gateway.inspection.tools import Crashes, Subjects
from gateway.model import Item, Party, Report


class Shelf:
    """Reports with revisions, and how often each was opened."""

    def __init__(self) -> None:
        self.revision = dict.fromkeys(("R-1", "R-2", "R-3"), 1)
        self.opened: list[str] = []

    def revisions(self, reports: Sequence[str]) -> dict[str, int]:
        return {report: self.revision[report] for report in reports if report in self.revision}

    def get(self, report: str) -> Report | None:
        self.opened.append(report)
        if report not in self.revision:
            return None
        return Report(report, "open", "2020-09-18T10:00:00+08:00", (Party("星儿"),), (Item("name", "张小鸣"),))


def test_a_report_is_compiled_once_for_each_revision() -> None:
    shelf = Shelf()
    subjects = Subjects(shelf)  # type: ignore[arg-type]
    first = subjects.get("R-1")
    assert subjects.get("R-1") is first
    shelf.revision["R-1"] = 2
    second = subjects.get("R-1")
    assert second is not first
    assert subjects.get("R-1") is second
    assert shelf.opened == ["R-1", "R-1"]
    del shelf.revision["R-1"]
    assert subjects.get("R-1") is None


def test_the_report_that_nobody_asked_for_longest_is_compiled_again() -> None:
    shelf = Shelf()
    subjects = Subjects(shelf, size=2)  # type: ignore[arg-type]
    for report in ("R-1", "R-2", "R-1", "R-3", "R-1", "R-2"):
        subjects.get(report)
    assert shelf.opened == ["R-1", "R-2", "R-3", "R-2"]


def test_more_reports_than_are_kept_are_all_given() -> None:
    subjects = Subjects(Shelf(), size=1)  # type: ignore[arg-type]
    assert [one.report for one in subjects.all(("R-3", "R-1", "R-9", "R-2", "R-3"))] == ["R-3", "R-1", "R-2"]


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=60), st.integers(1, 4))
def test_crashes_are_counted_for_the_contents_that_crashed_last(done: list[tuple[bool, int]], size: int) -> None:
    """Looking at a count is no crash, and keeps nothing in memory."""
    crashes, counted = Crashes(size), dict[int, int]()
    for crashed, content in done:
        digest = bytes([content])
        if crashed:
            counted[content] = counted.pop(content, 0) + 1
            assert crashes.count(digest) == counted[content]
            while len(counted) > size:
                del counted[next(iter(counted))]
        assert crashes.times(digest) == counted.get(content, 0)
