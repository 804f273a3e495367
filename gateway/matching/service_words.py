"""The words by which service mail, complaints and pointing at somebody are known. Tables and patterns, no logic.

Chinese is looked for in letters alone (`text.normal.letters`), so that blanks and signs between two characters change
nothing; English in folded text, at word borders. No pattern has a part without an end.
"""

import re


def _any(words: str) -> str:
    return "|".join(sorted(words.split(), key=len, reverse=True))


SERVICE_ZH = re.compile(
    _any(
        "退款 退货 退费 返款 补款 赔付 换货 订单 下单 运单 快递 快件 包裹 物流 配送 派送 派件 改派 揽收 "
        "揽件 签收 收货 收件 取件 取货 寄送 寄出 寄件 寄往 邮寄 发货 补发 补寄 送货 仓库 出库 入库 发票 "
        "开票 账单 对账 结算 支付 付款 缴费 到账 扣款 扣费 续费 绑定 换绑 解绑 验证码 校验码 动态码 售后 "
        "维修 保修 上门 安装 预约 预订 挂号 保险 理赔 酒店 机票 车票 行程 参会 签到 工资 社保 体检 开户 "
        "开通 激活 注销 兑换 优惠券 代金券 重置密码 修改密码 找回密码 异地登录 报名成功 验证成功 已验证 "
        "实名认证 实名信息 身份核验 提货 自提 承运 顺丰 圆通 中通 韵达 京东"
    )
)
"""What is done for a customer. Labels of numbers (电话, 账号) are not among them, nor is what a complaint is about."""
GENERAL_ZH = re.compile(
    _any(
        "客户 顾客 买家 名单 会员 充值 提现 登录 登陆 注册 套餐 订阅 积分 奖品 中奖 领奖 礼品 报名 课程 "
        "商品 货物 库存 金额 单号 收款 汇款 转账 到期 本人操作 操作成功 办理 服务单 培训 面试 会议 合同 "
        "签约 附表 明细 报表 已发 寄给 送到"
    )
)
"""What may be said of anything: it takes two."""
SERVICE_EN = re.compile(
    r"\b(?:refund(?:s|ed|ing)?|orders?|order(?:ed|ing)|parcels?|packages?|courier|ship(?:s|ped|ping|ment|ments)?"
    r"|deliver(?:y|ies|ed|ing)?|dispatch(?:ed)?|tracking|pick-?up|invoices?|receipts?|payments?|paid|billing|statement"
    r"|warranty|repair|installation|appointments?|booking|booked|reservation|verification|one-time|otp"
    r"|reset|password|sign-?in|bound|linked|activat(?:e|ed|ion)|redeem(?:ed)?|voucher|coupon|exchange|returns?"
    r"|warehouse|itinerary|insurance|payroll|subscription)\b"
)
GENERAL_EN = re.compile(
    r"\b(?:customers?|clients?|buyers?|consignees?|recipients?|members?|membership|top-?up|withdrawal|registered"
    r"|registration|log-?in|points|prize|quantity|amount|sku|items?|goods|stock|list|sheet|attendees?|contract)\b"
)

COMPLAINT_ZH = re.compile(
    _any(
        "举报 投诉 反映 检举 控告 告发 告状 揭发 揭露 曝光 爆料 实名信件 信访 来信 来函 写信 匿名信 反馈人 "
        "报案 报警 起诉 告你 告您 告了 告密 线人 证人 证据 取证 违规 违法 处罚 封禁 封号 封你 封您 仲裁 "
        "诉讼 诱导 涉嫌 低俗 辱骂 骗你 骗我 骗了 骗钱 撤诉 和解 商谈 纠纷 限流 禁播 停播 被处理 赔礼 道歉 说你的 说您的"
    )
)
FORMULA_ZH = re.compile(
    r"(?:投诉|举报|意见|建议)(?:(?:与|及|和)?(?:投诉|举报|建议|咨询|反馈|监督)){0,3}"
    r"(?:服务)?(?:电话|热线|专线|邮箱|信箱|渠道|入口|窗口)"
    r"|(?:如需|如要|欢迎您?)(?:投诉|举报)|(?:感谢|收到)您?的?来信|来信(?:已|收)悉?"
    r"|粉丝(?:团|牌|勋章|会员|福利|见面会)"
    r"|您(?:所)?反映的(?=.{0,4}(?:退款|订单|物流|快递|充值|到账|提现|登录|绑定|发票|包裹|收货|配送))"
)
"""What stands under any mail of a help desk, or in one about an order. It says that one may complain, and not that
somebody did."""
OF_A_COMPLAINT_ZH = re.compile(r"(?:投诉|举报|检举|反映).{0,8}\Z")
"""Right before a number: 投诉电话 is somebody's who complained, if it is a reporter's number."""
COMPLAINT_EN = re.compile(
    r"(?<![\w@./-])(?:complain(?:s|ed|ing|t|ts|ant|ants)?|whistle-?blow(?:er|ers|ing)|informants?|accus(?:e|es|ed|er)"
    r"|accusing|accusations?|reported (?:you|your|him|her|it|us|by|to|the|this|against)|reporting you|who reported"
    r"|reports? (?:against|about|on) (?:you|your|the stream)|reporters?|tip-?off|denounce[sd]?|grievance|evidence"
    r"|violations?|investigat(?:e|ed|ion)|lawsuit|sued|jubao|tousu)\b(?![\w.+-]{0,64}@)"
)
"""Not of an address of the organisation, as `complaints@…` under a mail."""
FORMULA_EN = re.compile(
    r"\b(?:complaints? (?:hotline|line|number|desk|mailbox|procedure|policy)|to (?:complain|make a complaint)"
    r"|suggestions? (?:and|or|&) complaints?|complaints? (?:and|or|&) suggestions?)\b"
)
POINTING_ZH = re.compile(
    _any(
        "就是他 就是她 就是这个 就是那个 那个人 这个人 那个家伙 此人 该人 是谁 谁干的 找他算账 找她算账 "
        "算账 收拾 报复 当心 小心点 您懂 你懂 搞你 害你 害您 骂你 骂您 黑粉 真实身份 人肉"
    )
)
SETTLE_ZH = re.compile(r"(?:与|和|跟|联系)(?:该|此|这位)?(?:用户|其|对方|他|她).{0,16}?(?:协商|解决|谈)")
"""Who is meant, to somebody who wants to know, or who is to come to terms."""
POINTING_EN = re.compile(
    r"\b(?:the (?:one|guy|person|man|woman|girl) (?:who|that|behind)|it was (?:him|her|this)|who did it|your haters?"
    r"|real (?:name|identity)|watch out|settle (?:this|it|the|with)|dispute|user's submission|who submitted)\b"
)
VIEWER_ZH = re.compile(_any("主播 观众 粉丝 网友 那位 那个用户 那个号 该用户"))
VIEWER_EN = re.compile(r"\b(?:viewers?|fans?|followers?|that (?:user|account))\b")
"""As what a streamer knows people: beside a number it says that it is somebody of the stream."""
STREAMER_ZH = re.compile(
    r"[您你贵]的?(?:直播|频道|粉丝)|(?:尊敬的|亲爱的|各位)主播|主播(?:您|你|老师|朋友)|[您你](?:昨晚|当晚|那晚|上次)的?[直开]播"
)
STREAMER_EN = re.compile(r"\b(?:your (?:live ?)?(?:stream|channel|broadcast|show)|dear (?:streamer|host))\b")
"""Whoever gets it is spoken to as a streamer."""
