"""The console as an ASGI application: routes, security headers, and errors as plain pages."""

import hmac

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from gateway.console.deps import ConsoleDeps
from gateway.console.entrance import RequestGuard, visitor_of
from gateway.console.pages import ConsolePages, Guarded, Page
from gateway.console.peers import Peers, is_loopback, networks, within
from gateway.console.report_pages import ReportPages
from gateway.errors import Unavailable
from gateway.storage.protocols import Person
from gateway.telemetry.events import StoreFailed

_SAID = {400: "bad_request", 404: "not_found", 405: "not_found", 408: "too_slow", 413: "too_large"}
_BEARER = "bearer "


def create_app(deps: ConsoleDeps) -> Starlette:
    """The application. Nothing is opened here and nothing needs closing."""
    pages = ConsolePages(deps)
    scrapers, token = networks(deps.metrics_networks), deps.metrics_token.encode()

    def may_see_metrics(request: Request) -> bool:
        """They say by kind what was found: to whom they are not meant they would tell what became of a mail."""
        visitor = visitor_of(request)
        if visitor.direct and (is_loopback(visitor.host) or within(visitor.host, scrapers)):
            return True
        given = request.headers.get("authorization", "")
        bearer = given[: len(_BEARER)].lower() == _BEARER
        return bool(token) and bearer and hmac.compare_digest(given[len(_BEARER) :].strip().encode(), token)

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        state = await run_in_threadpool(deps.ready)
        ready = all(state.values())
        return JSONResponse({"ready": ready, **state}, 200 if ready else 503)

    async def metrics(request: Request) -> Response:
        if not may_see_metrics(request):
            return PlainTextResponse(
                "需要令牌，或来自 console.metrics_networks\nA token, or a network of console.metrics_networks\n",
                401,
                {"WWW-Authenticate": 'Bearer realm="metrics"'},
            )
        body, kind = await run_in_threadpool(deps.metrics)
        return Response(body, headers={"Content-Type": kind})

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        response = pages.page(request, "message.html", status, message=_SAID.get(status, "forbidden"))
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)  # `Allow` of 405
        return response

    async def unavailable(request: Request, error: Exception) -> Response:
        deps.emit(StoreFailed("console"))
        return pages.page(request, "message.html", 503, message="unavailable")

    async def failed(request: Request, error: Exception) -> Response:
        return pages.page(request, "message.html", 500, message="error")

    guarded = pages.guarded

    def asked_or(shown: Guarded, done: Guarded) -> Page:
        """One address, opened as a page and as the target of a form."""

        async def either(request: Request, person: Person) -> Response:
            return await (done if request.method == "POST" else shown)(request, person)

        return guarded(either)

    about_reports: list[Route] = []
    if deps.reports is not None:
        of_reports = ReportPages(pages, deps, deps.reports)
        about_reports = [
            Route("/reports", guarded(of_reports.listing)),
            Route("/reports/unresolved", guarded(pages.unresolved)),
            Route("/reports/{report}", guarded(of_reports.report)),
            *(
                Route(f"/reports/{{report}}/{what}", asked_or(of_reports.decision_page, done), methods=["GET", "POST"])
                for what, done in (
                    ("reveal", of_reports.reveal),
                    ("protect", of_reports.mark),
                    ("confirm", of_reports.reviewing("confirmed")),
                    ("strike", of_reports.reviewing("struck")),
                )
            ),
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
            Route("/rewritten", guarded(pages.sent_rewritten)),
            Route("/rewritten/{rewrite}", guarded(pages.original)),
            Route("/rewritten/{rewrite}/picture/{number:int}.png", guarded(pages.original_picture)),
            Route("/held/{held}", guarded(pages.held)),
            Route("/held/{held}/picture/{number:int}.png", guarded(pages.picture)),
            Route("/held/{held}/release", asked_or(pages.decided, pages.release), methods=["GET", "POST"]),
            Route("/held/{held}/rewritten", asked_or(pages.decided, pages.rewritten), methods=["GET", "POST"]),
            Route(
                "/held/{held}/release-rewritten",
                asked_or(pages.decided, pages.release_rewritten),
                methods=["GET", "POST"],
            ),
            Route("/held/{held}/unlock", asked_or(pages.decided, pages.unlock), methods=["GET", "POST"]),
            Route("/held/{held}/discard", asked_or(pages.decided, pages.discard), methods=["GET", "POST"]),
        ],
        middleware=[
            Middleware(
                RequestGuard,
                peers=Peers(networks(deps.trusted_proxies)),
                names=deps.hosts,
                emit=deps.emit,
                failed=failed,
            )
        ],
        exception_handlers={HTTPException: not_found, Unavailable: unavailable},
    )
