"""What a drill makes up: new each time, and what its own second opinion makes of what comes out."""

import email
import json
from email.message import EmailMessage
from email.policy import SMTP, default

import pytest

from gateway.drill.made_up import CLEAN, LEAKS, DrillMail, made_up
from gateway.drill.run import outcome_of, tells, with_rule
from gateway.model.drill import DOMAIN, SENDER, CaseResult, DrillAddress, DrillAnswer, drill_address, is_of_a_drill
from gateway.smtp.sink import Delivered

TOKEN = "0123456789abcdef" * 2


def by_name(token: str = TOKEN) -> dict[str, DrillMail]:
    return {mail.name: mail for mail in made_up(token).mails}


def test_a_drill_has_a_clean_mail_first_and_a_leak_of_each_kind() -> None:
    mails = made_up(TOKEN).mails
    assert [mail.name for mail in mails] == [CLEAN, *LEAKS]
    assert all(mail.recipient == str(DrillAddress(mail.name, TOKEN)) for mail in mails)
    assert {mail.sender for mail in mails} == {str(DrillAddress(SENDER, TOKEN))}
    for mail in mails:
        mail.content.decode("ascii")
        assert all(len(line) <= 998 for line in mail.content.split(b"\r\n"))


def test_nothing_is_made_up_twice() -> None:
    made = [made_up(TOKEN) for _ in range(12)]
    for number in range(len(LEAKS) + 1):
        assert len({one.mails[number].content for one in made}) == 12
    assert len({one.files["letter.docx"] for one in made}) == 12
    assert len({one.mails[2].files for one in made}) == 12
    assert len({json.loads(one.report)["reporter"]["phones"][0] for one in made}) == 12


def test_a_made_up_person_has_no_name_of_ours() -> None:
    class Most:
        """Every name that begins with another family's."""

        def __contains__(self, name: object) -> bool:
            return not str(name).startswith(("赵", "钱", "孙"))

    for _ in range(5):
        report = json.loads(made_up(TOKEN, Most()).report)
        assert report["reporter"]["names"][0][0] in "赵钱孙"
        assert report["reported"][0]["name"][0] in "赵钱孙"


def test_the_clean_mail_says_nothing_of_the_reporter_and_the_leaks_do() -> None:
    made = made_up(TOKEN)
    reporter = json.loads(made.report)["reporter"]
    text = {mail.name: mail.content for mail in made.mails}
    said = email.message_from_bytes(text[CLEAN], policy=default).get_content()
    assert reporter["names"][0] not in said
    assert reporter["phones"][0] not in "".join(said.split())
    assert tells(made.mails[1], made.mails[1].content)
    assert tells(made.mails[2], made.mails[2].content)
    assert tells(made.mails[3], made.mails[3].content)


def delivered(mail: DrillMail, content: bytes) -> list[Delivered]:
    return [Delivered(mail.sender, (mail.recipient,), content)]


def rewritten(text: str, subject: str = "请您说明") -> bytes:
    mail = EmailMessage(SMTP)
    mail["Subject"] = subject
    mail.set_content(text)
    return mail.as_bytes()


def test_what_came_out_weighs_more_than_what_was_answered() -> None:
    mail = by_name()["text"]
    received = b"Received: from a by b;\r\n Mon, 1 Jan 2026 00:00:00 +0000\r\n"
    assert outcome_of(mail, 250, []) == "held"
    assert outcome_of(mail, 250, delivered(mail, received + mail.content)) == "passed"
    assert outcome_of(mail, 550, delivered(mail, received + mail.content)) == "passed"
    assert outcome_of(mail, None, delivered(mail, received + mail.content)) == "passed"
    assert outcome_of(mail, 250, delivered(mail, received + rewritten("请您说明当晚情况。"))) == "rewritten"
    for secret in mail.secrets:
        spaced = " ".join(secret)
        assert outcome_of(mail, 250, delivered(mail, received + rewritten(f"来信人：{spaced}。"))) == "leaked"
        assert outcome_of(mail, 250, delivered(mail, received + rewritten("请说明。", secret))) == "leaked"


@pytest.mark.parametrize(
    ("code", "outcome"),
    [(None, "no_answer"), (250, "held"), (550, "rejected"), (451, "deferred"), (421, "deferred"), (554, "refused")],
)
def test_an_answer_and_nothing_that_came_out(code: int | None, outcome: str) -> None:
    assert outcome_of(by_name()["letter"], code, []) == outcome


def test_a_letter_that_comes_out_as_it_was_is_a_leak_whatever_stands_around_it() -> None:
    mail = by_name()["letter"]
    other = EmailMessage(SMTP)
    other.set_content("见附件。")
    other.add_attachment(mail.files[0], "application", "octet-stream", filename="a.bin")
    assert outcome_of(mail, 250, delivered(mail, b"Received: x\r\n" + other.as_bytes())) == "leaked"


@pytest.mark.parametrize(
    ("address", "of_a_drill", "known"),
    [
        (f"text.{TOKEN}@{DOMAIN}", True, True),
        (f"text.{TOKEN}@{DOMAIN.upper()}", True, False),
        (f"text.{TOKEN}@{DOMAIN}.", True, False),
        (f"text.{TOKEN[:-1]}@{DOMAIN}", True, False),
        (f"TEXT.{TOKEN}@{DOMAIN}", True, False),
        (f"a@b@{DOMAIN}", True, False),
        (f"text.{TOKEN}@{DOMAIN}.example", False, False),
        (f"text.{TOKEN}@sub.{DOMAIN}", False, False),
        ("xinger@streamers.example", False, False),
        ("", False, False),
    ],
)
def test_which_addresses_are_a_drills(address: str, of_a_drill: bool, known: bool) -> None:
    assert is_of_a_drill(address) == of_a_drill
    assert (drill_address(address) is not None) == known


@pytest.mark.parametrize(
    ("outcome", "action", "so"),
    [
        ("held", "quarantine", "held"),
        ("held", "pass", "lost"),
        ("held", "redact", "lost"),
        ("held", "", "lost"),
        ("rejected", "reject", "rejected"),
        ("rejected", "quarantine", "refused"),
        ("rejected", "", "refused"),
        ("rewritten", "redact", "rewritten"),
        ("passed", "quarantine", "passed"),
    ],
)
def test_what_was_accepted_is_held_only_where_the_rules_held_it(outcome: str, action: str, so: str) -> None:
    answers = {"text": DrillAnswer("text", action, "a-rule")} if action else {}
    assert with_rule(CaseResult("text", outcome, 1.0), answers).outcome == so
