"""The index of contents: found by any fingerprint, of open reports alone, and readable by nobody without the key."""

import sqlite3
import struct
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.fingerprints.identifiers import identifier_prints, item_prints, message_prints
from gateway.fingerprints.winnowing import material_prints, text_prints
from gateway.model import Fingerprints, IndexHits, Item, ItemState, MaterialMark, Party, Report
from gateway.storage import common_marks
from gateway.storage.store import SqlStore
from gateway.vault.vault import Vault
from storage.conftest import Place

LETTER = "该主播于2020年9月12日晚间直播时，诱导观众添加私人账号并在站外收取款项，事后拒绝退还，涉及金额三千二百元。"
FORM = "网络违法和不良信息举报受理表。请如实填写以下各项内容，并对所提供材料的真实性负责，平台将对您的信息严格保密。"
OTHER = "另一封与此无关的来信，说的是另一件完全不同的事情，没有任何相同之处。"
PICTURE = 0x0123456789ABCDEF


def letter(text: str = LETTER, name: str = "信.docx", picture: int | None = None, message_id: str = "") -> MaterialMark:
    data = text.encode()
    return MaterialMark(
        name,
        "docx",
        len(data),
        (data * 4)[:32].ljust(32, b"\0"),
        prints=material_prints(text).astype("<u8").tobytes(),
        phash=picture,
        message_id=message_id,
    )


PARTY = Party("星儿", ("xinger@streamers.example",), ("room:88412345",))


def report(
    id: str = "R-1", *items: Item, marks: tuple[MaterialMark, ...] = (), address: str = "", party: Party = PARTY
) -> Report:
    return Report(id, "open", "2020-09-18T10:00:00+08:00", (party,), items, materials=marks)


def fingerprints(text: str) -> Fingerprints:
    return Fingerprints(
        text=text_prints(text).astype("<u8").tobytes(), identifiers=identifier_prints(text).astype("<u8").tobytes()
    )


def picture(hash: int) -> Fingerprints:
    return Fingerprints(pictures=struct.pack("<Q", hash))


def pieces(*words: int) -> bytes:
    return struct.pack(f"<{len(words)}Q", *words)


def test_a_piece_of_a_picture_is_found_by_two_of_its_words_and_not_by_one(store: SqlStore) -> None:
    marked = replace(letter(), pieces=pieces(1, 2, 3, 4))
    store.reports.put([report("R-1", marks=(marked,)), report("R-2", marks=(letter(OTHER),))], "t")
    assert store.marks.trace(Fingerprints(pieces=pieces(2, 9))).reports == ()
    assert store.marks.trace(Fingerprints(pieces=pieces(2, 4, 9))).reports == (("R-1", "pieces", 2),)


FULL = report(
    "R-1",
    Item("phone", "13800138000"),
    Item("name", "张小鸣"),
    marks=(letter(picture=PICTURE, message_id="<abc@mail.example>"),),
)


@pytest.mark.parametrize(
    ("asked", "kind"),
    [
        (fingerprints("您好：" + LETTER[20:50] + "请说明。"), "text"),
        (fingerprints("请打 138 0013 8000"), "identifiers"),
        (Fingerprints(files=(LETTER.encode() * 4)[:8]), "files"),
        (Fingerprints(mails=message_prints(["ABC@mail.example"]).astype("<u8").tobytes()), "mails"),
        (picture(PICTURE), "pictures"),
        (picture(PICTURE ^ 0b1011), "pictures"),
        (picture(PICTURE ^ (1 << 3 | 1 << 20 | 1 << 40 | 1 << 63)), "pictures"),
    ],
)
@pytest.mark.parametrize("learnt", [False, True])
def test_a_report_is_found_by_each_of_its_fingerprints(
    store: SqlStore, asked: Fingerprints, kind: str, learnt: bool
) -> None:
    store.reports.put(
        [FULL, report("R-2", marks=(letter(OTHER),))],
        "t",
    )
    if learnt:
        store.marks.learn()
    assert [(id, found) for id, found, _ in store.marks.trace(asked).reports] == [("R-1", kind)]
    assert not store.marks.cannot_match(asked)


def test_what_nobody_handed_in_is_surely_nobodys_once_it_was_learnt(store: SqlStore) -> None:
    store.reports.put([FULL], "t")
    plain = fingerprints("您的直播间因内容违规被限制推荐，请在三日内提交说明。")
    assert store.marks.trace(plain) == IndexHits()
    assert not store.marks.cannot_match(plain)
    store.marks.learn()
    assert store.marks.cannot_match(plain)
    store.audit.append("t", "e", "s", {})
    store.marks.learn()
    assert store.marks.cannot_match(plain)


def test_what_another_process_imports_is_not_missed(store: SqlStore, place: Place) -> None:
    store.marks.learn()
    asked = fingerprints(LETTER)
    assert store.marks.cannot_match(asked)
    other = place.open()
    other.reports.put([FULL], "t")
    assert not store.marks.cannot_match(asked)
    assert store.marks.trace(asked).reports
    store.marks.learn()
    assert not store.marks.cannot_match(asked)


def test_a_changed_report_is_found_by_its_new_form_alone(store: SqlStore) -> None:
    store.reports.put([FULL], "t")
    store.reports.put([replace(FULL, identity=(Item("phone", "13900139000"),), materials=())], "t")
    for gone in (fingerprints(LETTER), fingerprints("13800138000"), picture(PICTURE)):
        assert store.marks.trace(gone).reports == ()
    assert store.marks.trace(fingerprints("13900139000")).reports


def test_a_closed_report_is_not_found(store: SqlStore) -> None:
    store.reports.put([FULL], "t")
    store.reports.erase("R-1", "t", False)
    assert store.marks.trace(fingerprints(LETTER)).reports == ()


def test_what_is_the_reported_partys_own_points_to_nobody(store: SqlStore) -> None:
    both = report("R-1", Item("account", "88412345"), Item("address", "xinger@streamers.example"))
    store.reports.put([both], "t")
    assert store.marks.trace(fingerprints("room 88412345, xinger@streamers.example")).reports == ()


def people(count: int, text: str = FORM, phone: str = "1390013{:04}") -> list[Report]:
    """Of so many reporters against as many parties, each with the text and something of its own."""
    return [
        report(
            f"R-{n}",
            Item("phone", phone.format(n)),
            marks=(letter(text + f"举报人填写的第{n}份内容各不相同。", picture=PICTURE),),
            party=Party(f"主播{n}", (f"star{n}@streamers.example",)),
        )
        for n in range(count)
    ]


def owners(store: SqlStore, asked: Fingerprints) -> int:
    return len({id for id, _, _ in store.marks.trace(asked).reports})


KINDS = {"text": fingerprints(FORM), "phone": fingerprints("13800138000"), "picture": picture(PICTURE)}


def filed(number: int, party: int, *items: Item) -> Report:
    """One filing with a text, a picture and a number that others have too."""
    learned = (Item("phone", "13800138000", state="learned"), *items)
    marks = (letter(FORM, picture=PICTURE),)
    return report(f"F-{number}", *learned, marks=marks, party=Party(f"主播{party}", (f"star{party}@s.example",)))


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("at_once", [False, True])
def test_who_reports_many_times_stays_protected_whatever_else_differs(
    store: SqlStore, asked: Fingerprints, at_once: bool
) -> None:
    """Another account each time, against another party each time, the name in other characters."""
    names = ("张小鸣", "張小鳴", "张 小鸣")
    many = [filed(n, n, Item("account", f"xm_{n}_feifei"), Item("name", names[n % 3])) for n in range(12)]
    for some in [many] if at_once else [[one] for one in many]:
        store.reports.put(some, "t")
    assert owners(store, asked) == 12


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(
    "vary",
    [
        lambda n: (Item("name", f"化名甲{n}"),),  # by another name each time
        lambda n: (Item("name", f"化名甲{n}"), Item("account", f"xm_{n}_feifei")),
        lambda n: (Item("account", f"xm_{n}_feifei"),),
        lambda n: (Item("nickname", f"昵称甲{n}"),),
        lambda n: (),
    ],
)
def test_who_is_reached_by_one_number_alone_is_one_person(
    store: SqlStore, vary: Callable[[int], tuple[Item, ...]], asked: Fingerprints
) -> None:
    for n in range(9):
        store.reports.put([filed(n, n, *vary(n))], "t")
    assert owners(store, asked) == 9


def test_a_shops_number_and_account_are_nobodys_and_make_nobody_one_person(store: SqlStore) -> None:
    shop = Item("account", "shop_fox_99", state="learned")
    for n in range(12):
        own = Item("name", f"甲{n}乙"), Item("phone", f"1390013{n:04}")
        store.reports.put([filed(n, n, shop, *own)], "t")
    for asked in (*KINDS.values(), fingerprints("shop_fox_99")):
        assert owners(store, asked) < 12
    store.reports.put([filed(99, 99, shop, Item("name", "甲丙丁"), Item("phone", "13900139999"))], "t")
    for asked in (*KINDS.values(), fingerprints("shop_fox_99")):
        assert owners(store, asked) == 0
    assert owners(store, fingerprints("13900130003")) == 1


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(("parties", "count"), [(1, 19), (2, 19)])
def test_what_many_say_of_one_party_is_still_theirs(
    store: SqlStore, asked: Fingerprints, parties: int, count: int
) -> None:
    for n in range(count):
        own = Item("address", f"a{n}@mail{n}.example"), Item("name", f"甲{n}乙")
        store.reports.put([filed(n, n % parties, *own)], "t")
    assert owners(store, asked) == count


@pytest.mark.parametrize("asked", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize(("parties", "count"), [(3, 5), (1, common_marks.CROWD)])
def test_what_many_unrelated_people_have_is_nobodys(
    store: SqlStore, asked: Fingerprints, parties: int, count: int
) -> None:
    for n in range(count):
        own = Item("address", f"a{n}@mail{n}.example"), Item("name", f"甲{n}乙")
        store.reports.put([filed(n, n % parties, *own)], "t")
    assert owners(store, asked) == 0


def test_two_who_share_a_name_with_a_third_are_one_with_it(store: SqlStore) -> None:
    """As far as anybody can tell: it is held rather than let go."""

    def one(number: int, *names: str) -> Report:
        own = Item("address", f"a{number}@mail{number}.example")
        return filed(number, number, own, *(Item("name", name) for name in names))

    for n in range(4):
        store.reports.put([one(n, f"甲{n}乙")], "t")
    store.reports.put([one(9, "甲0乙", "甲1乙", "甲2乙")], "t")
    assert owners(store, KINDS["text"]) == 5
    for n in range(10, 13):
        store.reports.put([one(n, f"甲{n}乙")], "t")
    assert owners(store, KINDS["text"]) == 0


def test_an_address_that_was_only_learned_of_many_makes_them_not_one_person(store: SqlStore) -> None:
    """A moderator's, say: it is what is asked for, and says nothing of who they are."""
    moderator = Item("address", "hotline@partner.example", state="learned")
    for n in range(5):
        store.reports.put([filed(n, n, moderator, Item("name", f"甲{n}乙"))], "t")
    assert owners(store, fingerprints("hotline@partner.example")) == 0


def test_many_reports_that_share_a_thing_are_imported_without_opening_each_other(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    real = Vault.open

    def counting(self: Vault, sealed: bytes, context: str) -> bytes:
        opened.append(context)
        return real(self, sealed, context)

    monkeypatch.setattr(Vault, "open", counting)
    store.reports.put([VICTIM], "t")
    for one in learners(30):
        store.reports.put([one], "t")
    assert opened == []
    assert owners(store, fingerprints(PHONE)) == 31


def test_an_erased_giver_gives_nothing_any_more(store: SqlStore, place: Place) -> None:
    store.reports.put([VICTIM], "t")
    store.reports.erase("V-1", "t", True)
    outside = place.outside()
    assert outside.execute("SELECT count(*) FROM given_marks").fetchone() == (0,)
    assert outside.execute("SELECT count(*) FROM reporters").fetchone() == (0,)


def test_a_store_of_the_version_before_knows_who_gave_what(place: Place) -> None:
    first = place.open()
    first.reports.put([VICTIM], "t")
    first.shut()
    place.age("0009", "all marks")
    again = place.open()
    for one in learners(30):
        again.reports.put([one], "t")
    assert "V-1" in {id for id, _, _ in again.marks.trace(fingerprints(PHONE)).reports}


def test_what_unrelated_reports_share_tells_nothing_from_the_fifth_on(store: SqlStore) -> None:
    asked = fingerprints(FORM)
    store.reports.put(people(common_marks.COMMON - 1), "t")
    assert len({id for id, _, _ in store.marks.trace(asked).reports}) == common_marks.COMMON - 1
    store.reports.put(people(common_marks.COMMON), "t")
    traced = store.marks.trace(asked)
    assert traced.reports == ()
    assert set(struct.unpack(f"<{len(traced.common.text) // 8}Q", traced.common.text)) <= set(
        text_prints(FORM).tolist()
    )
    assert len(traced.common.text) >= len(text_prints(FORM)) * 8 // 2


PHONE = "13800138000"


def learners(count: int, state: ItemState = "learned") -> list[Report]:
    """Reports of unrelated people in which one number was learned."""
    return [
        report(
            f"A-{n}",
            Item("address", f"a{n}@mail{n}.example"),
            Item("phone", PHONE, state=state),
            Item("name", f"甲{n}乙"),
            party=Party(f"主播{n}", (f"star{n}@streamers.example",)),
        )
        for n in range(count)
    ]


VICTIM = report("V-1", Item("address", "v@mail.example"), Item("phone", PHONE))


@pytest.mark.parametrize("first", range(0, 2 * common_marks.COMMON, 3))
def test_a_number_that_a_report_gave_stays_its_however_many_others_learned_it(store: SqlStore, first: int) -> None:
    many = learners(2 * common_marks.COMMON)
    for one in (*many[:first], VICTIM, *many[first:]):
        store.reports.put([one], "t")
    assert "V-1" in {id for id, _, _ in store.marks.trace(fingerprints(PHONE)).reports}


def test_a_number_that_was_only_learned_of_many_is_nobodys_until_somebody_confirms_it(store: SqlStore) -> None:
    store.reports.put(learners(2 * common_marks.COMMON, "suggested"), "t")
    assert store.marks.trace(fingerprints(PHONE)).reports == ()
    for at in (0, 2 * common_marks.COMMON - 1):  # one that was stored before it was common, and one that was not
        assert store.reports.review(f"A-{at}", 2, "confirmed", "t", 1) == "done"
        assert f"A-{at}" in {id for id, _, _ in store.marks.trace(fingerprints(PHONE)).reports}
    store.reports.put(learners(3 * common_marks.COMMON)[2 * common_marks.COMMON :], "t")
    assert "A-0" in {id for id, _, _ in store.marks.trace(fingerprints(PHONE)).reports}


def test_what_one_person_repeats_in_many_reports_is_still_theirs(store: SqlStore) -> None:
    store.reports.put(people(3 * common_marks.COMMON, phone="13900139000"), "t")
    assert len({id for id, _, _ in store.marks.trace(fingerprints(FORM)).reports}) == 3 * common_marks.COMMON


def test_reports_of_nobody_known_count_as_one_persons(store: SqlStore) -> None:
    unknown = [replace(one, identity=()) for one in people(3 * common_marks.COMMON)]
    store.reports.put(unknown, "t")
    assert store.marks.trace(fingerprints(FORM)).reports


def test_the_index_holds_nothing_that_can_be_tried_without_the_key(store: SqlStore, place: Place) -> None:
    """The unkeyed fingerprints, which anybody can compute, stand nowhere in the file, and another key finds nothing."""
    store.reports.put([FULL], "t")
    whole = place.raw()
    known = {*text_prints(LETTER).tolist(), *item_prints("phone", "13800138000").tolist(), PICTURE}
    for value in known:
        for size in (5, 6, 8):
            assert (value & ((1 << 8 * size) - 1)).to_bytes(size, "little") not in whole
            assert (value & ((1 << 8 * size) - 1)).to_bytes(size, "big") not in whole
    rows = place.outside().execute("SELECT key FROM marks UNION ALL SELECT key FROM picture_marks").fetchall()
    assert len(rows) >= 35 + 3
    assert all(0 <= key < 1 << 48 for (key,) in rows)


def test_reports_from_before_there_was_an_index_get_their_marks(place: Place) -> None:
    first = place.open()
    first.reports.put([FULL, report("R-2", Item("phone", "13900139000"))], "t")
    first.shut()
    outside = place.outside()
    outside.execute("DELETE FROM marks")
    outside.execute("DELETE FROM picture_marks")
    outside.execute("UPDATE reports SET number = NULL")
    again = place.open()
    assert {id for id, _, _ in again.marks.trace(fingerprints(LETTER + "13900139000")).reports} == {"R-1", "R-2"}
    again.reports.put([report("R-3", Item("phone", "13700137000"))], "t")
    assert [row[0] for row in outside.execute("SELECT number FROM reports ORDER BY number")] == [1, 2, 3]


def test_a_store_without_its_state_answers_nothing(store: SqlStore, place: Place) -> None:
    place.outside().execute("DELETE FROM meta WHERE key = 'marks'")
    with pytest.raises(Exception, match="the store is not whole"):
        store.marks.learn()
    assert not store.marks.cannot_match(Fingerprints())
    assert isinstance(place.outside(), sqlite3.Connection)
