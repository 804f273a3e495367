"""Mail itself: header fields, parts, nested messages."""

from gateway.formats import Format
from gateway.formats.mime.read import read, sniff
from gateway.formats.mime.rewrite import rewritten

FORMAT = Format("mime", sniff, read, rewritten)
