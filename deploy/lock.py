"""Write requirements.lock (what running and the demo need) and requirements-dev.lock (everything).

`uv` resolves for every platform at once and notes hashes; no index address gets into the files.
"""

import subprocess
import sys

COMMON = ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-annotate"]
COMMON += ["--no-header", "--quiet"]


def main() -> int:
    """Resolve both extras; the exit code is uv's."""
    for extra, path in (("demo", "requirements.lock"), ("dev", "requirements-dev.lock")):
        command = [
            sys.executable,
            "-m",
            "uv",
            "pip",
            "compile",
            "--extra",
            extra,
            "--extra",
            "build",
            "pyproject.toml",
            "-o",
            path,
        ]
        done = subprocess.run([*command, *COMMON], check=False)
        if done.returncode:
            return done.returncode
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
