"""Invented reporters, each with the forms of the name written out by hand.

A line: name | traditional | pinyin with tones, surname first, `+` after the surname | other characters of the same sound
| one character that looks like another | taken apart | bopomofo | title. Empty where the name has none that anybody
would write.
"""

import random
from dataclasses import dataclass

CHINESE = """
陈思远|陳思遠|chen2+si1 yuan3|辰思源|陈思运|耳东田心远|ㄔㄣˊ ㄙ ㄩㄢˇ|先生
李晓梅|李曉梅|li3+xiao3 mei2|黎小玫|李晓海|木子日尧木每|ㄌㄧˇ ㄒㄧㄠˇ ㄇㄟˊ|女士
王海峰|王海峰|wang2+hai3 feng1|汪海锋|王悔峰|王氵每山夆|ㄨㄤˊ ㄏㄞˇ ㄈㄥ|先生
刘佳怡|劉佳怡|liu2+jia1 yi2|柳家仪|刘佳冶|文刂亻圭忄台|ㄌㄧㄡˊ ㄐㄧㄚ ㄧˊ|小姐
赵明轩|趙明軒|zhao4+ming2 xuan1|兆鸣宣|赵朋轩|走乂日月车干|ㄓㄠˋ ㄇㄧㄥˊ ㄒㄩㄢ|同学
周雨婷|周雨婷|zhou1+yu3 ting2|舟语庭|周雨停|周雨女亭|ㄓㄡ ㄩˇ ㄊㄧㄥˊ|女士
吴志强|吳志強|wu2+zhi4 qiang2|武智墙|吴态强|口天士心弓虽|ㄨˊ ㄓˋ ㄑㄧㄤˊ|先生
孙丽娟|孫麗娟|sun1+li4 juan1|荪莉鹃|孙丽捐|子小丽女肙|ㄙㄨㄣ ㄌㄧˋ ㄐㄩㄢ|女士
徐浩然|徐浩然|xu2+hao4 ran2|许昊燃|徐洁然|彳余氵告然|ㄒㄩˊ ㄏㄠˋ ㄖㄢˊ|先生
胡静雯|胡靜雯|hu2+jing4 wen2|湖敬文|胡靖雯|古月青争雨文|ㄏㄨˊ ㄐㄧㄥˋ ㄨㄣˊ|小姐
林晓东|林曉東|lin2+xiao3 dong1|琳小冬|林晓车|木木日尧东|ㄌㄧㄣˊ ㄒㄧㄠˇ ㄉㄨㄥ|先生
郑凯文|鄭凱文|zheng4+kai3 wen2|正楷闻|郑凯丈|关阝岂几文|ㄓㄥˋ ㄎㄞˇ ㄨㄣˊ|同学
何梦琪|何夢琪|he2+meng4 qi2|荷孟奇|何梦淇|人可林夕王其|ㄏㄜˊ ㄇㄥˋ ㄑㄧˊ|女士
杨晨曦|楊晨曦|yang2+chen2 xi1|羊辰西|扬晨曦|木易日辰日羲|ㄧㄤˊ ㄔㄣˊ ㄒㄧ|女士
黄俊杰|黃俊傑|huang2+jun4 jie2|皇骏捷|黄峻杰|黄亻夋木灬|ㄏㄨㄤˊ ㄐㄩㄣˋ ㄐㄧㄝˊ|先生
曾凡一|曾凡一|zeng1+fan2 yi1|增帆伊|曾几一||ㄗㄥ ㄈㄢˊ ㄧ|先生
张伟|張偉|zhang1+wei3|章维|张纬|弓长亻韦|ㄓㄤ ㄨㄟˇ|先生
马超群|馬超群|ma3+chao1 qun2|玛潮裙|马起群|马走召君羊|ㄇㄚˇ ㄔㄠ ㄑㄩㄣˊ|先生
韩雪莹|韓雪瑩|han2+xue3 ying2|含学盈|韩雷莹||ㄏㄢˊ ㄒㄩㄝˇ ㄧㄥˊ|女士
唐一鸣|唐一鳴|tang2+yi1 ming2|堂伊铭|唐一呜|唐一口鸟|ㄊㄤˊ ㄧ ㄇㄧㄥˊ|同学
欧阳若兰|歐陽若蘭|ou1yang2+ruo4 lan2|鸥洋偌岚|欧阳苦兰||ㄡ ㄧㄤˊ ㄖㄨㄛˋ ㄌㄢˊ|女士
司马文博|司馬文博|si1ma3+wen2 bo2|丝玛闻波|司马文搏||ㄙ ㄇㄚˇ ㄨㄣˊ ㄅㄛˊ|先生
诸葛青云|諸葛青雲|zhu1ge3+qing1 yun2|朱戈清芸|诸葛青去||ㄓㄨ ㄍㄜˇ ㄑㄧㄥ ㄩㄣˊ|先生
仇英杰|仇英傑|qiu2+ying1 jie2|球莹捷|仇英木||ㄑㄧㄡˊ ㄧㄥ ㄐㄧㄝˊ|先生
吕诗涵|呂詩涵|lv3+shi1 han2|旅师韩|吕诗函|口口讠寺氵函|ㄌㄩˇ ㄕ ㄏㄢˊ|小姐
任嘉禾|任嘉禾|ren2+jia1 he2|仁佳荷|任喜禾|亻壬嘉禾|ㄖㄣˊ ㄐㄧㄚ ㄏㄜˊ|女士
"""

MINORITY = """
阿迪力·买买提|阿迪力|买买提
古丽娜尔·艾合买提|古丽娜尔|艾合买提
扎西·多吉|扎西|多吉
米吉提·吐尔逊|米吉提|吐尔逊
"""

WESTERN = """
Maria Lopez|maria lopez
José Núñez|jose nunez
Jürgen Müller|juergen mueller
Anna Kowalska|anna kowalska
Siobhán Kelly|siobhan kelly
Lars Sørensen|lars sorensen
"""

WORDS = "高兴 文静 安心 向前 方正 白雪 黄河 温暖 康健 常青"

NICKNAMES = "清风不识字 小鹿乱撞ii 南山南_1987 橘子味汽水 半糖去冰 追风少年阿布 月亮邮差 咸鱼不翻身 云朵贩卖机 阿拉蕾の猫 北极星不眠 一只柠檬精"
STEMS = "qingfeng xiaolu nanshan juzi bantang zhuifeng yueliang xianyu yunduo labi beiji ningmeng"


@dataclass(frozen=True)
class Person:
    """One invented reporter. `forms` are hand-written writings of the name, by variant."""

    name: str
    sort: str  # chinese, minority, western, word
    forms: dict[str, str]
    nickname: str
    address: str
    phone: str
    wechat: str
    qq: str
    id_number: str


def people(seed: int) -> list[Person]:
    """All of them; contacts are drawn by the seed."""
    r = random.Random(seed)
    rows = [("chinese", line.split("|")) for line in CHINESE.split("\n") if line]
    rows += [("minority", line.split("|")) for line in MINORITY.split("\n") if line]
    rows += [("western", line.split("|")) for line in WESTERN.split("\n") if line]
    rows += [("word", [word]) for word in WORDS.split()]
    nicknames, stems = NICKNAMES.split(), STEMS.split()
    found = []
    for number, (sort, row) in enumerate(rows):
        stem = f"{stems[number % len(stems)]}{r.choice(('_', '.', ''))}{r.randrange(10, 99)}"
        nickname = nicknames[number % len(nicknames)] + ("" if number < len(nicknames) else str(r.randrange(2, 99)))
        found.append(
            Person(
                row[0],
                sort,
                _forms(sort, row),
                nickname,
                f"{stem}@{r.choice(('mail.example', 'post.example', 'inbox.example'))}",
                f"1{r.choice('3578')}{r.randrange(10**8, 10**9)}",
                f"{r.choice(('wx', 'v', 'hi', 'the'))}_{stems[(number * 5 + 3) % len(stems)]}{r.randrange(100, 999)}",
                str(r.randrange(10**8, 10**9)),
                _resident_id(r),
            )
        )
    return found


def _forms(sort: str, row: list[str]) -> dict[str, str]:
    if sort == "chinese":
        names = ("traditional", "pinyin", "homophone", "look_alike", "split", "bopomofo", "title")
        return {name: value for name, value in zip(names, row[1:], strict=True) if value}
    if sort == "minority":
        return {"first": row[1], "last": row[2]}
    if sort == "western":
        return {"plain": row[1]}
    return {}


def _resident_id(r: random.Random) -> str:
    """With its check digit (GB 11643); of a county that does not exist."""
    seventeen = f"9900{r.randrange(10, 99)}{r.randrange(1960, 2005)}{r.randrange(1, 13):02}{r.randrange(1, 29):02}"
    seventeen += f"{r.randrange(1000):03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]
