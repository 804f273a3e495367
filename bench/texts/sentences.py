"""What staff write: to streamers, about reports and about everything else. `{}` is where a reporter is named.

`NAMED` speak of somebody who reports, watches or writes; `BARE` say nothing of the kind. Half of each is drawn for the
set that is tuned on, the other half for the one that is only reported.
"""

NAMED_ZH = """
举报人{}反映您在直播中诱导打赏，请说明情况。
我们收到用户{}的投诉，称您的商品与描述不符。
关于{}举报一事，请您在三日内书面回复。
投诉您的人是{}，请不要再联系对方。
来信的是{}，信里说您收了钱没有发货。
有位叫{}的观众说，您当晚辱骂了他。
这封举报信是{}写的，请您核实内容。
您被{}实名举报，请准备材料。
{}向平台举报了您的直播间。
观众{}说那天的抽奖没有公示。
粉丝{}来信反映，您拉黑了提意见的人。
您好，{}投诉说没有收到退款，您看怎么处理？
请您对{}反映的问题逐条答复。
据{}称，您在私信里要求转账。
昨天{}又打电话来投诉，我们先跟您打声招呼。
举报人姓名：{}，请核对是否认识。
投诉人是{}，您们之前有过节吗？
提交这份材料的用户叫{}。
署名为{}的来信已经转给您的公会。
{}实名反映您虚假宣传，平台已立案。
网友{}在举报里提到您的助理。
此事由{}检举，证据有三份。
我们已告知举报者{}，您会尽快道歉。
您私下找一下{}吧，就是投诉的那位。
发件人：{}，主题：举报主播违规。
"""

NAMED_EN = """
The complaint was filed by {}; please answer within three days.
Our reporter, {}, says that you asked for money in private.
{} reported your channel last night.
A viewer named {} complained about the draw.
Please call the complainant, {}, and settle this.
We have a report from {} about your shop.
User {} told us that the refund never came.
This was reported by {}, so please be careful.
The report letter was signed by {}.
You know {}? That is the viewer who complained.
"""

BARE_ZH = """
请您联系{}，把事情说清楚。
{}那边还在等您的答复。
附件是{}发来的截图，请查收。
您看一下{}说得对不对。
能不能跟{}私下解决？
麻烦您给{}道个歉，这事就算了。
我们这边查到的是{}，您认识吗？
具体可以问{}。
{}，就是上次那位。
转自{}：请尽快处理。
"""

BARE_EN = """
Please get in touch with {} and explain.
{} is still waiting for your answer.
The screenshots came from {}.
Could you settle it with {} in private?
You can ask {} about the details.
"""

WEAK_ZH = """
举报人{}反映您在直播中诱导打赏。
投诉人是{}，请您尽快回复。
举报者{}不愿意公开身份。
{}举报了您的直播间，请说明。
{}投诉您没有发货。
来信人{}说当晚没有公示。
检举人{}提供了三份截图。
举报您的{}是老观众了。
"""

WEAK_EN = """
The reporter {} sent three screenshots.
{} complained about the draw.
The complainant, {}, wants a refund.
{} reported your channel.
"""

CLEAN_ZH = """
请您说明9月18日晚上八点至九点在直播间播出的内容。
平台正在核实您上周五的一场直播，请提供当时的录屏。
请问当晚的打赏活动是谁策划的？活动规则是否公示？
请您在三个工作日内书面说明商品的来源。
我们注意到您的直播间在当晚有较多未成年人观看，请说明采取了哪些措施。
根据社区规范第四条，主播不得诱导未成年人打赏，请您自查。
您的申诉材料已收到，审核结果将在七日内通知您。
您的账号已恢复正常，感谢您的配合。
祝您节日快乐，直播顺利！
国庆期间平台将加强内容审核，请合理安排直播时间。
您公会的合同已经寄出，请查收。
附件是本月的结算单，请核对金额。
请转告经纪人，明天下午三点开会。
下周一有同事与您联系，请保持电话畅通。
一张小票、两张发票都请一并寄回。
请在直播中使用规范用语，不要使用夸张的标题。
共鸣是好内容的关键，请多与粉丝互动。
有用户反映当晚直播声音偏小，请检查设备。
有观众投诉直播间画面卡顿，请升级网络。
近期平台收到多起关于打赏的投诉，请所有主播注意。
粉丝见面会的报名链接已经发给您的公会。
客服热线四零零八零零八零零零，工作时间九点至十八点。
您的订单号为20260918001，请核对。
快递单号7380013800012已发出。
您本月的收入为138,001.38元，个税已代扣。
会议号 380 0138 000，请准时参加。
请将身份证正反面拍照上传，以便核对您的实名信息。
您尾号7719的银行卡已绑定成功。
时间：2026年9月18日20:00-21:00；地点：一号演播室。
2026-09-18 20:00:00 至 21:30:00 的录像请保留。
请参考平台规则：https://rules.platform.example/live?id=20260918
如有疑问请发邮件至 support@platform.example。
请您确认：直播中播放的歌曲是否已获授权。
未成年人保护专项行动通知：请各主播于9月30日前完成培训。
关于打赏退款：请您协助核对九月份的订单。
请不要在直播间里讨论与节目无关的个人信息。
感谢您长期以来对平台的支持。
此致 敬礼 平台运营中心 2026年9月20日
我们希望了解当晚节目的完整流程。
请提供商品的质检报告和授权书。
明日上午十点参加线上培训，链接稍后发送。
很高兴与您合作，期待下一季的节目。
请您放心，平台会公正处理。
安心直播，不必理会恶意评论。
请保持直播间文静有序，不要刷屏。
做人要方正，做事要向前看。
白雪皑皑的背景图很受欢迎。
黄河边的户外直播请注意安全。
多给新人一些温暖和鼓励。
祝您身体康健，四季常青。
您昨天的节目让大家都很高兴。
运营小刘会在周一给您打电话。
经理陈总下午在公司等您。
李女士您好，您的发票抬头需要更正。
王先生，您的保证金已退回。
赵老师的课程明天开讲，主播均可参加。
请联系您的运营：电话13900139000，微信yunying_01。
请把道具寄到杭州市西湖区的仓库，收件人写公会即可。
抽奖结果请在三天内公示，名单不要写全名。
被投诉的商品已经下架，请提供新的链接。
举报不实的，平台会为您恢复名誉。
投诉率高于百分之三的直播间将被限流。
平台不会向任何人透露举报人的身份，请勿打听。
本次处理依据用户举报和平台巡查的结果作出。
多名用户反映该商品存在质量问题，请核查批次。
请勿骚扰、辱骂、威胁任何观众。
您提到的那位同行并没有举报您。
您可以在后台查看投诉的编号和时间。
该场直播共有三次违规弹窗，详见附表。
请您的公会负责人签字盖章后寄回。
"""

CLEAN_EN = """
Please tell us what was shown in your broadcast on 18 September between 8 and 9 pm.
Could you send us the recording of the evening show and the list of songs?
Our rules do not allow streamers to ask minors for gifts.
Thank you for your quick reply; the review of your channel is now closed.
It was a day of sunshine and everybody could enjoy the outdoor show.
Please make sure that the title of the show is not misleading.
Zhang from our finance team will call you on Monday about the contract.
Mr. Lee, your invoice is attached.
Contact: support@platform.example, +86 139 0013 9000.
Your ticket number is 20260918-0012.
Please wait while we process the request; a user of the app cannot change it.
Several users reported lag during the show. Please check your network.
Who planned the gift event, and where were its rules shown?
Complaints about late parcels went up by a third in August.
We never tell anybody who filed a report.
Please make a list of the goods and mail it to us.
The meeting is on Wednesday at ten; Anna from legal will join.
Maria from our Madrid office says hello.
"""
