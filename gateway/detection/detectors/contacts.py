"""What leads to the reporter: mail addresses, telephone numbers, accounts, numbers of identity documents."""

from gateway.detection.recognizer import PresidioDetector

DETECTOR = PresidioDetector("contacts", ("address", "phone", "account", "government_id"))
