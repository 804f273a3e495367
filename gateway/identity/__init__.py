"""What is known of a reporter, made ready for looking: variants, fingerprints of texts, marks of pictures. Pure."""

from gateway.identity.profile import Pattern, Subject, compile_report

__all__ = ["Pattern", "Subject", "compile_report"]
