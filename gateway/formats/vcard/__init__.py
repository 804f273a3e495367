"""Cards and calendars: vCard 2.1 to 4.0 and iCalendar."""

from gateway.formats import Format
from gateway.formats.vcard.read import read, sniff

FORMAT = Format("vcard", sniff, read)
