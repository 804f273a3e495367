"""No harm: what staff properly write to a reported party gives no finding.

The reporter is 张小鸣; the sentences were written to be near it: words that share its characters, ordinary 张先生,
粉丝 and 用户, telephone numbers and dates of others, talk of the broadcast that the report is about.
"""

import pytest

from gateway.detection import detect
from gateway.identity import Subject, compile_report
from gateway.identity.shingles import fingerprint
from gateway.model import Item, Location, MaterialMark, Party, Reading, Report, TextFragment

LETTER = (
    "尊敬的平台工作人员:我是贵平台的一名观众。2020年9月18日晚上八点,主播星儿在直播间里反复劝说看上去还在上学的孩子打赏,"
    "并且让他们不要告诉家长,我看了觉得非常过分,希望平台认真处理,同时请替我保密。举报人:张小鸣"
)


@pytest.fixture(scope="module")
def subject() -> Subject:
    shingles, length = fingerprint(LETTER)
    items = (
        Item("name", "张小鸣"),
        Item("nickname", "鸣鸣不飞"),
        Item("nickname", "阳光"),
        Item("address", "xiaoming@mail.example"),
        Item("phone", "+86 138 0013 8000"),
        Item("account", "xm_feifei90", "wechat"),
        Item("account", "sunshine", "weibo"),
        Item("government_id", "440106199001011234"),
    )
    letter = MaterialMark("举报信.docx", "docx", 9000, b"\1" * 32, length, shingles, message_id="a.b.c@mail.example")
    party = Party("星儿", ("xinger@streamers.example",), ("room:88412345",), ("pr@guild.example",))
    return compile_report(Report("R-1", "open", "", (party,), items, (), (letter,)))


CLEAN = """
星儿您好,请您说明9月18日晚上八点至九点在直播间播出的内容。
您好,平台正在核实您2020年9月18日的一场直播,请提供当时的录屏。
请问当晚的打赏活动是谁策划的?活动规则是否在直播间里公示?
请您在三个工作日内书面说明直播中提到的商品来源。
我们注意到您的直播间88412345在当晚有较多未成年用户观看,请说明您采取了哪些措施。
根据平台社区规范第四条,主播不得诱导未成年人打赏,请您自查。
您的申诉材料已收到,审核结果将在七日内通过站内信通知您。
您的账号已恢复正常,感谢您的配合。
祝您中秋节快乐,直播顺利!
温馨提示:国庆期间平台将加强内容审核,请各位主播合理安排直播时间。
阳光总在风雨后,希望您继续努力。
今天阳光很好,适合户外直播。
您好,张先生,您公会的合同已经寄出,请查收。
张女士您好,附件是本月的结算单。
请转告张经理,明天下午三点开会。
小李和小张会在周一与您联系。
一张小票、两张发票都请一并寄回。
请在这张小程序码上签到。
他的夸张小把戏不要再用了。
请注意:直播时请勿使用夸张、小众、易引人误会的标题。
小明和小红的故事很受欢迎。
共鸣是好内容的关键,请您多与粉丝互动。
听见鸟鸣的清晨直播很受用户喜欢。
不鸣则已,一鸣惊人,期待您的新节目。
有用户反映当晚直播声音偏小,请检查设备。
有观众投诉直播间画面卡顿,请升级网络。
近期平台收到多起关于打赏的投诉,请所有主播注意。
粉丝见面会的报名链接已经发给您的公会。
请联系您的运营:电话13900139000,微信yunying_01。
客服热线 400-800-8000,工作时间九点至十八点。
您的订单号为13800138001,请核对。
直播间编号 88412345 的封面需要更换。
快递单号 1380013800012 已发出。
您本月的收入为138,001.38元。
会议号 380 0138 000,请准时参加。
一三五七九,二四六八十,是本周的抽奖号码。
请将身份证正反面拍照上传,以便我们核对您的实名信息。
您尾号1234的银行卡已绑定成功。
时间:2020年9月18日20:00-21:00;地点:一号演播室。
2020-09-18 20:00:00 至 2020-09-18 21:30:00 的录像请保留。
请参考平台规则:https://rules.platform.example/live?id=20200918
如有疑问请发邮件至 support@platform.example。
星儿 <xinger@streamers.example> 您好
抄送:pr@guild.example
您的推荐人是清凌凌,她的直播间号是66668888。
请您确认:直播中播放的歌曲《小鸟》是否已获授权。
未成年人保护专项行动通知:请各主播于9月30日前完成培训。
关于打赏退款:请您协助核对9月份的订单。
请不要在直播间里讨论与节目无关的个人信息。
尊敬的主播,您好!感谢您长期以来对平台的支持。
此致 敬礼 平台运营中心 2020年9月20日
请您说明是否知道当晚观看者中有未成年人。
我们希望了解当晚节目的完整流程。
请提供商品的质检报告和授权书。
您好,请于明日上午十点参加线上培训,链接稍后发送。
Dear streamer, please tell us what was shown in your broadcast on 18 September 2020 between 8 and 9 pm.
Could you send us the recording of the evening show and the list of songs that were played?
Our rules do not allow streamers to ask minors for gifts. Please explain how you check the age of your audience.
Thank you for your quick reply; the review of your channel is now closed.
Happy Mid-Autumn Festival from everybody at the platform!
It was a day of sunshine and everybody could enjoy the outdoor show.
Please make sure that the title of the show is not misleading.
Zhang from our finance team will call you on Monday about the contract.
Mr. Zhang, your invoice is attached.
The ming vase in your shop needs a certificate; Xiao long bao do not.
Contact: support@platform.example, +86 139 0013 9000.
Your ticket number is 20200918-0012.
Please wait while we process the request; a user of the app cannot change it.
Several users reported lag during the show. Please check your network.
Who planned the gift event, and where were its rules shown?
""".strip().split("\n")


def test_there_are_enough_clean_sentences() -> None:
    assert len(CLEAN) >= 60


@pytest.mark.parametrize("sentence", CLEAN)
def test_a_proper_sentence_gives_no_finding(subject: Subject, sentence: str) -> None:
    fragment = TextFragment(Location("1"), "text", sentence, editable=True)
    assert detect(Reading(texts=(fragment,)), (subject,)) == ()


def test_all_of_them_in_one_mail_give_no_finding_in_any_medium(subject: Subject) -> None:
    mail = "\n".join(CLEAN)
    texts = tuple(TextFragment(Location("1"), medium, mail) for medium in ("text", "html", "document", "picture"))
    assert detect(Reading(texts=texts), (subject,)) == ()


@pytest.mark.parametrize("sentence", CLEAN[:20])
def test_the_reporters_name_in_the_same_sentence_is_found(subject: Subject, sentence: str) -> None:
    fragment = TextFragment(Location("1"), "text", sentence + "张小鸣", editable=True)
    found = detect(Reading(texts=(fragment,)), (subject,))
    assert [f.kind for f in found if f.span == (len(sentence), len(sentence) + 3)] == ["name"]
    # 张先生 and 小张 say nothing alone, and much beside the name.
    assert all(f.support == "together" for f in found if f.span != (len(sentence), len(sentence) + 3))
