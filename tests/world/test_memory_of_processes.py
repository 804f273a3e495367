"""Whoever crashes writes no key anywhere, and nobody of the same user looks into a process of ours."""

import base64
import os
import resource
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from conftest import XINGER
from isolation_tools import is_gone, until
from scene import Scene

KEY = bytes(range(200, 232))
UNLIMITED = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
PATTERN = Path("/proc/sys/kernel/core_pattern").read_text().strip()
ROOT = os.geteuid() == 0


def without_limit() -> None:
    resource.setrlimit(resource.RLIMIT_CORE, UNLIMITED)


@pytest.fixture
def crashing(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Scene:
    """Started as by a shell with `ulimit -c unlimited`, its key in the environment, in a folder of its own."""
    scene.environ["HUSHGATE_STORAGE__KEY"] = base64.b64encode(KEY).decode()
    scene.import_reports(XINGER)
    monkeypatch.chdir(tmp_path)
    before = resource.getrlimit(resource.RLIMIT_CORE)
    if before[1] != resource.RLIM_INFINITY and not ROOT:
        pytest.skip("this user may not raise the limit of core files")
    without_limit()
    try:
        return scene.start()
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, before)


def all_of(scene: Scene) -> dict[str, int]:
    assert scene.process is not None
    roles = {role: scene.pids(role)[0] for role in ("inspector", "console", "relay")}
    return {"supervisor": scene.process.pid, **roles, "reader": scene.readers()[0]}


def files_with_the_key(folder: Path) -> list[Path]:
    marks = (KEY, base64.b64encode(KEY))
    return [path for path in folder.rglob("*") if path.is_file() and any(m in path.read_bytes() for m in marks)]


def test_what_a_crash_leaves_has_no_key_in_it(crashing: Scene) -> None:
    running = all_of(crashing)
    for role, pid in running.items():
        limits = Path(f"/proc/{pid}/limits").read_text().splitlines()
        (cores,) = [line for line in limits if line.startswith("Max core file size")]
        assert cores.split()[4:6] == ["0", "0"], role
    crash = "import os; k = bytes(range(200, 232)); os.abort()"
    ordinary = crashing.folder / "ordinary"
    ordinary.mkdir()
    subprocess.run([sys.executable, "-c", crash], cwd=ordinary, preexec_fn=without_limit, check=False)
    if not files_with_the_key(ordinary):
        pytest.skip(f"this machine writes no core files beside the program ({PATTERN})")
    for path in ordinary.iterdir():  # what is left is ours
        path.unlink()
    for role, how in (("inspector", signal.SIGSEGV), ("console", signal.SIGABRT), ("relay", signal.SIGSEGV)):
        os.kill(running[role], how)
        until(partial(is_gone, running[role]))
    assert not files_with_the_key(crashing.folder)


@pytest.mark.skipif(not ROOT, reason="becoming another user is root's")
def test_what_the_system_shows_of_a_hardened_process_is_roots() -> None:
    program = (
        "import ctypes, os; from gateway.sandbox.hardening import harden\n"
        "os.setuid(65534); ctypes.CDLL(None).prctl(4, 1, 0, 0, 0)\n"  # which becoming another user takes off by itself
        "before = os.stat('/proc/self/environ').st_uid; harden(); print(before, os.stat('/proc/self/environ').st_uid)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["65534", "0"]
