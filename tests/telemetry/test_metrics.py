"""What Prometheus is told."""

import pytest
from prometheus_client.parser import text_string_to_metric_families

from gateway.model import KINDS
from gateway.service.metrics_from_events import counting_emit
from gateway.telemetry.events import Unexpected
from gateway.telemetry.metrics import Metrics


def samples(metrics: Metrics) -> dict[tuple[str, tuple[str, ...]], float]:
    body, kind = metrics.render()
    assert kind.startswith("text/plain")
    families = text_string_to_metric_families(body.decode())
    return {(one.name, tuple(one.labels.values())): one.value for family in families for one in family.samples}


def test_messages_are_counted_by_what_became_of_them() -> None:
    metrics = Metrics()
    metrics.decided("pass", 0.01)
    metrics.decided("quarantine", 2.0)
    metrics.decided("quarantine", 2.0)
    found = samples(metrics)
    assert found["hushgate_messages_total", ("pass",)] == 1
    assert found["hushgate_messages_total", ("quarantine",)] == 2
    assert found["hushgate_messages_total", ("reject",)] == 0
    assert found["hushgate_inspection_seconds_count", ()] == 3


def test_findings_are_counted_by_kind_and_every_kind_begins_at_0() -> None:
    metrics = Metrics()
    metrics.found(("name", "personal_data", "personal_data"))
    found = samples(metrics)
    assert {
        kind: found["hushgate_findings_total", (kind,)] for kind in KINDS if found["hushgate_findings_total", (kind,)]
    } == {
        "name": 1,
        "personal_data": 2,
    }


def test_everything_else_has_its_number() -> None:
    metrics = Metrics()
    metrics.reader_lost("died")
    metrics.reader_lost("timeout")
    metrics.upstream_failed("dot")
    metrics.possible_duplicate()
    metrics.store_failed()
    counting_emit(metrics, lambda event: None)(Unexpected("ValueError", "gateway.reading.walker", 7))
    metrics.set_sessions(2)
    metrics.set_sessions(1)
    metrics.set_held(7)
    metrics.set_audit_entries(41)
    found = samples(metrics)
    assert found["hushgate_reader_lost_total", ("died",)] == 1
    assert found["hushgate_reader_lost_total", ("timeout",)] == 1
    assert found["hushgate_upstream_failures_total", ("dot",)] == 1
    assert found["hushgate_possible_duplicates_total", ()] == 1
    assert found["hushgate_store_failures_total", ()] == 1
    assert found["hushgate_unexpected_total", ()] == 1
    assert found["hushgate_smtp_sessions", ()] == 1
    assert found["hushgate_held", ()] == 7
    assert found["hushgate_audit_entries", ()] == 41


@pytest.mark.parametrize("method", ["reader_lost", "upstream_failed"])
def test_a_label_is_a_fixed_word_and_never_a_name(method: str) -> None:
    metrics = Metrics()
    getattr(metrics, method)("张小鸣")
    body = metrics.render()[0].decode()
    assert "张" not in body
    assert '="other"} 1.0' in body


def test_two_services_do_not_share_counts() -> None:
    first, second = Metrics(), Metrics()
    first.decided("pass", 1)
    assert samples(second)["hushgate_messages_total", ("pass",)] == 0
