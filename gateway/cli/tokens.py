"""`hushgate tokens …`: create, list, rotate, revoke."""

import argparse
import os
import re
import secrets
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from gateway.cli import output
from gateway.cli.moments import span_of
from gateway.errors import Problem
from gateway.model.scopes import SCOPES

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LONGEST = timedelta(days=99_999)
_WRONG = {
    "missing": ("no such token", "see `hushgate tokens list`"),
    "taken": ("there is a token of this name", "rotate or revoke it, or choose another name"),
}


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the commands."""
    group = commands.add_parser("tokens", help="with what other programs use the HTTP API")
    parts = group.add_subparsers(metavar="ACTION", required=True)
    new = parts.add_parser("create", parents=[shared], help="a new token; its secret is printed once, and kept nowhere")
    new.add_argument("name")
    new.add_argument("--scope", dest="scopes", action="extend", nargs="+", choices=SCOPES, required=True)
    new.add_argument("--expires", metavar="SPAN", default="", help="as 90d or 12h; without it, until it is revoked")
    new.set_defaults(run=_create)
    listing = parts.add_parser("list", parents=[shared], help="all tokens, by name")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=_list)
    rotate = parts.add_parser("rotate", parents=[shared], help="another secret for a token; the old one ends at once")
    rotate.add_argument("name")
    rotate.set_defaults(run=_rotate)
    revoke = parts.add_parser("revoke", parents=[shared], help="end a token at once")
    revoke.add_argument("name")
    revoke.set_defaults(run=_revoke)


def _create(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    if not _NAME.fullmatch(arguments.name):
        raise Problem(arguments.name, "is no name of a token", "use 1 to 64 letters, digits, dots and dashes")
    expires = _expiry(arguments.expires)
    secret = _new_secret()
    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.tokens.create(arguments.name, secret, arguments.scopes, output.actor(), expires)
    _unless_done(arguments.name, outcome)
    return _print_secret(secret)


def _list(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        tokens = house.store.tokens.all()
    rows: list[dict[str, Any]] = [
        {
            "name": token.name,
            "scopes": list(token.scopes),
            "made_at": token.made_at.isoformat(timespec="seconds"),
            "expires": _shown(token.expires),
            "last_used": _shown(token.seen_at),
        }
        for token in tokens
    ]
    if arguments.json:
        output.as_json(rows)
        return 0
    lines: list[list[str]] = [
        [token.name, " ".join(token.scopes), row["made_at"], row["expires"] or "", row["last_used"] or ""]
        for token, row in zip(tokens, rows, strict=True)
    ]
    output.table(["NAME", "SCOPES", "MADE", "EXPIRES", "LAST USED"], lines)
    return 0


def _rotate(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    secret = _new_secret()
    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.tokens.rotate(arguments.name, secret, output.actor())
    _unless_done(arguments.name, outcome)
    return _print_secret(secret)


def _revoke(arguments: argparse.Namespace) -> int:
    from gateway.service.wiring import open_house

    with open_house(arguments.config, os.environ) as house:
        outcome = house.store.tokens.revoke(arguments.name, output.actor())
    _unless_done(arguments.name, outcome)
    print(f"token {arguments.name} revoked")
    return 0


def _new_secret() -> str:
    """Its beginning says what it is to whoever finds it in a log or a repository."""
    return f"hg_{secrets.token_urlsafe(32)}"


def _print_secret(secret: str) -> int:
    """The secret alone on stdout, for scripts; what it is on stderr."""
    print(secret, flush=True)
    print("令牌只显示这一次，请妥善保存 shown this once: keep it safe", file=sys.stderr)
    return 0


def _unless_done(name: str, outcome: str) -> None:
    if outcome != "done":
        raise Problem(name, *_WRONG[outcome])


def _expiry(written: str) -> datetime | None:
    """When a token ends; None where nothing is said. Raises Problem."""
    if not written:
        return None
    span = span_of(written)
    if not span or span > _LONGEST:
        raise Problem("--expires", "is no span of time", "write it as 90d or 12h")
    return datetime.now(UTC) + span


def _shown(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment is not None else None
