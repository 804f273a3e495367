"""Keys, sealing, keyed digests and masking: the one home of need-to-know."""
