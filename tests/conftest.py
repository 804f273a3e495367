"""Scenes: an installation for one test, or one that a module shares because reading its material takes seconds."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from scene import Scene

XINGER = {
    "id": "R-2020-0918",
    "opened_at": "2020-09-18T10:00:00+08:00",
    "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"], "representatives": ["pr@guild.example"]}],
    "reporter": {
        "names": ["张小鸣"],
        "nicknames": ["鸣鸣不飞"],
        "addresses": ["xiaoming@mail.example"],
        "phones": ["+86 138 0013 8000"],
        "accounts": [{"kind": "wechat", "value": "xm_feifei90"}],
        "government_ids": ["440106199001011234"],
    },
}


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """An installation that is not started and knows no report."""
    scene = Scene(tmp_path)
    yield scene
    scene.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """A started installation that knows the report against 星儿; shared by the tests of a module."""
    scene = Scene(tmp_path_factory.mktemp("served"))
    scene.import_reports(XINGER)
    scene.start()
    yield scene
    scene.close()
