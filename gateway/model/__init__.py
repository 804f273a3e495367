"""What flows between rooms. Imports nothing of gateway; everything here is frozen.

Text that comes from a message lives in a `Reading` alone; a `Finding`, an `Edit`, a `Decision` and a log line
carry places, never words, so that they can be counted, stored and logged without giving anyone away.
"""

from gateway.model.decision import Action, Decision, Examination, strictest
from gateway.model.envelope import Client, Envelope, Message, Recipient
from gateway.model.finding import KINDS, RECIPIENT_CLASSES, Edit, Finding, Kind, Match, Reason, RecipientClass
from gateway.model.quarantine import (
    EVENTS,
    NEXT,
    HeldMessage,
    HeldSummary,
    HoldEvent,
    HoldState,
    NewHold,
)
from gateway.model.reading import (
    PATCH,
    Ambiguity,
    Box,
    FilePart,
    Location,
    MailAddress,
    MailFacts,
    Medium,
    Patch,
    PictureFragment,
    Pixels,
    Reading,
    TextBox,
    TextFragment,
    Unreadable,
)
from gateway.model.report import AvatarMark, Item, ItemState, MaterialMark, Party, Report, ReportSummary
from gateway.model.verdict import Held, Pass, Rejected, Send, TryLater, Verdict

__all__ = [
    "EVENTS",
    "KINDS",
    "NEXT",
    "PATCH",
    "RECIPIENT_CLASSES",
    "Action",
    "Ambiguity",
    "AvatarMark",
    "Box",
    "Client",
    "Decision",
    "Edit",
    "Envelope",
    "Examination",
    "FilePart",
    "Finding",
    "Held",
    "HeldMessage",
    "HeldSummary",
    "HoldEvent",
    "HoldState",
    "Item",
    "ItemState",
    "Kind",
    "Location",
    "MailAddress",
    "MailFacts",
    "Match",
    "MaterialMark",
    "Medium",
    "Message",
    "NewHold",
    "Party",
    "Pass",
    "Patch",
    "PictureFragment",
    "Pixels",
    "Reading",
    "Reason",
    "Recipient",
    "RecipientClass",
    "Rejected",
    "Report",
    "ReportSummary",
    "Send",
    "TextBox",
    "TextFragment",
    "TryLater",
    "Unreadable",
    "Verdict",
    "strictest",
]
