"""What becomes of a held message: released once, given back, or discarded, by a named person with a reason."""
