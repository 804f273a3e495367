"""The settings as the relay and the release of held mail want them, and the sender of held mail."""

import socket
from collections.abc import Callable

from gateway.ipc.relay_options import RelayOptions
from gateway.model import Envelope
from gateway.quarantine.release import AnswerLost, NotReached, ReleaseRefused, SendResult, Sent
from gateway.settings.settings import Settings
from gateway.smtp.client import LineCut, NotStarted, Server, Uncertain, Unreachable, Upstream
from gateway.smtp.data_framing import wire_of
from gateway.smtp.replies import Reply

_NEEDS: dict[str, str] = {"SIZE": "SIZE", "BODY": "8BITMIME", "SMTPUTF8": "SMTPUTF8"}
_NEEDS |= dict.fromkeys(("RET", "ENVID", "NOTIFY", "ORCPT"), "DSN")


def server_of(settings: Settings) -> Server:
    """Where upstream is."""
    upstream = settings.upstream
    return Server(
        upstream.host,
        upstream.port,
        upstream.tls,
        upstream.verify,
        upstream.ca_file,
        upstream.connect_seconds,
        upstream.reply_seconds,
        upstream.data_seconds,
    )


def relay_options(settings: Settings) -> RelayOptions:
    """What the relay is told."""
    smtp = settings.smtp
    return RelayOptions(
        smtp.listen.host,
        smtp.listen.port,
        server_of(settings),
        hostname_of(settings),
        smtp.max_size,
        smtp.max_sessions,
        smtp.idle_seconds,
        smtp.answer_seconds,
        networks=smtp.networks,
        max_sessions_per_client=smtp.max_sessions_per_client,
        spool_memory=smtp.spool_memory,
        spool_folder=smtp.spool_folder,
        tls=smtp.tls,
        certificate=smtp.certificate,
        private_key=smtp.private_key,
        auth=smtp.auth,
        xclient_networks=smtp.xclient_networks,
        proxy_networks=smtp.proxy_networks,
        max_recipients=smtp.max_recipients,
        max_errors=smtp.max_errors,
        inside=settings.organization.domains,
        keep_seconds=settings.upstream.keep_seconds,
        answers=settings.notices.address,
    )


def hostname_of(settings: Settings) -> str:
    """Our name on the wire: as configured, or the machine's where that is plain ASCII."""
    name = settings.smtp.hostname or socket.gethostname()
    return name if name.isascii() and name.replace("-", "").replace(".", "").isalnum() else "hushgate.invalid"


class UpstreamSender:
    """`quarantine.release.SendTransaction`: one transaction on a connection of its own. All recipients are taken, or
    none."""

    def __init__(self, settings: Settings) -> None:
        self._server, self._helo = server_of(settings), hostname_of(settings)

    async def __call__(self, envelope: Envelope, content: bytes, before_dot: Callable[[], bool]) -> SendResult:
        """See the Protocol. What `before_dot` raises comes out of here, and the dot was not sent."""
        try:
            upstream = await Upstream.connect(self._server, self._helo)
        except Unreachable:
            return NotReached()
        try:
            result = await _sent(upstream, envelope, content, before_dot)
        except Uncertain:
            return AnswerLost()
        except LineCut:
            return NotReached()
        except BaseException:
            upstream.close()
            raise
        upstream.quit()
        return result


async def _sent(upstream: Upstream, envelope: Envelope, content: bytes, before_dot: Callable[[], bool]) -> SendResult:
    if "SMTPUTF8" not in upstream.keywords and "SMTPUTF8" in (word.upper() for word in envelope.parameters):
        return ReleaseRefused(
            554, "5.6.7 Upstream does not offer SMTPUTF8 any more"
        )  # RFC 6531 section 3.2: must not be sent
    for line in _commands(envelope, frozenset(upstream.keywords)):
        reply = await upstream.command(line)
        if not reply.positive:
            return _refused(reply)
    try:
        reply = await upstream.data(envelope.trace, wire_of(content), before_dot)
    except NotStarted as error:
        if error.reply is None:
            raise
        return _refused(error.reply)
    return Sent(reply.code) if reply.positive else _refused(reply)


def _commands(envelope: Envelope, offered: frozenset[str]) -> list[bytes]:
    """MAIL and RCPT as the client gave them; parameters that upstream offers no more are left out."""

    def known(parameters: tuple[str, ...]) -> list[str]:
        return [word for word in parameters if _NEEDS.get(word.partition("=")[0].upper()) in offered]

    lines = [" ".join((f"MAIL FROM:<{envelope.sender}>", *known(envelope.parameters)))]
    lines += [" ".join((f"RCPT TO:<{to.address}>", *known(to.parameters))) for to in envelope.recipients]
    return [line.encode("utf-8") for line in lines]


def _refused(reply: Reply) -> ReleaseRefused:
    return ReleaseRefused(reply.code, b" ".join(reply.lines).decode("ascii", "replace"))
