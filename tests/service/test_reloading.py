"""A process takes the rules that all others took, or ends, so that another comes in its place with them."""

import socket
from pathlib import Path

from gateway.ipc.control import Reload
from gateway.service.reloading import Reloading
from gateway.service.wiring import open_house

SETTINGS = '[storage]\nurl = "sqlite:///var/h.db"\nkey_file = "var/key"\n[upstream]\nhost = "localhost"\nport = 25\n'
RULES = '[[rule]]\nname = "all"\naction = "{}"\n'


def folder_of(path: Path, action: str) -> Path:
    path.mkdir()
    (path / "gateway.toml").write_text(SETTINGS, "utf-8")
    (path / "policy.toml").write_text(RULES.format(action), "utf-8")
    return path


def test_who_was_started_meanwhile_takes_what_holds_or_says_that_it_cannot(tmp_path: Path) -> None:
    config, fresh = folder_of(tmp_path / "config", "pass"), folder_of(tmp_path / "2", "quarantine")
    took: list[Path] = []
    control, other = socket.socketpair()
    with control, other, open_house(config, {}, new_store=True) as house:
        before = house.policy
        reloading = Reloading(house, config, control, lambda read, folder: took.append(folder))
        assert not reloading.take(Reload(None, 2, str(tmp_path / "tidied up")))
        assert house.policy == before
        assert took == []
        assert reloading.take(Reload(None, 2, str(fresh)))
        assert [rule.action for rule in house.policy.rules] == ["quarantine"]
        assert took == [fresh]
