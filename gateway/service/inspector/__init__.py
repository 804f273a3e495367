"""The inspector's process: it answers what relays ask, on the event loop where it can, by an inspection where it
must."""
