"""Whatever could be words in bytes of no known structure: UTF-16 at either alignment, and 8-bit text in between.

For what is left over in a file beside the text that its tables speak of: slack of old saves, structures of a
program's own. Noise reads as a few rare characters, so it costs a little searching and finds nobody.

In: bytes. Out: runs, each once, in order of their first place. Nothing is raised.
"""

import re
from collections.abc import Iterator

_LATIN = r"\t\x20-\x7e\u00a0-\u00ff\u2010-\u2027"
_WIDE = rf"[{_LATIN}\u3000-\u303f\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff5e]"
_WIDE_RUN = re.compile(f"{_WIDE}{{2,}}")
_SAYS = re.compile(r"[\u3400-\u9fff]{2}|[0-9A-Za-z@._-]{3}|[0-9A-Za-z][\u3400-\u9fff]|[\u3400-\u9fff][0-9A-Za-z]")
_ASCII = rb"[\t\x20-\x7e]"
_UTF8 = rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
_UTF8_RUN = re.compile(rb"(?:" + _ASCII + rb"|" + _UTF8 + rb"){3,}+")
_DOUBLE_RUN = re.compile(rb"(?:" + _ASCII + rb"|[\x81-\xfe][\x30-\x7e\x80-\xfe]){4,}+")


def wide_runs(data: bytes) -> Iterator[str]:
    """UTF-16, little end first, from even places and from odd ones."""
    for start in (0, 1):
        part = data[start : start + (len(data) - start) // 2 * 2]
        for run in _WIDE_RUN.findall(part.decode("utf-16-le", "replace")):
            if _SAYS.search(run):
                yield run


def narrow_runs(data: bytes) -> Iterator[str]:
    """UTF-8, and what is not, in the sets of double bytes that Chinese programs write."""
    for run in _UTF8_RUN.findall(data):
        text = run.decode("utf-8", "replace")
        if _SAYS.search(text):
            yield text
    for run in _DOUBLE_RUN.findall(data):
        if run.isascii():
            continue
        for charset in ("gb18030", "big5hkscs"):
            try:
                text = run.decode(charset)
            except UnicodeDecodeError:
                continue
            if _SAYS.search(text):
                yield text


def runs(data: bytes) -> Iterator[str]:
    """Both, each once."""
    yield from dict.fromkeys((*wide_runs(data), *narrow_runs(data)))
