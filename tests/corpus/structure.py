"""MIME structure: two boundaries, none, odd ones; parts where nobody looks; types that are not what they say."""
# ruff: noqa: E501 - one case a line
# fmt: off

from corpus.build import (
    BASE64,
    COVER,
    EIGHT,
    QP,
    TEXT,
    Build,
    Table,
    b64,
    coded,
    cover,
    joined,
    mixed,
    part,
    plain,
    qp,
    raw,
    top,
)

TABLE = Table("structure")
case, add = TABLE.case, TABLE.add


def two(hidden: str, *types: str) -> Build:
    """A mail of two bodies, each cut by a boundary of its own; the one that says something is cut by `hidden`."""

    def build(words: str) -> bytes:
        other = "bar" if hidden == "foo" else "foo"
        body = joined([cover()], other) + joined([coded(words)], hidden)
        return plain(body, *(f"Content-Type: {kind}" for kind in types))

    return build


def cut(kind: str, boundary: str = "foo") -> Build:
    """A mail of two parts under a Content-Type, the second of which says something."""
    return lambda words: plain(joined([cover(), coded(words)], boundary), f"Content-Type: {kind}")


MULTI = "multipart/mixed; boundary={}"
for hidden in ("foo", "bar"):
    add(f"two-types-{hidden}", "M01", "two Content-Type fields with different boundaries", two(hidden, MULTI.format("foo"), MULTI.format("bar")))
    add(f"two-types-leaf-{hidden}", "M05 E20", "a leaf type and a multipart type, both stated", two(hidden, "text/plain", MULTI.format(hidden)))
    add(f"two-types-multi-{hidden}", "M05", "a multipart type and a leaf type, both stated", two(hidden, MULTI.format(hidden), "text/plain"))
    for name, declared in {
        "twice": "multipart/mixed; boundary=foo; boundary=bar",
        "2231-after": "multipart/mixed; boundary=foo; boundary*=us-ascii''bar",
        "2231-before": "multipart/mixed; boundary*=us-ascii''foo; boundary=bar",
        "pieces-after": "multipart/mixed; boundary=foo; boundary*0=b; boundary*1=ar",
        "pieces-before": "multipart/mixed; boundary*0=f; boundary*1=oo; boundary=bar",
        "piece-0-star": "multipart/mixed; boundary=foo; boundary*0*=''bar",
    }.items():
        add(f"boundary-{name}-{hidden}", "M02 M03 E21", f"two boundaries in one field ({name})", two(hidden, declared))

ODD_BOUNDARIES = {
    "comment-first": ("(boundary=foo)bar", "bar"),
    "comment-inside": ("fo(x)o", "foo"),
    "comment-after": ("foo (x)", "foo"),
    "no-value": ("", ""),
    "empty-quotes": ('""', ""),
    "angle": ('"<foo>"', "<foo>"),
    "angle-bare": ("<foo>", "foo"),
    "equals": ("==1--==", "==1--=="),
    "blank-before": (" foo", "foo"),
    "blank-in-quotes": ('" foo"', " foo"),
    "blank-at-end": ('"foo "', "foo"),
    "blank-at-end-used": ('"foo "', "foo "),
    "tab-inside": ('"fo\to"', "fo\to"),
    "tab-inside-not-used": ('"fo\to"', "foo"),
    "vt-before": ("\x0bfoo", "foo"),
    "escape": ('"f\\oo"', "foo"),
    "escape-kept": ('"f\\oo"', "f\\oo"),
    "escape-bare": ("f\\oo", "f\\oo"),
    "escape-bare-undone": ("f\\oo", "foo"),
    "half-quote": ('"foo', "foo"),
    "half-quote-kept": ('"foo', '"foo'),
    "quote-inside": ('fo"o"', 'fo"o"'),
    "quote-inside-taken-off": ('fo"o"', "foo"),
    "quoted-then-more": ('"foo"bar', "foo"),
    "single-quotes": ("'foo'", "foo"),
    "single-quotes-kept": ("'foo'", "'foo'"),
    "semicolon": ('"foo;bar"', "foo"),
    "semicolon-kept": ('"foo;bar"', "foo;bar"),
    "semicolon-bare": ("foo;bar", "foo;bar"),
    "comma": ("foo,bar", "foo"),
    "encoded-word": ("=?us-ascii?Q?foo?=", "foo"),
    "encoded-word-quoted": ('"=?us-ascii?B?Zm9v?="', "foo"),
    "percent": ("f%6fo", "foo"),
    "non-ascii": ("界", "界"),
    "too-long": ("x" * 90, "x" * 90),
    "too-long-cut": ("x" * 90, "x" * 70),
    "case": ("Foo", "foo"),
}
for name, (declared, used) in ODD_BOUNDARIES.items():
    add(
        f"odd-boundary-{name}",
        "M04 M06 M07 M08 M09 M10",
        f"a boundary that programs read differently ({name})",
        cut(f"multipart/mixed; boundary={declared}", used),
    )

add("no-boundary", "M06", "a multipart that names no boundary", lambda w: plain(joined([cover(), coded(w)]), "Content-Type: multipart/mixed"))
add("no-boundary-qp", "M06", "a multipart that names no boundary, its part in quoted-printable", lambda w: plain(joined([part(qp(w), TEXT, QP)]), "Content-Type: multipart/mixed"))
for name, key in {
    "key-comment": "boundary(x)=foo",
    "key-comment-inside": "boun(x)dary=foo",
    "key-blank": "boundary =foo",
    "key-tab": "boundary\t=\tfoo",
    "key-escaped": "bound\\ary=foo",
    "key-quoted": '"boundary"=foo',
    "key-case": "BOUNDARY=foo",
    "no-semicolon": "charset=x boundary=foo",
    "comma": "charset=x, boundary=foo",
    "wrong-key": "bundary=foo",
    "in-a-comment": "(boundary=foo)",
    "in-quotes": 'x="; boundary=foo; y="',
    "behind-a-half-quote": 'x="a; boundary=foo',
}.items():
    add(f"boundary-{name}", "M04 M10", f"the name of the boundary parameter is odd ({name})", cut(f"multipart/mixed; {key}"))

for name, declared in {
    "no-m": "ultipart/mixed",
    "x": "x-multipart/mixed",
    "comment": "(c)multipart/mixed",
    "comment-inside": "multi(c)part/mixed",
    "comment-after": "multipart/mixed (c)",
    "no-slash": "multipart",
    "no-subtype": "multipart/",
    "three": "multipart/mixed/x",
    "plural": "multiparts/mixed",
    "blank": "sp multipart/mixed",
    "blank-at-slash": "multipart / mixed",
    "quoted": '"multipart/mixed"',
    "escape": "multi\\part/mixed",
    "encoded-word": "=?us-ascii?Q?multipart/mixed?=",
    "text": "text/plain",
    "application": "application/octet-stream",
    "no-type": "",
    "no-type-colon": ";",
    "unknown-multi": "multipart/x-unheard-of",
    "message": "message/rfc822",
}.items():
    add(f"type-{name}", "M17 E22", f"real delimiters under a type that is no plain multipart ({name})", cut(f"{declared}; boundary=foo"))

add("no-type-delimiters", "M21 E22", "real delimiters and no Content-Type at all", lambda w: plain(joined([cover(), coded(w)])))
add("no-mime-version", "M21", "a multipart without MIME-Version", lambda w: top("Content-Type: multipart/mixed; boundary=foo") + b"\r\n" + joined([cover(), coded(w)]))
add("preamble-text", "M14 E23", "words before the first part", lambda w: plain(raw(w + "\n") + joined([cover()]), "Content-Type: multipart/mixed; boundary=foo"))
add("preamble-base64", "M14 E23", "base64 before the first part", lambda w: plain(b64(w) + joined([cover()]), "Content-Type: multipart/mixed; boundary=foo"))
add("preamble-part", "M14", "a whole part before the first delimiter", lambda w: plain(coded(w) + joined([cover()]), "Content-Type: multipart/mixed; boundary=foo"))
add("epilogue-text", "M14 E23", "words behind the last delimiter", lambda w: mixed(cover()) + raw(w + "\n"))
add("epilogue-base64", "M14 E23", "base64 behind the last delimiter", lambda w: mixed(cover()) + b64(w))
add("epilogue-part", "M14 E23", "a part behind the closing delimiter", lambda w: mixed(cover()) + joined([coded(w)]))
add("epilogue-part-no-delimiter", "M14", "a part behind the closing delimiter, with none of its own", lambda w: mixed(cover()) + coded(w))
add("never-closed", "M13", "no closing delimiter", lambda w: plain(joined([cover(), coded(w)], close=False), "Content-Type: multipart/mixed; boundary=foo"))
add("never-closed-inner", "M13", "an inner multipart that is never closed", lambda w: mixed(part(joined([cover(), coded(w)], "inner", close=False), "Content-Type: multipart/mixed; boundary=inner")))
add("end-in-header", "M13", "the closing delimiter stands inside a part's header", lambda w: mixed(cover(), b"X-Note: x\r\n--foo--\r\n" + coded(w)))
add("delimiter-in-header", "M13", "a delimiter stands inside the top header", lambda w: top("MIME-Version: 1.0", "Content-Type: multipart/mixed; boundary=foo", "--foo") + b"\r\n" + coded(w) + b"--foo--\r\n")
add("delimiter-trailing-text", "M09", "a delimiter line with text behind it", lambda w: plain(joined([cover()], close=False) + b"--foo bar\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("delimiter-trailing-blank", "M09", "a delimiter line with blanks behind it", lambda w: plain(joined([cover()], close=False) + b"--foo \t\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("delimiter-leading-blank", "M09", "a delimiter line with a blank before it", lambda w: plain(joined([cover()], close=False) + b" --foo\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("delimiter-vt", "M09", "a delimiter line with a vertical tab behind it", lambda w: plain(joined([cover()], close=False) + b"--foo\x0b\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("delimiter-three-dashes", "M12", "a delimiter with a dash too many", lambda w: plain(joined([cover()], close=False) + b"--foo-\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("inner-is-outer", "M12", "inner and outer boundary are the same", lambda w: mixed(part(joined([coded(w)]), "Content-Type: multipart/mixed; boundary=foo"), cover()))
add("inner-extends-outer", "M12", "the inner boundary begins like the outer one", lambda w: mixed(part(joined([coded(w)], "foobar"), "Content-Type: multipart/mixed; boundary=foobar"), cover()))
add("outer-extends-inner", "M12", "the outer boundary begins like the inner one", lambda w: mixed(part(joined([coded(w)], "foo"), "Content-Type: multipart/mixed; boundary=foo"), cover(), boundary="foobar"))
add("inner-is-outer-end", "M12", "the inner boundary is the outer closing delimiter", lambda w: mixed(part(joined([coded(w)], "foo--"), "Content-Type: multipart/mixed; boundary=foo--"), cover()))
add("prefix-line", "M12", "a part behind a line that only begins like the boundary", lambda w: plain(joined([cover()], close=False) + b"--foobar\r\n" + coded(w) + b"--foo--\r\n", "Content-Type: multipart/mixed; boundary=foo"))
add("multipart-base64", "M18", "a multipart that is itself base64", lambda w: plain(b64(joined([cover(), coded(w)])), "Content-Type: multipart/mixed; boundary=foo", BASE64))
add("multipart-qp", "M18", "a multipart that is itself quoted-printable", lambda w: plain(qp(joined([cover(), coded(w)])), "Content-Type: multipart/mixed; boundary=foo", QP))
add("inner-multipart-base64", "M18", "an inner multipart that is itself base64", lambda w: mixed(cover(), part(b64(joined([coded(w)], "inner")), "Content-Type: multipart/mixed; boundary=inner", BASE64)))
add("message-base64", "M18", "a nested message in base64", lambda w: mixed(cover(), part(b64(plain(b64(w), TEXT, BASE64)), "Content-Type: message/rfc822", BASE64)))
add("message-qp", "M18", "a nested message in quoted-printable", lambda w: mixed(cover(), part(qp(plain(b64(w), TEXT, BASE64)), "Content-Type: message/rfc822", QP)))
add("message-plain", "M19", "a nested message", lambda w: mixed(cover(), part(plain(b64(w), TEXT, BASE64), "Content-Type: message/rfc822")))
add("message-global", "M19", "a nested message/global", lambda w: mixed(cover(), part(plain(b64(w), TEXT, BASE64), "Content-Type: message/global")))
add("message-in-message", "M19", "a message in a message in a message", lambda w: mixed(part(mixed(part(mixed(coded(w), boundary="c"), "Content-Type: message/rfc822"), boundary="b"), "Content-Type: message/rfc822")))
add("message-as-octets", "E30 M26", "a mail attached as application/octet-stream", lambda w: mixed(cover(), part(b64(plain(b64(w), TEXT, BASE64)), "Content-Type: application/octet-stream; name=a.dat", BASE64)))
add("message-as-text", "E30 M26", "a mail attached as text/plain", lambda w: mixed(cover(), part(plain(b64(w), TEXT, BASE64), "Content-Type: text/plain")))
add("message-short-as-text", "E30 M26", "a mail with two fields, attached as text", lambda w: mixed(cover(), part(b"Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n" + b64(w), "Content-Type: text/plain")))
add("headers-as-text", "M19", "header fields of a forwarded mail in text/rfc822-headers", lambda w: mixed(cover(), part(raw(f"Subject: =?utf-8?B?{b64(w, 9999, b'').decode()}?=\nFrom: a@x.example\n\n"), "Content-Type: text/rfc822-headers")))
add("partial", "M22 E32", "message/partial: the mail goes on in another one", lambda w: plain(raw(w), "Content-Type: message/partial; id=a@b; number=1; total=2"))
add("partial-last", "M22 E32", "message/partial: base64 cut in the middle", lambda w: plain(b64(w)[3:], 'Content-Type: message/partial; id="a@b"; number=2; total=2'))
add("external", "M22 E32", "message/external-body with words in its phantom", lambda w: mixed(cover(), part(part(raw(w), "Content-Type: text/plain"), 'Content-Type: message/external-body; access-type=URL; URL="https://x.example/a"')))
add("alternative", "M23", "multipart/alternative: the plain part is clean, the HTML one is not", lambda w: mixed(cover(), part(raw(f"<p>{w}</p>"), "Content-Type: text/html; charset=utf-8", EIGHT), kind="multipart/alternative"))
add("alternative-plain", "M23", "multipart/alternative: the HTML part is clean, the plain one is not", lambda w: mixed(part(raw(w), TEXT, EIGHT), part(raw(f"<p>{COVER}</p>"), "Content-Type: text/html; charset=utf-8", EIGHT), kind="multipart/alternative"))
add("alternative-third", "M23", "a third alternative that few programs show", lambda w: mixed(cover(), part(raw(f"<p>{COVER}</p>"), "Content-Type: text/html; charset=utf-8", EIGHT), part(raw(w), "Content-Type: text/x-amp-html; charset=utf-8", EIGHT), kind="multipart/alternative"))
add("related-root", "M20", "multipart/related whose root is not its first part", lambda w: plain(joined([cover(), part(raw(w), "Content-ID: <r@x>", TEXT, EIGHT)]), 'Content-Type: multipart/related; boundary=foo; start="<r@x>"'))
add("related-nested", "M20", "multipart/related around mixed around alternative", lambda w: mixed(part(joined([part(joined([cover(), coded(w)], "c"), "Content-Type: multipart/alternative; boundary=c")], "b"), "Content-Type: multipart/mixed; boundary=b"), kind="multipart/related"))
add("digest", "M19", "multipart/digest, whose parts are messages by default", lambda w: plain(joined([part(part(b64(w), "Subject: x", TEXT, BASE64))]), "Content-Type: multipart/digest; boundary=foo"))
add("parallel", "M20", "multipart/parallel", lambda w: mixed(cover(), coded(w), kind="multipart/parallel"))
add("report", "M19", "words in a delivery status part", lambda w: plain(joined([cover(), part(raw(f"Reporting-MTA: dns; x.example\nX-Note: {w}\n"), "Content-Type: message/delivery-status")]), "Content-Type: multipart/report; report-type=delivery-status; boundary=foo"))
add("disposition-notification", "M19", "words in a disposition notification", lambda w: mixed(cover(), part(raw(f"Reporting-UA: x\nX-Note: {w}\n"), "Content-Type: message/disposition-notification")))
add("signed", "M24", "a signed mail", lambda w: plain(joined([coded(w), part(b64(b"sig"), "Content-Type: application/pgp-signature", BASE64)]), 'Content-Type: multipart/signed; boundary=foo; protocol="application/pgp-signature"; micalg=pgp-sha256'))
add("type-picture", "M21", "text that calls itself a picture", lambda w: mixed(cover(), part(b64(w), "Content-Type: image/png; name=a.png", BASE64)))
add("type-odd", "M21", "text of a type nobody knows", lambda w: mixed(cover(), part(b64(w), "Content-Type: chemical/x-foo", BASE64)))
add("no-separator", "M15", "no empty line between header and body", lambda w: mixed(cover(), raw(f"{TEXT}\n{w}\n")))
add("separator-blank", "M15", "a line of blanks between header and body", lambda w: mixed(cover(), raw(f"{TEXT}\n{BASE64}\n \n") + b64(w)))
add("separator-vt", "M15", "a line with a vertical tab between header and body", lambda w: mixed(cover(), raw(f"{TEXT}\n{BASE64}\n\x0b\n") + b64(w)))
add("separator-data", "M15", "the data begins in the header", lambda w: mixed(cover(), raw(f"{TEXT}\n{BASE64}\n") + b64(w)[:4] + b"\r\n\r\n" + b64(w)[4:]))
add("separator-early", "M15", "an empty line before the part's own fields", lambda w: mixed(cover(), b"\r\n" + coded(w)))
add("separator-early-blank", "M15", "a line of blanks before the part's own fields", lambda w: mixed(cover(), b" \r\n" + coded(w)))
add("separator-early-colon", "M15", "a lone colon before the part's own fields", lambda w: mixed(cover(), b":\r\n" + coded(w)))
add("deep", "B07", "many levels deep", lambda w: _deep(w, 60))
add("deep-rfc822", "B07", "many messages deep", lambda w: b"".join(top("Content-Type: message/rfc822") + b"\r\n" for _ in range(40)) + plain(b64(w), TEXT, BASE64))
add("many-parts", "B07", "more parts than are looked at, the last one tells", lambda w: mixed(*[part(b"x", "Content-Type: text/plain")] * 700, coded(w)))


def _deep(words: str, levels: int) -> bytes:
    inner = coded(words)
    for level in range(levels):
        inner = part(joined([inner], f"level{level}x"), f"Content-Type: multipart/mixed; boundary=level{level}x")
    return top("MIME-Version: 1.0") + inner
