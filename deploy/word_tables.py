"""Write gateway/text/chinese_words.txt and english_words.txt: words of everyday speech, some of which are names too.

    pip install --target FOLDER jieba==0.42.1 zxcvbn==4.5.0 english-words==2.0.2   # none of them is a package of ours
    .venv/bin/python deploy/word_tables.py FOLDER

Chinese: words of two to four characters that jieba's dictionary counts often enough and does not take for names of
people. English: words that are common in an encyclopedia or in films (zxcvbn's lists) and stand in Webster's Second in
small letters, or are a form of such a word. What the lists count among the names (Mark, Grace, 张开) stands here.
"""

import importlib
import sys
from pathlib import Path
from typing import Any

TEXT = Path(__file__).parents[1] / "gateway" / "text"
SOURCES = """\
# Made by deploy/word_tables.py. Licences: words-licence.txt.
"""
CHINESE = f"""\
# 日常词语 / Words of everyday Chinese, chosen from the dictionary of jieba 0.42.1 (© 2013 Sun Junyi, MIT).
{SOURCES}"""
ENGLISH = f"""\
# Words of everyday English that stand both in the frequency lists of zxcvbn 4.5.0 (MIT) and in Webster's Second.
{SOURCES}"""
OFTEN = {2: 50, 3: 60, 4: 60}
"""How often jieba's corpus of 60 million words has a word of so many characters, at least."""
SURNAMES = frozenset(
    "王李张刘陈杨赵吴徐孙朱胡郭罗郑梁宋韩冯邓曹彭董袁潘蒋蔡杜苏魏吕丁沈姚卢姜崔谭汪范廖贾韦邹孟邱尹薛闫侯郝龚邵"
)
"""What begins with one of these is a person's name more often than not: such words are chosen by hand."""
MORE_CHINESE = """
张开 张贴 张望 张罗 张扬 张嘴 张口 张榜 张力 张狂 张弛 张皇 张挂 张目 张大 王牌 王国 王朝 王冠 王子 王后 王权 王法
王府 王座 王室 王家 王位 王者 王道 李子 李树 陈列 陈述 陈旧 陈设 陈酿 陈醋 陈皮 陈年 陈腐 陈词 陈规 陈货 杨树 杨柳
杨梅 杨桃 刘海 徐徐 徐步 孙子 孙女 孙辈 朱红 朱门 朱砂 朱雀 胡闹 胡说 胡子 胡椒 胡同 胡来 胡扯 胡话 胡琴 胡桃 胡吹
胡乱 胡须 胡编 胡搞 胡匪 罗列 罗汉 罗盘 罗纹 罗网 罗马 罗嗦 郑重 梁柱 宋词 宋体 宋朝 宋代 韩语 韩流 韩式 韩服 韩文
韩元 韩剧 韩国 董事 杜绝 杜鹃 杜撰 苏醒 苏打 苏绣 苏州 苏联 魏碑 丁香 丁字 丁点 丁克 沈阳 沈浸 沈溺 沈淀 姜汤 姜片
姜黄 姜茶 姜蒜 汪洋 汪汪 范围 范例 范本 范畴 范文 范式 孟浪 侯爵 吴语 彭湃 连麦 打赏 弹幕 带货 上麦 下麦 开麦 闭麦
麦序 开播 下播 关播 停播 断播 直播 主播 团播 涨粉 掉粉 吸粉 圈粉 涨薪 禁言 拉黑 封号 封禁 解封 秒杀 上架 下架 补播
回放 录屏 投屏 热门 热榜 榜一 榜首 连播 连线 连送 连击 礼物 粉丝 房管 场控 运营 公会 流量 流水 分成 提现 充值 退款
打榜 冲榜 挂榜 挂机 陪玩 陪聊 金币 钻石 平台 后台 私信 私聊 评论 点赞 关注 转发 分享 推流 推荐 推广 标签 话题 滤镜
美颜 特效 变声 背景 封面 公告 通知 规范 规则 申诉 复核 审核 违规 处罚 警告 扣分 信用 实名 认证 合同 签约 解约 续约
结算 工资 账单 发票 高光 高清 高能 高分 高峰 金牌 金句 金主 金额 水印 水军 水友 水群 车位 车厢 车牌 车队 安利 安装
安排 单价 单场 单条 单品 满减 满赠 满屏 全场 全勤 全网 全程 全新 包邮 包月 包场 包装 毛利 毛重 成交 成品 成本 成片
关卡 关机 关闭 常规 常驻 常用 时段 时长 时效 路演 路人 路况 和声 和弦 和解 黄牌 黄金 黑屏 黑粉 白屏 白名 白嫖 花絮
花费 花呗 温馨 严重 严厉 乐谱 乐队 乐器 商品 商家 商务 游戏 游客 项目 方案 方法 方式 解说 解释 应用 应援 易拉 尚品
尚可 舒适 舒服 舒心 安静 安详 安好 安然 欣慰 欣喜 喜欢 喜悦 喜爱 快乐 快递 平均 平等 平板 明细 明星 明显 明天 明白
明年 明日 景色 景区 景点 强调 强制 强烈 盛典 盛大 盛会 幸运 幸福 荣誉 荣幸 勇气 勇敢 英勇 辛勤 宝贵 荣获 布满 晋升
凌厉 满怀 高悬 周密 高薪 刚毅 麻木 恩师 巴掌 崇尚 安危 高耸 亚军 慕名 立功 钱财 雷声 铁青 灵敏 巧遇 高昂 顾忌 高超
扬言 白旗 牛马 明朗 陶醉 多达 高喊 敬佩 恩人 道谢 言辞 白痴 静静 波涛 伏兵 但凡 阎王 洪亮 权衡 鲁莽 于今 石阶 爱戴
通晓 慈祥 马虎 才智 施舍 渊博 盖章 如云 高招 连贯 入世 易溶 陶冶 洪峰 阴冷 在世 阴森 香甜 云彩 盘桓 凌驾 盛怒 籍贯
慈爱 平添 雪亮 特邀 祝寿 克扣 齐鸣 山洪 恩赐 盛衰 矫健 恩惠 明言 若想 亦然 费尽 麻利 卡住 顾全 妙龄 安闲 莫测 游弋
白皙 神勇 严冬 爱抚 越轨 连成 寻人 昭雪 列阵 爱恋 美玉 盛赞 迎客 白吃 花旦 后继 慧眼 鱼贯 唐突 荣膺 高塔 赤诚 易怒
白搭 常客 甘甜 白送 言明 牛羊 青翠 克己 贺礼 轩昂 喻为 余裕 富婆 小憩 任满 花环 农忙 多云 再世 崇信 心醉 练达 贺词
余晖 利多 劳驾 托辞 贞洁 戴上 戴好 成真 别急 连上 关上 关掉 开通 包上 查看 查收 支付 祝您 向您 由您 和您 与您 别忘
都会 都是 还能 应该 容易
"""
MORE_ENGLISH = """
mark frank jack bill dean lance hector jay josh jake chad glen sterling drew brad heath rocky russel rod marlin rusty
rory basil emery clement coy beau grace rose heather dawn florence crystal tiffany pearl joy misty violet ruby amber
hazel sally holly sue penny daisy iris melody flora opal pat olive faith ebony dixie autumn charity lily ivy jade
pansy merry patience chastity aurora candy jewel fern goldie gale dolly chase smith brown miller white martin walker
hall young king wright hill green baker carter turner parker cook bell cooper cox ward gray price wood long flores
butler foster ford west fisher freeman tucker porter mason warren rice hunt black palmer grant knight stone spencer
pierce berry hart lane harper fox weaver carpenter wheeler chapman bishop fuller lynch bowman fowler brewer wade holt
fletcher hale beck bush hardy curry barker page ball chandler sharp barber warner tate cross garner mack moss farmer
glover cannon potter goodman moody pope gross wise colon gill brock bass marsh drake sparks huff barton lamb
underwood nash hood sawyer wolf skinner ware wall bond dyer snow shepherd savage kemp booth beard rich booker decker
tanner glass strong gentry sexton pace hull leach herring noble pugh rush morse bean branch frost valentine buck moon
roach gay peck key gamble spence petty carver bray stout hopper galloway bender wilder cotton holder stark hooper fry
riddle levy duke cote craft bright holden slater pate beach goff cash workman finch bird foreman barlow rouse elder
slaughter minor archer bland proctor bacon hatcher bunch springer chamberlain gore harden pike crow steward pagan
crouch snell couch cartwright vigil greenwood hatch fink crocker coker draper stover bower miner swift fountain bloom
kern heller funk painter houser mead swan rushing crump grove prater dodge posey cope trotter butcher horner shook
joiner fitch link roper peacock stringer keen stern laird granger spicer shaver randle chin dill bravo crain coon
jolly salter root bain parson mock gage hare hawk ransom shipman bliss flint comer carrier dove goldsmith flood lemon
smalls ruff crook beam barger rector cheek handy alley merchant watt blank duff priest cutler medley dent crisp
patten croft baron scales ponder cloud spann helm burden monk harp rider heck steen warden seaman durant acker trout
spear wheat currier motley sledge seal vest teel lively stump gallant brink forte partridge mace pence mulligan
gentile vail chow wicker reedy shorter muse blocker doughty birch binder walling keener dial rust worthy slack mull
shade coffin peek shank blunt rash burnside tuck sage cone whittle layman lear harness start starling strain goad
strand stack spooner leger corral spearman fingerprints luster creel keel sparrow pointer rand petit knoll almond
prentice covert lavender lash cruse carrion bunting pippin messenger lister wilt coward bolt creamer bunker will may
august april june summer winter spring hope art gene case field law banks woods brooks rivers waters fields stones mills
wells bridges woody major prince judge sergeant brand barb bunny cherry clay cliff colt earl gilt guy harry jimmy
miles nick norm ray red robin sandy sky skip star storm victor angel chance destiny genesis glory harmony haven
heaven honor journey justice liberty mercy passion precious promise sincerity trinity unity verity bob pound hand
head foot short small little strange best good power powers sweet love loving day night week weeks ring reading
princess diamond hammer silver gold orange phoenix falcon marina monster spider yellow purple rabbit fishing flower
winner enter golden driver legend bear apple magic copper animal police fish lover forest champion diesel eagle
mercury domino dancer extreme awesome vision pirate bullet empire cardinal victory turkey classic holiday horse
leather airplane sunset engineer cobra flash strike beauty bowling swimming spike mouse machine target random snake
teacher galaxy travel sugar escort stormy mister marathon garden pencil jungle emerald element basket concrete truck
connect juice plastic delta faster keyboard jeep vacation server rescue atomic vanilla desert hidden legacy fallen
select enterprise treasure pillow candle lion subway umbrella fabric custom watcher builder hairy ripple lightning
pony laser comet mortgage reader banner electron cosmic vintage pigeon boulder onion orchard marker planner heater
spice sunflower tulip sunlight citrus premium arrow bounty goat violin lantern harvest jubilee robot magnet nickel
triangle mustard trader banker vector cruise coconut tomato rebel designer computer cheese access thunder secret
hello test football baseball soccer hockey player forever midnight password dragon monkey master killer butter stupid
elephant success lucky creative trouble explorer private runner fire paradise speedy badger action simple viper
tester security spirit popcorn consumer brook bud dale gem ginger herb hunter meadow sunny windy sunshine reed
winters wren jean chuck max showers rosemary thyme rob eve carol singer prudence money pond nail crane lining wanting
landing mining shining tanning hunting panting renting tuning handing mending bending pending banning canning fanning
manning running dining pining guiding hanging banging change mango shaman human woman fashion tangent manual canal
tunnel lunge lounge hangar sanguine lingo bingo tango dingo fungi bungalow chalice
"""
"""Of the names in zxcvbn's lists, and of what pinyin spells, those that are words."""
ENDINGS = (
    ("ies", ("y",)),
    ("es", ("", "e")),
    ("s", ("",)),
    ("ing", ("", "e")),
    ("ed", ("", "e")),
    ("er", ("", "e")),
    ("ers", ("", "e")),
    ("ly", ("",)),
)


def chinese(dictionary: str) -> list[str]:
    """The words, sorted, from the text of jieba's dictionary: a word, how often, a tag."""
    found = {word for word in MORE_CHINESE.split() if 2 <= len(word) <= 4}
    for line in dictionary.splitlines():
        word, often, tag = line.split(" ")
        if int(often) >= OFTEN.get(len(word), sys.maxsize) and not tag.startswith("nr") and word[0] not in SURNAMES:
            found.add(word)
    return sorted(found)


def english(common: list[str], webster: set[str]) -> list[str]:
    """The words, sorted."""
    small = {word for word in webster if word.isascii() and word.islower() and word.isalpha()}
    return sorted({word for word in common if 3 <= len(word) <= 12 and _known(word, small)} | {*MORE_ENGLISH.split()})


def _known(word: str, small: set[str]) -> bool:
    """A word, or a form of one."""
    if word in small:
        return True
    for ending, instead in ENDINGS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 3:
            continue
        if any(stem + one in small for one in instead):
            return True
        if len(stem) > 3 and stem[-1] == stem[-2] and stem[:-1] in small:
            return True
    return False


def main() -> int:
    """0; the files are written."""
    folder = Path(sys.argv[1])
    sys.path.insert(0, str(folder))
    lists: Any = importlib.import_module("zxcvbn.frequency_lists").FREQUENCY_LISTS
    webster = importlib.import_module("english_words").get_english_words_set(["web2"])
    common = [*lists["english_wikipedia"][:20000], *lists["us_tv_and_film"][:12000]]
    words = chinese((folder / "jieba" / "dict.txt").read_text(encoding="utf-8"))
    (TEXT / "chinese_words.txt").write_text(CHINESE + "\n".join(words) + "\n", encoding="utf-8", newline="\n")
    words = english(common, webster)
    (TEXT / "english_words.txt").write_text(ENGLISH + "\n".join(words) + "\n", encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
