"""MAIL and RCPT arguments: what is taken is sent on as it came, all else is refused with a code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.smtp import path_parser
from gateway.smtp.path_parser import BadArgument, parse_mail, parse_rcpt

ALL = frozenset({"SIZE", "8BITMIME", "SMTPUTF8", "DSN"})


@pytest.mark.parametrize(
    "line",
    [
        "RCPT TO:<xinger@streamers.example>",
        "RCPT TO:<XingEr+live@Streamers.EXAMPLE>",
        "RCPT TO:<postmaster>",
        "RCPT TO:<taro..a.@mobile.example>",
        "RCPT TO:<o'neil/x=y@d.example>",
        "RCPT TO:<a@[192.0.2.1]>",
        "RCPT TO:<a@[IPv6:2001:db8::1]>",
        "RCPT TO:<a_b@under_score.example>",
        'RCPT TO:<"a b>c"@d.example>',
        'RCPT TO:<"a\\"b"@d.example>',
        "RCPT TO:<星儿@例子.example>",
        "RCPT TO:<a@b.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;A+2BB@c",
    ],
)
def test_a_recipient_is_sent_on_as_it_came(line: str) -> None:
    assert parse_rcpt(line.encode()[5:], ALL).command("RCPT TO") == line.encode()


@pytest.mark.parametrize(
    "line",
    [
        "MAIL FROM:<>",
        "MAIL FROM:<> ENVID=QQ314159 RET=HDRS",
        "MAIL FROM:<a@b.example> size=100 Body=8BITMIME SMTPUTF8",
        "MAIL FROM:<prvs=1=a%b!c@d.example>",
    ],
)
def test_a_sender_is_sent_on_as_it_came(line: str) -> None:
    assert parse_mail(line.encode()[5:], ALL).command("MAIL FROM") == line.encode()


@pytest.mark.parametrize(
    "argument", [b"from: <a@b.example>  SIZE=5 ", b"FROM:a@b.example SIZE=5", b"From :<a@b.example> SIZE=5"]
)
def test_loose_writing_means_one_thing_and_is_sent_on_strictly(argument: bytes) -> None:
    assert parse_mail(argument, ALL).command("MAIL FROM") == b"MAIL FROM:<a@b.example> SIZE=5"


@pytest.mark.parametrize(
    ("argument", "code"),
    [
        (b"", 501),
        (b"<a@b.example>", 501),
        (b"FROM:", 501),
        (b"FROM:<a@b.example", 501),
        (b"FROM:<a@b.example>x", 501),
        (b"FROM:<a@b.example> =5", 501),
        (b"FROM:<a@b.example> SIZE=", 501),
        (b"FROM:<a@b.example> SIZE", 501),
        (b"FROM:<a@b.example> SIZE=-1", 501),
        (b"FROM:<a@b.example> SIZE=1 SIZE=2", 501),
        (b"FROM:<a@b.example> AUTH=<>", 555),
        (b"FROM:<a@b.example> NOTIFY=NEVER", 555),
        (b"FROM:<a@b.example> ENVID=a\xff", 501),
        (b"FROM:<a\xff@b.example>", 553),
        (b"FROM:<a\tb@b.example>", 501),
        (b"FROM:<" + b"a" * 1000 + b"@b.example>", 501),
        (b'FROM:<"a"b"@b.example>', 501),
        (b'FROM:<"a@b.example>', 501),
        (b"FROM:<a@[x y]>", 501),
        (b"FROM:<a@-b.example>", 501),
        (b"FROM:<a b@c.example>", 501),
        ("FROM:<a\u00a0b@c.example>".encode(), 501),
        ("FROM:<a@c．example＜>".encode(), 501),
    ],
)
def test_what_is_no_path_is_refused_with_its_code(argument: bytes, code: int) -> None:
    with pytest.raises(BadArgument) as refused:
        parse_mail(argument, ALL)
    assert refused.value.reply.code == code


def test_parameters_that_were_not_offered_are_refused() -> None:
    for argument in (b"FROM:<a@b.example> SIZE=1", b"FROM:<a@b.example> BODY=7BIT", b"FROM:<a@b.example> RET=FULL"):
        with pytest.raises(BadArgument) as refused:
            parse_mail(argument, frozenset())
        assert refused.value.reply.code == 555


@given(st.binary(max_size=60) | st.text('<>@".a\\ (:%=é', max_size=30).map(str.encode))
def test_any_bytes_are_a_path_without_control_characters_or_are_refused(junk: bytes) -> None:
    for argument in (junk, b"TO:" + junk, b"TO:<" + junk + b">", b"TO:<a@" + junk + b">"):
        try:
            path = parse_rcpt(argument, ALL)
        except BadArgument:
            continue
        line = path.command("RCPT TO")
        assert not {0, 10, 13} & set(line)
        assert parse_rcpt(line[5:], ALL) == path


@given(st.text('ab1-_.+/@=?%!<> []"é', max_size=14), st.sampled_from(["FROM", "to", "From", "TO"]))
def test_the_short_way_for_plain_addresses_says_what_the_rules_say(text: str, verb: str) -> None:
    argument = f"{verb}:<{text}>".encode()
    parse, word, null = (parse_mail, b"FROM", True) if verb.upper() == "FROM" else (parse_rcpt, b"TO", False)
    if (path_parser._PLAIN_MAIL if null else path_parser._PLAIN_RCPT).fullmatch(argument):
        assert parse(argument, frozenset()) == path_parser._parse(argument, word, {}, frozenset(), null=null)


def test_the_short_way_is_taken() -> None:
    assert path_parser._PLAIN_MAIL.fullmatch(b"FROM:<kefu-07+x@a-b.platform.example>")
    for odd in (b"<a@b..c>", b"<a@-b>", b"<a@b->", b"<a%b@c>", b"<a@b@c>", b"<@b:a@c>", b"<>", b"<a=?b@c>", b"<a@b_c>"):
        assert path_parser._PLAIN_RCPT.fullmatch(b"TO:" + odd) is None


@pytest.mark.parametrize("octet", [*range(0x20), 0x7F])
@pytest.mark.parametrize(
    "place", [b'TO:<"a%bb"@d.example>', b"TO:<a%bb@d.example>", b"TO:<a@d.example> ORCPT=rfc822;a%bb"]
)
def test_a_control_character_is_refused_within_quotes_too(octet: int, place: bytes) -> None:
    with pytest.raises(BadArgument) as raised:
        parse_rcpt(place % bytes((octet,)), ALL)
    assert raised.value.reply.wire() == b"501 5.5.2 Control character in a command"
