"""Strangers' bytes are parsed in processes of their own, which know nobody's name and can be killed."""
