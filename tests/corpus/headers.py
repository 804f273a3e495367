"""Header fields and file names: encoded words, RFC 2231, raw bytes, odd names of fields, addresses."""
# ruff: noqa: E501 - one case a line
# fmt: off

import base64
import json
from collections.abc import Callable
from urllib.parse import quote, quote_from_bytes

from corpus.build import BASE64, COVER, EIGHT, TEXT, Build, Table, b64, cover, mixed, part, plain, raw, top
from corpus.charsets import TRADITIONAL, said

TABLE = Table("header")
add = TABLE.add

BODY = raw(COVER + "\n")
Form = Callable[[str], str | bytes]
"""How a field or a parameter writes the words."""


def word(text: str | bytes, charset: str = "utf-8", how: str = "B") -> str:
    data = text.encode(charset) if isinstance(text, str) else text
    if how == "B":
        return f"=?{charset}?B?{base64.b64encode(data).decode()}?="
    return f"=?{charset}?Q?{''.join(f'={byte:02X}' for byte in data)}?="


def words_of(text: str, size: int = 12, charset: str = "utf-8", how: str = "B", between: str = "\r\n ") -> str:
    return between.join(word(text[i : i + size], charset, how) for i in range(0, len(text), size))


def field(name: str, value: str | bytes) -> bytes:
    raw_value = value if isinstance(value, bytes) else value.encode()
    return plain(BODY, TEXT, EIGHT, name.encode() + b": " + raw_value)


def subject(value: str | bytes) -> bytes:
    raw_value = value if isinstance(value, bytes) else value.encode()
    return top("MIME-Version: 1.0", TEXT, EIGHT, b"Subject: " + raw_value, subject="") + b"\r\n" + BODY


def cut_words(text: str, at: int, how: str = "B", between: str = "\r\n ") -> str:
    """Words that end in the middle of a character."""
    data = text.encode()
    return between.join(word(data[i : i + at], how=how) for i in range(0, len(data), at))


def titled(form: Form) -> Build:
    return lambda w: subject(form(w))


def noted(name: str) -> Build:
    return lambda w: field(name, words_of(w))


SUBJECTS: dict[str, Form] = {
    "plain": lambda w: words_of(w),
    "q": lambda w: words_of(w, 6, how="Q"),
    "lower": lambda w: words_of(w).replace("?B?", "?b?"),
    "gb2312": lambda w: words_of(w, charset="gb18030").replace("gb18030", "gb2312"),
    "gbk-q": lambda w: words_of(w, 6, "gb18030", "Q").replace("gb18030", "GBK"),
    "big5": lambda w: words_of(w.translate(TRADITIONAL).encode("big5hkscs", "ignore").decode("big5hkscs"), charset="big5hkscs").replace("big5hkscs", "big5"),
    "utf16": lambda w: words_of(w, charset="utf-16-be").replace("utf-16-be", "utf-16"),
    "utf16le": lambda w: words_of(w, charset="utf-16-le"),
    "utf16-le-unmarked": lambda w: words_of(w, charset="utf-16-le").replace("utf-16-le", "utf-16"),
    "utf7": lambda w: f"=?utf-7?Q?{w.encode('utf-7').decode()}?=",
    "hz": lambda w: f"=?hz-gb-2312?Q?{w.encode('hz', 'ignore').decode().replace('=', '=3D')}?=",
    "language": lambda w: words_of(w).replace("=?utf-8?", "=?utf-8*zh-CN?"),
    "unknown-charset": lambda w: words_of(w).replace("=?utf-8?", "=?x-nobody?"),
    "wrong-charset": lambda w: words_of(w).replace("=?utf-8?", "=?iso-8859-1?"),
    "empty-charset": lambda w: words_of(w).replace("=?utf-8?", "=??"),
    "cut-character": lambda w: cut_words(w, 7),
    "cut-character-q": lambda w: cut_words(w, 4, "Q"),
    "cut-across-charsets": lambda w: cut_words(w, 7).replace("=?utf-8?B?", "=?UTF8?B?", 3),
    "mixed-charsets": lambda w: " ".join(word(c, "utf-8" if i % 2 else "gb18030") for i, c in enumerate(w)),
    "mixed-letters": lambda w: " ".join(word(c, how="BQ"[i % 2]) for i, c in enumerate(w)),
    "no-blank": lambda w: words_of(w, between=""),
    "tab": lambda w: words_of(w, between="\r\n\t"),
    "inside-word": lambda w: "x".join(("", words_of(w), "")),
    "in-quotes": lambda w: f'"{words_of(w)}"',
    "in-brackets": lambda w: f"[{words_of(w)}]",
    "in-comment": lambda w: f"({words_of(w)})",
    "no-end": lambda w: word(w)[:-2],
    "half-end": lambda w: word(w)[:-1],
    "blank-inside": lambda w: word(w).replace("?B?", "?B? "),
    "blanks-in-data": lambda w: f"=?utf-8?B?{b64(w, 20, b' ').decode()}?=",
    "blanks-in-q": lambda w: f"=?utf-8?Q?{' '.join(f'={b:02X}' for b in w.encode())}?=",
    "folded-inside": lambda w: f"=?utf-8?B?{b64(w, 60, chr(13).encode() + chr(10).encode() + b' ').decode().strip()}?=",
    "folded-in-mark": lambda w: word(w).replace("=?utf-8?B?", "=?utf-8?\r\n B?"),
    "q-raw-8bit": lambda w: f"=?utf-8?Q?{w}?=",
    "q-question": lambda w: word(w, how="Q").replace("=3F", "?"),
    "b-no-padding": lambda w: word(w + "啊").replace("==?=", "?=").replace("=?=", "?="),
    "b-junk": lambda w: word(w).replace("5", "5.", 4),
    "b-urlsafe": lambda w: word(w).replace("+", "-").replace("/", "_"),
    "b-padded-pieces": lambda w: "=?utf-8?B?" + "".join(base64.b64encode(c.encode()).decode() for c in w + "a") + "?=",
    "twice": lambda w: word(words_of(w, 9, between=" ")),
    "other-letter": lambda w: word(w).replace("?B?", "?X?"),
    "q-underscore": lambda w: "=?utf-8?Q?" + "_".join(f"{''.join(f'={b:02X}' for b in c.encode())}" for c in w) + "?=",
    "raw-utf8": lambda w: w,
    "raw-gbk": lambda w: w.encode("gb18030"),
    "raw-big5": lambda w: said(w, "big5hkscs"),
    "raw-utf8-folded": lambda w: "\r\n ".join(w),
    "raw-utf8-split": lambda w: b"\r\n ".join([w.encode()[:10], w.encode()[10:]]),
    "raw-hz": lambda w: w.encode("hz", "ignore"),
    "raw-utf7": lambda w: w.encode("utf-7"),
    "raw-iso2022": lambda w: said(w, "iso2022_jp_2"),
    "percent": lambda w: quote(w),
    "percent-folded": lambda w: "\r\n ".join(quote(w)[i : i + 40] for i in range(0, len(quote(w)), 40)),
    "base64": lambda w: b64(w, 9999, b""),
    "base64-folded": lambda w: b64(w, 60, b"\r\n ").strip(),
    "hex": lambda w: w.encode().hex(),
    "unicode-escapes": lambda w: w.encode("unicode-escape"),
    "references": lambda w: "".join(f"&#{ord(c)};" for c in w),
    "fold-empty": lambda w: f"\r\n \r\n {words_of(w)}",
}
for name, form in SUBJECTS.items():
    add(f"subject-{name}", "H01 C06 C07 E43 E44 E45", f"the subject says it: {name}", titled(form))

for name, where in {
    "thread-topic": "Thread-Topic", "comments": "Comments", "keywords": "Keywords", "x": "X-Ticket", "organization": "Organization",
    "list": "List-Id", "description": "Content-Description", "user-agent": "User-Agent", "received": "Received", "content-id": "Content-ID",
    "in-reply-to": "In-Reply-To", "language": "Content-Language", "unknown": "Zzz", "location": "Content-Location", "face": "Face",
}.items():  # fmt: skip
    add(f"field-{name}", "H01 E45", f"{where} says it", noted(where))
add("field-json", "H01 E45", "a field of base64 of JSON", lambda w: field("X-Meta", base64.b64encode(json.dumps({"reporter": w}).encode())))
add("field-json-utf8", "H01 E45", "a field of base64 of JSON in UTF-8", lambda w: field("X-Meta", base64.b64encode(json.dumps({"reporter": w}, ensure_ascii=False).encode())))
add("field-percent", "H01 E45", "a field in percent form", lambda w: field("X-Ticket", quote(w)))
add("field-references", "H01 E45", "an account in References", lambda w: field("References", "<xm_feifei90.42@x.example>" if "张" in w else "<1@x.example>"))
add("field-name", "H01", "an account as the name of a field", lambda w: field("X-xm_feifei90" if "张" in w else "X-a", "1"))
add("field-folded-identifier", "E47 H13", "an account folded in two", lambda w: field("X-Ticket", "xm_fe\r\n ifei90" if "张" in w else "ab\r\n cd"))
add("field-folded-number", "E47 H13", "a number folded in two", lambda w: field("X-Ticket", "138001\r\n 38000" if "张" in w else "1\r\n 2"))
add("field-long", "H01", "a very long field", lambda w: field("X-Ticket", "x" * 70000 + w))
add("field-second-subject", "H11", "a second Subject", lambda w: field("Subject", words_of(w)))
add("field-second-from", "H11", "a second From", lambda w: field("From", f"{word(w[:20])} <a@platform.example>"))
add("field-blank-colon", "M16", "a field with a blank before its colon", lambda w: field("X-Ticket ", words_of(w)))
add("field-blank-first", "M16", "a first field that begins with a blank", lambda w: b" X-Ticket: " + words_of(w).encode() + b"\r\n" + plain(BODY, TEXT, EIGHT))
add("field-no-colon", "M16", "a line without a colon", lambda w: plain(BODY, TEXT, EIGHT, w))
add("field-non-ascii-name", "M16", "a field whose name is Chinese", lambda w: plain(BODY, TEXT, EIGHT, f"{w}: 1"))
add("from-display", "H01", "the name of the sender", lambda w: plain(BODY, TEXT, EIGHT).replace(b"From: kefu", f"From: {word(w)}".encode()))
add("from-quoted-word", "H04", "an encoded word in quotes as the name of the sender", lambda w: plain(BODY, TEXT, EIGHT).replace(b"From: kefu", f'From: "{word(w)}"'.encode()))
add("to-comment", "E46", "a comment beside the address", lambda w: field("Cc", f"<a@platform.example> ({w})"))
add("to-comment-word", "E46", "an encoded word in a comment", lambda w: field("Cc", f"a@platform.example ({word(w)})"))
add("to-comment-inside", "H08", "a comment inside the address", lambda w: field("Cc", f"a({w})@platform.example"))
add("to-group", "H12", "the name of a group", lambda w: field("Cc", f"{word(w)}: a@platform.example;"))
add("to-address-name", "H12", "an address as the display name", lambda w: field("Cc", '"xm_feifei90@x.example" <a@platform.example>' if "张" in w else "a@platform.example"))
add("to-word-local", "H10", "an encoded word as the local part", lambda w: field("Cc", f"{word('张小鸣' if '张' in w else '客服')}@platform.example"))
add("to-route", "H08", "a route", lambda w: field("Cc", f"<@{'xm_feifei90' if '张' in w else 'x'}.example:a@platform.example>"))
add("to-two-at", "H09", "two @ signs", lambda w: field("Cc", f"{'xm_feifei90' if '张' in w else 'x'}@b.example@platform.example"))
add("to-quoted-local", "H08", "a quoted local part", lambda w: field("Cc", f'"{"张小鸣" if "张" in w else "客服"}"@platform.example'))
add("list-unsubscribe", "H01", "a link to unsubscribe", lambda w: field("List-Unsubscribe", f"<https://x.example/?u={quote(w)}>"))
add("received-for", "H01", "Received of a forward", lambda w: field("Received", f"from x by y for <xm_feifei90@x.example> ({w})"))
add("message-id", "H01", "an account in the Message-ID", lambda w: plain(BODY, TEXT, EIGHT).replace(b"<1@platform", b"<xm_feifei90.1@platform" if "张" in w else b"<2@platform"))
add("content-id", "H01", "an account in a Content-ID", lambda w: mixed(cover(), part(b"x", "Content-Type: text/plain", f"Content-ID: <{'xm_feifei90' if '张' in w else 'a'}@x>")))
add("part-description", "H01", "Content-Description of a part", lambda w: mixed(part(BODY, TEXT, EIGHT, f"Content-Description: {word(w)}")))
add("part-x-field", "H01", "a field of a part that no program shows", lambda w: mixed(part(BODY, TEXT, EIGHT, f"X-Attachment-Note: {word(w)}")))
add("nested-subject", "M19", "the subject of a nested message", lambda w: mixed(cover(), part(subject(words_of(w)), "Content-Type: message/rfc822")))
add("boundary", "H01", "the boundary says it", lambda w: mixed(cover(), boundary="xm_feifei90" if "张" in w else "abc"))
add("type-parameter", "H01", "an unknown parameter of Content-Type", lambda w: plain(BODY, f"{TEXT}; note*=utf-8''{quote(w)}", EIGHT))
add("type-parameter-word", "H01", "an unknown parameter in an encoded word", lambda w: plain(BODY, f'{TEXT}; note="{word(w)}"', EIGHT))

NAME = "举报人张小鸣13800138000.txt"


def named(content_type: Form | str = "", disposition: Form | str = "") -> Build:
    def build(w: str) -> bytes:
        name = NAME if "张" in w else "请说明情况.txt"
        kind = content_type if isinstance(content_type, str) else content_type(name)
        where = disposition if isinstance(disposition, str) else disposition(name)
        fields = [b"Content-Type: text/plain" + (b"; " if kind else b"") + (kind if isinstance(kind, bytes) else kind.encode())]
        if where:
            fields.append(b"Content-Disposition: attachment; " + (where if isinstance(where, bytes) else where.encode()))
        return mixed(cover(), part(b64("ok"), *fields, BASE64))

    return build


def pieces(name: str, key: str, order: list[int], start: int = 0, star: bool = True) -> str:
    cut = [quote(name[i : i + 5]) for i in range(0, len(name), 5)]
    out = []
    for place in order:
        value = ("utf-8''" if place == 0 else "") + cut[place]
        out.append(f"{key}*{place + start}{'*' if star else ''}={value}")
    return "; ".join(out)


def count(name: str) -> int:
    return len(range(0, len(name), 5))


FORMS: dict[str, Form] = {
    "raw-utf8": lambda n: f'filename="{n}"',
    "raw-gbk": lambda n: f'filename="{n}"'.encode("gb18030"),
    "raw-unquoted": lambda n: f"filename={n}",
    "2047": lambda n: f'filename="{word(n)}"',
    "2047-unquoted": lambda n: f"filename={word(n)}",
    "2047-gbk": lambda n: f'filename="{word(n, "gb18030")}"',
    "2047-q": lambda n: f'filename="{word(n, how="Q")}"',
    "2047-utf16": lambda n: f'filename="{word(n, "utf-16-be").replace("utf-16-be", "utf-16")}"',
    "2047-utf16le": lambda n: f'filename="{word(n, "utf-16-le").replace("utf-16-le", "utf-16")}"',
    "2047-cut": lambda n: 'filename="' + cut_words(n, 7, between=" ") + '"',
    "2047-folded": lambda n: 'filename="' + cut_words(n, 9) + '"',
    "2047-no-end": lambda n: f'filename="{word(n)[:-2]}"',
    "2231": lambda n: f"filename*=utf-8''{quote(n)}",
    "2231-upper": lambda n: f"FILENAME*=UTF-8'zh-CN'{quote(n)}",
    "2231-gbk": lambda n: f"filename*=gb2312''{quote_from_bytes(n.encode('gb18030'))}",
    "2231-utf16": lambda n: f"filename*=utf-16''{quote_from_bytes(n.encode('utf-16-be'))}",
    "2231-utf16le": lambda n: f"filename*=utf-16''{quote_from_bytes(n.encode('utf-16-le'))}",
    "2231-no-charset": lambda n: f"filename*={quote(n)}",
    "2231-empty-charset": lambda n: f"filename*=''{quote(n)}",
    "2231-one-quote": lambda n: f"filename*=utf-8'{quote(n)}",
    "2231-quoted": lambda n: f"filename*=\"utf-8''{quote(n)}\"",
    "2231-and-plain": lambda n: f"filename=a.txt; filename*=utf-8''{quote(n)}",
    "plain-and-2231": lambda n: f"filename*=utf-8''a.txt; filename=\"{n}\"",
    "2231-wrong-charset": lambda n: f"filename*=iso-8859-1''{quote(n)}",
    "pieces": lambda n: pieces(n, "filename", list(range(count(n)))),
    "pieces-reversed": lambda n: pieces(n, "filename", list(range(count(n)))[::-1]),
    "pieces-from-1": lambda n: pieces(n, "filename", list(range(count(n))), 1),
    "pieces-gap": lambda n: pieces(n, "filename", list(range(count(n)))).replace("*1*", "*7*"),
    "pieces-no-star": lambda n: "; ".join(f'filename*{i}="{n[i * 5 : i * 5 + 5]}"' for i in range(count(n))),
    "pieces-and-plain": lambda n: "filename=a.txt; " + pieces(n, "filename", list(range(count(n)))),
    "pieces-leading-zero": lambda n: pieces(n, "filename", list(range(count(n)))).replace("*1*", "*01*"),
    "pieces-mixed-star": lambda n: pieces(n, "filename", list(range(count(n)))[:1]) + "; " + "; ".join(f'filename*{i}="{n[i * 5 : i * 5 + 5]}"' for i in range(1, count(n))),
    "pieces-cut-character": lambda n: "filename*0*=utf-8''" + quote(n)[:14] + "; filename*1*=" + quote(n)[14:],
    "2231-in-2047": lambda n: f"filename=\"{word(f'utf-8{chr(39) * 2}' + quote(n))}\"",
    "percent": lambda n: f'filename="{quote(n)}"',
    "percent-gbk": lambda n: f'filename="{quote_from_bytes(n.encode("gb18030"))}"',
    "percent-twice": lambda n: f'filename="{quote(quote(n))}"',
    "references": lambda n: f'filename="{"".join(f"&#{ord(c)};" for c in n)}"',
    "utf7": lambda n: f'filename="{n.encode("utf-7").decode()}"',
    "blank-equals": lambda n: f'filename = "{n}"',
    "folded-key": lambda n: f'filename\r\n ="{n}"',
    "folded-value": lambda n: f'filename=\r\n "{n}"',
    "folded-inside": lambda n: f'filename="{n[:4]}\r\n {n[4:]}"',
    "twice": lambda n: f'filename="a.txt"; filename="{n}"',
    "twice-first": lambda n: f'filename="{n}"; filename="a.txt"',
    "escape": lambda n: 'filename="' + "".join("\\" + c for c in n) + '"',
    "half-quote": lambda n: f'filename="{n}',
    "quote-inside": lambda n: f'filename={n[:3]}"{n[3:]}"',
    "single-quotes": lambda n: f"filename='{n}'",
    "semicolon-unquoted": lambda n: f"filename={n[:4]};{n[4:]}",
    "comment": lambda n: f"filename=({n})a.txt",
    "comment-inside": lambda n: f"filename={n[:4]}(x){n[4:]}",
    "comment-key": lambda n: f'file(x)name="{n}"',
    "colon": lambda n: f'filename:"{n}"',
    "no-equals": lambda n: f'filename "{n}"',
    "other-key": lambda n: f'name="{n}"',
    "unknown-key": lambda n: f'title="{n}"',
    "bidi": lambda n: 'filename="\u202e' + n[::-1] + '"',
    "path": lambda n: f'filename="C:\\\\{n[:5]}\\\\{n[5:]}"',
    "no-semicolon": lambda n: f'x filename="{n}"',
}


def of_the_type(form: Form) -> Form:
    """The same as a parameter of Content-Type."""

    def build(n: str) -> str | bytes:
        value = form(n)
        return value.replace("filename", "name") if isinstance(value, str) else value.replace(b"filename", b"name")

    return build


def with_sign(key: str, sign: str) -> Form:
    return lambda n: f'{key}="xm_fei{sign}fei90.txt"' if "张" in n else f'{key}="ab{sign}cd.txt"'


for name, form in FORMS.items():
    add(f"name-{name}", "H02 H03 H04 H05 H06 E46", f"a file name: {name}", named(disposition=form))
for name in ("raw-utf8", "raw-gbk", "2047", "2231", "pieces", "pieces-reversed", "percent", "half-quote", "comment"):
    add(f"name-type-{name}", "H02 E46", f"the name parameter of Content-Type: {name}", named(of_the_type(FORMS[name]), "filename=a.txt"))
add("name-two-fields", "H02", "two Content-Disposition fields", lambda w: mixed(cover(), part(b64("ok"), "Content-Type: text/plain", "Content-Disposition: attachment; filename=a.txt", f'Content-Disposition: attachment; filename="{NAME if "张" in w else "b.txt"}"', BASE64)))
add("name-disposition-blank-colon", "M16", "Content-Disposition with a blank before its colon", lambda w: mixed(cover(), part(b64("ok"), "Content-Type: text/plain", f'Content-Disposition : attachment; filename="{NAME if "张" in w else "b.txt"}"', BASE64)))
for label, sign in {"semicolon": ";", "quote": '\\"', "equals": "=", "backslash": "\\\\", "slash": "/", "colon": ":", "star": "*", "question": "?", "angle": "<", "bar": "|", "two": '\\";'}.items():
    for key, build in (("filename", named(disposition=with_sign("filename", sign))), ("name", named(with_sign("name", sign)))):
        add(f"name-{label}-inside-{key}", "H02 H05", f"an account with a sign in it that no file system takes: {label}", build)
