"""Before any page: who asks, by which name, and security headers on every answer.

A bug of ours is a page without a traceback, and an event without its text.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from gateway.console.peers import Peers, Visitor, may_be_asked_for
from gateway.telemetry.events import unexpected

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; "
    "img-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
_OF_ITS_OWN = frozenset(("Content-Security-Policy", "X-Frame-Options"))
"""What a page may say itself: the frame of a mail says more, and may stand in a page of ours."""
_PROBES = ("/healthz", "/readyz")
"""Load balancers ask for these in HTTP/1.0, without a name."""

Next = Callable[[Request], Awaitable[Response]]


class RequestGuard(BaseHTTPMiddleware):
    """`names` are those under which we may be asked for, besides our own address and `localhost`."""

    def __init__(
        self,
        app: ASGIApp,
        peers: Peers,
        names: frozenset[str],
        emit: Callable[[object], None],
        failed: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        super().__init__(app)
        self._peers, self._names, self._emit, self._failed = peers, names, emit, failed

    async def dispatch(self, request: Request, call_next: Next) -> Response:
        response = await self._answered(request, call_next)
        for name, value in _HEADERS.items():
            if name in _OF_ITS_OWN:
                response.headers.setdefault(name, value)
            else:
                response.headers[name] = value
        # Pages show what few may see: no cache keeps them.
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    async def _answered(self, request: Request, call_next: Next) -> Response:
        if not self._ours(request):
            return PlainTextResponse(
                "这里没有这个站点；请在 console.hosts 中加入该名称\n"
                "No such site here; its name belongs into console.hosts\n",
                421,
            )
        peer = request.client.host if request.client else ""
        visitor = self._peers.visitor(peer, request.scope["headers"])
        # The scheme is that of the connection itself: uvicorn is told to believe no header.
        request.state.visitor = replace(visitor, secure=visitor.secure or request.url.scheme == "https")
        try:
            return await call_next(request)
        except Exception as error:
            self._emit(unexpected(error))
            return await self._failed(request, error)

    def _ours(self, request: Request) -> bool:
        asked = request.headers.getlist("host")
        if not asked:
            return request.url.path in _PROBES
        server = request.scope.get("server")
        return len(asked) == 1 and may_be_asked_for(asked[0], server[0] if server else "", self._names)


def visitor_of(request: Request) -> Visitor:
    """Who asks."""
    found: Visitor = request.state.visitor
    return found
