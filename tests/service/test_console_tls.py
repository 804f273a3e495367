"""TLS of the console's own: what it speaks, a certificate that is replaced, and connections that begin none."""

import http.client
import os
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.service.console_server import ConsoleServer, base_url
from gateway.service.wiring import open_house
from gateway.telemetry.events import CertificateNotLoaded
from tls_files import pair


class Served:
    """A console with a certificate, and what it told."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.certificate, self.key = pair(folder)
        self.events: list[object] = []
        self.address = ("", 0)

    def config(self) -> None:
        (self.folder / "gateway.toml").write_text(
            f'[upstream]\nhost = "127.0.0.1"\nport = 1\n[storage]\nurl = "sqlite:///{self.folder}/s.db"\n'
            f'key_file = "{self.folder}/key"\n[console]\nlisten = "127.0.0.1:0"\nhead_seconds = 1\n'
            f'certificate = "{self.certificate}"\nkey = "{self.key}"\n',
            encoding="utf-8",
        )

    def trusting(self, certificate: Path | None = None) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=certificate or self.certificate)

    def get(self, path: str, context: ssl.SSLContext, name: str = "127.0.0.1") -> http.client.HTTPResponse:
        connection = http.client.HTTPSConnection(name, self.address[1], context=context, timeout=10)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer
        finally:
            connection.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(tmp_path)
    served.config()
    with open_house(tmp_path, {}) as house:
        server = ConsoleServer(house, lambda: (b"", "text/plain"), dict, served.events.append)
        server.start()
        served.address = server.address
        assert base_url(house.settings.console, server.address).startswith("https://127.0.0.1:")
        try:
            yield served
        finally:
            server.stop()


def test_pages_come_over_tls_and_cookies_stay_there(served: Served) -> None:
    assert served.get("/login", served.trusting()).status == 200
    assert served.get("/login", served.trusting(), "localhost").status == 200  # with and without a server's name
    connection = http.client.HTTPSConnection(*served.address, context=served.trusting(), timeout=10)
    connection.request("GET", "/language/en")
    assert connection.getresponse().status == 303
    connection.close()


def test_the_session_cookie_is_for_https_alone(served: Served) -> None:
    from datetime import UTC, datetime

    from gateway.console.setup import issue_setup_link

    with open_house(served.folder, {}) as house:
        link = str(issue_setup_link(house.store.people, datetime.now(UTC), ""))
    connection = http.client.HTTPSConnection(*served.address, context=served.trusting(), timeout=10)
    body = "name=mei&password=a+long+enough+password&again=a+long+enough+password"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
    connection.request("POST", link, body, headers)
    answer = connection.getresponse()
    cookies = answer.headers.get_all("set-cookie") or []
    connection.close()
    assert answer.status == 303
    assert len(cookies) == 2
    assert all("secure" in cookie.lower() for cookie in cookies)


def test_nothing_older_than_tls_1_2_and_nothing_in_clear(served: Served) -> None:
    old = served.trusting()
    old.minimum_version = ssl.TLSVersion.TLSv1
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises((ssl.SSLError, ConnectionError)):
        served.get("/login", old)
    with socket.create_connection(served.address, 10) as end:
        end.sendall(b"GET /login HTTP/1.1\r\nHost: localhost\r\n\r\n")
        end.settimeout(10)
        said = b""
        try:
            while more := end.recv(4096):
                said += more
        except ConnectionError:
            pass
    assert b"HTTP" not in said


def test_a_certificate_that_is_renewed_is_used_for_the_next_connection(served: Served, tmp_path: Path) -> None:
    before = served.trusting()
    assert served.get("/healthz", before).status == 200
    fresh, key = pair(tmp_path, "fresh")
    os.replace(key, served.key)
    os.replace(fresh, served.certificate)
    with pytest.raises(ssl.SSLCertVerificationError):
        served.get("/healthz", before)
    assert served.get("/healthz", served.trusting()).status == 200


def test_one_that_is_broken_leaves_the_old_one_and_is_told(served: Served) -> None:
    good = served.trusting()
    served.certificate.write_text("no certificate", encoding="utf-8")
    assert served.get("/healthz", good).status == 200
    assert served.get("/healthz", good).status == 200
    assert served.events.count(CertificateNotLoaded()) == 1


def test_a_connection_that_begins_no_tls_is_closed(served: Served) -> None:
    begun, over = time.monotonic(), threading.Event()
    with socket.create_connection(served.address, 10) as silent, socket.create_connection(served.address, 10) as slow:
        silent.settimeout(10)
        slow.settimeout(10)
        slow.sendall(b"\x16\x03\x01\x02\x00")  # the head of a greeting that never comes
        assert silent.recv(10) == b""
        assert slow.recv(10) == b""
    over.set()
    assert time.monotonic() - begun < 8
    assert served.get("/healthz", served.trusting()).status == 200


def test_without_a_good_pair_it_does_not_begin(tmp_path: Path) -> None:
    served = Served(tmp_path)
    served.config()
    served.key.write_text("no key", encoding="utf-8")
    with pytest.raises(Problem, match="certificate and key are no PEM pair"), open_house(tmp_path, {}):
        pass
