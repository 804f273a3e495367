"""Which rules are in force stands in the audit log: when they change, and only then."""

import hashlib
import json
from pathlib import Path

from gateway.service.rule_changes import note_changes
from gateway.service.wiring import open_house, read_anew
from gateway.storage.audit_protocols import AuditFilter


def test_each_changed_file_is_noted_once_with_its_digests(tmp_path: Path) -> None:
    config, staff = tmp_path / "config", tmp_path / "staff.csv"
    config.mkdir()
    staff.write_text("李晓,lx@platform.example\n", "utf-8")
    settings, policy = config / "gateway.toml", config / "policy.toml"
    settings.write_text(
        f'[storage]\nurl = "sqlite:///{tmp_path}/s.db"\nkey_file = "{tmp_path}/key"\n'
        f'[upstream]\nhost = "localhost"\nport = 25\n[organization]\nstaff = "{staff}"\n',
        "utf-8",
    )
    policy.write_text('[[rule]]\nname = "all"\naction = "quarantine"\n', "utf-8")
    with open_house(config, {}, new_store=True) as house:
        first = house.policy.digest

        def changed() -> dict[str, tuple[str, str]]:
            """By file: before and after."""
            known = house.store.audit.head()[0]
            note_changes(house, config, "inspector")
            found = {}
            for entry in house.store.audit.find(AuditFilter(events=("rules_changed",))):
                if entry.seq > known:
                    detail = json.loads(entry.detail)
                    assert (entry.actor, detail["process"]) == ("service", "inspector")
                    found[entry.subject] = (detail["before"], detail["after"])
            return found

        digest = hashlib.sha256(settings.read_bytes()).hexdigest()
        noted = changed()
        assert noted["policy.toml"] == ("", first)
        assert noted["gateway.toml"] == ("", digest)
        assert set(noted) == {"policy.toml", "gateway.toml", "organization.staff"}
        assert changed() == {}
        policy.write_text('[[rule]]\nname = "all"\naction = "reject"\n', "utf-8")
        house.take(read_anew(config, {}))
        assert changed() == {"policy.toml": (first, house.policy.digest)}
        staff.write_text("文静,wj@platform.example\n", "utf-8")
        assert set(changed()) == {"organization.staff"}
        staff.unlink()
        assert changed()["organization.staff"][1] == ""
        assert "wj@platform" not in "".join(entry.detail for entry in house.store.audit.entries())
    staff.write_text("李晓,lx@platform.example\n", "utf-8")
    with open_house(config, {}) as house:  # the same rules after a start, and the staff of before
        assert note_changes(house, config, "inspector") == 1
        assert note_changes(house, config, "inspector") == 0
