"""Whoever stops a search is heard at once, and what was not looked at is said."""

import random
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.detection import ThirdParties, budget, detect, pattern_index_cache
from gateway.detection.context import Scene
from gateway.detection.detect import _SpanSet
from gateway.detection.pattern_index import Segment
from gateway.detection.pattern_index_cache import Indexes
from gateway.errors import Abandoned
from gateway.identity import Subject, compile_report
from gateway.identity.shingles import fingerprint
from gateway.model import Item, Location, MaterialMark, Party, Reading, Report, TextFragment
from gateway.model.deadline import Deadline
from gateway.text.blocks import BLOCK

LETTER = "今年九月十八日晚上,主播星儿在直播间多次向未成年观众推销盲盒,并且要求他们用家长的手机付款,事后不肯退还。"
NEVER = float("inf")


def subject(number: int = 0) -> Subject:
    shingles, length = fingerprint(LETTER + str(number))
    mark = MaterialMark(
        "信", "text", 9, bytes([number]) * 32, length, shingles, message_id=f"<{number}.a1b2@m.example>"
    )
    items = (
        Item("name", f"张小{chr(0x9E23 + number)}"),
        Item("nickname", "鸣鸣不飞"),
        Item("phone", f"+86 138 0013 {8000 + number}"),
        Item("address", f"xiaoming{number}@mail.example"),
        Item("account", f"xm_feifei{90 + number}"),
        Item("circumstance", "佛山市", detail="place"),
    )
    party = Party("星儿", ("xinger@streamers.example",))
    return compile_report(Report(f"R-{number}", "open", "", (party,), items, (), (mark,)))


SUBJECT = subject()
MANY = tuple(subject(number) for number in range(12))


def reading(*texts: str) -> Reading:
    return Reading(texts=tuple(TextFragment(Location(str(n)), "text", text) for n, text in enumerate(texts)))


class Looks:
    """A clock that counts how often it is looked at: so many times, and it is over."""

    def __init__(self, until: float = NEVER) -> None:
        self.count, self.until = 0, until
        self.at: dict[int, Callable[[], None]] = {}  # what happens at which look

    def __call__(self) -> float:
        self.at.get(self.count, lambda: None)()
        self.count += 1
        return float("inf") if self.count > self.until else 0.0

    @property
    def deadline(self) -> Deadline:
        return Deadline(1.0, self)


def kinds(*texts: str, deadline: Deadline) -> set[str]:
    return {finding.kind for finding in detect(reading(*texts), (SUBJECT,), deadline=deadline)}


@given(st.integers(0, 200))
def test_whenever_time_is_over_the_reporter_was_found_or_something_was_not_looked_at(until: int) -> None:
    texts = ("举报人张小鸣,电话 13800138000", LETTER, "无关 <0.a1b2@m.example>")
    wanted = {"name", "phone", "material", "thread"}
    found = kinds(*texts, deadline=Looks(until).deadline)
    assert wanted <= found or "uninspectable" in found


def test_what_was_found_before_time_was_over_is_told_too() -> None:
    looks = Looks()
    kinds("举报人张小鸣", deadline=looks.deadline)
    both = [kinds("举报人张小鸣", "好" * 90, deadline=Looks(n).deadline) for n in range(2 * looks.count)]
    assert {"name", "uninspectable"} in both


@pytest.mark.parametrize("text", ["您好", LETTER, "In-Reply-To <1@b.example>", "a@b.example " * 9])
def test_past_the_deadline_nothing_is_clean(text: str) -> None:
    found = detect(reading(text), (SUBJECT,), deadline=Looks(0).deadline)
    assert {(f.kind, f.detector, f.score) for f in found} == {("uninspectable", "search_timed_out", 1.0)}


def test_a_message_has_a_budget_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "FACTOR", 0.0)
    found = detect(reading("您好"), (SUBJECT,))
    assert {(f.kind, f.detector) for f in found} == {("uninspectable", "search_timed_out")}


def test_making_the_index_of_many_reports_takes_nothing_from_the_message_that_comes_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    spent = [0.0]

    class Slow(Segment):
        def __init__(self, subjects: Sequence[Subject]) -> None:
            spent[0] += 100.0
            super().__init__(subjects)

    monkeypatch.setattr(time, "thread_time", lambda: spent[0])
    monkeypatch.setattr(budget, "_OFTEN", 0.0)
    monkeypatch.setattr(pattern_index_cache, "Segment", Slow)
    monkeypatch.setattr("gateway.detection.detectors.identity.INDEXES", Indexes())
    assert {f.kind for f in detect(reading("电话13800138000"), (SUBJECT,))} == {"phone"}
    assert spent[0] == 100.0


def test_what_is_only_watched_makes_no_message_uninspectable() -> None:
    looks = Looks()
    detect(reading("电话13900139000"), (SUBJECT,), deadline=looks.deadline)
    watched = ThirdParties(("R-0",), binding=False)
    late = detect(reading("电话13900139000"), (SUBJECT,), third_parties=watched, deadline=Looks(looks.count).deadline)
    assert [(f.kind, f.variant) for f in late] == [("personal_data", "search_timed_out")]


def test_what_nobody_waits_for_is_abandoned() -> None:
    deadline = Deadline()
    deadline.cancel()
    with pytest.raises(Abandoned):
        detect(reading("您好"), (SUBJECT,), deadline=deadline)


def test_it_is_abandoned_wherever_it_stands() -> None:
    looks = Looks()
    texts = ("举报人张小鸣,电话 13800138000 wrote: a@b.example " + LETTER, "无关")
    third = ThirdParties(("R-0",))
    detect(reading(*texts), MANY, third_parties=third, deadline=looks.deadline)

    for leaving in range(looks.count - 1):
        clock = Looks()
        deadline = Deadline(1.0, clock)
        clock.at = {leaving: deadline.cancel}
        with pytest.raises(Abandoned):
            detect(reading(*texts), MANY, third_parties=third, deadline=deadline)


SHAPES = {
    "prose": "平台正在核实您上周五的一场直播,请提供当时的录屏。Could you send us the list of songs? 订单 20200918。",
    "letter": "a",
    "surname": "张",
    "signs": "@a@a",
    "blanks": " \t\n",
    "stars": "张*鸣 138****8000 ",
    "digits": "1 3 8 0 0 1 3 8 ",
    "names": "张小鸣举报人小鸣先生",
    "addresses": "xiaoming0@mail.example, ",
    "quoted": "2026-09-18 wrote: 发件人: a; From: b ",
    "letters handed in": LETTER,
    "marks": "张\u200b小\u00ad鸣",
    "own": "星儿",
    "dots": "xiaoming0@a.b.c.d.e.f.g.h",
    "cells": "13900139000\t",
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_clock_is_looked_at_all_along(name: str) -> None:
    """Between two looks there is never half a second of processor time, nor of any two shapes beside each other."""
    dice = random.Random(name)
    other = SHAPES[dice.choice(sorted(SHAPES))]
    text = (SHAPES[name] * 9 + other) * (80_000 // (len(SHAPES[name]) * 9 + len(other)) + 1)
    detect(reading("a@b.example 13800138000 张*鸣"), MANY, third_parties=ThirdParties(("R-0",)))  # loads what it needs

    def longest() -> float:
        """Seconds between two looks."""
        found, started = 0.0, time.thread_time()
        last = started

        def clock() -> float:
            nonlocal found, last
            now = time.thread_time()
            found, last = max(found, now - last), now
            return now - started

        detect(reading(text), MANY, third_parties=ThirdParties(("R-0",)), deadline=Deadline(1.0, clock))
        return found

    assert any(longest() < 0.5 for _ in range(3))  # a busy neighbour takes cache, and so processor time


@pytest.mark.parametrize("before", [BLOCK - 3, BLOCK - 2, BLOCK - 1, BLOCK, 2 * BLOCK - 7])
@pytest.mark.parametrize(
    "written",
    [
        "张小鸣",
        "138 0013 8000",
        "xiaoming0@mail.example",
        "张*鸣",
        "xm_feifei90",
        "章晓明投诉您",
        "138****8000",
        LETTER,
    ],
)
def test_a_sign_across_the_border_of_two_blocks_is_found(before: int, written: str) -> None:
    text = "字" * (before - 4) + "举报人:" + written + ",字" * 30
    near = detect(reading("字举报人:" + written + ",字" * 30), (SUBJECT,), 0.3)
    far = detect(reading(text), (SUBJECT,), 0.3)
    moved = len(text) - len("字举报人:" + written + ",字" * 30)
    assert near
    assert [(f.kind, f.variant, f.score) for f in far] == [(f.kind, f.variant, f.score) for f in near]
    assert [f.span for f in far] == [(f.span[0] + moved, f.span[1] + moved) for f in near if f.span]


def test_two_texts_that_are_the_same_are_looked_through_once() -> None:
    twice = reading("举报人张小鸣", "举报人张小鸣")
    scene = Scene.of(twice, (SUBJECT,))
    assert scene.views[0] is scene.views[1]
    assert [f.fragment for f in detect(twice, (SUBJECT,)) if f.kind == "name"] == [0, 1]
    once, both = Looks(), Looks()
    detect(reading("举报人张小鸣" * 999), (SUBJECT,), deadline=once.deadline)
    detect(reading(*["举报人张小鸣" * 999] * 2), (SUBJECT,), deadline=both.deadline)
    assert both.count < 1.6 * once.count


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1), st.integers(0, 30), st.integers(1, 9))
def test_spans_that_meet_are_told_from_spans_apart(others: list[tuple[int, int]], start: int, length: int) -> None:
    spans = [(at, at + wide) for at, wide in others]
    meets = any(first < start + length and start < last for first, last in spans)
    assert _SpanSet(spans).meets((start, start + length)) == meets


MEMORY_OF_A_TEXT = """
import resource, sys
from gateway.detection import detect
from gateway.formats import Source
from gateway.formats.registry import all_formats
from gateway.model import Location, Reading, TextFragment
sys.path.insert(0, {folder!r})
from test_budget import MANY

def looked_through(data):
    pieces = all_formats()["text"].read(Source(data, Location("1"), charset="utf-8"))
    detect(Reading(texts=tuple(piece for piece in pieces if isinstance(piece, TextFragment))), MANY)

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

line = "平台正在核实您上周五的第%d场直播,请提供当时的录屏。\\u200bCould you send us song no. %d?"
looked_through((line % (1, 1)).encode())
before = peak()
data = "\\n".join(line % (n, n) for n in range(40_000)).encode()
looked_through(data)
print(len(data), peak() - before)
"""


def test_reading_and_searching_a_long_text_takes_few_octets_for_each_of_its_own() -> None:
    code = MEMORY_OF_A_TEXT.format(folder=str(Path(__file__).parent))
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    octets, grown = map(int, done.stdout.split())
    assert octets > 4_000_000
    assert grown < 45 * octets
