"""The cookbook of docs/rules.md: twelve situations, the rules for each, and mails that show what they do.

`PYTHONPATH=.:tests python -m policy.cookbook` judges every mail by the real engine and writes the section anew.
"""

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from examining import Here, shut_stores, stored, tools_of
from gateway.inspection.inspect import examine
from gateway.inspection.serialize import as_lines
from gateway.intake.importer import import_file
from gateway.matching import TrustedRecipients
from gateway.model import Client, Envelope, Examination, Message, Recipient
from gateway.policy import load_policy, policy_gaps, policy_problems, policy_warnings

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules.md"
START, END = "<!-- made by tests/policy/cookbook.py -->\n", "<!-- end: cookbook -->\n"
PACKAGED = (ROOT / "config" / "policy.toml").read_text(encoding="utf-8")
STAFF, PARTY, GUILD = "kefu07@platform.example", "xinger@streamers.example", "pr@guild.example"
COURT = "clerk@court.example"
DAY, NIGHT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC), datetime(2026, 1, 5, 16, 0, tzinfo=UTC)
"""Ten in the morning and midnight in Shanghai, a Monday."""
LETTER = (
    "主播星儿在九月十八日晚的直播间里，反复劝未成年的孩子打赏，我当晚在场，看见她点名要求孩子去拿家长的手机付款，"
    "一共付了三千六百元。\n"
)
REPORTS = """\
{"id": "R-1", "opened_at": "2026-01-02T10:00:00+08:00", "severity": "high", "reported": [{"name": "星儿", "addresses": \
["xinger@streamers.example"], "representatives": ["pr@guild.example"]}], "reporter": {"names": ["张小鸣"], \
"addresses": ["xiaoming@mail.example"], "phones": ["+86 138 0013 8000"]}, "materials": ["张小鸣举报星儿.docx"]}
{"id": "R-2", "opened_at": "2026-01-03T10:00:00+08:00", "reported": [{"name": "大熊", "addresses": \
["daxiong@streamers.example"], "representatives": ["pr@guild.example"]}], "reporter": {"names": ["沈星星"], \
"addresses": ["xinger@streamers.example"]}}
"""
"""星儿 was reported by 张小鸣 (gravely), 大熊 by 星儿, whose name is 沈星星. One guild stands for both."""


@dataclass(frozen=True)
class Sent:
    """A mail, and what becomes of it."""

    what: str
    to: tuple[str, ...]
    text: str
    becomes: str
    rule: str
    subject: str = "请说明情况"
    sender: str = STAFF
    at: datetime = DAY
    files: tuple[tuple[str, bytes], ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    html: str = ""
    would: str | None = None


@dataclass(frozen=True)
class Recipe:
    """A situation, in words; the rules for it, which stand before the packaged ones; mails."""

    zh: str
    en: str
    story: str
    rules: str
    sent: tuple[Sent, ...]
    gap: bool = field(default=False)


LEAK = "您好，举报人张小鸣说您劝孩子打赏，请说明。"
LOCKED = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(range(200))

RECIPES = (
    Recipe(
        "一个公会邮箱代表四十位主播",
        "A guild with one mailbox for forty streamers",
        "Whoever reads `pr@guild.example` reads for forty streamers: a placeholder in a mail about one of them "
        "can be filled in by anybody who knows the other cases. What goes to such a mailbox is held where a "
        "streamer's own mail would go out rewritten.",
        """\
[groups]
guilds = ["@guild.example", "@agency.example"]

[[rule]]
name = "guild"
action = "quarantine"
when = { recipient_groups = ["guilds"], kinds = [
  "name", "nickname", "address", "phone", "account", "government_id", "thread",
] }
""",
        (
            Sent("to the guild", (GUILD,), LEAK, "quarantine", "guild"),
            Sent("the same to the streamer", (PARTY,), LEAK, "redact", "identity-in-text"),
        ),
    ),
    Recipe(
        "被举报的主播，同时也是举报人",
        "A streamer who is also a reporter",
        "星儿 (沈星星) was reported, and reported 大熊. She may read her own report; 大熊 may not. It takes no "
        "rule: the reports say who is what to whom. This one holds what would tell her who reported *her*, since "
        "she asks often.",
        """\
[[rule]]
name = "both-sides"
action = "quarantine"
when = { recipients = ["xinger@streamers.example"], reports = ["R-1"], kinds = ["name", "phone", "address"] }
""",
        (
            Sent("her own report, to her", (PARTY,), "沈星星您好，您对大熊的举报已受理。", "pass", "clean", "受理通知"),
            Sent(
                "her name, to the one she reported",
                ("daxiong@streamers.example",),
                "您好，举报人沈星星说您劝孩子打赏，请说明。",
                "redact",
                "identity-in-text",
            ),
            Sent("who reported her, to her", (PARTY,), LEAK, "quarantine", "both-sides"),
        ),
    ),
    Recipe(
        "抄送监管机关",
        "A regulator copied in",
        "An authority (`organization.authorities` in `gateway.toml`) may read everything, and what goes to it "
        "alone passes unseen. One mail for both the authority and the reported party has one text: it is "
        "refused, so that its writer sends two.",
        """\
[groups]
authorities = ["@court.example"]

[[rule]]
name = "regulator-copied-in"
action = "reject"
when = { recipient_groups = ["authorities"], relation = ["party", "representative"], kinds = [
  "name", "nickname", "address", "phone", "account", "government_id", "material", "thread",
] }
""",
        (
            Sent("to the court alone", (COURT,), LEAK, "pass", "no-report"),
            Sent("to both", (COURT, PARTY), LEAK, "reject", "regulator-copied-in"),
            Sent("to the party alone", (PARTY,), LEAK, "redact", "identity-in-text"),
        ),
    ),
    Recipe(
        "自动回复",
        "An auto-reply",
        "Nobody reads notices that go to the address of a machine, and nobody waits there to send a better mail. "
        "Its mail is held like any other; its sender is not told, and reviewers are.",
        """\
[[rule]]
name = "machines"
action = "quarantine"
when = { senders = ["noreply@platform.example"], kinds = ["name", "address", "phone", "thread"] }
notify = ["reviewers"]
""",
        (
            Sent(
                "quotes the reporter",
                (PARTY,),
                "自动回复：您的来信已收到。\n\n> 发件人：张小鸣 <xiaoming@mail.example>\n> 我举报主播星儿。\n",
                "quarantine",
                "machines",
                "自动回复",
                "noreply@platform.example",
                headers=(("Auto-Submitted", "auto-replied"),),
            ),
            Sent(
                "quotes nobody",
                (PARTY,),
                "自动回复：来信已收到。",
                "pass",
                "clean",
                "自动回复",
                "noreply@platform.example",
            ),
        ),
    ),
    Recipe(
        "群发邮件",
        "A mass mail",
        "One name in a mail to fifty is told fifty times. Whatever is found in one is held, and two people release it.",
        """\
[[rule]]
name = "mass-mail"
action = "quarantine"
when = { recipients_at_least = 50 }
four_eyes = true
""",
        (
            Sent(
                "to fifty streamers",
                (PARTY, *(f"s{number}@streamers.example" for number in range(49))),
                "各位主播：张小鸣举报的直播间已整改，请引以为戒。",
                "quarantine",
                "mass-mail",
                "通报",
            ),
            Sent("to one of them", (PARTY,), LEAK, "redact", "identity-in-text"),
        ),
    ),
    Recipe(
        "进入诉讼的案件",
        "A case with a court",
        "Once a case is before a court, nothing about it goes to the other side without two people having read "
        "it: not rewritten, and not what only circumstances tell.",
        """\
[[rule]]
name = "before-the-court"
action = "quarantine"
when = { reports = ["R-1"], recipient = ["party", "representative"] }
four_eyes = true
say = { zh = "本案往来邮件由法务审阅后发出。", en = "Mail of this case is sent once the legal team has read it." }
notify = ["reviewers"]
""",
        (
            Sent("of that case", (PARTY,), LEAK, "quarantine", "before-the-court"),
            Sent(
                "of another case",
                ("daxiong@streamers.example",),
                "您好，举报人沈星星说您劝孩子打赏，请说明。",
                "redact",
                "identity-in-text",
            ),
        ),
    ),
    Recipe(
        "用手机邮件程序的客服",
        "Staff on a phone's mail program",
        "Phones attach photographs as HEIC, which cannot be read and is held. The sender is told what to do "
        "about it; the sentence is about the file alone, so that it tells nothing.",
        """\
[[rule]]
name = "photographs-of-phones"
action = "quarantine"
when = { kinds = ["uninspectable", "malformed"], part_types = ["heif", "avif"] }
say = { zh = "请在手机里把照片格式改为 JPEG 后重新发送。", en = "Please set your phone to send photographs as JPEG." }
""",
        (
            Sent(
                "with a photograph in HEIC",
                (PARTY,),
                "照片见附件。\n\n发自我的 iPhone",
                "quarantine",
                "photographs-of-phones",
                files=(("IMG_2041.HEIC", LOCKED),),
            ),
            Sent(
                "with a file nobody knows",
                (PARTY,),
                "见附件。",
                "quarantine",
                "unreadable",
                files=(("a.bin", b"\x01\x02\xfe\xff\x03\x04\xf0" * 9),),
            ),
        ),
    ),
    Recipe(
        "夜班",
        "Night shift",
        "At night there are few staff, and nobody to ask. What goes out rewritten by day waits till the morning; "
        "times are those of the machine.",
        """\
[groups]
night-shift = ["@platform.example"]

[[rule]]
name = "night"
action = "quarantine"
when = { sender_groups = ["night-shift"], hours = ["22:00-08:00"], kinds = ["name", "nickname", "address", "phone"] }
""",
        (
            Sent("at midnight", (PARTY,), LEAK, "quarantine", "night", at=NIGHT),
            Sent("at ten in the morning", (PARTY,), LEAK, "redact", "identity-in-text"),
        ),
    ),
    Recipe(
        "新客服团队的试运行",
        "A new help desk's trial",
        "For the first weeks the mail of a new team passes, and what would have been done is noted and counted. "
        "`hushgate check` says that the rule opens a hole, and which rules are behind it.",
        """\
[groups]
trial = ["@trial.platform.example"]

[[rule]]
name = "trial"
action = "quarantine"
when = { sender_groups = ["trial"] }
monitor = true
""",
        (
            Sent(
                "by the new team",
                (PARTY,),
                LEAK,
                "pass",
                "trial",
                sender="a@trial.platform.example",
                would="quarantine",
            ),
            Sent("by the others", (PARTY,), LEAK, "redact", "identity-in-text"),
        ),
        gap=True,
    ),
    Recipe(
        "重大举报须两人放行",
        "A VIP report that asks two people",
        'A report with `"severity": "high"` is handled by two: what of it is found anywhere is held, and one '
        "person alone cannot let it go.",
        """\
[[rule]]
name = "grave"
action = "quarantine"
when = { severity = ["high"], report_status = ["open"], kinds = ["name", "phone", "address", "material", "thread"] }
four_eyes = true
""",
        (
            Sent("of the grave report", (PARTY,), LEAK, "quarantine", "grave"),
            Sent(
                "of another",
                ("daxiong@streamers.example",),
                "您好，举报人沈星星说您劝孩子打赏，请说明。",
                "redact",
                "identity-in-text",
            ),
        ),
    ),
    Recipe(
        "合作机构",
        "A partner agency",
        "An agency that works on a case with us gets the reporter's name and number, and nothing else: not the "
        "letter, and no mail in which the party stands beside it. `hushgate check` lists it among the gaps; that "
        "is what it is.",
        """\
[groups]
partners = ["cases@partner.example"]

[[rule]]
name = "not-with-the-party"
action = "quarantine"
when = { recipient_groups = ["partners"], relation = ["party", "representative"] }

[[rule]]
name = "partner"
action = "pass"
when = { recipient_groups = ["partners"], kinds = ["name", "phone"], variants = ["exact"] }
""",
        (
            Sent(
                "whom to call",
                ("cases@partner.example",),
                "关于星儿一案，联系人张小鸣，电话 138 0013 8000，请跟进。",
                "pass",
                "partner",
            ),
            Sent(
                "with the letter",
                ("cases@partner.example",),
                f"关于星儿一案，联系人张小鸣，来信如下：\n{LETTER}",
                "quarantine",
                "material",
            ),
            Sent(
                "with the guild copied in",
                ("cases@partner.example", GUILD),
                "关于星儿一案，联系人张小鸣，电话 138 0013 8000，请跟进。",
                "quarantine",
                "not-with-the-party",
            ),
        ),
        gap=True,
    ),
    Recipe(
        "以链接发送的附件",
        "Attachments by link",
        "Mail programs put large files on a server and leave a link with the file's name. The name of what was "
        "handed in is found there; here it is taken out, and the mail goes. The file behind the link is not "
        "looked at: what is shared that way has to be held elsewhere.",
        """\
[[rule]]
name = "name-under-a-link"
action = "redact"
when = { kinds = ["material"], variants = ["file_name"], where = ["text", "html", "markup"] }
""",
        (
            Sent(
                "with a link to what was handed in",
                (PARTY,),
                "附件过大，请下载。",
                "redact",
                "name-under-a-link",
                html='<p>附件过大，请下载：<a href="https://box.example/f/8a1">张小鸣举报星儿.docx</a></p>',
            ),
            Sent(
                "with the letter itself",
                (PARTY,),
                LETTER,
                "quarantine",
                "material",
            ),
        ),
    ),
)


def policy_of(recipe: Recipe) -> str:
    """The packaged rules, with these before them."""
    top, rest = PACKAGED.split("[[rule]]", 1)
    return f"{top}{recipe.rules}\n[[rule]]{rest}"


def content_of(sent: Sent) -> bytes:
    """As a mail program writes it."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sent.sender, ", ".join(sent.to), sent.subject
    mail["Date"], mail["Message-ID"] = "Mon, 05 Jan 2026 10:00:00 +0800", "<1@platform.example>"
    for name, value in sent.headers:
        mail[name] = value
    mail.set_content(sent.text + "\n", cte="base64")
    if sent.html:
        mail.add_alternative(sent.html, subtype="html", cte="base64")
    for name, data in sent.files:
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def judged(recipe: Recipe, sent: Sequence[Sent], folder: Path) -> Iterator[Examination]:
    """What becomes of each, by the whole engine: a real store, real reading, rewriting and proof."""
    path = folder / "policy.toml"
    path.write_text(policy_of(recipe), encoding="utf-8")
    store = stored(folder)
    (folder / "reports.jsonl").write_text(REPORTS, encoding="utf-8")
    (folder / "张小鸣举报星儿.docx").write_bytes(LETTER.encode())
    import_file(folder / "reports.jsonl", Here(), store.reports, "test", ["platform.example"])
    circle = TrustedRecipients(frozenset(("platform.example",)), frozenset((COURT,)))
    tools = replace(tools_of(store, load_policy(path)), circle=circle)
    for one in sent:
        envelope = Envelope(one.sender, tuple(map(Recipient, one.to)), Client("127.0.0.1", "staff"), one.at)
        yield examine(envelope, Message("m", content_of(one)), tools)


def checked(recipe: Recipe, folder: Path) -> list[str]:
    """What `hushgate check` says of the rules of the recipe."""
    path = folder / "policy.toml"
    path.write_text(policy_of(recipe), encoding="utf-8")
    found = [*policy_problems(path), *policy_warnings(path), *policy_gaps(path)]
    return [str(one).removeprefix(f"{path}:").partition(": ")[2] for one in found]


def section(number: int, recipe: Recipe, found: Sequence[Examination], said: Sequence[str]) -> str:
    """As it stands on the page."""
    lines = [f"### {number}. {recipe.zh} / {recipe.en}", "", recipe.story, ""]
    lines += [f"    {line}".rstrip() for line in recipe.rules.splitlines()]
    for sent, examination in zip(recipe.sent, found, strict=True):
        lines += ["", f"{sent.what[:1].upper()}{sent.what[1:]}:", ""]
        lines += [f"    {line}" for line in as_lines(examination)]
    if said:
        lines += ["", "`hushgate check` says:", "", *(f"    policy.toml: {line}" for line in said)]
    return "\n".join(lines) + "\n"


def sections() -> Iterator[str]:
    """All of them, judged now."""
    for number, recipe in enumerate(RECIPES, 1):
        with tempfile.TemporaryDirectory() as folder:
            found = list(judged(recipe, recipe.sent, Path(folder)))
            shut_stores()
            yield section(number, recipe, found, checked(recipe, Path(folder)))


if __name__ == "__main__":
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(START)
    PAGE.write_text(f"{before}{START}\n{chr(10).join(sections())}\n{END}{rest.split(END)[1]}", encoding="utf-8")
