"""Scenes: an installation for one test, or one that a module shares because reading its material takes seconds."""

import asyncio
import importlib
import inspect
import os
import pkgutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.relative_locator import RelativeBy

import gateway
import written
from scene import Scene

# `make test` draws the same examples everywhere: a red run is a change's fault. New ones are `make fuzz`'s to find.
# (hypothesis draws constants of the modules that are loaded too, so in a parallel run all are: `_load_all`.)
settings.register_profile("test", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("fuzz", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))

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


LAST = "test_written.py"
WORLD = Path(__file__).parent / "world"


def pytest_configure(config: pytest.Config) -> None:
    """From the first test on, what the relay writes is kept for the last one."""
    written.listen()
    if hasattr(config, "workerinput") and not config.option.markexpr:
        _load_all()


def _load_all() -> None:
    """Every module of ours: which tests ran before in the same process must not choose the examples of the next."""
    for module in pkgutil.walk_packages(gateway.__path__, "gateway."):
        if not module.name.endswith(("__main__", "migrations.env")):
            importlib.import_module(module.name)


def pytest_sessionfinish() -> None:
    """What the relay wrote is left for the process in which the last test runs."""
    if folder := os.environ.get("HUSHGATE_WRITTEN"):
        written.WRITTEN.store(Path(folder))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The test that looks through everything written runs when everything is. `make quick` goes by the marks."""
    items.sort(key=lambda item: item.path.name == LAST)
    for item in items:
        if WORLD in item.path.parents:
            item.add_marker("slow")
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")


CHROMIUM = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --disable-dev-shm-usage --window-size=1100,1400 --lang=zh-CN"
)
PATIENCE = 20
"""Seconds that an element is waited for."""


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object | None:
    """Run a test that is a coroutine; none may hang."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    wanted = {name: pyfuncitem.funcargs[name] for name in pyfuncitem._fixtureinfo.argnames}
    asyncio.run(asyncio.wait_for(pyfuncitem.obj(**wanted), 30))
    return True


class Chromium(webdriver.Chrome):
    """One element is waited for; a list is what there is now, for an empty one would take the whole wait each time."""

    def find_elements(self, by: str | By | RelativeBy = By.ID, value: str | None = None) -> list[WebElement]:
        self.implicitly_wait(0)
        try:
            return super().find_elements(by, value)
        finally:
            self.implicitly_wait(PATIENCE)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    """Debian's Chromium, reading Chinese, that keeps a log of what its pages may not do."""
    if not Path("/usr/bin/chromium").exists():
        pytest.fail("/usr/bin/chromium is missing; run: sh deploy/test-packages.sh")
    options = Options()
    options.binary_location = "/usr/bin/chromium"
    for flag in (*CHROMIUM.split(" "), f"--user-data-dir={tmp_path}/profile"):
        options.add_argument(flag)
    options.add_experimental_option("prefs", {"intl.accept_languages": "zh-CN,zh"})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chromium(options=options, service=Service("/usr/bin/chromedriver"))
    driver.implicitly_wait(PATIENCE)
    yield driver
    driver.quit()


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
