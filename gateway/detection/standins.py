"""Stand-ins for libraries that Presidio imports and does not use here: spaCy, thinc, tldextract.

Presidio's package imports all of its language engines, and with them spaCy, whose package in turn has a program that
downloads (requests, httpx, certificates). None of that has any business in a process that holds keys: the engine in
use is Presidio's `NoOpNlpEngine`, which asks spaCy for an empty `Doc` and an empty `Vocab`. Presidio's recognizer of
mail addresses, which nobody here uses, asks tldextract, which fetches a list over the network when first called.

`instead()` puts modules of these names where imports look for them, while Presidio is imported, and takes them away
again; Presidio keeps what it imported by name. The names are all that Presidio 2.2.366 asks for. It gets no others: a
release that wants more fails when it is imported, and so at the first test. Why so, and what else there was:
`docs/decisions/0010-presidio-without-spacy.md`.

In: nothing. Out: modules in `sys.modules`, for a moment. What is used beyond its name raises NotImplementedError.
"""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import ModuleType
from typing import NoReturn, TypeVar

_Entered = TypeVar("_Entered")


class Vocab:
    """No words."""


class Doc:
    """A text without tokens, which is all that an engine without a language makes."""

    def __init__(self, vocab: Vocab, words: Sequence[str] = ()) -> None:
        if words:
            _refuse("spacy.tokens.Doc with words")

    def __iter__(self) -> Iterator[NoReturn]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Absent:
    """A class that is named in annotations and as a base, and never made."""

    def __init__(self, *_: object, **__: object) -> None:
        _refuse(type(self).__name__)


class Span(_Absent):
    """Of spacy.tokens."""


class SpanGroup(_Absent):
    """Of spacy.tokens."""


class Token(_Absent):
    """Of spacy.tokens."""


class Pipe(_Absent):
    """Of spacy.pipeline."""


class Language(_Absent):
    """Of spacy.language. Engines enter themselves with it, which leaves them as they are."""

    @staticmethod
    def factory(*_: object, **__: object) -> Callable[[_Entered], _Entered]:
        """A decorator that changes nothing."""
        return _unchanged


class registry:
    """Of spacy.util, likewise; the name is spaCy's."""

    @staticmethod
    def tokenizers(*_: object) -> Callable[[_Entered], _Entered]:
        """A decorator that changes nothing."""
        return _unchanged


def _unchanged(entered: _Entered) -> _Entered:
    return entered


def _refuse(what: str) -> NoReturn:
    raise NotImplementedError(
        f"gateway.detection.standins: {what} is not here; use no engine and recognizer that needs it"
    )


def _refusing(name: str) -> Callable[..., NoReturn]:
    def refuse(*_: object, **__: object) -> NoReturn:
        _refuse(name)

    return refuse


_NAMES: dict[str, dict[str, object]] = {
    "spacy": {"Language": Language, "blank": _refusing("spacy.blank")},
    "spacy.language": {"Language": Language},
    "spacy.pipeline": {"Pipe": Pipe},
    "spacy.tokens": {"Doc": Doc, "Span": Span, "SpanGroup": SpanGroup, "Token": Token},
    "spacy.util": {"registry": registry},
    "spacy.vocab": {"Vocab": Vocab},
    "thinc": {},
    "thinc.api": {"get_torch_default_device": _refusing("thinc.api.get_torch_default_device")},
    "tldextract": {},
}


def _modules() -> dict[str, ModuleType]:
    made: dict[str, ModuleType] = {}
    for name, contents in _NAMES.items():
        module = made[name] = ModuleType(name, "A stand-in: gateway.detection.standins.")
        vars(module).update(contents)
        above, _, last = name.rpartition(".")
        if above:
            setattr(made[above], last, module)
    for name in {name.partition(".")[0] for name in made}:
        made[name].__path__ = []  # a package, which has no other modules
    return made


@contextmanager
def instead() -> Iterator[None]:
    """While it lasts, imports of those libraries get the stand-ins; what was imported before is put aside."""
    roots = {name.partition(".")[0] for name in _NAMES}
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] in roots}
    for name in before:
        del sys.modules[name]
    sys.modules.update(_modules())
    try:
        yield
    finally:
        for name in [name for name in sys.modules if name.partition(".")[0] in roots]:
            del sys.modules[name]
        sys.modules.update(before)
