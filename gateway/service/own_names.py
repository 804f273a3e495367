"""Asks about what was suggested before the settings said that it is the organisation's: nothing is counted for it."""

from gateway.intake.extracted import Learned
from gateway.intake.own import OwnNames
from gateway.model import Item
from gateway.model.organization import Ours
from gateway.storage.encrypted_codec import encode
from gateway.storage.protocols import Reports

ACTOR = "settings"


def ask_about_ours(reports: Reports, ours: Ours) -> int:
    """How many items a person is asked about now. Raises StoreUnavailable."""
    own = OwnNames(ours)

    def is_ours(item: Item) -> bool:
        return own.has(Learned(item.kind, item.value, item.score, "settings"))

    return reports.ask_about_ours(is_ours, encode(ours), ACTOR)
