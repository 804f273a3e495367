"""Who may ask what `hushgate inspect` asks: no process that the service started."""

import os
import subprocess
import sys
import time
from pathlib import Path

from conftest import XINGER
from gateway.service.asking import ExplainRequest, ask
from gateway.service.inspector.explain_server import is_child
from gateway.settings.settings import load
from scene import STAFF, Scene, mail


def test_a_child_is_known_by_its_parent() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        assert is_child(child.pid, os.getpid())
        assert not is_child(child.pid, os.getppid())
        assert not is_child(os.getpid(), os.getpid())
    assert not is_child(0, os.getpid())  # somebody in another namespace has no number here


def test_an_address_may_be_longer_than_a_socket_s(tmp_path: Path) -> None:
    folder = tmp_path / ("x" * 60) / ("y" * 60)
    folder.mkdir(parents=True)
    scene = Scene(folder)
    try:
        scene.import_reports(XINGER)
        scene.start()
        settings = load(scene.config, {})
        question = ExplainRequest(STAFF, ("xinger@streamers.example",), 0)
        end = time.monotonic() + 60
        while (answer := ask(settings, scene.config, question, mail("举报人张小鸣"), 60)) is None:
            assert time.monotonic() < end
        assert answer.action == "redact"
        other = ExplainRequest(STAFF, ("xinger@streamers.example",), 0, version="another")
        assert ask(settings, scene.config, other, mail("举报人张小鸣"), 60) is None  # by no other version
        assert ask(settings, folder, question, mail("举报人张小鸣"), 60) is None  # nor for another configuration
    finally:
        scene.close()
