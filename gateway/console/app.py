"""The console as an ASGI application: routes, security headers, and errors as plain pages."""

from collections.abc import Awaitable, Callable

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from gateway.console.deps import ConsoleDeps
from gateway.console.pages import Pages
from gateway.console.report_pages import ReportPages
from gateway.errors import Unavailable
from gateway.telemetry.events import StoreFailed, unexpected

_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


_SAID = {404: "not_found", 405: "not_found", 413: "too_large"}


def create_app(deps: ConsoleDeps) -> Starlette:
    """The application. Nothing is opened here and nothing needs closing."""
    pages = Pages(deps)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        state = await run_in_threadpool(deps.ready)
        ready = all(state.values())
        return JSONResponse({"ready": ready, **state}, 200 if ready else 503)

    async def metrics(request: Request) -> Response:
        body, kind = await run_in_threadpool(deps.metrics)
        return Response(body, headers={"Content-Type": kind})

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        return pages.page(request, "message.html", status, message=_SAID.get(status, "forbidden"))

    async def unavailable(request: Request, error: Exception) -> Response:
        deps.emit(StoreFailed("console"))
        return pages.page(request, "message.html", 503, message="unavailable")

    async def failed(request: Request, error: Exception) -> Response:
        return pages.page(request, "message.html", 500, message="error")

    guarded = pages.guarded
    about_reports: list[Route] = []
    if deps.reports is not None:
        of_reports = ReportPages(pages, deps, deps.reports)
        about_reports = [
            Route("/reports", guarded(of_reports.listing)),
            Route("/reports/unresolved", guarded(pages.unresolved)),
            Route("/reports/{report}", guarded(of_reports.report)),
            Route("/reports/{report}/reveal", guarded(of_reports.reveal), methods=["POST"]),
            Route("/reports/{report}/confirm", guarded(of_reports.reviewing("confirmed")), methods=["POST"]),
            Route("/reports/{report}/strike", guarded(of_reports.reviewing("struck")), methods=["POST"]),
            Route("/reports/{report}/{what}", guarded(of_reports.asked)),
        ]
    return Starlette(
        routes=[
            *about_reports,
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/static/style.css", pages.style),
            Route("/favicon.ico", pages.icon),
            Route("/language/{language}", pages.language),
            Route("/setup/{token}", pages.setup, methods=["GET", "POST"]),
            Route("/login", pages.login, methods=["GET", "POST"]),
            Route("/logout", guarded(pages.logout), methods=["POST"]),
            Route("/", guarded(pages.listing)),
            Route("/held/{held}", guarded(pages.held)),
            Route("/held/{held}/picture/{number:int}.png", guarded(pages.picture)),
            Route("/held/{held}/release", guarded(pages.release), methods=["POST"]),
            Route("/held/{held}/discard", guarded(pages.discard), methods=["POST"]),
            Route("/held/{held}/release", guarded(pages.decided)),
            Route("/held/{held}/discard", guarded(pages.decided)),
        ],
        middleware=[Middleware(_Guard, emit=deps.emit, failed=failed)],
        exception_handlers={HTTPException: not_found, Unavailable: unavailable},
    )


class _Guard(BaseHTTPMiddleware):
    """Security headers on every answer; a bug of ours is a page without a traceback, and an event without its text."""

    def __init__(
        self,
        app: ASGIApp,
        emit: Callable[[object], None],
        failed: Callable[[Request, Exception], Awaitable[Response]],
    ) -> None:
        super().__init__(app)
        self._emit, self._failed = emit, failed

    async def dispatch(self, request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        try:
            response = await call_next(request)
        except Exception as error:
            self._emit(unexpected(error))
            response = await self._failed(request, error)
        for name, value in _HEADERS.items():
            response.headers[name] = value
        # Pages show what few may see: no cache keeps them.
        response.headers.setdefault("Cache-Control", "no-store")
        return response
