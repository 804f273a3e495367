"""Mails and webhooks to people, as values: in which words, to whom, when not at all. Sends nothing, stores nothing.

Whoever gets a notice may try to learn from it who reported. So what a notice says, how long it is, what hangs on it and
whether it comes depends on the kind of event, on the envelope and on what the settings say, and never on what was
found: `compose` is not given it.
"""
