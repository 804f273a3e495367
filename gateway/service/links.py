"""Under which address links to the console are written, by the console and by commands beside it."""

from contextlib import suppress

from gateway.errors import StoreUnavailable
from gateway.service.listeners import shown_address
from gateway.service.wiring import Application


def console_address(house: Application) -> str:
    """As people open it: `console.url`, else where it listens; where that is any free port, the one it has now."""
    console = house.settings.console
    if console.url:
        return console.url
    if console.listen.port == 0 and (noted := house.store.people.console_address()):
        return noted
    scheme = "https" if console.certificate else "http"
    return f"{scheme}://{shown_address((console.listen.host, console.listen.port))}"


def note_address(house: Application, base: str) -> None:
    """Remember where the console is, where no setting says it."""
    console = house.settings.console
    if not console.url and console.listen.port == 0:
        with suppress(StoreUnavailable):
            house.store.people.note_console_address(base)
