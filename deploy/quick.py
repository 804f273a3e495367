"""The tests of what was changed, in under a minute: no browser, no real peers, no installation, nothing slow.

    python deploy/quick.py            the rooms changed since main, and the rules of the house
    python deploy/quick.py tests/text what is named

A room is tested where one of its files, or of its tests, differs from where this branch left main, or is new. What has
to be run before anything lands is `make test`.
"""

import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[1]
LEFT_OUT = "not (slow or browser or peers)"
ALWAYS = ("tests/house/test_rooms.py",)


def rooms(changed: Iterable[str]) -> list[str]:
    """The folders of tests that belong to changed files, each once; those of a whole that has no tests of its own are
    left out.

    >>> rooms(["gateway/text/han.py", "tests/policy/test_lint.py", "README.md"])
    ['tests/policy', 'tests/text']
    """
    found = set()
    for name in changed:
        head, _, rest = name.partition("/")
        if head not in ("gateway", "tests") or "/" not in rest:
            continue
        folder = Path("tests", rest).parent
        while not (ROOT / folder).is_dir() and folder != Path("tests"):
            folder = folder.parent
        if folder not in (Path("tests"), Path("tests/world")):
            found.add(str(folder))
    return sorted(one for one in found if not any(one.startswith(f"{other}/") for other in found))


def _lines(*words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.splitlines() if done.returncode == 0 else []


def _changed() -> list[str]:
    left = _lines("merge-base", "HEAD", "main") or _lines("rev-parse", "HEAD")
    return [*_lines("diff", "--name-only", left[0]), *_lines("ls-files", "--others", "--exclude-standard")]


def main(named: list[str]) -> int:
    """The exit code of the run."""
    wanted = named or rooms(_changed())
    print("quick:", ", ".join(wanted) or "nothing of a room was changed", flush=True)
    began = time.monotonic()
    command = [sys.executable, "-m", "pytest", "-q", "-n", "2", "-m", LEFT_OUT, *wanted, *ALWAYS]
    code = subprocess.run(command, cwd=ROOT, check=False).returncode
    print(f"quick: {time.monotonic() - began:.0f} s; `make test` runs the rest")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
