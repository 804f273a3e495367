"""Why a message is held, as far as one sentence needs it: ids, kinds and numbers, and none of its words."""

from dataclasses import dataclass
from typing import Literal

from gateway.model.finding import Kind

HeldPlace = Literal["", "envelope", "subject", "header", "body", "attachment", "attachment_name", "quoted"]
"""Where it stands, as a person would say it. `quoted`: a mail in the mail; empty: the message as a whole."""

MaterialSort = Literal["", "mail", "letter", "picture", "file", "list"]
"""What the handed-in material is, where all of it was found."""


@dataclass(frozen=True, slots=True)
class HeldReason:
    """The gravest finding. `attachment` counts from 1, 0 where it is in none; `page` likewise.
    `inside`: it is in a file within that attachment. `in_picture`: it was
    read or seen in a picture. `original`: the file itself was handed in, and is of this `sort`. `unread`: a word of
    `uninspectable_reasons`. `more`: how many other places have something."""

    kind: Kind
    report: str = ""
    place: HeldPlace = ""
    attachment: int = 0
    inside: bool = False
    page: int = 0
    in_picture: bool = False
    original: bool = False
    sort: MaterialSort = ""
    unread: str = ""
    more: int = 0
