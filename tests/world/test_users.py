"""Started as root: relays and readers are users of their own, to whom neither key nor store nor socket belongs.

The Python that runs these tests may lie where only root can look; the service is then run by the system's.
"""

import os
import shutil
import signal
import ssl
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import gateway
from conftest import XINGER
from gateway.sandbox.users import READER, RELAY
from isolation_tools import descendants, is_alive
from relay.test_starttls import pair
from scene import OutboxThread, Scene, mail, under_one_received
from world.test_relay_walls import configure, send, shown

STRANGER = 65530
TO = "xinger@streamers.example"
CLEAN = mail("请说明当晚情况。")
LARGE = mail("请说明当晚情况。\n" + ("x" * 900 + "\n") * 6000)
ROOT = str(Path(gateway.__file__).parents[1])
SYSTEM = Path(f"/usr/bin/python3.{sys.version_info.minor}")

pytestmark = pytest.mark.skipif(os.geteuid() != 0 or not SYSTEM.exists(), reason="needs root, and the system's Python")


@pytest.fixture(scope="module")
def python() -> Iterator[str]:
    """An interpreter that everybody can run, with our packages."""
    folder = Path(tempfile.mkdtemp(prefix="hushgate-users-"))
    folder.chmod(0o755)
    subprocess.run([SYSTEM, "-m", "venv", "--without-pip", folder / "v"], check=True)
    packages = folder / "v" / "lib" / f"python3.{sys.version_info.minor}" / "site-packages"
    (packages / "ours.pth").write_text(f"{sysconfig.get_path('purelib')}\n{ROOT}\n")
    yield str(folder / "v" / "bin" / "python")
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def own(python: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A started service: upstream over STARTTLS; our key is root's alone."""
    tmp_path = tmp_path_factory.mktemp("users")
    scene = Scene(tmp_path, python=python)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    pair(tmp_path / "upstream.pem", "localhost")
    context.load_cert_chain(tmp_path / "upstream.pem")
    scene.outbox.close()
    scene.outbox = OutboxThread(starttls=context)
    configure(scene, certificate(tmp_path, "one.gate.example"))
    scene.import_reports(XINGER)
    yield scene.start()
    scene.close()


def certificate(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pem"
    pair(path, name)
    path.chmod(0o600)
    return path


def who(pid: int) -> tuple[str, str, str]:
    """Its users, groups and supplementary groups."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    return " ".join(status["Uid"].split()), " ".join(status["Gid"].split()), status["Groups"].strip()


def who_is_root(pid: int) -> bool:
    return "\nUid:\t0\t0\t0\t0\n" in Path(f"/proc/{pid}/status").read_text()


def only(number: int) -> tuple[str, str, str]:
    return " ".join([str(number)] * 4), " ".join([str(number)] * 4), ""


def the_socket(scene: Scene) -> str:
    """Where relays ask the inspector."""
    words = Path(f"/proc/{scene.pids('relay')[0]}/cmdline").read_bytes().decode().split("\0")
    return next(word for word in words if word.endswith("/inspector"))


def as_user(python: str, uid: int, gid: int, program: str) -> str:
    """What a program of that user prints, the last line of its errors included."""
    done = subprocess.run(
        [python, "-c", program], capture_output=True, text=True, check=False, user=uid, group=gid, extra_groups=[]
    )
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_relays_and_readers_are_users_of_their_own_and_do_all_that_they_did(own: Scene) -> None:
    assert send(own, CLEAN) == 250
    assert send(own, LARGE, "viewer@elsewhere.example") == 250
    assert send(own, mail("举报人张小鸣")) == 250
    assert under_one_received(own.got[0].content, CLEAN)
    assert under_one_received(own.got[1].content, LARGE)
    assert "张小鸣".encode() not in own.got[2].content
    relays, readers = own.pids("relay"), own.readers()
    assert [who(pid) for pid in relays] == [only(RELAY)] * 2
    assert all("\nCapPrm:\t0000000000000000\n" in Path(f"/proc/{pid}/status").read_text() for pid in relays)
    assert "hushgate_smtp_sessions" in own.get("/metrics")[1]
    assert len(readers) > 1
    assert {who(pid) for pid in readers} == {only(READER)}
    assert who_is_root(own.pids("inspector")[0])
    log = own.stderr()
    assert log.count('"user":true') + log.count('"user": true') == 3
    assert "stay root" not in log


def test_settings_and_keys_change_for_relays_that_can_read_no_key(own: Scene) -> None:
    relays, first = own.pids("relay"), shown(own)
    assert own.process is not None

    own.process.send_signal(signal.SIGHUP)  # nothing has changed: who is there stays, with the key that it has
    assert send(own, CLEAN) == 250
    assert own.pids("relay") == relays

    renewed = certificate(own.folder, "two.gate.example")
    os.replace(renewed, own.folder / "one.gate.example.pem")
    own.until(lambda: shown(own) not in (b"", first))
    own.until(lambda: not set(own.pids("relay")) & set(relays) and len(own.pids("relay")) == 2)
    second = shown(own)

    configure(own, certificate(own.folder, "three.gate.example"))
    own.process.send_signal(signal.SIGHUP)
    own.until(lambda: shown(own) not in (b"", first, second))
    assert send(own, CLEAN) == 250
    assert {who(pid) for pid in own.pids("relay")} == {only(RELAY)}
    assert "CertificateNotLoaded" not in own.stderr()
    assert "Unexpected" not in own.stderr()


def test_nobody_else_can_ask_the_inspector(own: Scene, python: str) -> None:
    program = (
        "import socket\nend = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)\n"
        f"end.connect({the_socket(own)!r})\nend.settimeout(1)\n"
        "try: print(repr(end.recv(9)))\nexcept TimeoutError: print('waits')"
    )
    assert "PermissionError" in as_user(python, STRANGER, STRANGER, program)
    assert as_user(python, STRANGER, RELAY, program) == "b''"  # its group is let in, and hung up on
    assert as_user(python, RELAY, RELAY, program) == "waits"


def test_the_modes_of_files_hold_off_whoever_became_that_user(own: Scene, python: str) -> None:
    secrets = [own.folder / "var" / "master.key", own.database, own.config, own.folder / "one.gate.example.pem"]
    os.chmod(own.folder, 0o755)
    for folder in own.folder.parents[:2]:
        assert os.stat(folder).st_uid == 0
    program = (
        "import os\nfrom gateway.sandbox.jail import reached\nfrom gateway.sandbox.users import User, become\n"
        f"assert become(User({RELAY}, {RELAY}), reached()) == ''\n"
        "print(os.getresuid(), os.getresgid(), os.getgroups())\n"
        f"for path in {[str(path) for path in secrets]!r}:\n"
        "    try: os.open(path, os.O_RDONLY)\n    except PermissionError: print('refused')\n"
        "for back in (os.setuid, os.seteuid, os.setgid):\n"
        "    try: back(0)\n    except PermissionError: print('refused')\n"
    )
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    ids = (RELAY,) * 3
    assert done.stdout.splitlines() == [f"{ids} {ids} []", *["refused"] * (len(secrets) + 3)]


def test_the_model_that_tags_words_is_such_a_user_too(python: str) -> None:
    program = (
        "from gateway.sandbox.tagger import Tagger\nfrom gateway.sandbox.users import User\n"
        f"one = Tagger()\none.user = User({READER}, {READER})\nassert one.tagged('我住在佛山市。')\n"
        "print(*(line for line in open(f'/proc/{one.pid}/status') if line[:3] in ('Uid', 'Gro')))\none.close()"
    )
    done = subprocess.run([python, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["Uid:", *[str(READER)] * 4, "Groups:"]


def test_where_that_user_cannot_read_the_program_all_stay_root_and_say_so(
    scene: Scene, python: str, tmp_path: Path
) -> None:
    scene.python = python
    scene.write_config('[service]\nrelay_user = "none"\n')
    relays, readers = (line for line in scene.cli("check").stdout.splitlines() if ": jailed: " in line)
    assert relays.endswith(", user off (switched off)")
    assert readers.endswith(f", user {READER}")

    hidden = Path(python).parents[1]
    scene.write_config()
    os.chmod(hidden, 0o700)
    try:
        assert f"user off (user {RELAY} cannot reach {hidden}" in scene.cli("check").stdout
        scene.start()
        assert scene.send(CLEAN, TO)[0] == 250
        assert scene.stderr().count(f"hushgate: relays stay root: user {RELAY} cannot reach {hidden}") == 1
        assert all(who_is_root(pid) for pid in (*scene.pids("relay"), *scene.readers()))
    finally:
        os.chmod(hidden, 0o755)


def test_they_end_with_the_service_however_it_ends(own: Scene) -> None:
    all_of_them = descendants(own.process_id)
    assert own.process is not None
    own.process.kill()
    own.process.wait()
    own.until(lambda: not any(is_alive(pid) for pid in all_of_them))
