"""One thing that material tells of its writer, before it becomes an item of the report."""

from dataclasses import dataclass, field

from gateway.model import Kind


@dataclass(frozen=True, slots=True)
class Learned:
    """`address` is the mail address that a name stood beside, and `beside` the name that a number stood beside, for
    whoever decides whether those are the writer's."""

    kind: Kind
    value: str = field(repr=False)
    score: float
    place: str
    detail: str = ""
    address: str = field(default="", repr=False)
    beside: str = field(default="", repr=False)
