"""The court case of the demo, held, behind a console that really sends, for tests in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.common.by import By

from gateway.console.setup import issue_setup_link
from gateway.demo.case import DOMAIN, STAFF, build
from gateway.inspection.inspect import examine, held_as
from gateway.intake.importer import import_file
from gateway.model import Client, Envelope, Message, Recipient
from gateway.service.console_server import ConsoleServer
from gateway.service.wiring import Application, open_house
from gateway.smtp.sink import Delivered
from pages import turn
from scene import OutboxThread

PASSWORD = "a long enough password"  # of nobody


@dataclass
class Office:
    """The case, held; a console, and the world behind it."""

    house: Application
    url: str
    outbox: OutboxThread
    contents: dict[str, bytes]

    @property
    def waiting(self) -> list[str]:
        """Oldest first."""
        return [one.id for one in reversed(self.house.store.quarantine.summaries()) if one.status == "held"]

    @property
    def got(self) -> list[Delivered]:
        return self.outbox.box.messages

    def state(self, held: str) -> str:
        return next(one.status for one in self.house.store.quarantine.summaries() if one.id == held)

    def about(self, subject: str) -> str:
        """The message with this in its subject that still waits."""
        found = [
            id_
            for id_ in self.waiting
            if subject in str(message_from_bytes(self.contents[id_], policy=default)["subject"])
        ]
        return found[0]


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """An installation that holds what the demo sends, all of it but clean mail."""
    outbox = OutboxThread()
    config = folder / "config"
    config.mkdir()
    (config / "gateway.toml").write_text(
        f'[smtp]\nlisten = "127.0.0.1:0"\n[upstream]\nhost = "127.0.0.1"\nport = {outbox.box.port}\n[storage]\n'
        f'url = "sqlite:///{folder}/h.db"\nkey_file = "{folder}/master.key"\n[organization]\ndomains = ["{DOMAIN}"]\n'
        '[console]\nlisten = "127.0.0.1:0"\n'
    )
    case = build(folder / "material")
    with open_house(config, {}) as house:
        import_file(case.reports, house.reader(), house.store.reports, "test", (DOMAIN,))
        contents = {}
        for number, mail in enumerate(case.mails):
            if mail.expected == "pass":
                continue
            envelope = Envelope(STAFF, (Recipient(mail.address),), Client("127.0.0.1", "staff"), datetime.now(UTC))
            message = Message(str(number), mail.content)
            held = house.store.quarantine.hold(
                held_as(envelope, message, examine(envelope, message, house.tools())), "t"
            )
            contents[held] = mail.content
        server = ConsoleServer(house, lambda: (b"", ""), dict, lambda event: None)
        server.start()
        host, port = server.address
        yield Office(house, f"http://{host}:{port}", outbox, contents)
        server.stop()
    outbox.close()


def sign_in(office: Office, browser: webdriver.Chrome) -> None:
    """As the first admin, on a screen of 1280 by 900."""
    link = issue_setup_link(office.house.store.people, datetime.now(UTC), office.url)
    if link is not None:
        browser.get(link)
        for name, value in (("name", "mei"), ("password", PASSWORD), ("again", PASSWORD)):
            browser.find_element(By.NAME, name).send_keys(value)
    else:
        browser.get(f"{office.url}/login")
        browser.find_element(By.NAME, "name").send_keys("mei")
        browser.find_element(By.NAME, "password").send_keys(PASSWORD)
    turn(browser, By.CSS_SELECTOR, "main button")
    size(browser, 1280, 900)


def size(browser: webdriver.Chrome, width: int, height: int) -> None:
    metrics = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
