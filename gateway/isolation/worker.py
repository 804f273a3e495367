"""A reader process: takes jobs from its input, one at a time, until that is closed.

Started by `isolation.process` alone. Answers go to what was standard output; standard output itself then leads
nowhere, so that a library that prints cannot break a frame. Heavy libraries are imported before the jail shuts, OCR
models are loaded by the first picture.
"""

import os
import sys
from collections.abc import Callable

from gateway.errors import CannotRewrite
from gateway.isolation import frames, jail
from gateway.isolation.jobs import READY, Bug, Job, Outcome, Request, pack, request
from gateway.model import Edit, Reading

_WARM = b"Subject: =?gb18030?b?u/k=?=\r\n\r\n\xbb\xf9\r\n"

ReadMail = Callable[[bytes], Reading]
ReadFile = Callable[[bytes, str], Reading]
Rewrite = Callable[[bytes, tuple[Edit, ...]], bytes]


def main() -> None:
    """`python -c … MEMORY_MB PARENT`: serve until the input ends."""
    memory_mb, parent = int(sys.argv[1]), int(sys.argv[2])
    jail.die_with(parent)
    incoming, outgoing = os.dup(0), os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    for standard in (0, 1, 2):
        os.dup2(null, standard)
    from gateway.formats.registry import load_all
    from gateway.reading.walk import read_file, read_mail, skim_mail
    from gateway.rewriting.apply import apply

    load_all()
    read_mail(_WARM)  # makes what is made at the first message, which must not wait for it
    sys.dont_write_bytecode = True
    layers = jail.shut(memory_mb, parent)
    frames.send(outgoing, [" ".join((READY, *layers)).encode()])
    while True:
        try:
            asked = request(frames.receive(incoming))
        except EOFError:
            return
        jail.allow_cpu(asked.cpu_seconds)
        outcome, answer = _answer(asked, read_mail, skim_mail, read_file, apply)
        frames.send(outgoing, [bytes((outcome,)), answer])
        if outcome in (Outcome.NO_MEMORY, Outcome.BUG):
            return  # whoever failed half-way is not asked again


def _answer(
    asked: Request, read_mail: ReadMail, skim_mail: ReadMail, read_file: ReadFile, rewrite: Rewrite
) -> tuple[Outcome, bytes]:
    try:
        if asked.job is Job.READ_MAIL:
            return Outcome.READING, pack(read_mail(asked.content))
        if asked.job is Job.SKIM_MAIL:
            return Outcome.READING, pack(skim_mail(asked.content))
        if asked.job is Job.READ_FILE:
            return Outcome.READING, pack(read_file(asked.content, asked.name))
        return Outcome.BYTES, rewrite(asked.content, asked.edits)
    except CannotRewrite:
        return Outcome.REFUSED, b""
    except MemoryError:
        return Outcome.NO_MEMORY, b""
    except Exception as error:  # a bug in a reader must not look like a message that says nothing
        return Outcome.BUG, pack(_whereabouts(error))


def _whereabouts(error: BaseException) -> Bug:
    module, line = "gateway", 0
    trace = error.__traceback__
    while trace is not None:
        name = str(trace.tb_frame.f_globals.get("__name__", ""))
        if name.startswith("gateway."):
            module, line = name, trace.tb_lineno
        trace = trace.tb_next
    return Bug(type(error).__name__, module, line)
