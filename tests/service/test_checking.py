"""What `hushgate check` says of a console that others can listen to."""

from pathlib import Path

import pytest

from gateway.service.checking import check


def notes(folder: Path, console: str) -> list[str]:
    (folder / "gateway.toml").write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\n[upstream]\nhost = "127.0.0.1"\nport = 2526\n[console]\n{console}\n', "utf-8"
    )
    problems, found = check(folder, {})
    assert problems == []
    return [note for note in found if note.startswith("warning: console")]


@pytest.mark.parametrize("listen", ["0.0.0.0:8025", "[::]:8025", "192.0.2.7:8025"])
def test_a_console_without_tls_that_others_reach_is_warned_of(tmp_path: Path, listen: str) -> None:
    (warning,) = notes(tmp_path, f'listen = "{listen}"')
    assert listen in warning


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
