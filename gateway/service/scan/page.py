"""What a scan found as one page to read and print: no script, nothing loaded from elsewhere, nobody's identity.

In: a `ScanResult`. Out: a file that only its owner reads. Raises: OSError.
"""

import html
import os
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from gateway.console.texts import TEXTS
from gateway.errors import Problem
from gateway.model import Action
from gateway.service.private_file import write_private
from gateway.service.scan.scanning import ScanResult

_HEAD = Template("""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="referrer" content="no-referrer">
<title>已发邮件回查 · Look back at sent mail</title>
<style>
$style</style></head><body><main>
<h1>已发邮件回查<span lang="en">Look back at mail that was sent</span></h1>
""")
_ACTIONS: dict[Action, tuple[str, str]] = {
    "pass": ("放行", "passes"),
    "redact": ("改写后发出", "goes out rewritten"),
    "quarantine": ("拦截待审", "is held"),
    "reject": ("拒收", "is refused"),
}
_COLUMNS = (
    ("邮件", "Mail"), ("日期", "Date"), ("收件人", "To"), ("按现行规则", "By the rules of now"), ("举报", "Reports"),
    ("查到的内容", "What was found"),
)  # fmt: skip
_WHY = {
    "is no mail: it begins with no field of one": "不是邮件：开头没有邮件头",
    "is empty": "空文件",
    "is no regular file": "不是普通文件",
    "No such file or directory": "文件不存在",
    "Permission denied": "没有读取权限",
    "was cut short while it was read": "读取时文件变短了",
    "took too long to read": "读取超时",
    "took too long to inspect": "检查超时",
    "took too much memory": "占用内存过多",
    "ended the process that read it": "读取它的进程异常退出",
    "ended the process that inspected it": "检查它的进程异常退出",
    "could not be inspected within the limits of time and memory": "未能在时间和内存限额内完成检查",
}
"""What is said of a file in `failed`, in Chinese. Anything else is the system's own word, or has a number in it."""
_LARGE = ("is larger than smtp.max_size", "超过 smtp.max_size 的上限")
_NOTE = (
    "按生成本页时的规则与举报判断；邮件发出时，有关举报可能尚未立案。举报人的身份信息已遮盖（███），未发送、未留存任何邮件。"
    "收件人取自邮件自身的字段，未必是当时实际投递的全部地址。",
    "Judged by the rules and reports that held when this page was made; when a mail was sent, the report may not have "
    "been there. What identifies a reporter is covered (███). Nothing was sent or stored. Recipients are those that "
    "the mail itself names, which need not be all whom it went to.",
)


def check_place(path: Path) -> None:
    """Raises: Problem where no page can be written."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK | os.X_OK):
        raise Problem(str(path), "cannot be written", "name a file in a folder that is there and that you may write to")


def write_page(path: Path, result: ScanResult, now: datetime | None = None) -> None:
    """In place of what was there, readable by its owner alone."""
    write_private(path, page_of(result, now or datetime.now(UTC)).encode("utf-8", "replace"))


def page_of(result: ScanResult, now: datetime) -> str:
    """All of it."""
    style = resources.files("gateway.service.scan").joinpath("page.css").read_text(encoding="utf-8")
    parts = [_HEAD.substitute(style=style), _state(result), f"<p>{_both(*_NOTE)}</p>\n"]
    if result.found:
        rows = "".join(map(_row, result.found))
        parts.append(
            f"<h2>{_both('不会原样发出的邮件', 'Mail that would not go out as it was')}</h2>\n{_table(_COLUMNS, rows)}"
        )
    if result.failed:
        columns = (("文件", "File"), ("原因", "Why"))
        rows = "".join(_cells(columns, (html.escape(one["file"]), _why(one["why"]))) for one in result.failed)
        parts.append(f"<h2>{_both('未能判断的文件', 'What could not be judged')}</h2>\n{_table(columns, rows)}")
    made = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M")
    parts.append(f"<p>{_both(f'生成于 {made}（UTC）', f'Made at {made} (UTC)')}</p>\n</main></body></html>\n")
    return "".join(parts)


def _state(result: ScanResult) -> str:
    count, read, failed = len(result.found), result.read, len(result.failed)
    chinese = f"共判断 {read} 封，其中 {count} 封按现行规则不会原样发出；{failed} 个文件或邮件未能判断。"
    english = f"{read} mail(s) judged; {count} would not go out as they were; {failed} could not be judged."
    if not result.complete:
        chinese, english = f"（未完成）{chinese}", f"(stopped before the end) {english}"
    return f'<p class="state {"found" if count else "nothing"}">{_both(chinese, english)}</p>\n'


def _why(why: str) -> str:
    chinese = _LARGE[1] if why.startswith(_LARGE[0]) else _WHY.get(why, why)
    return _both(html.escape(chinese), html.escape(why))


def _row(one: dict[str, Any]) -> str:
    file = html.escape(one["file"]) + (f" #{one['number']}" if one["number"] > 1 else "")
    shown = one.get("would", one)
    action: Action = shown["action"]
    chinese, english = _ACTIONS[action]
    said = f"{_both(chinese, english)}<code>{html.escape(shown['rule'])}</code>"
    if "would" in one:
        said += _both("（规则只观察，不拦截）", "(the rules only watch)")
    counts = Counter(finding["kind"] for finding in one["findings"])
    kinds = "".join(f"<li>{_kind(kind)}{f' ×{count}' if count > 1 else ''}</li>" for kind, count in counts.items())
    people = "".join(f"<li>{html.escape(address)}</li>" for address in one["recipients"])
    reports = "".join(f"<li>{html.escape(report)}</li>" for report in one["reports"])
    date = html.escape((one["date"] or "")[:16].replace("T", " "))
    cells = (file, date, f"<ul>{people}</ul>", said, f"<ul>{reports}</ul>", f"<ul>{kinds}</ul>")
    return _cells(_COLUMNS, cells)


def _kind(kind: str) -> str:
    chinese, english = TEXTS.get("name_kind" if kind == "name" else kind, (kind, kind))
    return _both(html.escape(chinese), html.escape(english))


def _table(columns: Sequence[tuple[str, str]], rows: str) -> str:
    head = "".join(f"<th>{_both(*column)}</th>" for column in columns)
    return f"<table><thead><tr>{head}</tr></thead><tbody>\n{rows}</tbody></table>\n"


def _cells(columns: Sequence[tuple[str, str]], cells: Sequence[str]) -> str:
    marked = zip(columns, cells, strict=True)
    return "<tr>" + "".join(f'<td data-name="{name}">{cell}</td>' for (name, _), cell in marked) + "</tr>\n"


def _both(chinese: str, english: str) -> str:
    return chinese if chinese == english else f'{chinese}<span lang="en">{english}</span>'
