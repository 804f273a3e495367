"""What no good provider says: each lie of a token, of the metadata and of the keys is refused with a word of ours."""

import asyncio
import base64
import hmac
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from gateway.console.oidc import OidcProvider, Options, ProviderFailed, ProviderIdentity
from tls_files import pair

CLIENT, SECRET, NONCE = "hushgate", "a-secret-of-more-than-thirty-two-letters", "the-nonce"
BACK = "https://review.platform.example/login/oidc/callback"
OURS, OTHERS = RSAKey.generate_key(2048, {"kid": "one"}), RSAKey.generate_key(2048, {"kid": "one"})
FRESH = RSAKey.generate_key(2048, {"kid": "two"})
Change = Callable[["Liar"], None]


class Liar:
    """A provider on a real socket that says what a test wants."""

    def __init__(self, certificate: tuple[Path, Path] | None = None) -> None:
        liar = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                liar.answer(self)

            do_POST = do_GET

            def log_message(self, *_: object) -> None: ...

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http{'s' if certificate else ''}://127.0.0.1:{self._server.server_port}"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        now = int(time.time())
        self.claims: dict[str, Any] = {
            "iss": self.issuer, "aud": CLIENT, "sub": "s-1", "exp": now + 300, "iat": now, "nonce": NONCE,
            "preferred_username": "li",
        }  # fmt: skip
        self.metadata: dict[str, Any] = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/auth",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/me",
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }
        self.keys = [OURS]
        self.me: Any = {"sub": "s-1", "groups": ["x"]}
        self.sign: Callable[[dict[str, Any]], str] = lambda claims: jwt.encode(
            {"alg": "RS256", "kid": "one"}, claims, OURS
        )
        self.status = dict.fromkeys(("/token", "/jwks", "/me", "/.well-known/openid-configuration"), 200)
        self.asked: list[str] = []
        self.raw: bytes | None = None

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.append(request.path)
        request.rfile.read(int(request.headers.get("content-length", 0)))
        places: dict[str, Callable[[], Any]] = {
            "/.well-known/openid-configuration": lambda: self.metadata,
            "/jwks": lambda: {"keys": [key.as_dict(private=False) for key in self.keys]},
            "/token": lambda: {"access_token": "t", "token_type": "Bearer", "id_token": self.sign(self.claims)},
            "/me": lambda: self.me,
        }
        said = places[request.path]()
        body = self.raw if self.raw is not None and request.path.startswith("/.well") else json.dumps(said).encode()
        request.send_response(self.status[request.path])
        if self.status[request.path] == 302:
            request.send_header("Location", f"{self.issuer}/jwks")
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        with suppress(ConnectionError):
            request.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def liar() -> Iterator[Liar]:
    liar = Liar()
    yield liar
    liar.close()


def provider(liar: Liar, **more: Any) -> OidcProvider:
    return OidcProvider(Options(liar.issuer, CLIENT, SECRET, **more))


def identity(provider: OidcProvider, **said: str) -> ProviderIdentity:
    return asyncio.run(provider.identity(BACK, NONCE, "verifier", {"code": "c", **said}))


def claim(name: str, value: object) -> Change:
    def change(liar: Liar) -> None:
        if value is None:
            del liar.claims[name]
        else:
            liar.claims[name] = value

    return change


def signed(header: dict[str, Any], key: Any) -> Change:
    def change(liar: Liar) -> None:
        liar.sign = lambda claims: jws.serialize_compact(
            header, json.dumps(claims).encode(), key, algorithms=["RS256", "HS256", "none"]
        )

    return change


def signed_by_the_public_key(claims: dict[str, Any]) -> str:
    """As whoever has the key that everybody has would forge it, for who takes it for a shared secret."""
    parts = ({"alg": "HS256", "kid": "one"}, claims)
    stated = ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
    seal = hmac.digest(OURS.as_pem(private=False), stated.encode(), "sha256")
    return f"{stated}.{base64.urlsafe_b64encode(seal).decode().rstrip('=')}"


def said_of_itself(name: str, value: object) -> Change:
    return lambda liar: liar.metadata.update({name: value})


def status(path: str, number: int) -> Change:
    return lambda liar: liar.status.update({path: number})


def test_what_is_right_is_taken(liar: Liar) -> None:
    assert identity(provider(liar)) == ProviderIdentity(f"{liar.issuer}\0s-1", "li", None)
    assert identity(provider(liar, role_claim="groups", roles=(("x", "lead"),))).role == "lead"
    liar.me = {"sub": "s-1", "realm_access": {"roles": ["x"]}, "iss": "https://evil.example", "nonce": "x"}
    assert identity(provider(liar, role_claim="realm_access.roles", roles=(("x", "lead"),))).role == "lead"


def test_a_mail_address_counts_where_the_provider_knows_it_to_be_theirs(liar: Liar) -> None:
    liar.claims["email"] = "li@platform.example"
    assert identity(provider(liar)).address == ""
    liar.claims["email_verified"] = True
    assert identity(provider(liar)).address == "li@platform.example"


@pytest.mark.parametrize(
    ("lie", "word"),
    [
        (claim("iss", "https://evil.example"), "bad_token"),
        (claim("iss", None), "bad_token"),
        (claim("aud", "another"), "bad_token"),
        (claim("aud", ["another"]), "bad_token"),
        (claim("aud", None), "bad_token"),
        (claim("aud", [CLIENT, "another"]), "bad_token"),  # without saying who it was made for
        (claim("azp", "another"), "bad_token"),
        (claim("exp", int(time.time()) - 600), "bad_token"),
        (claim("exp", None), "bad_token"),
        (claim("iat", int(time.time()) + 6000), "bad_token"),
        (claim("nonce", "another"), "bad_token"),
        (claim("nonce", None), "bad_token"),
        (claim("sub", None), "bad_token"),
        (claim("sub", ""), "bad_token"),
        (claim("sub", ["s-1"]), "bad_token"),
        (claim("sub", "s" * 600), "bad_token"),
        (claim("at_hash", "AAAA"), "bad_token"),
        (signed({"alg": "none"}, None), "bad_token"),
        (signed({"alg": "HS256", "kid": "one"}, OctKey.import_key(SECRET)), "bad_token"),
        (lambda liar: setattr(liar, "sign", signed_by_the_public_key), "bad_token"),
        (signed({"alg": "RS256", "kid": "one"}, OTHERS), "bad_token"),
        (signed({"alg": "RS256", "kid": "two"}, FRESH), "bad_token"),
        (lambda liar: setattr(liar, "sign", lambda claims: "a.b.c"), "bad_token"),
        (lambda liar: setattr(liar, "sign", lambda claims: None), "no_token"),
        (lambda liar: setattr(liar, "me", {"sub": "s-2"}), "another_person"),
        (lambda liar: setattr(liar, "me", {}), "another_person"),
        (lambda liar: setattr(liar, "me", []), "bad_metadata"),
        (said_of_itself("issuer", "https://evil.example"), "another_issuer"),
        (said_of_itself("issuer", None), "another_issuer"),
        (said_of_itself("token_endpoint", "file:///etc/passwd"), "bad_metadata"),
        (said_of_itself("jwks_uri", 7), "bad_metadata"),
        (said_of_itself("userinfo_endpoint", "ftp://x.example/"), "bad_metadata"),
        (said_of_itself("authorization_response_iss_parameter_supported", True), "another_issuer"),
        (status("/token", 500), "no_token"),
        (status("/jwks", 302), "unavailable"),  # nobody is followed elsewhere for keys
        (status("/me", 401), "unavailable"),
        (status("/.well-known/openid-configuration", 404), "unavailable"),
        (lambda liar: setattr(liar, "raw", b"<html>"), "bad_metadata"),
        (lambda liar: setattr(liar, "raw", b"x" * (2 * 1024 * 1024)), "bad_metadata"),
    ],
)
def test_a_lie_is_refused(liar: Liar, lie: Change, word: str) -> None:
    lie(liar)
    with pytest.raises(ProviderFailed) as caught:
        identity(provider(liar))
    assert caught.value.word == word
    assert caught.value.__cause__ is None


def test_a_token_that_the_provider_meant_for_us_among_others_says_so(liar: Liar) -> None:
    liar.claims |= {"aud": [CLIENT, "another"], "azp": CLIENT}
    assert identity(provider(liar)).name == "li"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({"code": ""}, "no_code"),
        ({"error": "access_denied"}, "refused"),
        ({"error": "server_error"}, "no_code"),
        ({"iss": "https://evil.example"}, "another_issuer"),
    ],
)
def test_an_answer_that_says_no_is_none(liar: Liar, said: dict[str, str], word: str) -> None:
    with pytest.raises(ProviderFailed) as caught:
        identity(provider(liar), **said)
    assert caught.value.word == word
    assert "/token" not in liar.asked


def test_new_keys_are_asked_for_once_a_minute_and_no_oftener(liar: Liar) -> None:
    now = 0.0
    known = OidcProvider(Options(liar.issuer, CLIENT, SECRET), lambda: now)
    assert identity(known).name == "li"
    liar.keys, liar.sign = [FRESH], lambda claims: jwt.encode({"alg": "RS256", "kid": "two"}, claims, FRESH)
    for _ in range(3):
        with pytest.raises(ProviderFailed):
            identity(known)
    assert liar.asked.count("/jwks") == 1
    now = 61.0
    assert identity(known).name == "li"
    assert liar.asked.count("/jwks") == 2
    assert liar.asked.count("/.well-known/openid-configuration") == 1


def test_a_provider_that_never_ends_its_answer_is_given_up(liar: Liar, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.console.oidc._SECONDS", 0.5)

    def dribble(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        with suppress(OSError):
            for _ in range(200):
                request.wfile.write(b" ")
                time.sleep(0.05)

    liar.answer = dribble  # type: ignore[method-assign]
    begun = time.monotonic()
    for asked in (provider(liar).address(BACK, "s", "n", "v"), provider(liar).identity(BACK, "n", "v", {"code": "c"})):
        with pytest.raises(ProviderFailed) as caught:
            asyncio.run(asked)
        assert caught.value.word in ("late", "unavailable")
    assert time.monotonic() - begun < 5


def test_an_authority_of_one_s_own_is_trusted_where_it_is_named_and_no_other(tmp_path: Path) -> None:
    certificate, other = pair(tmp_path), pair(tmp_path, "other")
    liar = Liar(certificate)
    try:
        assert identity(provider(liar, ca_file=str(certificate[0]))).name == "li"
        for authority in ("", str(other[0])):
            with pytest.raises(ProviderFailed) as caught:
                identity(provider(liar, ca_file=authority))
            assert caught.value.word == "unavailable"
        liar.metadata["token_endpoint"] = liar.issuer.replace("https", "http") + "/token"
        with pytest.raises(ProviderFailed) as caught:
            identity(provider(liar, ca_file=str(certificate[0])))
        assert caught.value.word == "bad_metadata"
    finally:
        liar.close()


def test_over_https_it_is_asked_for_nothing_in_clear(liar: Liar) -> None:
    strict = OidcProvider(Options("https://id.platform.example", CLIENT, SECRET))
    for place in (f"{liar.issuer}/token", "HTTP://x.example/", "//x.example", "", None):
        with pytest.raises(ProviderFailed):
            strict._safe(place)
    assert strict._safe("https://x.example/token") == "https://x.example/token"


def test_nothing_of_a_provider_is_told(liar: Liar) -> None:
    liar.claims["nonce"] = "geheim"
    with pytest.raises(ProviderFailed) as caught:
        identity(provider(liar))
    assert "geheim" not in repr(caught.value) + str(caught.value)
    assert SECRET not in repr(Options(liar.issuer, CLIENT, SECRET))
