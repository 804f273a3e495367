#!/usr/bin/env python3
"""Is an exported audit log as it was written?   python3 verify.py audit.jsonl [--key HEX]

Exit code 0: every entry is there, unchanged and in order, and the newest one is signed. 1: it is not; one line says
which entry is the first that is wrong. Needs Python 3.7 or later and nothing else. The key in the file is only as good
as the file: give the one that the organisation made known (`hushgate audit key`) as --key.

One line of the file is one JSON object: the key; then each entry, and under some of them a checkpoint; then the end.
An entry's digest is the SHA-256 of its fields and of the digest before it. A checkpoint is an Ed25519 signature (RFC
8032) of an entry's digest. The end is a signature of the newest digest and of the SHA-256 of all lines before it.
"""

from __future__ import annotations

import hashlib
import json
import sys
from typing import IO, Any

GENESIS = "0" * 64
LONGEST = 16 * 1024 * 1024
ENTRY = ("actor", "at", "detail", "digest", "event", "previous", "seq", "subject")
CHECKPOINT = ("at", "digest", "previous", "seq", "signature")
END = ("at", "digest", "seq", "sha256", "signature")


class Broken(Exception):
    """The first entry that is wrong, and why, in two languages."""

    def __init__(self, seq: int, chinese: str, english: str) -> None:
        super().__init__(seq, chinese, english)
        self.seq, self.chinese, self.english = seq, chinese, english


def canonical(value: object) -> str:
    """The one way to write this as JSON."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


# Ed25519, after RFC 8032, section 6: plain, not quick, and without a secret that time could tell.

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)


def add(a: Any, b: Any) -> Any:
    """Two points together, in extended coordinates."""
    one, two = (a[1] - a[0]) * (b[1] - b[0]) % P, (a[1] + a[0]) * (b[1] + b[0]) % P
    three, four = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = two - one, four - three, four + three, two + one
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(number: int, point: Any) -> Any:
    """A point so many times."""
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = add(result, point)
        point = add(point, point)
        number >>= 1
    return result


def equal(a: Any, b: Any) -> Any:
    """Whether both are the same point."""
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point_of(data: bytes) -> Any:
    """The point that 32 bytes stand for, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    squared = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(squared, (P + 3) // 8, P)
    if (x * x - squared) % P:
        x = x * ROOT % P
    if (x * x - squared) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return x, y, 1, x * y % P


BASE = point_of((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def is_signed(public: bytes, statement: bytes, signature: bytes) -> bool:
    """Whether the holder of this key signed the statement."""
    if len(public) != 32 or len(signature) != 64:
        return False
    key, nonce = point_of(public), point_of(signature[:32])
    number = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or number >= ORDER:
        return False
    digest = hashlib.sha512(signature[:32] + public + statement).digest()
    challenge = int.from_bytes(digest, "little") % ORDER
    return bool(equal(times(number, BASE), add(nonce, times(challenge, key))))


# The log.


class Log:
    """What was read of it so far."""

    def __init__(self, key: str) -> None:
        self.wanted = key
        self.key = b""
        self.count = 0
        self.digest = GENESIS
        self.at = ""
        self.signed = 0
        self.signatures = 0
        self.ended = False
        self.hash = hashlib.sha256()

    def take(self, line: bytes) -> None:
        """The next line."""
        value = self.object_of(line)
        if not self.key:
            self.begin(value)
        elif self.ended:
            raise Broken(self.count + 1, "结尾之后还有内容", "something stands behind the end")
        elif "checkpoint" in value:
            self.checkpoint(self.fields(value, "checkpoint", CHECKPOINT))
        elif "end" in value:
            self.end(self.fields(value, "end", END))
        else:
            self.entry(value)
        self.hash.update(line)

    def object_of(self, line: bytes) -> dict[str, Any]:
        """The line as an object, written as we write it: nothing in it that another program would read otherwise."""
        wrong = Broken(
            self.count + 1, "这一行不是本程序写出的形式", "the line is not in the form in which it was written"
        )
        try:
            text = line.decode("ascii")
            value = json.loads(text)
            if not isinstance(value, dict) or canonical(value) + "\n" != text:
                raise wrong
        except (ValueError, RecursionError):
            raise wrong from None
        return value

    def fields(self, value: dict[str, Any], name: str, wanted: tuple[str, ...]) -> dict[str, Any]:
        """The one object in the line, with these fields and no others."""
        found = value[name]
        if len(value) != 1 or not isinstance(found, dict) or sorted(found) != list(wanted) or not sorts(found):
            raise Broken(self.count + 1, "签名一行的格式不对", "the line of a signature has not the right fields")
        return found

    def begin(self, value: dict[str, Any]) -> None:
        """The first line."""
        key = value.get("key")
        if sorted(value) != ["hushgate_audit", "key"] or value["hushgate_audit"] != 1 or not isinstance(key, str):
            raise Broken(
                1, "这不是导出的审计日志，或开头缺失", "this is no exported audit log, or its beginning is missing"
            )
        self.key = bytes_of(key)
        if len(self.key) != 32:
            raise Broken(1, "文件中的公钥不是公钥", "the key in the file is no key")
        if self.wanted and self.wanted.lower() != key:
            raise Broken(1, "签名所用的不是给定的公钥", "the log is signed with another key than the one given")

    def entry(self, value: dict[str, Any]) -> None:
        """An entry: it follows the one before it, and is as its digest says."""
        seq = self.count + 1
        bare = {name: value[name] for name in ENTRY if name in value}
        if len(bare) != len(ENTRY) or set(value) - set(ENTRY) - {"revealed"} or not sorts(bare):
            raise Broken(seq, "记录的字段不对", "the entry has not the right fields")
        if bare["seq"] != seq:
            raise Broken(
                seq,
                f"记录缺失，此处是第 {bare['seq']} 条",
                f"the entry is missing; entry {bare['seq']} stands here",
            )
        if bare["previous"] != self.digest:
            raise Broken(seq, "与前一条接不上", "the entry does not follow the one before it")
        digest = bare.pop("digest")
        if hashlib.sha256(canonical(bare).encode("ascii")).hexdigest() != digest:
            raise Broken(seq, "内容被改动", "the entry was changed")
        self.count, self.digest, self.at = seq, digest, bare["at"]

    def checkpoint(self, value: dict[str, Any]) -> None:
        """A signature under the entry that was just read. What is wrong with it is wrong since the last good one."""
        if value["seq"] > self.count:
            stands = value["seq"]
            raise Broken(
                self.count + 1,
                f"记录缺失，此处是第 {stands} 条的签名",
                f"the entry is missing; a signature of {stands} stands here",
            )
        if value["previous"] != self.signed:
            raise Broken(self.signed + 1, "此前有签名缺失", f"a signature is missing before entry {self.count}")
        same = value["seq"] == self.count and value["digest"] == self.digest and value["at"] == self.at
        statement = dict(value, statement="hushgate audit checkpoint 1")
        self.check(statement, same and self.count > self.signed)
        self.signed, self.signatures = self.count, self.signatures + 1

    def end(self, value: dict[str, Any]) -> None:
        """The last line: this is the newest entry, and these were all lines."""
        same = value["seq"] == self.count and value["digest"] == self.digest and value["at"] == self.at
        if not same or self.signed != self.count:
            raise Broken(self.count + 1, "日志在此被截断", "the log was cut off here")
        statement = dict(value, statement="hushgate audit export 1")
        self.check(statement, value["sha256"] == self.hash.hexdigest())
        self.ended = True

    def check(self, statement: dict[str, Any], same: bool) -> None:
        """Raises where it is not what the key's holder signed."""
        signature = bytes_of(statement.pop("signature"))
        if not (same and is_signed(self.key, canonical(statement).encode("ascii"), signature)):
            chinese = f"从此处到第 {self.count} 条不是该公钥签署的内容"
            english = f"what stands from here to entry {self.count} is not what was signed with the key"
            raise Broken(min(self.signed + 1, self.count), chinese, english)


def sorts(value: dict[str, Any]) -> bool:
    """Whether each field is a number or text, as it should be."""
    numbers = ("seq",) if "actor" in value or "sha256" in value else ("seq", "previous")
    return all(type(one) is (int if name in numbers else str) for name, one in value.items())


def bytes_of(text: str) -> bytes:
    """What a text of lower-case hex digits stands for; nothing where it is none."""
    return bytes.fromhex(text) if text and not set(text) - set("0123456789abcdef") and len(text) % 2 == 0 else b""


def verified(file: IO[bytes], key: str = "") -> Log:
    """The log, read to its end. Raises Broken."""
    log = Log(key)
    while True:
        line = file.readline(LONGEST)
        if not line:
            break
        log.take(line)
    if not log.ended:
        raise Broken(log.count + 1, "日志在此被截断", "the log was cut off here")
    return log


def main(words: list[str]) -> int:
    """0 or 1, after one line."""
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="backslashreplace")
    key = ""
    if len(words) == 3 and words[1] == "--key":
        words, key = words[:1], words[2]
    if len(words) != 1:
        print("用法 usage: python3 verify.py audit.jsonl [--key HEX]")
        return 1
    try:
        with open(words[0], "rb") as file:
            log = verified(file, key)
    except OSError as error:
        print(f"{words[0]}: 无法读取 cannot be read: {error.strerror}")
        return 1
    except Broken as fault:
        said = f"第 {fault.seq} 条有误 broken at entry {fault.seq}: {fault.chinese} / {fault.english}"
        print(f"{words[0]}: {said}")
        return 1
    hint = "" if key else "；请核对公钥 compare the key with the one that was made known to you"
    said = f"完整 sound: {log.count} 条记录 entries, {log.signatures} 个签名 signatures"
    print(f"{words[0]}: {said}, 截至 until {canonical(log.at)}, 公钥 key {log.key.hex()}{hint}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
