"""Clean and leaking mail as real programs write it: people, files, writers, kinds, and the gate that it is sent through.

Nothing in here imports the product: it is met through its command line and its SMTP port.
"""
