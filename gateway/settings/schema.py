"""Every setting as a field: its type, its default, its limits and one sentence.

The check, the error and the documentation are made from these; a new setting is a new line here.
"""

# ruff: noqa: RUF009 (`_setting` is `dataclasses.field` with the setting's sentence and limits as metadata)

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field
from typing import Any, Literal

from gateway.settings import checks
from gateway.settings.checks import Endpoint

Tls = Literal["none", "starttls", "required", "implicit"]
Auth = Literal["secure", "always", "never"]


def _setting(
    doc: str,
    default: Any = MISSING,
    *,
    check: Callable[[Any], Any] | None = None,
    least: int = 0,
    most: int = 2**31,
    environment_only: bool = False,
    path: bool = False,
    secret: bool = False,
) -> Any:
    metadata = {"doc": doc, "check": check, "least": least, "most": most, "environment_only": environment_only}
    metadata["path"] = path  # relative to the configuration folder's parent
    return field(default=default, metadata=metadata, repr=not (environment_only or secret))


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Where staff's mail comes in."""

    listen: Endpoint = _setting(
        "Address and port that take mail from staff; port 0 takes a free one.",
        Endpoint("127.0.0.1", 2525),
        check=checks.endpoint,
    )
    hostname: str = _setting(
        "Name in the greeting and in the added `Received` field; empty takes the machine's.",
        "",
        check=checks.hostname_or_empty,
    )
    max_size: int = _setting("Largest message in octets (RFC 1870).", 52_428_800, least=1024)
    max_sessions: int = _setting(
        "Most connections at once, over all relay processes; more are answered 421.", 1000, least=1, most=100_000
    )
    max_sessions_per_client: int = _setting(
        "Most connections at once of one address, or of one /64 of IPv6, over all relay processes.",
        600,
        least=1,
        most=100_000,
    )
    networks: tuple[str, ...] = _setting(
        "Clients that may send without signing in. Never the whole internet: that is an open relay.",
        ("127.0.0.0/8", "::1/128"),
        check=checks.network,
    )
    tls: Tls = _setting(
        "`none`, `starttls`, `required` (no mail before STARTTLS) or `implicit` (RFC 8314, port 465).", "none"
    )
    certificate: str = _setting("PEM file of our certificate and its chain; read anew when it changes.", "", path=True)
    private_key: str = _setting("PEM file of its key, without a password; may be the same file.", "", path=True)
    auth: Auth = _setting(
        "Where upstream's AUTH is passed through: `secure` only where no password crosses a network in clear, "
        "`always`, `never`. A session whose line to upstream drops after signing in ends with 451, then 421.",
        "secure",
    )
    xclient_networks: tuple[str, ...] = _setting(
        "Peers that may say with XCLIENT and XFORWARD whom they speak for, as Postfix before us.",
        (),
        check=checks.network,
    )
    proxy_networks: tuple[str, ...] = _setting(
        "Load balancers: from these, and no others, a PROXY header (version 1 or 2) is required.",
        (),
        check=checks.network,
    )
    max_recipients: int = _setting("Most recipients of a message; more are answered 452.", 1000, least=100)
    max_errors: int = _setting("Most mistakes of a client in a row; then it hears 421.", 20, least=1)
    processes: int = _setting("Relay processes that share the port.", 2, least=1, most=64)
    answer_seconds: int = _setting(
        "Longest wait for a verdict; then the client hears 451. Postfix as a proxy gives up after 100.",
        95,
        least=1,
        most=3600,
    )
    spool_memory: int = _setting("Larger messages wait on disk, sealed, in octets.", 4_194_304, least=65_536)
    spool_folder: str = _setting(
        "Where they wait, in a folder made there; empty takes the system's temporary folder.", "", path=True
    )
    idle_seconds: int = _setting(
        "How long a client may be silent (RFC 5321 section 4.5.3.2.7).", 300, least=1, most=3600
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamSettings:
    """The mail server that gets what may leave."""

    host: str = _setting("Name or address of the next mail server.", check=checks.host)
    port: int = _setting("Its port.", least=1, most=65535)
    tls: Tls = _setting(
        "`none`, `starttls` or `required` (both: no mail where it is not offered), or `implicit`.", "none"
    )
    verify: bool = _setting("Check the server's certificate against `host`.", True)
    ca_file: str = _setting(
        "PEM file of the authorities to trust; empty takes the system's.",
        "",
        check=checks.readable_file_or_empty,
        path=True,
    )
    connect_seconds: int = _setting("Limit for a connection to stand.", 30, least=1, most=600)
    reply_seconds: int = _setting("Limit for the answer to a command.", 300, least=1, most=3600)
    data_seconds: int = _setting(
        "Limit for the answer to the final dot (RFC 5321 section 4.5.3.2.6).", 600, least=1, most=3600
    )
    keep_seconds: int = _setting(
        "How long a connection that a client left waits for the next client; 0 closes it at once.", 5, least=0, most=60
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """Where reports and held messages are kept, sealed."""

    url: str = _setting(
        "`sqlite:///var/hushgate.db` (relative to the configuration folder's parent) or `sqlite:////srv/hushgate.db` "
        "(absolute).",
        "sqlite:///var/hushgate.db",
        check=checks.store_url,
        path=True,
    )
    key_file: str = _setting(
        "File of the master key, made at first start with mode 0600.",
        "var/master.key",
        check=checks.not_empty,
        path=True,
    )
    key: str = _setting("The master key in base64, instead of a file.", "", environment_only=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization:
    """Who we are."""

    domains: tuple[str, ...] = _setting("Mail to these domains stays inside.", (), check=checks.domain)
    authorities: tuple[str, ...] = _setting(
        "Regulators, courts, police, by address or domain: they may read who reported. Mail to them passes.",
        (),
        check=checks.mailbox_or_domain,
    )
    names: tuple[str, ...] = _setting(
        "What we are called: names, brands, products, departments, telephone numbers that we publish. Never learned as "
        "a reporter's.",
        (),
        check=checks.not_empty,
    )
    staff: str = _setting(
        "File of the staff directory: a name, an address or both a line (CSV), and a team where the head has `部门` or "
        "`team`. Never learned as a reporter's; a colleague who has a reporter's name may have it in `From` and sign "
        "with it. Read anew when it changes.",
        "",
        check=checks.staff_file_or_empty,
        path=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """The life of reports."""

    protection_days: int = _setting(
        "How long the reporter stays protected after a report is closed or withdrawn, in days; -1: for ever.",
        -1,
        least=-1,
        most=36_500,
    )
    erase_keeps_digests: bool = _setting(
        "Whether `reports erase` leaves keyed digests, by which a mail about the report is still recognised.", False
    )
    ask_share: int = _setting(
        "What was only suggested of a reporter and stands in so many hundredths of what our people write to others, "
        "counted by sender and day, is asked about before it acts on mail; 0: never.",
        20,
        most=100,
    )
    ask_senders: int = _setting("And by so many different senders in our domains, at least.", 5, least=3, most=1000)
    ask_domains: int = _setting("And in mail to so many different domains, at least.", 5, least=3, most=200)
    ask_days: int = _setting("And on so many days of the last thirty, at least.", 3, least=2, most=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """The reviewers' web page, health and metrics."""

    listen: Endpoint = _setting(
        "Address and port of the web page; port 0 takes a free one.",
        Endpoint("127.0.0.1", 8025),
        check=checks.endpoint,
    )
    secure_cookies: bool = _setting("Send the session cookie over HTTPS only; set it behind a TLS proxy.", False)
    api_rate: int = _setting("Requests a second that one token of the API may send.", 50, least=1, most=10_000)
    session_minutes: int = _setting("How long a sign-in lasts.", 480, least=1, most=10_080)
    idle_minutes: int = _setting(
        "And how long after the last page that was opened; what a page fetches by itself does not count.",
        60,
        least=1,
        most=10_080,
    )
    require_totp: tuple[str, ...] = _setting(
        "Roles whose accounts need a second factor beside the password (`admin`, `lead`, `reviewer`, `auditor`): until "
        "they have set one up they see nothing else. Who comes by an identity provider is asked for it there.",
        (),
        check=checks.role,
    )
    password_sign_in: bool = _setting(
        "Whether people sign in by password; `false` leaves the identity provider of `[oidc]`.", True
    )
    certificate: str = _setting(
        "PEM file of the web page's certificate and its chain, for TLS of our own; read anew when it changes.",
        "",
        path=True,
    )
    key: str = _setting("PEM file of its key, without a password; may be the same file.", "", path=True)
    allow_cleartext: bool = _setting(
        "Let `listen` be an address that others reach without TLS, so that passwords and held mail cross the network "
        "in clear. Without it such a `listen` is refused, unless `certificate` and `key` are given, or a proxy with "
        "TLS by `trusted_proxies` or an `https://` address as `url`.",
        False,
    )
    url: str = _setting(
        "Under which address reviewers open it, where that is not `listen`: `https://review.platform.example`. "
        "Its host may be asked for, and the set-up link begins with it.",
        "",
        check=checks.base_url_or_empty,
    )
    hosts: tuple[str, ...] = _setting(
        "Further names that a request may ask for (`Host`). The address that was connected to, `listen`, `url` and "
        "`localhost` may always; any other is answered 421, so that no stranger's name leads here (DNS rebinding).",
        (),
        check=checks.host,
    )
    trusted_proxies: tuple[str, ...] = _setting(
        "Reverse proxies whose `X-Forwarded-For`, `Forwarded`, `X-Real-IP` and `X-Forwarded-Proto` are believed. "
        "From anybody else they are not, and whoever sends them does not count as loopback.",
        (),
        check=checks.proxies,
    )
    metrics_networks: tuple[str, ...] = _setting(
        "Who besides loopback gets `/metrics` without a token. Its counts tell whether a mail was rewritten, so "
        "staff must not be there: nobody but operators signs in on the machine of the relay.",
        (),
        check=checks.any_network,
    )
    metrics_token: str = _setting(
        "Who sends it as `Authorization: Bearer …` gets `/metrics` from anywhere; empty: nobody does. At least 20 "
        "letters.",
        "",
        check=checks.token_or_empty,
        environment_only=True,
    )
    head_seconds: int = _setting(
        "Longest time for the head of a request, and for a form; then the connection is closed.", 10, least=1, most=300
    )
    lessons: bool = _setting(
        "Show the page of lessons (`/lessons`) without a sign-in, to everybody who reaches the console: what goes "
        "wrong most in mail, in general words, without a count and without a case.",
        False,
    )
    max_connections: int = _setting(
        "Most connections at once, and half as many of one address that is no trusted proxy.", 200, least=8, most=10_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcSettings:
    """The identity provider by which people sign in (OpenID Connect, authorisation code with PKCE)."""

    issuer: str = _setting(
        "Its address, as it writes it itself: `https://id.platform.example`. Empty: there is none. We send people back "
        "to `/login/oidc/callback` below `console.url`.",
        "",
        check=checks.issuer_or_empty,
    )
    client_id: str = _setting("What it calls us.", "")
    client_secret: str = _setting(
        "The secret that it shares with us; empty where it gave none.", "", environment_only=True
    )
    scopes: tuple[str, ...] = _setting("What is asked for.", ("openid", "profile", "email"), check=checks.scope)
    name_claim: str = _setting("The claim by which a new account is called.", "preferred_username")
    role_claim: str = _setting(
        "The claim that holds roles or groups, a word or a list. Empty: an admin invites each account, and its "
        "one-time link ties it to whom the provider means.",
        "",
    )
    roles: tuple[str, ...] = _setting(
        'Which word of that claim is which role, as `["hushgate-leads=lead"]`; of several the first of this list '
        "holds. Whoever has none of them is not let in.",
        (),
        check=checks.role_of_word,
    )
    ca_file: str = _setting(
        "PEM file of the authorities to trust with the provider's certificate; empty takes the system's.",
        "",
        check=checks.readable_file_or_empty,
        path=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewSettings:
    """How reviewers work."""

    target_minutes: int = _setting(
        "How soon a held message should be decided; one that has waited longer is marked.", 60, least=1, most=43_200
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long messages are kept. A legal hold (`hushgate quarantine keep`) goes before all of it, and the audit log is
    never shortened. How long originals of what went out rewritten are kept, says `[rewriting] keep_days` of
    `policy.toml`."""

    decided_days: int = _setting(
        "How long a held message is kept after it was decided, in days; then it is removed for good. -1: for ever.",
        -1,
        check=checks.days_or_never,
        least=-1,
        most=36_500,
    )
    held_days: int = _setting(
        "A message that nobody decided on in so many days is discarded, with an entry in the audit log and a notice "
        "to its sender. -1: it waits for ever.",
        -1,
        check=checks.days_or_never,
        least=-1,
        most=36_500,
    )
    record_days: int = _setting(
        "How long the record of decisions is kept, by which other rules are tried on the mail of the past (`hushgate "
        "policy backtest`): of each message in which something was found the sealed facts that rules ask for, and no "
        "word of it. 0: none is kept; -1: for ever.",
        90,
        least=-1,
        most=36_500,
    )
    max_gb: int = _setting(
        "Above so many gigabytes in the store the messages decided longest ago are removed, then the oldest originals "
        "of rewritten mail, until there are fewer; never one that waits. 0: no limit.",
        0,
        most=100_000,
    )
    passed_days: int = _setting(
        "How long fingerprints of mail that passed are kept, in days: keyed, without a word of it, so that a report "
        "that comes after a leak finds it. 0: none are kept.",
        90,
        most=3_650,
    )
    passed_mb: int = _setting(
        "Above so many megabytes of such fingerprints the oldest are removed. 0: no limit.", 2_000, most=1_000_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """The processes that parse strangers' bytes, and what one message may cost them."""

    processes: int = _setting("How many messages are read at once; 0 takes one per core.", 0, most=256)
    seconds: int = _setting(
        "Most processor time for reading one message, in seconds; above it the message is uninspectable. By "
        "the clock it may take three times as long on a busy machine; then the client hears 451 once.",
        60,
        least=1,
    )
    memory_mb: int = _setting(
        "Most memory of one reader, and of the helper that looks at its pictures (OCR needs about 1500).",
        2048,
        least=256,
    )
    password_hours: int = _setting(
        "How long passwords that mail gives are remembered, sealed, for encrypted files in other mail from the same "
        "sender to the same recipient or in the same thread, in hours; 0: not at all.",
        72,
        most=720,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceSettings:
    """Who our processes are."""

    relay_user: str = _setting(
        "Started as root: who relays are once their port is bound and their key is read. A name or a number; empty "
        "takes 65521, `none` leaves them root. Taken at the start.",
        "",
        check=checks.user_or_empty,
    )
    reader_user: str = _setting(
        "Started as root: who readers are, and the model that tags words, before they read a stranger's byte; empty "
        "takes 65522. Where that user cannot read the program, both stay root, and `hushgate check` says why.",
        "",
        check=checks.user_or_empty,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeSettings:
    """What senders and reviewers are told, and how."""

    address: str = _setting(
        "From whom notices come, as `hushgate@platform.example`; answers to them go to `hushgate+…` there, and the "
        "relay itself takes them. Empty: nobody is told anything by mail.",
        "",
        check=checks.mailbox_or_empty,
    )
    kinds: tuple[str, ...] = _setting(
        "What senders are told of: `hold`, `rewrite`, `return`, `discard`, `release`.",
        ("hold", "rewrite", "return", "discard"),
        check=checks.notice_kind,
    )
    attach_rewritten: bool = _setting(
        "Whether what went out rewritten hangs on its notice. It shows which words were left out, and so tells the "
        "sender what a rule is about: leave it off where senders must not learn whom a report is about.",
        False,
    )
    outside: bool = _setting(
        "Whether senders outside `organization.domains` are told too. A sender's address can be made up: who is told "
        "then never wrote.",
        False,
    )
    per_hour: int = _setting(
        "Most notices of single messages to one address an hour; what is over it is told by number alone, once an "
        "hour. A message that is given back is always told of.",
        6,
        least=1,
        most=1000,
    )
    give_up_hours: int = _setting("How long a notice is tried to be sent.", 24, least=1, most=240)
    justification_days: int = _setting(
        "How long the sender of a held message may answer its notice; 0: not at all.", 7, most=60
    )
    reviewers: tuple[str, ...] = _setting(
        "Who is told by mail how many messages wait for review, with a link and nothing else.",
        (),
        check=checks.mailbox,
    )
    digest_minutes: int = _setting("How often, while any wait; 0: never.", 60, most=10_080)
    webhooks: tuple[str, ...] = _setting(
        "Chats that are told the same: `wecom URL`, `feishu URL [SECRET]`, `dingtalk URL [SECRET]`, `slack URL`, "
        "`teams URL`. The addresses are secrets: rather set them in the environment.",
        (),
        check=checks.webhook,
        secret=True,
    )
    webhook_ca_file: str = _setting(
        "PEM file of the authorities to trust for webhooks; empty takes the system's.",
        "",
        check=checks.readable_file_or_empty,
        path=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All of `gateway.toml`."""

    smtp: Smtp
    upstream: UpstreamSettings
    storage: Storage
    organization: Organization
    reports: ReportSettings
    console: Console
    oidc: OidcSettings
    review: ReviewSettings
    retention: Retention
    reader: ReaderSettings
    service: ServiceSettings
    notices: NoticeSettings
