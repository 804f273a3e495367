"""What must never be in the repository: index addresses, real people's domains, paths of a machine."""

import re
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout.decode()
    return [ROOT / name for name in names.split("\0") if name]


def test_no_lock_file_names_an_index() -> None:
    for path in ROOT.glob("requirements*.lock"):
        assert not re.search(r"https?://|--index|--find-links", path.read_text()), path.name


def test_every_pinned_package_has_hashes() -> None:
    for path in ROOT.glob("requirements*.lock"):
        pins = re.split(r"\n(?=[a-z0-9])", path.read_text().strip())
        assert len(pins) > 50
        assert all("--hash=sha256:" in pin for pin in pins), path.name


def test_mail_addresses_are_invented() -> None:
    address = re.compile(rb"[A-Za-z0-9._%+-]{2,}@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.(?:com|cn|net|org|gov|io))\b")
    allowed = {b"gmail.com", b"googlemail.com", b"qq.com"}  # providers whose rules we know by name
    found = set()
    for path in tracked():
        if path.suffix in {".py", ".md", ".toml", ".html"}:
            found |= {match.group(1) for match in address.finditer(path.read_bytes())} - allowed
    assert found == set()
