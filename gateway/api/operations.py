"""One call of the API: how it is asked, who may, what it answers, and what runs. The description is made from these."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.api.bodies import JSON
from gateway.model.scopes import Scope
from gateway.storage.token_protocols import ApiToken

LONGEST_KEY = 200
"""Characters of an `Idempotency-Key`, which are printable ASCII."""
Method = Literal["GET", "POST", "DELETE"]


@dataclass(frozen=True, slots=True)
class Call:
    """A request that may be answered: who asks, and the whole body."""

    request: Request
    token: ApiToken
    body: bytes = field(repr=False)

    def in_path(self, name: str) -> str:
        """What stands in the path for a name."""
        return str(self.request.path_params[name])

    def in_query(self, name: str) -> str:
        """What stands in the query for a name; empty, as `status=`, is the same as nothing."""
        return str(self.request.query_params.get(name, ""))


def json_response(value: object, status: int = 200) -> Response:
    """A value as a JSON answer."""
    return Response(msgspec.json.encode(value), status, media_type=JSON)


@dataclass(frozen=True, slots=True)
class QueryParameter:
    """What stands behind the `?`. `schema` is its JSON Schema."""

    name: str
    says: str
    schema: Mapping[str, Any]
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. `takes` has the types of a body by media type (None: any bytes), `answers` the shapes by status.
    `repeatable`: it goes by an `Idempotency-Key`."""

    method: Method
    path: str
    scope: Scope
    says: str
    run: Callable[[Call], Awaitable[Response]]
    answers: Mapping[int, tuple[str, type | None]]
    parameters: tuple[QueryParameter, ...] = ()
    takes: Mapping[str, type | None] = field(default_factory=dict)
    repeatable: bool = False
