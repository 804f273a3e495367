"""Whether a name stands in that of a thing: 星儿牌毛毯, 阳光小北小区 3-2-501, `your Luna lamp` name no person.

A brand or a place has the name with a word for what it is right behind it. That word alone says little, for a person
owns a coat, goes to school and eats somewhere too (星儿外套的钱, 星儿小学同学, `Luna throws …`). So something else says
that the name is none's: 牌, how many there are, that the reader bought it; the number of a house; in English what
stands before no given name (`your`, `the`, `2 x`), or capitals. 星儿，毛毯 and `tell Luna lamp orders …` speak to or of
a person, and so may any other place of the same mail: each is looked at by itself. Not among the words are what a
streamer has (店, 周边, 同款, 粉丝, `stream`, `show`, `case`), and in English what somebody does (`lights`, `coats`).

In: a text and the span of a name in it. Out: a truth value. Pure.
"""

import re

_BEHIND, _BEFORE = 48, 24

_FOR_A_HOME_ZH = (
    "取暖器|电?暖器|暖风机|电暖气|热水器|油烟机|空调|冰箱|洗衣机|电饭煲|空气炸锅|榨汁机|电风扇|加湿器|净化器|扫地机|吹风机"
    "|床垫|沙发|台灯|吊灯|落地灯|地毯|餐桌|书桌|衣柜|橱柜|婴儿车"
)
"""What no fan gives and nobody wears."""
_GOODS_ZH = (
    f"{_FOR_A_HOME_ZH}|毛毯|棉被|被子|被套|床单|枕头|毛巾|窗帘|椅子|背带|奶粉|纸尿裤|玩具|保温杯|水杯|茶具|茶叶|雨伞|背包|行李箱"
    "|童装|卫衣|外套|羽绒服|运动鞋|球鞋|拖鞋|袜子|洗衣液|洗发水|沐浴露|面膜|口红|牙膏|蛋糕|饼干|面包|牛奶|酸奶|大米|月饼|粽子"
    "|文具|笔记本|自行车|电动车"
)
_HOUSES_ZH = "小区|花园|家园|花苑|公馆|大厦"
_VENUES_ZH = "幼儿园|小学|中学|医院|诊所|药房|药店|酒店|宾馆|饭店|餐厅|餐馆|超市|商场|驿站|菜场|公园|影城"
_NUMBER_ZH = r"[ \t]{0,2}[0-9一二三四五六七八九十百]{1,5}[ \t]{0,2}"
_PORTER_ZH = r"的?(?:[东南西北正大]?门卫|[东南西北]门(?![\u4e00-\u9fff])|传达室|收发室|保安室)"
_OTHERWISE_ZH = "(?![粉客用观会员位主])"  # 小区 3 号粉丝 is no house
_ENDS_ZH = r"(?![ \t]*[\u4e00-\u9fff])"
_PLACE_ZH = (
    rf"(?:{_HOUSES_ZH})(?:{_NUMBER_ZH}(?:[-－–—]|[号栋幢座]{_OTHERWISE_ZH}|单元|室|弄|期)"
    rf"|[ \t]?[A-Za-z][座栋幢]|{_PORTER_ZH})"
    rf"|(?:{_VENUES_ZH})(?:{_PORTER_ZH}|[ \t]?[(（][^()（）\n]{{1,10}}(?:店|[院校]区|分[院校]|号)[)）])"
    r"|驿站[ \t,，]{0,2}(?:取件|自取|领取|凭|取货|待取|代收)"
    rf"|(?:路|街|巷|弄|大道)(?={_NUMBER_ZH}[号弄巷])"
    rf"|(?:村|镇|乡)(?={_NUMBER_ZH}[号组队]|村?委会|政府)"
    rf"|社区(?={_NUMBER_ZH}[号栋幢弄座]|居委|卫生|医院)"
)
_BRAND_ZH = rf"(?:牌|品牌的?)(?:(?![你您我他她这那谁的])[\u4e00-\u9fff]){{0,4}}?(?:{_GOODS_ZH})"
_BY_THE_PIECE_ZH = (
    rf"(?:{_FOR_A_HOME_ZH})(?:[ \t]{{0,2}}[×x*]?{_NUMBER_ZH}[台件条张只套辆盏]{_OTHERWISE_ZH}"
    r"|的?(?:保修卡|说明书|配件)|已(?:由[\u4e00-\u9fff]{2})?(?:发货|发出|寄出|补发|出库|签收|揽收))"
)
_ANYTHING = re.compile("")
_FRAMES_ZH = (
    (_ANYTHING, re.compile(f"{_BRAND_ZH}|{_BY_THE_PIECE_ZH}|{_PLACE_ZH}")),
    # What whoever is spoken to bought or booked; what anybody did that stands in a home.
    (
        re.compile(
            r"您[\u4e00-\u9fff]{0,3}(?:购买|选购|订购|下单|退回|退还|兑换|预[订定约]|报修|送修)[了的]?[ \t]*\Z"
            r"|(?:商品|品名|货品|产品|货物|物品|宝贝)(?:名称?)?[ \t]*[:：][ \t]*\Z"
        ),
        re.compile(f"{_GOODS_ZH}|{_VENUES_ZH}"),
    ),
    (
        re.compile(r"您(?:已|曾)?[在于][ \t]*\Z"),
        re.compile(f"(?:{_VENUES_ZH})(?:下单|购买|订购|预[订定约]|消费|办理|就诊|挂号)"),
    ),
    (re.compile(r"(?:购买|选购|订购|退回|送修)的[ \t]*\Z"), re.compile(_FOR_A_HOME_ZH)),
    # Where parcels wait; what stands at the number of a house.
    (re.compile(r"(?:改送|[送寄派][到至往]|配送至|存放[在于]|放在)[ \t]*\Z"), re.compile(f"驿站{_ENDS_ZH}")),
    (
        re.compile(r"[路街巷弄道][ \t]?[0-9]{1,5}[ \t]?号的?[ \t]*\Z"),
        re.compile(f"(?:{_HOUSES_ZH}|{_VENUES_ZH}){_ENDS_ZH}"),
    ),
)
"""What stands before a name and right behind it where it is that of a thing or a place."""

_MORE_EN = (
    "floor|table|desk|wall|bedside|ceiling|king|queen|double|single|large|small|medium|mini|wool|cotton|linen|leather"
    "|oak|pine|coir|corner|dining|coffee|garden|outdoor|memory|foam|led|smart|cordless|electric|ceramic|glass|steel"
    "|red|blue|green|black|white|grey|gray|pink|beige|baby|travel|gift"
)
_GOODS_EN = (
    "lamps?|light|lanterns?|sofas?|couch(?:es)?|chairs?|armchairs?|table|desks?|beds?|bed ?frames?|mattress(?:es)?"
    "|pillows?|blankets?|duvets?|quilts?|towels?|rugs?|doormats?|curtains?|cushions?|wardrobes?|bookcases?"
    "|shelf|mirror|kettles?|toasters?|blenders?|mugs?|teapots?|bottles?|pan|vacuums?|heaters?|dishwashers?"
    "|fridges?|dress|skirts?|jackets?|coat|jumpers?|shoes|boots|trainers|sandals|socks|backpacks?|suitcases?"
    "|handbags?|earrings|necklaces?|bracelets?|prams?|pushchairs?|strollers?|cots?|toy|bike|scooters?|palm"
    "|plant|shampoo|perfume|candles?|cakes?|biscuits|tea"
)
_VENUES_EN = (
    "hotel|inn|hostel|restaurant|caf[eé]|bistro|park|street|road|avenue|lane|crescent|clinic|pharmacy|school|nursery"
    "|cinema|theatre|theater|spa|gym"
)


def _with_capitals(words: str) -> str:
    """The same words, each with a capital in front."""
    return "|".join(word[0].upper() + word[1:] for word in words.split("|"))


_THING_EN = rf"(?:[ \t]+(?:{_MORE_EN})){{0,2}}[ \t]+(?:{_GOODS_EN})(?![\w'’])"
_NAMED_EN = (
    rf"(?:(?:[ \t]+(?:{_with_capitals(_MORE_EN)})){{0,2}}[ \t]+(?:{_with_capitals(_GOODS_EN)})"
    rf"|[ \t]+(?:{_with_capitals(_VENUES_EN)}))(?![\w'’])(?![ \t]+[A-Z])"
)
_FRAMES_EN = (
    # No given name has an article, or stands behind how many there are.
    (
        re.compile(
            r"(?<![\w'’])(?:your|the|an?)"
            r"(?:[ \t]+(?:new|other|second|missing|faulty|broken|returned|replacement))?[ \t]+\Z"
            r"|(?<![\w.:])[0-9]{1,3}[ \t]?[x×][ \t]+\Z|(?<![\w'’])(?:one|two|three|four|five|six)[ \t]+\Z",
            re.IGNORECASE,
        ),
        re.compile(_THING_EN, re.IGNORECASE),
    ),
    (_ANYTHING, re.compile(_NAMED_EN)),
    # An entry in a list of goods.
    (
        _ANYTHING,
        re.compile(
            rf"{_THING_EN}[ \t,;:|(-]{{0,3}}(?:[x×][ \t]?[0-9]|[0-9]{{1,3}}[ \t]?(?:[x×]|pcs?\b|units?\b)|qty\b)",
            re.IGNORECASE,
        ),
    ),
    (re.compile(r"\n[ \t>*•·-]*\Z"), re.compile(rf"{_THING_EN}[ \t]*(?:\r?\n|\Z)", re.IGNORECASE)),
    # What somebody booked, in small letters too: a subject is looked at in these alone.
    (
        re.compile(
            r"(?<![a-z])(?:stay|booking|booked|reservation|table|check-?in|tickets?|appointment|receipt)[ \t]+"
            r"(?:at|for|with|from)[ \t]+(?:the[ \t]+)?\Z",
            re.IGNORECASE,
        ),
        re.compile(rf"[ \t]+(?:{_VENUES_EN})(?![\w'’])", re.IGNORECASE),
    ),
    (
        re.compile(r"(?<![\w.:])[0-9]{1,4}[a-z]?[ \t]+\Z", re.IGNORECASE),
        re.compile(r"[ \t]+(?:street|road|avenue|lane|crescent)(?![\w'’])", re.IGNORECASE),
    ),
    (
        _ANYTHING,
        re.compile(rf"[ \t]+(?:{_VENUES_EN})[ \t]+(?:booking|reservation)[ \t]+(?:confirm|ref|num)", re.IGNORECASE),
    ),
)
_SPOKEN_TO_EN = re.compile(
    r"(?:\A|[^a-z])(?:tell|told|ask|let|know|hi|hello|hey|dear|to|@|thanks|sorry|show|give|gave|send|sent)[ \t@]*\Z",
    re.IGNORECASE,
)
_SPOKEN_TO_ZH = re.compile(r"(?:给|跟|向|对|告诉|转告|通知|转|问|找|主播|艺人|@)[ \t]*\Z")


def is_of_a_thing(text: str, start: int, end: int, more: re.Pattern[str] | None = None) -> bool:
    """Whether the name at this span is a part of what a thing or a place is called; `more` are words of the rules."""
    before = ("\n" if start <= _BEFORE else "") + text[max(0, start - _BEFORE) : start]
    behind = text[end : end + _BEHIND]
    framed = any(
        framed_behind.match(behind) and framed_before.search(before)
        for framed_before, framed_behind in (*_FRAMES_ZH, *_FRAMES_EN)
    )
    if not framed and (more is None or more.match(behind) is None):
        return False
    return _SPOKEN_TO_ZH.search(before) is None and _SPOKEN_TO_EN.search(before) is None


def of_things(text: str, name: str, more: re.Pattern[str] | None = None) -> list[tuple[int, int]]:
    """Where a name stands in that of a thing, in order."""
    places = (found.span() for found in re.finditer(re.escape(name), text, re.IGNORECASE)) if name else ()
    return [(start, end) for start, end in places if is_of_a_thing(text, start, end, more)]
