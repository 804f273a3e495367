"""`hushgate inspect` of a mail with personal data of a third party, from the rules in a file to what is printed."""

import json
from email.message import EmailMessage

import pytest

from gateway.cli.main import main
from scene import STAFF, Scene, mail

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
    sent = EmailMessage()
    sent["From"], sent["To"], sent["Subject"] = STAFF, "xinger@streamers.example", "请说明"
    sent.set_content("请勿再联系观众。热线 13900139000。")
    sent.add_attachment(
        "观众电话：１３８-1234-5678".encode(), maintype="text", subtype="plain", filename="粤B12346.txt"
    )
    path = scene.folder / "m.eml"
    path.write_bytes(sent.as_bytes())
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


def test_a_page_is_for_the_user_alone_also_in_place_of_one_that_all_could_read(scene: Scene) -> None:
    path, page = scene.folder / "m.eml", scene.folder / "page.html"
    path.write_bytes(mail("请说明当晚情况。"))
    page.write_text("what was there")
    page.chmod(0o644)
    asked = ("inspect", str(path), "--sender", STAFF, "--recipient", "xinger@streamers.example")
    assert main([*asked, "--html", str(page), "--config", str(scene.config)]) == 0
    assert page.read_bytes().startswith(b"<!")
    assert page.stat().st_mode & 0o777 == 0o600
    assert main([*asked, "--html", str(scene.folder / "none" / "page.html"), "--config", str(scene.config)]) == 2
