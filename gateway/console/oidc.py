"""Who somebody is by the word of an identity provider: OpenID Connect Core 1.0, with a code and PKCE (RFC 7636).

Checked are the provider's own address (of its metadata, its token, and its answer: RFC 9207), for whom the token is
meant, its age, the nonce, and a signature by one of its public keys; a provider's answer that does not hold is
`ProviderFailed` with a word of ours for the audit log, never with a word of the provider's.

authlib and its HTTP client are loaded where a provider is given, and at the first sign-in.
"""

import asyncio
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast
from urllib.parse import urlsplit

from gateway.errors import HushgateError
from gateway.model.roles import ROLES, Role

_ALGORITHMS = frozenset(
    ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
)
"""Signatures by a key of the provider's alone: never `none`, and none by a secret that we hold too."""
_SECONDS = 10.0
_MOST_BYTES = 1024 * 1024
_METADATA_LASTS, _KEYS_REST = 3600.0, 60.0
_CLOCKS_DIFFER = 60
_LONGEST = 512


class ProviderFailed(HushgateError):
    """Its answer does not hold, or there was none. `word` says what, for the audit log."""

    def __init__(self, word: str) -> None:
        super().__init__(word)
        self.word = word


@dataclass(frozen=True, slots=True)
class Options:
    """As `[oidc]` has it. `roles` is by the word of the claim, the strongest first; empty where accounts are linked."""

    issuer: str
    client_id: str
    client_secret: str = field(default="", repr=False)
    scopes: tuple[str, ...] = ("openid", "profile", "email")
    name_claim: str = "preferred_username"
    role_claim: str = ""
    roles: tuple[tuple[str, Role], ...] = ()
    ca_file: str = ""


@dataclass(frozen=True, slots=True)
class ProviderIdentity:
    """Whom the provider means. `subject` is its name for them, the same for ever, with its own address before it.
    `role` is None where its claim gives none."""

    subject: str
    name: str
    role: Role | None
    address: str = ""


class Provider(Protocol):
    """An identity provider."""

    @property
    def gives_roles(self) -> bool:
        """Whether its word makes accounts and says their roles; without that it opens accounts that were linked."""
        ...

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """Where somebody is sent to sign in; `back` is our address that they come back to."""
        ...

    async def identity(self, back: str, nonce: str, verifier: str, said: Mapping[str, str]) -> ProviderIdentity:
        """Who came back with these parameters. `state` was compared before."""
        ...


class OidcProvider:
    """`Provider` over HTTPS. Raises: ProviderFailed."""

    def __init__(self, options: Options, clock: Callable[[], float] = time.monotonic) -> None:
        self._options, self._clock = options, clock
        self._metadata: dict[str, Any] = {}
        self._metadata_at = self._keys_at = float("-inf")
        self._keys: dict[str, Any] = {}
        self._asking = asyncio.Lock()

    @property
    def gives_roles(self) -> bool:
        return bool(self._options.role_claim)

    async def address(self, back: str, state: str, nonce: str, verifier: str) -> str:
        """See `Provider`."""
        async with self._client(back) as client:
            try:
                async with asyncio.timeout(_SECONDS):
                    metadata = await self._known(client)
            except TimeoutError:
                raise ProviderFailed("late") from None
            address, _ = client.create_authorization_url(
                metadata["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return cast(str, address)

    async def identity(self, back: str, nonce: str, verifier: str, said: Mapping[str, str]) -> ProviderIdentity:
        """See `Provider`."""
        async with self._client(back) as client:
            try:
                async with asyncio.timeout(2 * _SECONDS):
                    metadata = await self._known(client)
                    self._from_this_provider(metadata, said)
                    token = await self._token(client, metadata, verifier, said.get("code", ""))
                    claims = await self._claims(client, token, nonce)
                    claims |= await self._more(client, metadata, token, claims["sub"])
            except TimeoutError:
                raise ProviderFailed("late") from None
        return self._identity(claims)

    def _client(self, back: str) -> Any:
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        options = self._options
        trust: ssl.SSLContext | bool = ssl.create_default_context(cafile=options.ca_file) if options.ca_file else True
        methods = self._metadata.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_field = "client_secret_basic" not in methods and "client_secret_post" in methods
        method = "none" if not options.client_secret else "client_secret_post" if by_field else "client_secret_basic"
        return AsyncOAuth2Client(
            options.client_id,
            options.client_secret or None,
            token_endpoint_auth_method=method,
            scope=" ".join(dict.fromkeys(("openid", *options.scopes))),
            redirect_uri=back,
            code_challenge_method="S256",
            timeout=_SECONDS,
            verify=trust,
        )

    async def _known(self, client: Any) -> dict[str, Any]:
        """The provider's description of itself (OpenID Connect Discovery 1.0)."""
        async with self._asking:
            if self._clock() - self._metadata_at < _METADATA_LASTS:
                return self._metadata
            place = f"{self._options.issuer.rstrip('/')}/.well-known/openid-configuration"
            found = await _json(client, place)
            if found.get("issuer") != self._options.issuer:
                raise ProviderFailed("another_issuer")
            for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                self._safe(found.get(name))
            first = not self._metadata
            self._metadata, self._metadata_at = found, self._clock()
            if first:  # how it wants to know us is known from now on
                client.token_endpoint_auth_method = self._client(client.redirect_uri).token_endpoint_auth_method
            return found

    def _safe(self, address: object) -> str:
        """An address that is asked over TLS, as the provider itself is."""
        scheme = urlsplit(address).scheme if isinstance(address, str) else ""
        if scheme != "https" and (scheme != "http" or not self._options.issuer.startswith("http://")):
            raise ProviderFailed("bad_metadata")
        return cast(str, address)

    def _from_this_provider(self, metadata: Mapping[str, Any], said: Mapping[str, str]) -> None:
        """Raises ProviderFailed for an answer of another one, and for one that says no."""
        must = metadata.get("authorization_response_iss_parameter_supported") is True
        if ("iss" in said or must) and said.get("iss") != self._options.issuer:
            raise ProviderFailed("another_issuer")
        if "error" in said or not said.get("code"):
            raise ProviderFailed("refused" if said.get("error") == "access_denied" else "no_code")

    async def _token(self, client: Any, metadata: Mapping[str, Any], verifier: str, code: str) -> dict[str, Any]:
        from authlib.integrations.base_client import OAuthError
        from httpx2 import HTTPError

        try:
            token = await client.fetch_token(
                metadata["token_endpoint"], grant_type="authorization_code", code=code, code_verifier=verifier
            )
        except (OAuthError, HTTPError, ValueError):
            raise ProviderFailed("no_token") from None
        if not isinstance(token.get("id_token"), str):
            raise ProviderFailed("no_token")
        return cast(dict[str, Any], token)

    async def _claims(self, client: Any, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """What the token says, once everything about it holds."""
        from authlib.oidc.core import CodeIDToken
        from joserfc.errors import JoseError

        options = self._options
        try:
            decoded = await self._decoded(client, token["id_token"])
            wanted = {
                "iss": {"essential": True, "value": options.issuer},
                "aud": {"essential": True, "value": options.client_id},
                "sub": {"essential": True},
            }
            parameters = {"nonce": nonce, "client_id": options.client_id, "access_token": token.get("access_token")}
            claims = CodeIDToken(decoded.claims, decoded.header, wanted, parameters)
            claims.validate(leeway=_CLOCKS_DIFFER)
        except (JoseError, ValueError, KeyError, TypeError):
            raise ProviderFailed("bad_token") from None
        if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= _LONGEST:
            raise ProviderFailed("bad_token")
        return dict(claims)

    async def _decoded(self, client: Any, token: str) -> Any:
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        offered = self._metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        registry = JWSRegistry(algorithms=sorted(_ALGORITHMS & set(offered)), strict_check_header=False)
        try:
            keys = KeySet.import_key_set(await self._public_keys(client))  # type: ignore[arg-type]  # read as JSON
            return jwt.decode(token, keys, registry=registry)
        except InvalidKeyIdError:  # the provider has new ones
            keys = KeySet.import_key_set(await self._public_keys(client, anew=True))  # type: ignore[arg-type]  # read as JSON
            return jwt.decode(token, keys, registry=registry)

    async def _public_keys(self, client: Any, anew: bool = False) -> dict[str, Any]:
        async with self._asking:
            age = self._clock() - self._keys_at
            if age > _METADATA_LASTS or (anew and age > _KEYS_REST):
                self._keys = await _json(client, self._metadata["jwks_uri"])
                self._keys_at = self._clock()
            return self._keys

    async def _more(
        self, client: Any, metadata: Mapping[str, Any], token: Mapping[str, Any], subject: str
    ) -> dict[str, Any]:
        """What the provider says at its other place, where many keep the groups; of the same person, or nothing."""
        place = metadata.get("userinfo_endpoint")
        if place is None or "access_token" not in token:
            return {}
        header = {"Authorization": f"Bearer {token['access_token']}"}
        found = await _json(client, self._safe(place), header)
        if found.pop("sub", None) != subject:
            raise ProviderFailed("another_person")
        for name in ("iss", "aud", "nonce"):
            found.pop(name, None)
        return found

    def _identity(self, claims: Mapping[str, Any]) -> ProviderIdentity:
        name, email = claims.get(self._options.name_claim), claims.get("email")
        verified = isinstance(email, str) and claims.get("email_verified") is True
        return ProviderIdentity(
            f"{self._options.issuer}\0{claims['sub']}",
            name.partition("@")[0] if isinstance(name, str) else "",
            role_of(_inside(claims, self._options.role_claim), self._options.roles),
            email[:_LONGEST] if verified and isinstance(email, str) else "",
        )


def role_of(words: object, roles: tuple[tuple[str, Role], ...]) -> Role | None:
    """The first role of the list of which the claim has the word."""
    given = words if isinstance(words, list) else [words]
    return next((role for word, role in roles if word in given and role in ROLES), None)


def _inside(claims: Mapping[str, Any], name: str) -> object:
    """A claim by its name, or by a way of names with dots as Keycloak's `realm_access.roles`."""
    if not name or name in claims:
        return claims.get(name)
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, dict) else None
    return found


async def _json(client: Any, place: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One JSON object of bounded size. Raises: ProviderFailed."""
    from httpx2 import HTTPError

    body = bytearray()
    try:
        async with client.stream("GET", place, withhold_token=True, headers=headers) as answer:
            if answer.status_code != 200:
                raise ProviderFailed("unavailable")
            async for part in answer.aiter_bytes():
                body += part
                if len(body) > _MOST_BYTES:
                    raise ProviderFailed("bad_metadata")
        found = json.loads(body)
    except (HTTPError, ssl.SSLError, OSError):
        raise ProviderFailed("unavailable") from None
    except ValueError:
        raise ProviderFailed("bad_metadata") from None
    if not isinstance(found, dict):
        raise ProviderFailed("bad_metadata")
    return found
