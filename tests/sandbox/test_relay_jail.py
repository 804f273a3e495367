"""A relay that is taken over reads neither key nor store: each thing is tried from inside, once its jail is shut."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from gateway.sandbox import relay_jail

HERE = relay_jail.probed() or ()


def needs(*layers: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(not set(layers) <= set(HERE), reason=f"this system lacks one of {layers}")


def jailed(
    program: str, readable: tuple[str, ...] = (), own: tuple[str, ...] = ()
) -> "subprocess.CompletedProcess[str]":
    shut = f"import os, sys, ctypes; from gateway.sandbox.relay_jail import shut; shut({readable!r}, {own!r})"
    return subprocess.run(
        [sys.executable, "-c", f"{shut}\n{program}"], capture_output=True, text=True, check=False, timeout=60
    )


def refused(program: str) -> str:
    """The class of the exception that it ends with."""
    done = jailed(program)
    assert done.returncode == 1, done
    return done.stderr.strip().splitlines()[-1].split(":")[0]


@needs("landlock")
@pytest.mark.parametrize("name", ["master.key", "hushgate.db", "hushgate.db-wal", "gateway.toml"])
@pytest.mark.parametrize(
    "how", ["open({!r}).read()", "open({!r}, 'ab')", "os.unlink({!r})", "os.rename({!r}, '/tmp/x')"]
)
def test_it_sees_neither_key_nor_store(tmp_path: Path, name: str, how: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"secret")
    assert refused(how.format(str(path))) == "PermissionError"
    assert path.read_bytes() == b"secret"


@needs("landlock")
def test_nor_by_way_of_a_link_in_a_folder_that_is_its_own(tmp_path: Path) -> None:
    (tmp_path / "master.key").write_bytes(b"secret")
    own = tmp_path / "spool"
    own.mkdir()
    (own / "link").symlink_to(tmp_path / "master.key")
    done = jailed(f"print(open({str(own / 'link')!r}).read())", own=(str(own),))
    assert "PermissionError" in done.stderr
    assert done.stdout == ""


@needs("landlock")
@pytest.mark.parametrize("file", ["mem", "environ", "maps", "fd/0"])
def test_it_sees_nothing_of_another_process(file: str) -> None:
    assert refused(f"open('/proc/{os.getpid()}/{file}', 'rb').read(1)") == "PermissionError"


@needs("seccomp")
@pytest.mark.parametrize(
    "program",
    [
        "os.fork()",
        "import subprocess; subprocess.run(['/bin/true'])",
        "os.execv('/bin/true', ['true'])",
        "os.posix_spawn('/bin/true', ['true'], {})",
        "os.kill(os.getppid(), 0)",
        "os.setuid(0)",
        "os.chroot('/')",
        "import socket; socket.socket(socket.AF_PACKET, socket.SOCK_RAW)",
        "import socket; socket.socket(38, socket.SOCK_SEQPACKET)",  # AF_ALG, the kernel's ciphers
        "import resource; resource.prlimit(os.getppid(), resource.RLIMIT_CPU)",
    ],
)
def test_it_makes_no_process_and_touches_no_other(program: str) -> None:
    assert refused(program) == "PermissionError"


@needs("seccomp")
@pytest.mark.parametrize(
    "call",
    [
        "ptrace(16, {parent}, 0, 0)",
        "process_vm_readv({parent}, 0, 0, 0, 0, 0)",
        "syscall(438, 3, 0, 0)",  # pidfd_getfd
        "unshare(0x10000000)",
        "setns(0, 0)",
        "syscall(425, 4, 0)",  # io_uring
        "syscall(321, 0, 0, 0)",  # bpf on x86-64, nothing elsewhere
        "syscall(250, 0, 0, 0, 0, 0)",  # keyctl on x86-64
        "mount(0, 0, 0, 0, 0)",
    ],
)
def test_system_calls_that_lead_out_are_refused(call: str) -> None:
    call = call.format(parent=os.getpid())
    program = f"c = ctypes.CDLL(None, use_errno=True); print(c.{call}, ctypes.get_errno())"
    assert jailed(program).stdout == "-1 1\n"


@needs("landlock", "seccomp")
def test_what_a_relay_lives_by_it_has(tmp_path: Path) -> None:
    (tmp_path / "gate.pem").write_text("a certificate")
    own = tmp_path / "spool"
    own.mkdir()
    program = f"""
import asyncio, concurrent.futures, socket, ssl, tempfile, threading, uvloop
from gateway.relay.spool import Spool, SpoolRoom

async def run():
    async def answer(reader, writer):
        writer.write(await reader.read(9)); await writer.drain(); writer.close()
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    for host in ("127.0.0.1", "localhost"):
        reader, writer = await asyncio.open_connection(host, port)
        writer.write(b"x"); assert await reader.read() == b"x"
    assert await asyncio.to_thread(lambda: 7) == 7
    try:
        await asyncio.get_running_loop().getaddrinfo("nobody.invalid", 25)
    except socket.gaierror:
        pass
    ssl.create_default_context()
    open({str(tmp_path / "gate.pem")!r}).read()
    spool = Spool("m", 10**8, SpoolRoom(65536, folder={str(own)!r}))
    for _ in range(40):
        spool.feed(b"x" * 65534 + b"\\r\\n")
    assert spool.feed(b".\\r\\n") == b"" and not spool.full
    assert len(spool.read()) == 40 * 65536
    spool.close()
uvloop.run(run())
print("did it all")
"""
    done = jailed(program, (str(tmp_path / "gate.pem"),), (str(own),))
    assert done.stdout == "did it all\n", done.stderr
    assert not list(own.iterdir())


def test_it_gains_no_privilege_and_leaves_no_core() -> None:
    done = jailed("c = ctypes.CDLL(None); import resource; print(c.prctl(39, 0, 0, 0, 0), c.prctl(3, 0, 0, 0, 0))")
    # The list has no use for asking, so that a relay with it hears -1.
    assert done.stdout in ("1 0\n", "-1 -1\n")
