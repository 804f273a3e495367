"""Office documents that are a zip of XML: docx, xlsx, pptx with their macro kinds (ECMA-376), odt, ods, odp (ISO/IEC
26300). Encrypted ones are compound files, which `ole` knows."""

from gateway.formats import Format, read_by, rewritten_by
from gateway.formats.ooxml.sniff import sniff, type_of

FORMAT = Format("ooxml", sniff, read_by(__name__), rewritten_by(__name__), type_of=type_of)
