"""What would become of a mail, explained: the same function for a service that is asked and for a command alone.

Nothing is sent, stored or counted, but for one thing: a look at what is the reporter's is audited before it is shown.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import msgspec

from gateway.inspection.tools import Crashes, InspectionDeps
from gateway.model import Finding, Reading
from gateway.model.deadline import Deadline
from gateway.service.asking import ExplainAnswer, ExplainRequest
from gateway.service.explanation import as_json, as_page, as_text, explain
from gateway.service.inspector.engine import envelope_for, examine_content
from gateway.storage.audit_protocols import Audit

REVEALED = "inspection.revealed"


@dataclass(frozen=True, slots=True)
class Explaining:
    """What it takes. `search` finds what the detectors know of these reports in texts."""

    tools: InspectionDeps
    search: Callable[[Reading, Sequence[str]], Sequence[Finding]]
    audit: Audit


def inspected(
    content: bytes, asked: ExplainRequest, means: Explaining, deadline: Deadline, actor: str
) -> ExplainAnswer:
    """The answer. Blocks. Raises what an inspection raises."""
    # What a mail did to a reader here says nothing of it to those who send it, and the other way round.
    tools = replace(means.tools, crashes=Crashes(), delays=Crashes(), rewrites=None, suggestions=None)
    envelope = envelope_for(asked.sender, asked.recipients)
    examination = examine_content(content, envelope, tools, deadline)
    if asked.reason:
        reports = " ".join(dict.fromkeys(match.report for match in examination.matches))
        digest = hashlib.sha256(content).hexdigest()
        means.audit.append_with_reason(
            actor, REVEALED, digest[:16], {"reports": reports, "sha256": digest}, asked.reason
        )
    told = explain(examination, tools.policy, means.search, revealed=bool(asked.reason))
    text = as_text(told, "zh" if asked.language == "zh" else "en")
    plain = msgspec.json.encode(as_json(told)).decode()
    return ExplainAnswer(told.decision.action, plain, text, as_page(told) if asked.page else b"")
