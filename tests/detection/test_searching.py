"""Offsets lead back from every view, many reporters cost one search, and what was not searched is not clean."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import detect
from gateway.detection import presidio_adapter as presidio
from gateway.detection.budget import Budget
from gateway.detection.context import Views
from gateway.detection.detectors import identity
from gateway.detection.pattern_index import PatternIndex, Segment
from gateway.detection.pattern_index_cache import Indexes
from gateway.detection.search import Search
from gateway.errors import OutOfTime
from gateway.identity import Subject, compile_report
from gateway.model import Item, Location, Party, Reading, Report, TextFragment

ITEMS = (
    Item("name", "张小鸣"),
    Item("nickname", "鸣鸣不飞"),
    Item("phone", "+86 138 0013 8000"),
    Item("account", "xm_feifei90"),
    Item("address", "xiaoming@mail.example"),
)
STRAY = st.text(st.characters(exclude_categories=()), max_size=12)
WRITTEN = (
    "张小鸣",
    "張小鳴",
    "ZHANG Xiaoming",
    "13800138000",
    "１３８ ００１３ ８０００",
    "xm_feifei90",
    "张*鸣",
    "弓长小口鸟",
    "ㄓㄤㄒㄧㄠㄇㄧㄥ",
)


def subject(number: int = 1, *items: Item) -> Subject:
    return compile_report(Report(f"R-{number}", "open", "", (Party("星儿"),), items or ITEMS))


def reading(text: str) -> Reading:
    return Reading(texts=(TextFragment(Location("1"), "text", text),))


@given(STRAY, st.sampled_from(WRITTEN), STRAY)
def test_offsets_lead_back_to_the_characters_in_any_text(before: str, written: str, after: str) -> None:
    text = f"{before}。{written}。{after}"
    found = detect(reading(text), (SUBJECT,), 0.3)
    spans = [finding.span for finding in found if finding.span is not None]
    assert all(0 <= start < end <= len(text) for start, end in spans)
    place = len(before) + 1
    assert any(start <= place and place + len(written) <= end for start, end in spans)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_every_view_of_any_text_leads_back_inside_it(text: str) -> None:
    views = Views(text)
    assert len(views.letters.text) == len(views.digits) == len(views.sounds)
    for i in range(len(views.letters.text)):
        start, end = views.letters.origin(i, i + 1)
        assert 0 <= start < end <= len(text)
    if views.masked is not None:
        spans = [views.masked.span(i) for i in range(len(views.masked.text))]
        assert spans == sorted(spans)
        assert all(0 <= start < end <= len(text) for start, end in spans)


SUBJECT = subject()


@pytest.mark.parametrize(("error", "reason"), [(OutOfTime(), "search_timed_out"), (RuntimeError("x"), "search_failed")])
def test_a_text_that_was_not_searched_to_its_end_cannot_be_inspected(
    monkeypatch: pytest.MonkeyPatch, error: Exception, reason: str
) -> None:
    def fails(*args: object) -> object:
        raise error

    monkeypatch.setattr(identity, "recognised", fails)
    (finding,) = detect(reading("您好"), (SUBJECT,))
    assert (finding.kind, finding.detector, finding.score) == ("uninspectable", reason, 1.0)


def test_a_recognizer_that_fails_inside_presidio_is_not_swallowed_by_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(self: object, hit: object) -> object:
        raise ValueError("nothing of this may be shown")

    monkeypatch.setattr(presidio.ReporterRecognizer, "_explained", fails)
    heard: list[BaseException] = []
    (finding,) = detect(reading("张小鸣"), (SUBJECT,), failed=heard.append)
    assert (finding.kind, finding.detector, finding.variant) == ("uninspectable", "search_failed", "ValueError")
    assert [type(error) for error in heard] == [ValueError]  # it is counted as ours, not as the sender's


def test_a_search_past_its_deadline_says_so() -> None:
    views = Views("小鸣张先生" * 2000, budget=Budget(0.0))
    with pytest.raises(OutOfTime):
        Search(PatternIndex([Segment([SUBJECT])]), views).hits()


def test_the_registry_has_one_recognizer_a_kind_and_each_result_its_explanation() -> None:
    names = {recognizer.to_dict()["name"] for recognizer in presidio.ENGINE.registry.recognizers}
    assert names == {f"reporter_{kind}" for kind in presidio.KINDS}
    assert presidio.ENGINE.get_supported_entities("zh")
    assert "REPORTER_NAME" in presidio.ENTITIES
    index = PatternIndex([Segment([SUBJECT])])
    request = presidio.SearchArtifacts(Views("举报人小鸣"), index, False)
    results = presidio.ENGINE.analyze(
        "举报人小鸣", "zh", entities=presidio.ENTITIES, nlp_artifacts=request, return_decision_process=True
    )
    (given_name,) = [r for r in results if r.analysis_explanation.pattern_name == "given_name"]
    explanation = given_name.analysis_explanation
    assert (explanation.original_score, explanation.score) == (0.45, 0.75)
    assert explanation.supportive_context_word == "reporting"
    assert "鸣" not in str(explanation)


def test_whoever_asks_presidio_without_an_identity_finds_nobody() -> None:
    assert presidio.ENGINE.analyze("张小鸣", "zh") == []


def test_a_report_more_makes_a_small_segment_and_leaves_the_large_one() -> None:
    indexes = Indexes()
    many = tuple(subject(i, Item("name", f"王{chr(0x4E00 + i)}鸣")) for i in range(40))
    first = indexes.of(many)
    more = (*many, subject(99))
    second = indexes.of(more)
    assert second.segments[0] is first.segments[0]
    assert [len(segment.subjects) for segment in second.segments] == [40, 1]
    assert indexes.of(list(more)) is second
    gone = indexes.of(more[1:])
    assert gone.segments[0] is first.segments[0], "one that left is left out, not searched anew"
    assert gone.size == 40


def test_a_subject_that_left_is_no_longer_found() -> None:
    many = tuple(subject(i, Item("name", f"王{chr(0x4E00 + i)}鸣")) for i in range(20))
    text = reading("举报人王一鸣")  # U+4E00 is the first
    assert [f.report for f in detect(text, many) if f.variant == "exact"] == ["R-0"]
    assert [f.report for f in detect(text, many[1:]) if f.variant == "exact"] == []


def test_a_weak_sign_alone_is_not_mentioned_where_many_are_looked_for() -> None:
    many = tuple(subject(i, Item("name", f"张小{chr(0x9000 + i)}")) for i in range(30))
    assert detect(reading("张先生您好"), many, 0.3) == ()
    assert len(detect(reading("举报人张先生"), many)) == 8


def test_a_full_stop_inside_a_sign_makes_it_less_sure_beside_a_cue_too() -> None:
    person = subject(1, Item("name", "刘庆"))
    assert detect(reading("录像请保留。\n请用户放心"), (person,)) == ()


def test_a_word_of_an_english_sentence_is_no_given_name() -> None:
    person = subject(1, Item("name", "李嫦娥"))
    assert detect(reading("a user of the app cannot change it"), (person,)) == ()
    assert [f.variant for f in detect(reading("a user named Change wrote"), (person,))] == ["given_pinyin"]
    assert [f.variant for f in detect(reading("举报人change投诉您"), (person,))] == ["given_pinyin"]


def test_what_is_looked_through_for_a_near_index_is_not_used_by_that() -> None:
    indexes = Indexes(size=3)
    groups = [
        tuple(subject(10 * group + i, Item("name", f"王{chr(0x4E00 + i)}鸣")) for i in range(4)) for group in range(4)
    ]
    oldest, middle, newest = (indexes.of(list(group)) for group in groups[:3])
    assert indexes.of(list(groups[0])) is oldest
    indexes.of(list(groups[3]))  # resembles none: all are looked at, and the one used longest ago goes
    assert indexes.of(list(groups[0])) is oldest
    assert indexes.of(list(groups[2])) is newest
    assert indexes.of(list(groups[1])) is not middle
