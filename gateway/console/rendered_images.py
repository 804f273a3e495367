"""What belongs to a page just shown, covered already: it asks for its pictures one by one and for the mail in a frame,
and each look is audited but once."""

from dataclasses import dataclass, field

from cachetools import FIFOCache

from gateway.console.masking import Masking

_MOST_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class MailSource:
    """What a frame is made of: the mail, how it is masked, and its pictures by the digests of their files."""

    content: bytes = field(repr=False)
    masking: Masking = field(repr=False)
    pictures: dict[bytes, bytes] = field(repr=False)

    @property
    def size(self) -> int:
        """In memory, about; the pictures are the page's own."""
        return len(self.content) + 4 * sum(len(text.text) for text in self.masking.reading.texts)


@dataclass(frozen=True, slots=True)
class _KeptPage:
    pictures: tuple[bytes, ...]
    mail: MailSource | None

    @property
    def size(self) -> int:
        return sum(map(len, self.pictures)) + (self.mail.size if self.mail is not None else 0)


class KeptPictures:
    """By session and message; of all of them the newest stay, within a bound. Used on the event loop alone."""

    def __init__(self, most_bytes: int = _MOST_BYTES) -> None:
        # What is larger than the bound counts as the bound: the page that is shown now has its pictures, alone.
        self._kept: FIFOCache[tuple[str, str], _KeptPage] = FIFOCache(
            most_bytes, lambda kept: min(most_bytes, kept.size)
        )

    def keep(self, session: str, held: str, pictures: tuple[bytes, ...], mail: MailSource | None = None) -> None:
        """Those of the page that is about to be shown, in its order."""
        self._kept.pop((session, held), None)
        self._kept[session, held] = _KeptPage(pictures, mail)

    def get(self, session: str, held: str, number: int) -> bytes | None:
        """One picture; None where this session was not shown the page, or too long ago."""
        kept = self._kept.get((session, held))
        return kept.pictures[number] if kept is not None and number < len(kept.pictures) else None

    def mail(self, session: str, held: str) -> MailSource | None:
        """What the frame of that page is made of."""
        kept = self._kept.get((session, held))
        return kept.mail if kept is not None else None

    def forget(self, session: str) -> None:
        """The session is over."""
        for key in [key for key in self._kept if key[0] == session]:
            del self._kept[key]
