"""How long `hushgate inspect` takes with a service and without: seconds of the clock and of this command's processor.

    python bench/explaining.py [--times 5]

Two mails of text, one that is rewritten and one that is clean; the service is warm. On a machine with other work the
clock says little: compare the ratio.
"""

import argparse
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from conftest import XINGER
from scene import STAFF, Scene, mail

TO = "xinger@streamers.example"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=5)
    times = parser.parse_args().times
    scene = Scene(Path(tempfile.mkdtemp(prefix="inspecting-")))
    scene.import_reports(XINGER)
    mails = {
        "rewritten": mail("您好，举报人张小鸣反映您当晚的直播，电话13800138000。", "关于张小鸣的举报"),
        "clean": mail("您好，请说明当晚情况。"),
    }
    for name, content in mails.items():
        (scene.folder / f"{name}.eml").write_bytes(content)
    alone = {name: measured(scene, name, times) for name in mails}
    scene.start()
    for name in mails:
        measured(scene, name, 1)
    served = {name: measured(scene, name, times) for name in mails}
    scene.close()
    print(f"load {os.getloadavg()[0]:.0f} on {os.cpu_count()} cores; medians of {times}")
    for name in mails:
        (clock, spent), (before, alone_spent) = served[name], alone[name]
        print(
            f"{name}: {clock:.2f} s with a service, {before:.2f} s alone ({clock / before:.2f}); "
            f"processor {spent:.2f} and {alone_spent:.2f} s ({spent / alone_spent:.2f})"
        )


def measured(scene: Scene, name: str, times: int) -> tuple[float, float]:
    """Medians: seconds of the clock, and of the command's processor."""
    clock, spent = [], []
    for _ in range(times):
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        scene.cli("inspect", str(scene.folder / f"{name}.eml"), "--sender", STAFF, "--recipient", TO)
        clock.append(time.monotonic() - started)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        spent.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return statistics.median(clock), statistics.median(spent)


if __name__ == "__main__":
    main()
