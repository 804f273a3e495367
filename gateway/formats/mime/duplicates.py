"""Whether a field that may stand once says two things, where it stands twice.

RFC 5322 section 3.6. Programs take the first, the last or all of them: where all say the same, that is one reading.
What is the same: the value unfolded, its blanks as one; of a structured field its word and parameters, whatever their
case, quotes and order; of the transfer encoding what it does.

In: the fields of one name. Out: a truth value. Nothing is raised.
"""

from collections.abc import Hashable, Sequence

from gateway.formats.mime.fields import LONGEST_FIELD, HeaderField
from gateway.formats.mime.parameters import parsed
from gateway.formats.mime.transfer_encoding import kind_of

_CASELESS = frozenset(("charset", "format", "delsp", "type", "protocol", "micalg"))


def differ(fields: Sequence[HeaderField]) -> bool:
    """True where two programs could take two values."""
    return len(fields) > 1 and len({_said(field) for field in fields}) > 1


def _said(field: HeaderField) -> Hashable:
    plain = b" ".join(field.value.split())
    if field.name == "mime-version":
        return parsed(field.value).word  # `1.0 (Mac OS X Mail)`: nothing depends on the rest
    if not field.name.startswith("content-") or len(field.value) > LONGEST_FIELD:
        return plain
    value = parsed(field.value)
    if value.defects:
        return plain
    if field.name == "content-transfer-encoding":
        kind = kind_of(value.word)
        return plain if kind == "unknown" or value.parameters else kind
    names = [parameter.name for parameter in value.parameters]
    if len(set(names)) < len(names):
        return plain
    return value.word, frozenset(
        (one.name, one.raw.lower() if one.name in _CASELESS else one.raw) for one in value.parameters
    )
