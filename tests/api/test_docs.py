"""What docs/api.md says is so: its table of calls, and each of its commands, run by a real curl."""

import os
import re
import subprocess
from pathlib import Path

from api.conftest import Api, mail
from corpus.report import NAME, PHONE, REPORTED, STAFF
from gateway.inspection.serialize import as_json
from gateway.intake import jsonl
from gateway.model import Decision, Examination
from gateway.model.scopes import SCOPES

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_has_the_calls_that_there_are(api: Api) -> None:
    told = set(re.findall(r"^\| `([A-Z]+) (/\S+)` \| `([\w:]+)` \|$", PAGE, re.M))
    paths = api.ask("GET", "/openapi.json").json()["paths"]
    there = {
        (method.upper(), path, call["description"].split("`")[1])
        for path, methods in paths.items()
        for method, call in methods.items()
    }
    assert told == there
    assert {scope for scope in SCOPES if f"| `{scope}` |" in PAGE} == set(SCOPES)


def test_a_report_is_described_with_the_keys_that_are_taken(api: Api) -> None:
    shapes = api.ask("GET", "/openapi.json").json()["components"]["schemas"]
    assert shapes["ReportIn"]["properties"].keys() == jsonl._REPORT
    assert shapes["ReporterIn"]["properties"].keys() == jsonl._REPORTER


def test_every_answer_has_the_keys_that_are_described_and_no_other(api: Api) -> None:
    shapes = api.ask("GET", "/openapi.json").json()["components"]["schemas"]
    held, headers = api.hold(), {"Content-Type": "message/rfc822"}
    way = {"sender": STAFF, "recipient": REPORTED}
    inspected = api.ask("POST", "/inspect", params=way, content=mail("核实", NAME), headers=headers).json()
    detail = api.ask("GET", f"/quarantine/{held}").json()
    answers = [
        ("ReportEntry", api.ask("GET", "/reports").json()["items"][0]),
        ("ReportDetail", api.ask("GET", "/reports/R-2020-0918").json()),
        ("HeldEntry", api.ask("GET", "/quarantine").json()["items"][0]),
        ("HeldDetail", detail),
        ("Inspected", inspected),
        *(("FindingShown", one) for one in (*detail["findings"], *inspected["findings"])),
    ]
    for name, answer in answers:
        assert set(shapes[name]["required"]) <= answer.keys() <= shapes[name]["properties"].keys(), name


def test_what_rules_that_only_watch_would_do_is_described(api: Api) -> None:
    shapes = api.ask("GET", "/openapi.json").json()["components"]["schemas"]
    watched = Decision("pass", "all", "digest", would="quarantine", would_rule="all")
    assert as_json(Examination(watched)).keys() == shapes["Inspected"]["properties"].keys()


def test_every_command_does_what_it_says(api: Api, tmp_path: Path) -> None:
    commands = re.findall(r"^    (curl .*)$", PAGE, re.M)
    assert len(commands) == 10
    letter = f"举报人：{NAME}\n联系电话：{PHONE}\n举报内容：……\n"
    (tmp_path / "letter.txt").write_text(letter, encoding="utf-8")
    (tmp_path / "mail.eml").write_bytes(mail("核实", f"举报人{NAME}"))
    known = {"HUSHGATE": api.url, "TOKEN": api.secret, "HELD": api.hold(), "PATH": os.environ["PATH"]}
    for command in commands:
        done = subprocess.run(
            ["bash", "-c", command], env=known, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, (command, done.stderr)
        assert NAME not in done.stdout
        assert PHONE not in done.stdout
