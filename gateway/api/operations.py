"""One call of the API: how it is asked, who may, what it answers, and what runs. The description is made from these."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import Response

from gateway.model.scopes import Scope
from gateway.storage.token_protocols import ApiToken

Method = Literal["GET", "POST", "PUT", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be answered: who asks, and the whole body."""

    request: Request
    token: ApiToken
    body: bytes = field(repr=False)

    def in_path(self, name: str) -> str:
        """What stands in the path for a name."""
        return str(self.request.path_params[name])


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """What stands behind the `?`. `schema` is its JSON Schema."""

    name: str
    says: str
    schema: Mapping[str, Any]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """`takes` has the types of a body by media type (None: any bytes), `answers` the shapes by status. `repeatable`: an
    `Idempotency-Key` is opened at."""

    method: Method
    path: str
    scope: Scope
    says: str
    run: Callable[[Call], Awaitable[Response]]
    answers: Mapping[int, tuple[str, type | None]]
    parameters: tuple[QueryParameter, ...] = ()
    takes: Mapping[str, type | None] = field(default_factory=dict)
    repeatable: bool = False
