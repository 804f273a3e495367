"""What is in a message: fragments in, findings out. Pure.

Importing this room loads Presidio, which takes half a second: once in the process that inspects, never for each
message.
"""

from gateway.detection.context import STRANGE, Detector, Familiar, Scene, ThirdParties, Views
from gateway.detection.detect import detect

__all__ = ["STRANGE", "Detector", "Familiar", "Scene", "ThirdParties", "Views", "detect"]
