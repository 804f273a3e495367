"""Documents that are no complaint: support mails, contracts, notices, invitations, invoices, chats and more.

Each kind is a heading, sentences of which some are drawn, and an end; what such documents share in fact (form labels,
standing phrases of contracts) they share here too. Nobody in them is real.
"""

import random
from dataclasses import dataclass

from texts import english
from texts.grammar import lines, written
from texts.lexicon import WORDS

CHAT = lines(
    """
[在吗|在不在|hi],{物}[到|收]了没
[刚|才][看|刷]到,[我|这会儿]在{地}
[哈哈|笑死],{亲}[也|昨天]这么说
{店}[今晚|{日}][开不开|几点]播?
[我|咱][记|说]的是{时}吧
[行|好嘞],{付}[给你|过去]{钱}
{话}[他|主播]原话
[别|先不]急,[等|问]{姓名}[回来|消息]再[说|定]
[图|截图][发|糊]了,[再|重]拍[一张|一遍]
{我}{损},[真|可][服|累]了
[那|这]{物}[靠谱|值]吗?[感觉|看着]{样}
[要不|不如]去{地}[当面|一起]问
[嗯|哦][嗯|哦],[懂|明白]了
[你|您][哪|那]边[冷|下雨]不?{地}[热|冻]死
[昨晚|{时}]{游}[连|又]输{数}把
{姓名}[拉|进]群了吗,[他|她]有{证}
[吃|买]{物}[上瘾|后悔]了
[车票|会议]改[到|成]{日},[别|可]忘
[帮|替][我|{亲}][砍|点]一[刀|下],{数}个就[够|成]
[文件|表]里第{数}[行|页][填|写]错了
[老板|组长][催|问]{课}那[事|份],{情}
[谢谢|感谢][啦|你],[改天|{日}]请你[喝|吃]{物}
[门口|前台]有你的{物},[谁|哪位][签|寄]的
{礼}[是|谁][你|他]刷的?
[周末|{日}][爬山|露营]去{地},[来|走]不
[密码|取件码]{数}{数}{数},[别|勿][外|乱]传
[医生|大夫]说{病}[要|得][忌口|多走]
[他|她][把|又]{钱}[退|还]我了,[没想到|意外]
"""
)


@dataclass(frozen=True, slots=True)
class _Kind:
    title: str
    head: str
    body: tuple[str, ...]
    end: str
    sentences: tuple[int, int]


_KINDS: dict[str, _Kind] = {
    "support": _Kind(
        "[关于|回复:]{日}[咨询|工单|直播]的[说明|问题]",
        "{姓名}[您好|老师您好|女士,您好|先生,您好]:",
        lines(
            """
[关于|就]您{时}[直播|播出]的内容,[请|烦请]说明{物}的[来源|进货渠道]
[我们|平台]已[收|查]到您[提交|上传]的{证},[审核|复核][大约|预计]要{久}
您的[房间|账号]“{店}”[目前|现]因[信息|资质]待补,[暂停|限制][提现|推荐]
[麻烦|请][补|上]传{证}[和|及]{证},[清晰|原件]为宜
[结算|账单]中{钱}的[差额|扣款][源于|是因]{日}的[退货|补贴调整]
[如|若]需[变更|更换][收款|结算]方式,[请|可]在{日}前[改|选]为{付}
[本次|当晚][活动|抽奖][规则|奖品]{物}[应|须][公示|写明],[请|望][核对|自查]
[有|据]观众[提到|反映]{物}[发|送]货[慢|延迟],[请|还望][关注|跟进]
[运营|对接]同事{姓名}会[在|于]{时}[联系|致电]您
[培训|课程]“{课}”[定|改]在{日},[地点|会场]{地},[欢迎|请][参加|报名]
[若|如][仍|还]有[疑问|困难],[回复|联系]本邮件[即可|就行],{久}内[答复|处理]
[您|贵房间][三|{数}]次[出现|提及][绝对化|夸大]用语,[请|望][参照|按]规范[修改|整改]
[感谢|谢谢]您[对|给]{店}[的|]支持[与|和]理解
"""
        ),
        "[此致|顺颂商祺|祝好|谢谢配合],\n[平台客服|运营中心|商家支持组]\n{日}",
        (3, 7),
    ),
    "contract": _Kind(
        "{物}[采购|供货|合作|租赁]合同",
        "甲方:{店}\n乙方:{姓名}\n签订地点:{地}\n依照《中华人民共和国民法典》的有关规定,双方经协商一致,订立本合同,以资共同遵守。",
        lines(
            """
乙方[向|应向]甲方[提供|交付]{物}{数}[件|套|箱],[单价|每件]{钱}
[货款|租金]{钱}由甲方[在|于]{日}[前|后{久}内][以|通过]{付}[支付|结清]
[交|收]货[地|地点][为|定于]{地},[运费|装卸费]由[甲|乙]方[承担|负担]
[如|若]乙方[逾期|延迟]{久}[交货|开工],[应|须]按[日|次][支付|承担]违约金{钱}
[质量|质保]期[为|自签收起]{久},[期|其]间[出现|发现]{样}[应|须][免费|无偿][更换|维修]
甲方[指定|委派]{姓名}为[联系|验收]人,乙方[指定|委派]{姓名}
本合同一式{数}份,双方各执一份,具有同等法律效力
因本合同引起的争议,双方应友好协商解决;协商不成的,提交甲方所在地人民法院诉讼解决
[乙方|双方]对[履行|合作]中[知悉|获得]的{证}[负有|承担]保密[义务|责任],[期限|为期]{久}
[任何一方|甲方][可|有权][提前|至少]{久}[书面|以邮件][通知|告知][解除|终止]
[不可抗力|停电、洪水]致使[无法|不能]履行的,[部分|全部][免|减]责,[但|惟][须|应]在{久}内告知
"""
        ),
        "甲方(盖章):{店}   乙方(签字):{姓名}\n{日}",
        (5, 11),
    ),
    "notice": _Kind(
        "关于{地}[停水|检修|封路|消毒|换证|防汛|体检]的通知",
        "各位[住户|同事|商户|家长]:",
        lines(
            """
[因|由于][管道|线路|电梯][老化|改造],[定|拟]于{时}[起|至次日][停用|施工]
[影响|涉及]范围[为|包括]{地}[及|和]{地}
[请|望][提前|预先][备|存]好[水|电|药品],[老人|儿童][尽量|最好]留在室内
[现场|值班][负责|联系]人:{姓名},[地点|位置]在{地}
[车辆|电瓶车][请|须][绕行|停放]到{地},[违|乱]停[者|的][拖|移]走
[费用|工本费]{钱},[可|请]用{付}[缴|交]
[需|要]带的[材料|东西]:{证}、{证}[以及|和]{证}
[患有|有]{病}的[人|职工][应|请][先|事先][说明|登记]
[逾期|{日}后][不|未][办|领]的,[按|视为][放弃|自愿]处理
[预计|大约]{久}[恢复|完工],[如|若]遇[大雨|暴雪][顺延|改期]
给大家的工作和生活带来不便,敬请谅解
"""
        ),
        "特此通知。\n{店}[物业|办公室|居委会]\n{日}",
        (4, 8),
    ),
    "invitation": _Kind(
        "[邀请函|请柬]:{课}[沙龙|分享会|开幕式]",
        "[尊敬的|亲爱的]{姓名}[老师|女士|先生]:",
        lines(
            """
[谨|我们][定|诚意]于{时}[在|假]{地}[举办|开]“{课}”[交流|沙龙],[恭请|邀您]光临
[嘉宾|主讲][有|包括]{人设}{姓名}[和|与]{人设}{姓名}
[席间|会后][备|有]{物}[与|和]{物},[另|还][抽|送]{物}
[可|欢迎]携[{亲}|一位家人]同来,[名额|座位]{数}[个|席]
[着装|服装][随意|正式],[请|烦]带{物}[入场|签到]
[车|地铁][到|至]{地}[下|转],[步行|再走]{久}
[请|望]于{日}前[告知|回复]{姓名}[是否|能否]出席
[展|会]期{久},[每天|逢][上午|周末][导览|讲解]{数}场
[报名|住宿]费{钱},[学生|会员][减|免]半
"""
        ),
        "[期待|恭候]您的光临。\n{店}敬上\n{日}",
        (3, 7),
    ),
    "invoice": _Kind(
        "{店}[对账单|报价单|发票明细]",
        "客户名称:{姓名}\n单位地址:{地}\n开票日期:{日}",
        lines(
            """
{物} {数}件 单价{钱} 小计{钱}
{物} {数}箱 单价{钱} [含税|不含税]
{物}[安装|配送]费 {钱} [{地}|上门]
[折扣|预付] {钱} [经办|核准]{姓名}
[备注|说明]:{物}{样},[已|待][退|换]
"""
        ),
        "合计金额(大写):{钱}\n付款方式:{付}\n收款人:{姓名} 复核:{姓名}",
        (5, 12),
    ),
    "announcement": _Kind(
        "[公告|活动预告]:{店}[周年庆|换季|上新|积分]",
        "[各位|亲爱的][用户|粉丝|会员|店主]:",
        lines(
            """
[自|从]{日}[起|至]{日},{物}[全部|一律][满减|打{数}折]
[前|头]{数}[名|位][下单|到店]者[获|送]{物}
[新品|首发]{物}由{人设}{姓名}[监制|设计],[产|出]自{地}
[直播|专场][定|排]在{时},[连麦|做客][嘉宾|的是]{姓名}
[积分|券][兑换|使用][截止|止]于{日},[过|逾]期[清|作]废
[因|由于][升级|盘点],{地}仓[停发|延后]{久}
[规则|细则][更新|修订]{数}处,[主要|其中][涉及|是]{付}[与|和]{证}
[感谢|谢谢]{数}[位|名][老|铁]粉[陪|伴][我们|小店]{久}
[门店|取货点][新|增]设于{地},[营业|开门]到[晚|夜里]{数}点
"""
        ),
        "最终解释权归{店}所有。\n{日}",
        (4, 8),
    ),
    "minutes": _Kind(
        "{日}[例会|评审|复盘]纪要",
        "时间:{时}\n地点:{地}\n出席:{姓名}、{姓名}、{姓名}",
        lines(
            """
{姓名}[汇报|介绍]了{物}[销量|库存],[环比|较上月][涨|跌]{数}成
[讨论|争论]了{久},[决定|结论]是[先|暂][上|砍]{课}[栏目|项目]
{姓名}[认为|提出]{地}的[场地|团队][预算|费用]{钱}[偏高|合适]
[待办|行动项]:{姓名}[在|于]{日}前[整理|提交]{证}
[客诉|退货]集中[在|于]{物}{样},[品控|供应商]{姓名}[解释|认领]
{姓名}[建议|反对][改|用]{付}[收|结]款
[风险|隐患]:{人设}[档期|合约][只|剩]到{日}
[下次|下周]会[改|定][在|到]{时},[议题|重点][为|是]{物}[选品|定价]
{游}[联动|合作][推迟|提前]{久},[素材|文案][归|交]{姓名}
"""
        ),
        "记录:{姓名}",
        (5, 12),
    ),
    "resume": _Kind(
        "{姓名}[简历|自荐信]",
        "姓名:{姓名}\n现居:{地}\n应聘:{职}",
        lines(
            """
[在|于]{店}[任|做]{职}{久},[负责|主管]{物}[线|品类]
[自学|修过]{课}与{课},[拿|考]了[证|奖]
[带|管]过{数}人[小组|团队],[一年|任内][做|省]出{钱}
[爱好|业余][是|为]{游}、[钓鱼|长跑|拉琴|木刻|观鸟]
[离职|转行][因|缘于][搬家|照顾{亲}],[最快|可]{日}到岗
[期望|目前]月薪{钱},[接受|不]出差[到|去]{地}
[曾|也][替|为]{地}的[学校|博物馆][策划|整理]{物}[展|目录]
[语言|软件][方面|上][熟|会][英语|粤语|表格|剪辑],[正|还]在学{课}
[推荐|证明]人{姓名},[时|现]任{店}[经理|主任]
"""
        ),
        "感谢您的阅读,期待面谈。",
        (5, 9),
    ),
    "manual": _Kind(
        "{物}[使用说明|保养须知|安装步骤]",
        "[感谢|欢迎]选用{店}{物}。",
        lines(
            """
[先|首次]使用[前|时],[清点|检查][箱|盒]内{物}[是否|有无]{样}
[充|通]电{久}[以上|左右],[指示|红]灯[灭|转绿][方|就]可
[勿|不要][放|搁]在[浴室|车内|{地}那样潮的地方],[以免|否则]{样}
[清|擦]洗[只|宜]用[软布|清水],[忌|切勿][酒精|钢丝]
[如|若][遇|出现]“{样}”,[先|可][断|关][电|机]{久}[再|重]试
[配件|耗材]{物}每{久}[换|查]一次,[约|每个]{钱}
[患|有]{病}者[慎用|遵医嘱],[儿童|宠物][远离|勿近]
[保修|三包]{久},[凭|出示]{证}[到|寄]{地}[网点|服务站]
[支架|底座][拧|卡][紧|到位]后[听|会]到[咔哒|轻响]一声
[长|不用]时[收|存][进|入]{物}[盒|袋],[避|防][光|潮]
"""
        ),
        "[生产|经销]:{店} 地址:{地}",
        (5, 10),
    ),
    "diary": _Kind(
        "{地}[游记|见闻|散记]",
        "{时},[终于|我][到|站在]了{地}。",
        lines(
            """
[巷|街]口[卖|摆]{物}的[老人|姑娘]{姓名}[朝|冲]我[笑|招手]
[雨|雪][下|停]了{久},[我|大家]躲在{地}[喝|聊]到[天黑|散场]
[一碗|一份][面|粥|鱼]才{钱},[比|胜过]{地}的[香|便宜]
{亲}[嫌|说][路|车]远,[却|可][拍|买]了{数}[张|件]{物}
[同车|邻座]的{职}[讲|唱]了[一段|支]{地}的[旧事|山歌]
[丢|忘]了{物},[折|跑]回去[居然|果然]还在
[夜里|傍晚][河|灯][像|似]{物}[一样|般]铺[开|着],{我}[有点|忽然]{情}
[遇|碰]见{人设}[模样|打扮]的[人|画家]{姓名},[他|她]送我{物}
[博物馆|旧书店]里[一柜|满墙]的{物},[看|翻]了{久}
[返|归]程[票|船]是{时},[还|只]剩{数}[元|块]零钱
"""
        ),
        "[下次|来年][还|再]来。",
        (5, 12),
    ),
}


@dataclass(frozen=True, slots=True)
class Document:
    kind: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        return "\n".join((self.title, *self.paragraphs))


KINDS = (*_KINDS, "chat", "english mail")


def document(seed: str, kind: str) -> Document:
    """One of `KINDS`."""
    dice = random.Random(f"document {kind} {seed}")
    if kind == "chat":
        return Document(kind, written(dice, "{姓名}[、|和]{姓名}的聊天", WORDS), tuple(_talk(dice)))
    if kind == "english mail":
        return _english_mail(dice)
    form = _KINDS[kind]
    some = dice.randint(*form.sentences)
    chosen = dice.sample(form.body, min(some, len(form.body)))
    chosen += [dice.choice(form.body) for _ in range(some - len(chosen))]
    numbered = kind in ("contract", "minutes", "manual")
    body = [written(dice, line, WORDS) for line in chosen]
    rows = [f"{n}. {line}。" if numbered else line + "。" for n, line in enumerate(body, 1)]
    if not numbered and kind != "invoice":
        rows = ["".join(rows[at : at + 3]) for at in range(0, len(rows), 3)]
    head, end = (written(dice, part, WORDS).split("\n") for part in (form.head, form.end))
    return Document(kind, written(dice, form.title, WORDS), (*head, *rows, *end))


def said(dice: random.Random, count: int) -> list[str]:
    """Lines of a chat."""
    return [written(dice, dice.choice(CHAT), WORDS) for _ in range(count)]


def _talk(dice: random.Random) -> list[str]:
    names = [written(dice, "{姓名}", WORDS) for _ in range(3)]
    return [f"{dice.choice(names)}:{line}" for line in said(dice, dice.randint(8, 24))]


_MAIL = lines(
    """
[Your|The] {thing} [left|shipped from] {place} on {day} and [should|will] reach {who} in {n} days.
[We have|The desk] moved the [review|meeting] to {day}; {who} will [send|share] {proof} [before|ahead of] it.
[Please|Kindly] [send|upload] {proof} and {proof} so that {shop} can be [verified|listed] again.
The [payout|invoice] of {sum} was [held|split] because {pay} was [down|refused] on {day}.
[Join|Meet] us in {place} for a [workshop|tasting] with {who}, {job}; [seats|tickets] are {sum}.
[This|Next] month {shop} [launches|discounts] a {thing}, and the first {n} [orders|guests] get a {thing}.
Which {thing} did you [show|mention] in the [stream|show] of {day}, and who [supplied|made] it?
[Our|The] [lease|licence] in {place} [ends|renews] on {day}, so {who} [needs|wants] your [signature|answer].
My {kin} [visited|left] {place} last week and [brought|lost] a {thing}, {flaw} [of course|as ever].
The [choir|team] [rehearses|plays] {n} times before {day}; bring a {thing} and {sum} for the [bus|hall].
"""
)


def _english_mail(dice: random.Random) -> Document:
    body = dice.sample(_MAIL, dice.randint(4, 8))
    rows = [written(dice, line, english.WORDS) for line in body]
    dear = written(dice, "[Dear|Hello|Hi] {who},", english.WORDS)
    end = written(dice, "[Kind regards|Best wishes|Yours sincerely],\n{who}\n{shop}", english.WORDS).split("\n")
    title = written(dice, "[Re: |]{thing}, {day}", english.WORDS)
    return Document("english mail", title, (dear, " ".join(rows), *end))
