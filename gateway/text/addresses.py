"""One key for all the ways in which a mail address can be written.

Two spellings that reach the same mailbox must fold to one key, or a message to a reported party passes unseen:
display-name forms, letter case (RFC 5321 section 2.4 leaves the local part to its host; hosts ignore case), quoting,
sub-addressing (`+tag`, RFC 5233), full-width characters, Unicode and ASCII domains (UTS 46), a trailing dot.
A key that folds too much costs an inspection; one that folds too little costs a leak.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

import idna

# Providers that ignore dots in the local part, and names they share.
_DOTLESS = {"gmail.com": "gmail.com", "googlemail.com": "gmail.com"}
# Characters that show nothing and are not of the categories Cc and Cf (Unicode DerivedCoreProperties,
# Default_Ignorable_Code_Point): an upstream that drops them would deliver to a mailbox that was not matched.
_INVISIBLE = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")
_HAN = re.compile("[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_COMMENT = re.compile(r"\([^()]*\)")


AT = ("", "at", "艾特", "圈a", "40")
DOTS = ("", "dot", "点")
"""What a sign of an address is in the `letters` view: left out, or written as a word."""
_LOCAL = re.compile(r"[^\s<>()\[\]{}\"'“”,，;；:：、。！？!?|@]{1,64}$")
_DOMAIN = re.compile(r"[^\s<>()\[\]{}\"'“”,，;；:：、。！？!?|@/]{1,253}")


@dataclass(frozen=True, slots=True)
class Mailbox:
    """What may be an address around an `@`: `start` to `end` of a normalised text, half open."""

    start: int
    end: int
    text: str = field(repr=False)

    @property
    def local(self) -> str:
        """What stands before the sign."""
        return self.text.rpartition("@")[0]


def mailbox_at(text: str, at: int) -> Mailbox | None:
    """The longest mailbox around the `@` at `at` of a normalised text; None where something is missing."""
    low = max(0, at - 64)
    left = _LOCAL.search(text, max(low, text.rfind("@", low, at) + 1), at)
    right = _DOMAIN.match(text, at + 1)
    if left is None or right is None:
        return None
    return Mailbox(left.start(), right.end(), f"{left[0]}@{right[0]}")


def endings_of(written: str) -> Iterator[int]:
    """Where an address may end: all of it, or before a last label or Chinese word that a sentence put there."""
    if written[-1] not in ".-":
        yield len(written)
    for i in range(len(written) - 1, written.index("@"), -1):
        if written[i] in ".-" or (_HAN.match(written[i]) and not _HAN.match(written[i - 1])):
            yield i


@functools.lru_cache(maxsize=4096)
def fold_address(written: str) -> str:
    """The key of an address; empty where there is none in `written`.

    >>> fold_address('"星儿" <XingEr+live@Streamers.example.>')
    'xinger@streamers.example'
    >>> fold_address("a@例子.example") == fold_address("A@xn--fsqu00a.example")
    True
    """
    text = unicodedata.normalize("NFKC", written).strip()
    text = _INVISIBLE.sub("", text)
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cf"))
    if "<" in text:
        text = text[text.rindex("<") + 1 :].split(">", 1)[0]
    while (stripped := _COMMENT.sub("", text)) != text:
        text = stripped
    text = text.strip().removeprefix("mailto:")
    if text.startswith("@") and ":" in text:  # source route, RFC 5321 appendix F.2
        text = text.split(":", 1)[1]
    local, at, domain = text.rpartition("@")
    if not at or not local.strip() or not domain.strip(" ."):
        return ""
    # All quotes and not only a pair around it: what is no valid address is compared by its letters too.
    local = local.replace('"', "").replace("\\", "").strip().casefold()
    local = local.split("+", 1)[0].strip() or local
    domain = fold_domain(domain)
    if domain in _DOTLESS:
        local, domain = local.replace(".", ""), _DOTLESS[domain]
    return f"{local}@{domain}" if local else ""


def address_key(written: str) -> str:
    """The key of an address, or what is written in small letters: what is no address is somebody's too."""
    return fold_address(written) or written.strip().casefold()


def fold_domain(written: str) -> str:
    """A domain in lower-case ASCII (A-labels), without a trailing dot.

    >>> fold_domain("例子．Example.")
    'xn--fsqu00a.example'
    """
    domain = unicodedata.normalize("NFKC", written).replace("。", ".").strip().rstrip(".").casefold()
    try:
        return idna.encode(domain, uts46=True, transitional=False).decode("ascii")
    except (idna.IDNAError, UnicodeError):
        return domain  # not a registrable name (`[127.0.0.1]`, underscores): compare it as written


def fold_mailbox(written: str) -> str:
    """The key of an address, or of `@domain` where everybody there is meant; empty where it is neither.

    >>> fold_mailbox("@Guild.example"), fold_mailbox("PR <pr@guild.example>"), fold_mailbox("@")
    ('@guild.example', 'pr@guild.example', '')
    """
    if not written.strip().startswith("@"):
        return fold_address(written)
    domain = fold_domain(written.strip()[1:])
    return f"@{domain}" if "." in domain and "@" not in domain and not any(c.isspace() for c in domain) else ""
