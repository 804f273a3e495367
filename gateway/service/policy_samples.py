"""An admin's own regression test: the sample mails beside the policy, judged against what is expected of each.

A sample is `NAME.eml` with `NAME.toml` beside it (`sender`, `recipients`, `expect`, if wanted `rule`, `at`, `would`);
the reports for all of them are in `reports.jsonl`. They are imported into a store of their own, gone afterwards
(`wiring.open_trial_house`); nothing is sent, stored or counted. The rules are those of the configuration folder.

In: the folder. Out: one `SampleOutcome` for each sample, and what is wrong with the folder. Raises: Problem for a
mistake in the configuration or in `reports.jsonl`; Unavailable.
"""

import tomllib
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, cast, get_args

from gateway.errors import Problem, ReaderDied, unknown
from gateway.intake.importer import import_file
from gateway.model import Action, Examination
from gateway.service.inspector.engine import envelope_for, examine_content
from gateway.service.rules import POLICY_FILE
from gateway.service.wiring import Application, open_trial_house

SAMPLES, REPORTS = "samples", "reports.jsonl"
_KEYS = ("sender", "recipients", "expect", "rule", "at", "would", "note")
_ACTIONS: tuple[Action, ...] = get_args(Action)
_LARGEST = 256 * 1024
_LARGEST_MAIL = 64 * 1024 * 1024
_MOST_WHY = 4
_THREADS = 4


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail and what is expected of it. `rule` empty: any. `would`: in monitor mode, what enforcement would do."""

    path: Path
    sender: str
    recipients: tuple[str, ...]
    expect: Action
    rule: str = ""
    at: datetime | None = None
    would: Action | None = None


@dataclass(frozen=True, slots=True)
class SampleOutcome:
    """What came of a sample, and why: kinds of findings with their rules. `error`: it could not be judged."""

    sample: Sample
    action: Action | None
    rule: str
    why: str
    error: str = ""
    would: Action | None = None

    @property
    def right(self) -> bool:
        """As it is expected to be."""
        wanted = self.sample
        enforced = wanted.would is None or wanted.would == (self.would or self.action)
        return self.action == wanted.expect and wanted.rule in ("", self.rule) and enforced


@dataclass(frozen=True, slots=True)
class Tested:
    """All samples of a folder in the order of their names; `problems` are those of the folder itself, one line each."""

    folder: Path
    outcomes: tuple[SampleOutcome, ...]
    problems: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Nothing is otherwise than expected."""
        return not self.problems and all(one.right for one in self.outcomes)


def samples_folder(config: Path, given: Path | None) -> Path | None:
    """Where the samples are: the folder that was named, or `samples` in it, or beside the rules; None where there are
    none. Raises Problem where one was named that is not there."""
    folder = config / SAMPLES if given is None else given
    if given is not None and not folder.is_dir():
        raise Problem(str(folder), "there is no such folder", "name the folder of the samples, as config/samples")
    places = (folder,) if given is None else (folder, folder / SAMPLES)
    return next((place for place in places if _has_samples(place)), None)


def _has_samples(folder: Path) -> bool:
    """Whether there are mails in it, or expectations of any; the configuration's own files are none."""
    if not folder.is_dir():
        return False
    names = {one.name for one in folder.iterdir()}
    own = {"gateway.toml", POLICY_FILE}
    return any(name.endswith(".eml") or (name.endswith(".toml") and not names & own) for name in names)


def policy_tested(
    config: Path,
    environ: Mapping[str, str],
    folder: Path,
    progress: Callable[[int, int], None] = lambda done, of: None,
) -> Tested:
    """Judge every sample of the folder by the rules of the configuration."""
    samples, problems = samples_in(folder)
    with open_trial_house(config, environ) as house:
        notes = _import(house, folder / REPORTS)
        done = list[SampleOutcome]()
        with ThreadPoolExecutor(min(_THREADS, house.readers)) as threads:
            for one in threads.map(lambda sample: _judged(sample, house), samples):
                done.append(one)
                progress(len(done), len(samples))
    return Tested(folder, tuple(done), tuple(problems), notes)


def samples_in(folder: Path) -> tuple[list[Sample], list[str]]:
    """The samples of a folder, and what is wrong with it: a mail without an expectation, an expectation without a mail,
    a file that says something else than it may."""
    samples, problems = list[Sample](), list[str]()
    mails = {one.stem: one for one in folder.glob("*.eml")}
    expectations = {one.stem: one for one in folder.glob("*.toml")}
    for name in sorted({*mails, *expectations}):
        if name not in expectations:
            wrong = f"no expectation: {name}.toml is not there"
            problems.append(str(Problem(str(mails[name]), wrong, "write sender, recipients and expect into it")))
        elif name not in mails:
            wrong = f"no mail: {name}.eml is not there"
            problems.append(str(Problem(str(expectations[name]), wrong, "put the mail beside it, or remove the file")))
        else:
            try:
                samples.append(_sample(mails[name], expectations[name]))
            except Problem as problem:
                problems.append(str(problem))
    return samples, problems


def _sample(mail: Path, path: Path) -> Sample:
    """Raises Problem."""
    values = _values(path)
    for key in values:
        if key not in _KEYS:
            raise unknown(str(path), "key", key, _KEYS)
    sender, recipients, expect = values.get("sender"), values.get("recipients"), values.get("expect")
    if not isinstance(sender, str):
        raise Problem(str(path), "sender is missing or no text", 'write sender = "kefu@platform.example"')
    if isinstance(recipients, str):
        recipients = [recipients]
    if not isinstance(recipients, list) or not recipients or any(not isinstance(one, str) for one in recipients):
        raise Problem(str(path), "recipients is missing or no list of texts", 'write recipients = ["…"]')
    if expect not in _ACTIONS:
        if isinstance(expect, str):
            raise unknown(str(path), "action", expect, _ACTIONS)
        raise Problem(str(path), "expect is missing", f"write expect = one of {', '.join(_ACTIONS)}")
    rule = values.get("rule", "")
    if not isinstance(rule, str):
        raise Problem(str(path), "rule is no text", 'write rule = "the name of a rule", or leave it out')
    would = values.get("would")
    if would is not None and would not in _ACTIONS:
        raise unknown(str(path), "action", str(would), _ACTIONS)
    at = _moment(path, values.get("at"))
    return Sample(mail, sender, tuple(recipients), cast(Action, expect), rule, at, cast(Action | None, would))


def _values(path: Path) -> dict[str, Any]:
    try:
        data = path.read_bytes()
        if len(data) > _LARGEST:
            raise Problem(str(path), f"has more than {_LARGEST // 1024} KB", "write sender, recipients and expect")
        return tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise Problem(str(path), f"cannot be read ({error.strerror})", "give a readable file") from error
    except UnicodeDecodeError as error:
        raise Problem(str(path), "not UTF-8", "save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise Problem(str(path), f"not TOML: {error}", "see toml.io for the syntax") from error


def _moment(path: Path, value: Any) -> datetime | None:
    """When the mail is taken to come."""
    if value is None:
        return None
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            value = None
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)
    if not isinstance(value, datetime):
        raise Problem(str(path), "at is no time", "write at = 2026-11-30T02:00:00+08:00")
    return value if value.tzinfo else value.replace(tzinfo=UTC)


def _import(house: Application, path: Path) -> tuple[str, ...]:
    """The reports of the samples; without the file there are none. What is to be said of them."""
    if not path.exists():
        return (f"{path}: not there, so no report is open",)
    done = import_file(
        path, house.reader(), house.store.reports, "cli:samples", house.settings.organization.domains, ours=house.ours
    )
    return done.notes


def _judged(sample: Sample, house: Application) -> SampleOutcome:
    """What came of one sample."""
    try:
        if sample.path.stat().st_size > _LARGEST_MAIL:
            return SampleOutcome(sample, None, "", "", f"more than {_LARGEST_MAIL // 1024**2} MB")
        content = sample.path.read_bytes()
    except OSError as error:
        return SampleOutcome(sample, None, "", "", f"cannot be read ({error.strerror})")
    envelope = replace(envelope_for(sample.sender, sample.recipients), received_at=sample.at or datetime.now(UTC))
    try:
        found = examine_content(content, envelope, house.tools())
    except ReaderDied:
        return SampleOutcome(sample, None, "", "", "no reader could read it")
    decision = found.decision
    watched = f"; would be {decision.would} by {decision.would_rule}" if decision.would else ""
    return SampleOutcome(sample, decision.action, decision.rule, _why(found) + watched, would=decision.would)


def _why(found: Examination) -> str:
    """Which findings there are, and which rule took each; alike ones are said once."""
    rules = found.decision.rules
    said = list[str]()
    for number, finding in enumerate(found.findings):
        rule = rules[number] if number < len(rules) else ""
        where = finding.medium or "message"
        by = f", {rule}" if rule else ""
        said.append(f"{finding.kind} in {where} ({finding.score:.2f}{by})")
    different = list(dict.fromkeys(said))
    if not different:
        return "concerns a report, nothing found" if found.matches else "concerns no report"
    more = len(different) - _MOST_WHY
    return "; ".join(different[:_MOST_WHY]) + (f"; {more} more" if more > 0 else "")


def tested_as_json(tested: Tested) -> dict[str, Any]:
    """The same for scripts."""
    return {
        "right": tested.right,
        "samples": [_as_json(one) for one in tested.outcomes],
        "problems": list(tested.problems),
    }


def _as_json(one: SampleOutcome) -> dict[str, Any]:
    wanted = one.sample
    return {
        "sample": wanted.path.name,
        "right": one.right,
        "expect": wanted.expect,
        "expect_rule": wanted.rule,
        "action": one.action,
        "rule": one.rule,
        "why": one.error or one.why,
    }
