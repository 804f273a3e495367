"""Write what says what we stand on: both lock files, the bill of materials, the third-party notices. `make lock`.

requirements.lock is what running and the demo need, requirements-dev.lock everything. `uv` resolves for every platform
at once and notes hashes; no index address gets into the files. What is then pinned and not yet here is installed, for
licences and contents are read from the packages themselves. With the same pins everything comes out the same.

Exit 0; uv's or pip's code where they fail; 1 where a licence is unknown or not allowed, or a wheel was not looked
through: a line for each says what to do.
"""

import subprocess
import sys
import tomllib

from packaging.markers import Marker

from bill import BILL, bill, missing
from bundled import bundles, forbidden, unreviewed
from licences import installed, is_allowed, licence
from notices import NOTICES, notices
from pins import EVERYTHING, ROOT, RUNNING, Pin, pins

COMMON = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
COMMON += ["--no-header", "--quiet"]


def main() -> int:
    """Resolve, install what is new, check, write."""
    for extra, path in (("demo", RUNNING), ("dev", EVERYTHING)):
        command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "-o", path.name]
        command += ["--extra", extra, "--extra", "build", *COMMON]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    every = pins(EVERYTHING.read_text(encoding="utf-8"))
    if not all(_is_here(pin) for pin in every):
        command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        command += ["--require-hashes", "--no-deps", "-r", EVERYTHING.name]
        done = subprocess.run(command, cwd=ROOT, check=False)
        if done.returncode:
            return done.returncode
    running = pins(RUNNING.read_text(encoding="utf-8"))
    wrong = troubles(running, every)
    for line in wrong:
        print(f"lock: {line}", file=sys.stderr)
    if wrong:
        return 1
    BILL.write_text(bill(running, bundles()), encoding="utf-8")
    NOTICES.write_text(notices(running, bundles()), encoding="utf-8")
    return 0


def troubles(running: tuple[Pin, ...], every: tuple[Pin, ...]) -> list[str]:
    """What must be put right by a person before this may be what we stand on; a line each."""
    lines = []
    for pin in {pin.name: pin for pin in (*running, *every)}.values():
        found = licence(pin.name)
        if found.trouble:
            lines.append(found.trouble)
        elif not is_allowed(found.expression):
            lines.append(
                f"{pin.name}: is under {found.expression}, which is not allowed; use another package, or, where the "
                "licence is as free as MIT, add it to ALLOWED in deploy/licences.py"
            )
    known = bundles()
    lines += unreviewed(running, known)
    lines += [line for bundle in known.values() for line in forbidden(bundle)]
    return lines + missing(running, left_out())


def left_out() -> list[str]:
    """The packages that others ask for and that are not pinned, on purpose."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[str] = project["tool"]["uv"]["exclude-dependencies"]
    return found


def _is_here(pin: Pin) -> bool:
    package = installed(pin.name)
    if package is None:
        return bool(pin.marker) and not Marker(pin.marker).evaluate()
    return package.version == pin.version


if __name__ == "__main__":
    raise SystemExit(main())
