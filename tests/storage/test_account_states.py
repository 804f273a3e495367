"""Accounts as a state machine: in whatever order, an admin is left, and sessions end when they must."""

import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from gateway.model.roles import ROLES, Role
from gateway.storage.engine import open_store
from gateway.storage.protocols import Person
from gateway.vault.vault import Vault

NAMES = ("mei", "li", "wu")
NOW = datetime.now(UTC)
SOON = NOW + timedelta(days=1)
names, roles = st.sampled_from(NAMES), st.sampled_from(ROLES)


class Accounts(RuleBasedStateMachine):
    """The store beside a model of it: `known` has role, whether it is locked, its password, and its link."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.mkdtemp()
        self.store = open_store(f"sqlite:///{self.folder}/s.db", Vault(b"k" * 32))
        self.people = self.store.people
        self.known: dict[str, dict[str, str]] = {}
        self.sessions: dict[str, str] = {}
        self.links: dict[str, str] = {}
        self.number = 0

    def teardown(self) -> None:
        self.store.shut()
        shutil.rmtree(Path(self.folder))

    def fresh(self) -> str:
        self.number += 1
        return f"token {self.number}"

    def gets_in(self, name: str) -> bool:
        one = self.known[name]
        return one["role"] == "admin" and one["state"] == "active" and bool(one["password"] or name in self.links)

    def is_last(self, name: str) -> bool:
        one = self.known[name]
        if one["role"] != "admin" or one["state"] != "active":
            return False
        return not any(self.gets_in(other) for other in self.known if other != name)

    @initialize()
    def first(self) -> None:
        self.people.issue_setup("first", SOON)
        assert self.people.set_up("first", Person("mei", "admin", "p"), NOW)
        self.known["mei"] = {"role": "admin", "state": "active", "password": "p"}

    @rule(name=names, role=roles)
    def invite(self, name: str, role: Role) -> None:
        token = self.fresh()
        outcome = self.people.invite(name, role, token, SOON, "cli:x")
        assert outcome == ("taken" if name in self.known else "done")
        if outcome == "done":
            self.known[name] = {"role": role, "state": "active", "password": ""}
            self.links[name] = token

    @rule(name=names)
    def accept(self, name: str) -> None:
        password = self.fresh()
        token = self.links.get(name, "nothing")
        opened = self.people.accept(token, password, NOW)
        good = name in self.links and self.known[name]["state"] == "active"
        assert opened == (name if good else None)
        if good:
            self.known[name]["password"] = password
            self.links.pop(name)
            self.end(name)

    @precondition(lambda self: self.known)
    @rule(name=names, role=roles)
    def set_role(self, name: str, role: Role) -> None:
        outcome = self.people.set_role(name, role, "cli:x")
        if name not in self.known:
            assert outcome == "missing"
        elif role != "admin" and self.is_last(name):
            assert outcome == "last_admin"
        else:
            assert outcome == "done"
            self.known[name]["role"] = role

    @rule(name=names)
    def disable(self, name: str) -> None:
        outcome = self.people.disable(name, "cli:x")
        if name not in self.known:
            assert outcome == "missing"
        elif self.is_last(name):
            assert outcome == "last_admin"
        else:
            assert outcome == "done"
            self.known[name]["state"] = "disabled"
            self.links.pop(name, None)
            self.end(name)

    @rule(name=names)
    def enable(self, name: str) -> None:
        assert self.people.enable(name, "cli:x") == ("done" if name in self.known else "missing")
        if name in self.known:
            self.known[name]["state"] = "active"

    @rule(name=names)
    def reset(self, name: str) -> None:
        token = self.fresh()
        assert self.people.reset(name, token, SOON, "cli:x") == ("done" if name in self.known else "missing")
        if name in self.known:
            self.known[name]["password"] = ""
            self.links[name] = token
            self.end(name)

    @rule(name=names)
    def sign_in(self, name: str) -> None:
        if name in self.known and self.known[name]["state"] == "active":
            token = self.fresh()
            self.people.open_session(token, name, SOON)
            self.sessions[token] = name

    @rule(name=names)
    def change_password(self, name: str) -> None:
        new = self.fresh()
        old = self.known.get(name, {}).get("password", "")
        kept = next((token for token, of in self.sessions.items() if of == name), "")
        if old:
            assert self.people.change_password(name, old, new, kept)
            self.known[name]["password"] = new
            self.sessions = {token: of for token, of in self.sessions.items() if of != name or token == kept}
        assert not self.people.change_password(name, "another", new, "")

    @rule(name=names)
    def sign_out_everywhere(self, name: str) -> None:
        there = sum(of == name for of in self.sessions.values())
        assert self.people.end_sessions(name, "cli:x") == there
        self.end(name)

    def end(self, name: str) -> None:
        self.sessions = {token: of for token, of in self.sessions.items() if of != name}

    @invariant()
    def the_store_is_as_the_model(self) -> None:
        found = {one.name: one for one in self.people.all()}
        assert {name: (one.role, one.state, one.has_password) for name, one in found.items()} == {
            name: (one["role"], one["state"], bool(one["password"])) for name, one in self.known.items()
        }
        assert {name for name, one in found.items() if one.link_until} == set(self.links)
        for token, name in self.sessions.items():
            person = self.people.session(token, NOW)
            assert person is not None
            assert (person.name, person.role) == (name, self.known[name]["role"])

    @invariant()
    def somebody_can_keep_accounts(self) -> None:
        assert not self.known or any(one["role"] == "admin" and one["state"] == "active" for one in self.known.values())


TestAccounts = Accounts.TestCase
TestAccounts.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
