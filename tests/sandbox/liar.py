"""A parent of readers that lie: it speaks the protocol of `sandbox.worker`, and answers what its one word says.

python -c "from liar import main; main()" LIE MEMORY_MB PARENT PLACES
"""

import os
import socket
import sys
import time

import msgspec

from gateway.ipc import frames
from gateway.model import Fault, Location, Reading, TextFragment, Unreadable
from gateway.sandbox import jobs
from gateway.sandbox.jobs import READY, JobOutcome

HERE = Location("1")


def reading(told: Reading) -> bytes:
    return bytes((JobOutcome.READING,)) + jobs.pack(told)


def packed(value: object) -> bytes:
    return bytes((JobOutcome.READING,)) + msgspec.msgpack.encode(value)


ANSWERS = {
    "nothing here": reading(Reading()),
    "a name as a reason": reading(Reading(unreadable=(Unreadable(HERE, "张小鸣"),))),
    "a path to our store": reading(Reading(unreadable=(Unreadable(Location("../../var/hushgate.db"), "nul_byte"),))),
    "a text that is a number": packed({"texts": [{"where": {"part": "1"}, "medium": "text", "text": 7}]}),
    "a medium that is none": packed({"texts": [{"where": {"part": "1"}, "medium": "张", "text": "x"}]}),
    "a list in place of a reading": packed([1, 2, 3]),
    "floors without end": bytes((JobOutcome.READING,)) + b"\x91" * 1_000_000,
    "half an answer": reading(Reading(texts=(TextFragment(HERE, "text", "x" * 1000),)))[:500],
    "an outcome that is none": b"\x63abc",
    "an empty frame": b"",
    "bytes for a reading": bytes((JobOutcome.BYTES,)) + b"Subject: x\r\n\r\n",
    "a bug with a name in it": bytes((JobOutcome.BUG,)) + jobs.pack(Fault("张小鸣", "gateway.张小鸣", 7)),
    "a bug that is none": bytes((JobOutcome.BUG,)) + b"\xc1",
    "faults": reading(
        Reading(faults=(Fault("ValueError", "gateway.sandbox.pool", 7), Fault("张小鸣", "gateway.sandbox.pool", 7)))
    ),
    "faults without end": reading(Reading(faults=(Fault("ValueError", "gateway.sandbox.pool", 7),) * 17)),
    "a step that was not asked for": bytes((JobOutcome.PARTIAL,)) + jobs.pack(Reading()),
    "a step with a name as a reason": bytes((JobOutcome.PARTIAL,))
    + jobs.pack(Reading(unreadable=(Unreadable(HERE, "张小鸣"),))),
    "far more bytes than it got": bytes((JobOutcome.BYTES,)) + bytes(5_000_000),
}


def main() -> None:
    """Lie until nobody asks any more."""
    lie = sys.argv[1]
    orders = socket.socket(fileno=os.dup(0))
    orders.send(READY.encode())
    while True:
        packet, pipes, _, _ = socket.recv_fds(orders, 16, 2)
        if not packet:
            return
        pid = os.fork()
        if pid == 0:
            answer(lie, *pipes)
            os._exit(0)
        handle = os.pidfd_open(pid)
        socket.send_fds(orders, [b"%d" % pid], [handle])
        for descriptor in (*pipes, handle):
            os.close(descriptor)


def answer(lie: str, incoming: int, outgoing: int) -> None:
    if lie == "a greeting without end":
        os.write(outgoing, (1 << 40).to_bytes(8, "big"))
        time.sleep(600)
    if lie == "an answer before it was asked":
        frames.send(outgoing, [READY.encode()])
        frames.send(outgoing, [ANSWERS["nothing here"]])
        time.sleep(600)
    frames.send(outgoing, [READY.encode()])
    frames.receive(incoming)
    if lie == "an answer over all limits":
        os.write(outgoing, (1 << 40).to_bytes(8, "big"))
        time.sleep(600)
    if lie == "no answer":
        time.sleep(600)
    for _ in range(3):  # and once more for the next one who asks, or for the next step
        frames.send(outgoing, [ANSWERS[lie]])
    time.sleep(600)
