"""What a reader can no longer do."""

import os
import subprocess
import sys

import pytest

SHUT = "import os; from gateway.isolation import jail; jail.shut(1024, os.getppid());"


def jailed(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run([sys.executable, "-c", SHUT + program], capture_output=True, text=True, check=False)


def test_it_cannot_take_more_memory_than_it_may() -> None:
    assert "MemoryError" in jailed("b'x' * (2 << 30)").stderr


def test_it_cannot_write_a_file(tmp_path: object) -> None:
    done = jailed(f"open({f'{tmp_path}/a'!r}, 'wb', 0).write(b'x')")
    assert done.returncode != 0
    assert os.path.getsize(f"{tmp_path}/a") == 0


def test_it_cannot_open_many_files() -> None:
    assert "Too many open files" in jailed("a = [open('/dev/null') for _ in range(100)]").stderr


def test_it_cannot_reach_the_network() -> None:
    probe = "import ctypes; print(ctypes.CDLL(None).unshare(0x40000000) == 0)"
    if subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True).stdout != "True\n":
        pytest.skip("this system lets nobody cut the network")
    done = jailed("import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.connect(('192.0.2.1', 9))")
    assert "Network is unreachable" in done.stderr


def test_it_ends_at_once_where_its_parent_is_gone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from gateway.isolation import jail; jail.shut(1024, 1 << 22); print('alive')"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_processor_time_is_counted_from_the_job() -> None:
    done = jailed("jail.allow_cpu(0)\nwhile True: pass")
    assert done.returncode == -24  # SIGXCPU
