"""Mailboxes in one file (RFC 4155), and Outlook's, which are held."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.mbox.sniff import sniff

FORMAT = Format("mbox", sniff, read_by(__name__), rewritten_by(__name__))
