"""What `hushgate doctor` looks at: each thing that an installation needs, whether it is so, and what to do where not.

The real path is tried: upstream is greeted, the store is written to, a reader reads a picture. `failed` is what stops
mail or protects nobody; `warning` is what a person should know. Of reports there are counts, and nothing else.

In: the configuration folder and the environment. Out: `Diagnosis`, one after the other. Nothing is raised.
"""

import asyncio
import contextlib
import http.client
import io
import shutil
import ssl
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from cryptography import x509
from PIL import Image, ImageDraw

from gateway.errors import HushgateError
from gateway.intake.protected import protection_of
from gateway.model.held_query import HeldQuery
from gateway.policy import policy_gaps, watching_notes
from gateway.sandbox.jail import LAYERS
from gateway.sandbox.pool import probed
from gateway.service.audit_anchor import set_back
from gateway.service.checking import check
from gateway.service.links import console_address
from gateway.service.rules import POLICY_FILE
from gateway.service.upstream import hostname_of, server_of
from gateway.service.wiring import Application, open_house
from gateway.settings.checks import is_loopback
from gateway.settings.settings import store_path
from gateway.smtp.client import Unreachable, Upstream
from gateway.storage.audit_protocols import AuditFilter

State = Literal["ok", "warning", "failed"]
_GIGABYTE = 1 << 30
_LEAST_FREE, _FEW_FREE = _GIGABYTE // 4, 2 * _GIGABYTE
_SOON = timedelta(days=21)
_UPSTREAM_SECONDS, _PAGE_SECONDS = 15.0, 5.0
_MOST_REPORTS = 5_000
_WORD = "HUSHGATE 4711"
_DRILL_AGE = timedelta(days=7)
_MARK = "warning: "


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that was looked at. `remedy`: what is wrong and what to do; empty where all is well. It names files,
    settings and counts, and nothing of a reporter."""

    check: str
    state: State
    remedy: str = ""


def diagnoses(config: Path, environ: Mapping[str, str]) -> Iterator[Diagnosis]:
    """Each as soon as it is known. What needs a configuration that is right is left out where it is not."""
    problems, notes = check(config, environ)
    if problems:
        yield Diagnosis("configuration", "failed", "; ".join(map(str, problems)))
        return
    warned = [note.removeprefix(_MARK) for note in notes if note.startswith(_MARK)]
    yield Diagnosis("configuration", "warning" if warned else "ok", "; ".join(warned))
    try:
        with open_house(config, environ) as house:
            yield Diagnosis("key", "ok")
            for name, look in _CHECKS:
                yield _tried(name, look, house)
            yield _tried("rules", lambda house: _rules(house, config), house)
    except HushgateError as error:
        yield Diagnosis("store", "failed", str(error))


def _tried(name: str, look: Callable[[Application], Diagnosis], house: Application) -> Diagnosis:
    """A fault of a check is one of the thing that it looks at."""
    try:
        return look(house)
    except HushgateError as error:
        return Diagnosis(name, "failed", str(error))
    except Exception as error:  # its text may quote anything
        return Diagnosis(name, "failed", f"could not be looked at ({type(error).__name__})")


def _store(house: Application) -> Diagnosis:
    house.store.ping()
    return Diagnosis("store", "ok")


def _disk(house: Application) -> Diagnosis:
    folder = store_path(house.settings.storage).parent
    free = shutil.disk_usage(folder).free
    said = f"{folder}: {free / _GIGABYTE:.1f} GB free; make room, or shorten [retention]"
    state: State = "failed" if free < _LEAST_FREE else "warning" if free < _FEW_FREE else "ok"
    return Diagnosis("disk", state, said if state != "ok" else "")


def _log(house: Application) -> Diagnosis:
    _, _, good = house.store.audit.head()
    wrong = set_back(house) or ("" if good else "the end of the audit log is not the one that was written")
    remedy = f"{wrong}; see `hushgate audit verify`; `hushgate restore` says in the log that a backup was put back"
    return Diagnosis("audit", "failed" if wrong else "ok", remedy if wrong else "")


def _clock(house: Application) -> Diagnosis:
    newest = next(iter(house.store.audit.find(AuditFilter(), most=1)), None)
    if newest is None or datetime.fromisoformat(newest.at) <= datetime.now(UTC) + timedelta(minutes=5):
        return Diagnosis("clock", "ok")
    return Diagnosis("clock", "failed", f"the log has an entry of {newest.at}, which is to come; set the clock")


def _upstream(house: Application) -> Diagnosis:
    wanted = house.settings.upstream
    place = f"upstream {wanted.host}:{wanted.port}"

    async def greeted() -> None:
        async with asyncio.timeout(_UPSTREAM_SECONDS):
            upstream = await Upstream.connect(server_of(house.settings), hostname_of(house.settings))
            upstream.close()

    try:
        asyncio.run(greeted())
    except Unreachable as error:
        said = {"connect": "cannot be reached", "tls": "does not agree on TLS", "greeting": "does not greet"}
        return Diagnosis("upstream", "failed", f"{place} {said[error.stage]}; see [upstream]")
    except (TimeoutError, OSError):
        return Diagnosis("upstream", "failed", f"{place} does not answer in {_UPSTREAM_SECONDS:.0f} s; see [upstream]")
    if wanted.tls == "none" and not is_loopback(wanted.host):
        remedy = f'{place} is spoken to without TLS: set tls = "starttls" where it offers that'
        return Diagnosis("upstream", "warning", remedy)
    return Diagnosis("upstream", "ok")


def _certificates(house: Application) -> Diagnosis:
    wrong, state, now = list[str](), "ok", datetime.now(UTC)
    settings = house.settings
    for key, file in (
        ("smtp.certificate", settings.smtp.certificate),
        ("console.certificate", settings.console.certificate),
    ):
        if not file:
            continue
        try:
            until = x509.load_pem_x509_certificate(Path(file).read_bytes()).not_valid_after_utc
        except (OSError, ValueError):
            wrong.append(f"{key}: cannot be read")
            state = "failed"
            continue
        if until - now < _SOON:
            wrong.append(f"{key}: holds until {until:%Y-%m-%d}; renew it")
            state = "failed" if until <= now or state == "failed" else "warning"
    return Diagnosis("certificates", state, "; ".join(wrong))  # type: ignore[arg-type]  # one of the three


def _readers(house: Application) -> Diagnosis:
    holding = probed()
    if holding is None:
        return Diagnosis("readers", "failed", "no reader can be started on this system; all mail is answered with 451")
    reading = house.reader(most=1).read_file(_picture(), "doctor.png")
    shown = "".join(fragment.text for fragment in reading.texts)
    if "4711" not in shown:
        return Diagnosis("readers", "failed", "a picture with words was not read (OCR); install anew")
    missing = [layer for layer in LAYERS if layer not in holding]
    if missing:
        remedy = f"readers are jailed without {', '.join(missing)}, which this system lacks; see docs/security.md"
        return Diagnosis("readers", "warning", remedy)
    return Diagnosis("readers", "ok")


def _picture() -> bytes:
    picture = Image.new("RGB", (640, 160), "white")
    ImageDraw.Draw(picture).text((40, 50), _WORD, "black", font_size=48)
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


def _reports(house: Application) -> Diagnosis:
    """The newest by id; what an installation with more of them has, the console's list says."""
    looked = nobody = 0
    after, reports = "", house.store.reports
    while looked < _MOST_REPORTS and (page := reports.page("open", after, 200)):
        after = page[-1].id
        whole = [report for one in page if (report := reports.get(one.id)) is not None]
        nobody += sum(protection_of(report).is_nobody for report in whole)
        looked += len(page)
    unresolved = len(reports.unresolved(most=_MOST_REPORTS))
    wrong = []
    if not looked:
        wrong.append("there is no open report, so nothing is protected: hushgate reports import")
    if nobody:
        wrong.append(f"{nobody} report(s) protect nobody: hushgate reports list --unprotected")
    if unresolved:
        wrong.append(f"{unresolved} report(s) have no address of whom they are about: hushgate parties import")
    return Diagnosis("reports", "warning" if wrong else "ok", "; ".join(wrong))


def _rules(house: Application, config: Path) -> Diagnosis:
    watching = list(watching_notes(house.policy))
    path = config / POLICY_FILE
    gaps = [str(gap) for gap in policy_gaps(path)] if path.exists() else []
    return Diagnosis("rules", "warning" if watching or gaps else "ok", "; ".join((*watching, *gaps)))


def _service(house: Application) -> Diagnosis:
    address = urlsplit(console_address(house))
    try:
        with contextlib.closing(_connection(address)) as page:
            page.request("GET", "/readyz")
            status = page.getresponse().status
    except (OSError, http.client.HTTPException):
        return Diagnosis("service", "warning", "no service answers here: hushgate serve")
    if status != 200:
        return Diagnosis("service", "failed", "the service says that it takes no mail now; GET /readyz says why")
    return Diagnosis("service", "ok")


def _connection(address: SplitResult) -> http.client.HTTPConnection:
    """To the console. Its certificate may be of an authority that only reviewers' browsers know; nothing is told to it,
    and of its answer only the status is used."""
    host = address.hostname or ""
    if address.scheme != "https":
        return http.client.HTTPConnection(host, address.port, timeout=_PAGE_SECONDS)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return http.client.HTTPSConnection(host, address.port, timeout=_PAGE_SECONDS, context=context)


def _queue(house: Application) -> Diagnosis:
    page = house.store.quarantine.page(HeldQuery(("held",), most=1))
    target = timedelta(minutes=house.settings.review.target_minutes)
    late = [row for row in page.rows if datetime.now(UTC) - row.summary.received_at > target]
    remedy = "messages wait for longer than review.target_minutes: see the console's queue"
    return Diagnosis("queue", "warning" if late else "ok", remedy if late else "")


def _accounts(house: Application) -> Diagnosis:
    if house.store.people.any():
        return Diagnosis("accounts", "ok")
    return Diagnosis("accounts", "warning", "nobody can sign in to decide on held mail: hushgate users add")


def _drill(house: Application) -> Diagnosis:
    last = house.store.drills.last()
    if last is None or datetime.now(UTC) - last.at > _DRILL_AGE:
        return Diagnosis("drill", "warning", "no drill was run within a week: hushgate drill, from cron")
    if not last.good:
        return Diagnosis("drill", "failed", "the last drill was not stopped, or a clean mail was: hushgate drill")
    return Diagnosis("drill", "ok")


_CHECKS: Iterable[tuple[str, Callable[[Application], Diagnosis]]] = (
    ("store", _store),
    ("disk", _disk),
    ("audit", _log),
    ("clock", _clock),
    ("upstream", _upstream),
    ("certificates", _certificates),
    ("readers", _readers),
    ("service", _service),
    ("accounts", _accounts),
    ("reports", _reports),
    ("queue", _queue),
    ("drill", _drill),
)
