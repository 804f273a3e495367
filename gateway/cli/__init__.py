"""The command `hushgate`: one module per command group; parses arguments, prints, gives exit codes, no logic.

Each module has `add(commands)`, which declares its arguments and sets `run`. What a command needs is imported when it
runs: `hushgate check` must not wait for OCR.
"""
