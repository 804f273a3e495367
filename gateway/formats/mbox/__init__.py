"""Mailboxes in one file (RFC 4155), and Outlook's, which are held."""

from gateway.formats import Format
from gateway.formats.mbox.read import read, sniff

FORMAT = Format("mbox", sniff, read)
