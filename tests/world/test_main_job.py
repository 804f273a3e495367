"""The main job over real SMTP: clean mail passes untouched, leaks are rewritten or held, nothing else happens."""

import pytest

from gateway.demo.trace import traces
from scene import Scene, mail, under_one_received, unreadable

SECRETS = ("张小鸣", "鸣鸣不飞", "xiaoming@mail.example", "13800138000", "xm_feifei90", "440106199001011234")


def last(scene: Scene, content: bytes, *to: str) -> tuple[int, str, bytes | None]:
    """The answer, and what the world got of this message."""
    before = len(scene.got)
    code, text = scene.send(content, *to)
    news = scene.got[before:]
    assert len(news) <= 1
    return code, text, news[0].content if news else None


@pytest.mark.parametrize(
    ("to", "content"),
    [
        (("yuanshan@streamers.example",), mail("张小鸣您好。")),  # a name alone may be anybody's
        (("boss@platform.example", "yuanshan@streamers.example"), mail("张小鸣您好。")),
        (("yuanshan@streamers.example",), unreadable()),
        # The reporter may read about the own report, and colleagues about any.
        (("xiaoming@mail.example",), mail("张小鸣您好，电话 13800138000。")),
        (("boss@platform.example",), mail("举报人张小鸣，电话 13800138000。")),
    ],
)
def test_mail_to_nobody_reported_passes_untouched(served: Scene, to: tuple[str, ...], content: bytes) -> None:
    code, text, got = last(served, content, *to)
    assert (code, text) == (250, f"2.0.0 Queued as {len(served.got)}")
    assert got is not None
    assert under_one_received(got, content)
    assert served.got[-1].recipients == to


@pytest.mark.parametrize(
    "content",
    [
        mail("请致电举报人，电话 138 0013 8000。"),
        mail("请致电举报人，电话 138 0013 8000。").replace(b"8bit", b"x-unknown"),  # by way of a reader
        mail("微信 xm_feifei90"),
        mail("", headers=("X-Requester: xiaoming@mail.example",)),
    ],
)
@pytest.mark.parametrize("to", [("somebody@private.example",), ("xiaoming@mail.example", "somebody@private.example")])
def test_a_strong_sign_of_a_reporter_to_somebody_unknown_is_held(
    served: Scene, content: bytes, to: tuple[str, ...]
) -> None:
    code, text, got = last(served, content, *to)
    assert (code, text[:5], got) == (250, "2.7.1", None)


def test_the_proper_mail_passes_untouched(served: Scene) -> None:
    content = mail(
        "星儿您好：\n\n请就2020年9月12日晚的直播内容作书面说明。\n.\n..两点\n", to="星儿 <xinger@streamers.example>"
    )
    code, _, got = last(served, content, "xinger@streamers.example")
    assert code == 250
    assert got is not None
    assert under_one_received(got, content)


@pytest.mark.parametrize(
    ("where", "content"),
    [
        ("text", mail("观众张小鸣（138-0013-8000）反映您的直播，请说明当晚情况。")),
        ("subject", mail("请说明当晚情况。", "关于张小鸣的投诉")),
        ("address", mail("来信人 xiaoming@mail.example，请说明当晚情况。")),
        ("account", mail("微信 xm_feifei90 的用户说，请说明当晚情况。")),
        ("nickname", mail("用户“鸣鸣不飞”说，请说明当晚情况。")),
        ("id", mail("证件号 440106199001011234，请说明当晚情况。")),
        ("header", mail("请说明当晚情况。", headers=("X-Ticket-Requester: xiaoming@mail.example",))),
        ("spaced", mail("观众张 小 鸣说，请说明当晚情况。")),
        ("traditional", mail("觀眾張小鳴說，请说明当晚情况。")),
        ("pinyin", mail("The viewer Zhang Xiaoming wrote, 请说明当晚情况。")),
    ],
)
def test_an_identity_in_text_is_taken_out_and_the_rest_stays(served: Scene, where: str, content: bytes) -> None:
    code, text, got = last(served, content, "xinger@streamers.example")
    assert (code, text[:5]) == (250, "2.0.0"), where
    assert got is not None
    assert traces(got, SECRETS, frozenset()) == []
    assert "请说明当晚情况" in got.decode("utf-8", "ignore")
    assert got.startswith(b"Received: ")


@pytest.mark.parametrize(
    "to",
    [
        "XingEr@Streamers.example",
        "xinger+live@streamers.example",
        "xinger@STREAMERS.EXAMPLE",
        "pr@guild.example",
    ],
)
def test_every_spelling_of_a_reported_address_is_matched(served: Scene, to: str) -> None:
    _, _, got = last(served, mail("张小鸣举报了您。"), to)
    assert got is None or traces(got, SECRETS, frozenset()) == []
    assert got is not None


def test_one_reported_recipient_among_others_decides_for_all(served: Scene) -> None:
    _, _, got = last(served, mail("张小鸣举报了主播。"), "boss@platform.example", "xinger@streamers.example")
    assert got is not None
    assert traces(got, SECRETS, frozenset()) == []


def test_what_cannot_be_read_is_held_and_shown_and_released_once(served: Scene) -> None:
    content = unreadable()
    before = len(served.got)
    code, text = served.send(content, "xinger@streamers.example")
    assert code == 250
    assert text.startswith("2.7.1 ")
    assert "held for review, id Q-" in text
    held = text.split("id ")[1].strip()
    entry = next(entry for entry in served.held() if entry["id"] == held)
    assert entry["status"] == "held"
    assert entry["recipients"] == ["xinger@streamers.example"]
    assert entry["reports"] == ["R-2020-0918"]
    assert entry["sender"] == "kefu07@platform.example"
    shown = served.ask("quarantine", "show", held)
    assert {finding["kind"] for finding in shown["findings"]} == {"uninspectable"}
    # the same message again, while it is held, is the same one
    assert served.send(content, "xinger@streamers.example")[1].endswith(held)
    assert len(served.got) == before
    done = served.cli("quarantine", "release", held, "--reason", "checked by hand")
    assert done.returncode == 0, done.stderr
    assert under_one_received(served.got[-1].content, content)
    again = served.cli("quarantine", "release", held, "--reason", "twice")
    assert again.returncode == 2
    assert len(served.got) == before + 1


def test_a_discarded_message_never_leaves(served: Scene) -> None:
    code, text = served.send(unreadable(b"another"), "xinger@streamers.example")
    assert (code, text[:5]) == (250, "2.7.1")
    held = text.split("id ")[1].strip()
    assert served.cli("quarantine", "discard", held, "--reason", "no").returncode == 0
    assert served.cli("quarantine", "release", held, "--reason", "yes").returncode == 2
    assert next(entry["status"] for entry in served.held() if entry["id"] == held) == "discarded"


def test_reports_that_come_while_it_runs_are_seen_within_two_seconds(served: Scene) -> None:
    new = {
        "id": "R-NEW",
        "reported": [{"name": "阿澈", "addresses": ["ache@streamers.example"]}],
        "reporter": {"names": ["欧阳若兰"]},
    }
    content = mail("欧阳若兰反映了您的直播。", to="ache@streamers.example")
    assert under_one_received(last(served, content, "ache@streamers.example")[2] or b"", content)
    served.import_reports(new)
    got = last(served, content, "ache@streamers.example")[2]
    assert got is not None
    assert traces(got, ("欧阳若兰",), frozenset()) == []
    assert served.cli("reports", "close", "R-NEW").returncode == 0
    got = last(served, content, "ache@streamers.example")[2]
    assert got is not None
    assert traces(got, ("欧阳若兰",), frozenset()) == []  # retaliation does not end with the case
    assert served.cli("reports", "erase", "R-NEW").returncode == 0
    assert under_one_received(last(served, content, "ache@streamers.example")[2] or b"", content)


def test_the_log_and_the_metrics_name_nobody(served: Scene) -> None:
    served.send(mail("张小鸣举报了主播，电话13800138000。", "张小鸣"), "xinger@streamers.example")
    text = served.stderr() + served.get("/metrics")[1]
    for word in (*SECRETS, "xinger", "kefu07", "streamers.example", "张"):
        assert word not in text, word
    assert "MessageDecided" in text
    assert "hushgate_" in text


def test_nothing_of_the_reporter_is_in_clear_on_disk(served: Scene) -> None:
    served.send(mail("张小鸣举报了主播，电话13800138000。", "张小鸣"), "xinger@streamers.example")
    for path in (served.folder / "var").iterdir():
        data = path.read_bytes() if path.is_file() else b""
        for word in SECRETS:
            assert word.encode() not in data, path.name


def test_the_audit_log_is_whole(served: Scene) -> None:
    done = served.cli("audit", "verify")
    assert done.returncode == 0, done.stderr


def test_health(served: Scene) -> None:
    assert served.get("/healthz")[0] == 200
    assert served.get("/readyz")[0] == 200
    assert served.get("/metrics")[0] == 200
