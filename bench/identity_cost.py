"""What looking for many reporters costs: 10 KB of mail against 1, 100, 3,000 and 100,000 of them.

Processor time of one thread, since the machine is shared; the peers are measured in the same run, between our rounds.
"""

import os
import random
import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from ahocorasick_rs import AhoCorasick
from texts.sentences import CLEAN_EN, CLEAN_ZH

from gateway.detection.context import Scene
from gateway.detection.detectors.identity import DETECTOR
from gateway.detection.pattern_index_cache import INDEXES
from gateway.detection.presidio import AnalyzerEngine, NoOpNlpEngine, PatternRecognizer, RecognizerRegistry
from gateway.identity import Subject, compile_report
from gateway.model import Finding, Item, Location, Party, Reading, Report, TextFragment

SIZE = 10_240
MOST_FOR_PRESIDIO = 3000  # its deny list is one regular expression; of 100,000 names it does not come back
FAMILY = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
FAMILY += "余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石"
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华慧巧美玲红春菊兰凤洁梅琳素云莲真环雪荣爱妹香月莺"
GIVEN += "媛瑞凡佳嘉琼勤珍贞莉璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷丹蓉眉君琴蕊薇菁梦"
GIVEN += "岚苑婕馨瑗琰韵融园艺咏卿聪澜纯毓悦昭冰爽琬茗羽希宁欣飘育滢馥筠柔竹霭凝晓欢霄枫芸菲寒伊亚宜可姬舒"
GIVEN += "影荔枝思鸣飞鹏宇浩轩博文志建国庆子涵梓"


def reporters(count: int) -> Iterator[tuple[Item, ...]]:
    """Each with name, nickname, address, phone, account and id."""
    r = random.Random(count)
    for _ in range(count):
        name = r.choice(FAMILY) + "".join(r.choice(GIVEN) for _ in range(r.choice((1, 2, 2, 2))))
        nickname = "".join(r.choice(GIVEN + FAMILY) for _ in range(4)) + r.choice(("", "", "呀", "ii"))
        yield (
            Item("name", name),
            Item("nickname", nickname),
            Item("address", f"u{r.randrange(10**7)}@mail{r.randrange(50)}.example"),
            Item("phone", f"1{r.randrange(3 * 10**9, 10**10)}"),
            Item("account", f"wx_{r.randrange(10**8)}"),
            Item("government_id", str(r.randrange(10**17, 10**18))),
        )


def mail_text() -> str:
    """10 KB of everyday mail, three parts Chinese to one English."""
    lines = [*CLEAN_ZH.strip().split("\n"), *CLEAN_EN.strip().split("\n")]
    random.Random(1).shuffle(lines)
    text = ""
    while len(text.encode()) < SIZE:
        text += lines[len(text) % len(lines)] + "\n"
    return text


def run_cost(counts: Sequence[int]) -> None:
    """Print the table."""
    text = mail_text()
    reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
    print(f"{len(text.encode())} octets, {len(text)} characters; processor time of one thread, median of rounds\n")
    print(
        f"{'reporters':>10}{'index':>10}{'memory':>10}{'hushgate':>11}{'presidio':>11}{'bare AC':>10}{'findings':>10}"
    )
    for count in counts:
        before = _resident()
        started = time.thread_time()
        party = Party("星儿", ("xinger@streamers.example",))
        subjects: tuple[Subject, ...] = tuple(
            compile_report(Report(f"R-{i}", "open", "", (party,), items)) for i, items in enumerate(reporters(count))
        )
        INDEXES.of(subjects)
        built, used = time.thread_time() - started, _resident() - before
        ours = partial(_searched, reading, subjects)
        values = [item.value for items in reporters(count) for item in items]
        automaton = AhoCorasick(values)
        peers: dict[str, Callable[[], object]] = {
            "ours": ours,
            "bare": partial(automaton.find_matches_as_indexes, text, overlapping=True),
        }
        if count <= MOST_FOR_PRESIDIO:
            engine = _deny_list([items[0].value for items in reporters(count)])
            peers["presidio"] = partial(engine.analyze, text, "zh")
        found = len(ours())
        times = _interleaved(peers, 40 if count <= MOST_FOR_PRESIDIO else 25)
        presidio = f"{times['presidio']:.2f} ms" if "presidio" in times else "not run"
        ours_ms, bare_ms = f"{times['ours']:.2f} ms", f"{times['bare']:.2f} ms"
        print(f"{count:>10}{built:>8.1f} s{used:>7.0f} MB{ours_ms:>11}{presidio:>11}{bare_ms:>10}{found:>10}")


def _searched(reading: Reading, subjects: tuple[Subject, ...]) -> list[Finding]:
    return list(DETECTOR.find(Scene.of(reading, subjects)))


def _interleaved(work: dict[str, Callable[[], object]], rounds: int) -> dict[str, float]:
    spent: dict[str, list[float]] = {name: [] for name in work}
    for _ in range(rounds):
        for name, each in work.items():
            started = time.thread_time()
            each()
            spent[name].append(1000 * (time.thread_time() - started))
    return {name: statistics.median(times) for name, times in spent.items()}


def _deny_list(names: Sequence[str]) -> AnalyzerEngine:
    recognizer = PatternRecognizer("REPORTER", deny_list=list(names), supported_language="zh")
    registry = RecognizerRegistry(supported_languages=["zh"], recognizers=[recognizer])
    nothing = NoOpNlpEngine(models=[{"lang_code": "zh", "model_name": ""}])
    return AnalyzerEngine(registry=registry, nlp_engine=nothing, supported_languages=["zh"])


def _resident() -> float:
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
