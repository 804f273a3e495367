"""Plain text and what is written as plain text: notes, CSV, JSON, Markdown, calendars, contact cards."""

from gateway.formats import Format
from gateway.formats.text.read import read, sniff
from gateway.formats.text.rewrite import rewritten

FORMAT = Format("text", sniff, read, rewritten)
