"""A link that bears the name of a file that was handed in: mail programs make one of an attachment that is too large.

What stands behind the link nobody sees. So its name counts, where it is one file's (`text.file_names`) and the message
has a link at all, or says itself that something lies elsewhere.
"""

import re
from collections.abc import Iterator

import numpy as np

from gateway.detection.context import Scene, finding_at
from gateway.fingerprints.of_reading import LINKS
from gateway.model import Finding, Kind
from gateway.text.file_names import mentions, stem_of, stem_print, tells

SCORE = 0.9
_LINK = re.compile(
    r"https?://|\bwww\.|超大附件|大附件|云附件|网盘|云盘|提取码|提取密码|下载|分享|到期|有效期|失效|"
    r"\b(?:download|shared?|expires?|drive|dropbox)\b",
    re.IGNORECASE,
)


class _NamedFile:
    name = "named_file"
    kinds: tuple[Kind, ...] = ("material",)

    def find(self, scene: Scene) -> Iterator[Finding]:
        texts = scene.reading.texts
        places = [index for index, fragment in enumerate(texts) if fragment.medium in LINKS]
        found = [(index, mention) for index in scene.budget.over(places) for mention in mentions(texts[index].text)]
        if not found or not any(_LINK.search(texts[index].text) for index in scene.budget.over(places)):
            return
        common = frozenset(np.frombuffer(scene.common.identifiers, "<u8").tolist())
        for subject in scene.budget.over(scene.subjects):
            names = {stem_of(material.mark.name) for material in subject.materials}
            stems = tuple(stem for stem in names if tells(stem, subject.own) and stem_print(stem) not in common)
            for index, mention in found:
                if stems and mention.stem.endswith(stems):
                    yield finding_at(
                        scene,
                        index,
                        (mention.start, mention.end),
                        "material",
                        subject.report,
                        self.name,
                        SCORE,
                        variant="file_name",
                    )


DETECTOR = _NamedFile()
