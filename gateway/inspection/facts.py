"""What rules may ask of a message besides its findings: its size, types of its files, and how it is with reports."""

from collections.abc import Sequence

from gateway.identity import Subject
from gateway.model import Message, Reading
from gateway.policy import MessageFacts


def facts_of(message: Message, reading: Reading, subjects: Sequence[Subject], threshold: float) -> MessageFacts:
    """Of the message as it came, and of the reports that it may concern. `threshold`: of the rules."""
    reports = {subject.report: (subject.status, subject.severity) for subject in subjects}
    return MessageFacts(message.size, reports, threshold=threshold).reading(reading)
