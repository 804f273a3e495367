"""The forms in which something is found: words of `Finding.variant`. A test holds the console's words to them."""

VARIANTS: tuple[str, ...] = (
    "exact", "given_name", "surname_title", "reversed", "given_first", "pinyin", "given_pinyin", "mixed", "bopomofo",
    "initials", "homophone", "split", "surname_call", "surname", "diminutive", "place", "time", "school", "residence",
    "employer", "gift", "amount", "number", "details", "look_alike", "spelled", "local_part", "without_area", "masked",
    "ending", "digest", "message_id", "text", "picture", "piece", "figures", "file_name", "whole", "plain", "mirrored",
    "payload", "misread", "inside", "attached", "recipient", "resident_id", "hk_id", "travel_document", "bank_card",
    "phone", "plate",
)  # fmt: skip
