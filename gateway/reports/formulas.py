"""What every letter of complaint says and nobody has from another: names of laws, courtesy, asking to be heard.

Learning from what many reports share (`boilerplate`) needs many reports, and sees no phrase shorter than a window of
prints. But the name of the law on consumers' rights with its article is 23 characters, as much as counts as a
quotation, and courtesy at the end of a letter comes in several sentences at once. So the usual ones are known from the
start. Facts are in none of them: what a pattern leaves open is one of a few words.

In: a `letters` view, which has no punctuation and no spaces. Out: runs of it. Pure; one pass over the text.
"""

import re

from gateway.reports.shingles import Run
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
_LETTERS = (
    rf"{_ASK}{_DESK}(?:能够|能|可以|给予|予以|依法|依规|尽快|尽早|早日|及时|严肃|认真|公正|从严|从重)*"
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
    rf"(?:如有|如|若)需要?{_WHO}?(?:可以|可|能够|愿意|随时)*(?:提供|出示|寄送)(?:原件|原始文件|更多证据|证据|证明)",
    rf"(?:其|该|这种|上述)?(?:行为|做法)?(?:已经|已|明显)?(?:严重)?(?:侵犯|侵害|损害)了?{_WHO}的?(?:合法)?(?:权益|利益)",
    r"(?:其|该|这种)行为(?:已经|已|明显|严重)*(?:涉嫌|构成)(?:虚假宣传|诈骗|欺诈|侵权|违法|犯罪)",
    rf"给{_WHO}(?:造成|带来)了?(?:极大|巨大|严重|很大)?的?(?:经济)?(?:损失|伤害|困扰|影响)",
    rf"{_ASK}?(?:其|主播|对方|商家)?(?:退还|返还|退回)(?:全部|所有)(?:款项|货款|费用|钱款)并?(?:赔礼道歉|公开道歉|赔偿损失)?",
    r"(?:不要|不能|避免)再?(?:让|使)(?:更多的?|其他)(?:人|消费者|粉丝|家长)再?(?:上当受骗|受骗|受害)",
    rf"{_ASK}?(?:依法|依规)*(?:予以|给予)(?:严肃|相应|从重)?(?:处罚|处理|查处|封号|封禁)",
    rf"(?:感谢|谢谢){_DESK}的?(?:工作人员|客服|领导)?的?(?:辛苦付出|支持|理解|帮助|配合|关注)",
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
_REACH = 4096  # letters; a longer row of them is two
_KNOWN = re.compile("|".join((*_LAWS, *_LETTERS, *_ENGLISH, *_SLIDES, *_MACROS)))


def formula_runs(view: str, pause: Pause = nothing) -> list[Run]:
    """In their order; none overlaps another. `pause` is called between blocks of the view.

    >>> text = "根据中华人民共和国消费者权益保护法第五十五条第一款的规定退款"
    >>> [text[run.start : run.end] for run in formula_runs(text)]
    ['根据中华人民共和国消费者权益保护法第五十五条第一款的规定']
    """
    return [Run(*found.span()) for found in matches(_KNOWN, view, _REACH, pause)]
