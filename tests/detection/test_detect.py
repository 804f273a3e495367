"""All detectors over one message: collected, joined, cut at the threshold."""

from gateway.detection import Detector, detect
from gateway.detection.detect import DETECTORS
from gateway.identity import compile_report
from gateway.model import KINDS, Item, Location, Reading, Report, TextFragment, steps


def test_every_detector_names_itself_once_and_all_kinds_have_one() -> None:
    detectors: tuple[Detector, ...] = DETECTORS
    assert len({detector.name for detector in detectors}) == len(detectors) == 10
    assert {kind for detector in detectors for kind in detector.kinds} == set(KINDS)


def test_the_threshold_decides_what_is_told() -> None:
    subject = compile_report(Report("R-1", "open", "", (), (Item("name", "张小鸣"),)))
    reading = Reading(texts=(TextFragment(Location("1"), "text", "张女士好。张先生好。"),))
    assert [len(detect(reading, (subject,), threshold)) for threshold in (0.6, 0.3)] == [0, 2]


def test_the_same_message_gives_the_same_findings_again_and_a_subject_can_go() -> None:
    reading = Reading(texts=(TextFragment(Location("1"), "text", "张小鸣"),))
    first = detect(reading, (compile_report(Report("R-1", "open", "", (), (Item("name", "张小鸣"),))),))
    second = detect(reading, (compile_report(Report("R-1", "open", "", (), (Item("name", "张小鸣"),))),))
    assert first == second != ()
    assert detect(reading, (compile_report(Report("R-1", "open", "", ())),)) == ()


def test_a_word_that_is_a_name_counts_in_a_field_that_holds_names() -> None:
    subject = compile_report(Report("R-1", "open", "", (), (Item("name", "文静"),)))
    where = Location("2", (steps.file("材料.docx"), steps.package_part("core.xml"), steps.document_property("author")))
    found = [
        detect(Reading(texts=(TextFragment(where, "metadata", "文静", names_people=named),)), (subject,))
        for named in (True, False)
    ]
    assert [[finding.kind for finding in findings] for findings in found] == [["name"], []]
