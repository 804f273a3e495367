"""How one person words things: of several words that mean the same, mostly one; and little words in between.

Two people who tell the same story in the same order still do not write the same sentences.
"""

import random
import re
from collections.abc import Callable

from texts.grammar import lines, words

_SAME = lines(
    """
直播间 直播房间 房间 那个直播间 播间 频道
主播 播主 那主播 那名主播 带货人
退款 退钱 退还货款 退费
没有 没 未曾 并无
发现 察觉 看出 意识到
知道 晓得 清楚 了解到
后来 之后 再后来 往后
现在 眼下 目前 如今 当下
当时 那时 那会儿 彼时
别人 旁人 他人 人家
自己 自个儿 本身
孩子 小孩 娃 娃儿
客服 客服人员 在线客服 售后 接待员
根本 压根 完全 丝毫
收到 拿到 接到
拉黑 屏蔽 删了好友
马上 立刻 当即 随即
因为 由于 只因
很多 许多 好些 不少
每天 天天 每日 日日
合同 协议 合约
账号 帐号 户头
医生 大夫 医师
老师 教员 讲师
说话 开口 讲话
照片 相片 图片
视频 录像 影像 片子
电话 手机 座机
弹幕 公屏 留言
链接 网址 入口
一样 相同 没两样
东西 货 物件
便宜 划算 低廉
老人 老人家 长辈
家里 家中 屋里头
晚上 夜里 夜间
居然 竟然 竟 没料到
其实 实际上 说到底
所谓 号称 自封
介绍 推荐 引荐
证据 凭证 凭据
投诉 举报 反映
检测 化验 检验
医院 诊所 卫生院
同事 工友 同僚
房东 屋主 业主
群里 群内 群组里
粉丝 观众 看客
道歉 赔礼 认错
赔偿 补偿 赔付
答应 应下 同意
告诉 跟我讲 通知
打听 询问 探问
明明 分明 显然
只好 不得不 唯有
已经 早已 业已
全部 统统 所有
继续 接着 照样
地方 去处 位置
镜头 摄像头 画面
名字 姓名 称呼
价格 价钱 标价
损失 亏空 窟窿
警察 民警 派出所的人
以前 从前 早先
这件事 此事 这桩事
里 里面 里头 当中
说 讲 称 表示 声称
买 购 购入 拍下
骗 坑 蒙 哄
看 瞧 瞅 望见
给 交给 付给
用 拿 使 靠
找 寻 联系
问 询问 追问
也 同样 亦
还 仍 依旧
都 全 皆
却 倒 反倒
和 跟 与 同
在 于 正在
从 自 打
把 将
被 遭 让
"""
)
_FILL = words(
    "说白了 反正 我记得 据我所知 偏偏 怎么讲呢 真是 好在 坦白说 不瞒您说 按理 照这么算 无论如何 老实讲 我心想 没办法 明摆着 想来想去 更要命的 奇怪的是 气人的是 那阵子 一来二去 到头来 仔细一想"
)
_ENGLISH_SAME = lines(
    """
host streamer presenter seller
room channel stream show
paid transferred remitted
money cash funds
parcel package box
answered replied responded
showed displayed presented
phone mobile handset
wrote messaged texted
asked demanded requested
doctor physician medic
lost forfeited wasted
child kid youngster
contract agreement deal
begged pleaded implored
nobody no_one not_a_soul
days nights mornings
minutes moments calls
before ahead_of prior_to
after following
near close_to beside
together all_told altogether
found discovered noticed
school academy
flat apartment
children youngsters minors
apologise make_amends
moved migrated shifted
threats abuse insults
bought purchased ordered
promised assured vowed
account profile
tape recording footage
even indeed actually
only merely just
then next afterwards
and plus as_well_as
"""
)
_ENGLISH_FILL = (
    "frankly",
    "as I said",
    "believe me",
    "oddly",
    "to be fair",
    "sadly",
    "in short",
    "mind you",
    "of course",
)

_LONG = {row.split()[0]: row.split() for row in _SAME if len(row.split()[0]) > 1}
_SHORT = {row.split()[0]: row.split() for row in _SAME if len(row.split()[0]) == 1}
_ENGLISH = {row.split()[0]: [word.replace("_", " ") for word in row.split()] for row in _ENGLISH_SAME}
_FIND = re.compile("|".join(map(re.escape, sorted((*_LONG, *_SHORT), key=len, reverse=True))))
_FIND_ENGLISH = re.compile(r"\b(?:" + "|".join(_ENGLISH) + r")\b")


def voice(dice: random.Random) -> Callable[[str], str]:
    """A person's way with a Chinese sentence."""
    usual = {word: dice.choice(same) for word, same in {**_LONG, **_SHORT}.items()}
    firm, talkative = dice.uniform(0.5, 0.9), dice.choice((0.0, 0.1, 0.25))
    fillers = dice.sample(_FILL, 6)

    def word(found: re.Match[str]) -> str:
        same = found[0]
        if same in _SHORT and dice.random() < 0.5:
            return same
        return usual[same] if dice.random() < firm else dice.choice(_LONG.get(same) or _SHORT[same])

    def said(sentence: str) -> str:
        changed = _FIND.sub(word, sentence)
        parts = changed.split(",")
        told = [parts[0], *(dice.choice(fillers) + p if dice.random() < talkative else p for p in parts[1:])]
        return ",".join(told)

    return said


def english_voice(dice: random.Random) -> Callable[[str], str]:
    """A person's way with an English sentence."""
    usual = {word: dice.choice(same) for word, same in _ENGLISH.items()}
    talkative = dice.choice((0.0, 0.15, 0.3))
    fillers = dice.sample(_ENGLISH_FILL, 4)

    def word(found: re.Match[str]) -> str:
        return usual[found[0]] if dice.random() < 0.8 else found[0]

    def said(sentence: str) -> str:
        parts = _FIND_ENGLISH.sub(word, sentence).split(", ")
        told = [parts[0], *(f"{dice.choice(fillers)}, {p}" if dice.random() < talkative else p for p in parts[1:])]
        return ", ".join(told)

    return said
