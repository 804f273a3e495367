"""A reader: takes one job, answers it, and ends. Forked from the warm parent (`sandbox.worker`), sealed by then.

One job, for what parsed a stranger's bytes may be anybody's afterwards: no other message meets it, nor does the proof
of a message that it rewrote itself.
"""

import codecs
from collections.abc import Callable

from gateway.errors import CannotRewrite, builtin_name, raised_at
from gateway.formats.registry import load_all
from gateway.images.extract.sight import look_through
from gateway.ipc import frames
from gateway.model import Fault, Reading, Step
from gateway.reading.shown_page import shown_page
from gateway.reading.walk import read_file, read_mail, read_mail_by_steps, skim_mail
from gateway.rewriting.apply import apply
from gateway.sandbox import jail
from gateway.sandbox.eyes import Through
from gateway.sandbox.jobs import READY, Job, JobOutcome, JobRequest, pack, request

_LONGEST_WORD = 16
_CODECS = (
    "cp1252", "utf-7", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk", "hz", "big5", "big5hkscs",
    "shift_jis", "cp932", "euc-jp", "iso-2022-jp", "euc-kr", "koi8-r", "idna", "punycode", "cp437", "mac-roman",
)  # fmt: skip


def warm(mail: bytes) -> None:
    """Load what reading such a mail takes, and the codecs of other ones."""
    for codec in _CODECS:
        codecs.lookup(codec)
    load_all()
    read_mail(mail)


def serve(incoming: int, outgoing: int, eyes: Through, layers: tuple[str, ...]) -> None:
    """Say that we are ready, and in what jail; then the one job. Raises: EOFError where none comes."""
    look_through(eyes)
    frames.send(outgoing, [" ".join((READY, *layers)).encode()])
    asked = request(frames.receive(incoming))
    jail.allow_cpu(asked.cpu_seconds)

    def further(reading: Reading) -> Step:
        frames.send(outgoing, [bytes((JobOutcome.PARTIAL,)), pack(reading)])
        return "whole" if frames.receive(incoming, cap=_LONGEST_WORD) == b"whole" else "skimmed"

    outcome, answer = _answer(asked, further)
    frames.send(outgoing, [bytes((outcome,)), answer])


def _answer(asked: JobRequest, further: Callable[[Reading], Step]) -> tuple[JobOutcome, bytes]:
    """`further` says which step comes after a reading that is not whole. Raises: EOFError where nobody asks for one."""
    try:
        match asked.job:
            case Job.READ_BY_STEPS:
                steps = read_mail_by_steps(asked.content, earlier=asked.passwords)
                step, reading = next(steps)
                while step != "whole":
                    step, reading = steps.send(further(reading))
                return JobOutcome.READING, pack(reading)
            case Job.READ_MAIL:
                return JobOutcome.READING, pack(read_mail(asked.content, earlier=asked.passwords))
            case Job.SKIM_MAIL:
                return JobOutcome.READING, pack(skim_mail(asked.content, asked.passwords))
            case Job.READ_FILE:
                return JobOutcome.READING, pack(read_file(asked.content, asked.name))
            case Job.SHOW_PAGE:
                return JobOutcome.BYTES, pack(shown_page(asked.content))
            case Job.REWRITE:
                return JobOutcome.BYTES, apply(asked.content, asked.edits)
    except CannotRewrite:
        return JobOutcome.REFUSED, b""
    except MemoryError:
        return JobOutcome.NO_MEMORY, b""
    except EOFError:
        raise
    except Exception as error:  # a bug in a reader must not look like a message that says nothing
        return JobOutcome.BUG, pack(Fault(builtin_name(error), *raised_at(error)))
