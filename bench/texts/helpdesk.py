"""What a help desk of a live-streaming platform and its correspondents write. Slots stand in braces.

Written for `realworld.py` alone: no sentence, name or nickname here stands in the product or in its tests.
"""

SURNAMES = (
    "赵 钱 孙 周 吴 郑 冯 卫 蒋 沈 韩 秦 尤 许 吕 施 孔 曹 严 华 魏 陶 姜 戚 邹 喻 柏 窦 章 潘 葛 奚 范 彭 鲁 韦 苗 方 俞 任 袁 柳 "
    "鲍 史 唐 费 岑 薛 雷 贺 倪 汤 滕 殷 罗 毕 郝 邬 常 傅 卞 齐 康 伍 余 顾 孟 黄 穆 萧 尹 姚 邵 汪 祁 毛 狄 臧 戴 宋 庞 熊 纪 舒 "
    "屈 项 董 梁 杜 阮 闵 席 季 麻 贾 路 江 童 颜 郭 梅 林 钟 徐 邱 骆 高 夏 蔡 田 樊 胡 凌 霍 虞 万 柯 管 卢 莫 房 解 应 宗 丁 邓 "
    "欧阳 司徒 上官 诸葛 尉迟 皇甫"
).split()
GIVEN = (
    "伟 敏 丽 强 磊 洋 艳 勇 军 杰 娟 涛 超 秀兰 霞 平 刚 桂英 子轩 梓涵 雨桐 浩然 诗琪 宇航 欣怡 俊杰 思远 嘉怡 一诺 可馨 佳琪 "
    "建国 志强 淑珍 玉兰 凤英 海燕 晓东 春梅 文博 天宇 雅婷 雪莹 若曦 景行 望舒 静姝 怀瑾 知远 亦凡 沐阳 南乔 清和 慕白 云舒 听澜 "
    "亚楠 小红 国栋 立新 卫东 爱华 守义 有福 大海 永康 振宇 丽娜 倩倩 莎莎 婷婷 楠楠 贝贝 乐乐 家豪 俊贤 美玲 淑芬 志明 怡君 雅筑"
).split()
LATIN_NAMES = (
    "Olivia Bennett|Marcus Thorne|Priya Raman|Tomasz Wilk|Hannah Doyle|Kenji Morita|Lucía Ferrer|Noah Abrams|Ingrid Solberg|"
    "Farid Haddad|Chloe Whitaker|Viktor Novak"
).split("|")
NICK_HEADS = "夜雨 半糖 南风 橘子 晚安 星河 月亮 海盐 薄荷 柠檬 抹茶 云朵 鲸鱼 白鹿 麦田 北极 深海 旧巷 纸鸢 青柠 阿茶 糯米 小满 长夏".split()
NICK_TAILS = "不加冰 听雪 打烊了 味汽水 赶路人 爱吃瓜 没睡醒 在路上 同学 大魔王 收集者 研究所 一号 先生 pro Zz_ 007 酱 丶 の夏".split()
LATIN_NICKS = "mooncake_ Lemontree frostbyte NightOwl kiwi_jam dustbunny PixelFox teaspoon sundial Quokka".split()
STREAM_HEADS = (
    "糖糖 夏沫 奶盖 小鹿 阿澈 九月 南栀 浅浅 若若 大宝 老K 飞哥 花卷 念念 苏苏 乔木 二黑 云溪 桃子 阿诚".split()
)
STREAM_TAILS = "不打烊 爱唱歌 电台 游戏解说 户外 的日常 吃播 Music 手作 跳舞 说车 开黑".split()
CITIES = "苏州 长沙 绵阳 泉州 洛阳 大连 南宁 昆明 兰州 温州 烟台 襄阳 芜湖 赣州 遵义 汕头 保定 呼和浩特".split()
GIFTS = "小心心 火箭 嘉年华 跑车 玫瑰 告白气球 城堡 棒棒糖 热气球 墨镜".split()
STAFF = "客服七号 客服小郑 内容安全 结算中心 商务对接 运营支持 主播服务 法务合规".split()

# Letters of those who complain. Slots: day hour minute gift sum city game count thing
COMPLAINTS = (
    "{day}晚上{hour}点{minute}分左右，主播在直播间公开念出了我的住处，之后有三个陌生号码给我打过电话。",
    "我先后送过{count}个{gift}，合计{sum}元，对方答应的{thing}到现在一样都没有兑现，问就说我不够支持。",
    "当时屏幕上同时挂着两个抽奖框，字写的是百分百中奖，可我连着参加了{count}次，一次都没抽到。",
    "他让观众加一个私人群，进群要先转{sum}元押金，群主的头像和主播小号是同一个。",
    "我家孩子才读初二，偷偷用我的手机充了{sum}元，后台记录里{count}笔都是在凌晨付的。",
    "连着{count}天，直播到{hour}点以后画面里都会出现擦边的动作，房管把劝阻的人全部禁言。",
    "主播卖的{thing}写着产自{city}，我收到的却没有任何厂名厂址，扫码也查不到备案。",
    "我在公屏上说了一句不同意见，她就号召粉丝去翻我以前的动态，逼得我把账号都注销了。",
    "对方在{game}里开挂直播，{day}那一局第{count}分钟的录屏可以看得清清楚楚。",
    "他冒用我拍的照片做封面，我在{city}拍摄的原片还在，时间和参数都能核对。",
    "客服电话我打了{count}遍，每次都说已登记，过了{hour}天还是没有回音，所以只好写这封信。",
    "她一边说自己是单亲妈妈需要筹款，一边在另一个平台晒{thing}，收款码前后换了{count}次。",
    "直播中他多次辱骂{city}来的打工的人，用词很难听，弹幕里还有小孩子跟着学。",
    "合同里写的是每月结算，可经纪人扣了我{sum}元说是培训费，我当时只签过一张白纸。",
    "我用录音笔录下了{minute}分钟的通话，里面她亲口承认礼物可以线下返现三成。",
    "{day}那场比赛他提前知道结果，让我们跟着押{game}，最后我输掉了{sum}元。",
)
THINGS = "手办 蜂蜜 面膜 球鞋 茶饼 手机壳 演唱会门票 代练服务 连麦机会 签名照".split()
GAMES = "塔防模式 排位赛 五人开黑 竞速房 斗地主残局 自走棋".split()
LETTER_HEADS = ("平台负责人：", "您好，投诉部门：", "致内容审核组：", "尊敬的领导：", "审核老师好：", "相关同志：")
LETTER_ENDS = (
    "以上属实，请尽快查清。",
    "盼复，请不要把我的情况告诉对方。",
    "随信附上截图，望核实。",
    "如有需要可以联系我补充。",
    "希望别再有人上当。",
)

# Mail to whoever was reported, and to others, that tells nothing of anybody. One tuple of paragraphs each.
NOTICES = (
    (
        "您好，{name}：",
        "经核查，您的直播间（房间号 {room}）在{day}的直播中存在违反《直播内容管理规范》第{n}条的情形，现予以警告一次。",
        "如有异议，请在五个工作日内回复本邮件并附上说明。",
    ),
    (
        "{name}您好，",
        "平台近期收到关于您直播间的反馈，请您就{day}晚间直播中的抽奖活动作一个书面说明，包括规则、奖品清单和发放记录。",
        "收到后我们会尽快复核。",
    ),
    (
        "亲爱的主播：",
        "您提交的申诉材料我们已经收到，编号 SS{room}{n}。复核一般需要三到五个工作日，期间直播功能不受影响。",
    ),
    ("您好：", "关于{day}封禁一事，经复审，原处理结论维持不变，封禁时间为{n}天，到期自动恢复。请您认真学习社区公约。"),
    (
        "{name}：",
        "请注意：未成年人相关内容是平台重点治理的方向。请在开播前检查封面、标题和背景音乐，并打开青少年模式提示。",
    ),
    (
        "Hi {name},",
        "我们注意到您的频道最近更换了直播分类，请在{day}前补充相关资质（营业执照或从业证明），逾期将自动改回原分类。",
    ),
)
SETTLEMENTS = (
    (
        "{name}您好，",
        "附件是您{month}月的结算单，应结金额 {sum} 元，平台服务费 {fee} 元，实付将在{day}前打到您绑定的银行卡。",
        "核对无误请回复“确认”，有问题请在两日内提出。",
    ),
    (
        "您好：",
        "{month}月份礼物流水已经核对完毕，合计 {sum} 元，比上月增加百分之{n}。发票请开“技术服务费”，税率 6%。",
        "开票资料见附件。",
    ),
    ("{name}老师：", "新一期的合作协议已经拟好，请查阅附件，签字盖章后寄回商务部。如需修改请用修订模式标出。"),
    ("您好，", "提现失败的原因是开户行信息与银行系统不一致，请登录后台重新填写支行名称，预计{n}个工作日内补发。"),
)
SERVICE = (
    (
        "亲爱的用户：",
        "您申请的退款 {sum} 元已原路退回，预计一到三个工作日到账，退款单号 TK{room}{n}。",
        "如未收到请联系在线客服。",
    ),
    ("您好！", "您反馈的充值未到账问题已经处理，{sum} 钻石已补发至您的账户，给您带来不便深表歉意。"),
    ("尊敬的用户，您好：", "您参与的{month}月观影活动奖品已经寄出，快递单号 SF{room}{n}，请注意查收。"),
    ("您好，", "您的实名认证未通过，原因是证件照片反光，请重新上传清晰的照片。整个过程约需{n}分钟。"),
    ("用户您好：", "您咨询的会员自动续费已关闭，本期会员有效期到{day}，之后不会再扣费。"),
)
NEWS = (
    (
        "本周更新：直播伴侣 5.{n} 版本上线，支持绿幕抠像与双机位切换。",
        "新规解读：{month}月起，虚拟形象直播须在标题前标注。",
        "创作训练营第{n}期开放报名，名额有限。",
    ),
    (
        "平台公告：{day}凌晨二点至五点进行系统维护，期间充值与提现暂停。",
        "排行榜规则调整：贡献榜改为按周统计，超过一千位观众的直播间可申请保护。",
    ),
)
OWN_WORDS = (
    "你好，我想问一下上次提现为什么还没到账？订单里显示处理中。",
    "我已经按要求换了封面，麻烦尽快帮我解封，粉丝都在等。",
    "收到，抽奖规则我重新写了一份，见附件，你们看看这样行不行。",
    "那天是设备坏了才黑屏的，不是故意挂机，我可以提供维修单。",
    "合同第七条的违约金太高了，能不能商量一下？",
    "好的，明白了，下次会注意，谢谢提醒。",
)
ENGLISH = (
    (
        "Dear {name},",
        "Thank you for getting back to us. Your withdrawal request of {sum} USD was approved on {day} and should reach your account within {n} business days.",
        "Please find the statement attached.",
    ),
    (
        "Hello {name},",
        "Our content team has finished its review of your stream. One clip was removed because the music was not licensed; no strike has been applied to your channel.",
        "You may appeal within 14 days by replying to this message.",
    ),
    (
        "Hi {name},",
        "We're updating the partner agreement. The main changes are in sections 4 and 9 (payment schedule and exclusivity). Could you send us a signed copy by {day}?",
    ),
    (
        "Dear customer,",
        "Your refund of {sum} USD has been processed. It can take up to {n} days to show on your card. We apologise for the inconvenience.",
    ),
)
TRADITIONAL = (
    (
        "您好：",
        "感謝您的來信。關於{day}直播間斷線的問題，工程師已經修復，並補發 {sum} 點數作為補償。",
        "如仍有疑問，歡迎直接回覆本信。",
    ),
    ("親愛的直播主：", "您的頻道已通過夥伴資格審核，合約請見附件，請於{day}前用印寄回。"),
)
JAPANESE = (
    "お世話になっております。",
    "{day}の配信に関する審査が完了しました。精算書を添付いたしますので、ご確認をお願いいたします。",
    "よろしくお願いいたします。",
)
KOREAN = ("안녕하세요.", "{day} 방송 정산 내역을 첨부해 드립니다. 확인 후 회신 부탁드립니다.", "감사합니다.")

RULES = (
    "第一条 主播应当使用实名认证的账号开播，不得转借、出租账号。",
    "第二条 封面和标题应与直播内容一致，不得使用引人误解的表述。",
    "第三条 抽奖须公示规则、奖品和中奖名单，并在七日内发放奖品。",
    "第四条 不得诱导未成年人充值或者打赏，不得向其索要联系方式。",
    "第五条 直播带货应展示经营资质，不得夸大功效、虚构产地。",
    "第六条 不得辱骂、歧视他人，不得号召观众攻击其他用户。",
    "第七条 违反本规范的，视情节给予警告、限流、封禁直至解约。",
    "第八条 主播对处理结果有异议的，可在五个工作日内提出申诉。",
)
CONTRACT = (
    "甲方：云雀互动科技有限公司",
    "乙方：{name}",
    "一、合作内容：乙方在甲方平台进行直播表演，每月有效直播时长不少于六十小时。",
    "二、收益分配：礼物收入扣除渠道费用后，甲乙双方按四六比例分配，于次月十五日前结算。",
    "三、独家条款：合作期内，乙方不得在其他平台进行同类直播，经甲方书面同意的除外。",
    "四、违约责任：任何一方违约，应向守约方支付违约金人民币{sum}元，并赔偿实际损失。",
    "五、保密：双方对合作中知悉的商业信息负有保密义务，期限为合同终止后两年。",
    "六、争议解决：协商不成的，提交甲方所在地人民法院诉讼解决。",
    "七、本合同一式两份，双方各执一份，自签字盖章之日起生效，有效期一年。",
)

# What gives somebody away: the secret is put into {x}.
LEAKS = {
    "name": ("反映这件事的是{x}，请您和对方沟通一下。", "投诉人{x}已经提供了录屏。", "来信人：{x}", "经与{x}女士核实，情况属实。", "这是{x}写来的，您看看。"),
    "nickname": ("是观众“{x}”反映的，您应该有印象。", "举报来自用户 {x} ，请知悉。", "@{x} 提供了截图。", "昵称：{x}"),
    "phone": ("对方电话{x}，您可以自己联系解释。", "联系方式：{x}", "投诉人手机 {x}", "Tel: {x}"),
    "account": ("对方微信号是{x}，加一下好友说清楚吧。", "举报账号：{x}", "ID {x} 的观众提出的。"),
    "address": ("原信来自 {x} ，可直接回复。", "投诉人邮箱：{x}", "请抄送 {x}"),
}  # fmt: skip
