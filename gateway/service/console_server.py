"""The console on an event loop and thread of its own, so that a slow page never slows mail."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import uvicorn
from starlette.routing import Mount

from gateway.api.app import PREFIX
from gateway.console.app import create_app
from gateway.console.deps import ConsoleDeps
from gateway.console.oidc import OidcProvider, Options
from gateway.console.peers import Peers, host_name, networks
from gateway.errors import Unavailable
from gateway.model.deadline import Deadline
from gateway.model.roles import ROLES
from gateway.relay.tls import Certificates
from gateway.service.api import api_of
from gateway.service.http import LONGEST_HEAD, Crowd, protocol
from gateway.service.listeners import listening, shown_address
from gateway.service.policy_trials import policy_shown, tried
from gateway.service.retention import set_legal_hold
from gateway.service.returning import return_held
from gateway.service.searching import Searching
from gateway.service.sending import decider_of, discard_held, reading_rewritten, release_held, release_held_rewritten
from gateway.service.setup_link import remove_link, setup_file
from gateway.service.unlocking import unlock_held
from gateway.service.wiring import Application
from gateway.settings.settings import Console, OidcSettings

_VIEW_SECONDS = 20.0
"""For taking a mail's HTML apart, so that it can be shown."""


_TRIAL_SECONDS = 15.0
"""For trying rules on the record; the rest of it is left out, and that is said."""


class ConsoleServer:
    """uvicorn on a listening socket, its own or the given one. `address` is the real one where port 0 was asked for.
    `parts` says of each part of the service but the store whether it can take mail; it may block for some seconds."""

    def __init__(
        self,
        house: Application,
        metrics: Callable[[], tuple[bytes, str]],
        parts: Callable[[], dict[str, bool]],
        emit: Callable[[object], None],
        bound: socket.socket | None = None,
    ) -> None:
        wanted = house.settings.console.listen
        self._socket = bound if bound is not None else listening("console.listen", wanted.host, wanted.port)
        name = self._socket.getsockname()
        self.address: tuple[str, int] = (name[0], name[1])
        console = house.settings.console
        config = uvicorn.Config(
            create_app(_deps(house, metrics, parts, emit), [Mount(PREFIX, api_of(house, emit))]),
            http=protocol(console.head_seconds, Crowd(console.max_connections, proxies(console).is_proxy)),
            ws="none",
            h11_max_incomplete_event_size=LONGEST_HEAD,
            proxy_headers=False,  # uvicorn's own trusts whom FORWARDED_ALLOW_IPS names; `console.peers` decides here
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=5,
        )
        if console.certificate:
            config.load()
            config.ssl = renewing(Certificates(console.certificate, console.key, emit, "console.certificate"))
        self._handshake = float(console.head_seconds)
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(target=self._run, name="console", daemon=True)

    def start(self) -> None:
        """Begin to answer; connections wait in the socket's queue until then."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the requests that run, at most five seconds."""
        self._server.should_exit = True
        if self._thread.is_alive():
            self._thread.join(10)
        self._socket.close()

    def _run(self) -> None:
        with asyncio.Runner(loop_factory=lambda: _Loop(self._handshake)) as runner:
            runner.run(self._server.serve(sockets=[self._socket]))


class _Loop(asyncio.SelectorEventLoop):
    """A loop whose servers wait no longer for TLS to begin than for the head of a request; uvicorn lets nobody say so.
    Before that nothing knows of a connection, and none is counted."""

    def __init__(self, handshake_seconds: float) -> None:
        super().__init__()
        self._handshake = handshake_seconds

    async def create_server(self, *args: Any, **options: Any) -> asyncio.Server:
        """As always."""
        if options.get("ssl") is not None:
            options["ssl_handshake_timeout"] = self._handshake
        return await super().create_server(*args, **options)


def renewing(certificates: Certificates) -> ssl.SSLContext:
    """A context that takes the newest certificate for each connection: its callback is asked at each greeting, whether
    the client names a server or not."""

    def newest(end: ssl.SSLObject | ssl.SSLSocket, name: str | None, context: ssl.SSLContext) -> None:
        end.context = certificates.context()

    context = certificates.context()
    context.sni_callback = newest
    return context


def _deps(
    house: Application,
    metrics: Callable[[], tuple[bytes, str]],
    parts: Callable[[], dict[str, bool]],
    emit: Callable[[object], None],
) -> ConsoleDeps:
    def ready() -> dict[str, bool]:
        state = {"store": True} | parts()
        try:
            house.store.ping()
        except Unavailable:
            state["store"] = False
        return state

    console = house.settings.console
    return ConsoleDeps(
        quarantine=house.store.quarantine,
        people=house.store.people,
        reports=house.store.reports,
        noted=lambda actor, event, report, reason: house.store.audit.append_with_reason(
            actor, event, report, {}, reason
        ),
        note_look=house.store.audit.note_look,
        log=house.store.audit,
        release=lambda held, actor, reason: release_held(house, held, actor, reason),
        discard=lambda held, actor, reason: discard_held(house, held, actor, reason),
        ready=ready,
        metrics=metrics,
        clock=lambda: datetime.now(UTC),
        emit=emit,
        session_lasts=timedelta(minutes=console.session_minutes),
        session_idle=timedelta(minutes=console.idle_minutes),
        secure_cookies=console.secure_cookies or bool(console.certificate) or console.url.startswith("https://"),
        require_totp=frozenset(console.require_totp),
        password_sign_in=console.password_sign_in,
        provider=provider_of(house.settings.oidc),
        hosts=_names(console),
        url=console.url,
        trusted_proxies=console.trusted_proxies,
        metrics_networks=console.metrics_networks,
        metrics_token=console.metrics_token,
        device_key=house.device_key,
        form_seconds=float(console.head_seconds),
        senders=house.store.senders,
        limits=lambda: house.policy.limits,
        unlock=lambda held, actor, password: unlock_held(house, held, actor, password, emit),
        rewrites=house.store.rewrites,
        rewritten=lambda held, actor, changes, word: reading_rewritten(house, held, actor, changes, word),
        release_shown=lambda held, actor, reason, changes, shown: release_held_rewritten(
            house, held, actor, reason, changes, shown
        ),
        search=Searching(house).found,
        shown_page=lambda content: house.reader(emit, most=1).show_page(content, Deadline.after(_VIEW_SECONDS)),
        earlier=house.store.earlier,
        revealed=lambda actor, held, kind, reason: house.store.audit.append_with_reason(
            actor, "identity.revealed", held, {"kind": kind}, reason
        ),
        return_to_sender=lambda held, actor, reason, note: return_held(house, held, actor, reason, note),
        justifications_of=house.store.justifications.of,
        release_rewritten=lambda held, actor, reason: release_held_rewritten(house, held, actor, reason),
        proposals=house.store.proposals,
        policy=lambda: house.policy,
        decider=lambda actor: decider_of(house, actor),
        target=timedelta(minutes=house.settings.review.target_minutes),
        tallies=house.store.tallies,
        lessons=console.lessons,
        keeping=house.store.keeping,
        passed=house.store.passed,
        legal_hold=lambda message, on, actor, reason: set_legal_hold(house, message, on, actor, reason),
        retention=house.settings.retention,
        keep_days=lambda: house.policy.keep_days,
        watched=house.store.watched,
        last_drill=house.store.drills.last,
        decisions=house.store.decisions if house.settings.retention.record_days else None,
        try_rules=lambda data, since: tried(
            house.store.decisions, policy_shown(data), house.policy, since, _TRIAL_SECONDS
        ),
        rules_refused=lambda: house.rules_refused,
        may_scrape=lambda secret: _may_scrape(house, secret),
        used=lambda: remove_link(setup_file(house.settings.storage)),
    )


def _may_scrape(house: Application, secret: str) -> bool:
    token = house.store.tokens.find(secret, datetime.now(UTC))
    return token is not None and "metrics" in token.scopes


def provider_of(oidc: OidcSettings) -> OidcProvider | None:
    """The identity provider that the settings name."""
    if not oidc.issuer:
        return None
    words = [given.rpartition("=") for given in oidc.roles]
    roles = tuple((word, role) for word, _, name in words for role in ROLES if role == name)
    return OidcProvider(
        Options(
            oidc.issuer,
            oidc.client_id,
            oidc.client_secret,
            oidc.scopes,
            oidc.name_claim,
            oidc.role_claim,
            roles,
            oidc.ca_file,
        )
    )


def base_url(console: Console, address: tuple[str, int]) -> str:
    """Under which address people open the pages."""
    return console.url or f"{'https' if console.certificate else 'http'}://{shown_address(address)}"


def proxies(console: Console) -> Peers:
    """Who may say whom it speaks for."""
    return Peers(networks(console.trusted_proxies))


def _names(console: Console) -> frozenset[str]:
    """By which names we may be asked for; one that stands for all addresses is none."""
    written = [console.listen.host, urlsplit(console.url).hostname or "", *console.hosts]
    return frozenset(host_name(f"[{one}]" if ":" in one else one) for one in written) - {"", "0.0.0.0", "::"}  # noqa: S104 - compared, not bound
