"""Ties to the reporter's own mail."""

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.model import Item, Location, MailFacts, MaterialMark, Party, Reading, Report, TextFragment

ID = "20200918.8812@mail.example"


@pytest.fixture(scope="module")
def subject() -> Subject:
    mark = MaterialMark("report.eml", "mail", 900, b"\1" * 32, message_id=f"<{ID}>")
    return compile_report(
        Report("R-1", "open", "", (Party("星儿"),), (Item("address", "xiaoming@mail.example"),), (), (mark,))
    )


def header(label: str, text: str) -> TextFragment:
    return TextFragment(Location(""), "header", text, label=label, editable=True)


@pytest.mark.parametrize("label", ["in-reply-to", "references", "x-original-message-id", "thread-index"])
def test_the_reporters_message_id_in_a_thread_field_is_found(subject: Subject, label: str) -> None:
    text = f"<first@platform.example> <{ID.upper()}>"
    (finding,) = detect(Reading(texts=(header(label, text),)), (subject,))
    assert (finding.kind, finding.fragment) == ("thread", 0)
    assert finding.span is not None
    assert text[slice(*finding.span)].lower() == ID


def test_the_reporters_address_in_a_thread_field_is_found_as_thread_and_as_address(subject: Subject) -> None:
    found = detect(Reading(texts=(header("references", "<xiaoming@mail.example>"),)), (subject,))
    assert {finding.kind for finding in found} == {"thread", "address"}


def test_a_message_id_in_the_body_is_found_too(subject: Subject) -> None:
    body = TextFragment(Location("1"), "text", f"原邮件编号 {ID} 见归档")
    (finding,) = detect(Reading(texts=(body,)), (subject,))
    assert (finding.kind, finding.span) == ("thread", (6, 6 + len(ID)))


def test_references_that_no_text_shows_are_found_by_the_facts(subject: Subject) -> None:
    mail = MailFacts(Location("2"), references=(f"<{ID}>",))
    (finding,) = detect(Reading(mails=(mail,)), (subject,))
    assert (finding.kind, finding.where, finding.fragment) == ("thread", Location("2"), None)


def test_another_thread_is_not_the_reporters(subject: Subject) -> None:
    texts = (header("references", "<1@platform.example>"), header("in-reply-to", "<2@streamers.example>"))
    mails = (MailFacts(Location(""), message_id="<3@platform.example>", references=("<1@platform.example>",)),)
    assert detect(Reading(texts=texts, mails=mails), (subject,)) == ()
