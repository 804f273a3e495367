"""Pictures of pages just shown, covered already: a page asks for them one by one, and each look is audited but once."""

from cachetools import FIFOCache

_MOST_BYTES = 64 * 1024 * 1024


class KeptPictures:
    """By session and message; of all of them the newest stay, within a bound. Used on the event loop alone."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        # What is larger than the bound counts as the bound: the page that is shown now has its pictures, alone.
        self._kept: FIFOCache[tuple[str, str], tuple[bytes, ...]] = FIFOCache(
            most_bytes, lambda pictures: min(most_bytes, sum(map(len, pictures)))
        )

    def keep(self, session: str, held: str, pictures: tuple[bytes, ...]) -> None:
        """Those of the page that is about to be shown, in its order."""
        self._kept.pop((session, held), None)
        self._kept[session, held] = pictures

    def get(self, session: str, held: str, number: int) -> bytes | None:
        """One picture; None where this session was not shown the page, or too long ago."""
        pictures = self._kept.get((session, held), ())
        return pictures[number] if number < len(pictures) else None

    def forget(self, session: str) -> None:
        """The session is over."""
        for key in [key for key in self._kept if key[0] == session]:
            del self._kept[key]
