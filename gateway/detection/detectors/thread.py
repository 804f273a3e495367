"""Ties to the reporter's own mail: its Message-ID, or the reporter's address in the fields that make a thread.

RFC 5322 section 3.6.4 (In-Reply-To, References), and what programs add (Thread-Topic, Thread-Index, X-…-Thread).
A Message-ID is a sign wherever it stands: it is in archives' addresses, and in "original message" lines too.
"""

from collections.abc import Iterator

from gateway.detection.scene import Scene, finding_at
from gateway.model import Finding, Kind
from gateway.reports import Subject
from gateway.text.addresses import fold_address

_THREAD_FIELDS = ("in-reply-to", "references", "thread-", "x-thread", "original-message-id", "x-original-message-id")
_SHORTEST = 8  # an id of a few characters is nobody's


class _Thread:
    name = "thread"
    kinds: tuple[Kind, ...] = ("thread",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        for subject in scene.subjects:
            ids = [i for i in subject.message_ids if len(i) >= _SHORTEST]
            found = False
            for index, fragment in enumerate(scene.reading.texts):
                text = fragment.text.lower()
                spans = [_whole(text, i.lower()) for i in ids]
                if fragment.medium == "header" and fragment.label.startswith(_THREAD_FIELDS):
                    spans += _addresses(fragment.text, subject)
                for span in spans:
                    if span is not None:
                        found = True
                        yield finding_at(scene, index, span, "thread", subject.report, self.name, 1.0)
            if not found:
                yield from self._by_facts(scene, subject, frozenset(i.lower() for i in ids))

    def _by_facts(self, scene: Scene, subject: Subject, ids: frozenset[str]) -> Iterator[Finding]:
        """References that no fragment shows as text (folded in a way that parted them)."""
        for mail in scene.reading.mails:
            named = {_bare(reference).lower() for reference in mail.references}
            if named & ids or any(fold_address(i) in subject.addresses for i in named):
                yield Finding("thread", subject.report, mail.where, "header", self.name, 1.0)


def _whole(text: str, wanted: str) -> tuple[int, int] | None:
    start = text.find(wanted)
    return (start, start + len(wanted)) if start >= 0 else None


def _addresses(text: str, subject: Subject) -> list[tuple[int, int] | None]:
    spans: list[tuple[int, int] | None] = []
    at = 0
    for word in text.replace("<", " ").replace(">", " ").replace(",", " ").split():
        start = text.index(word, at)
        at = start + len(word)
        if "@" in word and fold_address(word) in subject.addresses:
            spans.append((start, at))
    return spans


def _bare(message_id: str) -> str:
    return message_id.strip().strip("<>")


DETECTOR = _Thread()
