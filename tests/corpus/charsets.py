"""Character sets: every one that Chinese mail uses, labelled right, wrongly, twice or not at all."""
# ruff: noqa: E501 - one case a line
# fmt: off

import base64
import codecs

from corpus.build import BASE64, COVER, EIGHT, TEXT, Build, Table, b64, cover, mixed, part, plain, raw

TABLE = Table("charset")
add = TABLE.add

ENCODINGS = {
    "utf-8": "utf-8", "gb2312": "gb18030", "gbk": "gbk", "gb18030": "gb18030", "big5": "big5hkscs", "big5-hkscs": "big5hkscs",
    "hz-gb-2312": "hz", "utf-7": "utf-7", "utf-16": "utf-16", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
    "utf-32": "utf-32", "utf-32be": "utf-32-be", "utf-32le": "utf-32-le", "iso-2022-jp": "iso2022_jp_2", "euc-jp": "euc_jp", "shift_jis": "shift_jisx0213",
}  # fmt: skip
TRADITIONAL = str.maketrans("张鸣电话举报劝说还学们诉长录当时画着几发来记给个", "張鳴電話舉報勸說還學們訴長錄當時畫著幾發來記給個")
JAPANESE = str.maketrans("张鸣电话举报劝说还们诉长录时画发来记", "張鳴電話挙報勧説還門訴長録時画発来記")


def said(words: str, codec: str) -> bytes:
    """The words in a codec; in characters that it has, where it has not these."""
    if "big5" in codec:
        words = words.translate(TRADITIONAL)
    if "jp" in codec or "jis" in codec:
        words = words.translate(JAPANESE)
    return words.encode(codec, "ignore")


def under(kind: str, codec: str = "utf-8") -> Build:
    """The words in a codec, as base64 under a Content-Type."""
    return lambda words: plain(b64(said(words, codec)), f"Content-Type: {kind}", BASE64)


def marked(mark: bytes, codec: str) -> Build:
    """The words behind a byte order mark, under the label gbk."""
    return lambda words: plain(b64(mark + words.encode(codec)), "Content-Type: text/plain; charset=gbk", BASE64)


for label, codec in ENCODINGS.items():
    add(f"right-{label}", "C01 C05 C08", f"{label}, labelled as what it is", under(f"text/plain; charset={label}", codec))
    add(f"none-{label}", "C04 C05 C06", f"{label} with no label", under("text/plain", codec))
    for wrong in ("us-ascii", "utf-8", "gb2312", "iso-8859-1", "x-unknown", "big5", "utf-7", "utf-16", "iso-2022-jp", "koi8-r"):
        if wrong != label:
            add(f"wrong-{label}-as-{wrong}", "C02 C03 C04 C05 E40", f"{label} under the label {wrong}", under(f"text/plain; charset={wrong}", codec))

add("hz-in-ascii", "C05 E40", "HZ as 7bit text", lambda w: plain(said(w, "hz") + b"\r\n", "Content-Type: text/plain; charset=us-ascii"))
add("utf7-in-ascii", "C05 E40", "UTF-7 as 7bit text", lambda w: plain(said(w, "utf-7") + b"\r\n", "Content-Type: text/plain; charset=us-ascii"))
add("utf7-escaped-all", "C05", "UTF-7 that escapes its ASCII too", lambda w: plain(b"+" + base64.b64encode(w.encode("utf-16-be")).rstrip(b"=") + b"-\r\n", "Content-Type: text/plain; charset=us-ascii"))
add("utf7-imap", "C05", "IMAP's UTF-7", lambda w: plain(b"&" + base64.b64encode(w.encode("utf-16-be")).rstrip(b"=").replace(b"/", b",") + b"-\r\n", "Content-Type: text/plain; charset=us-ascii"))
add("iso2022-in-utf8", "C04 E40", "ISO-2022-JP escapes under utf-8", lambda w: plain(said(w, "iso2022_jp_2") + b"\r\n", TEXT))
add("iso2022-cn", "C04", "ISO-2022-CN", lambda w: plain(b"\x1b$)A\x0e" + bytes(b & 0x7F for b in "".join(c for c in w if not c.isascii()).encode("gb2312")) + b"\x0f" + b" 13800138000\r\n", "Content-Type: text/plain; charset=iso-2022-cn"))
add("iso2022-kr", "C04", "ISO-2022-KR", lambda w: plain(w.translate(TRADITIONAL).encode("iso2022_kr", "ignore") + b"\r\n", "Content-Type: text/plain; charset=iso-2022-kr"))
add("ebcdic", "C02 E40", "EBCDIC of pinyin and number, labelled us-ascii", lambda w: plain(b64("Zhang Xiaoming 13800138000 xm_feifei90".encode("cp037") if "张" in w else "thanks for the broadcast".encode("cp037")), "Content-Type: text/plain; charset=us-ascii", BASE64))
add("ebcdic-labelled", "C02", "EBCDIC, labelled as what it is", lambda w: plain(b64("Zhang Xiaoming 13800138000 xm_feifei90".encode("cp037") if "张" in w else "thanks for the broadcast".encode("cp037")), "Content-Type: text/plain; charset=ibm037", BASE64))
add("two-labels", "E41 C02", "two charset parameters", lambda w: plain(b64(w.encode("gb18030")), "Content-Type: text/plain; charset=iso-8859-1; charset=gb18030", BASE64))
add("label-2231", "C03", "the charset parameter in RFC 2231", lambda w: plain(b64(w.encode("gb18030")), "Content-Type: text/plain; charset*=us-ascii''gb18030", BASE64))
add("label-quoted-odd", "C03", "a charset in single quotes", lambda w: plain(b64(w.encode("gb18030")), "Content-Type: text/plain; charset='gb18030'", BASE64))
add("label-empty", "C03", "an empty charset", lambda w: plain(b64(w.encode("gb18030")), 'Content-Type: text/plain; charset=""', BASE64))
add("label-nonsense", "C03", "a charset nobody knows", lambda w: plain(b64(w.encode("gb18030")), "Content-Type: text/plain; charset=x-nobody-knows", BASE64))
add("label-codec", "C03", "a charset that is one of Python's own codecs", lambda w: plain(b64(w.encode("utf-8")), "Content-Type: text/plain; charset=rot13", BASE64))
add("label-idna", "C03", "a charset that decodes names of hosts", lambda w: plain(b64(w.encode("utf-8")), "Content-Type: text/plain; charset=idna", BASE64))
for label in ("base64", "hex", "quoted-printable", "zip", "uu", "unicode_escape", "raw_unicode_escape", "punycode", "undefined", "mbcs", "utf-8-sig", "utf_8"):
    add(f"label-{label}", "C03", f"a charset called {label}", under(f"text/plain; charset={label}"))
add("label-unicode-escape-used", "C03", "a charset of escapes, and escapes in the text", lambda w: plain(w.encode("unicode-escape") + b"\r\n", "Content-Type: text/plain; charset=unicode_escape"))
add("gbk-in-utf8", "E42 C02", "a GBK sentence in a UTF-8 text", lambda w: plain(raw(COVER * 4 + "\n") + w.encode("gb18030") + b"\r\n", TEXT, EIGHT))
add("utf8-in-gbk", "E42 C02", "a UTF-8 sentence in a GBK text", lambda w: plain((COVER * 4 + "\r\n").encode("gb18030") + w.encode() + b"\r\n", "Content-Type: text/plain; charset=gbk", EIGHT))
add("big5-in-gbk", "E42", "a Big5 sentence in a GBK text", lambda w: plain((COVER * 4 + "\r\n").encode("gb18030") + said(w, "big5hkscs") + b"\r\n", "Content-Type: text/plain; charset=gbk", EIGHT))
add("stray-bytes", "E42 T18", "stray bytes between the letters", lambda w: plain(b64(b"\xff".join(c.encode() for c in w)), TEXT, BASE64))
add("stray-gbk-bytes", "E42", "stray bytes between GBK letters", lambda w: plain(b64(b"\xff".join(c.encode("gb18030") for c in w)), "Content-Type: text/plain; charset=gbk", BASE64))
add("nul-between", "T18 E34", "NUL between the bytes, inside base64", lambda w: plain(b64(b"\0".join(c.encode() for c in w)), TEXT, BASE64))
add("bare-cr", "T18 E34", "a bare CR between the letters, inside base64", lambda w: plain(b64("\r".join(w)), TEXT, BASE64))
add("backspace", "T18 E34", "letters that a backspace takes away", lambda w: plain(b64("".join(f"{c}x\b" for c in w)), TEXT, BASE64))
add("overlong-utf8", "C02", "UTF-8 in more bytes than allowed", lambda w: plain(b64(b"".join(bytes((0xF0, 0x80 | ord(c) >> 12 & 63, 0x80 | ord(c) >> 6 & 63, 0x80 | ord(c) & 63)) if ord(c) > 127 else bytes((0xC0 | ord(c) >> 6, 0x80 | ord(c) & 63)) for c in w)), TEXT, BASE64))
add("cesu8", "C02", "surrogates in UTF-8", lambda w: plain(b64("".join(c if ord(c) < 128 else "\ud800\udc00" + c for c in w).encode("utf-8", "surrogatepass")), TEXT, BASE64))
add("eight-bit-as-seven", "T18", "8-bit bytes under 7bit", lambda w: plain(raw(w + "\n"), "Content-Type: text/plain", "Content-Transfer-Encoding: 7bit"))
for name, mark in {"utf16le": codecs.BOM_UTF16_LE, "utf16be": codecs.BOM_UTF16_BE, "utf8": codecs.BOM_UTF8}.items():
    codec = {"utf16le": "utf-16-le", "utf16be": "utf-16-be", "utf8": "utf-8"}[name]
    add(f"bom-{name}-against-label", "C08", f"a {name} mark against the label gbk", marked(mark, codec))
add("bom-lies", "C08", "a UTF-16 mark before UTF-8 text", lambda w: plain(b64(codecs.BOM_UTF16_LE + w.encode()), TEXT, BASE64))
add("meta-against-label", "C08", "HTML whose meta says another charset than the part", lambda w: plain(b64(b'<html><meta charset="gbk"><p>' + w.encode("gb18030") + b"</p></html>"), "Content-Type: text/html; charset=iso-8859-1", BASE64))
add("meta-against-bytes", "C08", "HTML whose part says gbk, its meta utf-8, its bytes Big5", lambda w: plain(b64(b'<html><meta charset="utf-8"><p>' + said(w, "big5hkscs") + b"</p></html>"), "Content-Type: text/html; charset=gbk", BASE64))
add("meta-late", "C08", "HTML whose meta stands far behind", lambda w: plain(b64(b"<html><!--" + b"x" * 5000 + b'--><meta charset="gb18030"><p>' + w.encode("gb18030") + b"</p></html>"), "Content-Type: text/html", BASE64))
add("html-utf16-as-utf8", "C08 E40", "HTML in UTF-16 under utf-8", lambda w: plain(b64(f"<html><p>{w}</p></html>".encode("utf-16-le")), "Content-Type: text/html; charset=utf-8", BASE64))
add("html-utf7", "C05", "HTML in UTF-7", lambda w: plain(b"<html><p>" + w.encode("utf-7") + b"</p></html>\r\n", "Content-Type: text/html"))
add("attachment-gbk", "C01", "an attached GBK text", lambda w: mixed(cover(), part(b64(w.encode("gb18030")), 'Content-Type: text/plain; name="a.txt"', BASE64)))
add("attachment-utf16", "C08", "an attached UTF-16 text", lambda w: mixed(cover(), part(b64(w.encode("utf-16")), 'Content-Type: application/octet-stream; name="a.txt"', BASE64)))
add("attachment-utf16-no-mark", "C08", "an attached UTF-16 text with no mark", lambda w: mixed(cover(), part(b64(w.encode("utf-16-le")), 'Content-Type: application/octet-stream; name="a.txt"', BASE64)))
add("attachment-utf32-no-mark", "C08", "an attached UTF-32 text with no mark", lambda w: mixed(cover(), part(b64(w.encode("utf-32-le")), 'Content-Type: application/octet-stream; name="a.txt"', BASE64)))
add("gbk-backslash", "C10", "GBK whose second bytes are backslashes and quotes", lambda w: plain(b64(("誠豛" + w).encode("gb18030")), "Content-Type: text/plain; charset=gbk", BASE64))
