"""What was not read, or can be read in more than one way. No leak means: what cannot be inspected is held.

It concerns every report of the message alike; the first stands for all.
"""

from collections.abc import Iterator

from gateway.detection.context import Scene
from gateway.model import Finding, Kind


class _Unread:
    name = "unread"
    kinds: tuple[Kind, ...] = ("uninspectable", "malformed")

    def find(self, scene: Scene) -> Iterator[Finding]:
        report = scene.subjects[0].report
        for part in scene.reading.unreadable:
            yield Finding("uninspectable", report, part.where, None, part.reason, 1.0)
        for place in scene.reading.ambiguities:
            yield Finding("malformed", report, place.where, None, place.reason, 1.0)


DETECTOR = _Unread()
