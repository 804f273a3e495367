"""A report says what it protects and what was not found, and what a person marks in the letter stays."""

from pathlib import Path

from examining import Here
from gateway.intake.importer import import_file
from gateway.intake.protected import protected_counts, protection_of, warning
from gateway.intake.report_view import masked_report
from gateway.model import Item, Party, Report
from gateway.storage.engine import open_store
from gateway.vault.vault import Vault


def report(*items: Item) -> Report:
    return Report("R-1", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), items)


def test_counts_by_kind_leave_out_what_is_struck_and_nobody_is_said() -> None:
    one = protection_of(
        report(Item("name", "张小鸣"), Item("name", "李梅", state="struck"), Item("phone", "13800138000"))
    )
    assert (one.counts, one.missing, one.is_nobody) == ((("name", 1), ("phone", 1)), (), False)
    assert warning(one) == ""
    none = protection_of(report(Item("circumstance", "广州美术学院", "school")))
    assert none.is_nobody
    assert none.missing == ("name", "phone")
    assert "nobody" in protected_counts(none)
    assert "无人可保护" in warning(none)
    assert "--name … --phone …" in warning(none)


def test_a_line_for_people_holds_nothing_of_the_reporter() -> None:
    one = protection_of(report(Item("name", "张小鸣")))
    assert one.missing == ("phone",)
    assert "小鸣" not in protected_counts(one) + warning(one) + str(masked_report(report(Item("name", "张小鸣"))))


def test_an_import_warns_and_what_was_marked_survives_the_next_one(tmp_path: Path) -> None:
    (tmp_path / "信.txt").write_text("主播在直播中公布我的住址。\n请处理。", "utf-8")
    file = tmp_path / "r.jsonl"
    file.write_text(
        '{"id": "R-1", "reported": [{"name": "星儿", "addresses": ["x@s.example"]}], "materials": ["信.txt"]}'
    )
    store = open_store(f"sqlite:///{tmp_path}/s.db", Vault(bytes(32)))
    first = import_file(file, Here(), store.reports, "t", ())
    assert [one.is_nobody for one in first.protections] == [True]
    assert sum("nobody to protect" in note for note in first.notes) == 1
    marked = (Item("name", "褚云起", source="marked", state="confirmed"),)
    assert store.reports.protect("R-1", marked, "t") == "done"
    assert store.reports.protect("R-2", marked, "t") == "missing"
    again = import_file(file, Here(), store.reports, "t", ())
    assert again.protections[0].missing == ("phone",)
    found = store.reports.get("R-1")
    assert found is not None
    assert [(i.value, i.state) for i in found.identity if i.kind == "name"] == [("褚云起", "confirmed")]
    events = [entry for entry in store.audit.entries() if entry.event == "item_marked"]
    assert len(events) == 1
    assert "褚" not in events[0].detail
    store.shut()
