"""A held message looked at again with a password: the same function for the console and for `hushgate quarantine`."""

from collections.abc import Callable

from gateway.inspection.reinspection import look_again
from gateway.model.deadline import Deadline
from gateway.service.budget import budget_of
from gateway.service.wiring import Application


def unlock_held(
    house: Application, held: str, actor: str, password: str, emit: Callable[[object], None] | None = None
) -> bool:
    """Whether more of it was opened; without a password, by what other mail gave. It takes as long as reading the
    message does, and a reader, which is started where there is none. Raises what `look_again` does."""
    house.reader(emit, most=1)
    return look_again(held, actor, house.tools(), password, Deadline.after(budget_of(house.settings)))
