"""How much mail is answered by the look at plain mail, what it costs, and whether it ever says less than a reader.

    .venv/bin/python bench/look.py FOLDER...      # folders with mails of others: any file that begins as a mail does

Each mail is looked at and, where the look answers, read whole as a reader would. Prints, in one run: the share that is
answered, of all and of those without an attachment; the processor time of a look beside that of reading and
fingerprinting the same mail; and mails of which a reader finds what the look did not (there may be none).
"""

import platform
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from gateway.formats.mime.read import sniff
from gateway.matching.by_content import fingerprints_of_message
from gateway.model import Fingerprints
from gateway.reading.plain import LARGEST, plain_fingerprints
from gateway.reading.walk import read_mail

FIELDS = ("text", "identifiers", "mails", "files", "pictures", "pieces", "words")


def mails(folders: list[str]) -> Iterator[bytes]:
    """Files that begin as mails do, with the line ends of the wire."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file() and path.stat().st_size < 8 * 1024 * 1024:
                data = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                if sniff(data) != "no" and b"\0" not in data and b"\r" not in data.replace(b"\r\n", b""):
                    yield data


def missing(seen: Fingerprints, content: bytes) -> list[str]:
    """Kinds of fingerprints that only a reader finds."""
    read = fingerprints_of_message(read_mail(content))
    return [name for name in FIELDS if not _prints(getattr(read, name)) <= _prints(getattr(seen, name))]


def _prints(packed: bytes) -> set[bytes]:
    return {packed[at : at + 8] for at in range(0, len(packed), 8)}


def _timed(content: bytes) -> float:
    times = []
    for _ in range(3):
        start = time.thread_time()
        plain_fingerprints(content)
        times.append(time.thread_time() - start)
    return min(times) * 1000


def main() -> None:
    """Print the figures."""
    every = list(mails(sys.argv[1:]))
    bare = [content for content in every if b"attachment" not in content.lower() and b"image/" not in content.lower()]
    answered = {content: seen for content in every if (seen := plain_fingerprints(content)) is not None}
    costs = {content: _timed(content) for content in answered}
    print(f"{platform.machine()}, Python {platform.python_version()}; {len(every)} mails")
    plain = sum(content in answered for content in bare)
    print(f"answered: {len(answered)} of {len(every)}; without attachment {plain} of {len(bare)}")
    print(f"over {LARGEST // 1024} KB: {sum(len(content) > LARGEST for content in every)}")
    for low, high in ((0, 4), (4, 16), (16, 64)):
        some = [cost for content, cost in costs.items() if low * 1024 <= len(content) < high * 1024]
        if some:
            print(f"{low} to {high} KB: {len(some)} mails, a look takes {statistics.median(some):.2f} ms (median)")
    less = [content for content, seen in answered.items() if missing(seen, content)]
    print(f"a reader finds more than the look in {len(less)}")


if __name__ == "__main__":
    main()
