"""Pictures: what is taken out of one in the jail (`extract`), and how two are compared outside of it (`match`)."""
