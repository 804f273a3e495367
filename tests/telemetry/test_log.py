"""Nothing that came from a message reaches the log."""

import io
import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.telemetry.events import MessageDecided, MessageDeferred, unexpected
from gateway.telemetry.log import emit, render

NOW = datetime(2020, 9, 18, 10, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Careless:
    value: Any


def written(value: Any) -> Any:
    return json.loads(render(Careless(value), NOW))["value"]


def test_an_event_is_one_line_of_json() -> None:
    event = MessageDecided("9f8a7b6c", "quarantine", "avatar-held", 1, 2, 3, 4096, 12, "Q-ABCDEFGHIJ")
    stream = io.StringIO()
    emit(event, stream)
    line = stream.getvalue()
    assert line.endswith("\n")
    assert line.count("\n") == 1
    found = json.loads(line)
    assert (found["event"], found["message"], found["action"]) == ("MessageDecided", "9f8a7b6c", "quarantine")
    assert found["time"].endswith("Z")
    assert json.loads(render(event, NOW))["time"] == "2020-09-18T10:00:00.000Z"


@pytest.mark.parametrize(
    "secret",
    [
        "张小鸣",
        "xiaoming@mail.example",
        "13800138000",
        "440106199001011234",
        "138-0013-8000",
        13800138000,
        "a b",
        "x" * 65,
        "a\nb",
        "",
        b"zhang",
        ["zhang"],
        {"zhang": 1},
        ValueError("zhang"),
        float("nan"),
    ],
)
def test_a_value_that_could_be_somebodys_words_is_not_written(secret: Any) -> None:
    assert written(secret) == ("" if secret == "" else "?")


@pytest.mark.parametrize("harmless", [0, 1.5, True, None, "no-report", "Q-ABCDEFGHIJ", "R-2020-0918", "1.2.3"])
def test_numbers_and_short_words_are_written(harmless: Any) -> None:
    assert written(harmless) == harmless


@given(st.text())
def test_any_text_is_either_a_short_word_or_not_there(text: str) -> None:
    line = render(MessageDeferred("m1", text), NOW)
    assert line.isascii()
    assert json.loads(line)["reason"] in (text, "?")
    assert "@" not in line


def test_an_exception_is_logged_by_type_and_place_and_not_by_its_text() -> None:
    try:
        render(None, "张小鸣")  # type: ignore[arg-type]  # the wrong type is the point
    except AttributeError as error:
        event = unexpected(error, "m1")
    assert (event.exception, event.module, event.message) == ("AttributeError", "gateway.telemetry.log", "m1")
    assert event.line > 0


def test_what_is_no_event_does_not_break_the_caller() -> None:
    assert json.loads(render("张小鸣", NOW))["event"] == "?"  # type: ignore[arg-type]  # the wrong type is the point


def test_a_closed_stream_costs_no_mail() -> None:
    stream = io.StringIO()
    stream.close()
    emit(Careless(1), stream)


WARN = "logging.getLogger({name!r}).warning('MAIL FROM:<xiaoming@mail.example>')"
QUIET = "import logging; from gateway.telemetry.log import quiet_libraries; quiet_libraries();"
ROOT = "import logging; logging.basicConfig(level=logging.DEBUG);"


def said(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", ["mail.log", "presidio-analyzer", "uvicorn.access", "sqlalchemy.engine", "of.nobody"])
def test_a_library_that_logs_what_it_handles_is_not_heard(name: str) -> None:
    assert said(QUIET + WARN.format(name=name)) == ""


@pytest.mark.parametrize("name", ["mail.log", "presidio-analyzer", "uvicorn.access", "sqlalchemy.engine"])
def test_it_is_not_heard_where_somebody_set_up_logging_either(name: str) -> None:
    assert "xiaoming" in said(ROOT + WARN.format(name=name))
    assert said(ROOT + QUIET + WARN.format(name=name)) == ""


def test_it_is_not_heard_when_it_sets_up_logging_for_itself() -> None:
    late = "it = logging.getLogger('RapidOCR'); it.setLevel(logging.DEBUG); it.addHandler(logging.StreamHandler());"
    assert said(QUIET + late + WARN.format(name="RapidOCR")) == ""


def test_a_part_of_it_with_a_level_of_its_own_is_not_heard() -> None:
    part = "logging.getLogger('sqlalchemy.engine').setLevel(logging.DEBUG);"
    assert said(ROOT + QUIET + part + WARN.format(name="sqlalchemy.engine")) == ""
