"""One module a way of finding, each with a constant `DETECTOR`. They do not know each other."""
