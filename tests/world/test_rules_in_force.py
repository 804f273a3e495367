"""What rules can say besides their action, through the service as it runs: real SMTP, a real store, a real upstream."""

import signal
import time
from email import message_from_bytes
from email.policy import default
from pathlib import Path

from conftest import XINGER
from gateway.smtp.sink import Delivered
from scene import STAFF, Scene, mail, under_one_received, unreadable
from world.test_notices import NOTICES, notices, wait, words

PARTY = "xinger@streamers.example"
LEAK = "举报人张小鸣说，您在直播中让未成年人打赏。请说明。"
PACKAGED = (Path(__file__).parents[2] / "config" / "policy.toml").read_text(encoding="utf-8")


def started(scene: Scene, policy: str, more: str = "") -> Scene:
    scene.write_config(more)
    (scene.config / "policy.toml").write_text(policy, encoding="utf-8")
    scene.import_reports(XINGER)
    return scene.start()


def reloaded(scene: Scene, policy: str) -> None:
    before = scene.stderr().count('"Reloaded"')
    (scene.config / "policy.toml").write_text(policy, encoding="utf-8")
    assert scene.process is not None
    scene.process.send_signal(signal.SIGHUP)
    scene.until(lambda: scene.stderr().count('"Reloaded"') > before)
    time.sleep(0.5)  # the processes take it over


def last(scene: Scene, count: int) -> Delivered:
    scene.until(lambda: len(scene.got) >= count)
    assert len(scene.got) == count
    return scene.got[-1]


def asked(scene: Scene, content: bytes, *to: str) -> dict[str, object]:
    path = scene.folder / "asked.eml"
    path.write_bytes(content)
    words_ = [word for one in to or (PARTY,) for word in ("--recipient", one)]
    found: dict[str, object] = scene.ask("inspect", str(path), "--sender", STAFF, *words_)
    return found


def test_a_policy_that_watches_holds_nothing_and_says_what_it_would_do(scene: Scene) -> None:
    watching = 'mode = "monitor"\n' + PACKAGED
    started(scene, watching)
    for number, (content, would) in enumerate(
        (
            (mail(LEAK), "redact"),
            (mail("您好，附件是处理通知。", headers=["X-Ticket: 138 0013 8000"]), "redact"),
            (unreadable(), "quarantine"),
            (mail("张小鸣\n李晓\n王芳\n赵六"), "quarantine"),  # a placeholder would tell: held, and not rewritten
            (mail("您好，您的直播间已恢复。"), None),
        ),
        1,
    ):
        code, text = scene.send(content, PARTY)
        assert code == 250, text
        assert "held" not in text
        assert under_one_received(last(scene, number).content, content)
        found = asked(scene, content)
        assert (found["action"], found.get("would")) == ("pass", would), number
    assert scene.held() == []
    metrics = scene.get("/metrics")[1]
    assert 'hushgate_messages_watched_total{would="quarantine"} 2.0' in metrics
    assert 'hushgate_messages_watched_total{would="redact"} 2.0' in metrics
    assert 'hushgate_messages_total{action="quarantine"} 0.0' in metrics
    assert '"would":"redact","would_rule":"identity-in-text"' in scene.stderr().replace(" ", "")
    assert '"OnlyWatching"' in scene.stderr()
    assert 'mode = "monitor": 只观察' in scene.cli("check").stdout
    reloaded(scene, PACKAGED)
    assert "held for review" in scene.send(unreadable(b"2"), PARTY)[1]


def test_lists_of_somebody_who_guesses_pass_too_where_the_policy_watches(scene: Scene) -> None:
    started(scene, 'mode = "monitor"\n' + PACKAGED)
    numbers = "\n".join(f"1380013{8000 + number}" for number in range(40))
    for number in range(3):
        content = mail(f"{numbers}\n第{number}份", to="somebody@outside.example")
        code, text = scene.send(content, "somebody@outside.example")
        assert (code, "held" in text) == (250, False), text
    assert len(scene.got) == 3


def test_one_watched_rule_lets_pass_what_it_takes_and_no_more(scene: Scene) -> None:
    watched = PACKAGED.replace('name = "identity-in-text"', 'name = "identity-in-text"\nmonitor = true')
    started(scene, watched)
    content = mail(LEAK)
    assert scene.send(content, PARTY)[0] == 250
    assert under_one_received(last(scene, 1).content, content)
    found = asked(scene, content)
    assert (found["action"], found["rule"], found["would"], found["would_rule"]) == (
        "pass",
        "identity-in-text",
        "redact",
        "identity-in-text",
    )
    assert "held for review" in scene.send(unreadable(), PARTY)[1]
    check = scene.cli("check").stdout
    assert "rules that only watch: identity-in-text" in check
    assert "'identity-in-text' only watches: what it takes passes, though 'identity-elsewhere'" in check


def fields_of(one: Delivered) -> list[str]:
    return [f"{name}: {value}" for name, value in message_from_bytes(one.content, policy=default).items()]


def test_a_rule_adds_fields_to_what_goes_out_by_it_and_to_nothing_else(scene: Scene) -> None:
    checked = PACKAGED.replace(
        'name = "identity-in-text"', 'name = "identity-in-text"\nheaders = { X-Mail-Checked = "changed" }'
    ).replace('name = "service-mail"', 'name = "service-mail"\nheaders = { X-Mail-Checked = "yes" }')
    started(scene, checked)
    clean = mail("您好，您的直播间已恢复。")
    scene.send(clean, PARTY)
    assert under_one_received(last(scene, 1).content, clean)
    scene.send(mail(LEAK), PARTY)
    rewritten = last(scene, 2)
    assert "X-Mail-Checked: changed" in fields_of(rewritten)
    assert "张小鸣" not in message_from_bytes(rewritten.content, policy=default).as_string()
    head = rewritten.content.split(b"\r\n\r\n")[0]
    assert head.count(b"X-Mail-Checked") == 1
    assert head.startswith(b"Received: ")
    service = mail("您的退款将原路退回，绑定手机 138 0013 8000。", "退款通知", to="buyer@outside.example")
    scene.send(service, "buyer@outside.example")
    passed = last(scene, 3)
    assert "X-Mail-Checked: yes" in fields_of(passed)
    assert passed.content.endswith(service)
    assert "fields to mail that goes outside" in scene.cli("check").stdout


def test_a_sender_reads_the_sentence_of_the_rule_and_hears_nothing_where_it_says_so(scene: Scene) -> None:
    says = PACKAGED.replace(
        'name = "unreadable"',
        'name = "unreadable"\nsay = { zh = "附件请用普通文件，不要加密。", en = "Please attach plain files." }',
    ).replace('name = "identity-in-text"', 'name = "identity-in-text"\nnotify = false')
    started(scene, says, NOTICES)
    assert "held for review" in scene.send(unreadable(), PARTY)[1]
    [one] = wait(scene)
    assert "附件请用普通文件，不要加密。" in words(one)
    scene.send(mail(LEAK), PARTY)
    assert "held for review" in scene.send(unreadable(b"3"), PARTY)[1]
    wait(scene, 2)
    time.sleep(3)
    assert len(notices(scene)) == 2
    assert not any("已改动" in words(one) for one in notices(scene))


def test_check_names_line_and_column_and_what_would_be_right(scene: Scene) -> None:
    text = '[[rule]]\nname = "a"\naction = "redact"\nwhen = { kinds = ["name", "avtar"] }\n'
    (scene.config / "policy.toml").write_text(text, encoding="utf-8")
    done = scene.cli("check")
    assert done.returncode == 2
    assert done.stderr == (f"{scene.config}/policy.toml:4: unknown kind 'avtar'; did you mean 'avatar'? (column 27)\n")
