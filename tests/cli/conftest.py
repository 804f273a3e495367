"""A fresh installation for a command, and what a list command prints of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from gateway.cli.main import main


@pytest.fixture
def config(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """The configuration folder that `hushgate init` wrote."""
    folder = tmp_path / "config"
    assert main(["init", str(folder)]) == 0
    capsys.readouterr()
    return str(folder)


def listed(group: str, config: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What `hushgate GROUP list --json` prints."""
    capsys.readouterr()
    assert main([group, "list", "--json", "--config", config]) == 0
    found: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return found
