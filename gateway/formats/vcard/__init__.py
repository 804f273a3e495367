"""Cards and calendars: vCard 2.1 to 4.0 and iCalendar."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.vcard.sniff import sniff

FORMAT = Format("vcard", sniff, read_by(__name__), rewritten_by(__name__))
