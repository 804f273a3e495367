"""Accounts over real processes: a link of the command opens the running console, and what the command does acts there
with the next page."""

import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from http.cookiejar import CookieJar
from pathlib import Path

from scene import Scene
from tls_files import pair

PASSWORD = "a long enough password"  # of nobody


class Browser:
    """One that keeps its cookies, and goes where it is sent."""

    def __init__(self, certificate: Path | None = None) -> None:
        handlers: list[urllib.request.BaseHandler] = [urllib.request.HTTPCookieProcessor(CookieJar())]
        if certificate is not None:
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=certificate)))
        self._opener = urllib.request.build_opener(*handlers)

    def ask(self, address: str, **form: str) -> tuple[int, str, str]:
        """Status, where it ended, and the page."""
        data = urllib.parse.urlencode(form).encode() if form else None
        request = urllib.request.Request(address, data, {"Sec-Fetch-Site": "same-origin"})
        try:
            with self._opener.open(request, timeout=20) as answer:
                return answer.status, answer.url, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.url or "", error.read().decode()


def test_what_the_command_does_acts_in_the_running_console_at_once(scene: Scene) -> None:
    scene.start()
    browser, boss = Browser(), Browser()
    assert boss.ask(scene.setup_link(), name="boss", password=PASSWORD, again=PASSWORD)[0] == 200
    added = scene.cli("users", "add", "li", "--role", "reviewer")
    link = added.stdout.strip()
    assert link.startswith(f"{scene.console}/setup/")  # the port that it took
    status, where, _ = browser.ask(link, password=PASSWORD, again=PASSWORD)
    assert (status, where) == (200, f"{scene.console}/")
    assert browser.ask(f"{scene.console}/users")[0] == 403
    assert scene.cli("users", "role", "li", "admin").returncode == 0
    assert browser.ask(f"{scene.console}/users")[0] == 200
    assert scene.cli("users", "disable", "li").returncode == 0
    assert browser.ask(f"{scene.console}/")[1] == f"{scene.console}/login"
    assert browser.ask(f"{scene.console}/login", name="li", password=PASSWORD)[0] == 403
    assert scene.cli("users", "enable", "li").returncode == 0
    assert browser.ask(f"{scene.console}/login", name="li", password=PASSWORD)[0] == 200
    fresh = scene.cli("users", "reset", "li").stdout.strip()
    assert browser.ask(f"{scene.console}/")[1] == f"{scene.console}/login"
    assert browser.ask(f"{scene.console}/login", name="li", password=PASSWORD)[0] == 401
    assert browser.ask(fresh, password=PASSWORD, again=PASSWORD)[0] == 200
    listed = {one["name"]: one for one in scene.ask("users", "list", "--json")}
    assert (listed["li"]["role"], listed["li"]["state"], listed["li"]["last_seen"] is not None) == (
        "admin",
        "active",
        True,
    )
    assert scene.cli("audit", "verify").returncode == 0
    assert PASSWORD not in scene.stderr()


def test_a_console_with_a_certificate_is_reached_over_tls_alone(scene: Scene) -> None:
    certificate, key = pair(scene.folder)
    scene.write_config(f'certificate = "{certificate}"\nkey = "{key}"\n')
    scene.start()
    link = scene.setup_link()
    assert re.fullmatch(r"https://127\.0\.0\.1:\d+/setup/[\w-]+", link)
    status, where, _ = Browser(certificate).ask(link, name="boss", password=PASSWORD, again=PASSWORD)
    assert (status, where.startswith("https://")) == (200, True)


def test_a_console_that_others_would_reach_in_clear_does_not_start(scene: Scene) -> None:
    scene.environ["HUSHGATE_CONSOLE__LISTEN"] = "0.0.0.0:0"
    refused = scene.cli("serve", timeout=60)
    assert refused.returncode == 2
    assert "HUSHGATE_CONSOLE__LISTEN: console.listen 0.0.0.0:0 would be reached by others without TLS" in refused.stderr
    assert "Traceback" not in refused.stderr
    scene.environ["HUSHGATE_CONSOLE__ALLOW_CLEARTEXT"] = "true"
    scene.start()
