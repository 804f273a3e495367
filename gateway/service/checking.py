"""What `hushgate check` and `hushgate audit verify` find out."""

import os
from collections.abc import Container, Iterable, Iterator, Mapping
from ctypes.util import find_library
from pathlib import Path

from gateway.audit.verify import verify
from gateway.errors import HushgateError, Problem
from gateway.notices.templates import words_problems
from gateway.policy import SenderLimits, load_policy, policy_gaps, policy_problems, policy_warnings, watching_notes
from gateway.sandbox import relay_jail
from gateway.sandbox.jail import LAYERS, reached
from gateway.sandbox.pool import probed
from gateway.sandbox.users import READER, RELAY, Need, hindrance, user_of
from gateway.service.rules import POLICY_FILE
from gateway.settings.settings import Console, ServiceSettings, Settings, is_reached_in_clear, load
from gateway.settings.settings import problems as settings_problems
from gateway.storage.audit_protocols import Audit
from gateway.text.addresses import fold_domain


def check(config: Path, environ: Mapping[str, str]) -> tuple[list[Problem], list[str]]:
    """Every mistake in both files, and notes that are none."""
    problems, notes = list(settings_problems(config, environ)), list[str]()
    if not problems:
        settings = load(config, environ)
        notes += (*_console_notes(settings.console), *_notice_notes(settings))
    problems += words_problems(config)
    path = config / POLICY_FILE
    if path.exists():
        problems += policy_problems(path)
        notes += [found.pointed for found in (*policy_warnings(path), *policy_gaps(path))]
        if not problems:
            policy = load_policy(path)
            notes += [f"warning: {note}" for note in watching_notes(policy)]
            if policy.mode == "enforce":
                notes.append(_limits(policy.limits))
    elif config.is_dir():
        notes.append(f"{path}: not there; the packaged rules hold")
    return problems, notes


def _notice_notes(settings: Settings) -> Iterator[str]:
    """What speaks against the address that notices come from."""
    address = settings.notices.address
    domain = fold_domain(address.rpartition("@")[2])
    if address and domain not in settings.organization.domains:
        yield (
            f"warning: notices.address {address} is in none of organization.domains: answers to notices go out, and do "
            "not come to the relay"
        )


def _console_notes(console: Console) -> Iterator[str]:
    """What speaks against the way in which the console is reached: passwords and mail go over it."""
    host = console.listen.host
    if not is_reached_in_clear(console):
        return
    everywhere = " on every network of this machine" if host in ("0.0.0.0", "::") else ""  # noqa: S104 - compared
    yield (
        f"warning: console.listen {console.listen} answers{everywhere} without TLS: passwords and held mail are seen "
        "on the way; give console.certificate and console.key, or listen on 127.0.0.1 behind a proxy with TLS, named "
        "in console.trusted_proxies and console.url"
    )


def _limits(limits: SenderLimits) -> str:
    """Which limits against guessing hold."""
    slow_hour, slow_day = (limits.slow_per_hour, limits.slow_per_day) if limits.slows() else (0, 0)
    lists_hour, lists_day = (limits.lists_per_hour, limits.lists_per_day) if limits.list_from else (0, 0)
    return (
        f"limits: what a sender sends outside is answered later (by {limits.slow_seconds:g} s) "
        f"{_from(slow_hour, slow_day)}; "
        f"lists of {limits.list_from} or more are held {_from(lists_hour, lists_day)}; "
        f"all is held {_from(limits.found_per_hour, limits.found_per_day)}"
    )


def _from(hour: int, day: int) -> str:
    """In words; 0 is none."""
    parts = [f"{count} {span}" for count, span in ((hour, "an hour"), (day, "a day")) if count]
    return f"from {' or '.join(parts)} on" if parts else "never"


def reading_notes(config: Path, environ: Mapping[str, str]) -> Iterator[str]:
    """How relays and readers are locked up on this system, and what they lack."""
    try:
        service = load(config, environ).service
    except HushgateError:
        service = ServiceSettings()
    fenced = relay_jail.probed() or ()
    relays = _user(service.relay_user, RELAY, (*reached(), *relay_jail.looked_up()))
    yield f"relays: jailed: {_said(relay_jail.LAYERS, fenced)}, {relays}"
    holding = probed()
    if holding is None:
        yield "readers: none can be started on this system; every message would be answered with 451"
        return
    yield f"readers: jailed: limits on, {_said(LAYERS, holding)}, {_user(service.reader_user, READER, reached())}"
    if find_library("archive") is None:
        yield "readers: no libarchive on this system, so 7z, rar, cab and the like are held (Debian: libarchive13)"


def _user(setting: str, own: int, needs: Iterable[Need]) -> str:
    """Who such processes are where the service is started by whoever asks now."""
    if os.geteuid() != 0:
        return "user off (not started as root)"
    user = user_of(setting, own)
    if user is None:
        return "user off (switched off)"
    hindered = hindrance(user, needs)
    return f"user off ({hindered})" if hindered else f"user {user.uid}"


def _said(layers: Iterable[str], holding: Container[str]) -> str:
    return ", ".join(f"{layer} {'on' if layer in holding else 'off (not on this system)'}" for layer in layers)


def verify_audit(audit: Audit, set_back: str = "") -> tuple[bool, str]:
    """Is the chain whole, is its end where the store remembers it, and is that memory the store's own? `set_back`: what
    is noted outside the store against it."""
    if set_back:
        return False, f"audit: {set_back}"
    result = verify(audit.entries(), audit.head, audit.checkpoints())
    if not result.sound:
        return False, f"audit: broken at entry {result.broken}: {result.why}"
    signed = f", signed to entry {result.signed}" if result.signed else ""
    return True, f"audit: {result.count} entries, the chain is whole{signed}"
