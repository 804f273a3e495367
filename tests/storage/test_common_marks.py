"""What is common comes back to who had it: by striking, erasing and an upgrade; nobody takes it by filing reports."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.intake.extract import learn
from gateway.model import Fingerprints, Item, Location, Party, Reading, Report, TextFragment, steps
from gateway.storage.common_marks import COMMON, CROWD
from gateway.storage.store import SqlStore
from storage.conftest import Place
from storage.test_fingerprint_index import FORM, KINDS, PHONE, filed, fingerprints, letter, report

NUMBER = Item("phone", PHONE, state="learned")


def victim(*items: Item) -> Report:
    own = items or (Item("address", "v@victim.example"), Item("name", "温若兰"), NUMBER)
    return report("V-1", *own, marks=(letter(FORM, picture=0x0123456789ABCDEF),), party=Party("星儿", ("x@s.example",)))


def fake(number: int) -> Report:
    own = Item("address", f"f{number}@fake{number}.example"), Item("name", f"甲{number}乙")
    return filed(number, number, *own)


def found(store: SqlStore, asked: Fingerprints) -> set[str]:
    """With and without the filter in memory, which must not make a difference."""
    first = {id for id, _, _ in store.marks.trace(asked).reports}
    store.marks.learn()
    assert first == {id for id, _, _ in store.marks.trace(asked).reports}
    assert not first or not store.marks.cannot_match(asked)
    return first


def strike(store: SqlStore, one: Report) -> None:
    """Everything that was learned, and who it says to be."""
    for number, item in enumerate(one.identity, 1):
        state = store.reports.review(one.id, number, "struck", "t", store.reports.revision(one.id))
        assert state == ("given" if item.state == "given" else "done")


def learned_name(number: int) -> Report:
    one = fake(number)
    return replace(one, identity=tuple(replace(item, state="learned") for item in one.identity))


@pytest.mark.parametrize("first", [0, 3, 5])
@pytest.mark.parametrize("ends", ["struck", "erased", "erased but for digests", "replaced"])
def test_a_victims_number_comes_back_when_the_reports_go_that_made_it_common(
    store: SqlStore, first: int, ends: str
) -> None:
    fakes = [learned_name(n) for n in range(COMMON)]
    for one in (*fakes[:first], victim(), *fakes[first:]):
        store.reports.put([one], "t")
    assert all(found(store, asked) == set() for asked in KINDS.values())
    for one in fakes:
        if ends == "struck":
            strike(store, one)
        elif ends == "replaced":
            store.reports.put([replace(one, identity=(), materials=())], "t")
        else:
            store.reports.erase(one.id, "t", ends != "erased")
    for name, asked in KINDS.items():
        assert "V-1" in found(store, asked), name
    if ends != "erased but for digests":
        assert found(store, KINDS["phone"]) == {"V-1"}


def test_what_is_erased_twice_lets_go_the_second_time(store: SqlStore) -> None:
    shared = [fake(n) for n in range(COMMON + 1)]
    store.reports.put(shared, "t")
    for keep in (True, False):
        for one in shared[2:]:
            store.reports.erase(one.id, "t", keep)
    assert found(store, KINDS["text"]) == {"F-0", "F-1"}


def test_one_of_many_that_goes_changes_nothing(store: SqlStore) -> None:
    many = [fake(n) for n in range(3 * COMMON)]
    store.reports.put(many, "t")
    for one in many[: 2 * COMMON]:
        store.reports.erase(one.id, "t", False)
    assert all(found(store, asked) == set() for asked in KINDS.values())
    store.reports.erase(many[-1].id, "t", False)
    for asked in KINDS.values():
        assert found(store, asked) == {one.id for one in many[2 * COMMON : -1]}
    store.reports.put([replace(many[-1], id="F-99")], "t")
    assert all(found(store, asked) == set() for asked in KINDS.values())


def test_a_form_is_common_still_where_one_person_used_it_three_hundred_times(store: SqlStore) -> None:
    many = [fake(n) for n in range(2 * COMMON)]
    one = [replace(many[0], id=f"S-{n}") for n in range(300)]
    store.reports.put([*many, *one], "t")
    store.reports.erase("S-7", "t", False)
    assert found(store, KINDS["text"]) == set()


def test_a_text_comes_back_that_was_common_because_a_number_told_nobody(store: SqlStore) -> None:
    """One person by the number, which is taken for a shop's as long as five names go with it."""
    text = "这一封信由同一个人写了很多遍，寄给了平台，说的是同一件事情，没有别的人写过这样的内容。"
    shop = [fake(n) for n in range(COMMON)]
    store.reports.put([replace(one, materials=()) for one in shop], "t")
    theirs = [
        report(
            f"T-{n}",
            NUMBER,
            Item("name", f"丙{n}丁"),
            Item("address", f"t{n}@t{n}.example"),
            marks=(letter(text),),
            party=Party(f"另一个主播{n}", (f"p{n}@s.example",)),
        )
        for n in range(COMMON)
    ]
    store.reports.put(theirs, "t")
    assert found(store, fingerprints(text)) == set()
    assert store.reports.review("F-0", 1, "confirmed", "t", 1) == "done"  # the number is somebody's after all
    assert found(store, fingerprints(text)) == {one.id for one in theirs}


def test_a_text_is_common_once_it_is_known_whose_the_reports_are(store: SqlStore) -> None:
    nameless = [replace(filed(n, n), identity=(Item("address", f"box{n}@mail{n}.example"),)) for n in range(COMMON)]
    store.reports.put(nameless, "t")
    assert len(found(store, KINDS["text"])) == COMMON
    named = [replace(one, identity=(*one.identity, Item("name", f"甲{n}乙"))) for n, one in enumerate(nameless)]
    store.reports.put(named[:-2], "t")
    assert len(found(store, KINDS["text"])) == COMMON
    store.reports.put(named[-2:], "t")
    assert found(store, KINDS["text"]) == set()


@pytest.mark.parametrize("keep", [False, True])
def test_a_text_is_common_once_the_report_is_gone_that_made_two_people_one(store: SqlStore, keep: bool) -> None:
    bridge = report("B-1", Item("name", "甲0乙"), Item("name", "甲1乙"), party=Party("另一个主播", ("y@s.example",)))
    bridge = replace(bridge, materials=filed(0, 0).materials)
    store.reports.put([bridge, *(fake(n) for n in range(COMMON))], "t")
    assert len(found(store, KINDS["text"])) == COMMON + 1
    store.reports.erase("B-1", "t", keep)
    assert found(store, KINDS["text"]) == set()


SPELLED = ("138 0013 8000", "+86 13800138000", "13800138000", "138-0013-8000", "0086 138 0013 8000")


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(
    "own",
    [
        lambda n: (NUMBER,),
        lambda n: (Item("phone", SPELLED[n % 5], state="learned"),),
        lambda n: (NUMBER, Item("account", f"xm_{n}_feifei")),
        lambda n: (NUMBER, Item("nickname", f"昵称甲{n}")),
        lambda n: (NUMBER, Item("government_id", "440106199001011234")),
    ],
)
def test_one_person_with_five_mailboxes_is_one_person(
    store: SqlStore, own: Callable[[int], tuple[Item, ...]], asked: Fingerprints
) -> None:
    for n in range(3 * COMMON):
        mailbox = Item("address", f"box{n}@mail{n}.example")
        store.reports.put([replace(filed(n, n), identity=(mailbox, *own(n)))], "t")
    assert len(found(store, asked)) == 3 * COMMON


@pytest.mark.parametrize("kind", ["text", "picture"])
def test_mailboxes_alone_are_no_people_but_a_crowd_of_them_is(store: SqlStore, kind: str) -> None:
    for n in range(CROWD):
        assert len(found(store, KINDS[kind])) == n
        mailbox = Item("address", f"box{n}@mail{n}.example")
        store.reports.put([replace(filed(n, n), identity=(mailbox,))], "t")
    assert found(store, KINDS[kind]) == set()


def taken_in(id: str, text: str, address: str, party: str) -> Report:
    """As `reports ingest` does it: the sender is given, the letter tells the rest."""
    reading = Reading(texts=(TextFragment(Location("1", (steps.file("a.docx"),)), "document", text),))
    reported = Party(party, (f"{party}@s.example",))
    return report(id, Item("address", address), *learn(reading, "材料 a.eml", (reported,)), party=reported)


@pytest.mark.parametrize("count", [COMMON, 2 * CROWD])
@pytest.mark.parametrize(
    "written",
    [
        "举报人：{}\n联系电话：13800138000\n举报内容：……",
        "尊敬的平台：\n……\n此致\n敬礼\n{}\n13800138000\n2020年9月1日",
        "举报人{}（13800138000）反映如下",
    ],
)
def test_no_number_of_false_letters_takes_a_number_from_whose_letter_says_that_it_is_theirs(
    store: SqlStore, written: str, count: int
) -> None:
    store.reports.put([taken_in("V-1", written.format("温若兰"), "v@victim.example", "x")], "t")
    for n in range(count):
        name = "赵钱孙李周吴郑王冯陈"[n % 10] + "一二三四五六七八九十"[n // 10] + "明"
        # each gives another number of its own beside it, as one does who names a shop
        text = f"我叫{name}，我的电话是1390013{n:04}。\n联系电话：13800138000\n电话：1390013{n:04}\n"
        store.reports.put([taken_in(f"A-{n}", text, f"a{n}@a{n}.example", f"p{n}")], "t")
    assert "V-1" in found(store, KINDS["phone"])


def test_the_number_of_a_shops_agent_in_letters_of_many_is_nobodys(store: SqlStore) -> None:
    for n in range(COMMON + 2):
        name = "赵钱孙李周吴郑"[n] + "晓明"
        text = f"我叫{name}，我的电话是1390013{n:04}。\n王丽 13800138000\n他是店家的客服。\n"
        store.reports.put([taken_in(f"A-{n}", text, f"a{n}@a{n}.example", f"p{n}")], "t")
    assert found(store, KINDS["phone"]) == set()
    assert found(store, fingerprints("13900130002")) == {"A-2"}


def test_a_shops_number_in_sheets_is_nobodys_as_ever(store: SqlStore) -> None:
    for n in range(COMMON):
        name = "赵钱孙李周"[n] + "晓明"
        letters = f"我叫{name}，我的电话是1390013{n:04}。\n收款方：小狐数码店\n电话：13800138000\n"
        store.reports.put([taken_in(f"A-{n}", letters, f"a{n}@a{n}.example", f"p{n}")], "t")
    assert found(store, KINDS["phone"]) == set()
    assert found(store, fingerprints("13900130002")) == {"A-2"}


def test_a_store_of_the_version_before_judges_everything_anew_and_marks_what_was_left_out(place: Place) -> None:
    first = place.open()
    people, one = [fake(n) for n in range(COMMON)], [filed(n, n) for n in range(50, 50 + 2 * COMMON)]
    text = "只有这一个人写过的内容，前后寄了很多次，每次都寄给平台的客服，别的人没有写过这些话。"
    mine = [replace(r, identity=(Item("phone", "13700137000"),), materials=(letter(text),)) for r in one]
    first.reports.put([*people, *mine], "t")
    every = found(first, fingerprints(text))
    first.shut()
    outside = place.outside()
    # that version stored what was common for the first five alone, and knew it for ever
    assert outside.execute("SELECT count(*) FROM common_marks").fetchone() > (0,)
    form = outside.execute("SELECT key FROM marks GROUP BY key HAVING count(*) = ?", (2 * COMMON,)).fetchall()
    outside.executemany("INSERT OR IGNORE INTO common_marks VALUES (?)", form)
    outside.executemany("DELETE FROM marks WHERE key = ? AND report > ?", [(key, COMMON + 5) for (key,) in form])
    outside.close()
    place.age("0011", "all marks")
    again = place.open()
    assert found(again, fingerprints(text)) == every == {r.id for r in mine}
    assert found(again, KINDS["text"]) == set()
    assert found(again, KINDS["picture"]) == set()
    for r in people[:1]:
        again.reports.erase(r.id, "t", False)
    assert found(again, KINDS["text"]) == {r.id for r in people[1:]}
