"""`policy.toml` read and checked: every mistake with its line, nothing half taken.

Raises: Problem (`policy.toml:12: unknown kind 'avtar'; did you mean 'avatar'?`).
"""

import difflib
import hashlib
import json
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any, get_args

from gateway.errors import Problem, unknown
from gateway.model import Action, Lists
from gateway.policy.conditions import Groups, UnknownWord, Wrong, conditions, mailboxes, share
from gateway.policy.evaluate import CLEAN, DEFAULT, MONITORED
from gateway.policy.gaps import gaps
from gateway.policy.limits import limit_warnings, limits_of
from gateway.policy.lint import warnings
from gateway.policy.placeholders import operators, placeholders
from gateway.policy.schema import LONGEST_NAME, NO_LIMITS, Policy, Rule
from gateway.policy.wording import headers, notified, sentences
from gateway.policy.words import word_warnings, words_of
from gateway.settings.toml_file import Document, Key, load, parse
from gateway.text.numbers import plain_number

ACTIONS: tuple[Action, ...] = get_args(Action)
_TOP = (
    "mode", "threshold", "proof_threshold", "read_pictures", "personal_data", "personal_data_allowed", "placeholders",
    "operators", "groups", "rewriting", "words", "limits", "rule", "default",
)  # fmt: skip
_RULE = ("name", "action", "when", "remove", "four_eyes", "monitor", "notify", "headers", "say")
RESERVED = (
    CLEAN, DEFAULT, MONITORED, "no-report", "cannot-rewrite", "placeholder-tells", "not-proved", "out-of-time",
    "too-many-findings",
)  # fmt: skip
MODES, PICTURES, PERSONAL = ("enforce", "monitor"), ("suspected", "always"), ("off", "monitor", "on")
LISTS = ("hold", "all")
LONGEST_KEPT = 3650
_LONGEST_LINE = 16_384
_SHORTEST = 5  # of a number that is allowed: five letters or digits
_NOUNS = {
    "kinds": "kind", "where": "place", "relation": "relation", "reasons": "reason", "recipient": "class of recipient",
    "tie": "tie", "variants": "variant", "matched_by": "reason of a match", "report_status": "state of a report",
    "severity": "severity", "part_types": "type of file", "weekdays": "day", "sender_groups": "group",
    "recipient_groups": "group",
}  # fmt: skip


def load_policy(path: Path) -> Policy:
    """The rules of a file, or its first problem."""
    policy, problems = _read(load(path))
    if policy is None:
        raise problems[0]
    return policy


def packaged_policy() -> Policy:
    """The rules that hold where an installation has no `policy.toml`: the strict ones."""
    data = resources.files("gateway.policy").joinpath("default.toml").read_bytes()
    policy, problems = _read(parse(data, "default.toml"))
    if policy is None:
        raise problems[0]
    return policy


def policy_problems(path: Path) -> list[Problem]:
    """Every mistake of a file, in the order of its lines."""
    try:
        document = load(path)
    except Problem as problem:
        return [problem]
    return _read(document)[1]


def policy_in(data: bytes, name: str) -> tuple[Policy | None, list[Problem]]:
    """The rules of a file that somebody shows, called `name`; None where it has mistakes, which come with it."""
    longest = max(map(len, data.split(b"\n")))
    if longest > _LONGEST_LINE:  # a key of many dots takes the square of its length to read
        wrong = f"has a line of {longest} octets"
        return None, [Problem(name, wrong, f"break it: {_LONGEST_LINE} are enough for a list")]
    try:
        return _read(parse(data, name))
    except Problem as problem:
        return None, [problem]
    except RecursionError:
        return None, [Problem(name, "is nested too deeply", "write it as docs/rules.md says")]


def rules_as_written(path: Path | None) -> list[dict[str, Any]]:
    """The tables of the rules as a file has them; None: as the packaged file has."""
    if path is None:
        data = resources.files("gateway.policy").joinpath("default.toml").read_bytes()
        return list(parse(data, "default.toml").values.get("rule", []))
    return list(load(path).values.get("rule", []))


def policy_warnings(path: Path) -> list[Problem]:
    """What a file may say and hardly means; nothing for a file with mistakes, which come first."""
    document = load(path)
    policy, _ = _read(document)
    if policy is None:
        return []
    found = warnings(policy.rules, lambda number: document.place("rule", number))
    found.extend(word_warnings(policy.words, document.place))
    if policy.mode == "monitor":
        return found
    return found + limit_warnings(policy.limits, document.place("limits"))


def policy_gaps(path: Path) -> list[Problem]:
    """What would pass by a file without mistakes, a line a rule."""
    document = load(path)
    policy, _ = _read(document)
    return [] if policy is None else list(gaps(policy, document.place))


def _read(document: Document) -> tuple[Policy | None, list[Problem]]:
    found: list[Problem] = []
    values = document.values
    _known(document, (), values, "key", _TOP, found)
    threshold = _share(document, ("threshold",), values.get("threshold", 0.6), found)
    proof = _share(document, ("proof_threshold",), values.get("proof_threshold", 0.4), found)
    if not found and proof > threshold:
        wrong = "proof_threshold is above threshold"
        found.append(Problem(document.place("proof_threshold"), wrong, "a proof must look closer than the first look"))
    pictures = values.get("read_pictures", "suspected")
    if pictures not in PICTURES:
        found.append(_not_right(document.place("read_pictures"), "read_pictures", pictures, PICTURES))
    personal = values.get("personal_data", "off")
    if personal not in PERSONAL:
        found.append(_not_right(document.place("personal_data"), "personal_data", personal, PERSONAL))
    allowed = _allowed(document, values.get("personal_data_allowed", []), found)
    instead = placeholders(values.get("placeholders", {}), document.place, found)
    instead = replace(instead, operators=operators(values.get("operators", {}), document.place, found))
    keep_days, lists = _rewriting(document, values.get("rewriting", {}), found)
    words = words_of(values.get("words", {}), document.place, found)
    mode = values.get("mode", "enforce")
    if mode not in MODES:
        found.append(_not_right(document.place("mode"), "mode", mode, MODES))
    default = _default(document, values.get("default", {}), found)
    groups = _groups(document, values.get("groups", {}), found)
    rules = _rules(document, values.get("rule", []), groups, found)
    limits = limits_of(document, values.get("limits", {}), found)
    if found:
        return None, sorted(found, key=lambda problem: _line(problem.place))
    # Of what the file says, not of its bytes: a comment changes no decision.
    digest = hashlib.sha256(json.dumps(values, sort_keys=True, default=str).encode()).hexdigest()
    if mode == "monitor":
        limits = NO_LIMITS  # nobody is slowed, nothing is held or counted
    limited = (personal, allowed, instead, limits, keep_days, words, lists, mode)
    return Policy(rules, default, threshold, proof, pictures, digest, *limited), []


def _share(document: Document, path: tuple[Key, ...], value: Any, found: list[Problem]) -> float:
    try:
        return share(value)
    except Wrong as wrong:
        found.append(Problem(document.place(*path), f"{path[-1]} is not right", f"it {wrong}"))
        return 0.0


def _allowed(document: Document, value: Any, found: list[Problem]) -> frozenset[str]:
    """Numbers, cards and plates that are nobody's personal data, in one form."""
    name, remedy = "personal_data_allowed", 'write a list of numbers, as ["400-820-8820"]'
    if not isinstance(value, list):
        found.append(Problem(document.place(name), f"{name} is not a list", remedy))
        return frozenset()
    numbers = [plain_number(written) if isinstance(written, str) else "" for written in value]
    for place, number in enumerate(numbers):
        if len(number) < _SHORTEST or not any(c.isdigit() for c in number):
            found.append(Problem(document.place(name, place), f"{name} has what is no number, card or plate", remedy))
    return frozenset(numbers)


def _default(document: Document, value: Any, found: list[Problem]) -> Action:
    if not isinstance(value, dict):
        found.append(Problem(document.place("default"), "default is not a table", 'write [default] and action = "…"'))
        return "quarantine"
    _known(document, ("default",), value, "key of [default]", ("action",), found)
    action = value.get("action", "quarantine")
    if action not in ("quarantine", "reject"):
        wrong = f"the default action is {action!r}"
        remedy = "use quarantine or reject: what no rule takes must not leave"
        found.append(Problem(document.place("default", "action"), wrong, remedy))
        return "quarantine"
    return "reject" if action == "reject" else "quarantine"


def _rewriting(document: Document, value: Any, found: list[Problem]) -> tuple[int, Lists]:
    """How long originals of rewritten messages are kept, in days; and what becomes of a list of which one would go."""
    if not isinstance(value, dict):
        remedy = "write [rewriting] and keep_days = 30"
        found.append(Problem(document.place("rewriting"), "rewriting is not a table", remedy))
        return 0, "hold"
    _known(document, ("rewriting",), value, "key of [rewriting]", ("keep_days", "lists"), found)
    days = value.get("keep_days", 30)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= LONGEST_KEPT:
        wrong, remedy = "keep_days is not right", f"write a number of days from 0 (not kept) to {LONGEST_KEPT}"
        found.append(Problem(document.place("rewriting", "keep_days"), wrong, remedy))
        days = 0
    lists = value.get("lists", "hold")
    if lists not in LISTS:
        found.append(_not_right(document.place("rewriting", "lists"), "lists", lists, LISTS))
        lists = "hold"
    return days, lists


def _not_right(place: str, key: str, given: Any, known: tuple[str, ...]) -> Problem:
    """A value that is none of a few words; which one was meant, where that can be seen."""
    words = [f'"{word}"' for word in known]
    remedy = f"write {', '.join(words[:-1])} or {words[-1]}"
    close = difflib.get_close_matches(given, known, n=1) if isinstance(given, str) else ()
    return Problem(place, f"{key} is not right", f'did you mean "{close[0]}"? {remedy}' if close else remedy)


def _groups(document: Document, value: Any, found: list[Problem]) -> dict[str, frozenset[str]]:
    """Keys of addresses and domains by the name of their group."""
    if not isinstance(value, dict):
        remedy = 'write [groups] and night = ["night@platform.example"]'
        found.append(Problem(document.place("groups"), "groups is not a table", remedy))
        return {}
    groups = {}
    for name, members in value.items():
        place = document.place("groups", name)
        groups[name] = frozenset[str]()
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            found.append(Problem(place, "a group has no name", f"write up to {LONGEST_NAME} letters in a line"))
        try:
            groups[name] = mailboxes(members)
        except Wrong as wrong:
            found.append(Problem(place, f"the group {name!r} is not right", f"it {wrong}"))
    return groups


def _rules(document: Document, value: Any, groups: Groups, found: list[Problem]) -> tuple[Rule, ...]:
    if not isinstance(value, list) or any(not isinstance(rule, dict) for rule in value):
        found.append(Problem(document.place("rule"), "rule is not a list of tables", "begin each rule with [[rule]]"))
        return ()
    rules = [_rule(document, number, rule, groups, found) for number, rule in enumerate(value)]
    first: dict[str, int] = {}
    for number, rule in enumerate(rules):
        if rule.name and rule.name in first:
            line = _line(document.place("rule", first[rule.name], "name"))
            wrong = f"a rule named {rule.name!r} stands on line {line} already"
            found.append(Problem(document.place("rule", number, "name"), wrong, "give each rule a name of its own"))
        first.setdefault(rule.name, number)
        everything = next((n for n in range(number) if not rules[n].when and "when" not in value[n]), None)
        if everything is not None:
            wrong = f"can never be reached: rule {rules[everything].name!r} before it takes everything"
            found.append(Problem(document.place("rule", number), wrong, "move it up, or remove it"))
    return tuple(rules)


def _rule(document: Document, number: int, value: dict[str, Any], groups: Groups, found: list[Problem]) -> Rule:
    here: tuple[Key, ...] = ("rule", number)
    _known(document, here, value, "key of a rule", _RULE, found)
    name = value.get("name")
    if not isinstance(name, str) or not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
        remedy = f'write name = "…", up to {LONGEST_NAME} letters in a line'
        found.append(Problem(document.place(*here, "name"), "the rule has no name", remedy))
        name = ""
    elif name in RESERVED:
        found.append(
            Problem(document.place(*here, "name"), f"the name {name!r} is the product's own", "choose another")
        )
    action = value.get("action")
    if action is None:
        found.append(
            Problem(document.place(*here), "the rule has no action", f"write action = one of {_list(ACTIONS)}")
        )
    elif action not in ACTIONS:
        found.append(unknown(document.place(*here, "action"), "action", str(action), ACTIONS))
    when = value.get("when", {})
    if not isinstance(when, dict):
        found.append(Problem(document.place(*here, "when"), "when is not a table", 'write when = { kinds = ["name"] }'))
        when = {}
    checked = [
        (key, result)
        for key, given in when.items()
        if (result := _condition(document, (*here, "when", key), key, given, groups, found)) is not None
    ]
    remove = value.get("remove", False)
    if not isinstance(remove, bool):
        found.append(Problem(document.place(*here, "remove"), "remove is not right", "write true or false"))
    elif remove and action != "redact":
        wrong = f"remove = true says nothing with action {action!r}"
        found.append(Problem(document.place(*here, "remove"), wrong, 'write action = "redact", or leave remove out'))
    four_eyes = value.get("four_eyes", False)
    if not isinstance(four_eyes, bool):
        found.append(Problem(document.place(*here, "four_eyes"), "four_eyes is not right", "write true or false"))
    elif four_eyes and action in ("pass", "reject"):
        wrong = f"four_eyes = true says nothing with action {action!r}, which holds nothing"
        found.append(Problem(document.place(*here, "four_eyes"), wrong, "leave four_eyes out"))
    taken: Action = action if action in ACTIONS else "quarantine"
    rule = Rule(name, taken, tuple(checked), remove is True, four_eyes is True)
    return _with_words(document, here, value, rule, found)


def _with_words(
    document: Document, here: tuple[Key, ...], value: dict[str, Any], rule: Rule, found: list[Problem]
) -> Rule:
    """The rule with what it does besides its action."""
    monitor = value.get("monitor", False)
    if not isinstance(monitor, bool):
        found.append(Problem(document.place(*here, "monitor"), "monitor is not right", "write true or false"))
    told, fields_, sentence = rule.notify, rule.headers, rule.say
    if "notify" in value:
        place = document.place(*here, "notify")
        told = notified(value["notify"], lambda *keys: document.place(*here, "notify", *keys), found)
        if told != rule.notify and rule.action in ("pass", "reject"):
            wrong = f"notify says nothing with action {rule.action!r}: nobody is told of it anyway"
            found.append(Problem(place, wrong, "leave notify out"))
    if "headers" in value:
        place = document.place(*here, "headers")
        fields_ = headers(value["headers"], lambda *keys: document.place(*here, "headers", *keys), found)
        if rule.action not in ("pass", "redact") or monitor is True:
            wrong = "headers says nothing here: nothing goes out by this rule, or it goes as it came"
            found.append(Problem(place, wrong, "leave headers out, or write action = pass or redact"))
    if "say" in value:
        place = document.place(*here, "say")
        sentence = sentences(value["say"], lambda *keys: document.place(*here, "say", *keys), found)
        if rule.action in ("pass", "reject"):
            wrong = f"say says nothing with action {rule.action!r}: no notice is written, and nobody reviews it"
            found.append(Problem(place, wrong, "leave say out"))
    return replace(rule, monitor=monitor is True, notify=told, headers=fields_, say=sentence)


def _condition(
    document: Document, path: tuple[Key, ...], key: str, given: Any, groups: Groups, found: list[Problem]
) -> Any:
    place = document.place(*path)
    if key not in conditions():
        found.append(unknown(place, "condition", key, conditions()))
        return None
    try:
        condition = conditions()[key]
        checked = condition.check(given)
        return checked if condition.resolve is None else condition.resolve(checked, groups)
    except UnknownWord as wrong:
        if isinstance(given, list) and wrong.word in given:
            place = document.place(*path, given.index(wrong.word))
        found.append(unknown(place, _NOUNS.get(key, "word"), wrong.word, wrong.known))
    except Wrong as wrong:
        found.append(Problem(place, f"{key} is not right", f"it {wrong}"))
    return None


def _known(
    document: Document,
    path: tuple[Key, ...],
    value: dict[str, Any],
    what: str,
    known: tuple[str, ...],
    found: list[Problem],
) -> None:
    found.extend(unknown(document.place(*path, key), what, key, known) for key in value if key not in known)


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)


def _line(place: str) -> int:
    number = place.rpartition(":")[2]
    return int(number) if number.isdigit() else 0
