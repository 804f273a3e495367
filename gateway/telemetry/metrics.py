"""Counters and histograms in Prometheus text format. Labels are fixed words: no id, no address, no rule of a person.

One `Metrics` per process, with a registry of its own, so that tests and several services do not share counts. The
processes of one service share a folder, named by PROMETHEUS_MULTIPROC_DIR (the library's own way), and are added up.
"""

import os
from collections.abc import Iterable, Mapping
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.model import KINDS, Kind
from gateway.telemetry.events import Outcome

_OUTCOMES: Final = ("pass", "redact", "quarantine", "reject", "retry")
_WATCHED: Final = ("redact", "quarantine", "reject")
_LOST: Final = ("died", "timeout")
_STAGES_LEFT: Final = ("waiting", "content", "work")
_STAGES: Final = ("connect", "tls", "greeting", "envelope", "data", "dot")
_NOTICES: Final = ("notice", "summary", "digest", "webhook")
_CASES: Final = ("clean", "text", "screenshot", "letter")
_TOLD: Final = ("sent", "not_sent")
_RELOADS: Final = ("done", "refused")
_DIGEST = 16
_INSPECTION = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """What is counted. Safe from any thread."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        registry = self._registry
        self._messages = Counter("hushgate_messages", "Messages by what became of them.", ["action"], registry=registry)
        self._watched = Counter(
            "hushgate_messages_watched",
            "Messages that passed because a rule only watches, by what would have become of them.",
            ["would"],
            registry=registry,
        )
        self._held = Gauge(
            "hushgate_held", "Messages that wait for a reviewer.", registry=registry, multiprocess_mode="mostrecent"
        )
        self._inspection = Histogram(
            "hushgate_inspection_seconds", "Time from message to decision.", buckets=_INSPECTION, registry=registry
        )
        self._readers = Counter(
            "hushgate_reader_lost", "Readers that died or took too long.", ["how"], registry=registry
        )
        self._upstream = Counter(
            "hushgate_upstream_failures", "Failed talks with the upstream by stage.", ["stage"], registry=registry
        )
        self._duplicates = Counter(
            "hushgate_possible_duplicates", "Messages whose answer from upstream was lost.", registry=registry
        )
        self._unexpected = Counter(
            "hushgate_unexpected", "Faults of our own code, each with a line in the log.", registry=registry
        )
        self._unrecorded = Counter(
            "hushgate_decisions_unrecorded",
            "Messages that are not in the record of decisions by which other rules are tried.",
            registry=registry,
        )
        self._store = Counter("hushgate_store_failures", "Operations that the database refused.", registry=registry)
        self._audit = Gauge(
            "hushgate_audit_entries", "Entries of the audit log.", registry=registry, multiprocess_mode="mostrecent"
        )
        self._over = Gauge(
            "hushgate_senders_over_limit",
            "Senders whose mail to outside is answered later, or whose lists or all of it are held.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._sessions = Gauge(
            "hushgate_smtp_sessions", "Open SMTP sessions.", registry=registry, multiprocess_mode="livesum"
        )
        self._abandoned = Counter(
            "hushgate_messages_abandoned",
            "Messages whose client or relay left before there was an answer.",
            ["stage"],
            registry=registry,
        )
        self._places = Gauge(
            "hushgate_places",
            "Places at work, by size of message.",
            ["size", "state"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._waiting = Gauge(
            "hushgate_places_waiting",
            "Messages that wait for a place.",
            ["size"],
            registry=registry,
            multiprocess_mode="livesum",
        )
        self._oldest = Gauge(
            "hushgate_places_oldest_wait_seconds",
            "How long the oldest of them has waited.",
            ["size"],
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._longest = Gauge(
            "hushgate_places_longest_held_seconds",
            "How long the place that is held longest has been held.",
            ["size"],
            registry=registry,
            multiprocess_mode="livemax",
        )
        self._stuck = Gauge(
            "hushgate_processes_stuck",
            "Processes that were ended because they did not answer, since the service started.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._reloads = Counter(
            "hushgate_reloads",
            "Reloads of rules and settings by how they ended.",
            ["outcome"],
            registry=registry,
        )
        self._refused = Gauge(
            "hushgate_rules_refused",
            "1 where the files have a mistake, and older rules hold than stand in them.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._rules = Gauge(
            "hushgate_rules",
            "1 for the rules that decide now, by the beginning of their digest.",
            ["digest"],
            registry=registry,
            multiprocess_mode="livemostrecent",
        )
        self._digest = ""
        self._notices = Counter(
            "hushgate_notices",
            "Notices to senders and reviewers by what became of them.",
            ["kind", "outcome"],
            registry=registry,
        )
        self._late = Counter(
            "hushgate_late_matches", "Mail that passed before a report said what it guards now.", registry=registry
        )
        self._not_kept = Counter(
            "hushgate_passed_not_kept", "Mail that passed of which no fingerprints are kept.", registry=registry
        )
        self._drill = Gauge(
            "hushgate_drill_good",
            "The last drill, by its mails: 1 where a leak was stopped, or the clean mail passed.",
            ["case"],
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._drill_at = Gauge(
            "hushgate_drill_timestamp_seconds",
            "When the last drill ended; 0 where there was none.",
            registry=registry,
            multiprocess_mode="mostrecent",
        )
        self._findings = Counter(
            "hushgate_findings", "Findings by kind, those that are only watched too.", ["kind"], registry=registry
        )
        # A counter that starts at 0 can be alerted on.
        self._by_kind = {kind: self._findings.labels(kind) for kind in KINDS}
        self._by_outcome = {outcome: self._messages.labels(outcome) for outcome in _OUTCOMES}
        for would in _WATCHED:
            self._watched.labels(would)
        for how in _LOST:
            self._readers.labels(how)
        for where in _STAGES_LEFT:
            self._abandoned.labels(where)
        for outcome in _RELOADS:
            self._reloads.labels(outcome)
        for stage in _STAGES:
            self._upstream.labels(stage)
        for kind in _NOTICES:
            for outcome in _TOLD:
                self._notices.labels(kind, outcome)

    def decided(self, action: Outcome, seconds: float, would: Outcome | None = None) -> None:
        """One message got its answer after so long; `would` have been another, were no rule only watched."""
        if would is not None:
            self._watched.labels(would).inc()
        counter = self._by_outcome.get(action)
        (self._messages.labels("other") if counter is None else counter).inc()
        self._inspection.observe(seconds)

    def found(self, kinds: Iterable[Kind]) -> None:
        """Such were the findings of one message."""
        for kind in kinds:
            self._by_kind[kind].inc()

    def reader_lost(self, how: str) -> None:
        """`died` or `timeout`."""
        self._readers.labels(_known(how, _LOST)).inc()

    def upstream_failed(self, stage: str) -> None:
        """A stage of `events.UpstreamFailed`."""
        self._upstream.labels(_known(stage, _STAGES)).inc()

    def possible_duplicate(self) -> None:
        """Upstream had the final dot, its answer never came (RFC 1047)."""
        self._duplicates.inc()

    def unexpected(self) -> None:
        """A fault of our own code (`events.Unexpected`)."""
        self._unexpected.inc()

    def unrecorded(self, messages: int) -> None:
        """So many messages more (`events.DecisionsDropped`)."""
        self._unrecorded.inc(messages)

    def store_failed(self) -> None:
        """The database was locked, gone or full."""
        self._store.inc()

    def noticed(self, kind: str, outcome: str) -> None:
        """A notice of this kind was `sent`, or `not_sent`."""
        self._notices.labels(_known(kind, _NOTICES), _known(outcome, _TOLD)).inc()

    def late_matches(self, count: int) -> None:
        """So many were found."""
        self._late.inc(count)

    def passed_not_kept(self, count: int) -> None:
        """Of so much mail nothing is kept."""
        self._not_kept.inc(count)

    def abandoned(self, stage: str) -> None:
        """A stage of `events.MessageAbandoned`."""
        self._abandoned.labels(_known(stage, _STAGES_LEFT)).inc()

    def set_places(self, size: str, *, taken: int, free: int, waiting: int, oldest: float, held: float) -> None:
        """How it stands with the places for `small` or `large` messages; times in seconds."""
        self._places.labels(size, "taken").set(taken)
        self._places.labels(size, "free").set(free)
        self._waiting.labels(size).set(waiting)
        self._oldest.labels(size).set(round(oldest, 1))
        self._longest.labels(size).set(round(held, 1))

    def set_stuck(self, count: int) -> None:
        """So many processes were ended because they did not answer."""
        self._stuck.set(count)

    def reloaded(self, outcome: str) -> None:
        """A reload was `done`, or `refused` for a mistake in a file."""
        self._reloads.labels(_known(outcome, _RELOADS)).inc()

    def set_refused(self, refused: bool) -> None:
        """Whether older rules hold than stand in the files."""
        self._refused.set(int(refused))

    def set_rules(self, digest: str) -> None:
        """These rules decide from now on."""
        if self._digest:
            self._rules.labels(self._digest).set(0)
        self._digest = digest[:_DIGEST]
        self._rules.labels(self._digest).set(1)

    def set_sessions(self, count: int) -> None:
        """So many clients are connected now."""
        self._sessions.set(count)

    def set_held(self, count: int) -> None:
        """So many messages are held now."""
        self._held.set(count)

    def set_over_limit(self, count: int) -> None:
        """So many senders are over a limit now."""
        self._over.set(count)

    def set_drill(self, at: float, good: Mapping[str, bool]) -> None:
        """So the last drill ended; of one that was abandoned nothing was good."""
        self._drill_at.set(at)
        for case in _CASES:
            self._drill.labels(case).set(good.get(case, False))

    def set_audit_entries(self, count: int) -> None:
        """So long is the audit log now."""
        self._audit.set(count)

    def render(self) -> tuple[bytes, str]:
        """The body of `GET /metrics` and its content type; of all processes, where they share a folder."""
        registry = self._registry
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            registry = CollectorRegistry()
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]  # the library's
        return generate_latest(registry), CONTENT_TYPE_LATEST


def _known(word: str, words: tuple[str, ...]) -> str:
    """A label value that is not in the list could be anything, a name too."""
    return word if word in words else "other"
