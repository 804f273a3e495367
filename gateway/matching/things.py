"""Whether a name stands in that of a thing: 星儿牌毛毯, 阳光小北小区, `your Luna lamp` name no person.

A brand or a place has the name with a word for what it is right behind it, and nothing between. 星儿，毛毯 and `tell
Luna lamp orders …` speak to or of a person, and so may any other place of the same mail: each is looked at by itself.
Not among the words are what a streamer has (店, 周边, 同款, 粉丝, `stream`, `show`, `case`).

In: a text and the span of a name in it. Out: a truth value. Pure.
"""

import re

_BEHIND, _BEFORE = 48, 12
_GOODS_ZH = (
    "毛毯|棉被|被子|被套|床垫|床单|枕头|毛巾|沙发|台灯|吊灯|落地灯|窗帘|地毯|餐桌|书桌|椅子|衣柜|橱柜|背带|奶粉|纸尿裤|玩具"
    "|取暖器|电?暖器|暖风机|电暖气|热水器|油烟机|空调|冰箱|洗衣机|电饭煲|空气炸锅|榨汁机|电风扇|加湿器|净化器|扫地机|吹风机"
    "|保温杯|水杯|茶具|茶叶|雨伞|背包|行李箱|童装|卫衣|外套|羽绒服|运动鞋|球鞋|拖鞋|袜子|洗衣液|洗发水|沐浴露|面膜|口红|牙膏"
    "|蛋糕|饼干|面包|牛奶|酸奶|大米|月饼|粽子|文具|笔记本|自行车|电动车|婴儿车"
)
_PLACES_ZH = (
    "小区|花园|家园|花苑|公馆|大厦|幼儿园|小学|中学|医院|诊所|药房|药店|酒店|宾馆|饭店|餐厅|餐馆|超市|商场|驿站|菜场|公园|影城"
    r"|(?:路|街|巷|弄|大道)(?=[ \t]{0,2}[0-9一二三四五六七八九十百]{1,5}[ \t]{0,2}[号弄巷])"
    r"|(?:村|镇|乡)(?=[ \t]{0,2}[0-9一二三四五六七八九十]{1,4}[ \t]{0,2}[号组队]|村?委会|政府)"
    r"|社区(?=[ \t]{0,2}[0-9一二三四五六七八九十]{1,4}[ \t]{0,2}[号栋幢弄座]|居委|卫生|医院)"
)
_THING_ZH = re.compile(
    rf"(?:牌|品牌的?)(?:{_GOODS_ZH}|[\u4e00-\u9fff]{{0,4}}?(?:{_GOODS_ZH}))|(?:{_GOODS_ZH}|{_PLACES_ZH})"
)
_MORE_EN = (
    "floor|table|desk|wall|bedside|ceiling|king|queen|double|single|large|small|medium|mini|wool|cotton|linen|leather"
    "|oak|pine|coir|corner|dining|coffee|garden|outdoor|memory|foam|led|smart|cordless|electric|ceramic|glass|steel"
    "|red|blue|green|black|white|grey|gray|pink|beige|baby|travel|gift"
)
_THING_EN = re.compile(
    rf"(?:[ \t]+(?:{_MORE_EN})){{0,2}}[ \t]+(?:"
    "lamps?|lights?|lanterns?|sofas?|couch(?:es)?|chairs?|armchairs?|tables?|desks?|beds?|bed ?frames?|mattress(?:es)?"
    "|pillows?|blankets?|throws|duvets?|quilts?|towels?|rugs?|doormats?|curtains?|cushions?|wardrobes?|bookcases?"
    "|shel(?:f|ves)|mirrors?|kettles?|toasters?|blenders?|mugs?|teapots?|bottles?|pans?|vacuums?|heaters?|dishwashers?"
    "|fridges?|dress(?:es)?|skirts?|jackets?|coats?|jumpers?|shoes|boots|trainers|sandals|socks|backpacks?|suitcases?"
    "|handbags?|earrings|necklaces?|bracelets?|prams?|pushchairs?|strollers?|cots?|toys?|bikes?|scooters?|palms?"
    "|plants?|shampoo|perfume|candles?|cakes?|biscuits|tea|hotel|inn|hostel|restaurant|caf[eé]|bistro|park|street|road"
    r"|avenue|lane|crescent|clinic|pharmacy|school|nursery|cinema|theatre|theater|spa|gym)(?![\w'’])",
    re.IGNORECASE,
)
_SPOKEN_TO_EN = re.compile(
    r"(?:\A|[^a-z])(?:tell|told|ask|let|know|hi|hello|hey|dear|to|@|thanks|sorry|show|give|gave|send|sent)[ \t@]*\Z",
    re.IGNORECASE,
)
_SPOKEN_TO_ZH = re.compile(r"(?:给|跟|向|对|告诉|转告|通知|转|问|找|主播|艺人|@)[ \t]*\Z")


def is_of_a_thing(text: str, start: int, end: int, more: re.Pattern[str] | None = None) -> bool:
    """Whether the name at this span is a part of what a thing or a place is called; `more` are words of the rules."""
    before = text[max(0, start - _BEFORE) : start]
    behind = text[end : end + _BEHIND]
    if not (_THING_ZH.match(behind) or _THING_EN.match(behind) or (more is not None and more.match(behind))):
        return False
    return _SPOKEN_TO_ZH.search(before) is None and _SPOKEN_TO_EN.search(before) is None


def of_things(text: str, name: str, more: re.Pattern[str] | None = None) -> list[tuple[int, int]]:
    """Where a name stands in that of a thing, in order."""
    places = (found.span() for found in re.finditer(re.escape(name), text, re.IGNORECASE)) if name else ()
    return [(start, end) for start, end in places if is_of_a_thing(text, start, end, more)]
