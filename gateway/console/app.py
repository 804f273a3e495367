"""The console as an ASGI application: routes, security headers, and errors as plain pages."""

import hmac
from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from gateway.console.account_pages import AccountPages
from gateway.console.audit_pages import AuditPages
from gateway.console.bulk_pages import BulkPages
from gateway.console.deps import ConsoleDeps
from gateway.console.entrance import RequestGuard, visitor_of
from gateway.console.figure_pages import FigurePages
from gateway.console.late_pages import LatePages
from gateway.console.lesson_pages import LessonPages
from gateway.console.message_pages import MessagePages
from gateway.console.peers import Peers, is_loopback, networks, within
from gateway.console.provider_pages import ProviderPages
from gateway.console.queue_pages import QueuePages
from gateway.console.rate_limit import Attempts
from gateway.console.report_pages import ReportPages
from gateway.console.retention_pages import RetentionPages
from gateway.console.rewrite_pages import RewritePages
from gateway.console.rule_pages import RulePages
from gateway.console.sign_in_pages import SignInPages
from gateway.console.site import Room, Site
from gateway.console.user_pages import UserPages
from gateway.console.watched_pages import WatchedPages
from gateway.errors import Unavailable
from gateway.telemetry.events import StoreFailed

_SAID = {400: "bad_request", 404: "not_found", 405: "not_found", 408: "too_slow", 413: "too_large"}
_BEARER = "bearer "


def create_app(deps: ConsoleDeps, mounts: Sequence[BaseRoute] = ()) -> Starlette:
    """The application, with what else is answered at its address. Nothing is opened here and nothing needs closing."""
    site = Site(deps)
    attempts = Attempts()
    signing, accounts = SignInPages(site, attempts), AccountPages(site, attempts)
    rooms: list[Room] = [
        signing,
        accounts,
        QueuePages(site),
        BulkPages(site),
        MessagePages(site),
        RewritePages(site),
    ]
    if deps.passed is not None:
        rooms.append(LatePages(site, deps.passed))
    if deps.reports is not None:
        rooms.append(ReportPages(site, deps.reports))
    rooms.append(UserPages(site))
    if deps.provider is not None:
        rooms.append(ProviderPages(site, signing, accounts, deps.provider, attempts))
    if deps.log is not None:
        rooms.append(AuditPages(site, deps.log))
    if deps.watched is not None:
        rooms.append(WatchedPages(site, deps.watched))
    rooms += [FigurePages(site), LessonPages(site), RetentionPages(site)]
    if deps.decisions is not None:
        rooms.append(RulePages(site, deps.decisions))
    site.menu = tuple(entry for room in rooms for entry in room.menu)
    scrapers, secret = networks(deps.metrics_networks), deps.metrics_token.encode()

    def may_see_metrics(request: Request) -> bool:
        """They say by kind what was found: to whom they are not meant they would tell what became of a mail."""
        visitor = visitor_of(request)
        if visitor.direct and (is_loopback(visitor.host) or within(visitor.host, scrapers)):
            return True
        given = request.headers.get("authorization", "")
        bearer = given[: len(_BEARER)].lower() == _BEARER
        told = given[len(_BEARER) :].strip() if bearer else ""
        return bool(told) and (
            (bool(secret) and hmac.compare_digest(told.encode("utf-8", "replace"), secret)) or deps.may_scrape(told)
        )

    async def healthz(request: Request) -> Response:
        return PlainTextResponse("ok\n")

    async def readyz(request: Request) -> Response:
        state = await run_in_threadpool(deps.ready)
        ready = all(state.values())
        return JSONResponse({"ready": ready, **state}, 200 if ready else 503)

    async def metrics(request: Request) -> Response:
        if not await run_in_threadpool(may_see_metrics, request):
            return PlainTextResponse(
                "需要令牌，或来自 console.metrics_networks\nA token, or a network of console.metrics_networks\n",
                401,
                {"WWW-Authenticate": 'Bearer realm="metrics"'},
            )
        body, kind = await run_in_threadpool(deps.metrics)
        return Response(body, headers={"Content-Type": kind})

    async def not_found(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        response = site.page(request, "message.html", status, message=_SAID.get(status, "forbidden"))
        if isinstance(error, HTTPException) and error.headers:
            response.headers.update(error.headers)  # `Allow` of 405
        return response

    async def unavailable(request: Request, error: Exception) -> Response:
        deps.emit(StoreFailed("console"))
        return site.page(request, "message.html", 503, message="unavailable")

    async def failed(request: Request, error: Exception) -> Response:
        return site.page(request, "message.html", 500, message="error")

    return Starlette(
        routes=[
            Route("/healthz", healthz),
            Route("/readyz", readyz),
            Route("/metrics", metrics),
            Route("/static/style.css", site.static("style.css", "text/css")),
            Route("/favicon.ico", site.icon),
            Route("/language/{language}", site.language),
            *(route for room in rooms for route in room.routes()),
            *mounts,
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
