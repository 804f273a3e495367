"""What is found of reporters, what it costs, and what is learned of them from letters.

    .venv/bin/python bench/identity.py found     recall and precision by variant, beside Presidio and a substring search
    .venv/bin/python bench/identity.py cost      10 KB against 1, 100, 3,000 and 100,000 reporters
    .venv/bin/python bench/identity.py letters   the learning step
    .venv/bin/python bench/identity.py lives     places, days, gifts and schools together, learned from a letter
    .venv/bin/python bench/identity.py words     everyday words that are names, such as no table of ours has

Everything is drawn by the seed. `--half tuning` shows the half that may be looked at while the detector is changed; the
other half is only reported.
"""

import argparse
import platform
import random
import sys
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from identity_cost import run_cost
from texts.letters import letters
from texts.lives import clean as asking
from texts.lives import leaking, life
from texts.lives import letter as told_of
from texts.mails import Clean, Leak, sets
from texts.people import Person, people
from texts.words import LEAKS, UNSEEN

from gateway.detection import detect
from gateway.detection.presidio import AnalyzerEngine, NoOpNlpEngine, PatternRecognizer, RecognizerRegistry
from gateway.identity import Subject, compile_report
from gateway.intake.extract import learn
from gateway.model import Item, Kind, Location, Medium, Party, Reading, Report, TextFragment, steps
from gateway.text.chinese_names import ORDINARY_WORDS

Found = Callable[[Person, str], list[tuple[int, int]]]
SEED = 20260918
THRESHOLD = 0.6


def values(person: Person) -> list[str]:
    """What a report gives of its reporter."""
    return [person.name, person.nickname, person.address, person.phone, person.wechat, person.qq, person.id_number]


def items(person: Person) -> tuple[Item, ...]:
    """The same as the report has it."""
    kinds: tuple[Kind, ...] = ("name", "nickname", "address", "phone", "account", "account", "government_id")
    return tuple(Item(kind, value) for kind, value in zip(kinds, values(person), strict=True))


def hushgate(everybody: list[Person]) -> Found:
    """Ours, told of one reporter at a time."""
    subjects: dict[str, Subject] = {}
    for number, person in enumerate(everybody):
        party = Party("星儿", ("xinger@streamers.example",), ("room:88412345",))
        subjects[person.name + person.phone] = compile_report(
            Report(f"R-{number}", "open", "", (party,), items(person))
        )

    def found(person: Person, text: str) -> list[tuple[int, int]]:
        reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
        hits = detect(reading, (subjects[person.name + person.phone],), THRESHOLD)
        return [hit.span for hit in hits if hit.span is not None]

    return found


def presidio(everybody: list[Person]) -> Found:
    """Presidio with its deny list of the same values."""
    engines: dict[str, AnalyzerEngine] = {}
    for person in everybody:
        recognizer = PatternRecognizer("REPORTER", deny_list=values(person), supported_language="zh")
        registry = RecognizerRegistry(supported_languages=["zh"], recognizers=[recognizer])
        nothing = NoOpNlpEngine(models=[{"lang_code": "zh", "model_name": ""}])
        engines[person.phone] = AnalyzerEngine(registry=registry, nlp_engine=nothing, supported_languages=["zh"])
    return lambda person, text: [(hit.start, hit.end) for hit in engines[person.phone].analyze(text, "zh")]


def substring(everybody: list[Person]) -> Found:
    """The values themselves, wherever they stand."""

    def found(person: Person, text: str) -> list[tuple[int, int]]:
        spans = []
        for value in values(person):
            at = text.find(value)
            while at >= 0:
                spans.append((at, at + len(value)))
                at = text.find(value, at + 1)
        return spans

    return found


def run_found(half: str, misses: bool) -> None:
    """Print recall and precision by variant and difficulty."""
    everybody = people(SEED)
    leaks, cleans = sets(everybody, SEED)[half]
    print(f"{half} half: {len(leaks)} leaks, {len(cleans)} clean texts, {len(everybody)} reporters, seed {SEED}\n")
    searchers = {"hushgate": hushgate(everybody), "presidio": presidio(everybody), "substring": substring(everybody)}
    rows: dict[tuple[str, str], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    stray: dict[str, int] = defaultdict(int)
    right: dict[str, int] = defaultdict(int)
    for leak in leaks:
        for name, found in searchers.items():
            spans = found(leak.person, leak.text)
            hit = [span for span in spans if span[0] < leak.end and leak.start < span[1]]
            right[name] += len(hit)
            stray[name] += len(spans) - len(hit)
            rows[leak.difficulty, leak.variant][name].append(bool(hit))
            if misses and name == "hushgate" and (not hit or len(hit) < len(spans)):
                _show(leak, spans)
    names = tuple(searchers)
    print(f"{'':8}{'variant':24}{'texts':>6}" + "".join(f"{name:>11}" for name in names))
    for difficulty in ("plain", "varied", "hard"):
        whole: dict[str, list[bool]] = defaultdict(list)
        for (one, variant), results in sorted(rows.items()):
            if one == difficulty:
                shares = [sum(results[name]) / len(results[name]) for name in names]
                print(f"{'':8}{variant:24}{len(results['hushgate']):>6}" + "".join(f"{s:>11.3f}" for s in shares))
                for name in names:
                    whole[name] += results[name]
        shares = [sum(whole[name]) / len(whole[name]) for name in names]
        print(f"{difficulty:8}{'all':24}{len(whole['hushgate']):>6}" + "".join(f"{s:>11.3f}" for s in shares) + "\n")
    precision = [right[name] / max(1, right[name] + stray[name]) for name in names]
    print(f"{'':8}{'precision in leaks':24}{len(leaks):>6}" + "".join(f"{s:>11.3f}" for s in precision))
    _print_clean(cleans, searchers, names, misses)


def _print_clean(cleans: list[Clean], searchers: dict[str, Found], names: tuple[str, ...], misses: bool) -> None:
    stopped = dict.fromkeys(names, 0)
    for clean in cleans:
        for name, found in searchers.items():
            spans = found(clean.person, clean.text)
            stopped[name] += bool(spans)
            if misses and spans and name == "hushgate":
                print("STOPPED", clean.person.name, [clean.text[a:b] for a, b in spans], repr(clean.text))
    print(
        f"{'':8}{'clean texts stopped':24}{len(cleans):>6}"
        + "".join(f"{stopped[n] / len(cleans):>11.4f}" for n in names)
    )


def run_words() -> None:
    """Print how often a name that is an everyday word stops what does not mean it, and is missed where it is meant."""
    lines = [line.split("|") for line in UNSEEN.split("\n") if line]
    assert not ORDINARY_WORDS & {word for word, _ in lines}, "these are to be words that the table lacks"
    stopped, missed, leaks = [], [], 0
    for number, (word, sentence) in enumerate(lines):
        party = Party("星儿", ("xinger@streamers.example",))
        subject = compile_report(Report(f"R-{number}", "open", "", (party,), (Item("name", word),)))
        for text in (sentence, *(leak.format(word) for leak in LEAKS)):
            hits = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (subject,), THRESHOLD)
            if text == sentence:
                stopped += [word] if hits else []
            else:
                leaks += 1
                missed += [] if hits else [f"{word} in {text}"]
    print(f"clean texts stopped: {len(stopped)} of {len(lines)} {' '.join(stopped)}")
    print(f"leaks missed: {len(missed)} of {leaks} {', '.join(missed)}")


def _show(leak: Leak, spans: list[tuple[int, int]]) -> None:
    around = leak.text[max(0, leak.start - 30) : leak.end + 20].replace("\n", "⏎")
    print("MISS" if not any(a < leak.end and leak.start < b for a, b in spans) else "STRAY", end=" ")
    print(
        leak.person.name,
        leak.variant,
        repr(leak.text[leak.start : leak.end]),
        "|",
        around,
        [leak.text[a:b] for a, b in spans],
    )


def run_letters(seed: int, misses: bool) -> None:
    """Print what was learned of letters: the writer's name and phone, and people who were taken for the writer."""
    rows: dict[str, list[tuple[bool, bool, int, int]]] = defaultdict(list)
    for letter in letters(seed):
        medium: Medium = "picture" if letter.layout == "picture" else "document"
        fragment = TextFragment(Location("1", (steps.file("letter.docx"),)), medium, letter.text)
        found = learn(
            Reading(texts=(fragment,)), "letter", (Party("", ("xinger@streamers.example",)),), ("platform.example",)
        )
        names = {item.value: item.state for item in found if item.kind in ("name", "nickname")}
        wrong = [value for value in names if value != letter.name]
        sure = [value for value in wrong if names[value] != "suggested"]
        phone = any(item.kind == "phone" and letter.phone in item.value.replace(" ", "") for item in found)
        rows[letter.layout].append(
            (letter.name in names, phone or letter.phone not in letter.text, len(sure), len(wrong))
        )
        if misses and (letter.name not in names or wrong or not phone):
            print(letter.layout, letter.name, names, "phone" if phone else "no phone", repr(letter.text[-60:]))
    print(f"{'layout':14}{'letters':>8}{'name':>8}{'phone':>8}{'others sure':>13}{'others suggested':>18}")
    rows["all"] = [row for some in list(rows.values()) for row in some]
    for layout, some in rows.items():
        count = len(some)
        shares = [sum(row[i] for row in some) / count for i in (0, 1)]
        certain, others = sum(row[2] for row in some), sum(row[3] for row in some)
        print(f"{layout:14}{count:>8}{shares[0]:>8.3f}{shares[1]:>8.3f}{certain:>13}{others - certain:>18}")


def run_lives(half: str, misses: bool) -> None:
    """Print how many mails are stopped that repeat three sorts of a letter's circumstances, and how many others."""
    r = random.Random(f"{SEED}{half}")
    party = Party("星儿", ("xinger@streamers.example",))
    learned, found, stopped, count = 0, 0, 0, 300
    for number in range(count):
        one = life(r)
        text = told_of(one, r)
        reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
        items = [item for item in learn(reading, "信", (party,)) if item.kind == "circumstance"]
        sorts = {item.detail for item in items}
        whole = {"place", "time", "gift", "amount", "school" if one.is_school else "employer"}
        learned += len(sorts & whole)
        subject = compile_report(Report(f"R-{number}", "open", "", (party,), tuple(items)))
        for mail, is_leak in ((leaking(one, r), True), (asking(one, r), False)):
            hits = detect(Reading(texts=(TextFragment(Location("1"), "text", mail),)), (subject,), THRESHOLD)
            found += bool(hits) and is_leak
            stopped += bool(hits) and not is_leak
            if misses and bool(hits) != is_leak:
                print("missed" if is_leak else "stopped", mail, sorted((i.detail, i.value) for i in items))
    print(f"{half} half, {count} letters: learned {learned / count / 5:.3f} of what they say of their writers")
    print(f"mails that repeat three sorts: found {found / count:.3f}; others stopped: {stopped} of {count}")


def main() -> None:
    """Choose by name."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=("found", "cost", "letters", "lives", "words"))
    parser.add_argument("--half", choices=("tuning", "report"), default="report")
    parser.add_argument("--reporters", default="1,100,3000,100000", help="of `cost`")
    parser.add_argument("--misses", action="store_true", help="print what was missed (of the tuning half alone)")
    chosen = parser.parse_args()
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}")
    if chosen.what == "found":
        run_found(chosen.half, chosen.misses and chosen.half == "tuning")
    elif chosen.what == "cost":
        run_cost([int(count) for count in chosen.reporters.split(",")])
    elif chosen.what == "words":
        run_words()
    elif chosen.what == "lives":
        run_lives(chosen.half, chosen.misses and chosen.half == "tuning")
    else:
        run_letters(SEED if chosen.half == "report" else SEED + 1, chosen.misses and chosen.half == "tuning")


if __name__ == "__main__":
    main()
