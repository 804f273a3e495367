"""Letters of everyday life in which the party's name is a thing's, or a word of a show or a complaint is anybody's,
pass; their neighbours, which speak to or of the party or answer a report, are held."""

import time
from collections.abc import Iterator
from dataclasses import replace
from email.message import EmailMessage

import pytest

from examining import examined, outcome, stored, tools_of
from gateway.inspection.tools import InspectionDeps
from gateway.matching.passages import Said
from gateway.matching.things import is_of_a_thing
from gateway.model import Item, Party, Report
from gateway.model.words import Words

TO = "desk@elsewhere.example"


def report(id: str, party: str, room: str, *items: Item) -> Report:
    reported = Party(party, (f"{id.lower()}@streams.example",), (f"room:{room}",))
    return Report(id, "open", "2026-09-18T10:00:00+08:00", (reported,), items)


CALLED_LUNA = report(
    "R-2026-0206", "Luna", "70012219", Item("name", "Harriet Coombes"), Item("phone", "+44 7700 900462")
)
REPORTS = (
    report(
        "R-2026-0201",
        "星儿",
        "88412345",
        Item("name", "孟令坤"),
        Item("phone", "+86 136 7215 0948"),
        Item("address", "mlk1987@mail.example"),
        Item("account", "kunkun_mm"),
        Item("nickname", "坤哥不熬夜"),
    ),
    report(
        "R-2026-0202",
        "Luna Vale",
        "70012219",
        Item("name", "Harriet Coombes"),
        Item("phone", "+44 7700 900462"),
        Item("address", "h.coombes@post.example"),
        Item("account", "hattie_c88"),
    ),
    report(
        "R-2026-0203",
        "阳光小北",
        "5520177",
        Item("name", "柴玉珍"),
        Item("phone", "18640237715"),
        Item("nickname", "爱吃柚子的柴"),
    ),
    report(
        "R-2026-0204",
        "小太阳",
        "6600812",
        Item("name", "祁慕白"),
        Item("phone", "15904418827"),
        Item("address", "qimubai@mail.example"),
    ),
    report(
        "R-2026-0205",
        "Coco Bell",
        "7130066",
        Item("name", "Tobias Wren"),
        Item("phone", "+44 7700 900815"),
        Item("account", "t_wren_91"),
        Item("address", "toby.wren@post.example"),
    ),
)

INNOCENT = {
    "brand zh": ("发货通知", "孟令坤您好，您购买的星儿牌毛毯已由圆通发出，电话 13672150948，请注意查收。"),
    "brand zh 2": ("退货", "客户孟令坤 13672150948 要退星儿牌婴儿背带一条，请上门取件。"),
    "lamp": ("Your order", "Hi Harriet Coombes, your Luna lamp has shipped. Courier will call 07700 900462."),
    "lamp 2": (
        "Order 88213",
        "Order 88213: 2 x Luna floor lamp, consignee Harriet Coombes, +44 7700 900462. Please deliver by Friday"
        ".",
    ),
    "estate": ("上门维修", "师傅，阳光小北小区 3-2-501 柴玉珍 18640237715，热水器不打火，麻烦今天过去维修。"),
    "estate kindergarten": ("快递改址", "麻烦把柴玉珍 18640237715 的包裹改送阳光小北幼儿园门卫。"),
    "course live": ("开课提醒", "孟令坤同学，您的直播课将于周六 19:30 开课，账号 kunkun_mm，请提前登录。"),
    "course live 2": ("课程续费", "尊敬的用户，您购买的直播课程还有 3 节，续费可享九折。接收手机 13672150948。"),
    "channel": (
        "Renewal reminder",
        "Dear Harriet Coombes, your channel subscription renews on 12 Nov for £4.99, billed to hattie_c88.",
    ),
    "channel zh": ("到期提醒", "kunkun_mm 您好，您的频道会员将于本月 30 日到期，续费立减 10 元。"),
    "sued for fees": (
        "开庭通知",
        "孟令坤您好，物业公司起诉您拖欠物业费一案定于 12 月 3 日开庭，请准时到庭。联系电话 13672150948",
    ),
    "sued 2": ("委托材料", "王律师：物业起诉柴玉珍（18640237715）欠缴物业费，周三开庭，请带好合同和缴费记录。"),
    "heater": ("退款通知", "祁慕白您好，您退回的小太阳取暖器已签收，退款 89 元已到账，手机 15904418827。"),
    "heater list": ("补发", "客户 祁慕白 15904418827，小太阳电暖器 1 台破损，请补发。"),
    "show tickets": (
        "Your booking",
        "Hi Tobias Wren, your show tickets for 14 Nov are booked. We will text +44 7700 900815.",
    ),
    "ceiling fans": (
        "Delivery",
        "Hello Tobias, your fans (2 ceiling fans, white) will be delivered on Friday. Phone 07700 900815.",
    ),
    "coco": (
        "Order shipped",
        "Dear Tobias Wren, your Coco coir doormat has been dispatched. Tracking AB123456789GB, +44 7700 900815.",
    ),
    "traffic": (
        "违章提醒",
        "孟令坤您好，您的车辆有一条交通违法记录，请在 15 日内处理并缴纳罚款，逾期将加重处罚。手机 13672150948",
    ),
    "noise": ("物业回复", "柴玉珍您好，您反映的楼上漏水已派工程师检修，师傅会打 18640237715 预约时间。"),
    "evidence of payment": ("报销补件", "孟令坤您好，您的报销缺少付款证据，请补交发票原件，联系手机 13672150948。"),
    "insurance": ("理赔进度", "祁慕白先生，您的车险理赔已受理，请补充事故证据照片，定损员将联系 15904418827。"),
    "live concert": ("出票成功", "柴玉珍，您的直播门票已出票：跨年演唱会线上场，登录手机 18640237715 观看。"),
    "broadband tv": (
        "Your package",
        "Dear Harriet, your channel package upgrade is active from 3 Nov. Account hattie_c88.",
    ),
    "audience seat": ("取票提醒", "孟令坤您好，您的观众席座位 3 排 12 号，请凭取票码入场，预留手机 13672150948。"),
    "labour": ("仲裁材料", "李律师：祁慕白（15904418827）起诉公司拖欠工资，请预约周五面谈，附工资条与社保记录。"),
    "street": ("送货地址", "今天送货：阳光小北路 18 号，柴玉珍 18640237715，冰箱一台，请带发票。"),
    "hotel": ("Booking confirmed", "Harriet Coombes, 2 nights at Luna Hotel, check-in 9 Nov. Phone +44 7700 900462."),
    "late": ("致歉", "孟令坤先生：您投诉的配送延误已处罚相关骑手，20 元券已发至 kunkun_mm。"),
    "bank dispute": (
        "Card dispute",
        "Dear Harriet Coombes, your card dispute needs evidence of the payment: please send the receipt. Ref 88"
        "213, phone 07700 900462.",
    ),
    "school report": (
        "家长会",
        "柴玉珍家长您好，家长会周五下午两点，孩子被老师表扬，请准时签到。联系电话 18640237715。",
    ),
    "second 1": ("入库", "今日入库：星儿牌棉被 20 条，送货司机孟令坤 13672150948，请安排卸货。"),
    "second 2": ("保洁预约", "张阿姨，周六上午九点去阳光小北花园 7 栋 1202，柴玉珍 18640237715，两室一厅。"),
    "second 3": (
        "Your mattress",
        "Hi Harriet Coombes, the Luna mattress you ordered arrives on 4 Nov. Driver calls 07700 900462.",
    ),
    "second 4": (
        "Re: sofa",
        "Dear Harriet, the Luna sofa can be returned within 30 days. We collect at your address, phone +44 7700"
        " 900462.",
    ),
    "second 6": ("讲座", "孟令坤您好，您预约的直播讲座改到周日，回放链接会发到 mlk1987@mail.example。"),
    "second 7": (
        "Subscription",
        "Dear Tobias Wren, your channel membership was renewed on 2 Nov. Receipt for t_wren_91: £3.99.",
    ),
    "second 8": (
        "TV",
        "Hello Tobias Wren, your channel lineup changes on 1 Dec. No action needed. Account t_wren_91.",
    ),
    "second 9": (
        "法院短信",
        "柴玉珍：房东起诉您房屋租赁合同一案，本院定于 12 月 8 日 9:00 开庭，联系电话 18640237715。",
    ),
    "second 11": ("出行", "孟令坤您好，您的座位在观众入口 B 区，请提前 30 分钟签到，手机 13672150948。"),
    "second 12": ("售后", "祁慕白，您好，小太阳暖风机的保修卡已寄出，单号 SF1234567890123，电话 15904418827。"),
    "second 14": (
        "Plants",
        "Dear Tobias Wren, your Coco palm has been dispatched and arrives in 3 days. Phone 07700 900815.",
    ),
    "second 15": (
        "Table",
        "Tobias Wren, your table at Coco Restaurant is booked for Friday 19:30. We text 07700 900815.",
    ),
    "second 16": (
        "交警提醒",
        "柴玉珍您好，您名下车辆停车违法，可在线缴纳罚款，未按期缴纳将加处罚款。手机 18640237715",
    ),
    "second 17": (
        "噪音",
        "孟令坤您好，您反映的夜间施工噪音，物业已与施工方沟通，有问题请回电，登记手机 13672150948。",
    ),
    "second 18": ("保险", "柴玉珍女士：理赔需补交医院证明和发票等证据材料，请于 10 日内上传，手机 18640237715。"),
    "second 19": (
        "Insurance claim",
        "Dear Tobias Wren, we need photographic evidence of the damage to process your claim. Call from 07700 9"
        "00815 noted.",
    ),
    "second 20": ("公证", "孟令坤先生您好，您申请的证据保全公证已办结，请携带身份证领取，手机 13672150948。"),
    "second 21": ("食堂", "祁慕白您好，您反映的食堂排队问题已改进，谢谢建议。饭卡余额已退至 15904418827 绑定账户。"),
    "second 22": ("网课退费", "家长您好，孟令坤同学的直播课退费 600 元将在 5 个工作日内退回，手机 13672150948。"),
    "second 23": ("快递", "柴玉珍您好，您的快件到了阳光小北驿站，取件码 3-2-118，手机 18640237715。"),
    "second 24": (
        "健身",
        "Hi Harriet, your streaming plan renews on 5 Dec at £9.99. Account hattie_c88. Unsubscribe any time.",
    ),
    "second 25": ("礼品", "孟令坤您好，您兑换的星儿牌保温杯已寄出，地址如旧，电话 13672150948，积分扣除 500。"),
    "second 26": (
        "Sunday",
        "Dear Harriet Coombes, Luna Park tickets are attached. Two adults, 9 Nov. Phone 07700 900462.",
    ),
    "second 27": ("工伤", "王主任：祁慕白（15904418827）的工伤认定证据已齐，仲裁委周五审核，请准备合同。"),
    "second 28": (
        "考试",
        "柴玉珍同学，您的考试报名已审核通过，准考证请登录下载，违纪将按规定处罚。手机 18640237715。",
    ),
    "second 29": ("视频会员", "kunkun_mm 您好，您的直播会员包已开通，可观看全部赛事，有效期至 2027-01-01。"),
    "second 30": ("装修", "李工，阳光小北社区 5 号楼柴玉珍家的橱柜明天安装，电话 18640237715，业主在家。"),
}  # fmt: skip
LEAKING = {
    "formula behind bei": ("通知", "您被投诉发错直播链接，订单已退款，用户电话 13672150948。"),
    "formula behind bei 2": ("通知", "您因被多人投诉漏发礼品，退款用户 13672150948，订单关闭。"),
    "bei hotline": ("说明", "你被举报中心约了，退款订单手机 13672150948，快递单号 SF1234567890。"),
    "greeted, penalty": ("回复", "孟令坤您好，您反映的主播已给予处罚，证据已留存，订单退款到账，手机 13672150948。"),
    "greeted, evidence": (
        "回复",
        "孟令坤您好：您提供的证据已收到，平台会对相关直播作出处罚。手机 13672150948，退款已到账。",
    ),
    "greeted, reflected": (
        "处理结果",
        "柴玉珍女士，您好！您反映的情况属实，该账号已被处罚。联系电话 18640237715，优惠券已发放。",
    ),
    "paid quoted": (
        "Fw: hello",
        "Please see below, order closed.\n\nFrom: Harriet Coombes <h.coombes@post.example>\nTo: help\nSubject: "
        "hello\n\nI paid her 4000 over two nights because she promised a meeting. Please do something.",
    ),
    "paid quoted zh": (
        "转发",
        "请看下面\n\n发件人: 孟令坤 <mlk1987@mail.example>\n收件人: 客服\n主题: 你好\n\n我前后支付了四千块，她"
        "答应见面，结果人不见了，请你们管管。",
    ),
    "party beside brand": ("退款", "星儿，星儿牌毛毯那单的退款客户是 13672150948。"),
    "party by name, estate": ("退款", "阳光小北您好，小区那单退款客户 柴玉珍 18640237715。"),
    "luna in a sentence": ("Refund", "The lamp order of hattie_c88 is refunded, tell Luna please."),
    "luna's lamp": ("Refund", "It is Luna's matter: order of Harriet Coombes, 07700 900462, refunded."),
    "your live room": ("退款", "您的直播课间那位用户 13672150948 已退款，订单关闭。"),
    "your live": ("退款", "您的直播里有一笔订单，用户 13672150948 已退款。"),
    "your channel": ("Refund", "Someone on your channel, hattie_c88, got a refund for order 88213."),
    "your channel subscribers": (
        "Refund",
        "One of your channel subscribers, hattie_c88, asked for a refund of order 88213.",
    ),
    "sued you": ("通知", "孟令坤要起诉您，开庭时间另行通知，退款订单电话 13672150948。"),
    "sued for the show": ("开庭", "孟令坤因打赏一事起诉，12 月 3 日开庭，电话 13672150948，退款订单见附件。"),
    "heater and star": ("退款", "小太阳老师您好，退款客户 祁慕白 15904418827，订单关闭。"),
    "sun asks": ("退款", "请转告小太阳，订单 8821 的退款客户是 15904418827。"),
    "coco": ("Refund", "Coco, the refunded order belongs to Tobias Wren, 07700 900815."),
    "coco behind": ("Refund", "Refunded order: t_wren_91, parcel returned. Please let Coco know."),
    "your show": ("Refund", "After your show last Friday t_wren_91 wanted a refund, order closed."),
    "your fans": ("Refund", "One of your fans, t_wren_91, asked for a refund of order 88213."),
    "noise plus report": ("物业", "柴玉珍反映漏水，顺便也举报了您，电话 18640237715，维修已安排。"),
    "traffic plus punish": ("处罚", "您的账号因用户 13672150948 反映被处罚，订单退款已到账。"),
    "brand head": ("退款", "星儿牌你最大，退款客户 13672150948 的订单我关了。"),
    "evidence against": ("证据", "对您不利的证据是 13672150948 交上来的，退款订单已关闭。"),
    "subtle": ("订单", "那晚在你那儿花钱的人 13672150948 来要退款了，订单已退。"),
    "case of law, party": ("开庭", "阳光小北被柴玉珍（18640237715）起诉，物业费不用管，周三开庭。"),
    "second 1": ("提醒", "贵方被投诉虚假发货未送达礼品，退款用户是 13672150948，订单已关。"),
    "second 2": ("说明", "因为被反映发错奖品，先给 13672150948 退款，订单关闭，您以后注意。"),
    "second 3": ("答复", "孟令坤您好！关于您反映的主播问题，我们已处罚，退款将到账 13672150948。"),
    "second 4": ("答复", "柴玉珍女士：您提交的录像证据有效，该直播间已处理，代金券发到 18640237715。"),
    "second 5": (
        "Fwd",
        "see below, ticket closed\n\nFrom: Tobias Wren <toby.wren@post.example>\nTo: help\nSubject: money\n\nSh"
        "e said she would meet everyone who paid the most. I paid for weeks and then she laughed at me.",
    ),
    "second 6": (
        "转",
        "FYI\n\n发件人: 祁慕白 <qimubai@mail.example>\n收件人: 客服\n主题: 求助\n\n我打款给她三次，一共两千，她"
        "说好的见面没有兑现，群里还笑话我。",
    ),
    "second 7": ("退款", "星儿，那条毛毯的订单退给 13672150948 了。"),
    "second 8": ("退款", "给星儿：客户孟令坤的毛毯退款完成，电话 13672150948。"),
    "second 9": ("Refund", "Luna, lamp order refunded, customer Harriet Coombes 07700 900462."),
    "second 10": ("Re: Luna Vale", "Refunded order 88213, parcel returned, hattie_c88."),
    "second 11": ("退款", "阳光小北那边的退款订单客户 18640237715，已处理。"),
    "second 12": ("Refund", "hattie_c88 was on your stream, refund done for order 88213."),
    "second 13": ("退款", "你的频道里那个会员 13672150948 申请退款，订单已退。"),
    "second 14": ("您的直播", "您的直播昨天掉线，补偿优惠券已发，反馈人手机 13672150948。"),
    "second 15": ("通知", "孟令坤已起诉你方，法院已立案，退款订单电话 13672150948。"),
    "second 16": ("通知", "祁慕白 15904418827 因礼物返还起诉，下周开庭，退款订单先别动。"),
    "second 17": ("退款", "小太阳，退款给 15904418827 了，订单关闭。"),
    "second 18": ("退款", "给小太阳说一声，客户祁慕白 15904418827 的订单退了。"),
    "second 19": ("Refund", "Could you tell Coco that t_wren_91 got the refund for order 88213?"),
    "second 20": ("Refund", "Hi Coco,\n\nthe refund to 07700 900815 is done, order closed."),
    "second 21": ("Refund", "Your viewers include t_wren_91, who got a refund on order 88213."),
    "second 22": ("Notice", "Your stream was muted after a message from hattie_c88. Refund for order 88213 done."),
    "second 23": ("处理", "您的账号被处罚，原因是 13672150948 提供了证据，订单已退款。"),
    "second 24": ("处理", "孟令坤，您好：主播行为的证据我们已转交，处罚随后公布，退款至 13672150948。"),
    "second 25": ("快递", "你直播卖的那件，客户 13672150948 要退货，快递已揽收。"),
    "second 26": ("订单", "直播间 5520177 的订单，柴玉珍 18640237715 退款。"),
    "second 27": ("Refund", "Luna's customer Harriet Coombes (07700 900462) had the lamp refunded."),
    "second 28": ("星儿牌", "星儿：你的牌子毛毯，客户 13672150948 退了，订单关闭。"),
    "second 29": ("告知", "孟令坤（13672150948）在平台反映您收钱不办事，退款订单已关。"),
    "second 30": (
        "Heads-up",
        "Tobias Wren, 07700 900815, has evidence of what you promised; refund order 88213 closed.",
    ),
}  # fmt: skip

HOSTILE = {
    "told, without a comma": ("Refund", "Please tell Luna lamp order of hattie_c88 is refunded."),
    "to the party by name": ("退款", "给星儿毛毯退款，客户 13672150948，订单关闭。"),
    "a word between": ("退款", "星儿 的毛毯，客户 13672150948 退款，订单关闭。"),
    "the thing, then the party": ("退款", "阳光小北小区的柴玉珍 18640237715 退款了，阳光小北知道一下，订单关闭。"),
    "a member of your channel": ("退款", "您的频道会员已申请退款，用户 13672150948，订单关闭。"),
    "from whom": ("Refund", "Your channel subscription from hattie_c88 was refunded, order closed."),
    "a payout": ("Notice", "Your channel subscription payout is on hold for hattie_c88, order refunded."),
    "two lawsuits": ("开庭", "物业起诉的事先放着，孟令坤也起诉您了，电话 13672150948，退款订单照旧。"),
    "evidence of gifts": ("退款", "孟令坤有打赏的交易证据，退款订单电话 13672150948。"),
    "a place, and a room": ("退款", "阳光小北小区那位，直播间的用户 18640237715 退款，订单关闭。"),
    "by its seller": ("退款", "你的直播卖货订单，客户 13672150948 退款。"),
    "greeted, about a show": ("回复", "孟令坤您好，您反映的主播一事已有结果，退款已到账 13672150948。"),
    "passive, with a carrier's word": ("通知", "您被多位用户投诉送错礼品，退款订单 13672150948。"),
    "a show without seats": ("Refund", "Your show starts at eight; t_wren_91 wants a refund of order 88213."),
    "fans that do not turn": ("Refund", "Your fans are loyal, but t_wren_91 got a refund of order 88213."),
}

SAID = "退款订单客户电话 13672150948，订单关闭。"
SAID_EN = "The refunded order: customer Harriet Coombes, 07700 900462, parcel returned."
OF_THE_PARTY = (
    "星儿餐厅遇到的就是退款客户孟令坤 13672150948，订单关了。",
    f"星儿外套的钱，{SAID}",
    f"星儿外套 2 件，{SAID}",
    f"星儿小学同学那笔，{SAID}",
    f"星儿中学老师说的那单，{SAID}",
    f"在星儿小学门口，{SAID}",
    f"星儿幼儿园同学那单，{SAID}",
    f"转经纪：星儿酒店已退房。{SAID}",
    f"快递已送到星儿酒店，{SAID}",
    f"他已到星儿小区，{SAID}",
    f"星儿小区 3 号粉丝，{SAID}",
    f"星儿医院体检那天的，{SAID}",
    f"星儿医院住院部 3 号床，{SAID}",
    f"星儿餐厅 8 号桌那位，{SAID}",
    f"星儿超市买东西那天，{SAID}",
    f"星儿驿站直播那次，{SAID}",
    f"星儿公园直播完了没，{SAID}",
    f"星儿蛋糕收到了，{SAID}",
    f"星儿蛋糕 1 个，{SAID}",
    f"星儿玩具谁送的？{SAID}",
    f"星儿空调坏了，{SAID}",
    f"星儿沙发的钱，{SAID}",
    f"星儿牌你这个蛋糕，{SAID}",
    f"星儿牌的粉丝蛋糕，{SAID}",
    "阳光小北酒店开房那天退款的就是柴玉珍 18640237715。",
    "阳光小北大厦楼下等她的客户柴玉珍 18640237715，订单退款了。",
    "小太阳空调没关，顺便：退款客户 15904418827。",
    "小太阳羽绒服的快递退了，客户祁慕白 15904418827。",
    f"Luna throws tantrums. {SAID_EN}",
    f"When Luna lights up, {SAID_EN}",
    f"Luna plants doubts. {SAID_EN}",
    f"Luna coats it in sugar. {SAID_EN}",
    f"Luna mirrors him. {SAID_EN}",
    f"Luna toys with him. {SAID_EN}",
    f"Luna towels off. {SAID_EN}",
    f"For Luna school pick-up: {SAID_EN}",
    f"Luna coat money. {SAID_EN}",
    f"Luna bed time. {SAID_EN}",
    f"I saw Luna park her car. {SAID_EN}",
    f"She said that Luna dress is hers. {SAID_EN}",
    f"At 19:30 Luna table. {SAID_EN}",
)
OF_A_THING = (
    "孟令坤您好，您购买的星儿面膜已发货，电话 13672150948，请注意查收。",
    "孟令坤您好，您预订的星儿酒店 2 晚已确认，电话 13672150948。",
    "孟令坤您好，您预约的星儿医院（和平院区）体检，11 月 3 日 9:00，手机 13672150948。",
    "师傅，星儿小区 3-2-501 孟令坤 13672150948，热水器不打火，麻烦今天过去维修。",
    "柴玉珍女士，您在阳光小北药店下单的药已备好，取药码 5521，手机 18640237715。",
    "柴玉珍您好，您已预约阳光小北医院周三 9:00 门诊，就诊卡绑定手机 18640237715。",
    "Tobias Wren, +44 7700 900815: one Coco rug, two Coco cushions, dispatched today. Tracking AB123456789GB.",
    "外卖送到星儿大厦A座，孟令坤 13672150948。",
    "麻烦把孟令坤 13672150948 的包裹改送星儿幼儿园门卫。",
    "请到星儿驿站取件，收件人孟令坤 13672150948。",
    "送餐：中山路 18 号星儿餐厅，孟令坤 13672150948，外卖两份。",
    "客户 孟令坤 13672150948，星儿电暖器 1 台破损，请补发。",
    "顾客孟令坤购买的星儿空调已发货，电话 13672150948，请预约上门安装。",
    "订单 8821，商品：星儿外套 M 码，收货人孟令坤 13672150948，已发货。",
    "Dear Harriet Coombes, your missing Luna coat has been dispatched, +44 7700 900462.",
    "Dear Harriet Coombes, two Luna mugs have been dispatched, +44 7700 900462.",
    "Order 88213\nLuna floor lamp x 2\nShip to Harriet Coombes, +44 7700 900462",
    "Order 88213\n\nLuna king mattress\n\nShip to Harriet Coombes, +44 7700 900462",
    "Dear Harriet Coombes, Luna Lamp has shipped. Phone 07700 900462.",
    "Deliver to Harriet Coombes, 12 Luna road, flat 4, 07700 900462, one parcel.",
    "Dear Harriet Coombes, reservation at luna restaurant is confirmed for 9 Nov, 07700 900462.",
)
ABOUT_A_REPORT = (
    "充值客户 13672150948 要求退款，已提交支付证据和发票，请尽快处理。",
    "该笔充值已退款，对方补交了消费证据，手机 13672150948。",
    f"客户把交易证据交上来了，{SAID}",
    f"客户提供购买证据，{SAID}",
    f"收到退款申请，客户提交支付证据，{SAID}",
    f"客户申请，提供付款证据，{SAID}",
    f"客户反应，提供付款证据，{SAID}",
    f"客户不缺付款证据，{SAID}",
    "祁慕白手上的交易记录和付款证据都齐了，退款订单电话 15904418827。",
    f"对方手里有付款证据，{SAID}",
    f"这是客户的消费记录、支付凭证等证据，{SAID}",
    f"对方交来了医院诊断证据，{SAID}",
    f"证据原件在我这里，{SAID}",
    f"他申请了证据保全，{SAID}",
    f"客户把证据公证了，{SAID}",
    f"请提供付款证据，说打赏没给他，{SAID}",
    "客户 13672150948 不满，已向法院起诉你公司拖欠货款，订单退款。",
    f"他已起诉你，说拖欠货款，{SAID}",
    f"贵司被起诉拖欠货款，{SAID}",
    f"我方已起诉你方拖欠货款，{SAID}",
    f"已委托律师起诉您方拖欠货款，{SAID}",
    f"客户就货款一事已起诉您，{SAID}",
    f"他起诉她拖欠货款，{SAID}",
    f"他起诉拖欠返现，{SAID}",
    f"工资已发。孟令坤起诉了，{SAID}",
    f"物业费不用管，客户已起诉，{SAID}",
    f"拖欠货款，起诉方是客户，{SAID}",
    f"银行那边知道了。起诉人是他，{SAID}",
    f"为保险他起诉了，{SAID}",
    f"他把这事诉讼到法院了，保险起见，{SAID}",
    f"客户要和你仲裁，装修款也算上，{SAID}",
    f"客户说要告到法院，房租先放放，{SAID}",
    f"他跟你打官司，工资的事，{SAID}",
    "客户 13672150948 投诉你少发奖品，订单退款。",
    "她投诉你没收到福袋，已退款，订单 13672150948。",
    f"客户投诉她少发，{SAID}",
    f"投诉贵店少件，{SAID}",
    f"有人投诉过你少发，{SAID}",
    f"投诉直播间漏发福袋，{SAID}",
    f"反映少发礼物返现，{SAID}",
    f"客户投诉奖品没收到，{SAID}",
    f"投诉人孟令坤没收到，{SAID}",
    f"快递。投诉你的是这位，{SAID}",
    f"快递投诉人孟令坤，{SAID}",
    f"商品质量投诉您的客户，{SAID}",
    f"交通费也要退，处罚谁就看了，{SAID}",
    f"超速返现违法，{SAID}",
    f"罚款退了，客户要求处罚，{SAID}",
    f"考试那天他要求处罚，{SAID}",
    f"如果发现被他举报，{SAID}",
    f"一键举报的就是那笔，{SAID}",
    f"用户点击举报了，{SAID}",
    f"粉丝福利群里有个人，{SAID}",
    "Harriet Coombes opened a payment dispute over what she sent, 07700 900462, refunded.",
    "Harriet Coombes gave us evidence of payment for the gifts, 07700 900462, refund order.",
    f"Your payment dispute with hattie_c88. {SAID_EN}",
    f"She filed a card dispute. {SAID_EN}",
    f"We have evidence of payment for the gifts. {SAID_EN}",
    f"She sent photographic evidence of the purchase. {SAID_EN}",
    f"She needs evidence of payment back. {SAID_EN}",
)
ABOUT_NONE = (
    "客户孟令坤 13672150948 的退款申请需提供支付证据，请提醒上传发票。",
    "请于 7 日内提交有效的收入证明和居住证据，贷款专员 13672150948 会联系您，合同见附件。",
    "孟令坤您好，请上传购买凭证、交易记录等证据，退款将退回 13672150948 绑定账户。",
    "祁慕白先生您好，车险理赔还缺交通事故责任认定书等证据材料，请上传。手机 15904418827。",
    "请客户补交付款凭证等证据，报销款打到 15904418827 绑定的账户。",
    "请您尽快补齐付款证据原件，订单退款到账后短信通知 13672150948。",
    "孟令坤您好，房东就您拖欠房租一事已向法院起诉，请预约时间，电话 13672150948。",
    "李律师：孟令坤（13672150948）起诉离婚一案材料已齐，预约周五面谈，请带合同。",
    "李律师：孟令坤（13672150948）起诉开发商逾期交房，请预约周五面谈，带购房合同。",
    "李律师：孟令坤 13672150948 交通事故赔偿一案已向法院起诉，请预约周五面谈，带保单。",
    "李律师：孟令坤 13672150948 劳动争议仲裁周三开庭，请准备工资条与社保记录。",
    "银行已起诉孟令坤（13672150948）信用卡欠款，请安排还款。",
    "我司已起诉孟令坤拖欠货款，请财务对账，电话 13672150948，订单见附件。",
    "孟令坤您好，供电公司起诉您拖欠电费一案已撤诉，电费缴纳请登录，手机 13672150948。",
    "孟令坤您好，您的车辆超速 20% 违法行为已处理，罚款 200 元已缴纳，手机 13672150948。",
    "考场作弊者将受到严肃处罚。孟令坤，准考证已发 13672150948，请登录下载。",
    "客户孟令坤 13672150948 投诉没收到包裹，请核实签收情况。",
    "用户孟令坤 13672150948 反映她没收到快递，请站点核实。",
    "客诉：礼品盒破损，孟令坤 13672150948，请补发一件。",
    "粉丝福利到账：kunkun_mm 您好，您的优惠券已发放，请在 7 日内使用。",
    "Dear Harriet Coombes, please upload documentary evidence of your address to verify your account. Code sent to "
    "07700 900462.",
    "Harriet Coombes, 07700 900462: refund cannot be made without evidence of purchase. Order 88213.",
    "Dear Harriet, keep this receipt as evidence of payment. Order 88213, phone 07700 900462.",
    "Harriet Coombes 07700 900462: insurer requires medical evidence of income loss for the claim, visit on Friday.",
)


@pytest.fixture(scope="module")
def tools(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    store = stored(tmp_path_factory.mktemp("store"), *REPORTS)
    yield tools_of(store)
    store.shut()


def written(subject: str, text: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "kefu07@platform.example", TO, subject
    message["Date"], message["Message-ID"] = "Fri, 18 Sep 2026 15:02:00 +0800", "<1@platform.example>"
    message.set_content(text)
    return message.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


@pytest.fixture(scope="module")
def with_luna(tmp_path_factory: pytest.TempPathFactory) -> Iterator[InspectionDeps]:
    """Where a party has no other name than a word before which a capital stands anyway."""
    store = stored(tmp_path_factory.mktemp("luna"), *REPORTS, CALLED_LUNA)
    yield tools_of(store)
    store.shut()


@pytest.mark.parametrize("text", [*OF_THE_PARTY, *ABOUT_A_REPORT])
def test_what_a_person_has_and_does_and_what_was_handed_in_is_no_formula(with_luna: InspectionDeps, text: str) -> None:
    content = written("退款", text)
    assert outcome(content, with_luna, TO) == "quarantine", examined(content, with_luna, TO).findings


@pytest.mark.parametrize("text", [*OF_A_THING, *ABOUT_NONE])
def test_what_is_bought_or_has_an_address_and_what_is_asked_for_is_no_tie(with_luna: InspectionDeps, text: str) -> None:
    found = examined(written("通知", text), with_luna, TO)
    assert (found.decision.action, found.decision.rule) == ("pass", "service-mail"), found.findings


@pytest.mark.parametrize("kind", INNOCENT)
def test_a_thing_s_name_and_an_everyday_matter_are_no_tie(tools: InspectionDeps, kind: str) -> None:
    found = examined(written(*INNOCENT[kind]), tools, TO)
    assert (found.decision.action, found.decision.rule) == ("pass", "service-mail"), found.findings


@pytest.mark.parametrize("kind", [*LEAKING, *HOSTILE])
def test_what_speaks_to_or_of_the_party_or_answers_a_report_is_held(tools: InspectionDeps, kind: str) -> None:
    content = written(*(LEAKING | HOSTILE)[kind])
    assert outcome(content, tools, TO) == "quarantine", examined(content, tools, TO).findings


@pytest.mark.parametrize(
    ("text", "name", "thing"),
    [
        ("星儿牌毛毯", "星儿", True),
        ("星儿牌婴儿背带", "星儿", True),
        ("星儿牌你最大", "星儿", False),
        ("星儿，毛毯", "星儿", False),
        ("星儿的毛毯", "星儿", False),
        ("星儿路 18 号", "星儿", True),
        ("星儿路过", "星儿", False),
        ("星儿社区 5 号楼", "星儿", True),
        ("星儿社区的粉丝", "星儿", False),
        ("星儿小区", "星儿", False),
        ("星儿小区 3-2-501", "星儿", True),
        ("星儿外套", "星儿", False),
        ("您退回的星儿外套", "星儿", True),
        ("星儿外套 2 件", "星儿", False),
        ("星儿空调 2 台", "星儿", True),
        ("星儿餐厅", "星儿", False),
        ("中山路 18 号星儿餐厅", "星儿", True),
        ("Luna lights up", "Luna", False),
        ("the Luna mattress", "Luna", True),
        ("for Luna lamp money", "Luna", False),
        ("at Luna Hotel today", "Luna", True),
        ("at luna hotel today", "luna", False),
        ("a stay at luna hotel", "luna", True),
        ("Luna Hotel Pick-Up", "Luna", False),
        ("转告星儿台灯", "星儿", False),
        ("your Luna lamp", "Luna", True),
        ("Luna floor lamp", "Luna", True),
        ("Luna, lamp", "Luna", False),
        ("Luna's lamp", "Luna", False),
        ("Luna stream", "Luna", False),
        ("ask Luna table", "Luna", False),
        ("Luna lamplight", "Luna", False),
        ("Luna " + "floor " * 3 + "lamp", "Luna", False),
    ],
)
def test_a_name_is_a_thing_s_with_its_word_right_behind_it(text: str, name: str, thing: bool) -> None:
    start = text.index(name)
    assert is_of_a_thing(text, start, start + len(name)) is thing


LONG = (
    *("物业", "拖欠房租", "房租合同", "起诉", "罚款逾期", "交通有", "考试将", "请尽快", "请提供", "付款相关", "投诉"),
    *("反映", "我司已", "工伤认定", "您购买", "如果发现", "please need evidence "),
)


@pytest.mark.parametrize("word", LONG)
def test_formulas_take_a_time_by_the_length_of_the_text(word: str) -> None:
    def seconds(times: int) -> float:
        text = word * times
        before = time.process_time()
        Said.of(text)
        is_of_a_thing(text, times, times + 2)
        return time.process_time() - before

    seconds(100)
    assert seconds(40_000) < 14 * max(seconds(10_000), 0.05)


def test_the_words_of_the_rules_decide_with_ours(tools: InspectionDeps) -> None:
    def under(words: Words, subject: str, text: str) -> str:
        return outcome(written(subject, text), replace(tools, policy=replace(tools.policy, words=words)), TO)

    framed = ("装裱", "孟令坤的照片装裱好了 13672150948")
    assert under(Words(), *framed) == "quarantine"
    assert under(Words(service=("装裱",)), *framed) == "pass"
    rules = ("退款", "退款已到账 13672150948，附上行为规范。")
    assert under(Words(), *rules) == "pass"
    assert under(Words(complaint=("行为规范",)), *rules) == "quarantine"
    refund = ("退款", "您的退款已到账，手机 13672150948。附：投诉处理办法")
    assert under(Words(), *refund) == "quarantine"
    assert under(Words(not_complaint=("投诉处理办法",)), *refund) == "pass"
    scent = ("发货", "孟令坤您好，您购买的星儿香薰已由圆通发出，电话 13672150948，请注意查收。")
    assert under(Words(), *scent) == "quarantine"
    assert under(Words(things=("香薰",)), *scent) == "pass"
