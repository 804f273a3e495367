"""Words of a streamer's own doings: shows, gifts, parcels, guests, prizes, friends. A pattern, no logic."""

import re

OWN_BUSINESS = re.compile(
    r"直播间|昨晚|昨夜|今晚|前晚|那晚|凌晨|刚才|刚刚|\d{1,2}[点點时時][\d半一二三钟]|\d{1,2}[:：]\d\d|打赏|礼物|充值|粉丝团|老粉|铁粉"
    r"|大哥|弹幕|评论|留言|私信|点赞|关注了|进了?场|入场|寄|快递|收货|收件|包裹|订单|订购|下单|奖品|邀请|嘉宾|报名|出席|参加|名单"
    r"|签约|合作|面试|入职|离职|新员工|应聘|简历|拍摄|采访|会来|来访|拜访|团建|培训|[您你]的(?:公司|团队|工作室|门店|店铺)|见面|生日|婚礼|表扬|祝福|感谢信|锦旗|代言|嘉奖|群主|群里|好友"
    r"|last night|tonight|yesterday|this evening|\b(?:order|parcel|package|deliver|ship(?:ped|ping)?|gift|prize|invit"
    r"|guest|raffle|birthday|wedding|fan club|chat|comment|subscrib|follow)",
    re.IGNORECASE,
)
"""The reader's own doings, in which a name is missing where nothing says that a report is what is spoken of."""
