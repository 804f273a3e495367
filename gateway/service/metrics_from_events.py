"""Every event goes to the log and moves its counters: one place that knows which."""

from collections.abc import Callable

from gateway.telemetry.events import (
    DecisionsDropped,
    LateMatchesFound,
    MessageAbandoned,
    NoticeNotSent,
    NoticeSent,
    PassedNotKept,
    ReaderLost,
    StoreFailed,
    Unexpected,
    UpstreamFailed,
)
from gateway.telemetry.metrics import Metrics

Emit = Callable[[object], None]


def counting_emit(metrics: Metrics, emit: Emit) -> Emit:
    """An `emit` that also counts. What becomes of messages is counted by the inspector, which knows the time too."""

    def both(event: object) -> None:
        match event:
            case ReaderLost(how=how):
                metrics.reader_lost(how)
            case UpstreamFailed(stage=stage):
                metrics.upstream_failed(stage)
                if stage == "dot":
                    metrics.possible_duplicate()
            case MessageAbandoned(stage=stage):
                metrics.abandoned(stage)
            case NoticeSent(kind=kind):
                metrics.noticed(kind, "sent")
            case NoticeNotSent(kind=kind):
                metrics.noticed(kind, "not_sent")
            case LateMatchesFound(mails=count):
                metrics.late_matches(count)
            case PassedNotKept(mails=count):
                metrics.passed_not_kept(count)
            case DecisionsDropped(messages=messages):
                metrics.unrecorded(messages)
            case StoreFailed():
                metrics.store_failed()
            case Unexpected():
                metrics.unexpected()
            case _:
                pass
        emit(event)

    return both
