"""What becomes of a held message: released once, or discarded, by a named person with a reason."""
