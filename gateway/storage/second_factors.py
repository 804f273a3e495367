"""Second factors of accounts: each code of each step, and each recovery code, works once whoever asks at once."""

from collections.abc import Sequence
from dataclasses import replace

from gateway.storage.account_secrets import Private, read_private, write_private
from gateway.storage.audit import record
from gateway.storage.context import Ground


class SecondFactorStore:
    """`account_protocols.SecondFactors` on SQL."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground

    def propose(self, name: str, secret: bytes) -> None:
        """See `account_protocols.SecondFactors`."""
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is not None:
                write_private(connection, self._ground, name, replace(private, proposed=secret))

    def proposed(self, name: str) -> bytes | None:
        """See `account_protocols.SecondFactors`."""
        private = self._read(name)
        return private.proposed or None

    def confirm(self, name: str, secret: bytes, step: int, codes: Sequence[str]) -> bool:
        """See `account_protocols.SecondFactors`."""
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is None or not secret or private.proposed != secret:
                return False
            recovery = self._digests(name, codes)
            changed = replace(private, totp=secret, proposed=b"", step=step, recovery=recovery)
            write_private(connection, self._ground, name, changed)
            record(connection, self._ground, f"console:{name}", "totp_on", name, {})
        return True

    def secret(self, name: str) -> bytes | None:
        """See `account_protocols.SecondFactors`."""
        return self._read(name).totp or None

    def take_step(self, name: str, secret: bytes, step: int) -> bool:
        """See `account_protocols.SecondFactors`."""
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is None or not secret or private.totp != secret or step <= private.step:
                return False
            write_private(connection, self._ground, name, replace(private, step=step))
        return True

    def take_recovery(self, name: str, code: str) -> bool:
        """See `account_protocols.SecondFactors`."""
        (digest,) = self._digests(name, (code,))
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is None or not private.totp or digest not in private.recovery:
                return False
            left = tuple(one for one in private.recovery if one != digest)
            write_private(connection, self._ground, name, replace(private, recovery=left))
            record(connection, self._ground, f"console:{name}", "recovery_used", name, {"left": len(left)})
        return True

    def recovery_left(self, name: str) -> int:
        """See `account_protocols.SecondFactors`."""
        return len(self._read(name).recovery)

    def renew_recovery(self, name: str, codes: Sequence[str]) -> bool:
        """See `account_protocols.SecondFactors`."""
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is None or not private.totp:
                return False
            write_private(connection, self._ground, name, replace(private, recovery=self._digests(name, codes)))
            record(connection, self._ground, f"console:{name}", "recovery_renewed", name, {})
        return True

    def drop(self, name: str) -> bool:
        """See `account_protocols.SecondFactors`."""
        with self._ground.transactions.write() as connection:
            private = read_private(connection, self._ground, name)
            if private is None or not private.totp:
                return False
            write_private(connection, self._ground, name, Private(address=private.address))
            record(connection, self._ground, f"console:{name}", "totp_off", name, {})
        return True

    def _read(self, name: str) -> Private:
        with self._ground.transactions.read() as connection:
            return read_private(connection, self._ground, name) or Private()

    def _digests(self, name: str, codes: Sequence[str]) -> tuple[bytes, ...]:
        stated = (f"{name}\0{code}".encode("utf-8", "surrogatepass") for code in codes)
        return tuple(self._ground.vault.digest("recovery", one) for one in stated)
