"""What tells those who get a mail nothing: domains of many people, and what stands in their own report."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from examining import examined, letter, outcome, shut_stores, stored, tools_of
from gateway.inspection.tools import InspectionDeps
from gateway.model import Item, MaterialMark, Party, Report
from scene import mail

PARTY = "xinger@streamers.example"
SAME = (
    "我在九月十八日晚上观看主播星儿的直播，她反复诱导未成年人打赏，并且在直播间里承诺充值就可以加她的私人微信。"
    "她还组织粉丝刷礼物返现，私下收取转账，数额巨大，影响恶劣，希望平台严肃处理并且公开结果。"
)
ONLY_B = "去年冬天我陪母亲在松江区医院排队取药的时候被她的经纪人当面威胁，说再写信就要找到我的单位里来。"
THE_END = "请贵平台依照有关规定封禁该直播间，追缴其全部违法所得，并且把处理结果书面答复所有提出意见的观众。"


@pytest.fixture(autouse=True)
def closed_at_the_end() -> Iterator[None]:
    yield
    shut_stores()


def report(name: str, address: str, *items: Item, text: str = "", materials: Sequence[MaterialMark] = ()) -> Report:
    marks = (*materials, *(letter(text) if text else ()))
    who = (Item("address", address),) if address else ()
    return Report(name, "open", "", (Party("星儿", (PARTY,)),), (*who, *items), (), marks)


A = report("R-A", "anna@mail.example", Item("phone", "13900139001"), text=SAME + THE_END)
B = report("R-B", "bella@mail.example", Item("phone", "13900139002"), text=SAME + ONLY_B + THE_END)


@pytest.fixture
def tools(tmp_path: Path) -> Iterator[InspectionDeps]:
    store = stored(tmp_path, A, B)
    yield tools_of(store)
    store.shut()


def put(tmp_path: Path, *reports: Report) -> InspectionDeps:
    return tools_of(stored(tmp_path, *reports))


# --- domains


def test_an_answer_to_a_reporter_is_no_tie_to_another_at_the_same_provider(tools: InspectionDeps) -> None:
    answer = mail("您好，关于主播星儿的来信已经收到。", headers=["In-Reply-To: <77.x@mail.example>"])
    for address in ("anna@mail.example", "bella@mail.example", "carl@mail.example"):
        assert outcome(answer, tools, address) == "pass", address


def test_it_is_a_tie_to_the_party_and_to_whoever_has_no_address_there(tools: InspectionDeps) -> None:
    answer = mail("您好，关于主播星儿的来信已经收到。", headers=["In-Reply-To: <77.x@mail.example>"])
    for to in ((PARTY,), ("u@outside.example",), ("anna@mail.example", PARTY), ("anna@mail.example", "u@out.example")):
        assert outcome(answer, tools, *to) != "pass", to


def test_a_domain_that_several_reporters_share_tells_nobody(tmp_path: Path) -> None:
    others = [report(f"R-{n}", f"u{n}@mail.example", Item("phone", f"1390013911{n}")) for n in range(3)]
    answer = mail("您好，请说明。", headers=["In-Reply-To: <77.x@mail.example>"])
    tools = put(tmp_path, *others[:2])
    assert outcome(answer, tools, PARTY) == "redact"  # of two somebody may know the other
    tools.reports.put(others, "test")
    assert outcome(answer, tools, PARTY) == "pass"
    named = mail("您好，请说明。", headers=["In-Reply-To: <7f.Coremail.u1@mail.example>"])
    assert outcome(named, tools, PARTY) == "redact"


def test_a_domain_in_which_one_reporter_has_many_mailboxes_is_their_own(tmp_path: Path) -> None:
    one = [report(f"R-{n}", f"u{n}@zhang.example", Item("phone", "13900139110")) for n in range(6)]
    nameless = [report(f"S-{n}", f"u{n}@li.example") for n in range(6)]
    tools = put(tmp_path, *one, *nameless)
    for domain in ("zhang.example", "li.example"):
        answer = mail("您好，请说明。", headers=[f"In-Reply-To: <77.x@{domain}>"])
        assert outcome(answer, tools, PARTY) == "redact", domain


def test_reports_of_one_person_are_not_several_people(tmp_path: Path) -> None:
    tools = put(tmp_path, *(report(f"R-{n}", "anna@mail.example") for n in range(5)))
    answer = mail("您好，请说明。", headers=["In-Reply-To: <77.x@mail.example>"])
    assert outcome(answer, tools, PARTY) == "redact"


@pytest.mark.parametrize("domain", ["qq.com", "163.com", "foxmail.com", "gmail.com", "mail2world.com", "web.de"])
def test_a_provider_s_domain_is_nobody_s_from_the_first_report_on(tmp_path: Path, domain: str) -> None:
    tools = put(tmp_path, report("R-1", f"anna@{domain}"))
    answer = mail("您好，请说明。", headers=[f"In-Reply-To: <77.x@{domain}>"])
    assert outcome(answer, tools, PARTY) == "pass"


# --- the recipient's own report


def test_what_both_handed_in_goes_to_either_and_not_to_the_party(tools: InspectionDeps) -> None:
    content = mail(f"您好，您反映的内容“{SAME}”我们已经核实。")
    assert outcome(content, tools, "anna@mail.example") == "pass"
    assert outcome(content, tools, "bella@mail.example") == "pass"
    for to in ((PARTY,), ("u@outside.example",), ("anna@mail.example", PARTY), ("anna@mail.example", "u@out.example")):
        assert outcome(content, tools, *to) == "quarantine", to


def test_a_sentence_of_another_between_two_that_both_have_is_a_leak(tools: InspectionDeps) -> None:
    content = mail(f"您好，您反映的内容“{SAME}{ONLY_B}{THE_END}”我们已经核实。")
    found = examined(content, tools, "anna@mail.example")
    assert found.decision.action == "quarantine"
    assert {finding.report for finding in found.findings} == {"R-B"}
    assert outcome(content, tools, "bella@mail.example") == "pass"


def test_both_may_read_what_both_handed_in(tools: InspectionDeps) -> None:
    content = mail(f"您好，您反映的内容“{SAME}”我们已经核实。", to="undisclosed-recipients:;")
    # Each is told that the other gets it, and no text of theirs: that is for the rules on addresses.
    kinds = {finding.kind for finding in examined(content, tools, "anna@mail.example", "bella@mail.example").findings}
    assert "material" not in kinds


def test_one_file_that_two_handed_in_is_known_to_both(tmp_path: Path) -> None:
    data = ("聊天记录导出\n" + SAME).encode()
    a, b = (
        report("R-A", "anna@mail.example", text=data.decode()),
        report("R-B", "bella@mail.example", text=data.decode()),
    )
    tools = put(tmp_path, a, b)
    part = b"Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\n"
    whole = mail("x").partition(b"Content-Type")[0] + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    content = whole + part + data.replace(b"\n", b"\r\n") + b"\r\n--b--\r\n"
    assert outcome(content, tools, "anna@mail.example") == "pass"
    assert outcome(content, tools, PARTY) == "quarantine"


def test_one_subject_of_ten_viewers_ties_to_none_of_the_others(tmp_path: Path) -> None:
    from gateway.text.thread_ids import topic

    subject = "关于星儿直播间诱导未成年人打赏的实名反映"
    mark = MaterialMark("report.eml", "mail", 0, b"\1" * 32, message_id=topic(subject))
    reports = [report(f"R-{n}", f"u{n}@mail{n}.example", materials=(mark,)) for n in range(3)]
    tools = put(tmp_path, *reports)
    content = mail("您好，已经收到。", subject=f"Re: {subject}", headers=["Thread-Topic: " + _word(subject)])
    assert outcome(content, tools, "u0@mail0.example") == "pass"
    assert outcome(content, tools, "u@outside.example") == "quarantine"
    assert outcome(content, tools, PARTY) != "pass"


def _word(text: str) -> str:
    from email.header import Header

    return Header(text, "utf-8", maxlinelen=900).encode()


def test_one_person_who_reported_two_streamers_is_no_stranger_to_the_second_report(tmp_path: Path) -> None:
    first = report("R-1", "anna@mail.example", Item("name", "章晓鸣"), Item("phone", "13900139001"))
    second = replace(
        report("R-2", "", Item("name", "章晓鸣"), Item("phone", "13900139001"), Item("account", "xm_feifei90")),
        reported=(Party("远山", ("yuanshan@streamers.example",)),),
    )
    tools = put(tmp_path, first, second)
    content = mail("章晓鸣您好，主播远山一事，我们会打 13900139001 与您联系。")
    assert outcome(content, tools, "anna@mail.example") == "pass"
    assert outcome(content, tools, "yuanshan@streamers.example") != "pass"
    more = mail("章晓鸣您好，主播远山一事，我们会打 13900139001 或微信 xm_feifei90 与您联系。")
    assert outcome(more, tools, "anna@mail.example") != "pass"  # only the second report knows the account


def test_a_reported_party_who_reports_is_still_the_party(tmp_path: Path) -> None:
    theirs = replace(report("R-9", PARTY, text=SAME), reported=(Party("张三", ("z@home.example",)),))
    tools = put(tmp_path, A, theirs)
    assert outcome(mail(f"您好，内容如下：{SAME}"), tools, PARTY) == "quarantine"


def test_learned_address_of_another_report_is_no_tie_of_its_owner(tmp_path: Path) -> None:
    mentions = report("R-B", "bella@mail.example", Item("address", "anna@mail.example", state="learned", score=0.8))
    tools = put(tmp_path, A, mentions)
    content = mail("您好，关于主播星儿的来信已经收到。", to="anna@mail.example")
    assert outcome(content, tools, "anna@mail.example") == "pass"
    other = mail("您好，关于主播星儿的来信已经收到。", to="anna@mail.example, bella@mail.example")
    assert outcome(other, tools, "anna@mail.example") == "quarantine"
