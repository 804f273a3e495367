"""What stands around the log in an export, in both languages: what it is, how it is checked, and what it proves."""

from string import Template

README_SEALED = (
    "理由等由人填写的文字在日志中加密封存（sealed:…），以免泄露举报人；封存不影响核对。",
    "What people wrote (reasons) is sealed in the log (sealed:…), since it may name a reporter; it is checked all the "
    "same.",
)
README_REVEALED = (
    "本次导出另附已解封的文字（revealed），请按涉密材料保管。它们不在哈希链内，只由文件末尾的签名担保。",
    "The sealed texts were opened for this export (revealed): keep it as a secret. They are not part of the chain, "
    "and are vouched for by the signature at the end alone.",
)
README = """\
静门（Hushgate）审计日志
========================

audit.jsonl   共 {count} 条记录，{first} 至 {last}（UTC），其中 {signatures} 个签名
verify.py     核对程序，只需 Python 3.7 或更新版本，无需安装任何软件
              SHA-256 {verifier}

{state_zh}

如何核对
    python3 verify.py audit.jsonl --key {key}
公钥应与本单位事先公布或另行提供的一致（命令 hushgate audit key），不要只采信本文件中的这一串。
完整时输出一行并以 0 退出；有问题时以 1 退出，并指出第一条有误的记录。

能证明什么
  · 每条记录的内容、次序与写入时一致，没有增、删、改、换；末尾没有被截去。
  · 这些记录由持有该公钥对应私钥的系统签署。
不能证明什么
  · 持有系统主密钥的人可以重新写出整份日志并重新签署。因此请定期把公钥和最新摘要交给系统之外的人保存：
    第 {count} 条摘要 {digest}
  · 时间取自服务器时钟，未经第三方授时；记录之外发生的事不在其中。
{sealed_zh}

Hushgate audit log
==================

audit.jsonl   {count} entries, {first} to {last} (UTC), {signatures} signatures
verify.py     checks it; needs Python 3.7 or later and nothing else

{state_en}

How to check it
    python3 verify.py audit.jsonl --key {key}
The key should be the one that the organisation made known before, or gives you in another way (hushgate audit key):
do not go by this file alone. Sound: one line, exit code 0. Otherwise: exit code 1, and the first entry that is wrong.

What it proves
  - Each entry is as it was written and in its place; none was added, left out, changed or swapped, and the end was
    not cut off.
  - A system that holds the private key to this public key signed them.
What it does not prove
  - Whoever holds the system's master key can write the whole log anew and sign it. So give the key and the newest
    digest to somebody outside from time to time: entry {count}, digest {digest}
  - Times are of the server's clock, and no third party vouches for them. What was not recorded is not in it.
{sealed_en}
"""

HEAD = Template("""<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>审计日志 · Audit log</title>
<style>
$style</style></head><body><main>
<h1>静门审计日志<span lang="en">Audit log of Hushgate</span></h1>
""")

PROOF_TITLE = ("本页能证明什么，不能证明什么", "What this page proves, and what it does not")
PROOF = (
    (
        "每条记录的摘要由其内容与前一条的摘要算出；任何增、删、改、换都会使其后的摘要对不上。"
        "生成本页时已逐条核对摘要与签名，结果见上。",
        "The digest of an entry is computed from what it says and from the digest before it; whatever is added, left "
        "out, changed or swapped breaks it. All digests and signatures were checked when this page was made; the "
        "result stands above.",
    ),
    (
        "本页供阅读，本身不能自证。要独立核对，请使用同一日志的 JSON Lines 导出及其中的 verify.py（只需 Python）；"
        "各条摘要与本页所列一致。",
        "This page is for reading and does not prove itself. To check it independently, use the JSON Lines export of "
        "the same log with its verify.py, which needs Python alone; each entry has the same digest there.",
    ),
    (
        "持有系统主密钥的人可以重新写出整份日志并重新签署。能防止这一点的，是事先交给系统之外的人保存的公钥与摘要。",
        "Whoever holds the system's master key can write the whole log anew and sign it. Against that helps a key and "
        "a digest that somebody outside was given before.",
    ),
    (
        "时间取自服务器时钟（UTC），未经第三方授时。未被记录的事，本日志不能说明其有无。",
        "Times are of the server's clock (UTC), and no third party vouches for them. The log says nothing of what was "
        "not recorded.",
    ),
)
SEALED = (
    "理由等由人填写的文字加密封存，本页不显示：它们可能涉及举报人。",
    "What people wrote (reasons) is sealed and not shown on this page: it may name a reporter.",
)
REVEALED = (
    "应导出人要求，本页显示了原本封存的文字，可能涉及举报人，请按涉密材料保管。为何显示，已记入日志。",
    "This page shows texts that are sealed otherwise and may name a reporter: keep it as a secret. Why they are shown "
    "stands in the log.",
)
TABLE = """<h2>记录<span lang="en">Entries</span></h2>
<table><thead><tr><th>序号<span lang="en">No.</span></th><th>时间<span lang="en">UTC</span></th>
<th>事项<span lang="en">What happened</span></th><th>摘要<span lang="en">Digest</span></th></tr></thead><tbody>
"""
