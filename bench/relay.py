"""Clean mail through Hushgate, beside a bare aiosmtpd-to-aiosmtplib forwarder, Postfix's before-queue proxy and Haraka.

    .venv/bin/python bench/relay.py [--quick] [--rounds N] [--seconds S] [--sizes 2048,51200,1048576]
        [--to inside|outside] [--mail plain|attached] [--connections 1,10,50] [--modes keep,fresh,paced]
        [--servers direct,bare,hushgate,hushgate2,postfix,…]

One client and one sink for all (C, `bench/forwarders/`), all servers up at once, every cell of every round in another
order. Ratios are medians of the rounds' own ratios, so that other work on the machine mostly cancels. `keep` sends
many messages on a connection, `fresh` one on each; `paced` offers a fixed rate well below what any of them can do and
shows what they add to the latency of going straight to the sink. CPU is that of all processes of a server.
With `--mail attached` each mail has a text, a logo and a small document, about 50 KB together, whatever `--sizes` says.
Needs a C compiler; Postfix, and node with npm for Haraka: what is missing is left out, and named.
"""

import argparse
import contextlib
import json
import os
import platform
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from forwarders import processes, servers
from forwarders.servers import Forwarder

SENDER = "kefu07@platform.example"
RECIPIENT = {"inside": "colleague@platform.example", "outside": "fan@nobody-reported.example"}
"""Mail that stays inside needs no inspection; to somebody outside whom no report knows it is looked at for content."""
PACE = {2048: 200.0, 51200: 50.0, 1048576: 8.0}
"""Messages a second in mode `paced`, by size."""
NEEDS = {"postfix": "/usr/sbin/postfix", "postfix_speed": "/usr/sbin/postfix", "haraka": "npm"}
GOALS = {2048: (3, 2.5, 0.40), 51200: (8, 6, 0.17), 1048576: (12, 9, 0.10)}
"""By size: throughput in times of `bare`, the least that is acceptable, CPU a message as a share of bare's."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One way of sending."""

    size: int
    mode: str
    connections: int

    def __str__(self) -> str:
        return f"{self.size} {self.mode} {self.connections}"


@dataclass(frozen=True, slots=True)
class Run:
    """One server in one cell of one round; times in ms."""

    rate: float
    cpu: float
    p50: float
    p99: float
    silence: float
    trouble: int


ATTACHED: list[str] = []
"""The file of the mail that is sent, where it is one."""


def attached(folder: Path, recipient: str) -> Path:
    """A mail of about 50 KB as a desk sends it: a text, a logo, a document."""
    from gateway.demo.drawing import avatar, png
    from gateway.demo.letter import docx

    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = SENDER, recipient, "关于您的订单"
    message["Message-ID"] = "<20260102.1@platform.example>"
    message.set_content("您好！您的退款已经处理，款项将在三个工作日内退回原支付账户，请留意。\n\n" * 30)
    message.add_attachment(png(avatar(3, 600)), maintype="image", subtype="png", filename="logo.png")
    office = docx([f"第{number}条 本说明适用于平台的退款流程，编号 {number * 7919}。" for number in range(120)], "客服")
    kind = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    message.add_attachment(office, maintype="application", subtype=kind, filename="退款说明.docx")
    path = folder / "attached.eml"
    path.write_bytes(message.as_bytes(policy=message.policy.clone(linesep="\r\n")))
    return path


def client(binary: Path, server: Forwarder, cell: Cell, count: int, pace: float, recipient: str) -> dict[str, float]:
    """Run the client; its line."""
    words = [server.port, cell.size, count, cell.connections, "fresh" if cell.mode == "fresh" else "keep", pace]
    command = [str(binary), "127.0.0.1", *map(str, words), SENDER, recipient, *ATTACHED]
    found: dict[str, float] = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return found


def measured(binary: Path, sink: int, server: Forwarder, cell: Cell, seconds: float, recipient: str) -> Run:
    """One run of about so many seconds, after a short one that says how many messages that are."""
    pace = PACE.get(cell.size, 50.0) if cell.mode == "paced" else 0.0
    few = cell.connections * (3 if cell.size > 500_000 else 10)
    first = client(binary, server, cell, few, 0, recipient)
    count = max(few, int(seconds * (pace or first["sent"] / first["seconds"])))
    before, used = servers.counted(sink)[0], processes.cpu_seconds(server.root) if server.root else 0.0
    line = client(binary, server, cell, count, pace, recipient)
    if server.root:
        used = processes.cpu_seconds(server.root) - used
    lost = before + line["sent"] - servers.counted(sink)[0]
    trouble = int(line["failed"] + line["refused"] + max(0, lost))
    return Run(
        line["sent"] / line["seconds"],
        used / max(1.0, line["sent"]) * 1000,
        line["p50"],
        line["p99"],
        line["worst"],
        trouble,
    )


class Figures:
    """What was seen, by cell and server, a run for each round."""

    def __init__(self, names: list[str]) -> None:
        self.names = names
        self.runs: defaultdict[Cell, dict[str, list[Run]]] = defaultdict(lambda: defaultdict(list))

    def ratio(self, cell: Cell, name: str, other: str, of: Callable[[Run], float]) -> float:
        """The median over the rounds of one server's figure over another's in the same round."""
        pairs = zip(self.runs[cell][name], self.runs[cell][other], strict=True)
        return statistics.median(of(one) / of(two) if of(two) else 0.0 for one, two in pairs)

    def added(self, cell: Cell, name: str, of: Callable[[Run], float]) -> float:
        """The median over the rounds of what a server adds to going straight to the sink."""
        pairs = zip(self.runs[cell][name], self.runs[cell]["direct"], strict=True)
        return statistics.median(of(one) - of(two) for one, two in pairs)

    def middle(self, cell: Cell, name: str, of: Callable[[Run], float]) -> float:
        """The median over the rounds."""
        return statistics.median(of(run) for run in self.runs[cell][name])

    def table(self, title: str, entry: Callable[[Cell, str], str], cells: list[Cell]) -> None:
        """A Markdown table with a row for each cell."""
        if not cells:
            return
        print(f"\n**{title}**\n\n| size, mode, connections | {' | '.join(self.names)} |")
        print("| --- |" + " --- |" * len(self.names))
        for cell in cells:
            print(f"| {cell} | {' | '.join(entry(cell, name) for name in self.names)} |", flush=True)

    def show(self) -> None:
        """All tables."""
        closed = [cell for cell in self.runs if cell.mode != "paced"]
        paced = [cell for cell in self.runs if cell.mode == "paced"]

        def rate(cell: Cell, name: str) -> str:
            times = f" x{self.ratio(cell, name, 'bare', lambda run: run.rate):.2f}" if "bare" in self.names else ""
            return f"{self.middle(cell, name, lambda run: run.rate):.0f}{times}"

        def cpu(cell: Cell, name: str) -> str:
            if name == "direct":
                return "–"
            share = f" ({self.ratio(cell, name, 'bare', lambda run: run.cpu):.2f})" if "bare" in self.names else ""
            return f"{self.middle(cell, name, lambda run: run.cpu):.2f}{share}"

        def latency(cell: Cell, name: str) -> str:
            p50, p99 = (self.middle(cell, name, of) for of in (lambda run: run.p50, lambda run: run.p99))
            return f"{p50:.1f} / {p99:.1f}"

        def added(cell: Cell, name: str) -> str:
            p50, p99 = (self.added(cell, name, of) for of in (lambda run: run.p50, lambda run: run.p99))
            return f"{p50:.2f} / {p99:.2f}"

        def trouble(cell: Cell, name: str) -> str:
            runs = self.runs[cell][name]
            return f"{sum(run.trouble for run in runs)} / {max(run.silence for run in runs):.0f}"

        self.table("messages a second, x ratio to bare", rate, closed)
        self.table("CPU, ms a message (share of bare's)", cpu, [*closed, *paced])
        self.table("latency of a message, p50 / p99 in ms, closed loop", latency, closed)
        if "direct" in self.names:
            self.table("paced: latency added to direct, p50 / p99 in ms", added, paced)
        self.table("failed, refused or lost / longest silence in ms", trouble, [*closed, *paced])

    def goals(self) -> None:
        """The claims of the documentation, with what this run says of them."""
        if not {"bare", "hushgate"} <= set(self.names):
            return
        print("\n**goals** (10 connections, many messages each)\n")
        for size, (goal, least, share) in GOALS.items():
            cell = Cell(size, "keep", 10)
            if cell not in self.runs:
                continue
            names = [name for name in ("hushgate", "hushgate2") if name in self.names]
            for name in names:
                times = self.ratio(cell, name, "bare", lambda run: run.rate)
                cpu = self.ratio(cell, name, "bare", lambda run: run.cpu)
                line = f"- {size} {name}: {times:.2f} times bare (goal {goal}, never under {least})"
                line += f"; CPU {cpu:.2f} of bare's (goal {share})"
                if "postfix" in self.names:
                    proxy = self.ratio(cell, name, "postfix", lambda run: run.rate)
                    line += f"; {proxy:.2f} times Postfix's proxy (goal 1.1)"
                print(line)


@contextlib.contextmanager
def started(names: list[str], folder: Path, sink: int) -> Iterator[list[Forwarder]]:
    """All servers at once."""
    with contextlib.ExitStack() as stack:
        made = []
        for name in names:
            place = folder / name
            if not name.startswith("hushgate"):
                place.mkdir()
            one = stack.enter_context(servers.ALL[name](sink, place))
            made.append(Forwarder(name, one.port, one.root, one.relays))
        yield made


def chosen() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="one round, 10 connections, a second a cell")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one run")
    parser.add_argument("--to", choices=list(RECIPIENT), default="inside", help="who gets the mail")
    parser.add_argument("--mail", choices=["plain", "attached"], default="plain", help="what is sent")
    parser.add_argument("--sizes", default="2048,51200,1048576")
    parser.add_argument("--connections", default="1,10,50")
    parser.add_argument("--modes", default="keep,fresh,paced")
    parser.add_argument("--servers", default="direct,bare,hushgate,hushgate2,postfix,postfix_speed,haraka")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.seconds, options.connections = 1, 1.0, "10"
    return options


def main() -> None:
    """Measure and print."""
    options = chosen()
    names = options.servers.split(",")
    for name in [name for name in names if name in NEEDS and shutil.which(NEEDS[name]) is None]:
        print(f"bench: {name} is left out, {NEEDS[name]} is not installed", file=sys.stderr)
        names.remove(name)
    cells = [
        Cell(int(size), mode, int(connections))
        for mode in options.modes.split(",")
        for size in options.sizes.split(",")
        for connections in (["10"] if mode == "paced" else options.connections.split(","))
        if not (mode == "fresh" and int(size) > 500_000)
    ]
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}, {options.rounds} rounds")
    print(f"load average at the start {os.getloadavg()[0]:.2f}")
    figures = Figures(names)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        binary = servers.built("client", folder)
        if options.mail == "attached":
            mail = attached(folder, RECIPIENT[options.to])
            ATTACHED.append(str(mail))
            print(f"each mail has {mail.stat().st_size} octets: a text, a logo, a document")
        with servers.sink(folder) as sink, started(names, folder, sink) as all_servers:
            for number in range(options.rounds):
                for cell in random.sample(cells, len(cells)):
                    for server in random.sample(all_servers, len(all_servers)):
                        run = measured(binary, sink, server, cell, options.seconds, RECIPIENT[options.to])
                        figures.runs[cell][server.name].append(run)
                    print(f"round {number + 1}: {cell}", file=sys.stderr)
            figures.runs = defaultdict(figures.runs.default_factory, ((cell, figures.runs[cell]) for cell in cells))
            figures.show()
            figures.goals()
            print("\n**memory at the end, PSS in MB**\n")
            for server in all_servers:
                if server.relays:
                    each = ", ".join(f"{processes.pss_megabytes(pid):.1f}" for pid in server.relays)
                    print(f"- {server.name}: a relay process {each}")
                elif server.root:
                    whole = sum(map(processes.pss_megabytes, processes.family(server.root)))
                    print(f"- {server.name}: {whole:.1f}")
    print(f"\nload average at the end {os.getloadavg()[0]:.2f}")


if __name__ == "__main__":
    main()
