"""Opens what a command needs: settings, key, store, rules, readers. Nothing else knows how they fit."""

import os
import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from gateway.errors import Problem
from gateway.inspection.colleagues import directory_of
from gateway.inspection.limits import Limiter
from gateway.inspection.tools import InspectionDeps, Subjects
from gateway.matching import TrustedRecipients
from gateway.model.organization import Ours
from gateway.notices.templates import NoticeWords, packaged, words_of
from gateway.policy import Policy
from gateway.sandbox.pool import ReaderPool
from gateway.sandbox.tagger import tagger
from gateway.sandbox.users import READER, user_of
from gateway.service.rules import policy_of
from gateway.service.teams import Teams
from gateway.settings.settings import Settings, load, root_of, store_path
from gateway.settings.staff import load_staff
from gateway.storage.backup import back_up, checked, put_back
from gateway.storage.engine import open_store
from gateway.storage.protocols import Store
from gateway.storage.suggestions import AskLimits
from gateway.telemetry.events import unexpected
from gateway.telemetry.log import quiet_libraries
from gateway.vault.keys import KEY_BYTES, load_key
from gateway.vault.vault import Vault


@dataclass(slots=True)
class Application:
    """An opened configuration. Readers start when they are first asked for."""

    settings: Settings
    policy: Policy
    store: Store
    device_key: bytes = field(default=b"", repr=False)
    """Of the console's cookies that say which browser is known; nothing else is under it."""
    pseudonym_key: bytes = field(default=b"", repr=False)
    """Of the codes that stand for people in rewritten mail."""
    notice_key: bytes = field(default=b"", repr=False)
    """Of the addresses under which notices are answered, and of their Message-IDs."""
    anchor_key: bytes = field(default=b"", repr=False)
    """Of the note that says how far the audit log had come."""
    words: NoticeWords = field(default_factory=packaged, repr=False)
    """Of notices."""
    teams: Teams = field(default_factory=Teams, repr=False)
    """Of which team a sender is, for counting."""
    created: bool = False
    """Whether the store was made just now, and so is empty."""
    rules_refused: str = ""
    """What is wrong with the files, where older rules hold than stand in them."""
    _readers: list[ReaderPool] = field(default_factory=list)

    @property
    def readers(self) -> int:
        """How many messages are read at once."""
        return self.settings.reader.processes or max(1, os.cpu_count() or 1)

    def reader(self, emit: Callable[[object], None] | None = None, most: int = 256) -> ReaderPool:
        """The one pool of readers of this process, of at most so many. Who asks first says where its events go."""
        if not self._readers:
            wanted = self.settings.reader
            user = user_of(self.settings.service.reader_user, READER)
            self._readers.append(
                ReaderPool(min(self.readers, most), float(wanted.seconds), wanted.memory_mb, emit, user)
            )
        return self._readers[0]

    @property
    def ours(self) -> Ours:
        """What belongs to the organisation, as its settings say."""
        us = self.settings.organization
        return Ours(us.names, load_staff(Path(us.staff)) if us.staff else ())

    def tools(self, emit: Callable[[object], None] = lambda event: None) -> InspectionDeps:
        """What an inspection needs. `emit` hears of senders who are over a limit, and of faults of our own."""
        us = self.settings.organization
        return InspectionDeps(
            self.store.reports,
            Subjects(self.store.reports),
            self.reader(),
            self.policy,
            self.store.quarantine,
            self.store.marks,
            self.store.callings,
            circle=TrustedRecipients(frozenset(us.domains), frozenset(us.authorities)),
            limiter=Limiter(self.store.senders, emit),
            staff=directory_of(self.ours),
            failed=lambda error: emit(unexpected(error)),
            passwords=self.store.passwords,
            rewrites=self.store.rewrites,
            watched=self.store.watched,
            pseudonym_key=self.pseudonym_key,
            suggestions=self.store.suggestions,
            shows_rewritten=self.settings.notices.attach_rewritten,
            decisions=self.store.decisions if self.settings.retention.record_days else None,
        )

    def take(self, fresh: "ReadAnew") -> None:
        """From now on these rules, notices, and names and staff of the organisation hold."""
        us = fresh.settings.organization
        organization = replace(self.settings.organization, names=us.names, staff=us.staff)
        self.policy, self.words = fresh.policy, fresh.words
        self.settings = replace(self.settings, organization=organization, notices=fresh.settings.notices)
        self.teams.know(us.staff)

    def again(self, before: InspectionDeps, fresh: "ReadAnew") -> InspectionDeps:
        """An inspection's tools with what was taken; what was learnt of reports and crashes stays."""
        shows = self.settings.notices.attach_rewritten
        return replace(before, policy=self.policy, staff=directory_of(fresh.ours), shows_rewritten=shows)

    def close(self) -> None:
        """Stop the readers, close the store."""
        for pool in self._readers:
            pool.close()
        self.store.shut()


@dataclass(frozen=True, slots=True)
class ReadAnew:
    """What a reload takes over, read and found good; nothing changed yet."""

    policy: Policy
    settings: Settings
    words: NoticeWords = field(repr=False)
    ours: Ours = field(repr=False)


def read_anew(config: Path, environ: Mapping[str, str], copied_from: Path | None = None) -> ReadAnew:
    """All of it, from one folder. Raises Problem."""
    settings = load(config, environ, copied_from, found_good=copied_from is not None)
    policy, words = policy_of(config), words_of(config)
    us = settings.organization
    return ReadAnew(policy, settings, words, Ours(us.names, load_staff(Path(us.staff)) if us.staff else ()))


@contextmanager
def open_house(
    config: Path, environ: Mapping[str, str], new_store: bool = False, copy: Path | None = None
) -> Iterator[Application]:
    """Everything of one configuration folder, closed at the end. With `new_store` an empty store is made beside a key
    that exists. `copy` has the folder's files as they stood when they were found good.

    Raises: Problem for a mistake in either file, a missing key or store, or a store of another key; StoreUnavailable.
    """
    quiet_libraries()
    files = copy or config
    settings = load(files, environ, config, found_good=copy is not None)
    policy, words = policy_of(files), words_of(files)
    tagger().user = user_of(settings.service.reader_user, READER)
    storage = settings.storage
    # Both are made together at the first start, never one beside the other: a store that is gone must not come back
    # empty, for an empty store knows no report and lets every leak pass, and a new key would only hide a lost one.
    path = store_path(storage)
    fresh = not path.exists() and (new_store or bool(storage.key) or not Path(storage.key_file).exists())
    if not path.exists():
        _refuse_to_begin_anew(path, config, fresh)
    key = load_key(Path(storage.key_file), storage.key, create=fresh)
    days = settings.reports.protection_days
    vault = Vault(key)
    hours = settings.reader.password_hours
    of = settings.reports
    ask = AskLimits(of.ask_share, of.ask_senders, of.ask_domains, of.ask_days)
    teams = Teams(settings.organization.staff)
    store = open_store(
        storage.url,
        vault,
        create=fresh,
        protection_days=days,
        password_hours=hours,
        ask=ask,
        team_of=teams.of,
    )
    devices, pseudonyms = vault.digest("console-device", b""), vault.digest("pseudonym", b"")
    notices = vault.digest("notice", b"")
    anchors = vault.digest("audit-anchor", b"")
    house = Application(settings, policy, store, devices, pseudonyms, notices, anchors, words, teams, created=fresh)
    try:
        yield house
    finally:
        house.close()


def passing_store(folder: Path) -> Store:
    """An empty store under a key that nobody else knows, for what is made up and thrown away. Raises: Problem,
    StoreUnavailable."""
    return open_store(f"sqlite:///{folder / 'store.db'}", Vault(secrets.token_bytes(KEY_BYTES)))


@contextmanager
def open_trial_house(config: Path, environ: Mapping[str, str]) -> Iterator[Application]:
    """The rules and settings of a configuration folder over an empty store of its own, sealed under a key that nobody
    keeps and gone at the end: for trying rules on samples. Nothing of the installation's store is touched.

    Raises: Problem for a mistake in either file."""
    quiet_libraries()
    settings, policy = load(config, environ), policy_of(config)
    tagger().user = user_of(settings.service.reader_user, READER)
    with TemporaryDirectory(prefix="hushgate-") as folder:
        store = passing_store(Path(folder))
        house = Application(settings, policy, store, pseudonym_key=secrets.token_bytes(KEY_BYTES), created=True)
        try:
            yield house
        finally:
            house.close()


def _refuse_to_begin_anew(path: Path, config: Path, fresh: bool) -> None:
    """Raises Problem where a store that is not there was there before: an empty one lets every leak pass."""
    if not fresh:
        remedy = (
            "restore it from a backup, correct [storage] url, or begin with an empty one: hushgate serve --new-store"
        )
        raise Problem(str(path), "the store is missing, but its key is there", remedy)
    root = root_of(config)
    before = Path.cwd() / os.path.relpath(path, root)
    if path.is_relative_to(root) and before != path and before.exists():
        wrong = f"there is no store here, but one at {before}: paths are relative to the configuration folder's parent"
        raise Problem(str(path), wrong, "move it here with its key, or write its absolute path as [storage] url")


def store_backed_up(house: Application, file: Path) -> int:
    """How many octets the copy in the file has. Raises Problem."""
    return back_up(store_path(house.settings.storage), file)


def store_put_back(config: Path, environ: Mapping[str, str], file: Path, force: bool) -> Path | None:
    """Put a backup in the store's place; where the store that was there lies now. Nothing is changed where the backup
    is damaged or of another key, or, unless `force`, where the store knows a report or a message. Raises Problem."""
    settings = load(config, environ)
    storage, path = settings.storage, store_path(settings.storage)
    checked(file)
    vault = Vault(load_key(Path(storage.key_file), storage.key, create=False))
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".restore-", dir=path.parent) as folder:
        trial = Path(folder) / "store.db"
        put_back(file, trial)
        open_store(f"sqlite:///{trial}", vault, create=False).shut()
    if path.exists() and not force:
        store = open_store(storage.url, vault, create=False)
        try:
            used = bool(store.reports.page(None, "", 1) or store.quarantine.newest())
        finally:
            store.shut()
        if used:
            raise Problem(str(path), "the store there is not empty", "give --force: it is moved aside, not lost")
    return put_back(file, path)
