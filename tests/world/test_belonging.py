"""Who a message belongs to, over the real relay: the directory, the reporter's own mail, colleagues and authorities,
the reporter's thread, and what becomes of a report."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.demo.trace import traces
from scene import Scene, mail, under_one_received

SECRETS = ("张小鸣", "xiaoming@mail.example", "xm_feifei90")
ROOM = {
    "id": "R-ROOM",
    "reported": [{"accounts": ["room:88412345"]}],
    "reporter": {
        "names": ["张小鸣"],
        "addresses": ["xiaoming@mail.example"],
        "accounts": [{"kind": "wechat", "value": "xm_feifei90"}],
    },
}
LEAK = mail("观众张小鸣（微信 xm_feifei90）反映您的直播，请说明当晚情况。", to="x@home.example")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    scene = Scene(tmp_path_factory.mktemp("belonging"))
    text = (scene.config / "gateway.toml").read_text(encoding="utf-8")
    text = text.replace("[organization]\n", '[organization]\nauthorities = ["court.example"]\n')
    (scene.config / "gateway.toml").write_text(text, encoding="utf-8")
    scene.import_reports(ROOM)
    scene.start()
    yield scene
    scene.close()


def outcome(scene: Scene, content: bytes, *to: str) -> str:
    """`as sent`, `rewritten`, `held`; and no secret in what the world got where it is not as sent."""
    before = len(scene.got)
    code, text = scene.send(content, *to)
    assert code == 250, text
    if len(scene.got) == before:
        assert "held for review" in text
        return "held"
    got = scene.got[-1].content
    if under_one_received(got, content):
        return "as sent"
    assert traces(got, SECRETS, frozenset()) == []
    return "rewritten"


def test_a_report_that_names_a_room_number_protects_once_the_directory_knows_its_address(running: Scene) -> None:
    assert [row["id"] for row in running.ask("reports", "list", "--unresolved")] == ["R-ROOM"]
    page = running.folder / "parties.csv"
    page.write_text(
        "主播,房间号,邮箱,经纪人\n星儿,room:88412345,xinger@streamers.example;x@home.example,@guild.example\n",
        "gb18030",
    )
    done = running.cli("parties", "import", str(page))
    assert (done.returncode, done.stdout) == (0, "1 party imported\n"), done.stderr
    for to in ("x@home.example", "Xinger+live@streamers.example", "anybody@mail.guild.example"):
        assert outcome(running, LEAK, to) == "rewritten", to
    assert running.ask("reports", "list", "--unresolved") == []
    (party,) = running.ask("parties", "list")
    assert running.ask("parties", "show", party["id"])["reports"] == 1


def test_the_reporter_a_colleague_and_an_authority_may_read_who_reported(running: Scene) -> None:
    for to in ("xiaoming@mail.example", "boss@platform.example", "judge@court.example"):
        assert outcome(running, LEAK, to) == "as sent", to
    assert outcome(running, LEAK, "xiaoming@mail.example", "judge@court.example") == "as sent"
    assert outcome(running, LEAK, "judge@court.example", "x@home.example") == "rewritten"
    # Both get it: whoever is written to would see the other, or the answer would go to both.
    assert outcome(running, mail("请说明当晚情况。"), "xiaoming@mail.example", "x@home.example") == "held"


def test_an_answer_in_the_reporters_thread_loses_the_thread_and_one_in_the_streamers_own_passes(running: Scene) -> None:
    theirs = mail("请说明当晚情况。", headers=["In-Reply-To: <7f.Coremail.xiaoming@mail.example>"])
    assert outcome(running, theirs, "x@home.example") == "rewritten"
    assert b"In-Reply-To" not in running.got[-1].content
    own = mail(
        '收到。\n\n在 2020-09-18 10:02:33，"星儿" <x@home.example> 写道：\n> 请问是什么事？',
        headers=["In-Reply-To: <77@home.example>", "References: <1@platform.example> <77@home.example>"],
    )
    assert outcome(running, own, "x@home.example") == "as sent"
    quoted = mail('请说明。\n\n在 2020-09-18 10:02:33，"小鸣" <xiaoming@mail.example> 写道：\n> 晚上九点')
    assert outcome(running, quoted, "x@home.example") == "rewritten"
    assert "晚上九点".encode() not in running.got[-1].content


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("星儿您好：\n观众张小鸣反映您的直播，请说明。", "请说明情况"),
        ("观众张小鸣反映直播间88412345当晚的直播，请说明。", "请说明情况"),
        ("观众张小鸣反映当晚的直播，请说明。", "关于举报 R-ROOM-2020 的说明"),
        ("观众张小鸣反映当晚的直播，请说明。", "案号（2020）粤0192民初1号"),
    ],
)
def test_an_unlisted_address_is_matched_by_what_the_mail_says(running: Scene, text: str, subject: str) -> None:
    named = {**ROOM, "id": "R-ROOM-2020", "case_numbers": ["(2020)粤0192民初1号"]}
    named["reported"] = [{"name": "星儿", "accounts": ["room:88412345"]}]
    running.import_reports(named)
    assert outcome(running, mail(text, subject, to="u@unlisted.example"), "u@unlisted.example") == "rewritten"
    assert outcome(running, mail(text, subject, to="x"), "xiaoming@mail.example", "boss@platform.example") == "as sent"


def test_a_display_name_is_enough_and_a_match_alone_holds_nothing(running: Scene) -> None:
    to = "=?utf-8?b?5pif5YS/?= <u@unlisted.example>"  # 星儿
    leak = mail("观众张小鸣反映当晚的直播，请说明。", to=to)
    assert outcome(running, leak, "u@unlisted.example") == "rewritten"
    assert outcome(running, mail("星儿您好，R-ROOM-2020 请说明。", to=to), "u@unlisted.example") == "as sent"
    # Nothing says whose mail it is, and a name alone is many people's.
    other = mail("观众张小鸣反映当晚的直播，请说明。", to="u@unlisted.example")
    assert outcome(running, other, "u@unlisted.example") == "as sent"


def test_what_becomes_of_a_report(running: Scene) -> None:
    for command in ("close", "withdraw"):
        assert running.cli("reports", command, "R-ROOM").returncode == 0
        assert outcome(running, LEAK, "x@home.example") == "rewritten"
    refused = running.cli("reports", "close", "R-ROOM")
    assert refused.returncode == 2
    assert "the report is withdrawn" in refused.stderr
    assert running.cli("reports", "reopen", "R-ROOM").returncode == 0
    waiting = running.cli("reports", "erase", "R-ROOM")
    assert waiting.returncode == 2
    assert "wait for a decision" in waiting.stderr
    for held in running.held():
        if held["status"] == "held":
            assert running.cli("quarantine", "discard", held["id"], "--reason", "done").returncode == 0
    for report in ("R-ROOM", "R-ROOM-2020"):
        erased = running.cli("reports", "erase", report)
        assert erased.returncode == 0, erased.stderr
    assert running.ask("reports", "show", "R-ROOM")["status"] == "erased"
    assert outcome(running, LEAK, "x@home.example") == "as sent"
    path = running.folder / "reports.jsonl"
    again = running.cli("reports", "import", str(path))
    assert (again.returncode, again.stdout) == (0, "0 report(s) imported\n")
    assert "was erased and does not come back" in again.stderr
    assert running.cli("audit", "verify").returncode == 0


@pytest.mark.parametrize(
    ("name", "content", "wrong"),
    [
        ("p.csv", "name,adresses\n星儿,a@b.example\n", "p.csv:1: unknown column 'adresses'; did you mean 'addresses'"),
        ("p.csv", "name,addresses\n星儿,a@b.example\n甲,nothing\n", "p.csv:3: a listed address is not a mail address"),
        ("p.csv", 'name,addresses\n"星\n儿",a@b.example\n甲\n', "p.csv:4: 1 cells where the head has 2"),
        ("p.csv", 'name,addresses\n"星儿,a@b.example\n', "p.csv:2: not CSV"),
        ("p.csv", "name,name\n", "p.csv:1: two columns say name"),
        ("p.csv", "name,addresses\n,\n甲;,\n,\n", ""),
        ("p.csv", "", "p.csv: no head"),
        ("p.csv", "accounts\n\n1\n2\n1\n", "p.csv:5: account '1' stands in"),
        ("p.jsonl", '{"name": "甲"}\n{"name": "乙", "adresses": []}\n', "p.jsonl:2: unknown key of a listed party"),
        ("p.jsonl", '{"name": "甲"}\nnot json\n', "p.jsonl:2: not JSON"),
        ("p.jsonl", "{}\n", "p.jsonl:1: a listed party has neither name nor address nor account"),
        ("p.jsonl", '{"addresses": ["@"]}\n', "p.jsonl:1: a listed address is not a mail address"),
        ("p.xlsx", "x", "p.xlsx: .xlsx is not known"),
    ],
)
def test_a_file_with_one_bad_line_is_not_half_imported(
    running: Scene, tmp_path: Path, name: str, content: str, wrong: str
) -> None:
    before = running.ask("parties", "list")
    (tmp_path / name).write_text(content, encoding="utf-8")
    done = running.cli("parties", "import", str(tmp_path / name))
    if wrong:
        assert done.returncode == 2
        assert wrong in done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert running.ask("parties", "list") == before
    else:
        assert done.returncode == 0, done.stderr
