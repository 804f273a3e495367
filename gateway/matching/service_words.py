"""The words by which service mail, complaints and pointing at somebody are known: tables, patterns, and one count.

Chinese is looked for in letters alone (`text.normalize.letters`), so that blanks and signs between two characters
change nothing; English in folded text, at word borders. Every gap has a length that it cannot pass, so that a search
takes a time in proportion to the text; the few runs without an end (blanks before a greeting, a link) are looked for in
some hundred characters around a place. `[words]` of `policy.toml` adds to these and takes from them (`lexicon.py`).
"""

import re


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


SERVICE_ZH = re.compile(
    _any(
        "退款 退货 退费 返款 补款 赔付 换货 订单 下单 运单 快递 快件 包裹 配送 派送 派件 改派 改送 送达 投递 "
        "揽收 揽件 签收 收货 收件 取件 取货 寄送 寄出 寄件 寄往 寄回 邮寄 发货 补发 补寄 送货 外卖 骑手 驿站 "
        "丰巢 菜鸟 自取 仓库 出库 入库 发票 开票 账单 对账 结算 支付 付款 缴费 缴纳 到账 扣款 扣费 续费 还款 "
        "打款 报销 尾款 定金 押金 绑定 换绑 解绑 密保 验证码 校验码 动态码 注册码 兑换码 取票码 提货码 取件码 "
        "售后 维修 报修 检修 保修 上门 安装 预约 预订 预定 挂号 就诊 复诊 门诊 取药 候诊 体检 疫苗 保险 保单 "
        "投保 续保 理赔 酒店 入住 机票 车票 出票 取票 改签 退票 航班 登机 行程 参会 签到 工资 社保 公积金 应发 "
        "实发 个税 面试 应聘 入职 开课 学费 准考证 开户 开通 激活 注销 兑换 优惠券 代金券 重置密码 修改密码 "
        "找回密码 密码重置 异地登录 新设备 报名成功 验证成功 已验证 实名认证 实名信息 身份核验 提货 自提 承运 "
        "顺丰 圆通 中通 韵达 京东 退订 取消订阅 话费 流量 宽带 水费 电费 燃气 物业费 停车费 房租 失物 失主 招领 "
        "满意度"
    )
    + "|(?<!礼)物流"
)
"""What is done for a customer. Labels of numbers (电话, 账号) are not among them, nor is what a complaint is about."""
_MONEY = (
    "支付 付款 打款 到账 扣款 扣费 缴费 缴纳 结算 还款 尾款 返款 "
    "paid payment payments statement returns exchange bound linked"
)
MONEY = frozenset(_MONEY.split())
"""Services of which a letter about a show speaks too (`I paid her 4000`): in a letter of the reporter's that is handed
on they explain nothing."""
WHO_GETS_IT = re.compile(r"^[ \t>]*(?:收件人|抄送|收件日期|to|cc)[ \t]*[:：].*$", re.IGNORECASE | re.MULTILINE)
"""A line in the head of a quoted mail: 收件人 is no word of a service there."""
PERSON = re.compile(r"[她他](?!们?(?:家|公司|店))|\b(?:she|her|hers|he|him|his|herself|himself|everyone|everybody)\b")
"""Of whom a letter about a parcel hardly speaks."""
GENERAL_ZH = re.compile(
    _any(
        "客户 顾客 买家 名单 会员 充值 提现 逾期 候选人 背景调查 读者 登录 登陆 注册 套餐 订阅 积分 奖品 中奖 "
        "领奖 礼品 礼盒 赠品 报名 课程 商品 货物 库存 金额 单号 收款 汇款 转账 到期 本人操作 操作成功 办理 "
        "服务单 培训 会议 合同 签约 附表 明细 报表 已发 寄给 送到 师傅 工程师 资料 申请 审核 审批 生日 活动 试用 "
        "余额 消费 排队 检查 核销 领取 清零 贷款 申领 维护 更新 升级 车次 行李 座位 会议室 报告 医院 门店 车辆 "
        "停车 乘客 旅客 租客 司机 接单 导入 导出 记录 数据 回电 产品 使用 购物 购买 您的账号 您的账户 账号安全 "
        "账户安全"
    )
)
"""What may be said of anything: it takes several."""
SERVICE_EN = re.compile(
    r"\b(?:refund(?:s|ed|ing)?|orders?|order(?:ed|ing)|parcels?|packages?|courier|ship(?:s|ped|ping|ment|ments)?"
    r"|deliver(?:y|ies|ed|ing)?|redeliver(?:y|ed)?|dispatch(?:ed)?|tracking|pick-?up|invoices?|receipts?"
    r"|payments?|paid"
    r"|billing|bill(?:ed)? to|statement|payslip|subtotal|total due|amount due"
    r"|warranty|repair|installation|appointments?|booking|booked|reservation|reschedule|verification|verify"
    r"|one-time|otp"
    r"|reset|password|sign-?in|bound|linked|activat(?:e|ed|ion)|redeem(?:ed)?|voucher|coupon|exchange|returns?"
    r"|warehouse|itinerary|insurance|payroll|subscription|subscrib(?:e|ed)|unsubscribe|newsletter|renew(?:s|ed|al)?"
    r"|check-?in|boarding|flight|prescription|pharmacy|technician|engineer|webinar|donation|customer service)\b"
)
GENERAL_EN = re.compile(
    r"\b(?:customers?|clients?|buyers?|consignees?|recipients?|members?|membership|top-?up|withdrawal|registered"
    r"|registration|registering|log-?in|points|prize|quantity|amount|sku|items?|goods|stock|list|sheet"
    r"|attendees?|contract"
    r"|account|application|service|product|survey|trial|upgrade|cart|collection|meeting|ticket|visit|visitor|balance"
    r"|purchas(?:e|ed|ing)|scheduled?|reminder|confirm(?:ed|ation)?|welcome|thank you for|thanks for"
    r"|your team|support"
    r"|cancel|expires?|secure|security|settings|profile|code|device|card|claim|approved|portal|results?|due"
    r"|course|interview|library)\b"
)

SECOND_ZH = re.compile(
    r"您的(?!直播)|您(?:已|正在|在本?[店院司]|于|本[次月期]|申请|预约|预订|报名|购买|提交|订购|关注|收到|乘坐"
    r"|孩子|家的)"
    r"|请您?(?:及时|尽快|注意|提前|准时|携带|妥善|凭|勿|登录|按时|留|补充|更新|忽略|回复)|恭喜您|感谢您"
)
"""Whoever gets it is told of their own affairs, or what to do: the number may be theirs."""
SECOND_EN = re.compile(
    r"\byour\b(?! (?:stream|channel|show|broadcast|viewer|fan|follower|audience|hater))|\byou(?:'ve"
    r"| have been| received)\b"
    r"|\bif (?:you|this) (?:did|was)(?: not|n't)\b"
)
AUTOMATIC = re.compile(
    r"退订|取消订阅|拒收请回复|请勿(?:直接)?回复|系统(?:自动)?(?:发出|发送)|自动发[出送]|(?:收到|发送)(?:这封"
    r"|此|本)?邮件|本邮件(?:发送|发)至|如非本人操作"
    r"|如果?不是您?本人|若非本人|分钟内有效|小时内有效|请勿(?:向任何人|告知|泄[漏露])"
    r"|\bunsubscribe\b|\b(?:do not|don't) reply\b|\bno-?reply\b|\breceiv(?:ed|ing) this (?:e-?mail|message)\b"
    r"|\bthis (?:e-?mail|message) was sent (?:to|by)\b|\bautomatic(?:ally)?\b|\bview in browser\b|\bprivacy policy\b"
)
"""What stands under mail that a program writes to each of many customers."""
MOMENT = re.compile(
    r"(?<![0-9])(?:[01]?[0-9]|2[0-3])[:：][0-5][0-9](?![0-9])|[0-9]{1,2}月[0-9]{1,2}[日号]|周[一二三四五六日]"
    r"|工作日|明[日天晚]|次日|今[天晚]|后天"
    r"|(?<![0-9])20[0-9]{2}[-/.][01]?[0-9][-/.][0-3]?[0-9](?![0-9])"
    r"|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b|\b[0-9]{1,2} (?:working |business )?(?:days|hours"
    r"|minutes|weeks|nights)\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]* [0-9]{1,2}\b|\b[0-9]{1,2} (?:jan|feb|mar"
    r"|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b"
)
SUM = re.compile(r"[¥$£€][ ]?[0-9]|[0-9][ ]?(?:元|yuan\b|cny\b|usd\b|gbp\b|eur\b|rm\b|%)")
NUMBER_OF_AN_ORDER = re.compile(r"(?<![a-z0-9])(?:[a-z]{1,4}[0-9]{8,16}[a-z]{0,2}|#[0-9]{3,12})(?![a-z0-9])")
"""A date, a sum, the number of a parcel or an order: folded text. Each explains a little."""
SHIPPED = re.compile(r"(?:\A|\n)[ \t]*[收寄][:：]|[×x*][ ]?[0-9]{1,3}(?![0-9])|[0-9]{1,3}[件单箱袋]")
SIGNALS_FOLDED = (SECOND_EN, AUTOMATIC, MOMENT, SUM, NUMBER_OF_AN_ORDER, SHIPPED)

GREETING = re.compile(
    r"(?:\A|\n)[\s>]*(?:【[^】\n]{1,12}】)?[ \t]*"
    r"(?P<word>尊敬的|亲爱的|敬爱的|dear|hi|hello|hey|good (?:morning|afternoon|evening),?)?"
    r"(?:[ \t]*(?:用户|会员|客户|顾客|mr\.?|mrs\.?|ms\.?|miss))?[ \t:：]*\Z",
    re.IGNORECASE,
)
GREETED = re.compile(
    r"[ \t]*(?:先生|女士|小姐|同学|老师|用户|会员|客户|顾客|家长)?[ \t]*(?:[,，:：!！。]|您好|你好|\r?\n|\Z)",
    re.IGNORECASE,
)
HELLO = re.compile(
    r"[ \t]*(?:先生|女士|小姐|同学|老师|用户|会员|客户|顾客|家长)?[ \t]*(?:[,，]?[ \t]*(?:您好|你好)"
    r"|[,，:：][ \t]*(?:\r?\n|您))"
)
"""Before and behind the name of whoever is spoken to."""

_CONTACT = re.compile(
    r"(?:联系|电话|手机|号码|微信|邮箱|邮件|姓名|名字|身份证|住址|地址|账号|昵称|您好|你好|谢谢|此致|敬礼"
    r"|附件|请查收|见附|您要的|[你您]问|对方)"
    r"|\b(?:call|phone|number|mail|e-?mail|contact|name|address|hi|hello|dear|thanks|regards|his|her|him|she"
    r"|the|is|are|at|on"
    r"|and|to|of|for|you|can|please|here|asked|reach|directly)\b"
)
HANDOVER = re.compile(
    r"[他她](?:叫|是|住|在|的|就|们)?|[加找问]他|查(?:一下|到|查)|您要|[你您]问|那个号|自行联系|告诉我|别说"
    r"|资料在|这是.{0,8}?(?:电话|手机|号码|微信)"
    r"|\b(?:his|her|him|he|she|reach|here is|here's|you asked|as promised|directly|don't say|told you)\b"
)
"""As people give somebody's number to somebody else."""
IN_A_LINK = re.compile(r"https?://[^\s<>\"]*\Z")
_WORD = re.compile(r"[a-z]{2,}|[\u4e00-\u9fff]")


def substance(text: str) -> int:
    """How much a folded text says besides numbers and how to reach somebody: Han characters, or half as many words."""
    return sum(1 if len(word) == 1 else 2 for word in _WORD.findall(_CONTACT.sub(" ", text)))


COMPLAINT_ZH = re.compile(
    _any(
        "举报 举抱 举爆 举暴 举保 投诉 客诉 检举 控告 告发 告状 揭发 揭露 曝光 爆料 实名信件 信访 匿名信 反馈人 "
        "起诉 告你 告您 告了 告密 线人 证人 取证 违规 封禁 封号 封你 封您 小报告 写材料 递材料 交材料 提意见 "
        "打差评 给差评 有意见的 警告通知 予以警告 给予警告 警告处理 警告一次 诱导 涉嫌 低俗 辱骂 骗你 骗我 骗了 "
        "骗钱 撤诉 商谈 限流 禁播 停播 被处理 说你的 说您的 维权 闹事 找茬 约谈 谈话"
    )
    + r"|告[你您]?的?状|告[过了]?[你您]|[说讲骂怼喷黑坑][过了]?[你您]的?(?:坏话|返现|违规|事)"
    r"|(?<![报广公预转])告到(?:法院|法庭|平台|消协|监管)"
    r"|[和与跟同对][你您贵](?:方|司|公司|们)?(?:打|去|要|申请|提起|提出|走)?(?:仲裁|诉讼|打?官司)"
    r"|对[你您](?:很|很是|非常|颇)?(?:不满|有意见|不爽)|捅(?:到|上|给|出)|[给打]了?[你您](?:一个|个)?差评"
    r"|(?:去|向|跟|给|到)(?:平台|上面|官方)(?:告|说|举|反|投|写|递|捅|的)|(?<![a-z])(?:jb|tousu"
    r"|jubao)(?=[你您的人了])"
)
LESSER_ZH = re.compile(
    _any("反映 来信 来函 写信 报案 报警 证据 违法 处罚 赔礼 道歉 算账 收拾 当心 小心点 是谁 骂你 骂您")
)
"""Words of a complaint that a letter to the reporter may have too: of a parcel that came late, of a contract."""
PUNISHED_ZH = re.compile(r"处罚|证据|违法|属实|收拾|是谁|骂[你您]")
REFLECTED_ZH = re.compile(r"反映|来信|来函|写信")
ABOUT_A_SHOW_ZH = re.compile(
    r"主播|直播(?!门?票|课|商品|订单|购物|间(?:购买|下单))|打赏|刷礼物|连麦|录[屏像]"
    r"|房间号|该(?:用户|账号|房间)"
)
"""What a letter that greets the reporter says when it is an answer to the report: a punishment, evidence; that
something was brought up, beside a show."""
_CARRIERS = "骑手|快递员|配送员|司机|师傅|商家|门店|网点|站点|驿站|仓库|卖家|供应商"
_NOT_PASSIVE = "".join(f"(?<!被{'.' * length})" for length in range(5))
_GAP = r"(?:(?!直播|主播|打赏|礼物|举报|投诉|平台|[你您贵她他])[\u4e00-\u9fff0-9])"
"""A character between a lawsuit and what it is about."""
_DEBTS = (
    "物业|房东|房屋|房租|租赁|租金|业主|欠费|拖欠|欠款|欠缴|借款|借贷|贷款|货款|工资|工伤|劳动|劳务|买卖合同|交通事故"
    "|车祸|离婚|继承|抚养|邻里|漏水|保险(?!起见)|信用卡|开发商|装修"
)
DEBT_ZH = re.compile(_DEBTS)
_SUING = "起诉|诉讼|仲裁|纠纷|和解|撤诉"
_OF_A_DEBT = (
    "合同|关系|认定|债务|争议|一?案|一?事|案件|问题|责任|款|[水电气学话]?费用?|金|赔偿|补偿|民事|执行|法律|服务|经济|权益|损害|使用权?|未付"
    "|缴纳|引起|导致|产生|发生|申请|提起|提出|进入|依法|正式|已|将|拟|向|人民|法院|等|的|及|和|与|之|而"
)
"""What may stand between a debt and a lawsuit. Letters alone have no full stops, and behind one is another matter."""
_PLAINTIFFS = "(?:物业|房东|业主|出租[人方]|银行|保险公司|开发商|装修公司|供电(?:公司|局))(?:公司|管理处|服务中心|方)?"
_DEFENDANTS = "物业|房东|开发商|保险公司|装修公司|用人单位|租客"
_SUES = "(?:已经?|将|拟|要|正式|依法|向(?:人民)?法院){0,3}起诉"
_IN_TRAFFIC = (
    "安全|管理|违章|行为|记录|信息|通行|违法|违规|行驶|停放|停车|车辆|超速|闯红灯|占道|逾期|加重|面临|受到|依法"
    "|[一两二三0-9有条次项起的被未将会按并]"
)
_BY_RULE = "行为|相关|有关|受到|予以|给予|严肃|从严|规定|按照?|依照?|[将会者的规法被要]"
_LATE = "逾期|按期|缴纳|加重|从重|面临|依法|[将会的被并未加处]"
_PAPERS = "付款|支付|报销|发票|医院|诊断|保险|理赔|车险|事故|工伤|公证|合同|购买|消费|收入|居住|住址|交易"
_AND_PAPERS = (
    f"{_PAPERS}|证明|凭证|记录|截图|照片|材料|单据|票据|收据|小票|流水|病历|相关|有关|完整|有效|清晰|书面|原始|以下|其他|必要"
    "|认定|鉴定|责任|现场|交通|医疗|差旅|银行|您的|[及和与或、等的书单]"
)
_ASKED_FOR = (
    "(?:(?:(?<![申邀])请|需要?|须|(?<![反响相对回])应|麻烦)(?:[您你]|贵司|客户|用户|顾客|会员|员工|尽快|及时|[于在先再]|一并|同时|务必|[0-9一二三五七十]{1,2}(?:个?工作)?[日天]内){0,4}"
    "(?:提供|补交|补充|上传|提交|出示|携带|带上|准备|附上?|备齐|补[齐传]|寄回|补)|(?<!不)缺少?|欠缺|[还仍尚]差|未见|未附)"
)
_NOT_HANDED_IN = (
    "(?<!提交)(?<!提交了)(?<!补交)(?<!补交了)(?<!交了)(?<!交来)(?<!交来了)(?<!提供)(?<!提供了)(?<!出示)(?<!出示了)"
)
_NO_CARRIER_S = "奖品|礼物|福袋|红包|打赏|返现|抽奖|粉丝|主播|直播|礼品(?![盒袋卡])"
"""What a streamer gives or promises, and nobody brings."""
_NO_SHOW = f"(?!.{{0,6}}?(?:{_NO_CARRIER_S}))"
_EVERYDAY_ZH = (
    # A lawsuit about a debt: 物业公司起诉您拖欠物业费, 起诉公司拖欠工资; not 孟令坤要起诉您, 起诉你公司拖欠货款.
    rf"{_PLAINTIFFS}{_SUES}(?:(?![你您贵人者方]|的[是人那])|[你您](?={_GAP}{{0,8}}?(?:{_DEBTS})))"
    rf"|(?:我方|我司){_SUES}(?={_GAP}{{0,12}}?(?:{_DEBTS}))"
    rf"|(?:{_DEBTS})(?:{_DEBTS}|{_OF_A_DEBT}){{0,7}}?(?:{_SUING})(?![你您贵她他人者方]){_NO_SHOW}"
    rf"|(?:{_SUING})了?(?:离婚|继承|抚养|{_DEFENDANTS})"
    rf"|(?<!被)(?:{_SUING})(?:公司|单位|对方)?{_GAP}{{0,8}}?(?:拖欠|欠[缴付薪款费租]|(?:{_DEBTS})(?:合同)?(?:一?案|纠纷|争议|赔偿))"
    rf"{_NO_SHOW}"
    # A fine in traffic, of an examination, of whoever brings things.
    rf"|(?:交通(?!费)|车辆|违章|停车|闯红灯|超速|驾驶|驾照|道路|酒驾)(?:{_IN_TRAFFIC}){{0,6}}?(?:违法|处罚|报警|证据)"
    rf"|罚款(?:{_LATE}){{0,5}}?处罚|(?:违纪|作弊|考场|考试)(?:{_BY_RULE}){{0,6}}?处罚"
    rf"|处罚(?:相关|该|涉事|了){{0,2}}(?:{_CARRIERS})"
    # What an insurer, an office or an accountant asks the reader for; not what somebody handed in.
    rf"|{_ASKED_FOR}(?:{_AND_PAPERS}){{0,4}}?(?:{_PAPERS})(?:{_AND_PAPERS}){{0,6}}?证据(?:材料)?(?:原件|复印件)?{_NO_SHOW}"
    rf"|{_NOT_HANDED_IN}(?:工伤|车险|理赔|交通事故)(?:认定|责任|现场|鉴定|相关|有关|的){{0,3}}证据"
    r"(?:已?齐全?)?(?:仲裁委)?"
    r"|您(?:申请|预约|办理|委托)的?证据保全|证据保全公证(?:费|业务|预约|申请表)"
)
_OF_A_PARCEL = (
    r"(?:(?:投诉|客诉)(?![了过说]?[她他](?!的))|反映(?![了过说]?[她他](?!的|没收到|未收到)))"
    r"(?![人者方]|用户|观众|名单|[了过说]?[你您贵])"
    rf"(?:(?![你您贵]|[她他](?!的|没收到|未收到)|{_NO_CARRIER_S}).){{0,8}}?"
    r"(?:破损|漏发|少发|少件|丢件|延误|没收到|未收到|送错|错发|发错|虚假签收|没送到|未送达)"
    rf"{_NO_SHOW}"
)
FORMULA_ZH = re.compile(
    rf"{_NOT_PASSIVE}(?:"
    r"(?<![他她])(?:投诉|举报|意见|建议)(?:(?:与|及|和)?(?:投诉|举报|建议|咨询|反馈|监督)){0,3}"
    r"(?:服务)?(?:电话|热线|专线|邮箱|信箱|渠道|入口|窗口|按钮|中心)"
    r"|(?:如需|如要|欢迎您?)(?:投诉|举报)|(?:感谢|收到)您?的?来信|来信(?:已|收)悉?"
    r"|(?<![他她已方])(?<!客户)(?<!用户)(?:点击|一键|拨打.{0,8}?)(?:右上角|按钮|即可|可)?(?:进行)?"
    r"(?:投诉|举报)(?![你您了人者主该过此]|的(?:就?是|那|人))"
    r"|(?:如|若)(?:果|您)?(?:发现|遇到|看到)(?:(?![被她他]|这[封条份]).){0,12}?(?:举报|投诉|反馈)(?![你您了人者主该过此])"
    rf"|{_OF_A_PARCEL}"
    r"|粉丝(?:团|牌|勋章|会员|福利|见面会)(?!群?[里中])|主播(?:周边|同款|推荐|专属|签名|徽章|贴纸|见面会|投票|评选|榜单)"
    r"|(?:快递|快件|物流|配送|派送|外卖|商品质量)(?:服务|问题|延误|类)?投诉(?:处理|工单|结果|进度|受理|已)?"
    r"(?![了过说]?[你您贵她他]|[人者方]|用户|观众|主播|直播)"
    r"|您(?:所)?(?:反映|投诉|反馈)的?(?=.{0,4}(?:退款|订单|物流|快递|快件|充值|到账|提现|登录|绑定|发票|包裹"
    r"|收货|配送|外卖)))"
    rf"|(?:{_CARRIERS})被(?:客户|顾客)?(?:投诉|客诉)"
    r"(?=.{0,8}(?:延误|破损|丢件|送错|少件|未送达|没送到|虚假签收))"
    rf"|{_EVERYDAY_ZH}"
)
"""What stands under any mail of a help desk, or in one about an order. It says that one may complain, and not that
somebody did: 被投诉发错链接 is of somebody who did. A lawsuit about rent and a fine in traffic are nobody's report."""
REPORTED_ZH = re.compile(
    r"举报|检举|告发|揭发|告密|被投诉|投诉(?:人|者|方|用户|观众|名单|[你您]|该?主播|直播)|实名信件|匿名信"
    r"|违规直播|封禁|封号|禁播|限流"
)
REPORTED_EN = re.compile(
    r"\b(?:complainants?|whistle-?blow(?:er|ers|ing)|informants?|reported (?:you|your|him|her)|reporting you"
    r"|who reported"
    r"|reports? (?:against|about|on) (?:you|your|the stream)|complain(?:ed|ts?) (?:about|against) (?:you|your"
    r"|the stream)|jubao)\b"
)
"""Words that say that somebody reported somebody, wherever in a mail they stand."""
OF_A_COMPLAINT_ZH = re.compile(r"(?:投诉|举报|检举|反映).{0,8}\Z")
"""Right before a number: 投诉电话 is somebody's who complained, if it is a reporter's number."""
LESSER_EN = re.compile(r"\bsettle (?:this|it|the|with)\b")
LAWSUIT_ZH, LAWSUIT_EN = re.compile("仲裁|诉讼|和解|纠纷"), re.compile(r"\bdispute[ds]?\b")
"""Lesser words too, but for a lawsuit about a debt (`DEBT_ZH`)."""
COMPLAINT_EN = re.compile(
    r"(?<![\w@./-])(?:complain(?:s|ed|ing|t|ts|ant|ants)?|whistle-?blow(?:er|ers|ing)|informants?|accus(?:e|es|ed|er)"
    r"|accusing|accusations?|reported (?:you|your|him|her|it|us|by|to|the|this|against)|reporting you|who reported"
    r"|reports? (?:against|about|on) (?:you|your|the stream)|reporters?|tip-?off|denounce[sd]?|grievance|evidence"
    r"|violations?|investigat(?:e|ed|ion)|lawsuit|sued|ju ?bao|tou ?su|flagged|snitch(?:ed|es|ing)?"
    r"|tattle[sd]?|grassed"
    r"|misconduct|banned|your (?:ban|suspension|strike|penalty)|suspension appeal|strikes? against"
    r"|tickets? (?:about|against) (?:you|your))\b(?![\w.+-]{0,64}@)"
    r"|\b(?:unhappy|upset|angry|dissatisfied|annoyed) (?:with|about|at|by) you(?:r (?!order|refund|parcel"
    r"|purchase|experience"
    r"|product|service|delivery)|\b(?!r))|\bagainst you\b"
)
"""Not of an address of the organisation, as `complaints@…` under a mail."""
_ASKED_FOR_EN = (
    r"(?:(?<!she )(?<!he )(?<!they )(?:needs?|requires?)|required|missing|lacks?|without|awaiting"
    r"|(?:please|kindly|can you|could you|you (?:must|should|can|may)) (?:also |now |then )?"
    r"(?:send|provide|upload|attach|bring|submit|enclose|supply|include)"
    r"|(?:keep|retain|save|bring|present)(?: \w{1,12}){1,4} as)"
)
"""What an insurer or a bank asks the reader for: evidence that somebody gave is another matter."""
FORMULA_EN = re.compile(
    rf"\b(?:{_ASKED_FOR_EN} (?:(?:us|in|some|the|an?|any|your|further|more|additional|clear|sufficient|original|valid"
    r"|photo(?:graphic)?|written|documentary|medical) ){0,4}evidence (?:of|for) (?:the |your |a |any )?"
    r"(?:payment|purchase|address|damage|identity|loss|delivery|income|residence|insurance|travel|expenses?)"
    r"|your (?:card|payment|billing|charge) disputes?\b(?! (?:with|about|against|over|by|from|concerning|between)\b)"
    r"|(?:card|payment|billing|charge) disputes? (?:form|team|desk|department|service|reference|ref|number)"
    r"|complaints? (?:hotline|line|number|desk|mailbox|procedure|policy)|to (?:complain|make a complaint)"
    r"|suggestions? (?:and|or|&) complaints?|complaints? (?:and|or|&) suggestions?)\b"
)
POINTING_ZH = re.compile(
    _any(
        "就是他 就是她 就是这个 就是那个 那个人 这个人 那个家伙 此人 该人 谁干的 报复 您懂 你懂 搞你 害你 害您 "
        "黑粉 真实身份 人肉"
    )
)
SETTLE_ZH = re.compile(r"(?:与|和|跟|联系)(?:该|此|这位)?(?:用户|其|对方|他|她).{0,16}?(?:协商|解决|谈)")
"""Who is meant, to somebody who wants to know, or who is to come to terms."""
POINTING_EN = re.compile(
    r"\b(?:the (?:one|guy|person|man|woman|girl) (?:who|that|behind)|it was (?:him|her|this)|who did it|your haters?"
    r"|real (?:name|identity)|watch out|user's submission|who submitted)\b"
)
VIEWER_ZH = re.compile(_any("主播 粉丝 网友 那位 那个用户 那个号 该用户") + "|观众(?!席|票|入口|通道)")
VIEWER_EN = re.compile(r"\b(?:viewers?|followers?|that (?:user|account))\b")
FAN_EN = re.compile(r"\bfans?\b")
"""As what a streamer knows people: beside a number it says that it is somebody of the stream."""
SHOW_ZH = re.compile(r"主播|直播|打赏|刷礼物|返现|连麦")
SHOW_EN = re.compile(r"\b(?:streamers?|live ?streams?|streams?|broadcasts?|gifted|tipped)\b")
"""In a mail that the reporter wrote: it may be the report itself."""
STREAMER_ZH = re.compile(
    r"[您你贵咱]们?家?的?(?:直播(?!课(?:程|堂)?+(?!间|[上里中])|门?票|讲座|预约(?:已|成功)|会员(?:包|卡))"
    r"|频道(?!(?:会员|套餐|订阅|包月)(?:服务|权益|包|卡)?+"
    r"(?:即?将[于在到续]|[已于将]?(?:到期|过期|续[费订]|开通|生效)|自动续|有效期|年费|账单))"
    r"|粉丝|弹幕|房管|场控|观众(?!席|票|入口|通道))|(?:尊敬的|亲爱的|各位)(?:主播|创作者|达人"
    r"|up主)|主播(?:您|你|老师|朋友)"
    r"|[您你](?:昨晚|当晚|那晚|上次|昨天|今晚)的?(?:[直开]播|播)|(?:作为|身为)一?[名位个]?(?:主播|创作者"
    r"|达人)|(?:您|你|咱|我们)家主播"
)
_GOES_ON_EN = (
    r"(?= (?:(?:was|is|has been|will be|will) )?(?:renew(?:s|ed|al)?|active|activated|expires?|expired|ends?|ending"
    r"|starts?|started|changes?|changed|upgrade[ds]?|cancelled|confirmed)\b)"
)
"""What becomes of something that a customer pays for; a streamer's subscriptions pay out."""
STREAMER_EN = re.compile(
    r"\b(?:your (?:live ?)?"
    rf"(?:stream(?:s|ing)?(?! (?:plan|package|subscription|membership|service|bundle|trial){_GOES_ON_EN})"
    rf"|channel(?! (?:subscription|membership|package|plan|pass|bundle|list|guide|line-?up){_GOES_ON_EN})"
    r"|broadcasts?|show(?! (?:tickets?|seats?|booking|starts|begins|is (?:at|on))\b)"
    r"|viewers?|audience|followers)"
    r"|(?:dear|hi|hello|as a|fellow) (?:streamer|host|creator|broadcaster|influencer)"
    r"|(?:about|on|regarding|during|from) (?:the|your|last night's|yesterday's) (?:live ?)?(?:stream"
    r"|broadcast|live show))\b"
)
"""Whoever gets it is spoken to as a streamer."""
STAGE_ZH = re.compile(
    _any(
        "礼物流水 信用分 扣分 扣你 扣您 收益调整 您的收益 本月收益 当日回放 录屏 打赏款 退还打赏 勿再私信 "
        "私信用户 调解 核查函 移出粉丝群 情况说明 公会 旗下艺人 旗下主播 艺人 主播协议 直播协议 签约主播 "
        "直播分成 分成扣 扣除分成 当月分成 本月分成 推荐位 榜一 榜二 榜三 拉黑 禁言 引导打赏 引导充值 引导私下 "
        "私下转账 充值返现 返现承诺 恶意退款 直播行为 直播内容 播主 未成年 打赏您 打赏你 给您刷 给你刷 送您礼物 "
        "送你礼物 连麦时 下播 场控 申诉不成立 申诉驳回 申诉未通过 申诉结果 申诉失败"
    )
    + r"|收益中?(?:扣|里扣)|扣除?(?:您|你|当月|本月)|(?:房间|直播)(?:被关|暂停|关停)|(?:作|做|进行|予以"
    r"|请)(?:一个|个)?(?:情况)?说明"
    r"|[昨当那]晚的?直播(?!间)|直播(?:的事|一事|时说|中说)|(?:处置|处理|处罚)决定"
    r"|[您你](?:那|这|上一?|昨晚那)[场次]播|[您你]昨?[晚天]?(?:开播|播的)|播的时候|开播时"
    r"|在[你您](?:那儿|那里|那边)(?:花|刷|打|送|充)"
)
STAGE_EN = re.compile(
    r"\b(?:creator (?:payout|agreement|account|conduct|guidelines|code)|your payout|payout adjustment"
    r"|on (?:the )?air|on stream"
    r"|livestream(?:s|ed|ing)?|gifts? (?:sent )?to you|gifted you|you (?:blocked|banned|muted|promised)|you said"
    r"|appeal (?:was|is|has been) (?:rejected|denied|upheld)|your appeal|formal warning|trust & safety"
    r"|trust and safety|t&s"
    r"|moderat(?:ion|or|ors)|chargeback|under review|we deducted|points? (?:were |was |have been )?deducted"
    r"|payment is on hold|please explain)\b"
)
"""What is said to who performs, and hardly ever to who watches."""
THIRD_ZH = re.compile(
    r"(?:用户|客户|顾客|观众|买家|对方|[他她]|那个|那位|此人)(?:名?叫|是|为|的)?(?:电话|手机号?|号码|账号"
    r"|账户|昵称|微信|邮箱)?(?:是|为)?\Z"
)
THIRD_EN = re.compile(
    r"\b(?:customer|user|buyer|client|viewer|he|she|him|her)\W{0,3}(?:is|was|named|called|at|on)?\W{0,3}\Z"
)
GIVEN_ZH = re.compile(
    r"对方的?(?:电话|手机|微信|邮箱|号码|账号|联系方式|qq)|[您你]?可以?(?:自己|自行|直接)(?:联系|回复|加|打|沟通|找)"
    r"|加(?:一下|个)?(?:他|她|对方)?(?:好友|微信)|说清楚|说开了?|解释(?:一下|清楚)|原信|私下(?:联系|沟通"
    r"|解决)|当面(?:谈|聊)"
)
GIVEN_EN = re.compile(
    r"\b(?:contact|call|text|reach|write to|reply to|message) (?:him|her|them)(?: yourself| directly)?\b"
    r"|\bexplain (?:it|yourself) to\b|\bsort (?:it|this) out with\b|\bthe other (?:party|side|person)\b"
)
"""Beside a number: whoever gets it is to get in touch with somebody, and not to bring them something."""
CAUSE_ZH = (
    re.compile(r"(?:因为?|由|是|应|据|系)(?:用户|客户|观众)?\Z"),
    re.compile(
        r"(?:所|已)?(?:提交|提供|反馈|告|说|举|投|录|写)|的(?:申请|要求|提交|反馈|录|投|举)|这个?号|一事|(?:所述"
        r"|自述)"
    ),
)
CAUSE_EN = (
    re.compile(
        r"\b(?:because|following|(?:submission|information|recording|screenshots?|statement|request"
        r"|message)s? (?:by|from|of))"
        r"\W{1,3}\Z"
    ),
    re.compile(r"\W{0,3}(?:has |had )?(?:disputed|submitted|sent us|requested|asked|told|provided)\b"),
)
"""Before and behind whoever is the reason of something."""
TO_YOU_ZH = re.compile(
    r"(?<!麻烦)(?<!辛苦)(?<!感谢)(?<!谢谢)(?<!请)(?<!祝)(?<!与)(?<!给)(?<!和)[您你贵](?!好|们好|公司|司|处|方|部)"
)
TO_YOU_EN = re.compile(r"(?<!thank )(?<!can )(?<!could )(?<!would )(?<!will )(?<!if )\byour?\b")
CARRIED = re.compile(
    r"快递|快件|包裹|(?<!礼)物流|派送|派件|配送|揽收|运单|承运|仓库|发货|送货|收货|装机|维修|师傅|工程师"
    r"|\b(?:courier|parcels?|redeliver|deliver(?:y|ies|ed)?|warehouse|collection|pick-?up|technician|engineer"
    r"|repair)\b"
)
"""Somebody else beside `you`: whoever is told of a customer by the name of one has to do with them, unless they bring
something or mend something there."""
SHOW_BEGINS_EN = re.compile(r"\byour show (?:starts|begins|is (?:at|on))\b")
THEATRE_EN = re.compile(r"\b(?:tickets?|seats?|box office|theatre|theater|doors open|venue|row [a-z0-9])\b")
YOUR_FANS_EN = re.compile(r"\byour fans\b")
COOLING_EN = re.compile(r"\b(?:ceiling|desk|tower|cooling|pedestal|extractor|bladeless|usb|case) fans?\b")
"""A streamer's show, but for one to which a guest goes; a streamer's fans, but for those that turn."""
ROOM_ZH = re.compile(r"[您你贵]的?房间")
ROOM_EN = re.compile(r"\byour room\b")
LODGING = re.compile(
    r"入住|退房|酒店|房型|客房|预订|房卡|前台|保洁|报修|\b(?:check-?in|check-?out|hotel|booking|booked"
    r"|reservation|[0-9] nights?|front desk)\b"
)
"""A streamer's room, but for a guest's."""
