"""`gateway.toml` and the environment, checked whole before anything starts.

The settings themselves are fields in `schema.py`. `HUSHGATE_UPSTREAM__PORT` overrides `[upstream] port`; lists are
JSON. Paths, from the file and from the environment alike, are relative to the configuration folder's parent, wherever
the command is started (docs/decisions/0020-paths-and-first-start.md). The key comes from the environment alone: it has
no place in a file.

In: the configuration folder and the environment. Out: `Settings`.
Raises: Problem with `FILE:LINE` or the variable's name.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

from gateway.errors import Problem, unknown
from gateway.settings import checks
from gateway.settings.checks import Endpoint, Mistake
from gateway.settings.schema import (
    Console,
    NoticeSettings,
    OidcSettings,
    Organization,
    ReaderSettings,
    ReportSettings,
    Retention,
    ReviewSettings,
    ServiceSettings,
    Settings,
    Smtp,
    Storage,
    Tls,
    UpstreamSettings,
)
from gateway.settings.toml_file import Document
from gateway.settings.toml_file import load as load_toml

__all__ = [
    "TABLES",
    "Console",
    "Described",
    "Endpoint",
    "NoticeSettings",
    "OidcSettings",
    "Organization",
    "ReaderSettings",
    "ReportSettings",
    "Retention",
    "ReviewSettings",
    "ServiceSettings",
    "Settings",
    "Smtp",
    "Storage",
    "Tls",
    "UpstreamSettings",
    "describe",
    "is_reached_in_clear",
    "load",
    "problems",
    "root_of",
    "store_path",
]

FILE = "gateway.toml"
STAFF_COPY = "organization.staff"
"""Beside files that were copied: the staff directory that their settings name, as it was then."""
PREFIX = "HUSHGATE_"
_SQLITE = "sqlite:///"

_OF_FILES = (checks.readable_file_or_empty, checks.staff_file_or_empty)
"""They look into a file that a setting names."""

TABLES: dict[str, type] = get_type_hints(Settings)


@dataclass(frozen=True, slots=True)
class Described:
    """One setting as the documentation shows it. `default` is None where the setting is required."""

    table: str
    key: str
    variable: str
    type: str
    default: str | None
    doc: str
    environment_only: bool


def describe() -> Iterator[Described]:
    """Every setting, in the order of the file."""
    for table, kind in TABLES.items():
        types = get_type_hints(kind)
        for one in fields(kind):
            yield Described(
                table,
                one.name,
                _variable(table, one.name),
                _type_name(types[one.name]),
                None if one.default is MISSING else _shown(one.default),
                str(one.metadata["doc"]),
                bool(one.metadata["environment_only"]),
            )


def load(
    config_dir: Path, environ: Mapping[str, str], copied_from: Path | None = None, found_good: bool = False
) -> Settings:
    """The settings, or the first problem. What was `found_good` before is not refused for what became of a file that
    it names. A folder whose files were `copied_from` another one has paths that begin
    where that one stands, and the staff directory that was copied with them."""
    settings, found = _load(config_dir, environ, copied_from, found_good)
    if settings is None:
        raise found[0]
    return settings


def problems(config_dir: Path, environ: Mapping[str, str]) -> list[Problem]:
    """Every problem of the file and the environment, in the order of the file."""
    return _load(config_dir, environ)[1]


def _load(
    config_dir: Path, environ: Mapping[str, str], copied_from: Path | None = None, found_good: bool = False
) -> tuple[Settings | None, list[Problem]]:
    if copied_from is not None and (config_dir / STAFF_COPY).is_file():
        environ = {**environ, _variable("organization", "staff"): str(config_dir / STAFF_COPY)}
    try:
        document = load_toml(config_dir / FILE)
    except Problem as problem:
        return None, [problem]
    found: list[Problem] = []
    tables = _tables(document, found)
    overrides = _overrides(environ, found)
    root = root_of(copied_from or config_dir)
    built: dict[str, Any] = {}
    for name, kind in TABLES.items():
        given = tables.get(name, {})
        mine = overrides.get(name, {})
        values = _values(name, kind, document, given, mine, found, root, found_good)
        if values is not None:
            built[name] = kind(**values)
    if not found:
        _loop(built, document, environ, found)
        _together(built["smtp"], document, environ, found, found_good)
        _reachable(built["console"], built["oidc"], document, environ, found, found_good)
    found.sort(key=_line)
    return (None, found) if found else (Settings(**built), [])


def _tables(document: Document, found: list[Problem]) -> dict[str, dict[str, Any]]:
    tables: dict[str, dict[str, Any]] = {}
    for name, table in document.values.items():
        place = document.place(name)
        if name not in TABLES:
            found.append(unknown(place, "table" if isinstance(table, dict) else "key", name, TABLES))
        elif not isinstance(table, dict):
            found.append(Problem(place, f"{name} is not a table", f"write [{name}] on a line of its own"))
        else:
            tables[name] = table
    return tables


def _overrides(environ: Mapping[str, str], found: list[Problem]) -> dict[str, dict[str, str]]:
    overrides: dict[str, dict[str, str]] = {}
    known = {_variable(table, one.name): (table, one.name) for table, kind in TABLES.items() for one in fields(kind)}
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or "__" not in variable:
            continue  # HUSHGATE_CONFIG and the like are no settings
        if variable in known:
            table, key = known[variable]
            overrides.setdefault(table, {})[key] = environ[variable]
        else:
            found.append(unknown(variable, "variable", variable, known))
    return overrides


@dataclass(frozen=True, slots=True)
class _Given:
    """One value as somebody wrote it, and where."""

    value: Any
    place: str
    items: tuple[str, ...] = ()

    def item(self, number: int) -> str:
        """The place of one element of a list."""
        return self.items[number] if number < len(self.items) else self.place


def _values(
    name: str,
    kind: type,
    document: Document,
    table: dict[str, Any],
    overrides: dict[str, str],
    found: list[Problem],
    root: Path,
    found_good: bool,
) -> dict[str, Any] | None:
    """The checked values of one table, or None where one of them is wrong."""
    before = len(found)
    types = get_type_hints(kind)
    known = {one.name: one for one in fields(kind)}
    allowed = [key for key, one in known.items() if not one.metadata["environment_only"]]
    for key in table:
        place: str = document.place(name, key)
        if key not in known:
            found.append(unknown(place, f"key of [{name}]", key, allowed))
        elif key not in allowed:
            found.append(Problem(place, f"{key} does not belong in a file", f"set {_variable(name, key)} instead"))
    values: dict[str, Any] = {}
    for key, one in known.items():
        variable, place = _variable(name, key), document.place(name, key)
        try:
            if key in overrides:
                place = variable
                given = _Given(checks.from_text(overrides[key], types[key]), place)
            elif key in table:
                count = len(table[key]) if isinstance(table[key], list) else 0
                given = _Given(table[key], place, tuple(document.place(name, key, n) for n in range(count)))
            elif one.default is MISSING:
                raise Mistake(f"[{name}] has no {key}", f"add {key}: {one.metadata['doc'].rstrip('.')}")
            else:
                values[key] = _rooted(one.default, root) if one.metadata["path"] else one.default
                continue
            values[key] = _checked(key, given, types[key], one, found, root, found_good)
        except Mistake as mistake:
            found.append(Problem(place, mistake.wrong, mistake.remedy))
    return values if len(found) == before else None


def _checked(
    key: str, given: _Given, kind: Any, one: Field[Any], found: list[Problem], root: Path, found_good: bool
) -> Any:
    check, value = one.metadata["check"], given.value
    if found_good and check in _OF_FILES:
        check = None
    if get_origin(kind) is tuple:
        if not isinstance(value, list):
            raise Mistake(f"{key} is not a list", 'write ["one", "two"]')
        items = []
        for number, item in enumerate(value):
            try:
                checks.of_type(f"{key} number {number + 1}", item, str)
                items.append(check(item) if check else item)
            except Mistake as mistake:
                found.append(Problem(given.item(number), mistake.wrong, mistake.remedy))
        return tuple(items)
    if get_origin(kind) is Literal:
        checks.of_type(key, value, str)
        if value not in get_args(kind):
            problem = unknown("", f"{key} value", value, get_args(kind))
            raise Mistake(problem.wrong, problem.remedy)
        return value
    checks.of_type(key, value, str if kind is Endpoint else kind)
    if kind is int:
        checks.in_range(key, value, one.metadata["least"], one.metadata["most"])
    if one.metadata["path"]:
        value = _rooted(value, root)
    return check(value) if check else value


def root_of(config_dir: Path) -> Path:
    """What relative paths begin at: the folder in which the configuration folder stands, as it was named."""
    return Path(os.path.abspath(config_dir)).parent


def _rooted(value: str, root: Path) -> str:
    """An absolute path, or address of a store in a file; what is no path stays for its check to refuse."""
    if value.startswith(_SQLITE):
        path = value.removeprefix(_SQLITE)
        return value if not path or path == ":memory:" else _SQLITE + os.path.join(root, path)
    return os.path.join(root, value) if value.strip() and "://" not in value else value


def _loop(built: dict[str, Any], document: Document, environ: Mapping[str, str], found: list[Problem]) -> None:
    """Mail that is sent to ourselves comes back until somebody's disk is full."""
    smtp, upstream = built["smtp"], built["upstream"]
    same = upstream.host == smtp.listen.host or {upstream.host, smtp.listen.host} <= {"localhost", "127.0.0.1", "::1"}
    if same and upstream.port == smtp.listen.port:
        variable = _variable("upstream", "port")
        place = variable if variable in environ else document.place("upstream", "port")
        found.append(
            Problem(place, "upstream is the relay's own address: mail would go round", "give the next server's port")
        )


def _together(
    smtp: Smtp, document: Document, environ: Mapping[str, str], found: list[Problem], found_good: bool
) -> None:
    """What each key alone does not show: a certificate that is missing, networks that add up to the internet."""

    def wrong(key: str, what: str, remedy: str) -> None:
        variable = _variable("smtp", key)
        found.append(Problem(variable if variable in environ else document.place("smtp", key), what, remedy))

    if smtp.tls != "none":
        missing = [key for key in ("certificate", "private_key") if not getattr(smtp, key)]
        if missing:
            wrong("tls", f'tls = "{smtp.tls}" needs {" and ".join(missing)}', "name a PEM file")
        elif not found_good:
            try:
                checks.pair(smtp.certificate, smtp.private_key)
            except Mistake as mistake:
                wrong("certificate", mistake.wrong, mistake.remedy)
    for key in ("networks", "xclient_networks", "proxy_networks"):
        if checks.is_the_internet(getattr(smtp, key)):
            wrong(key, f"{key} together make an open relay", "name the networks that staff and mail servers send from")


def _reachable(
    console: Console,
    oidc: OidcSettings,
    document: Document,
    environ: Mapping[str, str],
    found: list[Problem],
    found_good: bool,
) -> None:
    """How people reach the console, and how they sign in: never in clear over a network, and in some way at all."""

    def wrong(table: str, key: str, what: str, remedy: str) -> None:
        variable = _variable(table, key)
        found.append(Problem(variable if variable in environ else document.place(table, key), what, remedy))

    missing = [key for key in ("certificate", "key") if not getattr(console, key)]
    if len(missing) == 1:
        given = "key" if missing == ["certificate"] else "certificate"
        wrong("console", given, f"{given} needs {missing[0]}", "name both PEM files")
    elif not missing and not found_good:
        try:
            checks.pair(console.certificate, console.key)
        except Mistake as mistake:
            wrong("console", "certificate", mistake.wrong.replace("private_key", "key"), mistake.remedy)
    if is_reached_in_clear(console) and not console.allow_cleartext:
        wrong(
            "console",
            "listen",
            f"console.listen {console.listen} would be reached by others without TLS: passwords and held mail would be "
            "seen on the way",
            "give console.certificate and console.key; or listen on 127.0.0.1, or name a proxy with TLS in "
            "console.trusted_proxies and console.url; or accept it by console.allow_cleartext = true",
        )
    if oidc.issuer and not oidc.client_id:
        wrong("oidc", "issuer", "[oidc] has no client_id", "give what the provider calls us")
    if bool(oidc.role_claim) is not bool(oidc.roles):
        wrong("oidc", "role_claim", "role_claim and roles are given together", "give both, or neither")
    if not console.password_sign_in and not oidc.issuer:
        wrong("console", "password_sign_in", "nobody could sign in", "give [oidc] issuer, or write true")


def _variable(table: str, key: str) -> str:
    return f"{PREFIX}{table}__{key}".upper()


def _type_name(kind: Any) -> str:
    if get_origin(kind) is Literal:
        return " | ".join(get_args(kind))
    if get_origin(kind) is tuple:
        return "list of strings"
    return {str: "string", int: "integer", bool: "true or false", Endpoint: "host:port"}[kind]


def _shown(value: Any) -> str:
    if isinstance(value, Endpoint):
        return json.dumps(str(value))
    return json.dumps(list(value) if isinstance(value, tuple) else value)


def _line(problem: Problem) -> tuple[bool, int]:
    """Problems of the file by line, then those of the environment."""
    line = problem.place.rpartition(":")[2]
    return (not line.isdecimal(), int(line) if line.isdecimal() else 0)


def is_reached_in_clear(console: Console) -> bool:
    """Whether others than this machine reach the console without TLS."""
    proxied = bool(console.trusted_proxies) or console.url.startswith("https://")
    own = bool(console.certificate and console.key)
    return not (checks.is_loopback(console.listen.host) or proxied or own)


def store_path(settings: Storage) -> Path:
    """The file behind a `sqlite:///` address, as an absolute path."""
    return Path(os.path.abspath(settings.url.removeprefix("sqlite:///")))
