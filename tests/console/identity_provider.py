"""A real identity provider for tests: `oidc-provider`, which the OpenID Foundation certified, on Node."""

import json
import secrets
import select
import shutil
import socket
import subprocess
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parents[1] / "oidc"
_SECONDS = 30


class IdentityProvider:
    """It knows `people` by their subject, and lets in whoever names one. Ends with `close`."""

    def __init__(self, redirect: str, people: dict[str, dict[str, Any]], method: str = "client_secret_basic") -> None:
        node = shutil.which("node")
        if node is None or not (FOLDER / "node_modules").exists():
            pytest.fail("the identity provider of the tests is missing; run: sh deploy/test-packages.sh")
        self.secret = secrets.token_urlsafe(32)
        port = free_port()
        self.issuer = f"http://localhost:{port}"
        given = {"port": port, "redirect": redirect, "secret": self.secret, "method": method, "people": people}
        self._process = subprocess.Popen(
            [node, "provider.mjs", json.dumps(given)],
            cwd=FOLDER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], _SECONDS)
        if not ready or self._process.stdout.readline().strip() != self.issuer:
            self.close()
            pytest.fail("the identity provider of the tests did not start")

    def close(self) -> None:
        """End it, at once where it does not end by itself."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as end:
        end.bind(("127.0.0.1", 0))
        port: int = end.getsockname()[1]
        return port
