"""Entry point of `hushgate`. Errors are one clear line on stderr with exit code 2, never a traceback."""

import argparse
import gc
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from gateway import __version__
from gateway.errors import HushgateError, Unavailable
from gateway.sandbox.hardening import harden

_ALLOCATIONS = 100_000
"""Net new objects between two collections. What a command makes is for the most part the programs that it loads, which
live as long as it does: with Python's own 700 the collector takes a fifth of its time."""

GROUPS = (
    "init", "serve", "check", "reports", "parties", "inspect", "scan", "quarantine", "purge", "users", "tokens",
    "audit", "drill", "policy", "doctor", "backup", "restore", "demo",
)  # fmt: skip
"""Modules of this folder, each by the name of its command."""


def main(argv: Sequence[str] | None = None) -> int:
    """Parse, run, and turn what goes wrong into one line."""
    harden()
    gc.set_threshold(_ALLOCATIONS, 20, 50)
    words = sys.argv[1:] if argv is None else list(argv)
    arguments = _parser(_asked(words)).parse_args(words)
    # `--config` may stand before or after the command; the later one wins.
    arguments.config = Path(arguments.config or os.environ.get("HUSHGATE_CONFIG") or "config")
    try:
        code: int = arguments.run(arguments)
    except Unavailable as error:
        print(f"hushgate: cannot decide now: {error}", file=sys.stderr)
        return 2
    except HushgateError as error:
        for line in str(error).split("\n") if str(error) else (type(error).__name__,):
            print(f"hushgate: {line}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing more can be said to it, not even at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = f" ({error.filename})" if error.filename else ""
        print(f"hushgate: the system refused: {error.strerror or type(error).__name__}{place}", file=sys.stderr)
        return 2
    except Exception as error:
        # A bug. Its text may quote a message, so only its kind and place in our code are shown.
        from gateway.telemetry.events import unexpected

        where = unexpected(error)
        print(f"hushgate: internal error {where.exception} at {where.module}:{where.line}", file=sys.stderr)
        return 2
    return code


def _asked(words: Sequence[str]) -> Sequence[str]:
    """The command that stands there; all where none does. To load the others takes longer than many a command."""
    at = 0
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] == "--config" else 1
    return (words[at],) if at < len(words) and words[at] in GROUPS else GROUPS


def _parser(groups: Sequence[str]) -> argparse.ArgumentParser:
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument(
        "--config",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="folder of gateway.toml and policy.toml (default: $HUSHGATE_CONFIG or ./config)",
    )
    parser = argparse.ArgumentParser(
        prog="hushgate",
        description="SMTP relay that keeps a reporter's identity out of mail to whom they reported. "
        "举报人身份保护邮件网关。",
    )
    parser.add_argument("--version", action="version", version=f"hushgate {__version__}")
    parser.add_argument("--config", metavar="DIR", default=None, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for group in groups:
        importlib.import_module(f"gateway.cli.{group}").add(commands, shared)
    return parser
