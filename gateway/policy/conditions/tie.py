"""`tie`: what else of the report is in the message."""

from gateway.model import TIES
from gateway.policy.conditions import Condition, has_all, words

CONDITION = Condition(
    key="tie",
    takes=", ".join(f"`{word}`" for word in TIES),
    zh="该邮件与举报之间的联系是其中之一（取最重的）：被举报人或其代表收件（recipient）；提到被举报人、其账号或案号（party）；"
    "另有举报材料、往来信件、图片等（evidence）；附近有投诉、举报或暗指某人的字样（complaint）；看不出为何出现（unexplained）；"
    "普通服务邮件，与举报无关（none）",
    en="what ties the finding to its report, the gravest that holds, is one of these: the reported party or a "
    "representative gets it; it names the party, an account of it or the case; something else of the report is in it; "
    "words of a complaint or of pointing at somebody stand near; nothing explains why it is there; it is service mail",
    check=lambda value: frozenset(words(value, TIES)),
    holds=lambda value, situation: situation.tie in value,
    covers=has_all,
    always=frozenset(TIES),
)
