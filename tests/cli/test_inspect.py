"""`hushgate inspect` of a mail with personal data of a third party, from the rules in a file to what is printed."""

import json
from email.message import EmailMessage

import pytest

from gateway.cli.main import main
from scene import STAFF, Scene

REPORT = {"id": "R-1", "reported": [{"name": "星儿", "addresses": ["xinger@streamers.example"]}]}
RULES = """personal_data = "monitor"
personal_data_allowed = ["139 0013 9000"]
[[rule]]
name = "everything"
action = "reject"
"""


def test_personal_data_of_third_parties_that_is_watched_is_shown(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = STAFF, "xinger@streamers.example", "请说明"
    mail.set_content("请勿再联系观众。热线 13900139000。")
    mail.add_attachment(
        "观众电话：１３８-1234-5678".encode(), maintype="text", subtype="plain", filename="粤B12346.txt"
    )
    path = scene.folder / "m.eml"
    path.write_bytes(mail.as_bytes())
    reports = scene.folder / "r.jsonl"
    reports.write_text(json.dumps(REPORT, ensure_ascii=False), encoding="utf-8")
    config = ("--config", str(scene.config))
    assert main(["reports", "import", str(reports), *config]) == 0
    (scene.config / "policy.toml").write_text(RULES, encoding="utf-8")
    capsys.readouterr()
    asked = ("inspect", str(path), "--sender", STAFF, "--recipient", "xinger@streamers.example", "--json")
    assert main([*asked, *config]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["action"], shown["rule"]) == ("pass", "clean")
    assert {(f["kind"], f["variant"], f["medium"], f["monitored"]) for f in shown["findings"]} == {
        ("personal_data", "phone", "text", True),
        ("personal_data", "plate", "file_name", True),
    }
