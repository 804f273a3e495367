"""Messages for `bench/rewriting.py`: one module a kind of file, each with `cases` and `words`.

`cases(chance, count, folder)` gives messages to the reported party in which the reporter is told in a file of that
kind, made by real programs; `folder` is there to make files in. `words(data, suffix)` gives what another program than
the product's own readers finds in such a file, for the kinds that the module makes.
"""

from dataclasses import dataclass, field

REPORTER_NAME = "章晓鸣"
REPORTER_NICKNAME = "夜航的鲸"
REPORTER_PHONE = "13912345678"
REPORTER_WECHAT = "zhang_xm88"
REPORTER_ADDRESS = "zhangxm@mail.example"
PARTY_NAME = "清凌凌"
PARTY_ADDRESS = "qinglingling@streamers.example"
SENDER = "kefu@platform.example"
SECRETS = (REPORTER_NAME, REPORTER_NICKNAME, REPORTER_PHONE, REPORTER_WECHAT, REPORTER_ADDRESS)


@dataclass(frozen=True, slots=True)
class Case:
    """One message. `kept` are words that must still be found by `words`, `identical` names of attachments that must go
    out byte for byte. `should`: what a good gateway does with it (`rewrite`, or `hold` where a person has to look)."""

    kind: str
    name: str
    mail: bytes = field(repr=False)
    kept: tuple[str, ...] = ()
    identical: tuple[str, ...] = ()
    should: str = "rewrite"
