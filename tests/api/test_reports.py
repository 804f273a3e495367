"""Reports over the API: in with their files, all or nothing; shown masked; their life; erased."""

import base64
import gzip
import json
import quopri
from typing import Any

import pytest

from api.conftest import FILES, REPORT, Api
from corpus.report import LETTER, NAME, PHONE


def report(id_: str, **more: Any) -> dict[str, Any]:
    return {**REPORT, "id": id_, "materials": [], **more}


def test_a_report_with_its_letter_is_new_once_and_updated_then(api: Api) -> None:
    new = api.hand_in({**REPORT, "id": "R-1"}, FILES)
    assert new.status_code == 201, new.text
    body = new.json()
    assert body["id"] == "R-1"
    assert body["status"] == "open"
    assert body["protects"]["name"] == 1
    assert body["protects"]["phone"] == 1
    again = api.hand_in({**REPORT, "id": "R-1"}, FILES)
    assert again.status_code == 200
    stored = api.house.store.reports.get("R-1")
    assert stored is not None
    assert len(stored.materials) == 1


def test_a_report_comes_as_json_alone(api: Api) -> None:
    assert api.ask("POST", "/reports", json=report("J-2")).status_code == 201


def test_what_only_a_letter_says_is_learned_and_counted(api: Api) -> None:
    letter = f"举报人：{NAME}\n联系电话：{PHONE}\n举报内容：……".encode()
    said = api.hand_in(report("R-3", reporter={}, materials=["a.txt"]), {"a.txt": letter}).json()
    assert said["protects"] == {"name": 1, "phone": 1}
    nobody = api.hand_in(report("R-4", reporter={}, materials=["a.txt"]), {"a.txt": "什么也没有".encode()}).json()
    assert nobody["protects"] == {}
    assert any("nobody" in line for line in nobody["warnings"])


def test_a_file_that_is_named_and_not_sent_takes_nothing_over(api: Api) -> None:
    answer = api.hand_in(report("R-5", materials=["there.txt", "gone.txt"]), {"there.txt": b"x"})
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert "gone.txt" in answer.json()["detail"]
    assert api.house.store.reports.get("R-5") is None


def test_a_file_is_found_by_the_last_part_of_its_name_where_that_is_enough(api: Api) -> None:
    assert api.hand_in(report("R-6", materials=["files/a.txt"]), {"a.txt": b"x"}).status_code == 201
    two = {"x/a.txt": b"x", "y/a.txt": b"y"}
    assert api.hand_in(report("R-7", materials=["files/a.txt"]), two).status_code == 422


def test_a_file_that_nobody_names_is_told(api: Api) -> None:
    said = api.hand_in(report("R-8"), {"more.txt": b"x"}).json()
    assert any("left out" in line for line in said["warnings"])


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"{", 400, "not_json"),
        (b"\xff\xfe", 400, "not_json"),
        (b"[" * 100_000, 400, "not_json"),
        (b"[]", 422, "not_valid"),
        (b"{}", 422, "not_valid"),
        (json.dumps(report("a b")).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", status="opened")).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", reporters={})).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", reported=[])).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", reported="星儿")).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", reporter={"addresses": ["no address"]})).encode(), 422, "not_valid"),
        (json.dumps(report("R-9", materials=["gone.txt"])).encode(), 422, "not_valid"),
    ],
)
def test_what_is_wrong_is_said_with_its_place(api: Api, body: bytes, status: int, code: str) -> None:
    answer = api.ask("POST", "/reports", content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert api.house.store.reports.get("R-9") is None
    assert NAME not in answer.text
    assert PHONE not in answer.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--x\r\n",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx\r\n--x--\r\n',
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--\r\n",
        b'--x\r\nContent-Disposition: form-data; name="report"\r\n\r\n{\r\n--x--\r\n',
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n1\r\n'
        b'--x\r\nContent-Disposition: form-data; name="a"; filename="f"\r\n\r\n2\r\n--x--\r\n',
        b"".join(b'--x\r\nContent-Disposition: form-data; name="f"; filename="%d"\r\n\r\n\r\n' % n for n in range(300)),
    ],
)
@pytest.mark.parametrize("sort", ["multipart/form-data; boundary=x", "multipart/form-data"])
def test_a_form_that_is_none_is_refused(api: Api, body: bytes, sort: str) -> None:
    answer = api.ask("POST", "/reports", content=body, headers={"Content-Type": sort})
    assert answer.status_code in (400, 422), answer.text
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused_whether_it_says_so_or_not(api: Api) -> None:
    large = b"x" * (3 << 20)
    assert api.ask("POST", "/reports", content=large, headers={"Content-Type": "application/json"}).status_code == 413
    chunks = (large[at : at + 65536] for at in range(0, len(large), 65536))
    answer = api.ask("POST", "/reports", content=chunks, headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_a_report_is_listed_and_shown_masked_and_the_look_is_in_the_log(api: Api) -> None:
    api.ask("POST", "/reports", json=report("R-10"))
    shown = api.ask("GET", "/reports/R-10")
    assert shown.status_code == 200
    assert shown.json()["reported"][0]["name"] == "星儿"
    listed = api.ask("GET", "/reports", params={"limit": 200})
    assert "R-10" in {one["id"] for one in listed.json()["items"]}
    for answer in (shown, listed):
        assert NAME not in answer.text
        assert PHONE not in answer.text
        assert LETTER[:20] not in answer.text
    looks = [one for one in api.house.store.audit.entries() if one.event == "report.viewed" and one.subject == "R-10"]
    assert [one.actor for one in looks] == ["token:desk"]


def test_a_list_comes_in_pages_without_a_gap_or_a_double(api: Api) -> None:
    wanted = {f"P-{n:03}" for n in range(12)} | {"P-举报/七"}
    for id_ in wanted:
        assert api.ask("POST", "/reports", json=report(id_)).status_code in (200, 201)
    found: list[str] = []
    cursor = ""
    while True:
        page = api.ask("GET", "/reports", params={"limit": 5, **({"cursor": cursor} if cursor else {})}).json()
        found += [one["id"] for one in page["items"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert wanted <= set(found)
    assert len(found) == len(set(found))
    assert api.ask("GET", "/reports/P-举报/七").json()["id"] == "P-举报/七"


@pytest.mark.parametrize(
    "query", [{"limit": "0"}, {"limit": "201"}, {"limit": "x"}, {"limit": "²"}, {"cursor": "?"}, {"cursor": "/w=="},
              {"status": "erased"}, {"unresolved": "yes"}],
)  # fmt: skip
def test_a_query_that_is_not_right_is_told(api: Api, query: dict[str, str]) -> None:
    assert api.ask("GET", "/reports", params=query).status_code == 422


def test_open_reports_without_an_address_are_unresolved(api: Api) -> None:
    api.ask("POST", "/reports", json=report("U-1", reported=[{"name": "只有名字"}]))
    api.ask("POST", "/reports", json=report("U-2"))
    ids = {one["id"] for one in api.ask("GET", "/reports?unresolved=true&limit=200").json()["items"]}
    assert "U-1" in ids
    assert "U-2" not in ids


def test_the_life_of_a_report(api: Api) -> None:
    api.ask("POST", "/reports", json=report("L-1"))
    assert api.ask("POST", "/reports/L-1/close").json() == {"id": "L-1", "status": "closed"}
    assert api.ask("POST", "/reports/L-1/reopen").json()["status"] == "open"
    assert api.ask("POST", "/reports/L-1/withdraw").json()["status"] == "withdrawn"
    assert api.ask("POST", "/reports/none/close").status_code == 404
    assert api.ask("GET", "/reports?status=withdrawn").json()["items"][0]["id"] == "L-1"


def test_what_is_erased_is_gone_and_does_not_come_back(api: Api) -> None:
    api.ask("POST", "/reports", json=report("E-1"))
    assert api.ask("DELETE", "/reports/E-1").status_code == 204
    assert api.ask("GET", "/reports/E-1").status_code == 404
    assert api.ask("DELETE", "/reports/E-1").status_code == 404
    assert api.ask("POST", "/reports/E-1/close").status_code == 404
    assert api.ask("POST", "/reports", json=report("E-1")).status_code == 409
    assert "E-1" not in {one["id"] for one in api.ask("GET", "/reports?limit=200").json()["items"]}


def form(*parts: tuple[str, bytes]) -> dict[str, Any]:
    """A form as it is on the wire: the header of each part, and its octets."""
    body = b"".join(b"--x\r\n" + head.encode() + b"\r\n\r\n" + octets + b"\r\n" for head, octets in parts)
    return {"content": body + b"--x--\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}


@pytest.mark.parametrize(
    "more",
    [
        {"reporter": {NAME: "x"}}, {NAME: "x"}, {"status": NAME}, {"severity": PHONE},
        {"reporter": {"accounts": [{NAME: "x"}]}}, {"reporter": {"circumstances": [{"kind": NAME, "value": "x"}]}},
    ],
)  # fmt: skip
def test_a_word_in_the_wrong_place_of_a_report_is_not_repeated(api: Api, more: dict[str, Any]) -> None:
    answer = api.ask("POST", "/reports", json=report("R-27", **more))
    assert answer.status_code == 422
    assert NAME not in answer.text
    assert PHONE not in answer.text


FIELD = 'Content-Disposition: form-data; name="report"'


@pytest.mark.parametrize("charset", ["gbk", "big5", "utf-16", "latin-1"])
@pytest.mark.parametrize("told", ["", "; charset={}"])
def test_a_field_in_another_charset_than_utf8_is_refused_and_never_taken_as_other_names(
    api: Api, charset: str, told: str
) -> None:
    name = "José" if charset == "latin-1" else "遠山"
    said = json.dumps(report("R-20", reported=[{"name": name}], reporter={}), ensure_ascii=False)
    sent = form((FIELD, said.encode(charset)))
    sent["headers"]["Content-Type"] += told.format(charset)
    answer = api.ask("POST", "/reports", **sent)
    assert (answer.status_code, answer.json()["code"]) == (400, "not_json"), answer.text
    assert api.house.store.reports.get("R-20") is None


@pytest.mark.parametrize("charset", ["gbk", "no-such-charset", "rot13", "utf-8"])
def test_what_a_form_says_of_its_charset_does_not_change_what_is_protected(api: Api, charset: str) -> None:
    sent = form((FIELD, json.dumps(report("R-21"), ensure_ascii=False).encode()))
    sent["headers"]["Content-Type"] += f"; charset={charset}"
    assert api.ask("POST", "/reports", **sent).status_code in (200, 201)
    stored = api.house.store.reports.get("R-21")
    assert stored is not None
    assert NAME in {one.value for one in stored.identity}


@pytest.mark.parametrize("encoding", ["base64", "Quoted-Printable", "binary", "8bit"])
def test_a_part_is_read_as_what_it_was_before_its_transfer_encoding(api: Api, encoding: str) -> None:
    letter = f"举报人：{NAME}\n联系电话：{PHONE}".encode()
    ways = {"base64": base64.encodebytes, "Quoted-Printable": quopri.encodestring}
    written = ways.get(encoding, bytes)
    named = json.dumps(report("R-22", reporter={}, materials=["a.txt"])).encode()
    way = f"\r\nContent-Transfer-Encoding: {encoding}"
    file = 'Content-Disposition: form-data; name="f"; filename="a.txt"'
    answer = api.ask("POST", "/reports", **form((FIELD + way, written(named)), (file + way, written(letter))))
    assert answer.status_code in (200, 201), answer.text
    assert answer.json()["protects"] == {"name": 1, "phone": 1}


@pytest.mark.parametrize(("encoding", "octets"), [("base64", b"%%"), ("x-uuencode", b"x"), ("gzip", b"x")])
def test_a_part_in_a_transfer_encoding_that_cannot_be_undone_is_refused(api: Api, encoding: str, octets: bytes) -> None:
    file = f'Content-Disposition: form-data; name="f"; filename="a.txt"\r\nContent-Transfer-Encoding: {encoding}'
    named = json.dumps(report("R-23", materials=["a.txt"])).encode()
    answer = api.ask("POST", "/reports", **form((FIELD, named), (file, octets)))
    assert (answer.status_code, answer.json()["code"]) == (400, "transfer_encoding")
    assert api.house.store.reports.get("R-23") is None


@pytest.mark.parametrize(
    "name",
    [
        "filename*=utf-8''%E4%B8%BE%E6%8A%A5%22%5C.txt",
        "filename*=UTF-8'zh'%E4%B8%BE%E6%8A%A5%22%5C.txt; size=1",
        "filename=\"=?utf-8?B?5Li+5oql?=\"; filename*=utf-8''%E4%B8%BE%E6%8A%A5%22%5C.txt",
        'filename="举报\\"\\\\.txt"; filename*=utf-8\'\'other.txt',
    ],
)
def test_a_file_is_known_by_the_name_that_older_clients_write(api: Api, name: str) -> None:
    named = json.dumps(report("R-24", materials=['举报"\\.txt'])).encode()
    file = f'Content-Disposition: form-data; name="f"; {name}'
    answer = api.ask("POST", "/reports", **form((FIELD, named), (file, b"x")))
    assert answer.status_code in (200, 201), answer.text


def test_two_reports_in_one_form_are_refused_and_none_is_lost(api: Api) -> None:
    two = [(FIELD, json.dumps(report(id_)).encode()) for id_ in ("R-25", "R-26")]
    for second in (FIELD, FIELD + '; filename="r.json"'):
        answer = api.ask("POST", "/reports", **form(two[0], (second, two[1][1])))
        assert (answer.status_code, answer.json()["code"]) == (422, "many_reports")
    assert api.house.store.reports.get("R-26") is None


def test_a_compressed_body_is_refused_and_not_judged_as_it_comes(api: Api) -> None:
    for path, sort in (
        ("/inspect?sender=a@b.example&recipient=c@d.example", "message/rfc822"),
        ("/reports", "application/json"),
    ):
        headers = {"Content-Type": sort, "Content-Encoding": "gzip"}
        answer = api.ask("POST", path, content=gzip.compress(b"{}"), headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (415, "content_encoding")
