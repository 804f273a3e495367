"""What a picture shows: its text with boxes, its codes, its fingerprint. For whatever format holds a picture."""

from gateway.images.extract.analyse import is_skimming, look_at, skimming

__all__ = ["is_skimming", "look_at", "skimming"]
