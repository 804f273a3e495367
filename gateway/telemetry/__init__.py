"""What may be said about a message while it is handled: typed events and counters, never its words."""
