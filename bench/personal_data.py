# ruff: noqa: E501  # tables of written numbers stand whole
"""Personal data of third parties (`personal_data = "on"`): what is found, and which clean texts would be stopped.

    .venv/bin/python bench/personal_data.py            # --misses prints what was missed, and every clean text stopped
    .venv/bin/python bench/personal_data.py --cost     # of one look, beside Presidio's recognizers over the same text

Clean: the 800 clean texts of `identity.py`, and as many full of numbers that are nobody's: orders, rooms, users, sums,
dates, landlines, versions, tables. Leaking: one number of an invented person in each way of writing, in those texts.
Beside it Presidio's own recognizers as they come, told to look at Chinese text, and ours without the organisation's own
number in `personal_data_allowed` (`unlisted`). Everything is drawn by the seed.
"""

import argparse
import platform
import random
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from texts.mails import sets
from texts.people import people

from gateway.detection import ThirdParties, detect
from gateway.detection.presidio import (
    AnalyzerEngine,
    CreditCardRecognizer,
    NoOpNlpEngine,
    PhoneRecognizer,
    RecognizerRegistry,
)
from gateway.identity import compile_report
from gateway.model import Location, Party, Reading, Report, TextFragment

SEED = 20260918
OPERATOR = "13900139000"
"""The operator whom the clean texts of `identity.py` tell the streamer to call: the organisation's own number."""
Spans = list[tuple[int, int]]
PROVINCES = "京津沪渝冀豫辽黑湘皖鲁苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"
FRAMES = (
    "请直接联系李女士{}说明情况。", "对方留下的是{}，请勿外传。", "详情见附表：{}", "Please contact her at {} today.",
    "那位观众的{}", "{}是刘先生的，请核对。", "车主/持卡人：王某 {}，", "用户反馈中写有{}。",
)  # fmt: skip


def digits(r: random.Random, count: int) -> str:
    return "".join(r.choice("0123456789") for _ in range(count))


def mobile(r: random.Random) -> str:
    return r.choice(("130", "135", "138", "139", "150", "159", "177", "186", "188", "199")) + digits(r, 8)


def luhn(head: str) -> str:
    total = sum(d * 2 - 9 * (d > 4) if place % 2 == 0 else d for place, d in enumerate(map(int, head[::-1])))
    return head + str(-total % 10)


def resident(r: random.Random) -> str:
    head = f"{r.choice(('11', '31', '44', '51', '62', '83'))}{digits(r, 4)}{r.randrange(1950, 2010)}"
    head += f"{r.randrange(1, 13):02}{r.randrange(1, 29):02}{digits(r, 3)}"
    return head + "10X98765432"[sum(int(d) * pow(2, 17 - i, 11) for i, d in enumerate(head)) % 11]


def plate(r: random.Random) -> str:
    body = r.choice((digits(r, 5), "A" + digits(r, 4), digits(r, 3) + "KP", "D" + digits(r, 5)))
    return r.choice(PROVINCES) + r.choice("ABCDEFGH") + body


def wide(text: str) -> str:
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)


def writings(r: random.Random) -> Iterator[tuple[str, str, str]]:
    """(kind, way, as it is written)."""
    m, i, p = mobile(r), resident(r), plate(r)
    c, v = luhn("62" + digits(r, r.choice((13, 16)))), luhn("4" + digits(r, 14))
    spoken = str.maketrans("0123456789", r.choice(("零一二三四五六七八九", "洞幺两三四五六拐八勾")))
    yield from (
        ("phone", "plain", m), ("phone", "spaces", f"{m[:3]} {m[3:7]} {m[7:]}"), ("phone", "dashes", f"{m[:3]}-{m[3:7]}-{m[7:]}"),
        ("phone", "+86", f"+86 {m}"), ("phone", "0086", f"0086-{m}"), ("phone", "full width", wide(m)),
        ("phone", "invisible", "\u200b".join((m[:3], m[3:7], m[7:]))), ("phone", "numerals", m.translate(spoken)),
        ("phone", "one by one", " ".join(m)), ("phone", "Hong Kong", f"+852 6{digits(r, 3)} {digits(r, 4)}"),
        ("id", "plain", i), ("id", "groups", f"{i[:6]} {i[6:14]} {i[14:]}"), ("id", "full width", wide(i)),
        ("card", "UnionPay", c), ("card", "fours", " ".join(c[at : at + 4] for at in range(0, len(c), 4))),
        ("card", "Visa", v), ("card", "dashes", "-".join(v[at : at + 4] for at in range(0, 16, 4))),
        ("plate", "plain", p), ("plate", "dot", f"{p[:2]}·{p[2:]}"), ("plate", "small letters", p.lower()), ("plate", "full width", wide(p)),
    )  # fmt: skip


def numbers_of_nobody(r: random.Random) -> str:
    """A clean text full of numbers."""
    year = f"2026{r.randrange(1, 13):02}{r.randrange(1, 29):02}"
    lines = [
        f"订单号{year}{digits(r, 10)}，金额{r.randrange(10**6)}.{digits(r, 2)}元。", f"订单编号：{mobile(r)}", f"房间号 {mobile(r)}",
        f"流水号 {luhn('62' + digits(r, 13))}", f"用户ID：{mobile(r)}，UID {digits(r, 11)}", f"热线 400-{digits(r, 3)}-{digits(r, 4)}",
        f"公司电话 0{r.choice(('10', '21', '20'))}-{r.randrange(2, 9)}{digits(r, 7)}", f"直播 {year[:4]}-{year[4:6]}-{year[6:]} 20:{r.randrange(10, 60)} 至 23:30",
        f"累计 {mobile(r)} 次观看，礼物{digits(r, 9)}钻石", f"https://live.example/{mobile(r)}?t=17{digits(r, 11)}", f"版本 {r.randrange(9)}.{r.randrange(20)}.{digits(r, 4)}",
        " ".join(str(r.randrange(10 ** r.randrange(1, 6))) for _ in range(30)), f"IMG_{year}_{digits(r, 6)}.jpg、mmexport17{digits(r, 11)}.jpg",
        f"Order no. {mobile(r)}, ticket #{digits(r, 8)}", f"最新A{digits(r, 5)}型号，阿里云B{digits(r, 5)}", f"税号 91440101MA{digits(r, 6)}XX",
        f"快递单号 SF{digits(r, 13)}、{digits(r, 12)}", f"QQ群 {r.randrange(1, 10)}{digits(r, 8)}", f"IP 10.{r.randrange(256)}.{r.randrange(256)}.{r.randrange(256)}，端口{r.randrange(65536)}",
    ]  # fmt: skip
    return "您好！\n" + "\n".join(r.sample(lines, 6))


def hushgate(*own: str) -> Callable[[str], Spans]:
    """Ours; `own` are numbers of the organisation, as `personal_data_allowed` lists them."""
    subject = compile_report(
        Report("R-1", "open", "", (Party("星儿", ("xinger@streamers.example",), ("room:88412345",)),))
    )

    def found(text: str) -> Spans:
        reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
        hits = detect(reading, (subject,), third_parties=ThirdParties(("R-1",), frozenset(own)))
        return [hit.span for hit in hits if hit.kind == "personal_data" and hit.span]

    return found


def presidio() -> Callable[[str], Spans]:
    ready = [
        PhoneRecognizer(supported_language="zh", supported_regions=("CN", "HK", "TW")),
        CreditCardRecognizer(supported_language="zh"),
    ]
    registry = RecognizerRegistry(supported_languages=["zh"], recognizers=ready)
    nothing = NoOpNlpEngine(models=[{"lang_code": "zh", "model_name": ""}])
    engine = AnalyzerEngine(registry=registry, nlp_engine=nothing, supported_languages=["zh"])
    return lambda text: [(hit.start, hit.end) for hit in engine.analyze(text, "zh")]


def run_cost() -> None:
    """Interleaved, the median of five; ours with normalising and everything else that a first look at a text takes."""
    r = random.Random(SEED)
    table = "\n".join(" ".join(str(r.randrange(10 ** r.randrange(1, 9))) for _ in range(9)) for _ in range(1000))
    everyday = "您好，关于11月25日的直播，请核对订单号与金额128.50元。Please see room 88412345. " * 200
    texts = {
        "10 KB everyday": everyday[:10240],
        "10 KB of mobile numbers": " ".join(mobile(r) for _ in range(853)),
        "a table of numbers": table,
    }
    subject = compile_report(Report("R-1", "open", "", (Party("星儿", ("xinger@streamers.example",)),)))
    wanted, theirs = ThirdParties(("R-1",)), presidio()
    for name, text in texts.items():
        reading = Reading(texts=(TextFragment(Location("1"), "text", text),))
        times: dict[str, list[float]] = defaultdict(list)
        for _ in range(5):
            for who, look in (
                ("off", lambda reading=reading: detect(reading, (subject,))),
                ("on", lambda reading=reading: detect(reading, (subject,), third_parties=wanted)),
                ("presidio", lambda text=text: theirs(text)),
            ):
                started = time.perf_counter()
                look()
                times[who].append((time.perf_counter() - started) * 1000)
        off, on, plain = (statistics.median(times[who]) for who in ("off", "on", "presidio"))
        print(
            f"{name} ({len(text):,} characters): off {off:.1f} ms, on {on:.1f} ms, presidio {plain:.1f} ms, on/presidio {on / plain:.2f}"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--cost", action="store_true")
    chosen = parser.parse_args()
    misses = chosen.misses
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()}, seed {SEED}")
    if chosen.cost:
        run_cost()
        return
    r = random.Random(SEED)
    searchers = {"hushgate": hushgate(OPERATOR), "unlisted": hushgate(), "presidio": presidio()}
    halves = sets(people(SEED), SEED)
    clean = [one.text for half in halves.values() for one in half[1]]
    # Of the clean texts of identity.py some give a mobile number of a warehouse: clean of the reporter, and not of this.
    warehouse = [text for text in clean if "仓库电话" in text]
    groups = {
        "clean texts of identity.py": [text for text in clean if "仓库电话" not in text],
        "the same, with a mobile number": warehouse,
        "clean, full of numbers": [numbers_of_nobody(r) for _ in range(800)],
    }
    for name, texts in groups.items():
        stopped = {who: [text for text in texts if found(text)] for who, found in searchers.items()}
        print(f"{name}: {len(texts)} texts, stopped " + ", ".join(f"{who} {len(s)}" for who, s in stopped.items()))
        if misses and texts is not warehouse:
            for text in stopped["hushgate"]:
                print("  ", [text[slice(*span)] for span in searchers["hushgate"](text)], text.replace("\n", " / "))
    rows: dict[tuple[str, str], dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
    right: dict[str, int] = defaultdict(int)
    stray: dict[str, int] = defaultdict(int)
    around = groups["clean texts of identity.py"]
    for _ in range(60):
        for kind, way, written in writings(r):
            before, behind = r.choice(FRAMES).split("{}")
            head = r.choice(around) + "\n" + before
            text = f"{head}{written}{behind}\n{r.choice(around)}"
            start, end = len(head), len(head) + len(written)
            for who, found in searchers.items():
                spans = found(text)
                hits = [span for span in spans if span[0] < end and start < span[1]]
                whole = any(span[0] <= start and end <= span[1] for span in hits)
                right[who] += len(hits)
                stray[who] += len(spans) - len(hits)
                rows[kind, way][who].append(whole)
                if misses and who == "hushgate" and not whole:
                    print("missed", kind, way, repr(before + written + behind), spans)
    print(f"\n{'kind':8}{'written':16}{'texts':>6}" + "".join(f"{who:>11}" for who in searchers))
    for (kind, way), row in rows.items():
        shares = [sum(row[who]) / len(row[who]) for who in searchers]
        print(f"{kind:8}{way:16}{len(row['hushgate']):>6}" + "".join(f"{share:>11.3f}" for share in shares))
    for who in searchers:
        every = [hit for row in rows.values() for hit in row[who]]
        precision = right[who] / max(1, right[who] + stray[who])
        print(f"{who}: recall {sum(every) / len(every):.4f} of {len(every)}, precision {precision:.4f}")


if __name__ == "__main__":
    main()
