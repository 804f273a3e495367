"""`hushgate doctor`: each thing that is wrong is told with its remedy, over real parts; and nothing of a reporter."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.cli.doctor import _CHECKS
from gateway.cli.main import main
from gateway.model import Item, Party, Report
from gateway.service import doctor
from gateway.service.console_server import ConsoleServer, base_url
from gateway.service.doctor import diagnoses
from gateway.service.links import note_address
from gateway.service.wiring import open_house
from scene import OutboxThread
from tls_files import pair


def write(folder: Path, port: int, more: str = "") -> Path:
    config = folder / "config"
    config.mkdir(exist_ok=True)
    (config / "gateway.toml").write_text(
        f'[upstream]\nhost = "127.0.0.1"\nport = {port}\nconnect_seconds = 2\n[storage]\nurl = "sqlite:///var/h.db"\n'
        f'key_file = "var/master.key"\n[organization]\ndomains = ["platform.example"]\n{more}'
    )
    return config


def states(config: Path) -> dict[str, str]:
    found = list(diagnoses(config, {}))
    assert all(bool(one.remedy) == (one.state != "ok") for one in found)
    assert {one.check for one in found} <= _CHECKS.keys()
    return {one.check: one.state for one in found}


def test_an_installation_that_is_well(tmp_path: Path) -> None:
    outbox = OutboxThread()
    config = write(tmp_path, outbox.box.port)
    with open_house(config, {}, new_store=True) as house:
        own = (Item("name", "张小鸣"), Item("phone", "13800138000"))
        reported = (Party("星儿", ("x@streamers.example",)),)
        house.store.reports.put([Report("R-1", "open", "2026-01-01T00:00:00+00:00", reported, own)], "t")
    found = states(config)
    outbox.close()
    assert found.keys() == _CHECKS.keys()
    for check in ("configuration", "key", "store", "audit", "clock", "upstream", "certificates", "reports", "queue"):
        assert found[check] == "ok", check
    assert found["readers"] in ("ok", "warning")  # as far as this system can jail them
    assert (found["service"], found["accounts"], found["drill"]) == ("warning", "warning", "warning")


def test_what_is_wrong_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = write(tmp_path, 9)
    with open_house(config, {}, new_store=True) as house:
        nobody = Report("R-1", "open", "2026-01-01T00:00:00+00:00", (Party("星儿"),), ())
        house.store.reports.put([nobody], "t")
    found = states(config)
    assert (found["upstream"], found["reports"]) == ("failed", "warning")
    assert main(["doctor", "--json", "--config", str(config)]) == 1
    told = {one["check"]: one for one in json.loads(capsys.readouterr().out)}
    assert "1 report(s) protect nobody" in told["reports"]["remedy"]
    assert "no address" in told["reports"]["remedy"]
    assert main(["doctor", "--config", str(config)]) == 1
    assert "故障 FAILED" in capsys.readouterr().out


def test_an_empty_store_protects_nobody(tmp_path: Path) -> None:
    config = write(tmp_path, 9)
    with open_house(config, {}, new_store=True):
        pass
    assert next(one for one in diagnoses(config, {}) if one.check == "reports").remedy.startswith("there is no open")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda config: (config / "gateway.toml").write_text("[upstream\n"),
        lambda config: (config / "gateway.toml").write_text("[upstream]\nprot = 1\n"),
        lambda config: (config / "policy.toml").write_text("[[rule]]\n"),
    ],
)
def test_a_broken_configuration_is_a_failed_check(tmp_path: Path, spoil: "object") -> None:
    config = write(tmp_path, 9)
    spoil(config)  # type: ignore[operator]  # a lambda of the table above
    assert states(config) == {"configuration": "failed"}


def test_a_store_or_a_key_that_is_gone_is_a_failed_check(tmp_path: Path) -> None:
    config = write(tmp_path, 9)
    with open_house(config, {}, new_store=True):
        pass
    key = tmp_path / "var" / "master.key"
    key.chmod(0o644)
    assert states(config)["store"] == "failed"
    key.chmod(0o600)
    key.rename(tmp_path / "away")
    assert states(config)["store"] == "failed"
    (tmp_path / "away").rename(key)
    (tmp_path / "var" / "h.db").unlink()
    assert states(config)["store"] == "failed"


def test_rules_that_only_watch_are_told(tmp_path: Path) -> None:
    config = write(tmp_path, 9)
    (config / "policy.toml").write_text('mode = "monitor"\n')
    with open_house(config, {}, new_store=True):
        pass
    assert states(config)["rules"] == "warning"


@pytest.mark.parametrize(("days", "state"), [(400, "ok"), (5, "warning"), (-1, "failed")])
def test_a_certificate_that_runs_out_is_told(tmp_path: Path, days: int, state: str) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "hushgate.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=30))
        .not_valid_after(now + timedelta(days=days))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "c.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    (tmp_path / "k.pem").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    files = f'certificate = "{tmp_path}/c.pem"\nkey = "{tmp_path}/k.pem"\n'
    config = write(tmp_path, 9, f"[console]\n{files}")
    with open_house(config, {}, new_store=True):
        pass
    found = states(config)
    assert found.get("certificates", found["configuration"]) == state


def test_a_service_whose_certificate_only_its_reviewers_know_is_seen(tmp_path: Path) -> None:
    certificate, key = pair(tmp_path)
    files = f'certificate = "{certificate}"\nkey = "{key}"\n'
    config = write(tmp_path, 9, f'[console]\nlisten = "127.0.0.1:0"\n{files}')
    with open_house(config, {}, new_store=True) as house:
        server = ConsoleServer(house, lambda: (b"", "text/plain"), dict, lambda event: None)
        note_address(house, base_url(house.settings.console, server.address))
        server.start()
        try:
            assert states(config)["service"] == "ok"
        finally:
            server.stop()


def test_a_clock_that_was_set_back_and_a_full_disk_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = write(tmp_path, 9)
    with open_house(config, {}, new_store=True) as house:
        house.store.audit.append("t", "held", "Q-1", {})
    monkeypatch.setattr(doctor, "_FEW_FREE", 1 << 62)

    class Earlier(datetime):
        @classmethod
        def now(cls, tz: object = None) -> "Earlier":
            return cls(2020, 1, 1, tzinfo=UTC)

    monkeypatch.setattr(doctor, "datetime", Earlier)
    found = states(config)
    assert (found["clock"], found["disk"]) == ("failed", "warning")
