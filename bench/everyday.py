"""How many innocent texts are taken for a name that is a word of everyday speech, and how many leaks of it are found.

    .venv/bin/python -m bench.everyday [FOLDER]

Each of some 280 names (安心, 高兴, Will Young, Grace Price) is looked for in sentences in which the word is a word, in
sentences that give the name away, and in the lines of the Markdown files in FOLDER, if one is given: public prose, in
which nobody of that name is meant. A line counts for a name whose word it has; at most `MOST` of them for each name.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.model import Item, Location, Party, Reading, Report, TextFragment

MOST = 8
CHINESE = """
安心 高兴 文静 江山 白雪 张开 连麦 平安 安静 安全 高明 高峰 高山 金星 金山 方正 方圆 方便 方向 方法 成功 成长 成立
成熟 常见 常青 常乐 温暖 温柔 温馨 温泉 康健 康乐 乐观 乐意 万里 万年 万能 万一 路线 马上 马路 石头 雷鸣 雷达 云海
水平 水晶 包容 包涵 贺喜 和谐 和平 和气 谷雨 花朵 叶子 田野 习惯 解决 任意 任务 连续 连接 程序 商量 商业 单纯 单独
于是 从容 全面 计划 严格 严肃 严谨 钱包 毛病 顾客 段落 夏日 秋水 冷静 艾草 易懂 关心 关键 关于 童年 时尚 时间 时代
黄金 黄河 白天 阳光 朝阳 向上 向前 明星 明白 明天 强大 强烈 郑重 陈述 张扬 范围 胡闹 王牌 严重 应用 项目 游戏 管理
景色 幸福 荣誉 勇气 盛大 平台 宣传 支持 别人 能力 能够 景点 曾经 华丽 祝福 盛典 牛肉 江湖 宁静 符合 戴上 易于 车辆
施工 计算 门户 强调 解释 公平 公正 公开
"""
ENGLISH = """
Will_Young Mark_Field Grace_Price Bill_Case May_Long Sue_Law Rose_Wood Hope_Rich Faith_Hill Joy_King Jack_Black
Frank_White Art_Day Grant_Power Chase_Banks Drew_Page Dean_Short Pat_Cook Rob_Banks Bob_Hunter Chance_Best
Summer_Love Autumn_Rain April_Showers June_Moon Dawn_Light Eve_Night Sky_High Rich_Little Guy_Small Penny_Pound
Iris_Green Olive_Branch Ivy_Wall Heather_Moss Lily_Pond Daisy_Meadow Ruby_Stone Crystal_Waters Pearl_Rivers
Amber_Brown Violet_Gray Hazel_Nutt Holly_Berry Carol_Singer Melody_Sharp Harmony_Bell Destiny_Major Angel_Cross
Charity_Good Patience_Strong Prudence_Wise Honor_Noble Justice_Judge Mercy_Grant Trinity_Church Victor_Prize
Earl_Duke Duke_Prince King_Abbott Rex_Major Miles_Long Lane_Miller Cliff_Rock Glen_Valley Dale_Forest Clay_Potter
Sandy_Beach Rocky_Shore Stone_Mason Mason_Carpenter Carter_Cooper Cooper_Baker Hunter_Fisher Archer_Bowman
Taylor_Weaver Parker_Ward Tanner_Smith Porter_Butler Chandler_Parsons Sage_Herb Ginger_Root Basil_Leaf
Rosemary_Thyme Robin_Bird Jay_Crane Wren_Finch Drake_Swan Wolf_Savage Buck_Deer Bear_Grill Colt_Steele Rusty_Nail
Sterling_Silver Goldie_Hawn Jade_Emerald Opal_Gem Star_Bright Stormy_Weather Misty_Snow Gale_Winters Frost_Winter
Reed_Banks Ray_Sunshine Bud_Bloom Fern_Woods Forest_Field Brook_Waters Page_Turner Reading_Bookman Read_Moore
Rick_Shaw Norm_Major Max_Power Cash_Price Rich_Money Bill_Cash Chuck_Stone Skip_Town Lance_Sharp Gene_Pool
Jean_Short Barb_Dwyer Sally_Forth Joy_Rider Gay_Bliss Merry_Day Sunny_Day Windy_Hill Hardy_Strong Noble_Worth
Young_Long Long_Case Price_Law Field_Case Law_Young
"""
INNOCENT_CHINESE = (
    "让用户{}消费是我们的责任。",
    "请举报人{}等待处理结果。",
    "我们提倡{}直播。",
    "为观众{}的体验,请注意。",
    "本次活动主题为“{}”,欢迎参加。",
    "关于{}的规定请见附件。",
    "请注意{},谢谢。",
    "{}是直播的基础。",
    "直播间要{}、有序。",
    "【{}】提醒:请遵守规范。",
    "用户{}度调查",
    "很{}为您服务。",
    "粉丝{}地离开了直播间。",
    "请说明当时{}的情况。",
    "欢迎用户{}举报违规内容。",
    "倡导{}、文明的氛围",
    "账号{}提示:请修改密码。",
    "1.{}:请勿传播。",
    "对{}负责。",
    "和{}相关的内容",
)
LEAKS_CHINESE = (
    "据{}描述,您当晚辱骂观众。",
    "举报人:{}",
    "举报人{}称您辱骂他。",
    "用户{}举报了您。",
    "昵称为“{}”的观众投诉您。",
    "姓名:{},电话另附",
    "投诉人是{}。",
    "{}先生反映您的直播间有问题。",
    "{}女士您好",
    "我们已联系{}核实。",
    "材料由{}提供。",
    "请向{}道歉。",
    "{}说您在直播中骂人。",
    "{}举报了您的直播间。",
    "观众{}反映当晚没有公示规则。",
    "名叫{}的用户来信。",
    "{}的投诉已受理。",
    "署名:{}",
    "发件人:{} 2020年9月",
    "请与{}联系。",
    "@{} 请查收",
    "根据{}的描述,您有违规。",
    "网友“{}”爆料。",
    "举报您的是{}。",
    "投诉人({})要求退款。",
)
INNOCENT_ENGLISH = (
    "You {g} see the {s} later.",
    "How {g} {s} viewers be treated?",
    "Please {g} the {s} again.",
    "The {s} is set by the {g} team.",
    "{G} you please confirm?",
    "{S} changes apply from Monday.",
    "We {g} report the {s} to users.",
    "In your {s}, the user {g} complain.",
    "IMPORTANT: {GG} AND {SS} NOTICE",
    "Any {s} that a user may report is logged as {g}.",
    "the {g} period and the {s} range",
    "{G} is not {s}.",
)
LEAKS_ENGLISH = (
    "{G} {S} reported you.",
    "According to {G} {S}, you insulted him.",
    "The reporter {G} {S} complained.",
    "Reporter: {G}",
    "reporter: {g} {s}",
    "We spoke with {G} about it.",
    "Yesterday {G} complained to us.",
    "by {G} {S}",
    "{S}, {G}",
    "{g}.{s}@mail.example wrote",
    "Dear {G},\\n\\nthank you",
    "{G} {S} <x@mail.example>",
    "The user named {g} sent it.",
    "Mr {S} {G} filed the complaint",
    "complaint from {g} {s}",
    "{g} {s} told us that",
    "Ask {G} to stop",
    "举报人 {G} {S} 称",
    "用户{G}举报了您",
)


def subject(name: str) -> Subject:
    """A report whose reporter has this name and nothing else."""
    return compile_report(Report("R-1", "open", "", (Party("清凌凌"),), (Item("name", name),)))


def is_found(text: str, one: Subject) -> bool:
    """Whether the name is found in a text."""
    found = detect(Reading(texts=(TextFragment(Location("1"), "text", text),)), (one,))
    return any(finding.kind == "name" for finding in found)


def filled(template: str, name: str) -> str:
    """A sentence with the name, or its words, in it."""
    given, _, surname = name.partition(" ")
    small = {"g": given.lower(), "s": surname.lower(), "G": given, "S": surname}
    return template.format(name, **small, GG=given.upper(), SS=surname.upper())


def lines(folder: Path) -> Iterator[str]:
    """The prose of a folder, a line at a time, links as their words."""
    for path in sorted(folder.rglob("*.md")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            plain = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", line).strip()
            if len(plain) >= 12:
                yield plain[:400]


def public(name: str, prose: list[str]) -> list[str]:
    """Lines that have a word of the name, and not the name as it is written."""
    if name.isascii():
        wanted = re.compile(rf"\b(?:{'|'.join(name.split())})\b", re.IGNORECASE)
        return [line for line in prose if line.isascii() and wanted.search(line) and name not in line][:MOST]
    return [line for line in prose if name in line][:MOST]


def main() -> int:
    """0; the figures are printed."""
    prose = list(lines(Path(sys.argv[1]))) if len(sys.argv) > 1 else []
    english = [name.replace("_", " ") for name in ENGLISH.split()]
    for language, names, innocent, leaks in (
        ("Chinese", CHINESE.split(), INNOCENT_CHINESE, LEAKS_CHINESE),
        ("English", english, INNOCENT_ENGLISH, LEAKS_ENGLISH),
    ):
        told = {"public prose, alarms": [0, 0], "innocent sentences, alarms": [0, 0], "leaks, found": [0, 0]}
        for name in names:
            one = subject(name)
            for sort, texts in zip(
                told,
                (public(name, prose), *([filled(t, name) for t in some] for some in (innocent, leaks))),
                strict=True,
            ):
                found = [is_found(text, one) for text in texts]
                told[sort][0] += sum(found)
                told[sort][1] += len(found)
        for sort, (found_in, of) in told.items():
            print(
                f"{language}, {len(names)} names, {sort}: {found_in} of {of}" + (f", {found_in / of:.2%}" if of else "")
            )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
