"""What is in a message: fragments in, findings out. Pure.

Importing this room loads Presidio, which takes half a second: once in the process that inspects, never for each
message.
"""

from gateway.detection.detect import detect
from gateway.detection.scene import STRANGE, Detector, Familiar, Scene, ThirdParties, Views

__all__ = ["STRANGE", "Detector", "Familiar", "Scene", "ThirdParties", "Views", "detect"]
