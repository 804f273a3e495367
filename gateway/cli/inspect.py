"""`hushgate inspect`: what would become of a mail, and why. Nothing is sent, nothing is stored.

A running service is asked, which has everything loaded; where there is none, everything is loaded for this one mail.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from gateway.cli import output
from gateway.errors import Problem

if TYPE_CHECKING:
    from gateway.service.asking import ExplainAnswer, ExplainRequest
    from gateway.settings.settings import Settings

EXITS: dict[str, int] = {"pass": 0, "redact": 10, "quarantine": 20, "reject": 30}
_LONGEST_REASON = 500


def add(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Declare the command."""
    parser = commands.add_parser(
        "inspect",
        parents=[shared],
        help="the decision for a mail, and why; exit 0 pass, 10 redact, 20 quarantine, 30 reject, 2 error",
    )
    parser.add_argument("file", type=Path, metavar="MAIL.eml")
    parser.add_argument("--sender", required=True)
    parser.add_argument("--recipient", required=True, action="append", dest="recipients")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write the explanation as a page too")
    parser.add_argument("--language", choices=("zh", "en"), help="of the explanation (default: that of the terminal)")
    parser.add_argument("--reveal", action="store_true", help="show what is the reporter's; audited, needs --reason")
    parser.add_argument("--reason", metavar="WHY", default="", help="why it is to be shown, for the audit log")
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    from gateway.service.asking import ExplainRequest, ask
    from gateway.service.budget import budget_of, patience_of
    from gateway.settings.settings import load

    reason = " ".join(arguments.reason.split())
    if arguments.reveal != bool(reason) or len(reason) > _LONGEST_REASON:
        raise Problem("inspect", "--reveal and --reason go together", f"say why, in up to {_LONGEST_REASON} characters")
    try:
        content = arguments.file.read_bytes()
    except OSError as error:
        place, wrong = str(arguments.file), f"cannot be read ({error.strerror})"
        raise Problem(place, wrong, "give a readable mail file") from error
    settings = load(arguments.config, os.environ)
    language = arguments.language or output.language()
    question = ExplainRequest(
        arguments.sender, tuple(arguments.recipients), len(content), language, arguments.html is not None, reason
    )
    seconds = 2 * patience_of(budget_of(settings))
    answer = ask(settings, arguments.config, question, content, seconds)
    if answer is None:
        if not arguments.json:
            print("hushgate: no service runs here: everything is loaded for this one mail", file=sys.stderr)
        answer = _alone(arguments.config, question, content, settings)
    if arguments.html is not None:
        _write(arguments.html, answer.page)
    if arguments.json:
        output.as_json(json.loads(answer.plain))
    else:
        print(answer.text)
    return EXITS[answer.action]


def _alone(config: Path, question: "ExplainRequest", content: bytes, settings: "Settings") -> "ExplainAnswer":
    """The same answer from everything loaded here."""
    from gateway.model.deadline import Deadline
    from gateway.service.budget import budget_of
    from gateway.service.inspector.inspecting import Explaining, inspected
    from gateway.service.searching import Searching
    from gateway.service.wiring import open_house

    with open_house(config, os.environ) as house:
        if len(content) > settings.smtp.max_size:
            raise Problem("mail", "is larger than smtp.max_size", "no relay would take it")
        means = Explaining(house.tools(), Searching(house).found, house.store.audit)
        return inspected(content, question, means, Deadline.after(budget_of(house.settings)), output.actor())


def _write(path: Path, page: bytes) -> None:
    """For the user alone, whoever could read what was there: a page shows a mail."""
    from gateway.service.private_file import write_private

    try:
        write_private(path, page)
    except OSError as error:
        raise Problem(str(path), f"cannot be written ({error.strerror})", "name a file that can be") from error
