"""What axe-core says of a page in a real browser. It lies in tests/axe (MPL-2.0): a tool of tests, served to nobody."""

from pathlib import Path
from typing import Any

from selenium import webdriver

AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
GRAVE = ("serious", "critical")
SCREENS = {"zh": ((1280, False), (390, True)), "en": ((1280, True), (390, False))}
"""(Width, dark) by language: a page that is looked at in both is seen on each, and each language wide and narrow."""
_RUN = """
const done = arguments[arguments.length - 1];
axe.run(document, {resultTypes: ['violations'], iframes: false}).then(
  said => done(said.violations.map(one => ({id: one.id, impact: one.impact,
    nodes: one.nodes.slice(0, 4).map(node => node.html.slice(0, 160) + ' ' + (node.any[0] || node.all[0] || node.none[0]
      || {message: ''}).message)}))), error => done([{id: String(error), impact: 'critical', nodes: []}]));
"""


def show(browser: webdriver.Chrome, width: int, dark: bool) -> None:
    """The page on another screen, without loading it again."""
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wanted = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [wanted]})


def grave(browser: webdriver.Chrome, language: str) -> list[dict[str, Any]]:
    """What a person could not use or read on the page that is open, on the screens of its language."""
    browser.set_script_timeout(60)
    browser.execute_script(AXE)
    found: list[dict[str, Any]] = []
    for width, dark in SCREENS[language]:
        show(browser, width, dark)
        said = browser.execute_async_script(_RUN)
        found += [{"width": width, "dark": dark, **one} for one in said if one["impact"] in GRAVE]
    return found
