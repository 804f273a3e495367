"""Types of files by what a reader found in their bytes, as rules name them; and words for several of them."""

OFFICE = frozenset(("docx", "xlsx", "pptx", "odt", "ods", "odp", "doc", "rtf"))
PICTURES = frozenset(
    ("png", "jpeg", "gif", "webp", "bmp", "tiff", "avif", "heif", "icon", "picture", "svg", "metafile")
)
MAILS = frozenset(("mail", "mbox", "tnef"))

OF_FORMATS: dict[str, str] = {
    "archive": "archive", "der": "signature", "html": "html", "image": "picture", "mbox": "mbox", "media": "media",
    "metafile": "metafile", "mime": "mail", "ole": "doc", "ooxml": "docx", "pdf": "pdf", "rtf": "rtf",
    "sealed": "encrypted", "svg": "svg", "text": "text", "tnef": "tnef", "vcard": "card", "unknown": "unknown",
}  # fmt: skip
"""The type of a file of each format, where nothing more is known of it."""

PART_TYPES: tuple[str, ...] = tuple(sorted({*OFFICE, *PICTURES, *MAILS, *OF_FORMATS.values()} - {"picture"}))
GROUPS: dict[str, frozenset[str]] = {"office": OFFICE, "picture": PICTURES, "any_mail": MAILS}


def type_of(kind: str, exact: str = "") -> str:
    """The word that a rule may name, for a file of this format."""
    return exact or OF_FORMATS.get(kind, "unknown")
