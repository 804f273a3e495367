"""Each event that is written has a sentence, in both languages, in one group; and none of them opens what is sealed."""

import ast
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.audit.sentences import (
    GROUP_NAMES,
    GROUPS,
    SENTENCES,
    Language,
    actor,
    actors_named,
    detail_of,
    events_named,
    group_of,
    sentence,
)
from gateway.model.audit_chain import canonical
from gateway.storage.audit_protocols import AuditEntry

ROOT = Path(__file__).parents[2] / "gateway"
LANGUAGES: tuple[Language, ...] = ("zh", "en")


def entry(
    event: str, detail: dict[str, str | int] | None = None, who: str = "console:陈静", subject: str = "Q-1"
) -> AuditEntry:
    return AuditEntry(1, "2026-03-01T08:00:00.000000+00:00", who, event, subject, canonical(detail or {}), "", "")


def written_events() -> set[str]:
    """The events in calls that write an entry, and in tables of such events."""
    found = set()
    for path in ROOT.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
                place = {"record": 3, "append_signed": 1, "append_with_reason": 1}.get(name)
                if name == "append" and len(node.args) == 4:
                    place = 1
                if place is not None and len(node.args) > place:
                    found |= {one.value for one in ast.walk(node.args[place]) if isinstance(one, ast.Constant)}
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.target.id == "_MOVES":
                assert isinstance(node.value, ast.Dict)
                found |= {one.value for one in node.value.values if isinstance(one, ast.Constant)}
    return {event for event in found if isinstance(event, str)}


def test_each_event_that_is_written_has_a_sentence() -> None:
    events = written_events()
    assert {"held", "released", "signed_in", "rules_changed", "log_exported", "list_viewed"} - events <= {
        "rules_changed"  # by its name in a constant
    }
    assert events - set(SENTENCES) == set()


def test_each_sentence_is_in_one_group_and_each_group_has_a_name() -> None:
    grouped = [event for events in GROUPS.values() for event in events]
    assert sorted(set(grouped)) == sorted(SENTENCES)
    assert set(GROUPS) | {"others"} == set(GROUP_NAMES)
    assert len(grouped) == len(set(grouped))
    assert group_of("nobody wrote this") == "others"


@pytest.mark.parametrize("event", [*SENTENCES, "an_event_of_later"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_can_be_said_with_and_without_its_detail(event: str, language: Language) -> None:
    whole: dict[str, str | int] = {"rule": "r", "role": "lead", "before": "admin", "state": "held", "item": 3}
    for detail in ({}, whole | {"purpose": "release"}):
        said = sentence(entry(event, detail), language)
        assert said.startswith("陈静 ")
        assert "{" not in said
        assert "None" not in said
        chinese = re.search(r"[一-鿿]", said.removeprefix("陈静"))
        assert bool(chinese) == (language == "zh") or event == "an_event_of_later"


def test_the_reason_stands_behind() -> None:
    sealed = entry("released", {"reason": "sealed:AAAA", "state": "released"})
    assert sentence(sealed, "zh") == "陈静 放行了邮件 Q-1，理由已封存"
    assert sentence(sealed, "zh", {"reason": "已改好"}) == "陈静 放行了邮件 Q-1，理由：已改好"
    assert sentence(sealed, "en", {"reason": "mended"}) == "陈静 released message Q-1; reason: mended"


def test_who_it_was() -> None:
    assert actor("console:陈静", "en") == "陈静"
    assert actor("cli:root", "zh") == "命令行用户 root"
    assert actor("token:crm", "en") == "API token crm"
    assert actor("relay", "zh") == "网关"
    assert actor("of:later", "zh") == "of:later"
    assert "console:陈静" in actors_named("陈静")
    assert actors_named("cli:root") == ("cli:root",)
    assert events_named("decisions") == GROUPS["decisions"]
    assert events_named("held") == ("held",)
    assert events_named("") == ()


def test_words_are_those_of_roles_and_states() -> None:
    assert sentence(entry("role_changed", {"before": "admin", "role": "lead"}, subject="王磊"), "zh") == (
        "陈静 把 王磊 的角色由管理员改为主管"
    )
    assert sentence(entry("opened", {"purpose": "release"}), "en") == "陈静 looked at message Q-1 to release it"
    assert sentence(entry("opened", {"purpose": "review"}), "en") == "陈静 looked at message Q-1"
    assert sentence(entry("list_viewed", subject="queue"), "zh") == "陈静 查看了待审邮件列表"


@given(st.dictionaries(st.text(), st.text() | st.integers()), st.text(), st.text(), st.sampled_from(LANGUAGES))
def test_whatever_stands_in_the_log_can_be_said(
    detail: dict[str, str | int], event: str, subject: str, language: Language
) -> None:
    for name in (event, *SENTENCES):
        sentence(entry(name, detail, subject, subject), language)


@given(st.text() | st.sampled_from(["[]", "3", "{", '{"reason":{"a":1}}', "null"]))
def test_a_detail_that_somebody_spoilt_is_no_error(text: str) -> None:
    spoilt = AuditEntry(1, "", "x", "released", "", text, "", "")
    detail_of(spoilt)
    sentence(spoilt, "zh")


def test_no_sealed_text_is_shown_as_it_is() -> None:
    sealed = entry("opened", {"purpose": "sealed:SECRET", "from": "sealed:SECRET", "rule": "sealed:SECRET"})
    for event in SENTENCES:
        one = AuditEntry(1, "", "x", event, "", sealed.detail, "", "")
        assert "SECRET" not in sentence(one, "zh") + sentence(one, "en")
    assert set(detail_of(sealed).values()) == {None}
