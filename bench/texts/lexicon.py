"""Words that the slots of Chinese templates are filled with. Shops, people, goods and places are put together."""

import random

from texts.grammar import Slots, lines, words

_SURNAME = words(
    "赵 钱 孙 李 周 吴 郑 王 冯 陈 褚 卫 蒋 沈 韩 杨 朱 秦 尤 许 何 吕 施 张 孔 曹 严 华 金 魏 陶 姜 戚 谢 邹 喻 柏 窦 章 苏 潘 葛 范 彭 郎 鲁 韦 昌 马 苗 方 俞 任 袁 柳 唐 罗 薛 雷 贺 倪 汤 滕 殷 毕 郝 邬 安 常 乐 于 时 傅 皮 卞 齐 康 伍 余 顾 孟 黄 穆 萧 尹"
)
_GIVEN = tuple(
    "安白冰波彩灿畅超辰成诚川春丹东帆芳菲峰枫刚歌国海涵航昊浩禾和恒红宏华晖慧佳嘉健江杰婕捷晶静娟军俊凯可岚乐蕾磊丽莉琳玲龙璐露曼茂玫梅萌苗敏明铭楠宁鹏平萍琪琦倩青晴清秋然荣蓉茹瑞若森珊尚诗舒爽思松涛婷彤桐薇巍伟炜文雯曦霞贤翔晓欣馨鑫星秀旭轩萱雪雅妍艳阳洋瑶怡宜艺逸毅银莹颖勇宇雨语玉钰元媛远悦云芸泽展哲真芝志智中卓子梓"
)
_SHOP_HEAD = words(
    "静水 小满 半山 夜航 东篱 蓝鲸 晴耕 七号 木子 云上 橘井 青瓷 石榴 白露 南栀 拾光 沐野 北纬 阿茶 老榕 松间 鹿鸣 麦浪 海角 盐田 灯塔 旧梦 霜降 梧桐 竹里 山雀 渔火 花笙 红砖 蜂巢 月牙 野渡 春申 稻香 杏林 石板 风铃 古渡 冬至 青禾 栗子 莲塘 雪松 黑猫 桃源 泥炉 星河 珊瑚 雨巷 长亭 柚子 槐花 瓦檐 砂砾 候鸟"
)
_SHOP_TAIL = words(
    "优选 茶铺 数码 仓库 家居 牧场 好物 食光 严选 百货 衣橱 书房 小馆 工坊 直供 甄选 旗舰 农场 美妆 珠宝 户外 母婴 文玩 生鲜 鞋靴 小铺 名品 杂货 花艺 乐器"
)
_NICK_HEAD = words(
    "爱吃 不想 追着 半夜 偷偷 正在 想去 忘了 刚学会 专门 一直 从不 认真 假装 拼命 路过 等着 怀念 收集 抱着 数着 背着 捡到 梦见 惹了 丢了 听说 画了"
)
_NICK_TAIL = words(
    "芒果的鲸 上班 晚霞跑 唱歌的猫 存钱 看海 带伞 做饭的阿强 卖伞的人 写信 养鹅 骑车的熊 钓鱼 拆快递 修钟表 睡觉的树 月饼 流星 纸船 秋千 磁带 旧车票 企鹅 雨声 红薯 银河 邻居 土豆 闹钟 灯笼"
)
_LOOK = words(
    "新款 加厚 手工 纯棉 真丝 复古 便携 迷你 儿童 男士 女士 老年 防水 折叠 原装 进口 国产 限量 联名 无糖 有机 野生 低脂 即食 冷冻 定制 双层 大号 轻便 高清 智能 静音 宽松 修身 磨砂 镀银 实木 不锈钢 陶瓷 玻璃"
)
_THING = words(
    "耳机 画册 绿茶 外套 手串 手机 大米 围巾 平板 键盘 鼠标 台灯 书包 皮鞋 运动鞋 毛衣 羽绒服 牛仔裤 保温杯 电饭煲 空气炸锅 吹风机 剃须刀 面膜 口红 精华液 洗发水 奶粉 纸尿裤 积木 遥控车 滑板 帐篷 鱼竿 自行车 头盔 手表 项链 戒指 耳环 玉佩 花瓶 字画 砚台 紫砂壶 茶杯 核桃 红枣 枸杞 蜂蜜 燕窝 海参 牛排 大闸蟹 车厘子 榴莲 芒果 腊肠 月饼 酸奶 猫粮 狗粮 鱼缸 盆栽 被子 枕头 窗帘 地毯 沙发 书桌 椅子 衣柜 床垫 吉他 口琴 二胡 钢笔 笔记本 台历 雨伞 行李箱 墨镜 帽子 手套 袜子 内衣 睡衣 泳衣 瑜伽垫 哑铃 跑步机 按摩仪 血压计 假发 香水 蜡烛 拼图 手办 卡牌 望远镜 相机 镜头 音箱 投影仪 路由器 充电宝 数据线 行车记录仪"
)
_CITY = words(
    "杭州 宁波 绍兴 台州 苏州 无锡 常州 南通 合肥 芜湖 福州 泉州 厦门 南昌 九江 赣州 济南 青岛 烟台 临沂 郑州 洛阳 武汉 襄阳 宜昌 长沙 株洲 衡阳 广州 佛山 东莞 汕头 湛江 南宁 柳州 桂林 海口 成都 绵阳 泸州 贵阳 遵义 昆明 大理 西安 咸阳 兰州 西宁 银川 沈阳 大连 鞍山 长春 吉林 哈尔滨 大庆 太原 大同 石家庄 保定 唐山 天津 呼和浩特 包头"
)
_ROAD = words(
    "人民路 解放街 新华道 中山路 建设巷 滨河路 学府街 长青路 和平里 湖滨路 工农街 向阳路 文昌巷 迎宾大道 体育场路 东风街 胜利路 光明巷 望江路 桥头街"
)
_SITE = words(
    "小区 菜市场 车站 厂房 学校 医院 商场 宿舍 写字楼 工地 网吧 驿站 公园 派出所 社区服务站 仓库 奶茶店 超市 培训点 修理铺"
)
_HALF_DAY = words("早上 上午 中午 下午 傍晚 晚上 夜里 凌晨 午饭后 下班后 放学后 睡觉前")
_DIGIT = "零一二三四五六七八九"
_DIGITS = words("一 两 三 四 五 六 七 八 九 十 十一 十二 十五 十八 二十 二十四 三十 四十来 五十多 上百")
_GAME = words("剑影 山海 星轨 长夜 幻塔 龙骑 飞车 狼烟 仙途 机甲 球王 厨神 海岛 末日 王座 斗技 迷城 三国 炼金 猎鹰")
_GAME_TAIL = words("传说 物语 大作战 纪元 争霸 对决 世界 日记 联盟 远征")
_GIFT = words(
    "火箭 玫瑰 跑车 城堡 烟花 皇冠 游艇 星球 棒棒糖 热气球 摩天轮 独角兽 飞船 嘉年华 告白气球 金话筒 小心心 墨镜熊 流星雨 彩虹桥"
)


def person(dice: random.Random) -> str:
    return dice.choice(_SURNAME) + "".join(dice.choice(_GIVEN) for _ in range(dice.choice((1, 2, 2, 2))))


def shop(dice: random.Random) -> str:
    if dice.random() < 0.35:
        return dice.choice(_NICK_HEAD) + dice.choice(_NICK_TAIL)
    return dice.choice(_SHOP_HEAD) + dice.choice(("", "", "的", "阿", "小")) + dice.choice(_SHOP_TAIL)


def goods(dice: random.Random) -> str:
    look = dice.choice(_LOOK) if dice.random() < 0.7 else dice.choice(_LOOK) + dice.choice(_LOOK)
    return (look if dice.random() < 0.8 else "") + dice.choice(_THING)


def money(dice: random.Random) -> str:
    amount = dice.choice((dice.randrange(20, 999), dice.randrange(1000, 9999), dice.randrange(100, 600) * 100))
    kind = dice.randrange(4)
    if kind == 0:
        return f"{amount}元"
    if kind == 1:
        return f"{amount}.{dice.randrange(10)}{dice.randrange(10)}元"
    if kind == 2:
        return f"人民币{amount}元"
    return f"{_DIGIT[dice.randrange(1, 10)]}{dice.choice(('百', '千', '万'))}{dice.choice(('多', '来', _DIGIT[dice.randrange(1, 10)], ''))}{dice.choice(('块', '块钱', '元'))}"


def day(dice: random.Random) -> str:
    month, number = dice.randrange(1, 13), dice.randrange(1, 29)
    return dice.choice(
        (
            f"{month}月{number}日",
            f"{month}月{number}号",
            f"今年{month}月{number}日",
            f"2026年{month}月{number}日",
            f"{month}.{number}",
            f"上个月{number}号",
            f"{month}月{dice.choice(('初', '中旬', '下旬', '底'))}",
            f"{dice.choice(('上', '上上', '这', '前几'))}周{dice.choice('一二三四五六日')}",
            dice.choice(words("前天 大前天 昨天 国庆前 中秋那天 元旦 开学前 放假第二天 过年那几天 端午前后 立秋 清明")),
        )
    )


def moment(dice: random.Random) -> str:
    hour = dice.randrange(1, 12)
    exact = dice.choice(
        ("", "", f"{hour}点", f"{hour}点半", f"{hour}点{dice.randrange(10, 59)}分", f"{hour}点左右", f"快{hour}点")
    )
    return day(dice) + dice.choice(_HALF_DAY) + exact


def place(dice: random.Random) -> str:
    kind = dice.randrange(4)
    if kind == 0:
        return dice.choice(_CITY)
    if kind == 1:
        return dice.choice(_CITY) + dice.choice(_ROAD)
    if kind == 2:
        return dice.choice(_ROAD) + f"{dice.randrange(2, 300)}号"
    return dice.choice(_CITY) + dice.choice(("", "一个", "某", "郊区的", "老城区的", "附近的")) + dice.choice(_SITE)


def game(dice: random.Random) -> str:
    return f"《{dice.choice(_GAME)}{dice.choice(_GAME_TAIL)}》"


def gifts(dice: random.Random) -> str:
    return dice.choice(_DIGITS) + dice.choice("个颗枚发艘辆") + dice.choice(_GIFT)


def count(dice: random.Random) -> str:
    return dice.choice(_DIGITS) if dice.random() < 0.5 else str(dice.randrange(2, 80))


def span(dice: random.Random) -> str:
    return dice.choice(_DIGITS) + dice.choice(("天", "个星期", "个月", "个小时", "分钟", "年", "个晚上"))


WORDS: Slots = {
    "我": words("我 我 我 我 我 本人 我自己"),
    "姓名": person,
    "店": shop,
    "物": goods,
    "钱": money,
    "日": day,
    "时": moment,
    "地": place,
    "游": game,
    "礼": gifts,
    "数": count,
    "久": span,
    "亲": words(
        "我妈 我爸 我爱人 我姐 我弟 表妹 我舅舅 我奶奶 外公 室友 同事 邻居 我女儿 我儿子 老公 我哥 侄子 闺蜜 老同学 大伯 婆婆 我岳父 战友 堂哥 小姨"
    ),
    "孩": words("儿子 女儿 孩子 外甥 侄女 我弟弟 孙子 我家老二 表弟 学生"),
    "职": words(
        "司机 护士 教师 电工 会计 厨师 保安 快递员 程序员 农民 退休工人 大学生 理发师 店员 焊工 收银员 装修工 全职妈妈 研究生 民警 图书管理员 司炉工 养蜂人 导游 摄影师 翻译 编辑 裁缝 中医 药剂师"
    ),
    "付": words(
        "扫码 微信转账 私下转账 发红包 代付链接 刷银行卡 支付宝 花呗 朋友代付 货到付款 信用卡分期 现金 银行汇款 充值卡 数字钱包 亲情卡"
    ),
    "证": words(
        "聊天记录 付款截图 录屏 快递面单 通话录音 订单页面 照片 监控视频 银行流水 开箱视频 检测报告 病历 发票 收据 合同扫描件 证人证言 朋友圈截图 短信 邮件 物流信息 直播回放 鉴定书 报警回执 手写欠条 群公告"
    ),
    "情": words(
        "气愤 委屈 害怕 难过 无奈 失望 心寒 后悔 焦虑 崩溃 寒心 纳闷 绝望 着急 羞愧 憋屈 恶心 心疼 不甘心 不可思议 烦躁 忐忑"
    ),
    "样": words(
        "破了一个洞 颜色发黄 味道刺鼻 缺了配件 开不了机 有别人的头发 标签被撕掉 尺寸小一圈 生了锈 一碰就掉漆 用过的痕迹很明显 日期涂改过 漏水 掉色严重 发霉 裂了缝 接口松动 字迹模糊 一股机油味 线头乱飞 称重少了半斤 长了虫子 压得变形 充不进电 屏幕有亮点"
    ),
    "人设": words(
        "老中医 厂长 海归博士 退伍军人 单亲妈妈 农民的儿子 品牌创始人 考古专家 非遗传承人 前职业选手 基金经理 营养师 空姐 牧民 星探 律师 心理咨询师 美院教授"
    ),
    "病": words(
        "失眠 高血压 糖尿病 腰椎间盘突出 湿疹 脱发 胃病 关节炎 近视 鼻炎 痛风 便秘 甲状腺结节 偏头痛 肩周炎 白癜风"
    ),
    "课": words(
        "短视频剪辑 手机摄影 理财入门 声乐 书法 少儿编程 考研英语 心理咨询 配音 会计证 公务员面试 瑜伽 古筝 插画 驾照科目一 雅思口语 炒股 烘焙 塔罗牌 速算"
    ),
    "损": words(
        "睡不着觉 吃不下饭 请了假 跟家里吵架 住了院 花光积蓄 借了网贷 不敢出门 掉头发 耽误工作 影响考试 老人犯病 孩子不愿上学 被同事笑话 报了警 丢了工作 停了课 一直做噩梦"
    ),
    "嘴": words(
        "没事的 你放心 别啰嗦 爱买不买 随便你 你去告 这是规矩 我说了算 系统的问题 过两天就好 你自己没看清 厂家不管 仓库在盘点 财务下班了 再等等 谁让你信的 不差你一个 有本事来找我"
    ),
    "句": lines(
        """
[七|十|三]天[之内|内]不[满意|合适][全额退|包退]
今天[真的|确实]是最后[一批|{数}单]了
[厂家|源头工厂][已经|早就]停产了,[再|往后]没有
先[付|交]{钱}定金才[能|给]锁单
我[个人|拿人格]给[大家|各位]担保,[假一赔十|出事找我]
这是[内部|员工]价,[别|不要][外传|截图]
[系统|后台]出了[问题|故障],[过几天|{久}后]补发
[仓库|发货那边]在[盘点|搬家],[请|麻烦]耐心等
[姐妹们|兄弟们|家人们]把[{礼}|榜一]刷起来
[谁|哪位]再[提|说]退款我就[拉黑|踢出去]谁
[你|您]这[单|个]我们[早就|已经]签收了,[不归|归不到]我们管
想[见面|加好友]就[先|得]送{礼}
[我|我们家]这{物}[拿|送]去[检测|鉴定]过的
[加|换成]我{数}号[微信|小号],{付}[便宜|能少]{钱}
[吃|用]{久}[保证|肯定]{病}[断根|见效]
[输|不刷]的话今晚[就|我就][停播|退网]
[名额|位置]只剩{数}个,[犹豫|再想]就没了
[你|您][孩子|家里人]自己[点|充]的,[跟|和]我们[没关系|无关]
{嘴},{嘴}
[想要|要]{物}的[扣|打]{数}
别[找|问]客服了,[客服|他们]也[听|归]我的
[等|到]{日}[一起|再]给你[返|结]{钱}
我在{地}有[仓|店],[跑|搬]不了
你[不就|不过]花了{钱}吗,[至于吗|闹什么]
这[款|批]{物}[我|我妈]自己也[用|吃]
[一|这]把[带|保]你[上|到]{游}[王者|前百]
[老师|导师]说{日}[必|一定][涨|翻倍]
[截图|证据]给我删了,[不然|否则]我去{地}[堵|找]你
"""
    ),
    "话": lines(
        """
“{句}”
“{句}”
「{句}」
“{嘴}”
“{嘴},{句}”
"""
    ),
}
