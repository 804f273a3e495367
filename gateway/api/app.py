"""The API as an ASGI application, to be mounted under `/api/v1`: who asks, may they, how often; then the call.

A token is looked at before a body is read. Every error is problem details; a bug of ours is 500 without its text.
"""

from collections.abc import Awaitable, Callable, Sequence

import msgspec
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool as off_loop
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway import __version__
from gateway.api.bodies import JSON, BodyMemory, BodyRead, media_type, read, without_boundary
from gateway.api.deps import ApiDeps
from gateway.api.describe import described
from gateway.api.inspections import InspectCalls
from gateway.api.messages import MessageCalls
from gateway.api.operations import LONGEST_KEY, Call, Operation
from gateway.api.problems import MEDIA_TYPE, Refused, problem_response
from gateway.api.rates import Rates
from gateway.api.reports import ReportCalls
from gateway.api.work_limit import WorkLimit
from gateway.console.entrance import visitor_of
from gateway.console.rate_limit import client_key
from gateway.errors import Unavailable
from gateway.storage.api_tokens import digest_of
from gateway.storage.token_protocols import ApiToken, KnownAnswer
from gateway.telemetry.events import StoreFailed, unexpected

PREFIX = "/api/v1"
_BEARER = "bearer "
_AT_ONCE = 2
"""Imports and inspections at once."""
_BODIES = 4
"""Of the largest size, in memory at once."""


def create_api(deps: ApiDeps) -> Starlette:
    """The application. Nothing is opened here and nothing needs closing."""
    work = WorkLimit(_AT_ONCE)
    rooms = (ReportCalls(deps, work), MessageCalls(deps), InspectCalls(deps, work))
    operations = [operation for room in rooms for operation in room.operations()]
    door = _Door(deps)
    described_as = msgspec.json.encode(described(operations, __version__, deps.most))

    async def description(request: Request) -> Response:
        return Response(described_as, media_type=JSON)

    async def unknown(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
        said = {404: "there is nothing at this address", 405: "this address does not take the method"}
        return problem_response(Refused(status, "address", said.get(status, "the request is not right"), headers))

    app = Starlette(
        routes=[
            Route("/openapi.json", description),
            *(Route(path, door.endpoint(of), methods=[one.method for one in of]) for path, of in _by_path(operations)),
        ],
        exception_handlers={HTTPException: unknown},
    )
    app.router.redirect_slashes = False
    return app


def _by_path(operations: Sequence[Operation]) -> list[tuple[str, list[Operation]]]:
    found: dict[str, list[Operation]] = {}
    for operation in operations:
        found.setdefault(operation.path, []).append(operation)
    return list(found.items())


class _Door:
    """What every call goes through."""

    def __init__(self, deps: ApiDeps) -> None:
        self._deps = deps
        self._rates = Rates(deps.rate, deps.seconds)
        self._memory = BodyMemory(_BODIES * deps.most)

    def endpoint(self, operations: Sequence[Operation]) -> Callable[[Request], Awaitable[Response]]:
        """The handler of one path."""
        of_method: dict[str, Operation] = {operation.method: operation for operation in operations}

        async def handle(request: Request) -> Response:
            operation = of_method["GET" if request.method == "HEAD" else request.method]
            try:
                return await self._answered(request, operation)
            except Refused as refused:
                return problem_response(refused)
            except Unavailable:
                self._deps.emit(StoreFailed("api"))
                later = {"Retry-After": "5"}
                return problem_response(Refused(503, "unavailable", "not now; send it again later", later))
            except Exception as error:
                self._deps.emit(unexpected(error))
                return problem_response(Refused(500, "fault", "a fault of the service; its log says where"))

        return handle

    async def _answered(self, request: Request, operation: Operation) -> Response:
        token = await self._token(request)
        if wait := self._rates.wait(f"token:{token.name}"):
            raise _too_many(wait)
        if operation.scope not in token.scopes:
            raise Refused(403, "scope", f"the token does not have the scope {operation.scope}")
        if operation.takes and media_type(request) not in operation.takes:
            raise Refused(415, "media_type", f"send {' or '.join(operation.takes)}")
        if operation.takes and request.headers.get("content-encoding", "identity").strip().lower() != "identity":
            # Judged as it comes it would be another mail than the one that was meant.
            raise Refused(415, "content_encoding", "send the body as it is, without Content-Encoding")
        taken = BodyRead(self._memory)
        try:
            body = await read(request, self._deps.most, taken) if operation.takes else b""
            call = Call(request, token, body)
            key = request.headers.get("idempotency-key", "") if operation.repeatable else ""
            return await (self._once(call, operation, key) if key else operation.run(call))
        finally:
            taken.end()

    async def _token(self, request: Request) -> ApiToken:
        given = request.headers.get("authorization", "")
        bearer = given[: len(_BEARER)].lower() == _BEARER
        secret = given[len(_BEARER) :].strip() if bearer else ""
        challenge = {"WWW-Authenticate": 'Bearer realm="hushgate"'}
        stranger = client_key(visitor_of(request).host)
        if not secret:
            raise Refused(401, "no_token", "send Authorization: Bearer TOKEN", challenge)
        token = await off_loop(self._deps.tokens.find, secret, self._deps.clock())
        if token is None:
            # Whoever guesses is slowed; nobody who has a token waits for them.
            if wait := self._rates.wait(stranger):
                raise _too_many(wait)
            raise Refused(401, "token", "the token is not known, or has run out", challenge)
        return token

    async def _once(self, call: Call, operation: Operation, key: str) -> Response:
        """What was answered to the first request with this key; or the answer, kept."""
        if len(key) > LONGEST_KEY or not key.isascii() or not key.isprintable():
            raise Refused(422, "idempotency_key", f"Idempotency-Key has 1 to {LONGEST_KEY} printable ASCII characters")
        tokens, name = self._deps.tokens, call.token.name
        url = call.request.url
        place = (operation.method, url.path, url.query, media_type(call.request))
        asked = digest_of(*(one.encode("utf-8", "replace") for one in place), without_boundary(call.request, call.body))
        known = await off_loop(tokens.begin, name, key, asked, self._deps.clock())
        if known is not None:
            return _again(known, asked)
        try:
            response = await operation.run(call)
        except Refused as refused:
            if refused.changed:
                body = bytes(problem_response(refused).body)
                await off_loop(tokens.answered, name, key, refused.status, body)
            else:
                await off_loop(tokens.given_up, name, key)
            raise
        except BaseException:
            await off_loop(tokens.given_up, name, key)
            raise
        await off_loop(tokens.answered, name, key, response.status_code, bytes(response.body))
        return response


def _again(known: KnownAnswer, asked: bytes) -> Response:
    if known.request != asked:
        raise Refused(422, "idempotency_key", "this Idempotency-Key was sent with another request")
    if not known.status:
        raise Refused(409, "in_progress", "the first request with this Idempotency-Key is still being answered")
    media = (JSON if known.status < 400 else MEDIA_TYPE) if known.body else None
    return Response(known.body, known.status, {"Idempotency-Replayed": "true"}, media)


def _too_many(wait: int) -> Refused:
    return Refused(429, "rate", "more requests than `console.api_rate` allows", {"Retry-After": str(wait)})
