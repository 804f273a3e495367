"""What was not read is found, for whatever was reported."""

from gateway.detection import detect
from gateway.identity import compile_report
from gateway.model import Ambiguity, Location, Reading, Report, Unreadable, steps


def test_what_was_not_read_is_a_finding_of_the_first_report() -> None:
    subject = compile_report(Report("R-1", "open", "", ()))
    other = compile_report(Report("R-2", "open", "", ()))
    reading = Reading(
        unreadable=(Unreadable(Location("2", (steps.file("a.7z"),)), "encrypted"),),
        ambiguities=(Ambiguity(Location("3"), "two_types"),),
    )
    found = detect(reading, (subject, other))
    assert [(f.kind, f.report, f.where, f.detector, f.score) for f in found] == [
        ("uninspectable", "R-1", Location("2", (steps.file("a.7z"),)), "encrypted", 1.0),
        ("malformed", "R-1", Location("3"), "two_types", 1.0),
    ]
