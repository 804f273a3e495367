"""An explanation as one static page: both languages, the evidence marked, no script, nothing fetched."""

import base64
import hashlib
from collections.abc import Iterator
from html import escape

from gateway.console.evidence import ShownPicture, ShownText, TextRun
from gateway.service.explanation.as_text import held
from gateway.service.explanation.model import ExplainedRule, Explanation
from gateway.service.explanation.words import WORDS, Says, numbers

_STYLE = """
:root{color-scheme:light dark;--ink:#1c1d21;--dim:#5a5d66;--line:#d5d7dd;--paper:#fff;--card:#f6f7f9;--hit:#8a1c1c;
--hitback:#fde3e3;--material:#fff1c2;--good:#14632f}
@media(prefers-color-scheme:dark){:root{--ink:#e9eaee;--dim:#a9adb8;--line:#3b3e47;--paper:#17181b;--card:#202227;
--hit:#ffb3b3;--hitback:#4a1d1d;--material:#4a3b10;--good:#8fdba6}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.2rem;max-width:62rem;font:16px/1.6 system-ui,"Noto Sans CJK SC","Microsoft YaHei",
sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.5rem;margin:.2rem 0}h2{font-size:1.15rem;margin:1.8rem 0 .5rem;border-bottom:1px solid var(--line)}
h3{font-size:1rem;margin:.8rem 0 .2rem}
p,ul,ol{margin:.3rem 0}[lang=en]{color:var(--dim)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.4rem;padding:.6rem .8rem;margin:.5rem 0}
pre{white-space:pre-wrap;margin:.2rem 0;font:inherit}
.diff{font-family:ui-monospace,monospace}.gone{background:var(--hitback)}.new{color:var(--good)}
mark{background:var(--hitback);color:var(--hit);border-radius:.2rem}mark.material{background:var(--material);
color:inherit}
sup{font-size:.7em}img{max-width:100%;height:auto;border:1px solid var(--line)}
.took{font-weight:600}.unmet{color:var(--dim)}
@media print{body{max-width:none}}
"""


def as_page(told: Explanation) -> bytes:
    """The page."""
    return "".join(_page(told)).encode("utf-8", "backslashreplace")


_ZH, _EN = Says("zh"), Says("en")


def _page(told: Explanation) -> Iterator[str]:
    allowed = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src 'sha256-{allowed}'; img-src data:"
    yield '<!doctype html>\n<html lang="zh">\n<head>\n<meta charset="utf-8">\n'
    yield f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
    yield '<meta name="viewport" content="width=device-width">\n<meta name="referrer" content="no-referrer">\n'
    yield f"<title>{escape(_both('title'))}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n<main>\n"
    decision = told.decision
    yield f"<h1>{escape(_ZH(decision.action))} <span lang='en'>{escape(_EN(decision.action))}</span></h1>\n"
    yield f"<div class='card'>{_pair(_ZH.outcome(told), _EN.outcome(told))}"
    if would := _ZH.would(told):
        yield _pair(would, _EN.would(told))
    if decision.rule != told.by_rules.rule and told.findings:
        yield _pair(*(s("rules_said", action=s(told.by_rules.action), rule=told.by_rules.rule) for s in (_ZH, _EN)))
    for zh, en in zip(*told.sentences, strict=False):
        yield _pair(zh, en)
    rules = f"{_both('policy')}: {decision.policy[:16]}"
    yield f"<p>{escape(rules)}</p>{_note('revealed_note' if told.revealed else 'covered_note')}</div>\n"
    yield from _reports(told)
    if told.findings:
        yield from _findings(told)
    yield from _rewriting(told)
    yield from _mail(told)
    if told.findings:
        yield from _rules(told)
    yield "</main>\n</body>\n</html>\n"


def _reports(told: Explanation) -> Iterator[str]:
    yield _head("reports")
    rows = dict.fromkeys((one.report, _ZH.match(one), _EN.match(one)) for one in told.matches)
    for report, zh, en in rows:
        yield f"<div class='card'><b>{escape(report)}</b>{_pair(zh, en)}</div>\n"
    if not rows:
        yield _note("no_reports")


def _findings(told: Explanation) -> Iterator[str]:
    yield _head("findings")
    yield "<ol>\n"
    for one in told.findings:
        rule = escape(f" → {one.rule}" if one.rule else "")
        yield f"<li id='f{one.number}'>{_pair(_ZH.finding(one), _EN.finding(one))}<span>{rule}</span></li>\n"
    yield "</ol>\n"


def _rules(told: Explanation) -> Iterator[str]:
    yield _head("rules")
    yield "<ol>\n"
    for rule in told.rules:
        yield f"<li>{''.join(_rule(rule))}</li>\n"
    yield "</ol>\n"
    for key, of in (("default", told.default), ("watched", told.watched)):
        if of:
            yield _pair(_ZH(key, numbers=numbers(of)), _EN(key, numbers=numbers(of)))


def _rule(rule: ExplainedRule) -> Iterator[str]:
    action = f"{_ZH(rule.action)} {_EN(rule.action)}"
    kind = "took" if rule.took else "unmet"
    yield f"<span class='{kind}'>{escape(rule.name)}</span> ({escape(action)}) "
    if not rule.came:
        yield _beside(*WORDS["not_reached"])
        return
    if rule.took:
        yield _beside(*(says("takes", numbers=numbers(rule.took)) for says in (_ZH, _EN)))
    if rule.conditions:
        yield "<ul>"
        for one in rule.conditions:
            what = escape(f"{one.key} = {one.value}")
            yield f"<li><code>{what}</code> {_beside(held(one, _ZH), held(one, _EN))}</li>"
        yield "</ul>"
    else:
        yield _beside(*WORDS["takes_any"])


def _rewriting(told: Explanation) -> Iterator[str]:
    if not (told.changes or told.others or told.envelope_amended):
        return
    yield _head("rewriting")
    for change in told.changes:
        place = _pair(*(f"{s.console.medium(change.medium)}，{s.console.place(change.place)}" for s in (_ZH, _EN)))
        lines = "".join(
            f"<pre class='{'gone' if sign == '-' else 'new'}'>{escape(sign)} {escape(text)}</pre>"
            for sign, text in change.lines
        )
        yield f"<div class='card'>{place}<div class='diff'>{lines}</div></div>\n"
    for other in told.others:
        yield _pair(
            *(f"{s.console.place(other.place)}: {s.console[other.what].format(count=other.count)}" for s in (_ZH, _EN))
        )
    if told.envelope_amended:
        yield _note("envelope_amended")


def _mail(told: Explanation) -> Iterator[str]:
    if not (told.subject or told.texts or told.pictures):
        return
    yield _head("text")
    if told.subject:
        yield f"<h3>{escape(_both('subject'))}</h3><pre class='card'>{_runs(told.subject)}</pre>\n"
    for text in told.texts:
        marks = [one for one in told.findings if one.finding.fragment == text.number and one.finding.span is not None]
        if text.internal and not marks:
            continue
        yield "".join(_text(text, told))
    for picture in told.pictures:
        yield _picture(picture)
    if told.left_out:
        yield _pair(*(says("left_out", count=told.left_out) for says in (_ZH, _EN)))


def _text(text: ShownText, told: Explanation) -> Iterator[str]:
    what = " ".join(
        part for part in (_ZH.console.medium(text.medium), _EN.console.medium(text.medium), text.label) if part
    )
    places = _pair(_ZH.console.place(text.place), _EN.console.place(text.place))
    yield f"<h3>{escape(what)}</h3>{places}<pre class='card'>{_runs(text.pieces, text.number, told)}</pre>\n"


def _runs(runs: tuple[TextRun, ...], number: int = -1, told: Explanation | None = None) -> str:
    out: list[str] = []
    for run in runs:
        text = escape(_plain(run.text))
        if run.style == "plain":
            out.append(text)
            continue
        of = (
            tuple(
                one.number
                for one in told.findings
                if one.finding.fragment == number
                and one.finding.span is not None
                and one.finding.span[0] < run.end
                and run.start < one.finding.span[1]
            )
            if told is not None
            else ()
        )
        kind = " class='material'" if run.style == "material" else ""
        out.append(f"<mark{kind}>{text}</mark>" + (f"<sup>{numbers(of)}</sup>" if of else ""))
    return "".join(out)


def _picture(picture: ShownPicture) -> str:
    image = base64.b64encode(picture.png).decode()
    places = _pair(_ZH.console.place(picture.place), _EN.console.place(picture.place))
    coarse = _note("coarse") if picture.coarse else ""
    alt = escape(_both("pictures"))
    return f"<h3>{alt}</h3>{places}{coarse}<img alt='{alt}' src='data:image/png;base64,{image}'>\n"


def _both(key: str) -> str:
    return f"{WORDS[key][0]} {WORDS[key][1]}"


def _head(key: str) -> str:
    return f"<h2>{escape(WORDS[key][0])} <span lang='en'>{escape(WORDS[key][1])}</span></h2>\n"


def _note(key: str) -> str:
    return _pair(*WORDS[key])


def _pair(zh: str, en: str) -> str:
    """A sentence in both languages; once where both are the same."""
    zh, en = escape(_plain(zh)), escape(_plain(en))
    return f"<p>{zh}</p>" if zh == en else f"<p>{zh}</p><p lang='en'>{en}</p>"


def _beside(zh: str, en: str) -> str:
    """A few words in both languages, in one line."""
    return f"{escape(_plain(zh))} <span lang='en'>{escape(_plain(en))}</span>"


def _plain(text: str) -> str:
    """Without characters that a page may not have, or that turn the direction of what stands beside them."""
    return "".join(c if c.isprintable() or c in "\n\t" else "" if c == "\r" else "\ufffd" for c in text)
