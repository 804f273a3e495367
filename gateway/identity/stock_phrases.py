"""What every letter of complaint says and nobody has from another: names of laws, courtesy, asking to be heard.

Learning from what many reports share (`boilerplate`) needs many reports, and sees no phrase shorter than a window of
prints. But the name of the law on consumers' rights with its article is 23 characters, as much as counts as a
quotation, and courtesy at the end of a letter comes in several sentences at once. So the usual ones are known from the
start. Facts are in none of them: what a pattern leaves open is one of a few words.

What a payment service writes into every bill, and the heads of columns, say nothing at all, even in one stretch with
somebody's own words: these are `printed_runs`.

In: a `letters` view, which has no punctuation and no spaces. Out: runs of it. Pure; one pass over the text.
"""

import re

from gateway.identity.shingles import Run
from gateway.text.blocks import Pause, matches, nothing

_NUMBER = "[0-9零一二三四五六七八九十百]+"
_LAWS = (
    r"(?:根据|依据|依照|按照|参照|违反|违背|适用)?了?(?:以下)?中华人民共和国[\u4e00-\u9fff]{1,20}?"
    r"(?:法典|法|条例|办法|规定|细则)(?:试行|修正)?"
    rf"(?:之?(?:第{_NUMBER}[章节条款项目](?:之{_NUMBER})?和?及?)+)?(?:的?(?:有关|相关|明确|上述)?(?:规定|要求))?",
    r"(?:根据|依据|依照|按照|违反)?了?网络[\u4e00-\u9fff]{2,12}?管理(?:暂行)?(?:办法|条例|规定)(?:试行)?",
    r"(?:应当?|要求)?(?:退一赔|假一赔)[三十]",
    r"(?:该|此|上述)(?:充值|打赏|付款|交易|合同)(?:行为)?应?(?:属|为|系)?无效",
)
_WHO = "(?:我们|我|本人|举报人|投诉人|广大消费者|消费者|大家|家长|家庭)"
_ASK = "(?:恳请|请求|敬请|希望|要求|请|望|盼)"
_DESK = "(?:贵|你们|你|各位)?(?:平台|部门|单位|公司|领导|工作人员)?"
_HOST = "(?:这个?|该|那个?|某个?|一个|你们(?:的|平台的?|家的?)?|贵平台的?)?主播"
_OFTEN = "(?:涉嫌|疑似|多次|经常|一直|天天|公然|长期|故意|不断){0,6}"
_ACCUSED = (
    "(?:(?:诱导|引导|怂恿|鼓动)(?:未成年人?|孩子|小孩|粉丝|观众|用户)?(?:打赏|充值|消费|刷礼物|付款)|(?:辱骂|骂|侮辱|攻击)(?:人|他人|别人|观众|粉丝|网友)|"
    "[说讲]脏话|抽烟|喝酒|虚假宣传|卖假货|售卖?假货?|欺骗(?:消费者|粉丝|观众)?|骗人|骗钱|诈骗|涉黄|低俗|赌博|违规|违法|态度恶劣|及|和|与|并)"
)
_LETTERS = (
    rf"{_ASK}{_DESK}(?:能够|能|可以|给予|予以|依法|依规|尽快|尽早|早日|及时|严肃|认真|公正|从严|从重){{0,6}}"
    r"(?:核实|查实|查处|处理|处罚|调查|核查|解决|答复|回复|介入)(?:此事|并?(?:核实|查处|处理|处罚|答复|回复))?",
    r"(?:以上|上述)(?:所述|反映|举报)?(?:情况|内容|事实|材料)?(?:完全|均|全部|句句)?(?:属实|真实)(?:无误|有效)?",
    rf"{_WHO}?(?:保证|承诺)?(?:以上|所|对)?(?:举报|投诉|反映|所述)(?:的)?(?:内容|材料|情况)?的?(?:真实性|真实)"
    r"(?:有效)?(?:负责|承担(?:法律|全部|相应)?责任)?",
    rf"(?:如有|若有)(?:虚假|不实|隐瞒|捏造)(?:之处)?{_WHO}?(?:愿意?|将)(?:承担|负)(?:一切|相应|全部)?的?"
    r"(?:法律)?(?:责任|后果)",
    rf"{_ASK}?(?:务必|一定|注意|帮我)?(?:保护|保密|不要(?:向(?:对方|主播|他人|任何人))?(?:透露|泄露)|勿(?:透露|泄露))"
    rf"好?{_WHO}的?(?:个人)?(?:信息|隐私|姓名|身份|资料)",
    rf"{_ASK}?{_DESK}(?:能)?(?:尽快|早日)?(?:还|给予?){_WHO}一个(?:满意|明确|合理)?的?(?:公道|说法|清白|交代|答复|回复|结果)",
    rf"{_WHO}?(?:愿意|可以|会|将)(?:积极|全力)?(?:配合|协助)贵?平台的?(?:一切)?(?:调查|工作|核实)",
    rf"(?:如有|如|若)需要?{_WHO}?(?:可以|可|能够|愿意|随时){{0,6}}(?:提供|出示|寄送)(?:原件|原始文件|更多证据|证据|证明)",
    rf"(?:其|该|这种|上述)?(?:行为|做法)?(?:已经|已|明显)?(?:严重)?(?:侵犯|侵害|损害)了?{_WHO}的?(?:合法)?(?:权益|利益)",
    r"(?:其|该|这种)行为(?:已经|已|明显|严重){0,6}(?:涉嫌|构成)(?:虚假宣传|诈骗|欺诈|侵权|违法|犯罪)",
    rf"给{_WHO}(?:造成|带来)了?(?:极大|巨大|严重|很大)?的?(?:经济)?(?:损失|伤害|困扰|影响)",
    rf"{_ASK}?(?:其|主播|对方|商家)?(?:退还|返还|退回)(?:全部|所有)(?:款项|货款|费用|钱款)并?(?:赔礼道歉|公开道歉|赔偿损失)?",
    r"(?:不要|不能|避免)再?(?:让|使)(?:更多的?|其他)(?:人|消费者|粉丝|家长)再?(?:上当受骗|受骗|受害)",
    rf"{_ASK}?(?:依法|依规){{0,6}}(?:予以|给予)(?:严肃|相应|从重)?(?:处罚|处理|查处|封号|封禁)",
    rf"(?:感谢|谢谢){_DESK}的?(?:工作人员|客服|领导)?的?(?:辛苦付出|支持|理解|帮助|配合|关注)",
    rf"(?:{_ASK}|麻烦)?{_DESK}(?:尽快|赶紧|赶快|帮忙|帮我|好好){{0,6}}(?:处理|管|查|解决)(?:管|查)?(?:一下|下)",
    rf"{_WHO}?(?:现在|今天)?(?:想|要|想要|需要)?(?:实名)?(?:投诉|举报)(?:{_HOST})?",
    rf"{_HOST}{_OFTEN}(?:在(?:直播间|直播|节目|平台)(?:里|中|上|时|期间)?)?{_OFTEN}{_ACCUSED}{{1,6}}",
    r"此致敬礼|特此(?:举报|投诉|说明|声明|通知)|祝工作顺利|尊敬的平台(?:工作人员|领导|客服)?(?:您好|你好)?",
)
_ENGLISH = (
    r"(?:please|kindly)?lookinto(?:this|the)(?:matter|case|issue)?(?:assoonaspossible|urgently)?",
    r"(?:please|kindly)?keepmy(?:name|identity|details|address)(?:and(?:address|number|details))?(?:confidential|private)",
    r"(?:iam|im|we|i)?(?:are)?look(?:ing)?forwardto(?:hearingfromyou|your(?:reply|response|answer))(?:soon)?",
    r"thankyou(?:verymuch|somuch)?(?:inadvance)?"
    r"(?:foryour(?:time|attention|help|support|assistance|understanding|cooperation|reply)"
    r"(?:and(?:your)?(?:time|attention|help|support|assistance|understanding|cooperation))?)?",
    r"i(?:hereby)?(?:declare|confirm|certify)that(?:all)?(?:the)?(?:above|information|statements?)(?:given)?(?:above)?"
    r"(?:is|are)(?:true|correct)(?:andcorrect)?(?:tothebestofmyknowledge)?",
    r"iwould(?:be)?(?:very|most)?(?:grateful|thankful|appreciate)(?:if|for|it)?(?:a(?:full)?refund)?",
    r"(?:ifyouhaveanyquestions)?pleasedonothesitateto(?:contact|call|writeto)(?:me|us)",
    r"i(?:wouldlike|dlike|want|wish|need)to(?:report|complainabout)(?:this|a|the|your)?(?:streamer|host|channel|user|stream|anchor)?",
    r"(?:please|kindly)(?:do)?(?:help(?:me)?|something(?:aboutit)?|takeaction)",
    r"yours(?:faithfully|sincerely|truly)|(?:kind|best|warm)regards|dearsirormadam|towhomitmayconcern|assoonaspossible",
)
_LEVELS = ("第[二三四五六七八九][级层]", "(?:second|third|fourth|fifth|sixth|seventh|eighth|ninth)(?:outline)?level")
_SLIDES = (
    rf"(?:(?:单击|点击|按一下)(?:此处|图标|以)?(?:以)?(?:编辑|添加|新增)(?:母版|母片)?(?:主?标题|副标题|文本|文字|备注|图片|表格|图表|内容|大纲)"
    rf"(?:的?(?:样式|格式))?|{_LEVELS[0]})+",
    r"(?:(?:click(?:icon)?to)?(?:edit|add)(?:the)?(?:master)?(?:title|subtitle|text|notes|outline|picture|table|chart|content)"
    rf"(?:text)?(?:styles?|format)?|{_LEVELS[1]})+",
)
"""What a program for slides writes into its masters, which every file has."""
_MACROS = (
    r"(?:attributevb(?:name|base|globalnamespace|creatable|predeclaredid|exposed|templatederived|customizable|control)"
    r"(?:true|false|1?(?:normal)?this(?:document|workbook)|sheet\d+|[0-9a-f]{24,40}?(?=attribute|\Z))?)+",
)
"""The head of a module of macros, which Word and Excel write into each."""
_BILLS = (
    r"(?:(?:微信支付|支付宝)(?:账单|交易)明细(?:列表)?|起始时间|终止时间|导出(?:交易)?类型(?:全部|仅支出|仅收入)?|导出(?:时间|信息)|特别提示|"
    r"共\d+笔记录|(?:收入|支出|中性交易|不计收支)\d+笔\d*元|支付宝(?:支付科技|中国网络技术)有限公司(?:电子客户回单)?|电子客户回单)",
    "充值提现理财通购买零钱通存取信用卡还款等交易将计入中性交易",
    "若交易记录明细无有效内容则代表该时间段内此微信号无交易",
    "本明细仅展示当前账单中的交易不包括已删除的记录",
    "本明细仅供个人对账使用",
    "本(?:回单|证明)(?:内容可表明支付宝受理了相应支付交易申请|仅证明在用户选择的交易类型和时间段内用户通过支付宝账户发生的历史交易记录情况)",
    "因系统原因或通讯故障等偶发因素导致本(?:回单|明细|证明)与实际交易结果不符时以实际交易情况为准",
    "请勿将本回单作为收款方发货的凭据使用(?:请查证账户实际到账情况后再进行发货操作)?",
    "支付宝快捷支付等非余额支付方式可能既产生支付宝交易也同步产生银行交易",
    "(?:因此)?请勿使用本回单进行重复记账",
    "本(?:回单|明细|证明)如经任何涂改编造均立即失去效力",
    "部分账单如充值提现账户转存或者个人设置收支等不计入为收入或者支出记为不计收支类",
    "因统计逻辑不同明细金额直接累加后可能会和下方统计金额不一致(?:请以实际交易金额为准)?",
    "禁止将本(?:回单|明细|证明)用于非法用途",
)
"""What WeChat Pay and Alipay write into every bill that they export."""
_HEADS = (
    "序号|编号|日期|时间|日期时间|交易时间|交易日期|记账日期|入账日期|入账时间|支付时间|付款时间|充值时间|"
    "打赏时间|赠送时间|下单时间|创建时间|完成时间|到账时间|交易类型|交易分类|交易对方|对方账号|对方户名|对方账户|"
    "对手信息|交易对手|对方开户行|商品|商品名称|商品说明|商品信息|商户|商户名称|摘要|交易摘要|用途|附言|备注|收支|"
    "收支类型|收入|支出|借方|贷方|借方金额|贷方金额|收入金额|支出金额|借贷标志|金额|金额元|交易金额|支付金额|"
    "付款金额|充值金额|打赏金额|订单金额|实付金额|实付款|应付金额|退款金额|优惠金额|单价|数量|总价|合计|小计|余额|"
    "账户余额|币种|货币|渠道|交易渠道|支付方式|付款方式|支付渠道|收付款方式|收款方|付款方|收款账号|付款账号|户名|"
    "账号|卡号|状态|当前状态|交易状态|订单状态|支付状态|交易单号|交易号|交易订单号|交易流水号|流水号|商户单号|"
    "商户订单号|商家订单号|订单号|订单编号|礼物|礼物名称|礼物数量|礼物价值|主播|主播昵称|主播id|房间号|直播间|"
    "直播间id|用户|用户id|用户昵称|昵称|钻石|抖币|音浪|快币|虚拟币|税额|税率|价税合计|规格|型号|单位|发票号码|"
    "开票日期|no|date|time|datetime|type|category|description|details|counterparty|merchant|item|quantity|qty|"
    "price|unitprice|amount|total|subtotal|currency|balance|debit|credit|status|reference|orderid|ordernumber|"
    "transactionid|paymentmethod|note|notes|remark|remarks"
)
"""What heads the columns of lists. Three and more in a row are a head and no sentence."""
_REACH = 4096  # letters; a longer row of them is two
_KNOWN = re.compile("|".join((*_LAWS, *_LETTERS, *_ENGLISH, *_SLIDES, *_MACROS)))
_HEAD = "|".join(sorted(_HEADS.split("|"), key=len, reverse=True))
_PRINTED = re.compile("|".join((*_BILLS, f"(?:{_HEAD}){{3,}}+")))


def formula_runs(view: str, pause: Pause = nothing) -> list[Run]:
    """In their order; none overlaps another. `pause` is called between blocks of the view.

    >>> text = "根据中华人民共和国消费者权益保护法第五十五条第一款的规定退款"
    >>> [text[run.start : run.end] for run in formula_runs(text)]
    ['根据中华人民共和国消费者权益保护法第五十五条第一款的规定']
    """
    return [Run(*found.span()) for found in matches(_KNOWN, view, _REACH, pause)]


def printed_runs(view: str, pause: Pause = nothing) -> list[Run]:
    """The same, of what a program prints around everybody's own.

    >>> text = "我的账单交易时间交易对方金额元商户消费"
    >>> [text[run.start : run.end] for run in printed_runs(text)]
    ['交易时间交易对方金额元']
    """
    return [Run(*found.span()) for found in matches(_PRINTED, view, _REACH, pause)]
