"""A QR or bar code of the reporter's: one that says what a code in the report's material said.

Payloads are compared folded (`text.qr_payload`), in codes and in any other text: a link under a button leads to the
same place as the code. What a code says of the reporter in words is found by the text detectors.
"""

from collections.abc import Iterator

from gateway.detection.context import Scene, finding_at
from gateway.model import Finding, Kind
from gateway.text.qr_payload import fold_payload, host_of

_LONGEST = 8192


class _QrCode:
    name = "qr_code"
    kinds: tuple[Kind, ...] = ("qr_code",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        for subject in scene.subjects:
            known = {item.value: item.score for item in subject.items if item.kind == "qr_code"}
            if not known:
                continue
            links = [(value, value.partition("://")[2]) for value in known if host_of(value)]
            for index, fragment in enumerate(scene.budget.over(scene.reading.texts, 1)):
                if fragment.medium == "code":
                    folded = fold_payload(fragment.text[:_LONGEST])
                    if folded in known:
                        yield self._finding(scene, index, (0, len(fragment.text)), subject.report, known[folded])
                    continue
                for value, bare in links:
                    start = fragment.text.find(bare)
                    if start >= 0:
                        span = (start, start + len(bare))
                        yield self._finding(scene, index, span, subject.report, known[value])

    def _finding(self, scene: Scene, index: int, span: tuple[int, int], report: str, surely: float) -> Finding:
        score = round(0.8 + 0.2 * min(1.0, surely), 3)
        return finding_at(scene, index, span, "qr_code", report, self.name, score, variant="payload")


DETECTOR = _QrCode()
