"""The words of notices: packaged, or those of `CONFIG/notices/zh.toml` and `en.toml`.

In: the configuration folder. Out: `NoticeWords`. Raises: Problem with `FILE:LINE` for a key or a `{…}` that there is
not, and for words that a notice must not say.
"""

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

from gateway.errors import Problem, unknown
from gateway.model import LANGUAGES, Language
from gateway.settings.toml_file import Document, load, parse
from gateway.text.telling import tells

FOLDER = "notices"
_ABOUT_ONE = frozenset(("id", "time", "recipients"))
_FIELDS: dict[str, dict[str, frozenset[str]]] = {
    "hold": {"subject": _ABOUT_ONE, "text": _ABOUT_ONE | {"answer"}, "answer": frozenset()},
    "rewrite": {"subject": _ABOUT_ONE, "text": _ABOUT_ONE | {"attached"}, "attached": frozenset()},
    "return": {
        "subject": _ABOUT_ONE,
        "text": _ABOUT_ONE | {"attached", "note"},
        "attached": frozenset(),
        "note": frozenset(("note",)),
    },
    "discard": {"subject": _ABOUT_ONE, "text": _ABOUT_ONE},
    "release": {"subject": _ABOUT_ONE, "text": _ABOUT_ONE},
    "summary": {"subject": frozenset(("count",)), "text": frozenset(("count",))},
    "digest": {key: frozenset(("count", "age", "link")) for key in ("subject", "text", "webhook")},
    "reply": {"above": frozenset(), "from": frozenset()},
}
_MUST_HAVE = {("return", "text"): "note"}
_LONGEST = 8000
_LINE = {"subject": 120, "from": 40, "above": 60}


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """By language, table and key, with their `{…}`."""

    said: Mapping[tuple[Language, str, str], str] = field(repr=False)

    def of(self, language: Language, table: str, key: str, **values: str) -> str:
        """Filled in, in one go: a value in which there is a `{…}` stays as it is."""
        return self.said[language, table, key].format_map(values).strip()


def packaged() -> NoticeWords:
    """The words of an installation that has none of its own."""
    said = {}
    for language in LANGUAGES:
        document = parse(default(language), f"{language}.toml")
        said.update({(language, table, key): words for table, key, words in _texts(document)})
    return NoticeWords(said)


def default(language: Language) -> bytes:
    """The packaged file of a language."""
    return resources.files("gateway.notices").joinpath(f"defaults/{language}.toml").read_bytes()


def words_of(config: Path) -> NoticeWords:
    """Those of the folder; what it does not say is said as packaged. Raises the first problem."""
    said = dict(packaged().said)
    for language in LANGUAGES:
        path = _file(config, language)
        if path.exists():
            document = load(path)
            for problem in _wrong(document):
                raise problem
            said.update({(language, table, key): words for table, key, words in _texts(document)})
    return NoticeWords(said)


def words_problems(config: Path) -> list[Problem]:
    """Every mistake in both files."""
    found: list[Problem] = []
    for language in LANGUAGES:
        path = _file(config, language)
        if path.exists():
            try:
                found += _wrong(load(path))
            except Problem as problem:
                found.append(problem)
    return found


def _file(config: Path, language: Language) -> Path:
    return config / FOLDER / f"{language}.toml"


def _texts(document: Document) -> Iterator[tuple[str, str, str]]:
    for table, keys in document.values.items():
        for key, words in keys.items():
            yield table, key, words


def _wrong(document: Document) -> Iterator[Problem]:
    for table, keys in document.values.items():
        if table not in _FIELDS:
            yield unknown(document.place(table), "table", table, _FIELDS)
            continue
        if not isinstance(keys, dict):
            yield Problem(document.place(table), f"{table} is not a table", f"write [{table}] on a line of its own")
            continue
        for key, words in keys.items():
            place = document.place(table, key)
            if key not in _FIELDS[table]:
                yield unknown(place, f"key of [{table}]", key, _FIELDS[table])
            elif not isinstance(words, str):
                yield Problem(place, f"{key} is not a string", "write it in quotation marks")
            else:
                yield from _wrong_words(place, table, key, words)


def _wrong_words(place: str, table: str, key: str, words: str) -> Iterator[Problem]:
    known = _FIELDS[table][key]
    try:
        asked = [(name, spec, how) for _, name, spec, how in string.Formatter().parse(words) if name is not None]
    except ValueError:
        yield Problem(place, "a { or } stands alone", "write {{ or }} where a brace is meant")
        return
    for name, spec, how in asked:
        if name not in known or spec or how:
            may = ", ".join(f"{{{one}}}" for one in sorted(known)) or "none"
            yield Problem(place, f"{{{name}}} is not filled in here", f"those that are: {may}")
    wanted = _MUST_HAVE.get((table, key))
    if wanted is not None and wanted not in {name for name, _, _ in asked}:
        yield Problem(place, f"has no {{{wanted}}}", "what a reviewer says has to stand somewhere")
    if tells(words):
        yield Problem(
            place,
            "speaks of reports or complaints",
            "say nothing of them: a notice must not tell that anybody reported",
        )
    most = _LINE.get(key, _LONGEST)
    if not words.strip() or len(words) > most or (key in _LINE and not words.strip().isprintable()):
        yield Problem(place, f"{key} is empty, has line breaks or is too long", f"write 1 to {most} characters")
