"""Which words of a mail may be the password of a file in it.

Whoever sends an encrypted file says how it is opened: behind a word (`密码：1234`, `the password is …`), as the name of
the file, as the last digits of a telephone number, in a line of its own. What the recipient can open with it is opened.
A bounded list, the likeliest first; nothing is guessed beyond what is written.

In: the texts of a mail, names of files. Out: passwords. Nothing here fails; linear in the length of the texts.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from gateway.model import TextFragment

MOST = 64
_LONGEST = 64
_MOST_TEXT = 200_000
"""Characters of a text that are looked through: a password is said in a letter, not in a book."""
_AROUND = 60
_SAYING = frozenset(("text", "html", "document", "picture"))
_CUE = re.compile(
    r"密\s{0,2}[码碼]|口令|暗号|暗號|提取码|解压码|解壓碼|pass\s?-?words?|passwd|pass\s?codes?|pass\s?phrases?|\bpwds?\b"
    r"|\bpw\b|\bpins?\b|\bunlock\b|\bencrypt",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"[\s:：=＝>→\-—–“”\"'‘’「」『』【】\[\](（<《*`是为為系即：,，]{0,12}(?:(?:is|was|will\s+be|are|set\s+to|设为|设置为|就是|仍是|还是|都是)"
    r"[\s:：“”\"'‘’「」『』【】\[\](（<《*`]{0,8})?",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[^\s，。；、！？“”‘’「」『』【】《》（）<>]{1,64}")
_WORD = re.compile(r"[!-~]{3,64}")
_WRAPPING = "\"'`()[]{}<>*_,.;:!?，。；：！？、“”‘’「」『』【】《》（）"
_TAIL = re.compile(r"(?:后|後|末|尾|最后|最後|last)\s{0,2}-?(?:([4568四五六八])|four|six|eight)", re.IGNORECASE)
_NUMBER = re.compile(r"(?<!\d)\+?\d[\d \-]{5,22}\d(?!\d)")
_SUFFIX = re.compile(r"(?:\.[A-Za-z0-9]{1,8}){1,2}\Z")
_ALONE = re.compile(r"^[ \t>]{0,8}([!-~]{4,32})[ \t\r]{0,8}$", re.MULTILINE)


def candidates(texts: Iterable[TextFragment], names: Sequence[str]) -> tuple[str, ...]:
    """At most `MOST` passwords, the likeliest first."""
    letters: list[str] = []
    said: list[str] = []
    for one in texts:
        if one.medium in _SAYING or one.label == "subject":
            said += _spelt(one.text[:_MOST_TEXT])
        if one.medium in ("text", "html"):
            letters.append(one.text[:_MOST_TEXT])
    found: dict[str, None] = {}
    for source in (_behind_cues(said), _of_names(names), _tails(said), _beside_cues(said), _alone(letters)):
        for word in source:
            if 0 < len(word) <= _LONGEST:
                found.setdefault(word)
            if len(found) >= MOST:
                return tuple(found)
    return tuple(found)


def _spelt(text: str) -> Iterator[str]:
    """As written, and with full-width letters and other forms folded."""
    yield text
    if not text.isascii():
        folded = unicodedata.normalize("NFKC", text)
        if folded != text:
            yield folded


def _behind_cues(said: Sequence[str]) -> Iterator[str]:
    for text in said:
        for cue in _CUE.finditer(text):
            start = _JOINT.match(text, cue.end())
            token = _TOKEN.match(text, start.end() if start else cue.end())
            if token is not None:
                yield from _forms(token[0])


def _forms(token: str) -> Iterator[str]:
    """The token, without what wraps it, and its part in plain letters and signs."""
    bare = token.strip(_WRAPPING)
    yield bare
    yield token
    if (plain := _WORD.search(bare)) is not None:
        yield plain[0].strip(_WRAPPING)
        yield plain[0]


def _beside_cues(said: Sequence[str]) -> Iterator[str]:
    for text in said:
        for cue in _CUE.finditer(text):
            for start, end in ((cue.end(), cue.end() + _AROUND), (max(0, cue.start() - _AROUND), cue.start())):
                for word in _WORD.findall(text[start:end]):
                    yield word.strip(_WRAPPING)


def _of_names(names: Sequence[str]) -> Iterator[str]:
    for name in names:
        stem = _SUFFIX.sub("", name)
        yield stem
        yield name


def _tails(said: Sequence[str]) -> Iterator[str]:
    """Last digits of numbers, where a text speaks of such."""
    if not any(_TAIL.search(text) for text in said):
        return
    for text in said:
        for number in _NUMBER.findall(text):
            digits = "".join(filter(str.isdigit, number))
            for count in (4, 6, 8, 5):
                yield digits[-count:]


def _alone(said: Sequence[str]) -> Iterator[str]:
    for text in said:
        yield from _ALONE.findall(text)
