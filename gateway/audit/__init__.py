"""Checking the audit log: pure, with the standard library alone."""
