"""The console's end of a real socket: what comes slowly, too much or from too many ends, and others are answered."""

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from gateway.service.console_server import ConsoleServer
from gateway.service.http import Crowd
from gateway.service.wiring import Application, open_house

SECONDS = 1
GET = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"


@contextmanager
def served(
    folder: Path, more: str = "", bound: socket.socket | None = None
) -> Iterator[tuple[tuple[str, int], Application]]:
    (folder / "gateway.toml").write_text(
        f'[upstream]\nhost = "127.0.0.1"\nport = 1\n[storage]\nurl = "sqlite:///{folder}/s.db"\n'
        f'key_file = "{folder}/key"\n[console]\nlisten = "127.0.0.1:0"\nhead_seconds = {SECONDS}\n{more}',
        encoding="utf-8",
    )
    with open_house(folder, {"HUSHGATE_CONSOLE__METRICS_TOKEN": "t" * 30}) as house:
        server = ConsoleServer(house, lambda: (b"counts\n", "text/plain"), dict, lambda event: None, bound)
        server.start()
        try:
            yield server.address, house
        finally:
            server.stop()


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    with served(tmp_path_factory.mktemp("console"), "max_connections = 16\n") as (address, _):
        yield address


def ended(end: socket.socket, seconds: float = 20) -> bytes:
    """What is still said before the other side hangs up; fails where it does not."""
    end.settimeout(seconds)
    said = b""
    try:
        while more := end.recv(65536):
            said += more
    except ConnectionError:
        pass
    return said


def asked(address: tuple[str, int], request: bytes) -> bytes:
    with socket.create_connection(address, 10) as end:
        end.sendall(request)
        return ended(end)


def dribble(end: socket.socket, line: bytes, over: threading.Event) -> None:
    for byte in line:
        if over.wait(0.1):
            return
        try:
            end.send(bytes((byte,)))
        except OSError:
            return


@pytest.mark.parametrize(
    "begun",
    [
        b"",  # says nothing
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: ",  # and then a byte now and then
        GET,  # the same for the request behind a whole one
        b"POST /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n",  # a body that nobody asked for
        b"POST /login HTTP/1.1\r\nHost: localhost\r\nSec-Fetch-Site: same-origin\r\nContent-Length: 1000\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\n\r\nname=",  # a form that does not come
    ],
)
def test_what_does_not_come_is_not_waited_for_however_it_is_drawn_out(address: tuple[str, int], begun: bytes) -> None:
    over = threading.Event()
    with socket.create_connection(address, 10) as end:
        end.sendall(begun)
        slow = threading.Thread(target=dribble, args=(end, b"x" * 1000, over))
        slow.start()
        started = time.monotonic()
        said = ended(end)
        over.set()
        slow.join()
        # It was not waited for: at a byte every tenth of a second the rest would have taken a minute and a half.
        assert time.monotonic() - started < 15
        if b"/login" in begun:
            assert said.startswith(b"HTTP/1.1 408 ")


def answered(address: tuple[str, int], host: str, ends: int) -> bool:
    """Is there room for so many connections of this address at once?"""
    with ExitStack() as all_of:
        for _ in range(ends):
            end = all_of.enter_context(socket.create_connection(address, 10, source_address=(host, 0)))
            try:
                end.sendall(GET)
                if not end.recv(1000).startswith(b"HTTP/1.1 200 "):
                    return False
            except ConnectionError:
                return False
    return True


@pytest.mark.parametrize(("path", "host"), [("/static/style.css", "localhost"), ("/login", "evil.example")])
def test_who_reads_no_answer_and_asks_on_keeps_no_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, host: str
) -> None:
    monkeypatch.setattr("gateway.service.http._UNREAD_SECONDS", 2.0)
    bound, end = socket.create_server(("127.0.0.1", 0)), socket.socket()
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    end.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    with served(tmp_path, "max_connections = 8\n", bound) as (address, _), end:
        end.bind(("127.0.0.2", 0))
        end.connect(address)
        with suppress(ConnectionError):
            for _ in range(200):  # one after the other, so that the answer to the last one read does not get through
                end.send(b"GET %b HTTP/1.1\r\nHost: %b\r\n\r\n" % (path.encode(), host.encode()))
                time.sleep(0.01)
        until = time.monotonic() + 15
        while not (free := answered(address, "127.0.0.2", 4)) and time.monotonic() < until:
            time.sleep(0.2)
        assert free


def test_a_crowd_that_says_nothing_leaves_room_for_others(tmp_path: Path) -> None:
    with (
        served(tmp_path, 'max_connections = 16\ntrusted_proxies = ["127.0.0.9/32"]\n') as (address, _),
        ExitStack() as all_of,
    ):
        for _ in range(40):
            all_of.enter_context(socket.create_connection(address, 10, source_address=("127.0.0.2", 0)))
        with socket.create_connection(address, 10, source_address=("127.0.0.3", 0)) as other:
            other.sendall(GET)
            assert other.recv(1000).startswith(b"HTTP/1.1 200 ")


def test_over_all_there_are_no_more_than_that_and_each_leaves_its_place() -> None:
    crowd = Crowd(8, lambda host: host == "10.0.0.7")
    inside = [crowd.enters("192.0.2.1") for _ in range(6)]
    assert inside[4:] == [None, None]
    assert all(crowd.enters("10.0.0.7") for _ in range(4))
    assert crowd.enters("192.0.2.9") is None
    crowd.leaves(str(inside[0]))
    assert crowd.enters("192.0.2.9")
    # One line has a whole /64.
    crowd = Crowd(8, lambda host: False)
    assert [crowd.enters(f"2001:db8::{n}") is None for n in range(5)] == [False] * 4 + [True]


def test_a_head_without_an_end_is_refused(address: tuple[str, int]) -> None:
    said = asked(address, b"GET / HTTP/1.1\r\nHost: localhost\r\nX-A: " + b"x" * 100_000)
    assert b" 200 " not in said[:20]
    assert said == b"" or said.startswith(b"HTTP/1.1 4")


@pytest.mark.parametrize(
    ("request_", "status"),
    [
        (b"GET /login HTTP/1.1\r\n\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n", b"400"),
        (b"GET /login HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET http://evil.example/login HTTP/1.1\r\nHost: evil.example\r\n\r\n", b"421"),
        (b"GET /login HTTP/1.0\r\n\r\n", b"421"),
        (b"GET /healthz HTTP/1.0\r\n\r\n", b"200"),  # a load balancer
        (b"GET /login HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n", b"200"),
    ],
)
def test_the_name_that_was_asked_for_is_ours(address: tuple[str, int], request_: bytes, status: bytes) -> None:
    assert asked(address, request_).split(b" ", 2)[1] == status


def test_head_says_what_get_would_and_nothing_behind_it(address: tuple[str, int]) -> None:
    for path in (b"/healthz", b"/readyz", b"/metrics", b"/login", b"/static/style.css", b"/nowhere"):
        get = asked(address, b"GET %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path)
        head = asked(address, b"HEAD %b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % path)
        fields, _, body = head.partition(b"\r\n\r\n")
        assert body == b""
        undated = [line for line in get.partition(b"\r\n\r\n")[0].split(b"\r\n") if not line.startswith(b"date:")]
        assert [line for line in fields.split(b"\r\n") if not line.startswith(b"date:")] == undated


def test_no_variable_of_the_server_s_own_makes_a_forwarded_address_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "*")
    own = b"Host: localhost\r\nConnection: close\r\n"
    forged = b"Host: localhost\r\nX-Forwarded-For: 127.0.0.1\r\nConnection: close\r\n"
    with served(tmp_path) as (address, _):
        assert asked(address, b"GET /metrics HTTP/1.1\r\n%b\r\n" % own).endswith(b"counts\n")
        assert b"counts" not in asked(address, b"GET /metrics HTTP/1.1\r\n%b\r\n" % forged)
        token = b"Authorization: Bearer " + b"t" * 30
        assert asked(address, b"GET /metrics HTTP/1.1\r\n%b%b\r\n\r\n" % (forged, token)).endswith(b"counts\n")


def test_many_clients_one_after_the_other_are_all_answered(address: tuple[str, int]) -> None:
    """Nobody's place is kept when they are gone."""

    async def one() -> bytes:
        reader, writer = await asyncio.open_connection(*address)
        writer.write(GET)
        answer = await reader.read(20)
        writer.close()
        return answer

    async def all_of_them() -> list[bytes]:
        return [await one() for _ in range(60)]

    assert set(asyncio.run(all_of_them())) == {b"HTTP/1.1 200 OK\r\ndat"}
