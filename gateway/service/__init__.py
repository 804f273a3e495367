"""The only room where things are wired together."""
