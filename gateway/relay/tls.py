"""TLS towards clients: 1.2 or newer, certificates read anew when their files change.

A pair that cannot be loaded, in the middle of being replaced perhaps, leaves the old one in use and is told once.
"""

import os
import ssl
from collections.abc import Callable

from gateway.errors import Problem
from gateway.telemetry.events import CertificateNotLoaded

_State = tuple[tuple[int, int, int], ...]


class Certificates:
    """`context` for each new connection. Raises at the start: Problem."""

    kept = False
    """Whether they stay as they are, for we may not read them again."""

    def __init__(
        self, certificate: str, private_key: str, emit: Callable[[object], None], setting: str = "smtp.certificate"
    ) -> None:
        self._certificate, self._private_key, self._emit = certificate, private_key, emit
        self._seen = self._state()
        try:
            self._context = loaded(certificate, private_key)
        except (OSError, ValueError) as error:
            raise Problem(setting, "the certificate and its key cannot be used", "give a pair") from error

    def context(self) -> ssl.SSLContext:
        """The newest pair that could be loaded."""
        now = self._seen if self.kept else self._state()
        if now != self._seen:
            self._seen = now
            try:
                self._context = loaded(self._certificate, self._private_key)
            except (OSError, ValueError):
                self._emit(CertificateNotLoaded())
        return self._context

    def _state(self) -> _State | None:
        try:
            files = [os.stat(name) for name in (self._certificate, self._private_key)]
        except OSError:
            return None
        return tuple((file.st_mtime_ns, file.st_ino, file.st_size) for file in files)


def loaded(certificate: str, private_key: str) -> ssl.SSLContext:
    """A server's context. Raises: OSError (of which SSLError is one)."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # A key that asks for a password must fail here, not stop the service at a prompt.
    context.load_cert_chain(certificate, private_key, password=lambda: b"")
    return context
