"""Do published tricks get a report past the line, and how many odd but innocent mails does it hold for them?

    .venv/bin/python bench/evasions.py [--noxxi CHECKOUT] [--every N] [--all]

Own cases (`tests/corpus`) and, with a checkout of github.com/noxxi/mime-is-broken, its mails with their payload
replaced by the report. Each goes through the inspection line with jailed readers, to a reported party; what leaves is
searched by the oracle of the tests, which decodes in every way it knows. Then the same mails without a report in them.
`--every N` takes each N-th; `--all` names every mail that leaked or was held for its oddness.
"""

import argparse
import platform
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import noxxi

from corpus.evasions import CASES
from corpus.oracle import seen
from corpus.report import ACCOUNT, NAME, PAYLOAD, PHONE, QUOTED, Line, line, sent
from gateway.model import Examination
from gateway.smtp.data_framing import clean_lines

INNOCENT = (
    "请您在三个工作日内说明当晚直播中提到的商品来源，并提供录屏。平台会依据社区规范处理，感谢您的配合。"
    "如有疑问请回复本邮件，客服热线四百八百。"
)
NEEDLES = (NAME, PHONE, QUOTED[:14], ACCOUNT)
ODD = frozenset(("malformed", "uninspectable"))
Mail = tuple[str, bytes, tuple[str, ...]]
"""(kind, mail, what it must not show)"""


def outcome(examination: Examination, content: bytes, needles: tuple[str, ...]) -> str:
    """What became of a mail that carries a report."""
    left = sent(examination, content)
    if left is not None and seen(left, needles):
        return "LEAKED"
    if examination.decision.action == "pass":
        return "passed"
    if left is not None:
        return "rewritten"
    return "held, odd alone" if odd_alone(examination) else "held, found"


def odd_alone(examination: Examination) -> bool:
    return all(finding.kind in ODD for finding in examination.findings)


def own(words: str, every: int) -> Iterator[Mail]:
    for case in CASES[::every]:
        yield case.id, case.build(words), NEEDLES


def published(folder: Path, report: bool, every: int) -> Iterator[Mail]:
    for number, (name, _, mail) in enumerate(noxxi.contents(folder, (PAYLOAD if report else INNOCENT).encode())):
        if mail is None:
            print(f"  payload not found in {name}")
        elif not number % every:
            yield f"content-{name}", mail, NEEDLES
    for number, (name, _, mail) in enumerate(noxxi.filenames(folder, ACCOUNT if report else "abcdefghijk")):
        # The set has four mails that hide nothing; a name that is cut in two loses its second half in those.
        if mail is not None and not name.endswith(".png") and not number % every:
            yield f"filename-{name}", mail, (ACCOUNT,)


def table(judge: Line, mails: Iterable[Mail], names: bool) -> None:
    rows: dict[str, Counter[str]] = {}
    told = []
    slowest = 0.0
    for name, mail, needles in mails:
        started = time.monotonic()
        examination = judge.judged(mail)
        slowest = max(slowest, time.monotonic() - started)
        row = rows.setdefault(name.partition("-")[0], Counter())
        row["mails"] += 1
        row[outcome(examination, mail, needles)] += 1
        row["(SMTP refuses)"] += not clean_lines(mail)
        if sent(examination, mail) is not None and seen(sent(examination, mail) or b"", needles):
            told.append(name)
        elif examination.decision.action == "pass":
            told.append(f"{name} (passed, nothing seen)")
    columns = ("mails", "held, found", "held, odd alone", "rewritten", "passed", "LEAKED", "(SMTP refuses)")
    printed(rows, columns)
    print(f"  slowest verdict {slowest:.1f} s")
    for name in told if names or len(told) <= 20 else told[:20]:
        print(f"  {name}")


def innocent(judge: Line, mails: Iterable[Mail], names: bool) -> None:
    rows: dict[str, Counter[str]] = {}
    reasons: Counter[str] = Counter()
    for name, mail, _ in mails:
        examination = judge.judged(mail)
        row = rows.setdefault(name.partition("-")[0], Counter())
        row["mails"] += 1
        if examination.decision.action in ("pass", "redact"):
            row["went out"] += 1
        elif odd_alone(examination):
            row["held"] += 1
            reasons.update({finding.detector for finding in examination.findings})
            if names:
                print(f"  {name}: {', '.join(sorted({f.detector for f in examination.findings}))}")
        else:
            row["held, found"] += 1
    printed(rows, ("mails", "went out", "held", "held, found"))
    print("  reasons: " + ", ".join(f"{reason} {count}" for reason, count in reasons.most_common()))


def printed(rows: dict[str, Counter[str]], columns: tuple[str, ...]) -> None:
    print("  " + " " * 12 + "".join(f"{column:>17}" for column in columns))
    total: Counter[str] = Counter()
    for name, row in rows.items():
        total.update(row)
        print(f"  {name:12}" + "".join(f"{row[column]:>17}" for column in columns))
    print(f"  {'all':12}" + "".join(f"{total[column]:>17}" for column in columns))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--noxxi", type=Path, metavar="CHECKOUT")
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--all", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, line(Path(folder)) as judge:
        print("own cases, each with the report in it")
        table(judge, own(PAYLOAD, asked.every), asked.all)
        print("the same without a report")
        innocent(judge, own(INNOCENT, asked.every), asked.all)
        if asked.noxxi:
            print("noxxi/mime-is-broken, payload replaced by the report")
            table(judge, published(asked.noxxi, True, asked.every), asked.all)
            print("the same without a report")
            innocent(judge, published(asked.noxxi, False, asked.every), asked.all)
    print(f"Python {platform.python_version()}, {platform.machine()}, {platform.system()} {platform.release()}")


if __name__ == "__main__":
    main()
