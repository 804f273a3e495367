"""The names and staff of the organisation are read anew on reload, all of it or nothing."""

from pathlib import Path

import pytest

from gateway.errors import Problem
from gateway.service.wiring import open_house, read_anew


def test_the_staff_directory_is_read_anew(tmp_path: Path) -> None:
    config, staff = tmp_path / "config", tmp_path / "staff.csv"
    config.mkdir()
    staff.write_text("李晓,lx@platform.example\n", "utf-8")
    settings = config / "gateway.toml"
    written = f'[storage]\nurl = "sqlite:///{tmp_path}/s.db"\nkey_file = "{tmp_path}/key"\n'
    written += '[upstream]\nhost = "localhost"\nport = 25\n'
    settings.write_text(written + f'[organization]\ndomains = ["platform.example"]\nstaff = "{staff}"\n', "utf-8")
    with open_house(config, {}, new_store=True) as house:
        tools = house.tools()
        assert list(tools.staff) == ["lx@platform.example"]
        staff.write_text("李晓,lx@platform.example\n文静,wj@platform.example\n", "utf-8")
        settings.write_text(settings.read_text("utf-8") + 'names = ["云雀"]\n', "utf-8")
        fresh = read_anew(config, {})
        assert list(house.ours.names) == []
        house.take(fresh)
        assert list(house.ours.names) == ["云雀"]
        tools = house.again(tools, fresh)
        assert tools.staff.keys() == {"lx@platform.example", "wj@platform.example"}
        assert list(tools.staff["wj@platform.example"]) == ["文静"]
        staff.unlink()
        with pytest.raises(Problem):
            read_anew(config, {})
        assert house.settings.organization.names == ("云雀",)
