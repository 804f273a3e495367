"""The audit log as a bundle that a stranger can check, and as a page that a court can read.

Both stream: memory does not grow with the log. In: the log, the entry that says that it was exported (the newest one
that goes out, with a checkpoint under it), and where to write. Sealed texts stay sealed, so that the chain can be
checked, unless they are to be opened; what was opened stands beside the entry, outside the chain.
"""

import hashlib
import html
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import resources
from typing import IO, Any, TextIO

from gateway.audit import export_words as words
from gateway.audit.sentences import GROUP_NAMES, Language, actor, detail_of, group_of, opened_detail, sentence
from gateway.audit.verify import Verification, verify
from gateway.model.audit_chain import canonical
from gateway.storage.audit_protocols import Audit, AuditEntry, AuditFilter, Checkpoint
from gateway.storage.context import stamp

_MOST_PEOPLE = 100
LOG, VERIFIER, README = "audit.jsonl", "verify.py", "README.txt"


@dataclass(slots=True)
class Survey:
    """What the log is as a whole, and whether it is sound."""

    verification: Verification = field(default_factory=lambda: Verification(0, ""))
    first: AuditEntry | None = None
    signatures: int = 0
    events: Counter[str] = field(default_factory=Counter)
    actors: Counter[str] = field(default_factory=Counter)


def survey(audit: Audit, newest: AuditEntry) -> Survey:
    """Look through the log to this entry: check it, and count."""
    found = Survey()

    def entries_of_log() -> Iterator[AuditEntry]:
        for entry in audit.entries(newest.seq):
            found.first = found.first or entry
            found.events[entry.event] += 1
            found.actors[entry.actor] += 1
            yield entry

    def checkpoints_of_log() -> Iterator[Checkpoint]:
        for checkpoint in _signatures(audit, newest):
            found.signatures += 1
            yield checkpoint

    entries = entries_of_log()
    found.verification = verify(entries, checkpoints=checkpoints_of_log())
    for _ in entries:  # what stands behind the first broken entry is counted too
        pass
    return found


def _signatures(audit: Audit, newest: AuditEntry) -> Iterator[Checkpoint]:
    for checkpoint in audit.checkpoints():
        if checkpoint.seq > newest.seq:
            return
        yield checkpoint


def write_bundle(file: IO[bytes], audit: Audit, newest: AuditEntry, found: Survey, reveal: bool) -> None:
    """A zip of the log, the program that checks it, and what to do with both."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        with bundle.open(_member(LOG, newest), "w", force_zip64=True) as log:
            write_lines(log.write, audit, newest, reveal)
        verifier = resources.files("gateway.audit").joinpath("verify_export.py").read_bytes()
        bundle.writestr(_member(VERIFIER, newest), verifier)
        bundle.writestr(_member(README, newest), _readme(audit, newest, found, reveal, verifier))


def _member(name: str, newest: AuditEntry) -> zipfile.ZipInfo:
    at = datetime.fromisoformat(newest.at)
    member = zipfile.ZipInfo(name, (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second))
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o600 << 16
    return member


def write_lines(write: Callable[[bytes], Any], audit: Audit, newest: AuditEntry, reveal: bool = False) -> None:
    """The log as JSON Lines: the key, each entry and each checkpoint, and a signature under all of it."""
    lines = hashlib.sha256()

    def put(value: Mapping[str, Any]) -> None:
        line = canonical(value).encode("ascii") + b"\n"
        lines.update(line)
        write(line)

    put({"hushgate_audit": 1, "key": audit.public_key()})
    waiting = _signatures(audit, newest)
    checkpoint = next(waiting, None)
    for entry in audit.entries(newest.seq):
        put({**asdict(entry), **({"revealed": _revealed(audit, entry)} if reveal else {})})
        while checkpoint is not None and checkpoint.seq <= entry.seq:
            put({"checkpoint": {name: getattr(checkpoint, name) for name in _SIGNED}})
            checkpoint = next(waiting, None)
    sha256 = lines.hexdigest()
    end = {"seq": newest.seq, "at": newest.at, "digest": newest.digest, "sha256": sha256}
    put({"end": {**end, "signature": audit.sign_export(newest, sha256)}})


_SIGNED = ("seq", "at", "digest", "previous", "signature")


def _revealed(audit: Audit, entry: AuditEntry) -> dict[str, str | int | None]:
    """What was sealed of it, in clear."""
    opened = opened_detail(audit, entry)
    return {key: opened[key] for key, value in detail_of(entry).items() if value is None}


def _readme(audit: Audit, newest: AuditEntry, found: Survey, reveal: bool, verifier: bytes) -> str:
    sealed = words.README_REVEALED if reveal else words.README_SEALED
    return words.README.format(
        key=audit.public_key(),
        count=newest.seq,
        first=found.first.at if found.first else "",
        last=newest.at,
        digest=newest.digest,
        signatures=found.signatures,
        verifier=hashlib.sha256(verifier).hexdigest(),
        sealed_zh=sealed[0],
        sealed_en=sealed[1],
        state_zh=_state(found)[0],
        state_en=_state(found)[1],
    )


def _state(found: Survey) -> tuple[str, str]:
    result = found.verification
    if result.sound:
        return "导出时已核对，未发现问题。", "It was checked when it was exported, and nothing is wrong."
    return (
        f"导出时核对发现：第 {result.broken} 条记录有误（{result.why}）。",
        f"When it was exported, entry {result.broken} was found to be wrong: {result.why}.",
    )


def write_page(
    file: TextIO, audit: Audit, newest: AuditEntry, found: Survey, wanted: AuditFilter, reveal: bool
) -> None:
    """One page in both languages, with nothing from elsewhere, that prints on A4; the entries that are asked for."""
    style = resources.files("gateway.audit").joinpath("page.css").read_text(encoding="utf-8")
    file.write(words.HEAD.substitute(style=style))
    file.write(_summary(audit, newest, found, reveal))
    file.write(words.TABLE)
    shown, about = 0, frozenset(audit.about(wanted.subject)) if wanted.subject else None
    for entry in audit.entries(newest.seq):
        if (about is None or entry.subject in about) and _is_wanted(entry, wanted):
            shown += 1
            file.write(_row(audit, entry, reveal))
    file.write(
        f"</tbody></table>\n<p>以上共列出 {shown} 条，日志共 {newest.seq} 条。"
        f'<span lang="en">Listed above: {shown} of {newest.seq} entries.</span></p>\n</main></body></html>\n'
    )


def _is_wanted(entry: AuditEntry, wanted: AuditFilter) -> bool:
    since, until = (stamp(moment) if moment else "" for moment in (wanted.since, wanted.until))
    return (
        (not wanted.actors or entry.actor in wanted.actors)
        and (not wanted.events or entry.event in wanted.events)
        and entry.at >= since
        and (not until or entry.at < until)
    )


def _row(audit: Audit, entry: AuditEntry, reveal: bool) -> str:
    detail = opened_detail(audit, entry) if reveal else None
    languages: tuple[Language, Language] = ("zh", "en")
    chinese, english = (html.escape(sentence(entry, language, detail)) for language in languages)
    return (
        f'<tr><td>{entry.seq}</td><td>{_time(entry.at)}</td><td>{chinese}<span lang="en">{english}</span></td>'
        f"<td><code>{html.escape(entry.digest[:16])}</code></td></tr>\n"
    )


def _time(at: str) -> str:
    return html.escape(at[:19].replace("T", " "))


def _summary(audit: Audit, newest: AuditEntry, found: Survey, reveal: bool) -> str:
    result, first = found.verification, found.first or newest
    state_zh, state_en = _state(found)
    under = _both(f"最新一个在第 {result.signed} 条", f"the newest is under entry {result.signed}")
    facts = (
        ("记录", "Entries", str(newest.seq)),
        ("首条", "First entry", f"{first.seq} · {_time(first.at)} UTC"),
        ("末条", "Newest entry", f"{newest.seq} · {_time(newest.at)} UTC"),
        ("末条摘要", "Digest of the newest entry", f"<code>{html.escape(newest.digest)}</code>"),
        ("签名", "Signatures", f"{found.signatures} · {under}"),
        ("公钥", "Public key (Ed25519)", f"<code>{audit.public_key()}</code>"),
    )
    rows = "".join(f"<dt>{_both(zh, en)}</dt><dd>{value}</dd>\n" for zh, en, value in facts)
    people = "".join(
        f"<li>{_both(html.escape(actor(name, 'zh')), html.escape(actor(name, 'en')))} <b>{count}</b></li>"
        for name, count in found.actors.most_common(_MOST_PEOPLE)
    )
    proof = "".join(f"<li>{_both(*said)}</li>\n" for said in (*words.PROOF, words.REVEALED if reveal else words.SEALED))
    kinds = "".join(f"<li>{_both(*GROUP_NAMES[group])} <b>{count}</b></li>" for group, count in _by_group(found.events))
    state = _both(html.escape(state_zh), html.escape(state_en))
    return (
        f'<p class="{"sound" if result.sound else "broken"}">{state}</p>\n'
        f"<dl>{rows}</dl>\n<h2>{_both(*words.PROOF_TITLE)}</h2>\n<ul>{proof}</ul>\n"
        f'<h2>人员与事件<span lang="en">People and events</span></h2>\n<ul class="counts">{people}</ul>\n'
        f'<ul class="counts">{kinds}</ul>\n'
    )


def _by_group(events: Counter[str]) -> list[tuple[str, int]]:
    counts = Counter[str]()
    for name, count in events.items():
        counts[group_of(name)] += count
    return counts.most_common()


def _both(chinese: str, english: str) -> str:
    """In Chinese, and in English where that says it otherwise."""
    return chinese if chinese == english else f'{chinese}<span lang="en">{english}</span>'
