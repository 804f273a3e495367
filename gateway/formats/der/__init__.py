"""Certificates, signatures and seals: ASN.1 in DER (ITU-T X.690), as a signed OFD has them beside its pages."""

from gateway.formats import Format, read_by
from gateway.formats.der.sniff import sniff

FORMAT = Format("der", sniff, read_by(__name__))
