"""What `hushgate check` says of a console that others can listen to."""

from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.service.checking import check
from tls_files import pair


def checked(folder: Path, console: str) -> tuple[list[Problem], list[str]]:
    (folder / "gateway.toml").write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\n[upstream]\nhost = "127.0.0.1"\nport = 2526\n[console]\n{console}\n', "utf-8"
    )
    return check(folder, {})


def notes(folder: Path, console: str) -> list[str]:
    problems, found = checked(folder, console)
    assert problems == []
    return [note for note in found if note.startswith("warning: console")]


@pytest.mark.parametrize("listen", ["0.0.0.0:8025", "[::]:8025", "192.0.2.7:8025", "review.platform.example:8025"])
def test_a_console_that_others_reach_without_tls_is_refused_unless_that_is_wanted(tmp_path: Path, listen: str) -> None:
    (problem,) = checked(tmp_path, f'listen = "{listen}"')[0]
    assert f"console.listen {listen} would be reached by others without TLS" in problem.wrong
    assert "console.certificate" in problem.remedy
    (warning,) = notes(tmp_path, f'listen = "{listen}"\nallow_cleartext = true')
    assert listen in warning


def test_a_console_with_a_certificate_of_its_own_may_be_reached_by_others(tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    assert notes(tmp_path, f'listen = "0.0.0.0:8025"\ncertificate = "{certificate}"\nkey = "{key}"') == []


def test_a_certificate_without_its_key_is_a_mistake(tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    other = pair(tmp_path, "other")[1]
    for console, says in (
        (f'certificate = "{certificate}"', "certificate needs key"),
        (f'key = "{key}"', "key needs certificate"),
        (f'certificate = "{certificate}"\nkey = "{other}"', "certificate and key are no PEM pair"),
        (f'certificate = "{tmp_path}/none.pem"\nkey = "{key}"', "cannot be read"),
    ):
        (problem,) = checked(tmp_path, console)[0]
        assert says in problem.wrong
        assert problem.place.endswith("gateway.toml:7")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[oidc]\nissuer = "http://id.platform.example"\nclient_id = "x"', "is not under https"),
        ('[oidc]\nissuer = "https://id.platform.example?x"\nclient_id = "x"', "is not the address of a provider"),
        ('[oidc]\nissuer = "https://id.platform.example"', "has no client_id"),
        ('[oidc]\nissuer = "https://id.example"\nclient_id = "x"\nrole_claim = "groups"', "given together"),
        ('[oidc]\nroles = ["x=boss"]', "is no role"),
        ('[oidc]\nroles = ["x"]', "gives no role to a word"),
        ('[oidc]\nscopes = ["a b"]', "is no scope"),
        ("password_sign_in = false", "nobody could sign in"),
        ('require_totp = ["boss"]', "is no role"),
    ],
)
def test_a_mistake_in_how_people_sign_in_is_said(tmp_path: Path, text: str, says: str) -> None:
    assert [says in problem.wrong for problem in checked(tmp_path, text)[0]] == [True]


@pytest.mark.parametrize(
    "console",
    [
        'listen = "127.0.0.1:8025"',
        'listen = "[::1]:8025"',
        'listen = "localhost:8025"',
        'listen = "0.0.0.0:8025"\nurl = "https://review.platform.example"',
        'listen = "0.0.0.0:8025"\ntrusted_proxies = ["10.0.0.7/32"]',
    ],
)
def test_one_behind_a_proxy_or_for_this_machine_alone_is_not(tmp_path: Path, console: str) -> None:
    assert notes(tmp_path, console) == []
