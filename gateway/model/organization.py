"""What belongs to us: our names and brands, and who works here. None of it is ever a reporter's."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Colleague:
    """One of the staff directory, as it is written there; any may be missing. `team`: for the figures."""

    name: str = ""
    address: str = ""
    team: str = ""


@dataclass(frozen=True, slots=True)
class Ours:
    """`names` are the organisation's own: brands, products, departments, numbers that it publishes."""

    names: tuple[str, ...] = ()
    staff: tuple[Colleague, ...] = field(default=(), repr=False)
