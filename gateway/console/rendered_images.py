"""Pictures of pages just shown, covered already: a page asks for them one by one, and each look is audited but once."""

from collections import OrderedDict

_MOST_BYTES = 64 * 1024 * 1024


class KeptPictures:
    """By session and message; of all of them the newest stay, within a bound. Used on the event loop alone."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        self._most, self._bytes = most_bytes, 0
        self._kept: OrderedDict[tuple[str, str], tuple[bytes, ...]] = OrderedDict()

    def keep(self, session: str, held: str, pictures: tuple[bytes, ...]) -> None:
        """Those of the page that is about to be shown, in its order."""
        self._drop((session, held))
        self._kept[session, held] = pictures
        self._bytes += sum(map(len, pictures))
        while self._bytes > self._most and len(self._kept) > 1:
            self._drop(next(iter(self._kept)))

    def get(self, session: str, held: str, number: int) -> bytes | None:
        """One picture; None where this session was not shown the page, or too long ago."""
        pictures = self._kept.get((session, held), ())
        return pictures[number] if number < len(pictures) else None

    def forget(self, session: str) -> None:
        """The session is over."""
        for key in [key for key in self._kept if key[0] == session]:
            self._drop(key)

    def _drop(self, key: tuple[str, str]) -> None:
        self._bytes -= sum(map(len, self._kept.pop(key, ())))
