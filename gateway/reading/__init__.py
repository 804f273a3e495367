"""Reads a message or a file whole, whatever it holds. `walk` reads everything; `plain` what is nothing but text."""
