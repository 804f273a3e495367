"""Words that no rule and no notice may put where others read them: they would say that somebody reported. Pure."""

import re
import unicodedata

_TELLS = re.compile(
    r"举\s*报|舉\s*報|投\s*诉|投\s*訴|检\s*举|檢\s*舉|控\s*告|告\s*发|告\s*發|告\s*密|揭\s*发|揭\s*發|爆\s*料|申\s*诉|信\s*访|反\s*映人|来\s*信人"
    r"|原\s*告|线\s*人|report|complain|whistle|inform(?:er|ant)|accus|denounc|tip.?ster|grievance|plaintiff|claimant",
    re.IGNORECASE,
)


def tells(words: str) -> bool:
    """Whether words speak of reports, or of who makes them. `X-Report-Id` and `举 报` do."""
    return _TELLS.search(unicodedata.normalize("NFKC", words)) is not None
