"""What a message says may say whose it is: from a reading and from a glance alike, and a match holds nothing."""

from gateway.fingerprints.mentions import callings_of
from gateway.fingerprints.of_reading import fingerprints_of_reading
from gateway.matching import Audience, TrustedRecipients, by_words
from gateway.model import Location, Match, Reading, TextFragment, steps
from gateway.reading.plain import plain_fingerprints
from gateway.reading.walk import read_mail
from gateway.storage.mention_index import Sort
from scene import mail

AUDIENCE = Audience(
    ("x@y.example", "xiaoming@mail.example"),
    TrustedRecipients(frozenset(("platform.example",))),
    {("R-1", "xiaoming@mail.example"): "reporter"},
)


def words(packed: bytes) -> set[bytes]:
    return {packed[at : at + 8] for at in range(0, len(packed), 8)}


def key(name: str) -> set[bytes]:
    return words(callings_of(name).astype("<u8").tobytes())


def test_a_number_says_more_than_a_name_and_what_is_known_is_left_out() -> None:
    called: tuple[tuple[str, Sort], ...] = (("R-1", "name"), ("R-2", "number"), ("R-2", "name"), ("R-3", "name"))
    assert by_words(called, AUDIENCE, {"R-3"}) == (
        Match("R-1", "name", "x@y.example", 0.6, "unknown"),
        Match("R-1", "name", "xiaoming@mail.example", 0.6, "reporter"),
        Match("R-2", "number", "x@y.example", 0.9, "unknown"),
        Match("R-2", "number", "xiaoming@mail.example", 0.9, "unknown"),
    )


def test_mail_to_the_reporter_about_the_own_report_is_nobodys() -> None:
    alone = Audience(("xiaoming@mail.example",), AUDIENCE.circle, AUDIENCE.relations)
    assert by_words((("R-1", "number"),), alone, ()) == ()


def test_subject_greeting_recipient_and_attachment_are_looked_through() -> None:
    reading = Reading(
        texts=(
            TextFragment(Location(""), "header", "关于 R-2020-0918", "subject"),
            TextFragment(Location(""), "header", "阿澈 <x@y.example>", "to"),
            TextFragment(Location(""), "header", "小鱼丸", "x-other"),
            TextFragment(Location("1"), "text", "星儿您好：\n请说明。"),
            TextFragment(Location("2", (steps.file("a.docx"),)), "document", "房间88412345"),
        )
    )
    found = words(fingerprints_of_reading(reading).words)
    for name in ("R-2020-0918", "阿澈", "星儿", "88412345"):
        assert found & key(name), name
    assert not found & key("小鱼丸")


def test_a_glance_at_a_plain_mail_sees_who_is_called_as_a_reading_does() -> None:
    content = mail(
        "星儿您好：\n请就清凌凌的水一事说明，见R-2020-0918。",
        "关于直播间88412345",
        to="=?utf-8?b?6Zi/5r6I?= <x@y.example>",
    )
    fingerprints = plain_fingerprints(content)
    assert fingerprints is not None
    read = words(fingerprints_of_reading(read_mail(content)).words)
    for name in ("星儿", "清凌凌的水", "R-2020-0918", "88412345", "阿澈"):
        assert words(fingerprints.words) & key(name), name
        assert read & key(name), name
