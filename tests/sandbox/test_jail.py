"""What a reader can no longer do: each thing is tried from inside, once the jail is shut."""

import os
import platform
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.sandbox.jail import LAYERS

SHUT = "import os, sys; from gateway.sandbox import jail; jail.shut(1024, os.getppid());"
HAS = "import os; from gateway.sandbox import jail; print(*jail.shut(1024, os.getppid()))"
HERE = tuple(subprocess.run([sys.executable, "-c", HAS], capture_output=True, text=True, check=True).stdout.split())


def needs(*layers: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not set(layers) & set(HERE), reason=f"this system has none of {layers}")


def jailed(program: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", f"{SHUT}\n{program}"], capture_output=True, text=True, check=False, timeout=60
    )


def refused(program: str) -> str:
    """The class of the exception that it ends with."""
    done = jailed(program)
    assert done.returncode == 1, done
    return done.stderr.strip().splitlines()[-1].split(":")[0]


def test_this_machine_has_every_layer_where_its_kernel_is_new() -> None:
    release = tuple(int(number) for number in platform.release().split("-")[0].split(".")[:2])
    if release < (6, 0) or platform.machine() not in ("x86_64", "aarch64"):
        pytest.skip("an older kernel, or another machine")
    assert "seccomp" in HERE
    assert set(HERE) <= set(LAYERS)


# memory, output, time


def test_it_cannot_take_more_memory_than_it_may() -> None:
    assert refused("b'x' * (2 << 30)") == "MemoryError"


def test_it_cannot_open_many_files() -> None:
    assert "Too many open files" in jailed("a = [open('/dev/null') for _ in range(100)]").stderr


def test_it_cannot_write_a_file(tmp_path: Path) -> None:
    old = tmp_path / "old"
    old.write_bytes(b"old")
    for path in (old, tmp_path / "new"):
        assert jailed(f"open({str(path)!r}, 'ab', 0).write(b'x')").returncode != 0
    assert old.read_bytes() == b"old"
    assert not (tmp_path / "new").exists() or not (tmp_path / "new").read_bytes()


def test_processor_time_is_counted_from_the_job() -> None:
    done = jailed("jail.allow_cpu(0)\nwhile True: pass")
    assert done.returncode == -24  # SIGXCPU


# files


@needs("landlock")
@pytest.mark.parametrize("how", ["open({!r}).read()", "os.listdir(os.path.dirname({!r}))", "os.unlink({!r})"])
def test_it_cannot_see_the_store_or_the_key(tmp_path: Path, how: str) -> None:
    for name in ("hushgate.db", "master.key"):
        path = tmp_path / name
        path.write_bytes(b"secret")
        assert refused(how.format(str(path))) == "PermissionError"
        assert path.read_bytes() == b"secret"


@needs("landlock")
@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/1/environ", "/root", "/home", "/tmp", "/var", "/etc"])
def test_it_cannot_look_around(path: str) -> None:
    program = f"os.listdir({path!r})" if os.path.isdir(path) else f"open({path!r}).read()"
    assert refused(program) == "PermissionError"


def test_it_can_load_what_it_needs_later() -> None:
    done = jailed("import encodings.big5hkscs; '张'.encode('gb18030'), 'ß'.encode('cp1140')")
    assert done.returncode == 0, done.stderr


# network


@needs("namespaces", "seccomp")
@pytest.mark.parametrize("kind", ["SOCK_STREAM", "SOCK_DGRAM"])
def test_it_cannot_reach_the_network(kind: str) -> None:
    with socket.socket(socket.AF_INET, getattr(socket, kind)) as server:
        server.bind(("127.0.0.1", 0))
        if kind == "SOCK_STREAM":
            server.listen()
        address = server.getsockname()
        program = (
            f"import socket\ns = socket.socket(socket.AF_INET, socket.{kind})\ns.connect({address!r}); s.send(b'x')"
        )
        assert refused(program) in ("PermissionError", "OSError", "ConnectionRefusedError")
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept() if kind == "SOCK_STREAM" else server.recv(1)


@needs("seccomp")
@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET6", "AF_NETLINK", "AF_PACKET"])
def test_it_gets_no_socket_of_any_kind(family: str) -> None:
    assert refused(f"import socket; socket.socket(socket.{family}, socket.SOCK_DGRAM)") == "PermissionError"


# processes


@needs("seccomp")
@pytest.mark.parametrize(
    "program",
    [
        "os.fork()",
        "while True: os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(os.getppid(), 0)",
        "os.kill(os.getpid(), 9)",
        "os.setuid(0)",
        "os.chroot('/')",
        "os.memfd_create('x')",
        "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    ],
)
def test_it_makes_no_process_and_touches_no_other(program: str) -> None:
    assert refused(program) in ("PermissionError", "BlockingIOError")


@needs("seccomp")
@pytest.mark.parametrize(
    "call",
    [
        "ptrace(16, {parent}, 0, 0)",
        "unshare(0x10000000)",
        "syscall(425, 4, 0)",
        "syscall(321, 0, 0, 0)",
        "shmget(0, 4096, 0o600)",
    ],
)
def test_system_calls_that_break_jails_are_refused(call: str) -> None:
    call = call.format(parent=os.getpid())
    program = f"import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.{call}, ctypes.get_errno())"
    assert jailed(program).stdout == "-1 1\n"


@needs("seccomp")
def test_threads_it_may_have() -> None:
    program = "import threading; t = threading.Thread(target=print, args=('ran',)); t.start(); t.join()"
    assert jailed(program).stdout == "ran\n"


def test_the_limit_of_memory_cannot_be_raised_again() -> None:
    assert refused("import resource; resource.setrlimit(resource.RLIMIT_AS, (1 << 40, 1 << 40))") in (
        "ValueError",
        "PermissionError",
    )


def test_it_ends_at_once_where_its_parent_is_gone() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "from gateway.sandbox import jail; jail.shut(1024, 1 << 22); print('alive')"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "")
